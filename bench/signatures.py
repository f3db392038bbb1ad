"""Signing and verifying, `vastoffice` beside pyHanko and pdfsig: the same files, the same keys, turn by turn in one run.

`keys` and `documents` also serve the practice office of the other measurements.
"""

import json
import os
import statistics
import subprocess
import sys

import practice
import samples

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(practice.ROOT, "Tests", "Judges"))
PIN = "12345678"
SMALL, MEDIUM, LARGE = "1 page, 49 KB", "20 pages, 1 MB", "100 scans, 97 MB"


def keys(folder):
    """Authorities and revocation lists, signers with RSA-2048 and P-256 keys, a timestamp authority."""
    import practice_authority

    authority = practice_authority.Authority(folder, ("rsa2048", "p256"))
    authority.prepare_timestamps()
    return {"RSA-2048": authority.path("rsa2048.p12"), "P-256": authority.path("p256.p12")}


def documents(folder):
    """A decision of one page and one of twenty, typed as an office does and made PDF by LibreOffice."""
    import docx_sample

    made = {}
    for pages in (1, 20):
        source = os.path.join(folder, f"decision-{pages}.docx")
        docx_sample.write(source, pages=pages)
        only = f'pdf:writer_pdf_Export:{{"PageRange":{{"type":"string","value":"1-{pages}"}}}}'
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/libreoffice", "--convert-to", only,
             "--outdir", folder, source], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        made[pages] = source.replace(".docx", ".pdf")
    return made


def once(command, expected=0):
    """Wall and processor milliseconds and peak megabytes of one process."""
    told = subprocess.run(
        [sys.executable, "-S", "-I", os.path.join(HERE, "measured.py"), *command], capture_output=True, text=True, check=True)
    result = json.loads(told.stdout)
    if result["code"] != expected:
        raise SystemExit(f"{' '.join(command)} ended with {result['code']}:\n{told.stderr[-2000:]}")
    return result


def told(command):
    """What a measuring process says of itself. Started by a shell, which is small: see measured.py."""
    shell = ["sh", "-c", '"$@"; exit $?', "sh", *command]
    return json.loads(subprocess.run(shell, capture_output=True, text=True, check=True).stdout)


def turns(rounds, contenders):
    """Every contender once a round, the first round not counted; medians of times, greatest memory."""
    found = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            result = run()
            if turn:
                found[name].append(result)
    merge = {"peak_mb": max}
    return {name: {key: merge.get(key, statistics.median)([result[key] for result in results]) for key in results[0]}
            for name, results in found.items()}


