"""Opens the tables that the loader's test wrote (`readers.rs`) with other programs, and says `ok` when they are right."""

import csv
import datetime
import json
import sys
from pathlib import Path

FORMAT, FOLDER = sys.argv[1], Path(sys.argv[2])
NAMES = {1: "Ada L.", 2: 'line\nbreak, "quoted"', 3: "Zoë 🚀"}


def check(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


if FORMAT == "csv":
    with open(FOLDER / "people.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    check({int(row["id"]): row["name"] for row in rows}, NAMES)
    check({row["score"] for row in rows}, {"1.25"})
    check(json.loads(rows[0]["address"]), {"city": "Zürich", "zip": "08000"})
    check(json.loads(rows[0]["tags"]), ["a", 'b"c'])
elif FORMAT == "jsonl":
    rows = [json.loads(line) for line in open(FOLDER / "people.jsonl", encoding="utf-8")]
    check({row["id"]: row["name"] for row in rows}, NAMES)
elif FORMAT == "parquet":
    import duckdb
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(FOLDER / "people")
    rows = table.to_pylist()
    check({row["id"]: row["name"] for row in rows}, NAMES)
    check(rows[0]["address"], {"city": "Zürich", "zip": "08000"})
    check(rows[0]["tags"], ["a", 'b"c'])
    check(rows[0]["seen"].astimezone(datetime.timezone.utc).isoformat(), "2024-05-06T07:08:09+00:00")
    check(str(table.schema.field("id").type), "int64")
    glob = (FOLDER / "people" / "*.parquet").as_posix()
    query = f"SELECT id, name, address.zip, tags[1], epoch(seen) FROM read_parquet('{glob}') ORDER BY id"
    check(duckdb.sql(query).fetchall(), [(id, name, "08000", "a", 1714979289.0) for id, name in NAMES.items()])
else:
    import sqlite3

    with sqlite3.connect(FOLDER / "data.sqlite") as database:
        check(dict(database.execute("SELECT id, name FROM people").fetchall()), NAMES)
print("ok")
