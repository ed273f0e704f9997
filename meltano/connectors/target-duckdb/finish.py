"""Corrects how target-duckdb 0.8.0 loads its batches. Run once by the environment's Python, after the packages are in place.

The loader writes each batch to a CSV file without a header and lets DuckDB guess the file's form. Where DuckDB takes the
first record for a header, that record is lost without a word. Here the form is stated instead of guessed. The file is also
written the same way on every system.
"""

import os
import pathlib
import sysconfig

CORRECTIONS = [
    (
        """cur.execute("COPY {} FROM '{}' WITH (new_line '\\\\r\\\\n')".format(temp_table, temp_file_csv))""",
        """cur.execute(
            "COPY {} FROM '{}' WITH (FORMAT csv, AUTO_DETECT false, HEADER false, DELIM '{}', QUOTE '{}', ESCAPE '{}',"
            " NEW_LINE '\\\\r\\\\n')".format(
                temp_table,
                temp_file_csv.replace("'", "''"),
                self.delimiter.replace("'", "''"),
                self.quotechar.replace("'", "''"),
                self.quotechar.replace("'", "''"),
            )
        )""",
    ),
    (
        'with open(temp_file_csv, "w") as f:',
        'with open(temp_file_csv, "w", newline="", encoding="utf-8") as f:',
    ),
]

path = pathlib.Path(sysconfig.get_path("purelib"), "target_duckdb", "db_sync.py")
text = path.read_text(encoding="utf-8")
for old, new in CORRECTIONS:
    if text.count(old) != 1:
        raise SystemExit(f"{path.name} is not the file this correction was written for")
    text = text.replace(old, new)
# Replaced, not written to: the installer may share the file with other environments.
corrected = path.with_suffix(".corrected")
corrected.write_bytes(text.encode("utf-8"))
os.replace(corrected, path)