class Comparison:
    """All rows of the table; each is work, ours, pyHanko, pdfsig, how it compares, target, met or MISSED."""

    HEADS = ["work", "vastoffice", "pyHanko", "pdfsig", "compared", "target", ""]

    def __init__(self, program, bench, folder, tell, rounds=7):
        self.program, self.bench, self.folder, self.tell, self.rounds = program, bench, folder, tell, rounds
        self.pyhanko = os.path.join(os.path.dirname(sys.executable), "pyhanko")
        self.rows = []
        if not os.path.exists(self.path("tsa.pem")):
            keys(folder)
        self.samples = samples.make(folder)
        self.key = self.path("rsa2048.p12")
        self.stamp_key()

    def path(self, name):
        return os.path.join(self.folder, name)

    def stamp_key(self):
        """The timestamp authority's key as the file our own responder opens."""
        subprocess.run(
            ["openssl", "pkcs12", "-export", "-in", self.path("tsa.pem"), "-inkey", self.path("tsa.key"), "-certfile",
             self.path("issuing.pem"), "-out", self.path("tsa.p12"), "-passout", f"pass:{PIN}"], check=True)

    def row(self, work, ours, theirs, pdfsig, compared, target, is_met):
        self.rows.append([work, ours, theirs, pdfsig, compared, target, "met" if is_met else "MISSED"])

    def timed(self, work, found, part):
        """A row of milliseconds; `part` is how much of pyHanko's time ours may be."""
        ours, theirs = found["vastoffice"]["wall_ms"], found["pyHanko"]["wall_ms"]
        pdfsig = f"{found['pdfsig']['wall_ms']:.1f} ms" if "pdfsig" in found else ""
        self.row(work, f"{ours:.2f} ms", f"{theirs:.1f} ms", pdfsig, f"1/{theirs / ours:.1f}", f"≤ 1/{1 / part:.3g}",
                 ours <= theirs * part)

    # The measurements.

    def run(self):
        self.processes()
        if self.bench:
            self.signing()
            self.floors()
            self.verifying()
            self.levels()
            self.sizes()
            self.batch()
        return self.rows

    def sign_command(self, source, target):
        return [self.program, "sign", source, target, "--p12", self.key, "--passfile", self.path("pin")]

    def processes(self):
        """Whole processes, start to end: what a script or a person at a terminal waits for."""
        small, large = self.samples[SMALL], self.samples[LARGE]
        ours, theirs, big = self.path("ours.pdf"), self.path("theirs.pdf"), self.path("big.pdf")
        self.tell("Signatures: whole processes, 1 page")
        self.timed("command sign, 1 page", turns(self.rounds, {
            "vastoffice": lambda: once(self.sign_command(small, ours)),
            "pyHanko": lambda: once([self.pyhanko, "sign", "addsig", "--field", "Signature1", "--use-pades", "pkcs12",
                                     "--passfile", self.path("pin"), small, theirs, self.key])}), 1 / 30)
        self.timed("command verify, 1 page", turns(self.rounds, {
            "vastoffice": lambda: once([self.program, "verify", ours, "--trust", self.path("root.pem")]),
            "pyHanko": lambda: once([self.pyhanko, "sign", "validate", "--no-revocation-check", "--trust",
                                     self.path("root.pem"), ours]),
            "pdfsig": lambda: once(["/usr/bin/pdfsig", "-nocert", ours])}), 1 / 30)
        self.tell("Signatures: whole processes, 97 MB")
        for name, run in (
                ("sign", lambda: once(self.sign_command(large, big))),
                ("verify", lambda: once([self.program, "verify", big, "--trust", self.path("root.pem")]))):
            found = turns(3, {"vastoffice": run})["vastoffice"]
            self.row(f"peak memory of {name}, 97 MB", f"{found['peak_mb']:.1f} MB", "", "", f"{found['wall_ms']:.0f} ms",
                     "≤ 48 MB", found["peak_mb"] <= 48)

    def ours(self, task, **values):
        values = {"pin": PIN, "key": self.key, **values}
        return told([self.bench, task, *(f"{name}={value}" for name, value in values.items())])

    def theirs(self, task, file, *arguments):
        return told([sys.executable, os.path.join(HERE, "pyhanko_times.py"), task, file, *arguments])

    def signing(self):
        """Inside a running process, the key opened before: what a server pays for each file."""
        for name, part, rounds in ((SMALL, 1 / 10, 20), (MEDIUM, 1 / 10, 20)):
            self.tell(f"Signatures: signing {name}")
            self.timed(f"sign B-B, {name}", turns(2, {
                "vastoffice": lambda: self.ours("sign", file=self.samples[name], rounds=rounds),
                "pyHanko": lambda: self.theirs(
                    "sign", self.samples[name], "--key", self.key, "--pin", PIN, "--rounds", str(rounds))}), part)
        self.tell(f"Signatures: signing {LARGE}")
        out = self.path("large.pdf")
        self.timed(f"sign B-B, {LARGE}, file to file", turns(2, {
            "vastoffice": lambda: self.ours("signfile", file=self.samples[LARGE], out=out, rounds=5),
            "pyHanko": lambda: self.theirs(
                "sign", self.samples[LARGE], "--key", self.key, "--pin", PIN, "--out", out, "--rounds", "5")}), 1 / 2)

    def floors(self):
        """The least it can take: SHA-256 over the file and one RSA signature, in libcrypto."""
        for name, task in ((SMALL, "sign"), (MEDIUM, "sign"), (LARGE, "signfile")):
            rounds = 5 if name == LARGE else 20
            found = turns(2, {
                "ours": lambda: self.ours(task, file=self.samples[name], out=self.path("large.pdf"), rounds=rounds),
                "floor": lambda: self.ours("floor", file=self.samples[name], rounds=rounds)})
            ours, floor = found["ours"]["wall_ms"], found["floor"]["wall_ms"]
            self.row(f"sign B-B over the native floor, {name}", f"{ours:.2f} ms", "", "",
                     f"{ours / floor:.2f} × {floor:.2f} ms", "≤ 3 ×", ours <= 3 * floor)

    def verifying(self):
        root = self.path("root.pem")
        for name, part, rounds, count in (
                (SMALL, 1 / 10, 20, 1), (MEDIUM, 1 / 10, 20, 1), (LARGE, 2 / 3, 5, 1), (LARGE, 1 / 4, 5, 3)):
            self.tell(f"Signatures: verifying {count} on {name}")
            file = self.signed(self.samples[name], count)
            contenders = {
                "vastoffice": lambda: self.ours("verify", file=file, root=root, rounds=rounds),
                "pyHanko": lambda: self.theirs("verify", file, "--trust", root, "--rounds", str(rounds))}
            if count == 1:
                contenders["pdfsig"] = lambda: once(["/usr/bin/pdfsig", "-nocert", file])
            what = "signature" if count == 1 else "signatures"
            # Less than a millisecond: what else a machine does shows in a process or two.
            processes = 2 if name == LARGE else self.rounds
            self.timed(f"verify {count} {what} with later changes, {name}", turns(processes, contenders), part)

    def signed(self, file, count):
        """The file with signatures of ours, one after the other."""
        for number in range(count):
            target = self.path(f"signed-{number}-{os.path.basename(file)[-12:]}")
            subprocess.run([*self.sign_command(file, target), "--field", f"Signature{number + 1}"], check=True)
            file = target
        return file

    def levels(self):
        """Every level, timestamps made in the same process and revocation lists at hand; small files as B-B."""
        lists = f"{self.path('root.crl')},{self.path('issuing.crl')}"
        for level in ("T", "LT", "LTA"):
            self.tell(f"Signatures: level B-{level}")
            self.timed(f"sign B-{level}, {SMALL}", turns(2, {
                "vastoffice": lambda: self.ours(
                    "level", level=f"B-{level}", file=self.samples[SMALL], tsa=self.path("tsa.p12"), crl=lists,
                    root=self.path("root.pem"), rounds=20),
                "pyHanko": lambda: self.theirs(
                    "level", self.samples[SMALL], "--key", self.key, "--pin", PIN, "--level", level, "--folder", self.folder,
                    "--rounds", "10")}), 1 / 10)

    def sizes(self):
        for name, task, limit in (("B-B signature", "sign", 12), ("visible B-B signature", "visible", 30)):
            added = self.ours(task, file=self.samples[SMALL], rounds=1)["added_bytes"]
            self.row(f"bytes a {name} adds", f"{added / 1024:.1f} KB", "", "", "", f"≤ {limit} KB", added <= limit * 1024)

    def batch(self):
        self.tell("Signatures: 1,000 documents on two cores")
        os.makedirs(self.path("batch"), exist_ok=True)
        found = self.ours("batch", file=self.samples[SMALL], out=self.path("batch"), count=1000, workers=2)
        self.row("1,000 documents of one page, two cores", f"{found['per_second']:.0f} a second", "", "", "", "≥ 400",
                 found["per_second"] >= 400)
