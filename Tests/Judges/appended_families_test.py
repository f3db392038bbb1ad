"""What is appended to a signed file is valid only where no reader has anything to repair; and what is valid here is so for
pyHanko too."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import appended_families  # noqa: E402
import judged_families  # noqa: E402


class AppendedFamilies(judged_families.Judged, unittest.TestCase):
    families = staticmethod(appended_families.families)

    # It wants a reason for a stream that packs objects, and takes a table that lists everything again for a break.
    pyhanko_alone = {
        "again-packed-alike", "again-packed-two", "writer-returns-and-packed", "writer-table-and-hidden-stream",
        "writer-everything-listed-again",
    }

    def test_every_refusal_says_what_is_wrong(self):
        for family in self.expected:
            report = self.reports[family["name"]]
            if report["verdict"] == "valid":
                continue
            with self.subTest(family["name"]):
                changes = [change for signature in report["signatures"] for change in signature["changes"]]
                self.assertTrue(any(change["level"] == "other" for change in changes))


if __name__ == "__main__":
    unittest.main()
