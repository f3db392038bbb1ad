"""A running office fetches the issuers that a signed file lacks from where its certificates say, where the administrator
has switched that on (`revocation.fetch.issuers`), and believes nobody for it but the roots it trusts already."""

import os
import re
import subprocess
import unittest

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from playwright.sync_api import expect
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

import office
from crash_test import Processes
from office import until
from steps import Journey

# From Tests/Judges, which `office` puts on the path.
import fetching_test
import practice_authority
import practice_pki
import sample_files

DER = serialization.Encoding.DER
revocation_list = practice_authority.Authority.revocation_list


class Authority:
    """A root that the office trusts, an authority below it that it does not know, and the server on which both publish."""

    def __init__(self):
        self.server = fetching_test.Server()
        self.root_key, self.issuing_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = practice_pki.certificate("Gốc thử nghiệm", self.root_key, "Gốc thử nghiệm", self.root_key, authority=True)
        self.issuing = self.below(self.issuing_key)
        self.server.answers = {
            "/issuing.cer": self.issuing.public_bytes(DER),
            "/issuing.crl": revocation_list(self.issuing, self.issuing_key),
            "/root.crl": revocation_list(self.root, self.root_key),
        }

    def below(self, key):
        return fetching_test.certificate(
            "CA phát hành", key, "Gốc thử nghiệm", self.root_key, authority=True, list_at=self.server.url + "/root.crl")

    def fingerprint(self):
        return self.root.fingerprint(hashes.SHA256()).hex().upper()

    def signer(self, name):
        """Whose signatures hold his certificate and no other."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = fetching_test.certificate(
            name, key, "CA phát hành", self.issuing_key, authority=False, issuers=[self.server.url + "/issuing.cer"],
            list_at=self.server.url + "/issuing.crl")
        archive = pkcs12.serialize_key_and_certificates(
            b"signer", key, leaf, None, serialization.BestAvailableEncryption(b"1"))
        return signers.SimpleSigner.load_pkcs12_data(archive, [], passphrase=b"1")


def signed(signer):
    """The script of a browser has a loop of its own, in which pyHanko's synchronous way does not work."""
    import asyncio
    import concurrent.futures

    meta = signers.PdfSignatureMetadata(field_name="Ky", subfilter=fields.SigSeedSubFilter.PADES)
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(signers.PdfSigner(meta, signer).async_sign_pdf(
            IncrementalPdfFileWriter(sample_files.one_page_file())))).result().getvalue()


class Office(Processes):
    def __init__(self):
        super().__init__()
        self.authority = Authority()
        root = os.path.join(self.folder, "root.pem")
        with open(root, "wb") as file:
            file.write(self.authority.root.public_bytes(serialization.Encoding.PEM))
        subprocess.run(
            [office.PROGRAM, "admin", "trust", "add", root, "--config", os.path.join(self.data, "academy.conf"),
             "--confirm", self.authority.fingerprint()], check=True, capture_output=True, timeout=60)

    def open(self, **settings):
        given = [f"{key.replace('_', '.')}={value}" for key, value in {"revocation_private_hosts": "true", **settings}.items()]
        return self.run("academy", *(word for one in given for word in ("--set", one))).wait_for([self.academy])

    def remove(self):
        self.authority.server.close()
        super().remove()


def setUpModule():
    Journey.begin(Office())


class Issuers(Journey):
    width = "desk"
    count = 0

    def opened(self, **settings):
        """The office with these settings, until the end of the test."""
        process = self.offices.open(**settings)
        self.addCleanup(process.stop)
        return process

    def entered(self, file):
        """A document that came by hand with this file; its page."""
        self.count += 1
        clerk, page = self.at_academy("vanthu"), self.at_academy("vanthu").page
        clerk.go("/van-ban-den/moi")
        page.get_by_label("Cơ quan ban hành").fill("Sở Khoa học và Công nghệ")
        page.get_by_label("Số", exact=True).fill(str(self.count))
        page.get_by_label("Ký hiệu").fill("SKHCN")
        page.get_by_label("Trích yếu").fill(f"Về việc thử lần {self.count}")
        page.get_by_label("Bản quét").set_input_files({"name": "cv.pdf", "mimeType": "application/pdf", "buffer": file})
        page.get_by_role("button", name="Lưu, sang bước vào sổ").click()
        expect(page.locator(".document")).to_be_visible()
        return clerk.path

    def verdict(self, address):
        clerk = self.at_academy("vanthu")
        clerk.go(address)
        return clerk.page.locator(".verdict").first.inner_text()

    def test_a_missing_issuer_is_fetched_where_that_is_switched_on_and_only_there(self):
        authority, asked = self.offices.authority, self.offices.authority.server.asked
        signer = authority.signer("Nguyễn Văn Đức")
        # Switched off, as it is unless told otherwise: nobody is asked.
        running = self.opened()
        address = self.entered(signed(signer))
        until(lambda: self.verdict(address), "there is a verdict")
        self.assertNotIn("1 chữ ký tin cậy", self.verdict(address))
        self.assertEqual(asked, [])
        running.stop()
        self.people.clear()
        # Switched on: the job asks, and the verdict follows.
        self.opened(revocation_fetch_issuers="true")
        address = self.entered(signed(signer))
        until(lambda: "Còn nguyên vẹn, 1 chữ ký tin cậy" in self.verdict(address), "the issuer is fetched")
        expect(self.at_academy("vanthu").page.locator(".verdict").first).to_have_class(re.compile(r"\bok\b"))
        self.look(self.at_academy("vanthu"), "issuer-fetched")
        self.assertEqual(sorted(asked), ["/issuing.cer", "/issuing.crl", "/root.crl"])
        # What is known is not asked for again: not for the same signer, nor for another of the same authority.
        for one in (signer, authority.signer("Trần Thị Hạnh")):
            address = self.entered(signed(one))
            until(lambda: "1 chữ ký tin cậy" in self.verdict(address), "the issuer is known")
        self.assertEqual(len(asked), 3)

    def test_a_fetched_authority_of_the_right_name_and_another_key_is_believed_nothing(self):
        authority = Authority()
        self.addCleanup(authority.server.close)
        # Its root is not trusted here, whatever it publishes.
        self.opened(revocation_fetch_issuers="true")
        address = self.entered(signed(authority.signer("Người Lạ")))
        until(lambda: "/issuing.cer" in authority.server.asked, "the office asks")
        self.assertNotIn("1 chữ ký tin cậy", self.verdict(address))
        self.assertEqual(authority.server.asked, ["/issuing.cer"], "beyond the trusted hierarchy nobody is asked")


if __name__ == "__main__":
    unittest.main()
