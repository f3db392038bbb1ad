"""Measures the program: pages and registrations on both databases, signatures beside pyHanko, packets
and the directory of agencies. Started by scripts/bench.

    python bench.py --program vastoffice [--signature-bench SignatureBench] [--documents 100000] [--seconds 10]
                    [--exchange-bench ExchangeBench] [--only pages,registrations,signatures,exchange] [--keep FOLDER]

Prints tables; README.md beside this file tells how to read them. Exit code 1 when something was wrong: a page that
failed, a number taken twice or left out. A target that was missed is told and is no error: machines differ.
"""

import argparse
import datetime
import os
import platform
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import exchange
import hub
import large
import load
import many
import practice
import processes
import signatures

ROOT = practice.ROOT
ENGINES = ("SQLite", "PostgreSQL")
CLERKS = 32
CPU_TARGET_MS, P95_TARGET_MS = 3.0, 50.0


def tell(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def table(title, heads, rows):
    """A table of fixed width; numbers to the right."""
    cells = [heads, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    print(f"\n{title}")
    for index, row in enumerate(cells):
        print("  " + "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths))))
        if index == 0:
            print("  " + "  ".join("-" * width for width in widths))
    sys.stdout.flush()


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return "not installed"


def first_line(*command):
    return (output(*command).splitlines() or ["?"])[0]


class Machine:
    @staticmethod
    def tell(program):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = re.search(r"model name\s*:\s*(.*)", file.read())
        with open("/proc/meminfo", encoding="utf-8") as file:
            memory = int(re.search(r"MemTotal:\s+(\d+)", file.read())[1]) / 1024 / 1024
        print(f"Machine    {os.cpu_count()} × {model[1] if model else '?'}, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the start")
        print(f"System     {first_line('sed', '-n', 's/^PRETTY_NAME=//p', '/etc/os-release')}, Linux {platform.release()}, "
              f"{re.sub(r' *[(].*', '', first_line('swift', '--version'))}")
        print(f"Databases  SQLite {sqlite3.sqlite_version}, {first_line('postgres', '--version') if shutil.which('postgres') else first_line('psql', '--version')}")
        print(f"Load       {first_line('wrk', '--version')[:20].strip()}, {load.CONNECTIONS} connections on loopback, one thread, same machine")
        print(f"Program    {os.path.relpath(program, ROOT)} ({first_line(program, '--version')}), commit {first_line('git', '-C', ROOT, 'rev-parse', '--short', 'HEAD')}")


class Postgres:
    """A private server that flushes to disk as one with real data does."""

    def __init__(self, folder):
        self.folder = folder
        self.url = subprocess.run(
            [os.path.join(ROOT, "scripts", "postgres"), "start", folder, "durable"], capture_output=True, text=True,
            check=True).stdout.strip()
        with open(os.path.join(folder, "data", "postmaster.pid"), encoding="utf-8") as file:
            self.pid = int(file.readline())

    def stop(self):
        subprocess.run([os.path.join(ROOT, "scripts", "postgres"), "stop", self.folder], check=False)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.program = os.path.abspath(options.program)
        self.data = os.path.join(folder, "practice", "academy")
        self.sqlite = os.path.join(self.data, "office.sqlite")
        self.postgres = None
        self.problems = []

    # Making the office.

    def prepare(self):
        tell("Making a practice office and one document that goes through the real acts")
        subprocess.run(
            [self.program, "demo", "--prepare", "--data", os.path.join(self.folder, "practice"), "--port-base",
             str(processes.free_port())], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        self.model = self.circulated()
        tell(f"Filling the office with {self.options.documents} incoming documents")
        old = many.OldOffice(self.sqlite, self.model)
        self.clerks = old.clerks(CLERKS)
        old.fill(self.options.documents, self.options.documents // 5, datetime.datetime.now(many.HANOI), tell)
        old.close()
        tell("Copying the same rows into PostgreSQL")
        self.postgres = Postgres(tempfile.mktemp(prefix="vastoffice-bench-postgres.", dir="/tmp"))
        # The office makes its tables and stops: it has no agency of its own yet.
        subprocess.run(
            [self.program, "serve", "--data", os.path.join(self.folder, "empty"), "--database", self.postgres.url,
             "--port", str(processes.free_port())], cwd=ROOT, check=False, capture_output=True, timeout=120)
        many.copy_to_postgres(self.sqlite, self.postgres.url)
        self.tables_end = self.ends()

    def circulated(self):
        keys, files = signatures.keys(self.folder), signatures.documents(self.folder)
        signed = os.path.join(self.folder, "signed.pdf")
        subprocess.run(
            [self.program, "sign", files[1], signed, "--p12", keys["P-256"], "--passfile", os.path.join(self.folder, "pin")],
            check=True)
        with open(signed, "rb") as file, open(files[20], "rb") as attachment:
            scan, appendix = file.read(), attachment.read()
        office = self.office("SQLite")
        try:
            return practice.circulate(office, self.directory(), scan, appendix)
        finally:
            office.stop()

    def directory(self):
        database = sqlite3.connect(self.sqlite)
        found = dict(database.execute("SELECT account, id FROM person"))
        found.update(database.execute("SELECT short_name, id FROM unit WHERE short_name <> ''"))
        database.close()
        return found

    def ends(self):
        database = sqlite3.connect(self.sqlite)
        found = {name: database.execute(f"SELECT coalesce(max(id), 0) FROM {name}").fetchone()[0]
                 for name in ("incoming_document", "record_file", "event", "catalogue")}
        database.close()
        return found

    def office(self, engine):
        database = self.sqlite if engine == "SQLite" else self.postgres.url
        assets = ",".join(os.path.join(ROOT, name) for name in ("Assets", ".assets"))
        return practice.Office(
            self.program, self.data, database, assets, os.path.join(self.folder, f"{engine}.log")).wait()

    def postmaster(self, engine):
        return self.postgres.pid if engine == "PostgreSQL" else None

    # Pages.

    def pages(self):
        rows = []
        for engine in ENGINES:
            office = self.office(engine)
            try:
                for name, person, paths in self.kinds(*(
                        practice.Person(office, account) for account in ("vanthu", "chuyenvien", "chutich"))):
                    tell(f"{engine}: {name}")
                    result = load.pages(
                        office, self.postmaster(engine), person, paths, self.folder, self.options.seconds)
                    rows.append(self.page_row(engine, name, result))
            finally:
                office.stop()
        table(
            f"Pages of an office with {self.options.documents:,} incoming and {self.options.documents // 5:,} outgoing documents"
            f" ({self.options.seconds} s each; targets: CPU ≤ {CPU_TARGET_MS:.0f} ms, p95 < {P95_TARGET_MS:.0f} ms)",
            ["page", "engine", "pages/s", "CPU ms", "+ database", "p50 ms", "p95 ms", "p99 ms", "KB", "peak MB", "target"], rows)

    def kinds(self, clerk, specialist, leader):
        step = max(1, self.options.documents // 1000)
        # The newest lie with the clerk; whoever else asks is shown what lay with him.
        incoming = [f"/van-ban-den/{self.model + 1 + index * step}" for index in range(999)]
        outgoing = [f"/van-ban-di/{1 + index * max(1, step // 5)}" for index in range(999)]
        in_work = [f"/van-ban-den/{self.model}"]
        return [
            ("home, clerk", clerk, ["/"]), ("home, specialist", specialist, ["/"]), ("home, leader", leader, ["/"]),
            ("incoming, clerk", clerk, ["/van-ban-den"]), ("incoming, specialist", specialist, ["/van-ban-den"]),
            ("incoming, leader", leader, ["/van-ban-den"]),
            ("box “Chờ tiếp nhận”, clerk", clerk, ["/van-ban-den/hop/cho-tiep-nhan"]),
            ("box “Chờ xử lý”, specialist", specialist, ["/van-ban-den/hop/cho-xu-ly"]),
            ("box “Đang theo dõi”, leader", leader, ["/van-ban-den/hop/theo-doi"]),
            ("outgoing, clerk", clerk, ["/van-ban-di"]), ("outgoing, specialist", specialist, ["/van-ban-di"]),
            ("outgoing, leader", leader, ["/van-ban-di"]),
            ("999 incoming in turn, clerk", clerk, incoming), ("980 incoming in turn, leader", leader, incoming[:980]),
            ("999 outgoing in turn, clerk", clerk, outgoing), ("999 outgoing in turn, leader", leader, outgoing),
            ("one in work, specialist", specialist, in_work), ("one in work, leader", leader, in_work)]

    def page_row(self, engine, name, result):
        if result["failures"]:
            self.problems.append(f"{engine}, {name}: {result['failures']} answers failed")
        missed = [what for what, is_missed in [
            ("CPU", result["cpu_ms"] > CPU_TARGET_MS), ("p95", result["p95_ms"] >= P95_TARGET_MS)] if is_missed]
        return [
            name, engine, f"{result['per_second']:.0f}", f"{result['cpu_ms']:.2f}",
            f"{result['database_cpu_ms']:.2f}" if self.postmaster(engine) else "inside", f"{result['p50_ms']:.1f}",
            f"{result['p95_ms']:.1f}", f"{result['p99_ms']:.1f}", f"{result['bytes'] / max(1, result['requests']) / 1024:.0f}",
            f"{result['peak_mb']:.0f}", "MISSED: " + ", ".join(missed) if missed else "met"]

    # Registrations.

    def registrations(self):
        tell(f"{self.options.waiting} documents arrive and wait to be registered")
        old = many.OldOffice(self.sqlite, self.model, seed=11, gap=100_000)
        documents = old.waiting(self.options.waiting, datetime.datetime.now(many.HANOI))
        old.close()
        many.copy_to_postgres(self.sqlite, self.postgres.url, only=set(self.tables_end), above={
            name: end + 99_999 for name, end in self.tables_end.items()})
        rows = [self.registered(engine, documents) for engine in ENGINES]
        table(
            f"Registrations by {CLERKS} clerks at once, {load.CONNECTIONS} connections (số đến, event, status job: one transaction over HTTP)",
            ["engine", "taken", "per second", "CPU ms", "+ database", "p50 ms", "p95 ms", "p99 ms", "numbers", "chains"], rows)

    def registered(self, engine, documents):
        before = self.last_number(engine)
        office = self.office(engine)
        try:
            tell(f"{engine}: {CLERKS} clerks sign in")
            clerks = [practice.Person(office, account) for account in self.clerks]
            tell(f"{engine}: they register")
            result = load.registrations(
                office, self.postmaster(engine), clerks, documents, self.folder, self.options.seconds)
        finally:
            office.stop()
        numbers, sentence = self.check(engine, documents, before)
        if result["failures"]:
            self.problems.append(f"{engine}: {result['failures']} registrations failed")
        tell(f"{engine}: checking registers, histories and files")
        chains = self.audit(engine)
        return [engine, str(numbers), f"{numbers / result['seconds']:.0f}", f"{result['cpu_ms']:.2f}",
                f"{result['database_cpu_ms']:.2f}" if self.postmaster(engine) else "inside", f"{result['p50_ms']:.1f}",
                f"{result['p95_ms']:.1f}", f"{result['p99_ms']:.1f}", sentence, chains]

    def ask(self, engine, sql):
        if engine == "PostgreSQL":
            return [[int(value) for value in row] for row in many.psql(self.postgres.url, sql)]
        database = sqlite3.connect(self.sqlite)
        found = [list(row) for row in database.execute(sql)]
        database.close()
        return found

    def last_number(self, engine):
        year = datetime.datetime.now(many.HANOI).year
        found = self.ask(engine, f"SELECT last_number FROM register WHERE book = 'incoming' AND year = {year}")
        return found[0][0] if found else 0

    def check(self, engine, documents, before):
        """Every number after `before` once, none left out, each on the document that says so."""
        year, first = datetime.datetime.now(many.HANOI).year, min(documents)
        taken = sorted(row[0] for row in self.ask(engine, f"SELECT entry_number FROM incoming_document WHERE id >= {first} "
                                                          f"AND entry_year = {year} AND entry_number IS NOT NULL"))
        entries = self.ask(engine, "SELECT count(*) FROM register_entry e JOIN incoming_document d ON d.id = e.subject_id "
                                   "AND d.entry_number = e.number AND d.entry_year = e.year WHERE e.book = 'incoming' "
                                   f"AND e.subject_kind = 'incoming' AND d.id >= {first}")[0][0]
        expected = list(range(before + 1, self.last_number(engine) + 1))
        if taken == expected and entries == len(taken):
            return len(taken), "no gap, none twice"
        self.problems.append(f"{engine}: numbers {before + 1}…{self.last_number(engine)} were not taken once each")
        return len(taken), "WRONG"

    def audit(self, engine):
        database = self.sqlite if engine == "SQLite" else self.postgres.url
        done = subprocess.run(
            [self.program, "admin", "audit", "--data", self.data, "--database", database], cwd=ROOT, capture_output=True,
            text=True, check=False)
        if done.returncode != 0:
            self.problems.append(f"{engine}: audit: {(done.stdout + done.stderr)[-500:]}")
            return "BROKEN"
        return "whole"

    # Signatures.

    def signatures(self):
        comparison = signatures.Comparison(
            self.program, self.options.signature_bench and os.path.abspath(self.options.signature_bench), self.folder, tell,
            self.options.rounds)
        version = first_line(comparison.pyhanko, "--version").split(" version ")[-1]
        table(
            f"Signing and verifying with RSA-2048, turn by turn with pyHanko {version} (its key parsed once) and pdfsig; medians",
            signatures.Comparison.HEADS, comparison.run())


    # The hub.

    def hub(self):
        load_program = os.path.abspath(self.options.hub_load)
        own = self.postgres or Postgres(tempfile.mktemp(prefix="vastoffice-bench-postgres.", dir="/tmp"))
        rows = []
        try:
            for number, (kind, packets, kilobytes) in enumerate(
                    [("through", self.options.packets, 100), ("backlog", self.options.backlog, 10)]):
                for engine in ENGINES:
                    tell(f"{engine}: {packets} packets, {kind}")
                    database = None
                    if engine == "PostgreSQL":
                        schema = f"hub_bench_{number}"
                        many.psql(own.url, f"CREATE SCHEMA {schema}")
                        database = f"{own.url}{'&' if '?' in own.url else '?'}options=-csearch_path%3D{schema}"
                    rows.append(hub.measure(
                        self.program, load_program, self.folder, engine, database, packets, kilobytes, kind, self.problems))
        finally:
            if own is not self.postgres:
                own.stop()
        table(
            f"Packets through the hub over HTTP on loopback: {hub.SENDERS} senders, {hub.RECEIVERS} receivers on the same machine",
            hub.HEADS, rows)

    # Packets and the directory.

    def exchange(self):
        if not self.options.exchange_bench:
            return tell("Without --exchange-bench packets and the directory are not measured")
        tell("Packets; the directory of 200,000 agencies on both databases")
        contender = exchange.Exchange(os.path.abspath(self.options.exchange_bench), self.folder, self.options.rounds)
        contender.packets()
        contender.directory("SQLite", None)
        server = Postgres(tempfile.mktemp(prefix="vastoffice-bench-postgres.", dir="/tmp"))
        try:
            contender.directory("PostgreSQL", server.url)
        finally:
            server.stop()
        table("Packets beside base64 and SHA-256 alone, and the directory of agencies", exchange.HEADS, contender.rows)
        tell("A packet of 50 MB from office to office")
        table(
            "A packet of 50 MB from office to office over HTTP: the peak of each process above what it needs idle",
            large.HEADS, large.measure(self.program, self.folder))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", required=True, help="the vastoffice to measure, a release build")
    parser.add_argument("--signature-bench", help="the SignatureBench built with it; without it, processes only")
    parser.add_argument("--exchange-bench", help="the ExchangeBench built with it; without it, no packets and directory")
    parser.add_argument("--documents", type=int, default=100_000, help="incoming documents; a fifth as many outgoing")
    parser.add_argument("--waiting", type=int, default=30_000, help="documents that wait to be registered")
    parser.add_argument("--seconds", type=int, default=5, help="length of each load")
    parser.add_argument("--rounds", type=int, default=7, help="processes of each kind that are timed")
    parser.add_argument("--hub-load", help="the HubLoad built with it; without it, no hub is measured")
    parser.add_argument("--packets", type=int, default=6_000, help="packets of 100 KB through the hub")
    parser.add_argument("--backlog", type=int, default=20_000, help="packets of 10 KB that wait after an outage")
    parser.add_argument("--only", default="pages,registrations,signatures,exchange,hub")
    parser.add_argument("--keep", help="an empty folder whose data stay there afterwards")
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the private server is stopped, too
    options = arguments()
    only = options.only.split(",")
    folder = options.keep or tempfile.mkdtemp(prefix="vastoffice-bench-")
    os.makedirs(folder, exist_ok=True)
    bench = Bench(options, folder)
    Machine.tell(bench.program)
    try:
        if "pages" in only or "registrations" in only:
            bench.prepare()
        if "pages" in only:
            bench.pages()
        if "registrations" in only:
            bench.registrations()
        if "signatures" in only:
            bench.signatures()
        if "exchange" in only:
            bench.exchange()
        if "hub" in only and options.hub_load:
            bench.hub()
    finally:
        if bench.postgres:
            bench.postgres.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")
    for problem in bench.problems:
        print(f"WRONG  {problem}")
    return 1 if bench.problems else 0


if __name__ == "__main__":
    sys.exit(main())
