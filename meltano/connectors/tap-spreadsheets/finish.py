"""Corrects what tap-spreadsheets 1.1.2 does with an Excel file whose worksheet is not named. Run once by the environment's
Python, after the packages are in place.

The tap leaves such a file out, with a warning that nobody sees, and the sync brings nothing although it succeeds. Here the
first worksheet is read, as its description promises.
"""

import pathlib
import sys

# The shipped files stay as they are, and Python does not look among them by itself here.
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "engine"))

from correct import correct  # noqa: E402

CORRECTIONS = [
    (
        'self.worksheet_ref: str | int | None = file_cfg.get("worksheet")',
        'self.worksheet_ref: str | int | None = file_cfg.get("worksheet") or 0',
    ),
]

correct("tap_spreadsheets/stream.py", CORRECTIONS)
