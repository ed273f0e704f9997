#!/usr/bin/env python3
"""How fast the loader is, beside `cat` and the stock loaders, on the same pipe in one run.

    tests/bench/loader.py [ENGINE] [--records N] [--turns N] [--stock-records N]

Makes N records (1,000,000: 335 MB) once, and feeds them through `cat` into each loader; prints seconds, records a second,
peak memory and ratios. ENGINE is a prepared engine with target-jsonl, target-duckdb and target-csv (`target/debug/test-engine`);
without one only `cat` is compared. The stock loaders get fewer records, because they take minutes; what is compared is the
time per record. Build first: cargo build -p tributary-loader (or --release, with TARGET_TRIBUTARY naming the program).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROPERTIES = {
    "id": {"type": "integer"},
    "account": {"type": ["null", "string"]},
    "name": {"type": ["null", "string"]},
    "email": {"type": ["null", "string"]},
    "city": {"type": ["null", "string"]},
    "created_at": {"type": ["null", "string"], "format": "date-time"},
    "amount": {"type": ["null", "number"]},
    "quantity": {"type": ["null", "integer"]},
    "active": {"type": ["null", "boolean"]},
    "note": {"type": ["null", "string"]},
}


def make(path, records):
    """335 bytes a line with the envelope, as Singer's Python library prints it."""
    with open(path, "w", encoding="utf-8") as out:
        schema = {"type": "object", "properties": PROPERTIES}
        message = {"type": "SCHEMA", "stream": "orders", "schema": schema, "key_properties": ["id"]}
        out.write(json.dumps(message) + "\n")
        for number in range(records):
            record = {
                "id": number,
                "account": f"001{number * 7919 % 1_000_003:015d}",
                "name": f"Customer {number % 50_000} of the north",
                "email": f"customer{number % 50_000}@example.com",
                "city": ["Zürich", "Porto", "Oslo", "Lyon"][number % 4],
                "created_at": f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}T{number % 24:02d}:30:00.000000Z",
                "amount": number % 100_000 / 100,
                "quantity": number % 17,
                "active": number % 3 == 0,
                "note": None,
            }
            line = json.dumps({"type": "RECORD", "stream": "orders", "record": record})
            fill = 334 - len(line) - len('"x"') + len("null")
            line = line.replace('"note": null', '"note": "' + "x" * max(fill, 0) + '"')
            out.write(line + "\n")
            if number % 10_000 == 9_999:
                out.write(json.dumps({"type": "STATE", "value": {"bookmarks": {"orders": {"id": number}}}}) + "\n")


def tap(records):
    """What a quick tap costs: it puts each record together in Python and prints it."""
    out = sys.stdout
    schema = {"type": "object", "properties": PROPERTIES}
    out.write(json.dumps({"type": "SCHEMA", "stream": "orders", "schema": schema, "key_properties": ["id"]}) + "\n")
    fill = "x" * 60
    for number in range(records):
        out.write(
            f'{{"type": "RECORD", "stream": "orders", "record": {{"id": {number}, "account": "001{number:015d}", '
            f'"name": "Customer {number} of the north", "email": "customer{number}@example.com", "city": "Porto", '
            f'"created_at": "2024-05-06T07:30:00.000000Z", "amount": {number % 1000 / 100}, "quantity": {number % 17}, '
            f'"active": true, "note": "{fill}"}}}}\n'
        )


