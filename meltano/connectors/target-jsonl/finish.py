"""Corrects what target-jsonl 0.1.4 does with the sync state. Run once by the environment's Python, after the packages are in
place.

The loader forgets the state it was sent as soon as another record follows. A source that ends between a record and its
state (it was stopped, or failed) then leaves no state at all, and the next sync reads everything again. Each record is in its
file before the next message is read, so a state that came before it stays true.
"""

import os
import pathlib
import sysconfig

CORRECTIONS = [
    (
        """                json_file.write(json.dumps(o['record']) + '\\n')

            state = None
""",
        """                json_file.write(json.dumps(o['record']) + '\\n')
""",
    ),
]

path = pathlib.Path(sysconfig.get_path("purelib"), "target_jsonl.py")
text = path.read_text(encoding="utf-8")
for old, new in CORRECTIONS:
    if text.count(old) != 1:
        raise SystemExit(f"{path.name} is not the file this correction was written for")
    text = text.replace(old, new)
# Replaced, not written to: the installer may share the file with other environments.
corrected = path.with_suffix(".corrected")
corrected.write_bytes(text.encode("utf-8"))
os.replace(corrected, path)
