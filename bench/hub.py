"""Packets through the hub end to end: sent, stored, listed, fetched, acknowledged; and a backlog after an outage."""

import json
import os
import secrets
import signal
import subprocess
import time
import urllib.request

import practice
import processes

RECEIVERS, SENDERS = 4, 4
TARGET = {"SQLite": 300, "PostgreSQL": 200}
HEADS = ["work", "engine", "packets", "KB each", "per second", "hub CPU ms", "peak MB", "urgent first", "target"]


class Hub:
    """`vastoffice hub` on a free port, without limits, with one sender and some receivers."""

    def __init__(self, program, folder, database):
        os.makedirs(folder, exist_ok=True)
        self.port = processes.free_port()
        self.directory = os.path.join(folder, "directory.json")
        names = ["sender"] + [f"receiver{number}" for number in range(RECEIVERS)]
        systems = [{"system": {"systemId": name, "secret": secrets.token_hex(16), "name": name},
                    "agencies": [{"code": f"000.00.{index:02d}.G31", "name": name}]} for index, name in enumerate(names, 10)]
        with open(self.directory, "w", encoding="utf-8") as file:
            json.dump({"systems": systems}, file)
        settings = {
            "hub.directory": self.directory, "practice": "true", "hub.limit.packets.minute": "0",
            "hub.limit.megabytes.day": "0", "hub.limit.uploads": "0"}
        arguments = [program, "hub", "--data", os.path.join(folder, "data"), "--port", str(self.port)]
        if database:
            arguments += ["--database", database]
        for key, value in settings.items():
            arguments += ["--set", f"{key}={value}"]
        self.log = open(os.path.join(folder, "hub.log"), "ab")
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        self.wait()

    def wait(self):
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/suc-khoe", timeout=2).read()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the hub does not answer")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


def measure(program, load, folder, engine, database, packets, kilobytes, kind, problems):
    hub = Hub(program, os.path.join(folder, f"hub-{engine}-{kind}"), database)
    try:
        before = practice.processor_seconds(hub.process.pid)
        done = subprocess.run(
            [load, str(hub.port), hub.directory, str(packets), str(kilobytes * 1000), str(SENDERS), kind],
            capture_output=True, text=True, check=False)
        cpu = practice.processor_seconds(hub.process.pid) - before
        peak = practice.peak_megabytes(hub.process.pid)
    finally:
        hub.stop()
    if done.returncode != 0:
        problems.append(f"hub, {engine}, {kind}: {(done.stdout + done.stderr)[-300:]}")
        return [kind, engine, packets, kilobytes, "FAILED", "", "", "", ""]
    found = json.loads(done.stdout)
    rate = found["packets"] / found["seconds"]
    if kind == "backlog" and not found["urgentFirst"]:
        problems.append(f"hub, {engine}: the backlog did not come out urgent first")
    name = "end to end" if kind == "through" else "backlog, drained"
    return [name, engine, str(packets), str(kilobytes), f"{rate:.0f}", f"{cpu / packets * 1000:.2f}", f"{peak:.0f}",
            ("yes" if found["urgentFirst"] else "NO") if kind == "backlog" else "",
            "met" if rate >= TARGET[engine] else f"MISSED: ≥ {TARGET[engine]}"]
