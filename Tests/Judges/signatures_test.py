"""Our signatures before foreign judges: every kind of key, level and file, five signatures on one file, each later one
leaving the earlier ones intact; and further signatures on files that others have signed."""

import io
import itertools
import logging
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import practice_authority  # noqa: E402
import pyhanko_verdict  # noqa: E402
import sample_files  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402
from pyhanko.sign import fields, signers  # noqa: E402
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature  # noqa: E402

PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(ROOT, ".build", "debug", "vastoffice"))
KEYS = {
    "rsa2048": (["rsa2048"], []), "rsa-pss": (["rsa2048"], ["--pss"]), "rsa3072-sha512": (["rsa3072"], ["--digest", "sha512"]),
    "p256": (["p256"], []), "p384": (["p384"], []), "p521": (["p521"], []), "ed25519": (["ed25519"], []),
    "adbe": (["rsa2048"], ["--subfilter", "adbe", "--digest", "sha384"]),
}
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")

logging.disable(logging.CRITICAL)


def rounds(kinds):
    """Five signatures for each kind of file: every key meets every level, in an order that is the same every time."""
    pairs = list(itertools.product(KEYS, LEVELS))
    random.Random(3).shuffle(pairs)
    stock = itertools.cycle(pairs)
    files = max(len(kinds), -(-len(pairs) // 5))
    return [(kind, [next(stock) for _ in range(5)]) for kind, _ in zip(itertools.cycle(kinds), range(files))]


class Signatures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-signatures-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.authority = practice_authority.Authority(cls.folder)
        cls.tsa = cls.enterClassContext(cls.authority.timestamps())
        cls.roots = pyhanko_verdict.certificates(cls.authority.path("root.pem"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_ours(self, *arguments, expected=0):
        result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, expected, result.stderr)
        return result.stderr

    def proofs(self, level):
        if level == "B-B":
            return ["--level", level]
        material = [*itertools.chain(*(["--crl", self.path(name)] for name in ("root.crl", "issuing.crl")))]
        return ["--level", level, "--tsa", self.tsa, *(material if level > "B-B" and level != "B-T" else []),
                "--trust", self.path("root.pem"), "--intermediate", self.path("issuing.pem")]

    def sign(self, source, target, key, level, field, *more, expected=0):
        (archive,), options = KEYS[key]
        return self.run_ours(
            "sign", source, target, "--p12", self.path(f"{archive}.p12"), "--passfile", self.path("pin"), "--field", field,
            *options, *self.proofs(level), *more, expected=expected)

    # Judges.

    def assert_intact(self, file, count, password=None):
        """pyHanko finds every signature and timestamp intact, trusted and followed by nothing but signing."""
        with open(file, "rb") as opened:
            is_hybrid = b"/XRefStm" in opened.read()
        result = pyhanko_verdict.verdict(file, self.roots, password=password, lenient=is_hybrid)
        self.assertIsNone(result["problem"])
        signatures = [signature for signature in result["signatures"] if signature["kind"] == "signature"]
        self.assertEqual(len(signatures), count)
        for signature in result["signatures"]:
            self.assertTrue(signature["bottom_line"], signature)
            self.assertIn(signature["modification_level"], pyhanko_verdict.LEVELS_OF_FORM_FILLING, signature)
        self.assertIn(result["signatures"][-1]["modification_level"], ("NONE", "LTA_UPDATES"))

    def assert_long_term(self, file, field):
        """pyHanko validates the signature with the status of all certificates, found in the file alone."""
        with open(file, "rb") as opened:
            reader = PdfFileReader(opened, strict=False)
            store = DocumentSecurityStore.read_dss(reader)
            context = store.as_validation_context(
                {"trust_roots": self.roots, "allow_fetching": False, "revocation_mode": "hard-fail"})
            signature = next(s for s in reader.embedded_regular_signatures if s.field_name == field)
            status = validate_pdf_signature(signature, context, context)
            self.assertTrue(status.bottom_line, status.pretty_print_details())
            self.assertIsNotNone(status.timestamp_validity)

    def assert_pdfsig(self, file):
        """pdfsig, which knows neither Ed25519 nor RSASSA-PSS nor timestamps, finds no signature it can read broken."""
        told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, timeout=60).stdout
        verdicts = re.findall(r"Signature Validation: (.*)", told)
        self.assertNotIn("Signature has been mangled", told)
        self.assertFalse([verdict for verdict in verdicts if "Invalid" in verdict or "mismatch" in verdict.lower()], told)
        return verdicts.count("Signature is Valid.")

    def assert_openssl(self, file, key):
        """openssl verifies the CMS of the last signature over the bytes its range names, up to the root."""
        with open(file, "rb") as opened:
            data = opened.read()
        ranges = re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", data)
        spot = [tuple(map(int, found)) for found in ranges]
        for start, length, after, rest in spot:
            contents = bytes.fromhex(data[start + length + 1:after - 1].decode())
            size = 4 + int.from_bytes(contents[2:4], "big")
            kinds = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
            if kinds + b"\x04" in contents[:60] or kinds + b"\x02" in contents[:30]:
                continue  # a document timestamp, or a revision's authentication code
            with open(self.path("cms.der"), "wb") as out:
                out.write(contents[:size])
            with open(self.path("content"), "wb") as out:
                out.write(data[:length] + data[after:after + rest])
            if b"\x06\x03\x2b\x65\x70" in contents[:size]:
                continue  # OpenSSL 3.0 knows no Ed25519 in CMS
            told = subprocess.run(
                ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", self.path("cms.der"), "-content",
                 self.path("content"), "-CAfile", self.path("root.pem"), "-purpose", "any", "-out", os.devnull],
                capture_output=True, text=True, timeout=60)
            self.assertEqual(told.returncode, 0, f"{key}: {told.stderr}")

    # The matrix.

    def test_every_key_level_and_kind_of_file_five_times_on_one_file(self):
        for index, (kind, steps) in enumerate(rounds(list(sample_files.KINDS))):
            file = self.path(f"{index}-0.pdf")
            with open(file, "wb") as out:
                out.write(sample_files.KINDS[kind](self.folder))
            for number, (key, level) in enumerate(steps, 1):
                with self.subTest(file=kind, key=key, level=level, number=number):
                    signed = self.path(f"{index}-{number}.pdf")
                    self.sign(file, signed, key, level, f"Sig{number}")
                    with open(file, "rb") as before, open(signed, "rb") as after:
                        content = before.read()
                        self.assertEqual(after.read(len(content)), content)
                    if level in ("B-LT", "B-LTA"):
                        self.assert_long_term(signed, f"Sig{number}")
                    file = signed
            with self.subTest(file=kind, steps=steps):
                self.assert_intact(file, len(steps))
                self.assert_openssl(file, steps)
                readable = sum(key not in ("ed25519", "rsa-pss") for key, _ in steps)
                self.assertGreaterEqual(self.assert_pdfsig(file), readable)
                self.run_ours("verify", file, "--trust", self.path("root.pem"))
                subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)

    def test_encrypted_files_are_signed_in_sequence_and_stay_encrypted(self):
        for kind, make in sample_files.ENCRYPTED.items():
            with self.subTest(kind):
                file, opens = self.path("encrypted-0.pdf"), ["--password", sample_files.USER_PASSWORD]
                with open(file, "wb") as out:
                    out.write(make(self.folder))
                told = self.sign(file, self.path("never.pdf"), "p256", "B-B", "Sig", expected=1)
                self.assertIn("mật khẩu", told)
                for number, (key, level) in enumerate(
                        (("rsa2048", "B-B"), ("p256", "B-T"), ("adbe", "B-LTA"), ("p384", "B-LT"), ("ed25519", "B-B")), 1):
                    signed = self.path(f"encrypted-{number}.pdf")
                    self.sign(file, signed, key, level, f"Sig{number}", "--reason", "Ký ban hành", *opens)
                    file = signed
                with open(file, "rb") as opened:
                    self.assertNotIn("Ký ban hành".encode("utf-16-be").hex().encode(), opened.read().lower())
                self.assert_intact(file, 5, password=sample_files.USER_PASSWORD)
                self.assert_openssl(file, kind)
                check = ["qpdf", f"--password={sample_files.USER_PASSWORD}", "--check", file]
                subprocess.run(check, check=True, capture_output=True)

    @unittest.skipUnless(os.path.exists("/usr/lib/softhsm/libsofthsm2.so"), "needs softhsm2")
    def test_a_key_on_a_token_signs_and_its_pin_is_asked(self):
        module, store = "/usr/lib/softhsm/libsofthsm2.so", self.path("tokens")
        os.makedirs(store, exist_ok=True)
        with open(self.path("softhsm2.conf"), "w", encoding="ascii") as file:
            file.write(f"directories.tokendir = {store}\n")
        os.environ["SOFTHSM2_CONF"] = self.path("softhsm2.conf")
        self.addCleanup(os.environ.pop, "SOFTHSM2_CONF")
        pin = practice_authority.PIN
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "Leader", "--so-pin", pin, "--pin", pin],
                       check=True, capture_output=True)
        pem = self.path("token.pem")
        subprocess.run(["openssl", "pkcs12", "-in", self.path("rsa2048.p12"), "-passin", f"pass:{pin}", "-noenc", "-out", pem],
                       check=True)
        for kind, extension in (("key", "key"), ("cert", "crt")):
            made = self.path(f"token.{extension}.der")
            tool = ["openssl", "pkey", "-in", pem, "-outform", "DER"] if kind == "key" else [
                "openssl", "x509", "-in", pem, "-outform", "DER"]
            subprocess.run([*tool, "-out", made], check=True)
            subprocess.run(
                ["pkcs11-tool", "--module", module, "--token-label", "Leader", "--login", "--pin", pin, "--write-object", made,
                 "--type", "privkey" if kind == "key" else "cert", "--id", "01", "--label", "Ky"], check=True,
                capture_output=True)
        signed = self.path("by-token.pdf")
        token = ["--pkcs11-module", module, "--token", "Leader", "--key-label", "Ky", "--key-id", "01"]
        self.run_ours("sign", self.base("draft"), signed, *token, "--pin-file", self.path("pin"), "--intermediate",
                      self.path("issuing.pem"))
        self.assert_openssl(signed, "token")
        told = self.run_ours("sign", self.base("draft"), self.path("never.pdf"), *token, "--pin-file", self.path("root.pem"),
                             expected=1)
        self.assertIn("Mã PIN không đúng", told)

    # What a signature says of later ones.

    def base(self, name):
        file = self.path(f"{name}.pdf")
        with open(file, "wb") as out:
            out.write(sample_files.table())
        return file

    def test_a_certification_that_permits_signing_is_followed_and_one_that_does_not_is_respected(self):
        for permission, follows in (("1", False), ("2", True), ("3", True)):
            with self.subTest(permission=permission):
                certified, signed = self.path(f"certified{permission}.pdf"), self.path(f"sealed{permission}.pdf")
                self.sign(self.base("draft"), certified, "p256", "B-B", "Leader", "--certify", permission)
                told = self.sign(certified, signed, "rsa2048", "B-B", "Seal", expected=0 if follows else 1)
                self.assert_intact(signed if follows else certified, 2 if follows else 1)
                self.assertEqual("khóa bởi chữ ký chứng nhận" in told, not follows)

    def test_a_certification_must_be_the_first_signature(self):
        signed = self.path("first.pdf")
        self.sign(self.base("draft"), signed, "p256", "B-B", "Leader")
        told = self.sign(signed, self.path("second.pdf"), "p256", "B-B", "Seal", "--certify", "2", expected=1)
        self.assertIn("phải là chữ ký đầu tiên", told)
        self.assertFalse(os.path.exists(self.path("second.pdf")))

    def test_even_a_file_certified_against_all_change_may_be_extended(self):
        certified, archived = self.path("closed.pdf"), self.path("archived.pdf")
        self.sign(self.base("draft"), certified, "p256", "B-T", "Leader", "--certify", "1")
        self.run_ours("extend", certified, archived, *self.proofs("B-LTA"))
        self.assert_intact(archived, 1)
        self.assert_long_term(archived, "Leader")

    def test_a_locked_field_is_not_signed_and_others_are(self):
        locking, signed = self.path("locking.pdf"), self.path("beside.pdf")
        self.sign(self.base("draft"), locking, "p256", "B-B", "Leader", "--lock", "only:Seal")
        told = self.sign(locking, self.path("refused.pdf"), "rsa2048", "B-B", "Seal", expected=1)
        self.assertIn("đã bị khóa", told)
        self.sign(locking, signed, "rsa2048", "B-B", "Other")
        self.assert_intact(signed, 2)

    def test_a_revoked_certificate_and_one_of_an_unknown_authority_sign_nothing(self):
        authority = self.authority
        with open(self.path("revoked.crl"), "wb") as file:
            file.write(authority.revocation_list(authority.issuing, authority.issuing_key, [authority.serials["p256"]]))
        never, trust = self.path("never.pdf"), ["--trust", self.path("root.pem"), "--intermediate", self.path("issuing.pem")]
        told = self.sign(self.base("draft"), never, "p256", "B-B", "A", *trust, "--crl", self.path("revoked.crl"), expected=1)
        self.assertIn("thu hồi", told)
        other = os.path.join(self.folder, "other")
        os.makedirs(other, exist_ok=True)
        root = practice_authority.Authority(other, ()).path("root.pem")
        self.sign(self.base("draft"), never, "p256", "B-B", "A", "--trust", root, expected=1)
        self.assertFalse(os.path.exists(never))

    def test_a_higher_level_is_refused_while_the_status_of_a_certificate_is_missing(self):
        told = self.run_ours(
            "sign", self.base("draft"), self.path("never.pdf"), "--p12", self.path("p256.p12"), "--passfile", self.path("pin"),
            "--level", "LT", "--tsa", self.tsa, "--trust", self.path("root.pem"), "--crl", self.path("root.crl"), expected=1)
        self.assertIn("Chưa lấy được trạng thái", told)

    # Files of others.

    def test_what_pyhanko_signed_is_signed_further_and_extended(self):
        for subfilter, permission in ((fields.SigSeedSubFilter.PADES, None), (fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED, 2)):
            with self.subTest(subfilter=subfilter):
                theirs, ours, archived = (self.path(f"{name}.pdf") for name in ("theirs", "ours", "renewed"))
                signer = signers.SimpleSigner.load_pkcs12(self.path("rsa2048.p12"), passphrase=b"12345678")
                with open(theirs, "wb") as out:
                    signers.sign_pdf(
                        IncrementalPdfFileWriter(io.BytesIO(sample_files.KINDS["stream"](self.folder))),
                        signers.PdfSignatureMetadata(
                            field_name="Theirs", subfilter=subfilter, certify=permission is not None,
                            docmdp_permissions=fields.MDPPerm(permission or 2)), signer=signer, output=out)
                self.sign(theirs, ours, "p384", "B-B", "Ours")
                self.run_ours("extend", ours, archived, *self.proofs("B-LTA"))
                self.assert_intact(archived, 2)
                again = self.path("again.pdf")
                self.run_ours("extend", archived, again, *self.proofs("B-LTA"))
                self.assert_intact(again, 2)

    # The command line.

    def test_a_wrong_way_of_asking_is_told_by_code_64(self):
        draft, out = self.base("draft"), self.path("never.pdf")
        key = ["--p12", self.path("p256.p12"), "--passfile", self.path("pin")]
        for arguments in (["sign", draft], ["sign", draft, out], ["sign", draft, out, *key, "--level", "B-X"],
                          ["sign", draft, out, *key, "--visible", "1,2"], ["sign", draft, out, *key, "--digest", "sha1"],
                          ["sign", draft, out, *key, "--visible", "1,nan,5,inf,5"],
                          ["sign", draft, out, *key, "--digest", "md5"],
                          ["sign", draft, out, *key, "--text-size", "nan"], ["verify", draft, "--at", "nan"],
                          ["verify", draft, "--at", "1e300"],
                          ["sign", draft, out, *key, "--tsa", "ftp://a"], ["extend", draft, out, "--level", "B-B"]):
            with self.subTest(arguments=arguments):
                self.run_ours(*arguments, expected=64)
                self.assertFalse(os.path.exists(out))

    def test_a_place_outside_the_page_and_a_name_of_another_field_are_refused(self):
        draft, out = self.base("draft"), self.path("never.pdf")
        for options, told in ((("--visible", "1,-500,1,10,10"), "ngoài trang"), (("--field", "a.b"), "dấu chấm"),
                              (("--field", ""), "để trống")):
            with self.subTest(options=options):
                self.assertIn(told, self.run_ours("sign", draft, out, "--p12", self.path("p256.p12"), "--passfile",
                                                  self.path("pin"), *options, expected=1))
                self.assertFalse(os.path.exists(out))

    def test_a_file_is_not_signed_onto_itself_nor_with_a_wrong_pin(self):
        draft = self.base("draft")
        self.assertIn("trùng với tệp đầu vào", self.sign(draft, draft, "p256", "B-B", "A", expected=1))
        with open(self.path("wrong"), "w", encoding="ascii") as file:
            file.write("00000000\n")
        told = self.run_ours("sign", draft, self.path("never.pdf"), "--p12", self.path("p256.p12"), "--passfile",
                             self.path("wrong"), expected=1)
        self.assertIn("Mã PIN không đúng", told)


if __name__ == "__main__":
    unittest.main()
