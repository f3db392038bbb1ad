"""wrk against a running office, with the processor time the office and its database took."""

import json
import os
import re
import subprocess

import practice

HERE = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS = 32


class Clock:
    """Processor seconds of the office, and of the database server's processes where there is one."""

    def __init__(self, office, postmaster):
        self.office, self.postmaster = office, postmaster
        self.began = self.read()

    def read(self):
        backends = [self.postmaster, *practice.children(self.postmaster)] if self.postmaster else []
        return practice.processor_seconds(self.office.pid), {pid: practice.processor_seconds(pid) for pid in backends}

    def spent(self):
        office, backends = self.read()
        return office - self.began[0], sum(
            seconds - self.began[1].get(pid, 0.0) for pid, seconds in backends.items())


def wrk(office, seconds, environment, path="/"):
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "20s",
               "--script", os.path.join(HERE, "load.lua"), office.address + path]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if not found:
        raise SystemExit(f"wrk gave no result:\n{done.stdout}\n{done.stderr}")
    return json.loads(found[1])


def measured(office, postmaster, seconds, environment):
    clock = Clock(office, postmaster)
    result = wrk(office, seconds, environment)
    own, database = clock.spent()
    result["per_second"] = result["requests"] / result["seconds"]
    result["cpu_ms"] = own * 1000 / max(1, result["requests"])
    result["database_cpu_ms"] = database * 1000 / max(1, result["requests"])
    result["peak_mb"] = practice.peak_megabytes(office.pid)
    return result


def pages(office, postmaster, person, paths, folder, seconds):
    """Load of one kind of page. Every path must first answer 200 with a whole page."""
    for path in paths[:20]:
        if "</html>" not in person.page(path):
            raise SystemExit(f"{path} is not a whole page")
    listed = os.path.join(folder, "paths")
    with open(listed, "w", encoding="utf-8") as file:
        file.write("\n".join(paths) + "\n")
    environment = {"BENCH_PATHS": listed, "BENCH_COOKIE": person.cookie}
    wrk(office, 1, environment)
    return measured(office, postmaster, seconds, environment)


def registrations(office, postmaster, people, documents, folder, seconds):
    listed, clerks = os.path.join(folder, "documents"), os.path.join(folder, "clerks")
    with open(listed, "w", encoding="utf-8") as file:
        file.write("\n".join(map(str, documents)) + "\n")
    with open(clerks, "w", encoding="utf-8") as file:
        file.writelines(f"{person.cookie}\t{person.csrf}\n" for person in people)
    return measured(office, postmaster, seconds, {"BENCH_DOCUMENTS": listed, "BENCH_CLERKS": clerks})
