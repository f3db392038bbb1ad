"""A packet of 50 MB from office to office over a hub: three processes, and how much memory each needs above what it needs
while nothing happens."""

import contextlib
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time

import practice

# practice names the folder of these.
import docx_sample
import processes

HEADS = ["process", "above idle", "idle", "took", "target", ""]
TARGET = 64
# With its base64 just below the 50 MB that the platform takes.
ATTACHMENT = 37 << 20
NAMES = ("academy", "institute", "hub")


def resident_megabytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def forget_peak(pid):
    """From now on VmHWM counts anew (proc(5), clear_refs)."""
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


def until(condition, what, seconds=300):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise SystemExit(f"waited {seconds} s in vain: {what}")


class Process:
    """One of the three, with its own log; what practice.Person talks to."""

    def __init__(self, program, folder, name, port):
        self.address = f"http://127.0.0.1:{port}"
        self.database = os.path.join(folder, name, f"{'hub' if name == 'hub' else 'office'}.sqlite")
        self.log = open(os.path.join(folder, f"{name}.log"), "ab")
        self.process = subprocess.Popen(
            [program, "hub" if name == "hub" else "serve", "--config", os.path.join(folder, f"{name}.conf")],
            cwd=practice.ROOT, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def pid(self):
        return self.process.pid

    def answers(self):
        if self.process.poll() is not None:
            raise SystemExit(f"a process ended by itself: {self.log.name}")
        with contextlib.closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", int(self.address.rsplit(":", 1)[1]))) == 0

    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(sql).fetchall()

    def stop(self):
        processes.stop(self.process)
        self.log.close()


class Trio:
    def __init__(self, program, folder):
        self.folder = os.path.join(folder, "three")
        port = processes.free_ports(8)
        subprocess.run(
            [program, "demo", "--prepare", "--data", self.folder, "--port-base", str(port)], cwd=practice.ROOT, check=True,
            stdout=subprocess.DEVNULL)
        self.processes = {
            name: Process(program, self.folder, name, port + offset) for offset, name in enumerate(NAMES)}
        for process in self.processes.values():
            until(process.answers, f"{process.address} answers")
        self.rows = []

    def stop(self):
        for process in self.processes.values():
            process.stop()

    def document(self, people):
        """An official letter with a large attachment, drafted, initialled, signed, numbered and sealed; its page."""
        letter, attachment = os.path.join(self.folder, "cong-van.docx"), os.urandom(ATTACHMENT)
        docx_sample.write(letter, "letter", signer="Nguyễn Thị Hồng Vân", title="PHÓ CHỦ TỊCH", capacity="KT.")
        academy = self.processes["academy"]
        drafter = practice.Person(academy, "chuyenvien")
        with open(letter, "rb") as file:
            content = file.read()
        place = drafter.upload(
            "/van-ban-di/moi",
            {"type": "officialLetter", "subject": "V/v báo cáo kết quả thực hiện chuyển đổi số năm 2026",
             "signer": people["phochutich"], "capacity": "deputising", "agency": "000.00.97.G31"},
            [("main", "cong-van.docx", content), ("attachment", "so-lieu.zip", attachment)])
        number = place.rsplit("/", 1)[1]
        until(lambda: academy.ask(f"SELECT 1 FROM outgoing_document WHERE id = {number} AND preparation = 'ready'"),
              "the draft is a PDF")
        drafter.act(f"{place}/submit", {})
        pin = {"pin": practice.PIN}
        practice.Person(academy, "chanhvp").act(f"{place}/initial", pin)
        practice.Person(academy, "phochutich").act(f"{place}/sign", pin)
        clerk = practice.Person(academy, "vanthu")
        clerk.act(f"{place}/number", {})
        clerk.act(f"{place}/seal", {"pin": practice.SEAL_PIN})
        return clerk, place

    def measure(self):
        """Rows of the three; the academy's peak begins with the upload of the attachment."""
        people = dict(self.processes["academy"].ask("SELECT account, id FROM person"))
        # What a process keeps from its first page, its first packet and its first signature is no part of the packet.
        for process in list(self.processes.values())[:2]:
            practice.Person(process, "vanthu").page("/")
        time.sleep(3)
        idle = {name: resident_megabytes(process.pid) for name, process in self.processes.items()}
        for process in self.processes.values():
            forget_peak(process.pid)
        began = time.monotonic()
        clerk, place = self.document(people)
        made = time.monotonic()
        clerk.act(f"{place}/issue", {})
        institute = self.processes["institute"]
        until(lambda: institute.ask("SELECT 1 FROM exchange_inbox WHERE state = 'filed' AND told = 'done'"),
              "the packet is filed at the institute")
        size = institute.ask("SELECT byte_count FROM exchange_inbox")[0][0]
        arrived = time.monotonic()
        until(lambda: self.processes["academy"].ask("SELECT 1 FROM outgoing_status WHERE status = 1"), "01 comes back")
        for name, took in (("academy", made - began), ("hub", arrived - made), ("institute", arrived - made)):
            above = practice.peak_megabytes(self.processes[name].pid) - idle[name]
            words = {"academy": "sending office, from the upload on", "hub": "hub", "institute": "receiving office"}[name]
            self.rows.append(
                [f"{words} ({size / 1e6:.1f} MB)", f"{above:.1f} MB", f"{idle[name]:.0f} MB", f"{took:.1f} s",
                 f"≤ {TARGET} MB", "met" if above <= TARGET else "MISSED"])
        return self.rows


def measure(program, folder):
    trio = Trio(program, folder)
    try:
        return trio.measure()
    finally:
        trio.stop()


if __name__ == "__main__":
    for row in measure(os.path.abspath(sys.argv[1]), sys.argv[2]):
        print(row)
