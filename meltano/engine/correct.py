"""What the corrections of installed packages (`connectors/*/finish.py`) have in common.

Environments are made again when their `finish.py` changes, not when this file does.
"""

import os
import pathlib
import sysconfig


def correct(module, corrections):
    """Replaces texts of a file of the environment, given by its path below the packages.

    Each text has to stand there once: a file that is not the one a correction was written for is refused.
    """
    path = pathlib.Path(sysconfig.get_path("purelib"), module)
    text = path.read_text(encoding="utf-8")
    for old, new in corrections:
        if text.count(old) != 1:
            raise SystemExit(f"{path.name} is not the file this correction was written for")
        text = text.replace(old, new)
    # Replaced, not written to: the installer may share the file with other environments.
    corrected = path.with_suffix(".corrected")
    corrected.write_bytes(text.encode("utf-8"))
    os.replace(corrected, path)
