"""`vastoffice sign` at the terminal with what is rarer: a key at a remote service, files under old encryption, pages that
are cut and turned."""

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import practice_authority  # noqa: E402
import pyhanko_verdict  # noqa: E402
import sample_files  # noqa: E402
import signing_service  # noqa: E402

PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(ROOT, ".build", "debug", "vastoffice"))
CLIENT, SECRET = "vien-han-lam", "bi-mat"


def png(width, height):
    """A black picture."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    rows = (b"\0" + bytes(3 * width)) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
class TerminalSigning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-terminal-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.authority = practice_authority.Authority(cls.folder, ("rsa2048", "p256"))
        cls.roots = pyhanko_verdict.certificates(cls.path("root.pem"))
        for name, text in {"secret": SECRET, "service-pin": signing_service.PIN, "wrong-pin": "0000"}.items():
            cls.write(name, text.encode() + b"\n")
        cls.write("draft.pdf", sample_files.table())

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def write(cls, name, data):
        with open(cls.path(name), "wb") as file:
            file.write(data)
        return cls.path(name)

    def ours(self, *arguments, expected=0):
        run = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(run.returncode, expected, run.stderr)
        return run.stderr

    def sign(self, source, target, *more, key="p256", expected=0):
        return self.ours("sign", source, target, "--p12", self.path(f"{key}.p12"), "--passfile", self.path("pin"), *more,
                         expected=expected)

    def assert_intact(self, file, count, password=None):
        result = pyhanko_verdict.verdict(file, self.roots, password=password)
        self.assertIsNone(result["problem"])
        self.assertEqual([one["bottom_line"] for one in result["signatures"]], [True] * count, result)

    # A key that a signing service keeps.

    def service(self, **how):
        """The address of a signing service with the authority's keys that behaves as told."""
        process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(HERE, "signing_service.py"), "--keys", self.folder, "--passphrase",
             practice_authority.PIN, "--client", CLIENT, "--secret", SECRET], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        address = f"http://127.0.0.1:{int(process.stdout.readline())}"
        if how:
            import json
            import urllib.request

            question = urllib.request.Request(f"{address}/behave", json.dumps(how).encode(), {"Content-Type": "application/json"})
            urllib.request.urlopen(question, timeout=10).close()
        return f"{address}/csc/v2"

    def by_service(self, url, target, *more, pin="service-pin", credential="rsa2048", expected=0):
        return self.ours(
            "sign", self.path("draft.pdf"), self.path(target), "--csc-url", url, "--csc-client", CLIENT, "--csc-secret-file",
            self.path("secret"), "--pin-file", self.path(pin), *(["--credential", credential] if credential else []), *more,
            expected=expected)

    def test_a_key_at_a_signing_service_signs(self):
        for credential in ("rsa2048", "p256"):
            with self.subTest(credential):
                self.by_service(self.service(), f"{credential}-remote.pdf", credential=credential)
                self.assert_intact(self.path(f"{credential}-remote.pdf"), 1)

    def test_the_signer_confirms_on_the_phone_and_the_answer_comes_later(self):
        for how in ({"phone": "agree", "auth": "PIN,mobile"}, {"mode": "async"}, {"auth": "PIN,OTP"}):
            with self.subTest(how):
                self.by_service(self.service(**how), "phone.pdf", "--otp", signing_service.OTP)
                self.assert_intact(self.path("phone.pdf"), 1)

    def test_what_goes_wrong_at_the_service_is_told_and_nothing_is_written(self):
        for how, more, told in (
            ({}, {"pin": "wrong-pin"}, "PIN"), ({"auth": "PIN,OTP"}, {}, "OTP|mã"), ({"fault": "locked"}, {}, "khóa"),
            ({"phone": "refuse", "auth": "PIN,mobile"}, {}, "từ chối"), ({"fault": "wrong-signature"}, {}, "."),
            ({"fault": "other-key"}, {}, "."), ({"fault": "garbage"}, {}, "."), ({"status": "revoked"}, {}, "thu hồi|hiệu lực"),
            ({}, {"credential": None}, "--credential"),
        ):
            with self.subTest(how=how, more=more):
                said = self.by_service(self.service(**how), "never.pdf", expected=64 if "credential" in more else 1, **more)
                self.assertRegex(said, told)
                self.assertNotIn(signing_service.PIN, said)
                self.assertFalse(os.path.exists(self.path("never.pdf")))

    def test_a_service_that_is_not_there_is_told(self):
        self.assertRegex(self.by_service("http://127.0.0.1:9/csc/v2", "never.pdf", expected=1), "dịch vụ|máy chủ")
        self.assertFalse(os.path.exists(self.path("never.pdf")))

    # Old encryption.

    def test_files_under_rc4_are_signed_and_verified_and_stay_under_their_password(self):
        for bits in ("40", "128"):
            with self.subTest(bits):
                password = sample_files.USER_PASSWORD
                file = self.write("rc4.pdf", sample_files.by_qpdf(
                    self.folder, "--allow-weak-crypto", "--encrypt", password, "owner", bits, "--"))
                self.assertIn("mật khẩu", self.sign(file, self.path("never.pdf"), expected=1))
                for number, key in enumerate(("p256", "rsa2048"), 1):
                    signed = self.path(f"rc4-{number}.pdf")
                    self.sign(file, signed, "--password", password, "--field", f"Ky{number}", "--reason", "Ký ban hành", key=key)
                    file = signed
                self.assert_intact(file, 2, password)
                trust = ["--offline", "--trust", self.path("root.pem")]
                self.ours("verify", file, *trust, "--password", password)
                self.ours("verify", file, *trust, expected=2)
                self.ours("verify", file, *trust, "--password", "sai", expected=2)
                told = subprocess.run(["qpdf", f"--password={password}", "--check", file], capture_output=True, text=True)
                self.assertNotIn("ERROR", told.stderr)

    # Pages cut and turned.

    def page(self, rotation, crop="[50 60 545 782]"):
        data = sample_files.table().replace(
            b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 595 842]/CropBox%s/Rotate %d" % (crop.encode(), rotation))
        source = self.write("cut-broken.pdf", data)
        made = self.path("cut.pdf")
        # The offsets are wrong now; qpdf writes them anew.
        subprocess.run(["qpdf", "--warning-exit-0", source, made], check=True, capture_output=True)
        return made

    def shown(self, file):
        """The page as it is shown, ten points to the millimetre: width, height, and the rows of grey."""
        subprocess.run(["pdftoppm", "-cropbox", "-r", "254", "-gray", "-singlefile", file, self.path("page")], check=True)
        with open(self.path("page.pgm"), "rb") as image:
            data = image.read()
        head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", data)
        width, height = int(head.group(1)), int(head.group(2))
        return width, height, data[head.end():]

    def test_a_picture_lies_where_it_was_asked_for_on_the_page_as_it_is_shown(self):
        picture = self.write("black.png", png(40, 15))
        for rotation in (0, 90, 180, 270):
            with self.subTest(rotation):
                base = self.page(rotation)
                self.sign(base, self.path("cut-signed.pdf"), "--visible", "1,20,30,40,15", "--image", picture)
                self.assert_intact(self.path("cut-signed.pdf"), 1)
                width, height, before = self.shown(base)
                size = self.shown(self.path("cut-signed.pdf"))
                self.assertEqual(size[:2], (width, height))
                changed = [index for index, (a, b) in enumerate(zip(before, size[2])) if a != b and b < 128]
                columns, rows = [index % width for index in changed], [index // width for index in changed]
                for found, wanted in zip(
                        (min(columns), min(rows), max(columns) + 1, max(rows) + 1), (200, 300, 600, 450)):
                    self.assertAlmostEqual(found, wanted, delta=4)


if __name__ == "__main__":
    unittest.main()
