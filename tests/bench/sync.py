#!/usr/bin/env python3
"""What a sync through the whole app costs over its parts.

Runs, in turn and several times, (A) the bare Salesforce tap piped into target-jsonl with a ready catalog and (B) `trib sync`
of the same records into the same loader, against one simulated org on this computer. Prints the medians, and what B costs
over A: the aim is at most 1.5 s plus 3 % (Meltano's own start is 1.25 s of it).

    scripts/with-session tests/bench/sync.py [--records 40000] [--times 3]

Needs `scripts/setup` once (it fetches the engine's wheels) and builds the programs in release mode.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def build():
    packages = ["tributary-cli", "tributary-plugin-host", "tributary-salesforce-sim"]
    command = ["cargo", "build", "--quiet", "--release", "--bins"]
    subprocess.run(command + [part for name in packages for part in ("-p", name)], check=True, cwd=ROOT)
    programs = TARGET / "release"
    resources = programs / "resources"
    resources.mkdir(exist_ok=True)
    (uv,) = (ROOT / "build/sidecar").glob("tributary-uv-*")
    for link, place in [(programs / "tributary-uv", uv), (resources / "meltano", ROOT / "meltano"), (resources / "wheels", ROOT / "build/wheels")]:
        link.unlink(missing_ok=True)
        if link.name == "tributary-uv":
            os.link(place, link)
        else:
            link.symlink_to(place)
    return programs


class Org:
    """The simulated org, in a process of its own."""

    def __init__(self, programs, records, folder):
        self.ca = folder / "ca.pem"
        half = records // 2
        command = [programs / "salesforce-sim", "--rows", f"Account={half}", "--rows", f"Contact={records - half}"]
        command += ["--ca-file", self.ca, "--exit-with-stdin"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.process.stdout.readline())

    def environment(self):
        return {"HTTPS_PROXY": self.facts["proxy"], "NO_PROXY": "127.0.0.1", "REQUESTS_CA_BUNDLE": str(self.ca)}

    def secrets(self):
        return {name: self.facts[name] for name in ("client_id", "client_secret", "refresh_token")}

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Trib:
    def __init__(self, programs, home, org):
        self.program = programs / "trib"
        self.environment = {**os.environ, **org.environment(), "TRIBUTARY_HOME": str(home)}
        self.environment["TRIBUTARY_ENGINE"] = str(TARGET / "bench-engine")

    def __call__(self, *arguments, body=None):
        text = json.dumps(body) if body else None
        done = subprocess.run([self.program, *arguments, "--json"], input=text, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"trib {' '.join(arguments)} failed: {done.stderr}{done.stdout}")
        return json.loads(done.stdout.splitlines()[-1])


def program_of(engine, environment, program):
    (found,) = engine.glob(f"envs/{environment}-*/bin/{program}")
    return found


def bare(trib, home, org, folder):
    """The tap piped into the loader, with the catalog the app made. Gives the seconds it took and the rows that came."""
    engine = pathlib.Path(trib.environment["TRIBUTARY_ENGINE"])
    (catalog,) = (home / "project/catalogs").glob("*.json")
    config = folder / "tap.json"
    config.write_text(json.dumps({**org.secrets(), "start_date": "2010-01-01T00:00:00Z", "api_type": "REST", "is_sandbox": False,
                                  "select_fields_by_default": True}))
    with tempfile.TemporaryDirectory(dir=folder) as out:
        loader_config = folder / "target.json"
        loader_config.write_text(json.dumps({"destination_path": out}))
        begun = time.monotonic()
        tap = subprocess.Popen([program_of(engine, "tap-salesforce", "tap-salesforce"), "--config", config, "--properties", catalog],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=trib.environment)
        loader = subprocess.Popen([program_of(engine, "target-jsonl", "target-jsonl"), "--config", loader_config],
                                  stdin=tap.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        tap.stdout.close()
        if loader.wait() or tap.wait():
            raise SystemExit("the bare pipe failed")
        seconds = time.monotonic() - begun
        rows = sum(1 for file in pathlib.Path(out).glob("*.jsonl") for _ in file.open("rb"))
    return seconds, rows


def whole(trib):
    begun = time.monotonic()
    run = trib("sync", "CRM", "--full-refresh")["run"]
    return time.monotonic() - begun, sum(stream["records"] for stream in run["streams"])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--records", type=int, default=40_000)
    arguments.add_argument("--times", type=int, default=3)
    chosen = arguments.parse_args()
    programs = build()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        home = folder / "home"
        org = Org(programs, chosen.records, folder)
        try:
            trib = Trib(programs, home, org)
            begun = time.monotonic()
            trib("setup")
            print(f"engine made ready (or found ready) in {time.monotonic() - begun:.2f} s")
            begun = time.monotonic()
            trib("setup")
            print(f"engine found ready, the whole command: {(time.monotonic() - begun) * 1000:.0f} ms")
            trib("integrations", "create", body={"type": "salesforce", "name": "CRM", "config": {"start_date": "2010-01-01"},
                                                 "secrets": org.secrets(), "streams": ["Account", "Contact"]})
            trib("sync", "CRM")  # discovery, and a first write of the catalog
            parts, apps = [], []
            for turn in range(chosen.times):
                seconds, rows = bare(trib, home, org, folder)
                parts.append(seconds)
                app_seconds, app_rows = whole(trib)
                apps.append(app_seconds)
                assert rows == app_rows == chosen.records, (rows, app_rows)
                print(f"turn {turn + 1}: bare {seconds:.2f} s, trib sync {app_seconds:.2f} s")
        finally:
            org.stop()
    a, b = statistics.median(parts), statistics.median(apps)
    allowed = 1.5 + 1.03 * a
    print(f"records {chosen.records}: bare {a:.2f} s, trib sync {b:.2f} s, ratio {b / a:.3f}, "
          f"over the bare pipe {b - a:.2f} s (allowed: 1.5 s + 3 % = {allowed - a:.2f} s)")


if __name__ == "__main__":
    main()
