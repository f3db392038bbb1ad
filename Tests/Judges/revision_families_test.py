"""Every family of later change and of attack gets the verdict it must get; and pyHanko never finds a file changed that
the program calls valid."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import judged_families  # noqa: E402
import revision_families  # noqa: E402


class RevisionFamilies(judged_families.Judged, unittest.TestCase):
    families = staticmethod(revision_families.families)

    # Where pyHanko is stricter without reason: what a writer may put elsewhere without changing anything, what it does
    # not judge at all, and a table without entries, which it cannot read.
    pyhanko_alone = {
        "annots-made-indirect", "annotation-P3", "number-points-into-signed",
        "lock-all-x-8-read-only", "lock-include-so-8-read-only", "lock-include-so-17", "lock-include-so-17-read-only",
    }


if __name__ == "__main__":
    unittest.main()
