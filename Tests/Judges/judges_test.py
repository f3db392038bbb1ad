"""The judges themselves: each must accept a good file and complain of a bad one, or its silence proves nothing."""

import io
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import docx_sample  # noqa: E402
import practice_pki  # noqa: E402
import pyhanko_verdict  # noqa: E402
from sample_files import one_page_file  # noqa: E402
from pyhanko.pdf_utils import generic  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign import fields, signers  # noqa: E402

logging.disable(logging.CRITICAL)  # a judge's complaint is what these tests want, not its trace


class PyHankoVerdict(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-judges-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.pki = practice_pki.make(cls.folder)
        cls.signed = os.path.join(cls.folder, "signed.pdf")
        signer = signers.SimpleSigner.load_pkcs12(cls.pki.key_file, passphrase=cls.pki.pin.encode())
        with open(cls.signed, "wb") as out:
            signers.sign_pdf(
                IncrementalPdfFileWriter(one_page_file()),
                signers.PdfSignatureMetadata(field_name="Leader", subfilter=fields.SigSeedSubFilter.PADES),
                signer=signer, output=out)

    def judged(self, data, roots=None):
        path = os.path.join(self.folder, f"{self.id().rsplit('.', 1)[-1]}.pdf")
        with open(path, "wb") as file:
            file.write(data)
        anchors = pyhanko_verdict.certificates(roots or self.pki.root_file)
        return pyhanko_verdict.verdict(path, anchors)

    def bytes_of_signed(self):
        with open(self.signed, "rb") as file:
            return file.read()

    def test_accepts_an_untouched_file_of_a_trusted_signer(self):
        result = self.judged(self.bytes_of_signed())
        self.assertTrue(pyhanko_verdict.is_good(result), result)
        self.assertEqual([signature["field"] for signature in result["signatures"]], ["Leader"])
        self.assertEqual(result["signatures"][0]["coverage"], "ENTIRE_FILE")

    def test_notices_one_changed_byte(self):
        result = self.judged(self.bytes_of_signed().replace(b"100 100 l", b"100 101 l"))
        self.assertFalse(result["signatures"][0]["intact"])
        self.assertFalse(pyhanko_verdict.is_good(result))

    def test_does_not_trust_a_signer_under_another_root(self):
        other = tempfile.mkdtemp(dir=self.folder)
        result = self.judged(self.bytes_of_signed(), practice_pki.make(other).root_file)
        self.assertTrue(result["signatures"][0]["intact"])
        self.assertFalse(result["signatures"][0]["trusted"])

    def test_notices_a_page_changed_by_a_later_revision(self):
        writer = IncrementalPdfFileWriter(io.BytesIO(self.bytes_of_signed()))
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 500 500 l S"))
        writer.update_container(page)
        out = io.BytesIO()
        writer.write(out)
        result = self.judged(out.getvalue())
        self.assertEqual(result["signatures"][0]["modification_level"], "OTHER")
        self.assertFalse(pyhanko_verdict.is_good(result))

    def test_gives_its_reason_for_a_file_that_is_no_pdf(self):
        result = self.judged(b"khong phai PDF")
        self.assertIsNotNone(result["problem"])
        self.assertFalse(pyhanko_verdict.is_good(result))

    def test_a_file_without_signature_does_not_pass(self):
        self.assertFalse(pyhanko_verdict.is_good(self.judged(one_page_file().getvalue())))

    def test_answers_on_the_command_line_with_one_json_line(self):
        arguments = [sys.executable, "-B", os.path.join(HERE, "pyhanko_verdict.py"), self.signed, "--trust",
                     self.pki.root_file, "--require-all"]
        answer = subprocess.run(arguments, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertTrue(json.loads(answer.stdout)["signatures"][0]["bottom_line"])


class SampleDocuments(unittest.TestCase):
    def text_of(self, **options):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "sample.docx")
            docx_sample.write(path, **options)
            with zipfile.ZipFile(path) as archive:
                return archive.read("word/document.xml").decode("utf-8")

    def test_every_kind_has_the_parts_of_the_decree(self):
        for kind in [*docx_sample.CONTENTS]:
            with self.subTest(kind):
                text = self.text_of(kind=kind)
                for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số:", "Nơi nhận:", "Lưu: VT", "Trần Thị Thu Hương"):
                    self.assertIn(part, text)

    def test_words_may_be_broken_over_runs(self):
        text = self.text_of(kind="split-runs")
        self.assertFalse("Số:" in text, "the label stands in one run")
        self.assertIn("<w:t>Số</w:t>", text)


if __name__ == "__main__":
    unittest.main()
