"""What the families of files share: the verdicts they may get, the folder they are written to, and the questions that
the program and pyHanko are asked about every one of them.

    python revision_families.py FOLDER      writes the files and FOLDER/expected.json
    python attack_families.py FOLDER        the same
"""

import concurrent.futures
import dataclasses
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import pyhanko_verdict

logging.disable(logging.CRITICAL)

PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", ".build", "debug", "vastoffice"))

VALID, MODIFIED, INVALID, OPEN, MALFORMED, UNSIGNED = (
    "valid", "modified-after-signing", "invalid", "indeterminate", "malformed", "unsigned")
BROKEN = (MODIFIED, INVALID, OPEN, MALFORMED)
EXIT_CODES = {VALID: 0, INVALID: 1, MODIFIED: 1, OPEN: 2, UNSIGNED: 3, MALFORMED: 4}


@dataclasses.dataclass
class Family:
    """A file and the verdicts it may get, the wanted one first."""

    name: str
    data: bytes
    accept: tuple


def write(families, folder):
    """Every file of `families(folder)` and the list of what is expected, which is the answer."""
    os.makedirs(folder, exist_ok=True)
    expected = []
    for family in families(folder):
        with open(os.path.join(folder, family.name + ".pdf"), "wb") as file:
            file.write(family.data)
        expected.append({"name": family.name, "accept": family.accept})
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=1)
    return expected


def main(families):
    print(len(write(families, sys.argv[1])))


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
class Judged:
    """The tests of every collection of families; to be mixed into a `unittest.TestCase` that names its `families`."""

    families = None
    # Names, or beginnings of names, of what is valid here and pyHanko refuses without reason.
    pyhanko_alone = frozenset()
    pyhanko_alone_beginnings = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-families-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.expected = write(cls.families, cls.folder)
        cls.root = os.path.join(cls.folder, "root.pem")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            names = [family["name"] for family in cls.expected]
            cls.reports = dict(zip(names, pool.map(cls.report, names)))

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name + ".pdf")

    @classmethod
    def report(cls, name):
        command = [PROGRAM, "verify", cls.path(name), "--json", "--offline", "--trust", cls.root]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return {"exit": run.returncode, **json.loads(run.stdout)}

    def test_each_file_gets_a_verdict_it_may_get(self):
        for family in self.expected:
            report = self.reports[family["name"]]
            with self.subTest(family["name"]):
                self.assertIn(report["verdict"], family["accept"], report["sentence"])

    def test_the_exit_code_tells_the_verdict(self):
        for name, report in self.reports.items():
            with self.subTest(name):
                self.assertEqual(report["exit"], EXIT_CODES[report["verdict"]])

    def test_what_is_valid_here_is_valid_for_pyhanko(self):
        roots = pyhanko_verdict.certificates(self.root)
        for name, report in self.reports.items():
            if report["verdict"] != VALID or name in self.pyhanko_alone or name.startswith(self.pyhanko_alone_beginnings):
                continue
            with self.subTest(name):
                verdict = pyhanko_verdict.verdict(self.path(name), roots)
                self.assertIsNone(verdict["problem"])
                self.assertTrue(all(signature["bottom_line"] for signature in verdict["signatures"]), verdict)
