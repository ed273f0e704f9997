"""Lets tap-mysql 1.17.7 start on Python 3.12 and newer. Run once by the environment's Python, after the packages are in place.

The connector keeps a function of Python's that version 3.12 no longer has. Since version 3.7 Python never called what the
connector put in its place.
"""

import os
import pathlib
import sysconfig

OLD = "match_hostname = ssl.match_hostname\n"
NEW = 'match_hostname = getattr(ssl, "match_hostname", None)\n'

path = pathlib.Path(sysconfig.get_path("purelib"), "tap_mysql", "connection.py")
text = path.read_text(encoding="utf-8")
if text.count(OLD) != 1:
    raise SystemExit(f"{path.name} is not the file this correction was written for")
# Replaced, not written to: the installer may share the file with other environments.
corrected = path.with_suffix(".corrected")
corrected.write_bytes(text.replace(OLD, NEW).encode("utf-8"))
os.replace(corrected, path)