def run(source, command, output):
    """Seconds from start to end of the loader, and its peak memory in MB. The input comes through `cat`, or from a tap."""
    begun = time.monotonic()
    with open(output, "wb") as out:
        command_of_tap = source if isinstance(source, list) else ["cat", str(source)]
        source = subprocess.Popen(command_of_tap, stdout=subprocess.PIPE)
        loader = subprocess.Popen(command, stdin=source.stdout, stdout=out, stderr=subprocess.PIPE)
        source.stdout.close()
        said = loader.stderr.read()
        _, status, usage = os.wait4(loader.pid, 0)
        source.wait()
    seconds = time.monotonic() - begun
    assert status == 0, f"{command}: {said.decode(errors='replace')[-2000:]}"
    return seconds, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", nargs="?", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--stock-records", type=int, default=100_000)
    parser.add_argument("--tap", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tap:
        tap(options.tap)
        return
    program = os.environ.get("TARGET_TRIBUTARY", str(ROOT / "target/debug/target-tributary"))
    work = Path(tempfile.mkdtemp(prefix="loader-bench-", dir=ROOT / "target"))
    try:
        measure(options, program, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def measure(options, program, work):
    source, small = work / "records.singer", work / "small.singer"
    make(source, options.records)
    make(small, options.stock_records)
    print(f"{options.records:,} records, {source.stat().st_size / 1e6:.0f} MB")

    def ours(format, folder):
        config = work / f"{format}.json"
        config.write_text(json.dumps({"format": format, "path": str(folder)}))
        return [program, "--config", str(config)]

    def once(name, turn):
        folder = work / f"{name}-{turn}"
        folder.mkdir()
        command = ["cat"] if name == "cat" else ours(name.split()[0], folder)
        output = folder / "cat.out" if name == "cat" else work / "states"
        found = [run(source, command, output)]
        if name != "cat":
            # The same again: every record is there already.
            found.append(run(source, command, output) if name == "sqlite" else None)
        shutil.rmtree(folder)
        return found

    names = ["cat", "jsonl", "csv", "parquet", "sqlite"]
    results = {name: [] for name in names}
    for turn in range(options.turns):
        for name in names:
            results[name].append(once(name, turn))
    seconds = {name: statistics.median(one[0][0] for one in results[name]) for name in names}
    print(f"{'loader':<34}{'seconds':>9}{'records/s':>12}{'of cat':>8}{'peak MB':>9}")

    def line(name, time, count, peak):
        ratio = time / count / (seconds["cat"] / options.records)
        print(f"{name:<34}{time:>9.2f}{count / time:>12,.0f}{ratio:>8.2f}{peak:>9.0f}")

    for name in names:
        line(name, seconds[name], options.records, max(one[0][1] for one in results[name]))
    again = [one[1] for one in results["sqlite"]]
    line("sqlite, all rows updated", statistics.median(one[0] for one in again), options.records, max(one[1] for one in again))
    slow = [sys.executable, __file__, "--tap", str(options.records)]
    behind = {"cat": [], "jsonl": []}
    for turn in range(options.turns):
        for name, found in behind.items():
            folder = work / f"tap-{name}-{turn}"
            command = ["cat"] if name == "cat" else ours(name, folder)
            found.append(run(slow, command, work / "cat.out" if name == "cat" else work / "states")[0])
            shutil.rmtree(folder, ignore_errors=True)
    taken = {name: statistics.median(found) for name, found in behind.items()}
    print(f"behind a tap that puts records together in Python: cat {taken['cat']:.2f} s, jsonl {taken['jsonl']:.2f} s, "
          f"ratio {taken['jsonl'] / taken['cat']:.2f}")
    if options.engine is None:
        return
    for name, config, format in [
        ("target-jsonl", {"destination_path": str(work)}, "jsonl"),
        ("target-csv", {"output_path": str(work)}, "sqlite"),
        ("target-duckdb", {"filepath": str(work / "stock.duckdb"), "default_target_schema": "main"}, "sqlite"),
    ]:
        found = sorted((options.engine / "envs").glob(f"{name}-*/bin/{name}"))
        if not found:
            print(f"{name} is not in {options.engine}: run trib setup with that engine first")
            continue
        path = work / f"{name}.json"
        path.write_text(json.dumps(config))
        time_taken, peak = run(small, [str(found[-1]), "--config", str(path)], work / "states")
        line(name, time_taken, options.stock_records, peak)
        times = time_taken / options.stock_records / (seconds[format] / options.records)
        print(f"    {format} is {times:.1f} times as fast per record")


if __name__ == "__main__":
    main()
