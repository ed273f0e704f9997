"""Corrects how target-duckdb 0.8.0 loads its batches. Run once by the environment's Python, after the packages are in place.

The loader writes each batch to a CSV file without a header and lets DuckDB guess the file's form. Where DuckDB takes the
first record for a header, that record is lost without a word. Here the form is stated instead of guessed. The file is also
written the same way on every system.
"""

import pathlib
import sys

# The shipped files stay as they are, and Python does not look among them by itself here.
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "engine"))

from correct import correct  # noqa: E402

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

correct("target_duckdb/db_sync.py", CORRECTIONS)
