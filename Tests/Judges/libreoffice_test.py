"""Files that LibreOffice signs, with keys of every kind it takes, validate with us under their root; whatever is done to
them afterwards is found.

LibreOffice signs with the certificates of an NSS database (`certutil`, `pk12util` of libnss3-tools fill one), without a
window: the signature is an option of its PDF export. pyHanko 0.38 does not read these signatures: LibreOffice 7.4 writes
a date (`/M`) with one apostrophe too many.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import docx_sample  # noqa: E402
import practice_authority  # noqa: E402
import practice_pki  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402

PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(ROOT, ".build", "debug", "vastoffice"))
KINDS = ("rsa2048", "rsa3072", "p256", "p384", "p521")


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
@unittest.skipUnless(all(map(shutil.which, ("soffice", "certutil", "pk12util"))), "LibreOffice or NSS tools are missing")
class LibreOffice(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-libreoffice-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.authority = practice_authority.Authority(cls.folder, KINDS)
        cls.database = f"sql:{cls.path('nss')}"
        os.mkdir(cls.path("nss"))
        cls.ran("certutil", "-N", "-d", cls.database, "--empty-password")
        for name, trust in (("root", "CT,C,C"), ("issuing", ",,")):
            cls.ran("certutil", "-A", "-d", cls.database, "-n", name, "-t", trust, "-a", "-i", cls.path(f"{name}.pem"))
        for kind in KINDS:
            cls.ran("pk12util", "-i", cls.path(f"{kind}.p12"), "-d", cls.database, "-W", practice_authority.PIN, "-K", "")
        docx_sample.write(cls.path("quyet-dinh.docx"), "decision")
        cls.files = {}

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @staticmethod
    def ran(*command, **how):
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, **how)
        if run.returncode != 0:
            raise RuntimeError(f"{command}: {run.stdout}{run.stderr}")

    @classmethod
    def signed(cls, kind, **options):
        """The bytes of the document as LibreOffice exports and signs it; each is made once."""
        key = (kind, *sorted(options.items()))
        if key not in cls.files:
            wanted = {"SignPDF": True, "SignCertificateSubjectName": f"CN=Nguyễn Văn Đức ({kind}),C=VN", **options}
            types = {bool: "boolean", str: "string", int: "long"}
            export = {
                name: {"type": types[type(value)], "value": str(value).lower() if value is True else str(value)}
                for name, value in wanted.items()}
            cls.ran(
                "soffice", f"-env:UserInstallation=file://{cls.path('profile')}", "--headless", "--convert-to",
                "pdf:writer_pdf_Export:" + json.dumps(export), "--outdir", cls.path("out"), cls.path("quyet-dinh.docx"),
                env={**os.environ, "MOZILLA_CERTIFICATE_FOLDER": cls.database})
            with open(cls.path("out/quyet-dinh.pdf"), "rb") as file:
                cls.files[key] = file.read()
            os.remove(cls.path("out/quyet-dinh.pdf"))
        return cls.files[key]

    def report(self, file, root="root.pem"):
        with open(self.path("file.pdf"), "wb") as out:
            out.write(file)
        run = subprocess.run(
            [PROGRAM, "verify", self.path("file.pdf"), "--json", "--offline", "--trust", self.path(root)],
            capture_output=True, text=True, timeout=60)
        return json.loads(run.stdout)

    def verdict(self, file, **how):
        return self.report(file, **how)["verdict"]

    def ours(self, file, *more):
        """The file with a signature of ours on top."""
        with open(self.path("theirs.pdf"), "wb") as out:
            out.write(file)
        self.ran(PROGRAM, "sign", self.path("theirs.pdf"), self.path("both.pdf"), "--p12", self.path("p256.p12"),
                 "--passfile", self.path("pin"), "--field", "Ky", *more)
        with open(self.path("both.pdf"), "rb") as both:
            return both.read()

    # What it signs.

    def test_a_file_signed_by_libreoffice_with_any_of_its_keys_is_valid(self):
        for kind in KINDS:
            with self.subTest(kind):
                report = self.report(self.signed(kind))
                self.assertEqual(report["verdict"], "valid", report["sentence"])
                self.assertEqual(len(report["signatures"]), 1)
                self.assertIn(f"Nguyễn Văn Đức ({kind})", json.dumps(report, ensure_ascii=False))

    def test_a_file_for_the_archive_and_one_with_a_reason_are_valid(self):
        for options in ({"SelectPdfVersion": 2}, {"SignatureReason": "Phát hành", "SignatureLocation": "Hà Nội"}):
            with self.subTest(options):
                report = self.report(self.signed("rsa2048", **options))
                self.assertEqual(report["verdict"], "valid", report["sentence"])

    def test_a_timestamp_over_something_else_is_told_and_not_counted(self):
        """LibreOffice 7.4 has something else timestamped than its signature value; pyHanko finds that, too."""
        with self.authority.timestamps() as address:
            report = self.report(self.signed("rsa2048", SignatureTSA=address))
        self.assertEqual(report["verdict"], "valid", report["sentence"])
        signature = report["signatures"][0]
        self.assertEqual(signature["time"]["source"], "claim")
        stamps = [check for check in signature["checks"] if check["name"] == "timestamp"]
        self.assertEqual([(one["result"], one["sentence"]) for one in stamps], [
            ("note", "Dấu thời gian không hợp lệ nên không được tính.")])

    def test_under_another_root_the_signer_is_not_trusted(self):
        key = ec.generate_private_key(ec.SECP256R1())
        other = practice_pki.certificate("Gốc khác", key, "Gốc khác", key, authority=True)
        with open(self.path("other.pem"), "wb") as file:
            file.write(other.public_bytes(serialization.Encoding.PEM))
        self.assertEqual(self.verdict(self.signed("rsa2048"), root="other.pem"), "indeterminate")

    def test_our_signature_on_top_leaves_theirs_valid(self):
        report = self.report(self.ours(self.signed("rsa2048")))
        self.assertEqual(report["verdict"], "valid", report["sentence"])
        self.assertEqual(len(report["signatures"]), 2)

    @staticmethod
    def hole(file):
        """Where the signature value stands, with its angle brackets."""
        begin = file.index(b"<", file.index(b"/Contents <"))
        return begin, file.index(b">", begin)

    # What is done to it afterwards.

    def test_every_changed_byte_that_was_signed_is_found(self):
        file = self.signed("rsa2048")
        begin, end = self.hole(file)
        places = [20, file.index(b"stream") + 12, begin - 30, end + 3, len(file) - 12]
        for place in places:
            with self.subTest(place):
                changed = file[:place] + bytes([file[place] ^ 1]) + file[place + 1:]
                self.assertNotEqual(self.verdict(changed), "valid")

    def test_a_changed_signature_value_is_found(self):
        file = self.signed("rsa2048")
        begin, end = self.hole(file)
        digits = file[begin + 1:end]
        last = len(digits.rstrip(b"0")) - 20
        changed = digits[:last] + (b"0" if digits[last:last + 1] != b"0" else b"1") + digits[last + 1:]
        self.assertNotEqual(self.verdict(file.replace(digits, changed)), "valid")

    def test_a_page_redrawn_by_a_later_revision_is_found(self):
        file = self.signed("rsa2048")
        number, text = self.page_content(file)
        stream = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(text), text)
        entry = len(file) + 1
        table = entry + len(stream)
        start = file.rindex(b"startxref")
        trailer = file[file.rindex(b"trailer"):start]
        previous = int(file[start + 9:].split()[0])
        trailer = trailer.rstrip().removesuffix(b">>") + b"/Prev %d>>\n" % previous
        update = b"xref\n%d 1\n%010d 00000 n \n%sstartxref\n%d\n%%%%EOF\n" % (number, entry, trailer, table)
        report = self.report(file + b"\n" + stream + update)
        self.assertEqual(report["verdict"], "modified-after-signing", report["sentence"])

    @staticmethod
    def page_content(file):
        """Number of the first page's content stream, and what a forger would put in its place."""
        place = file.index(b"/Contents ") + len(b"/Contents ")
        return int(file[place:].split()[0]), b"BT /F1 30 Tf 100 500 Td (100 000 000) Tj ET"

    def test_a_cut_file_is_not_valid(self):
        file = self.signed("rsa2048")
        for length in (len(file) - 1, len(file) - 40, len(file) // 2):
            with self.subTest(length):
                self.assertNotEqual(self.verdict(file[:length]), "valid")


if __name__ == "__main__":
    unittest.main()
