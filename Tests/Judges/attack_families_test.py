"""Odd and hostile signatures get a verdict they may get, in time; and what is valid here is so for pyHanko too, but for
what it refuses without reason."""

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

import attack_families  # noqa: E402
import pyhanko_verdict  # noqa: E402

PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(HERE, "..", "..", ".build", "debug", "vastoffice"))

# pyHanko reads no two signers, no key identifier alone, no tokens and no values that others may read in another way.
PYHANKO_ALONE = {
    "contents-padded-by-other-bytes", "contents-value-twice", "dictionary-in-the-field", "dictionary-is-a-stream",
    "field-without-name", "field-listed-twice", "field-under-two-parents", "type-other", "type-of-a-timestamp",
    "filter-missing", "range-written-as-plus-signs", "range-written-as-leading-zeros", "range-indirect", "range-named-with-escape",
    "base-wrong-length-of-content", "certified-by-another",
}

# It judges no notes at all, and refuses a certification whose permission it cannot read.
PYHANKO_REFUSES = ("notes-", "permission-P", "permission-parameters-missing")

logging.disable(logging.CRITICAL)


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
class AttackFamilies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-attacks-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.expected = attack_families.main(cls.folder)
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

    def test_of_several_signers_none_is_named_and_the_sentence_says_why(self):
        for name in ("cms-two-signers", "cms-trusted-and-stranger", "cms-stranger-and-trusted"):
            with self.subTest(name):
                (signature,) = self.reports[name]["signatures"]
                self.assertNotIn("signer", signature)
                self.assertIn("chuẩn PAdES chỉ cho phép một", signature["sentence"])

    def test_what_is_valid_here_is_valid_for_pyhanko(self):
        roots = pyhanko_verdict.certificates(self.root)
        for name, report in self.reports.items():
            if report["verdict"] != "valid" or name in PYHANKO_ALONE or name.startswith(PYHANKO_REFUSES):
                continue
            with self.subTest(name):
                verdict = pyhanko_verdict.verdict(self.path(name), roots)
                self.assertIsNone(verdict["problem"])
                self.assertTrue(all(signature["bottom_line"] for signature in verdict["signatures"]), verdict)


if __name__ == "__main__":
    unittest.main()
