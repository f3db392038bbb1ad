"""Odd and hostile signatures get a verdict they may get, in time; and what is valid here is so for pyHanko too, but for
what it refuses without reason."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import attack_families  # noqa: E402
import judged_families  # noqa: E402


class AttackFamilies(judged_families.Judged, unittest.TestCase):
    families = staticmethod(attack_families.families)

    # pyHanko reads no two signers, no key identifier alone, no tokens and no values that others may read in another way.
    pyhanko_alone = {
        "contents-padded-by-other-bytes", "contents-value-twice", "dictionary-in-the-field", "dictionary-is-a-stream",
        "field-without-name", "field-listed-twice", "field-under-two-parents", "type-other", "type-of-a-timestamp",
        "filter-missing", "range-written-as-plus-signs", "range-written-as-leading-zeros", "range-indirect",
        "range-named-with-escape", "base-wrong-length-of-content", "certified-by-another",
        # Nor a value without a CMS.
        "old-bare-sha256",
        # New fields that stay unsigned are unknown to it.
        "laid-over-approved-unseen", "laid-over-approved-place", "laid-over-certified-unseen", "laid-over-approved-empty-look",
        "laid-over-approved-with-resources-of-its-own", "laid-over-certified-with-resources-of-its-own",
        # It takes a page for another that says what it inherits.
        "laid-over-page-says-what-it-inherits",
    }
    # It judges no notes at all, and refuses a certification whose permission it cannot read.
    pyhanko_alone_beginnings = ("notes-", "permission-P", "permission-parameters-missing")

    def test_of_several_signers_none_is_named_and_the_sentence_says_why(self):
        for name in ("cms-two-signers", "cms-trusted-and-stranger", "cms-stranger-and-trusted"):
            with self.subTest(name):
                (signature,) = self.reports[name]["signatures"]
                self.assertNotIn("signer", signature)
                self.assertIn("chuẩn PAdES chỉ cho phép một", signature["sentence"])


if __name__ == "__main__":
    unittest.main()
