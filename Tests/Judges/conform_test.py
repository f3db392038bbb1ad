"""`vastoffice hub conform` as a process of its own, against a hub and an office that are processes too."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import processes  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(ROOT, ".build", "debug", "vastoffice"))
SECRETS = {"gui": "bi-mat-gui", "nhan": "bi-mat-nhan"}
AGENCIES = {"gui": "000.00.11.Z01", "nhan": "000.00.12.Z01"}


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
class Conform(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="vastoffice-conform-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, *arguments):
        log = open(self.path(f"{name}.log"), "ab")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [PROGRAM, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, process, address):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(address, timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        self.fail(f"nobody answers at {address}")

    def conform(self, *arguments, secrets=("", ""), expected=0):
        """The outcome of each case by its identity."""
        run = subprocess.run(
            [PROGRAM, "hub", "conform", *arguments, "--report", self.path("report")], cwd=ROOT, capture_output=True,
            text=True, timeout=300, stdin=subprocess.DEVNULL,
            env={**os.environ, "VASTOFFICE_CONFORM_SECRET": secrets[0], "VASTOFFICE_CONFORM_PEER_SECRET": secrets[1]})
        self.assertEqual(run.returncode, expected, run.stdout[-3000:] + run.stderr[-3000:])
        if not os.path.exists(self.path("report/report.json")):
            return {}
        with open(self.path("report/report.json"), encoding="utf-8") as file:
            return {result["id"]: result["outcome"] for result in json.load(file)["results"]}

    def hub(self):
        """A hub that knows two systems; its address."""
        port = processes.free_ports(1)
        with open(self.path("directory.json"), "w", encoding="utf-8") as file:
            json.dump({"systems": [
                {"system": {"systemId": name, "secret": SECRETS[name], "name": name},
                 "agencies": [{"code": AGENCIES[name], "name": name}]} for name in SECRETS]}, file)
        address = f"http://127.0.0.1:{port}"
        self.wait_for(
            self.start("hub", "hub", "--data", self.path("hub"), "--port", str(port), "--set", "practice=true", "--set",
                       f"hub.directory={self.path('directory.json')}"), f"{address}/suc-khoe")
        return address

    def test_our_hub_passes_every_case_over_the_wire(self):
        two = ("--system", "gui", "--agency", AGENCIES["gui"], "--peer-system", "nhan", "--peer-agency", AGENCIES["nhan"])
        address = self.hub()
        found = self.conform("--against", address, *two, secrets=(SECRETS["gui"], SECRETS["nhan"]))
        self.assertGreater(len(found), 15)
        self.assertEqual({id for id, outcome in found.items() if outcome != "passed"}, set())
        found = self.conform(
            "--against", address, *two, "--only", "TR-01", "TR-20", secrets=("sai", SECRETS["nhan"]), expected=1)
        self.assertEqual(found, {"TR-01": "failed", "TR-20": "passed"})
        self.conform("--against", address, *two, "--only", "TR-99", expected=64)

    def seal(self, key, secret):
        return subprocess.run(
            [PROGRAM, "admin", "seal", "--config", self.path("data/institute.conf"), key], cwd=ROOT, input=secret,
            capture_output=True, text=True, timeout=60)

    def sealed(self, key, secret):
        """`KEY=VALUE` as the administrator gets it at the terminal; whoever reads it does not learn the secret."""
        line = self.seal(key, secret + "\n")
        self.assertEqual(line.returncode, 0, line.stderr)
        self.assertRegex(line.stdout, rf'^{re.escape(key)} = "sealed:[^"]+"\n$')
        self.assertNotIn(secret, line.stdout)
        self.assertNotEqual(line.stdout, self.seal(key, secret + "\n").stdout, "the same secret is never written twice alike")
        self.assertEqual(self.seal(key, "").returncode, 64)
        return line.stdout.strip().replace(" = ", "=").replace('"', "")

    def test_our_office_passes_against_the_bench_hub_on_a_port(self):
        port = processes.free_ports(10)
        prepared = subprocess.run(
            [PROGRAM, "demo", "--prepare", "--data", self.path("data"), "--port-base", str(port)], cwd=ROOT,
            capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        self.assertEqual(prepared.returncode, 0, prepared.stderr[-3000:])
        bench = port + 9
        office = self.start(
            "office", "serve", "--config", self.path("data/institute.conf"), "--set", f"hub.url=http://127.0.0.1:{bench}",
            "--set", "hub.system.id=vien", "--set", self.sealed("hub.secret", SECRETS["gui"]), "--set", "hub.poll.seconds=1")
        self.wait_for(office, f"http://127.0.0.1:{port + 1}/song")
        found = self.conform(
            "--listen", str(bench), "--system", "vien", "--agency", "000.00.97.G31", "--unattended", "--patience", "20",
            "--only", "VP-01", "VP-02", "VP-07", "VP-08", "VP-09", "VP-10", "VP-11", "VP-33",
            secrets=(SECRETS["gui"], ""))
        self.assertEqual(set(found.values()), {"passed"}, found)
        self.assertEqual(len(found), 8)


if __name__ == "__main__":
    unittest.main()
