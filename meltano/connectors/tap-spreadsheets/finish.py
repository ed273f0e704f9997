"""Corrects what tap-spreadsheets 1.1.2 does with an Excel file whose worksheet is not named. Run once by the environment's
Python, after the packages are in place.

The tap leaves such a file out, with a warning that nobody sees, and the sync brings nothing although it succeeds. Here the
first worksheet is read, as its description promises.
"""

import os
import pathlib
import sysconfig

CORRECTIONS = [
    (
        'self.worksheet_ref: str | int | None = file_cfg.get("worksheet")',
        'self.worksheet_ref: str | int | None = file_cfg.get("worksheet") or 0',
    ),
]

path = pathlib.Path(sysconfig.get_path("purelib"), "tap_spreadsheets", "stream.py")
text = path.read_text(encoding="utf-8")
for old, new in CORRECTIONS:
    if text.count(old) != 1:
        raise SystemExit(f"{path.name} is not the file this correction was written for")
    text = text.replace(old, new)
# Replaced, not written to: the installer may share the file with other environments.
corrected = path.with_suffix(".corrected")
corrected.write_bytes(text.encode("utf-8"))
os.replace(corrected, path)
