#!/usr/bin/env python3
"""What running a sync through the app costs, with a tap and a loader that do next to nothing.

    scripts/with-session tests/bench/fast/measure.py overhead [--records 1000000] [--times 5]
    scripts/with-session tests/bench/fast/measure.py flood [--lines 100000] [--seconds 60]

`overhead` runs, in turn, (A) `meltano run` in a copy of the project the app generates, with the same tap and loader but without
`plugin-host`, and (B) `trib sync`, and compares the medians: the aim is at most 3 % more. `flood` lets the tap say so many lines a
second for so long; the app's memory may grow by 50 MB, and no line may be missing without the log saying so.

Needs the engine of the tests (`scripts/test rust` makes it) and `rustc`; builds the programs in release mode. `--programs DIR`
takes others, `--keep` leaves the data folder in place.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
STREAM = "fast"


def build():
    packages = ["tributary-cli", "tributary-plugin-host"]
    command = ["cargo", "build", "--quiet", "--release", "--bins"]
    subprocess.run(command + [part for name in packages for part in ("-p", name)], check=True, cwd=ROOT)
    return TARGET / "release"


def furnish(programs):
    resources = programs / "resources"
    resources.mkdir(exist_ok=True)
    (uv,) = (ROOT / "build/sidecar").glob("tributary-uv-*")
    for link, place in [(programs / "tributary-uv", uv), (resources / "meltano", ROOT / "meltano"), (resources / "wheels", ROOT / "build/wheels")]:
        if link.is_symlink() or link.exists():
            continue
        if link.name == "tributary-uv":
            shutil.copy2(place, link)
        else:
            link.symlink_to(place)


def fast_engine(engine, folder):
    """The engine of the tests with real Meltano, but with the fast program in place of one tap and one loader."""
    program = folder / "fast"
    subprocess.run(["rustc", "--edition", "2024", "-O", "-o", program, HERE / "plugins.rs"], check=True)
    made = folder / "engine"
    (made / "envs").mkdir(parents=True)
    for file in engine.iterdir():
        if file.is_file():
            shutil.copy2(file, made / file.name)
    plugins = []
    for name, whole in [("meltano", True), ("tap-spreadsheets", False), ("target-jsonl", False)]:
        (environment,) = engine.glob(f"envs/{name}-*")
        place = made / "envs" / environment.name
        if whole:
            shutil.copytree(environment, place, symlinks=True)
            continue
        (place / "bin").mkdir(parents=True)
        for marker in environment.glob("tributary-*"):
            shutil.copy2(marker, place)
        (place / "bin/python").symlink_to(environment / "bin/python")
        shutil.copy2(program, place / "bin" / name)
        plugins.append(place / "bin" / name)
    return made, plugins


class App:
    def __init__(self, programs, engine, home):
        self.program = programs / "trib"
        self.home = home
        self.environment = {**os.environ, "TRIBUTARY_HOME": str(home), "TRIBUTARY_ENGINE": str(engine), "TRIBUTARY_HUB_URL": "http://127.0.0.1:9"}

    def start(self, *arguments, **options):
        return subprocess.Popen([self.program, *arguments, "--json"], env=self.environment, stdout=subprocess.PIPE, text=True, **options)

    def __call__(self, *arguments, body=None):
        process = self.start(*arguments, stdin=subprocess.PIPE)
        text, _ = process.communicate(json.dumps(body) if body else "")
        if process.returncode:
            raise SystemExit(f"trib {' '.join(arguments)} failed: {text[-2000:]}")
        return [json.loads(line) for line in text.splitlines()]

    def connect(self, name, what):
        files = [{"path": what, "format": "csv"}]
        self("integrations", "create", body={"type": "spreadsheets", "name": name, "config": {"files": files}, "streams": [STREAM]})


def bare(app, engine, plugins, folder, name):
    """A copy of the generated project that names the plugins themselves. Gives what runs it."""
    project = folder / "bare"
    shutil.copytree(app.home / "project", project)
    tap, loader = plugins
    yml = json.loads((project / "meltano.yml").read_text())
    (extractor,) = [one for one in yml["plugins"]["extractors"] if name in json.dumps(one["config"])]
    (target,) = yml["plugins"]["loaders"]
    extractor["executable"], target["executable"] = str(tap), str(loader)
    yml["plugins"]["extractors"] = [extractor]
    (project / "meltano.yml").write_text(json.dumps(yml))
    (meltano,) = engine.glob("envs/meltano-*/bin/meltano")
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    environment |= {"MELTANO_PROJECT_ROOT": str(project), "MELTANO_DATABASE_URI": f"sqlite:///{project}/state.db",
                    "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false", "XDG_STATE_HOME": str(folder / "bare-log"),
                    "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}

    def run():
        command = [meltano, "--log-format", "json", "run", "--force", "--full-refresh", extractor["name"], target["name"]]
        begun = time.monotonic()
        subprocess.run(command, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.monotonic() - begun

    return run


def overhead(app, engine, plugins, folder, chosen):
    what = f"records={chosen.records},record_bytes=335"
    app.connect("Fast", what)
    app("sync", "Fast", "--full-refresh")
    run_bare = bare(app, engine, plugins, folder, what)
    run_bare()
    parts, apps = [], []

    def run_app():
        begun = time.monotonic()
        run = app("sync", "Fast", "--full-refresh")[-1]["run"]
        seconds = time.monotonic() - begun
        (stream,) = run["streams"]
        assert stream["records"] == chosen.records, stream
        assert stream.get("loaded") in (None, chosen.records), stream
        return seconds

    for turn in range(chosen.times):
        # Whichever comes first may find the computer in another mood.
        order = [(parts, run_bare), (apps, run_app)]
        for seconds, run in order if turn % 2 == 0 else reversed(order):
            seconds.append(run())
        print(f"turn {turn + 1}: meltano run {parts[-1]:.2f} s, trib sync {apps[-1]:.2f} s, ratio {apps[-1] / parts[-1]:.3f}", flush=True)
    a, b = statistics.median(parts), statistics.median(apps)
    ratio = statistics.median(two / one for one, two in zip(parts, apps))
    print(f"{chosen.records} records of 335 bytes, medians of {chosen.times}: meltano run {a:.2f} s, trib sync {b:.2f} s; "
          f"ratio {b / a:.3f}, median of the ratios {ratio:.3f} (allowed: 1.03)")


def memory(pid, field):
    with open(f"/proc/{pid}/status") as status:
        return next((int(line.split()[1]) * 1024 for line in status if line.startswith(field)), 0)


def flood(app, engine, plugins, folder, chosen):
    app.connect("Flood", f"records=1,record_bytes=100,lines={chosen.lines},seconds={chosen.seconds},long={chosen.long}")
    process = app.start("sync", "Flood")
    heard = []
    thread = threading.Thread(target=lambda: heard.extend(process.stdout))
    thread.start()
    before, peak, begun = None, 0, time.monotonic()
    while process.poll() is None:
        try:
            now = memory(process.pid, "VmRSS")
        except FileNotFoundError:
            break
        # When the log begins to grow, everything else is there.
        talking = any(file.stat().st_size > 100_000 for file in app.home.glob("runs/*/log-*.jsonl"))
        if talking and before is None:
            before = now
        peak = max(peak, now)
        time.sleep(0.05)
    thread.join()
    took = time.monotonic() - begun
    run = json.loads(heard[-1])["run"]
    assert run["status"] == "succeeded", run["problem"]
    begun = time.monotonic()
    lines = app("logs", run["id"])
    reading = time.monotonic() - begun
    numbers, notes, gaps, last, noted = [], 0, 0, -1, False
    for line in lines:
        text = line["text"]
        if "are left out here" in text or "lines are missing here" in text:
            notes, noted = notes + 1, True
        found = re.match(r"INFO line (\d+) of", text)
        if not found:
            continue
        number = int(found.group(1))
        assert number > last, f"{number} comes after {last}"
        if number != last + 1:
            assert noted, f"lines {last + 1} to {number - 1} are missing and nothing says so"
            gaps += 1
        last, noted = number, False
        numbers.append(number)
    all_lines = chosen.lines * chosen.seconds
    assert last == all_lines - 1, f"the last line is {last}"
    said = next(line["text"] for line in lines if line["text"].startswith("INFO said"))
    size = sum(file.stat().st_size for file in app.home.glob(f"runs/{run['id']}/log-*.jsonl")) / 1e6
    growth = (peak - (before or peak)) / 1e6
    print(f"{all_lines} lines at {chosen.lines} a second: the tap {said[5:]}, the sync took {took:.1f} s; the app's memory {peak / 1e6:.0f} MB "
          f"at most, grew by {growth:.0f} MB (allowed: 50); kept {len(numbers)} lines in {size:.0f} MB, {gaps} gaps, each said ({notes} notes); "
          f"reading it all {reading:.1f} s")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["overhead", "flood"])
    arguments.add_argument("--records", type=int, default=1_000_000)
    arguments.add_argument("--times", type=int, default=5)
    arguments.add_argument("--lines", type=int, default=100_000)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--long", type=int, default=0, help="megabytes of one more line")
    arguments.add_argument("--programs", type=pathlib.Path)
    arguments.add_argument("--engine", type=pathlib.Path, default=TARGET / "debug/test-engine")
    arguments.add_argument("--keep", action="store_true")
    chosen = arguments.parse_args()
    programs = (chosen.programs or build()).resolve()
    furnish(programs)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tributary-bench-"))
    try:
        engine, plugins = fast_engine(chosen.engine.resolve(), folder)
        app = App(programs, engine, folder / "home")
        {"overhead": overhead, "flood": flood}[chosen.what](app, engine, plugins, folder, chosen)
    finally:
        if chosen.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
