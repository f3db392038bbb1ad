"""Every family of later change and of attack gets the verdict it must get; and pyHanko never finds a file changed that
the program calls valid."""

import concurrent.futures
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import pyhanko_verdict  # noqa: E402
import revision_families  # noqa: E402

PROGRAM = os.path.join(HERE, "..", "..", ".build", "debug", "vastoffice")

# Where pyHanko is stricter without reason: what a writer may put elsewhere without changing anything, what it does
# not judge at all, and a table without entries, which it cannot read.
PYHANKO_ALONE = {
    "annots-made-indirect", "annotation-P3", "number-points-into-signed",
    "lock-all-x-8-read-only", "lock-include-so-8-read-only", "lock-include-so-17", "lock-include-so-17-read-only",
}

logging.disable(logging.CRITICAL)


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
class RevisionFamilies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-families-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.expected = revision_families.main(cls.folder)
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
        codes = {"valid": 0, "invalid": 1, "modified-after-signing": 1, "indeterminate": 2, "unsigned": 3, "malformed": 4}
        for name, report in self.reports.items():
            with self.subTest(name):
                self.assertEqual(report["exit"], codes[report["verdict"]])

    def test_what_is_valid_here_is_valid_for_pyhanko(self):
        roots = pyhanko_verdict.certificates(self.root)
        for name, report in self.reports.items():
            if report["verdict"] != "valid" or name in PYHANKO_ALONE:
                continue
            with self.subTest(name):
                verdict = pyhanko_verdict.verdict(self.path(name), roots)
                self.assertIsNone(verdict["problem"])
                self.assertTrue(all(signature["bottom_line"] for signature in verdict["signatures"]), verdict)


if __name__ == "__main__":
    unittest.main()
