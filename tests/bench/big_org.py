#!/usr/bin/env python3
"""What a sync of 20 objects costs in an org of 1,000, with nothing new, at 20 ms a call.

Measures (A) the bare tap as it is used elsewhere, which asks what there is before it reads, (B) `trib streams --refresh`, the
listing of the whole org, and (C) `trib sync` with nothing new, and counts the token requests of each sync. The aims: C under
5 s where A takes over 20 s; one token request a run.

    scripts/with-session tests/bench/big_org.py [--times 3] [--programs target/debug]

Without --programs the programs are built in release mode. With them, they and their `resources` have to be there.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
import urllib.request

import sync


class BigOrg(sync.Org):
    def __init__(self, programs, folder):
        self.ca = folder / "ca.pem"
        command = [programs / "salesforce-sim", "--objects", "990", "--rows", "*=20", "--delay-ms", "20", "--rotate"]
        command += ["--ca-file", self.ca, "--exit-with-stdin"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.process.stdout.readline())

    def ask(self, path):
        request = urllib.request.Request(f"{self.facts['base_url']}/_sim/{path}", headers={"X-Sim-Token": self.facts["control_token"]})
        return json.loads(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read())


def bare(trib, org, folder):
    engine = pathlib.Path(trib.environment["TRIBUTARY_ENGINE"])
    tap = sync.program_of(engine, "tap-salesforce", "tap-salesforce")
    config = folder / "tap.json"
    secrets = {**org.secrets(), "refresh_token": org.ask("refresh_token")["refresh_token"]}
    config.write_text(json.dumps({**secrets, "start_date": "2010-01-01T00:00:00Z", "api_type": "REST", "is_sandbox": False,
                                  "select_fields_by_default": True}))
    begun = time.monotonic()
    subprocess.run([tap, "--config", config, "--discover"], check=True, env=trib.environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return time.monotonic() - begun


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--programs", type=pathlib.Path)
    arguments.add_argument("--engine", type=pathlib.Path)
    chosen = arguments.parse_args()
    programs = chosen.programs.resolve() if chosen.programs else sync.build()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        org = BigOrg(programs, folder)
        try:
            trib = sync.Trib(programs, folder / "home", org)
            if chosen.engine:
                trib.environment["TRIBUTARY_ENGINE"] = str(chosen.engine.resolve())
            trib("setup")
            # Before the app has the sign-in: a token that rotates belongs to one of the two.
            seconds = bare(trib, org, folder)
            print(f"bare tap, discovery alone: {seconds:.1f} s")
            secrets = {**org.secrets(), "refresh_token": org.ask("refresh_token")["refresh_token"]}
            trib("integrations", "create", body={"type": "salesforce", "name": "CRM", "config": {"start_date": "2010-01-01"},
                                                 "secrets": secrets})
            begun = time.monotonic()
            listed = trib("streams", "CRM", "--refresh")["streams"]
            print(f"listing {len(listed)} objects through the app: {time.monotonic() - begun:.1f} s")
            names = [stream["name"] for stream in listed if stream["replication_key"]][:20]
            trib("integrations", "update", "CRM", body={"streams": names})
            trib("sync", "CRM")
            took = []
            for turn in range(chosen.times):
                before = org.ask("stats")
                begun = time.monotonic()
                trib("sync", "CRM")
                took.append(time.monotonic() - begun)
                after = org.ask("stats")
                calls = {name: after[name] - before[name] for name in ("token_requests", "describes", "api_requests", "replays")}
                print(f"turn {turn + 1}: {took[-1]:.2f} s, {calls}")
        finally:
            org.stop()
    print(f"repeat sync of {len(names)} of {len(listed)} objects: {statistics.median(took):.2f} s (allowed: 5 s)")


if __name__ == "__main__":
    main()
