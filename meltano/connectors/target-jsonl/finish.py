"""Corrects what target-jsonl 0.1.4 does with the sync state. Run once by the environment's Python, after the packages are in
place.

The loader forgets the state it was sent as soon as another record follows. A source that ends between a record and its
state (it was stopped, or failed) then leaves no state at all, and the next sync reads everything again. Each record is in its
file before the next message is read, so a state that came before it stays true.
"""

import pathlib
import sys

# The shipped files stay as they are, and Python does not look among them by itself here.
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "engine"))

from correct import correct  # noqa: E402

CORRECTIONS = [
    (
        """                json_file.write(json.dumps(o['record']) + '\\n')

            state = None
""",
        """                json_file.write(json.dumps(o['record']) + '\\n')
""",
    ),
]

correct("target_jsonl.py", CORRECTIONS)
