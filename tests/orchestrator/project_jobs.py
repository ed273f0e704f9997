"""A Meltano project as Dagster jobs: one for each job of its meltano.yml, with its schedules.

PROJECT names the folder. Nothing of the project is changed.
"""

import os
import subprocess
from pathlib import Path

import dagster
import yaml

PROJECT = Path(os.environ["PROJECT"])
CONTENT = yaml.safe_load((PROJECT / "meltano.yml").read_text())


def make_job(name):
    plain = "".join(letter if letter.isalnum() else "_" for letter in name)

    @dagster.op(name=f"run_{plain}")
    def run(context):
        context.log.info("meltano run %s", name)
        subprocess.run(["meltano", "run", name], cwd=PROJECT, check=True)

    @dagster.job(name=plain)
    def job():
        run()

    return job


jobs = {job["name"]: make_job(job["name"]) for job in CONTENT.get("jobs", [])}
schedules = [
    dagster.ScheduleDefinition(job=jobs[schedule["job"]], cron_schedule=schedule["interval"])
    for schedule in CONTENT.get("schedules", [])
]
definitions = dagster.Definitions(jobs=list(jobs.values()), schedules=schedules)
