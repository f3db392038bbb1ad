"""`vastoffice verify` asks over the network for what a file does not hold: issuers, answers and lists, from real servers
on loopback; the answers come from OpenSSL's own OCSP responder. What it is asked, and what must not be asked."""

import contextlib
import datetime
import http.server
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import practice_authority  # noqa: E402
import practice_pki  # noqa: E402
import processes  # noqa: E402
import sample_files  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: E402
from cryptography.x509.oid import AuthorityInformationAccessOID  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign import fields, signers  # noqa: E402

PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(ROOT, ".build", "debug", "vastoffice"))
DER = serialization.Encoding.DER


def certificate(subject, key, issuer, issuer_key, *, authority, issuers=(), responder=None, list_at=None):
    """A certificate that says where its issuer, its status and its issuer's list are to be had."""
    plain = practice_pki.certificate(subject, key, issuer, issuer_key, authority=authority)
    builder = (
        x509.CertificateBuilder().subject_name(plain.subject).issuer_name(plain.issuer).public_key(key.public_key())
        .serial_number(plain.serial_number).not_valid_before(plain.not_valid_before_utc)
        .not_valid_after(plain.not_valid_after_utc))
    for extension in plain.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    ways = [(AuthorityInformationAccessOID.CA_ISSUERS, url) for url in issuers]
    ways += [(AuthorityInformationAccessOID.OCSP, responder)] if responder else []
    if ways:
        builder = builder.add_extension(x509.AuthorityInformationAccess(
            [x509.AccessDescription(way, x509.UniformResourceIdentifier(url)) for way, url in ways]), critical=False)
    if list_at:
        builder = builder.add_extension(x509.CRLDistributionPoints([x509.DistributionPoint(
            [x509.UniformResourceIdentifier(list_at)], None, None, None)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Server:
    """Answers from a table of paths and keeps what it was asked; bytes, or a function that writes to the connection."""

    def __init__(self):
        self.answers, self.asked = {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                answer = outer.answers.get(self.path)
                if callable(answer):
                    with contextlib.suppress(OSError):
                        answer(self)
                    return
                self.send_response(200 if answer is not None else 404)
                self.send_header("Content-Length", str(len(answer or b"")))
                self.end_headers()
                self.wfile.write(answer or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def endless(handler):
    """An answer that never ends."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(1 << 16))


def elsewhere(url):
    def answer(handler):
        handler.send_response(302)
        handler.send_header("Location", url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    return answer


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
class Fetching(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="vastoffice-fetching-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.root_key, cls.issuing_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        cls.root = practice_pki.certificate("Gốc", cls.root_key, "Gốc", cls.root_key, authority=True)
        cls.write("root.pem", cls.root.public_bytes(serialization.Encoding.PEM))

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.port = processes.free_port()
        self.issuing = certificate(
            "CA phát hành", self.issuing_key, "Gốc", self.root_key, authority=True, list_at=self.server.url + "/root.crl")
        self.server.answers = {
            "/issuing.cer": self.issuing.public_bytes(DER),
            "/issuing.crl": self.revocation_list(self.issuing, self.issuing_key),
            "/root.crl": self.revocation_list(self.root, self.root_key),
        }

    revocation_list = staticmethod(practice_authority.Authority.revocation_list)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def write(cls, name, data):
        with open(cls.path(name), "wb") as file:
            file.write(data)

    def leaf(self, key, **where):
        where = {"issuers": [self.server.url + "/issuing.cer"], "responder": f"http://127.0.0.1:{self.port}/",
                 "list_at": self.server.url + "/issuing.crl", **where}
        return certificate("Nguyễn Văn Đức", key, "CA phát hành", self.issuing_key, authority=False, **where)

    def signed(self, leaf=None, issuer_key=None, **where):
        """A file whose signature holds the signer's certificate and no other."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = leaf(key) if leaf else self.leaf(key, **where)
        self.write("signer.p12", pkcs12.serialize_key_and_certificates(
            b"signer", key, leaf, None, serialization.BestAvailableEncryption(b"1")))
        signer = signers.SimpleSigner.load_pkcs12(self.path("signer.p12"), passphrase=b"1")
        with open(self.path("signed.pdf"), "wb") as out:
            signers.sign_pdf(
                IncrementalPdfFileWriter(sample_files.one_page_file()),
                signers.PdfSignatureMetadata(field_name="Ky", subfilter=fields.SigSeedSubFilter.PADES),
                signer=signer, output=out)
        return leaf

    @contextlib.contextmanager
    def responder(self, leaf, revoked=False):
        """OpenSSL's OCSP responder for one certificate."""
        end = (datetime.datetime.now() + datetime.timedelta(days=9)).strftime("%y%m%d%H%M%SZ")
        gone = datetime.datetime.now(datetime.timezone.utc).strftime("%y%m%d%H%M%SZ,keyCompromise") if revoked else ""
        serial = f"{leaf.serial_number:X}"
        line = f"{'R' if revoked else 'V'}\t{end}\t{gone}\t{serial if len(serial) % 2 == 0 else '0' + serial}\tunknown\t/CN=A\n"
        self.write("index.txt", line.encode())
        self.write("issuing.pem", self.issuing.public_bytes(serialization.Encoding.PEM))
        self.write("issuing.key", self.issuing_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        process = subprocess.Popen(
            ["openssl", "ocsp", "-index", "index.txt", "-port", str(self.port), "-rsigner", "issuing.pem", "-rkey",
             "issuing.key", "-CA", "issuing.pem", "-nmin", "30"], cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        try:
            # It says nothing when it is ready, and does not survive a knock without a question: ask until it answers.
            question = ["openssl", "ocsp", "-issuer", "issuing.pem", "-serial", f"0x{leaf.serial_number:X}", "-noverify",
                        "-url", f"http://127.0.0.1:{self.port}/"]
            for _ in range(200):
                if subprocess.run(question, cwd=self.folder, capture_output=True, timeout=20).returncode == 0:
                    break
            yield
        finally:
            process.terminate()
            process.wait()

    def report(self, *more):
        command = [PROGRAM, "verify", self.path("signed.pdf"), "--json", "--trust", self.path("root.pem"), *more]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return json.loads(run.stdout)

    def status(self, report):
        found = report["signatures"][0]["facts"]["revocation"]
        return [(one["status"], one["source"]) for one in found]

    # What is asked.

    def test_the_issuer_the_answer_and_the_list_are_fetched_and_make_the_signature_valid(self):
        leaf = self.signed()
        with self.responder(leaf):
            report = self.report("--private-hosts")
        self.assertEqual(report["verdict"], "valid", report["sentence"])
        self.assertEqual(self.status(report), [("good", "ocsp"), ("good", "crl")])
        self.assertEqual(self.server.asked, ["/issuing.cer", "/root.crl"])

    def test_a_silent_responder_leaves_the_list(self):
        self.signed()
        report = self.report("--private-hosts")
        self.assertEqual(report["verdict"], "valid", report["sentence"])
        self.assertEqual(self.status(report), [("good", "crl"), ("good", "crl")])

    def test_a_revoked_signer_is_not_valid_by_answer_and_by_list(self):
        leaf = self.signed()
        with self.responder(leaf, revoked=True):
            report = self.report("--private-hosts")
        self.assertNotEqual(report["verdict"], "valid")
        self.assertEqual(self.status(report)[0], ("revoked", "ocsp"))
        self.server.answers["/issuing.crl"] = self.revocation_list(
            self.issuing, self.issuing_key, revoked=[leaf.serial_number])
        report = self.report("--private-hosts")
        self.assertNotEqual(report["verdict"], "valid")
        self.assertEqual(self.status(report)[0], ("revoked", "crl"))

    def test_the_issuer_may_come_in_a_collection_and_from_the_second_address(self):
        from cryptography.hazmat.primitives.serialization import pkcs7

        self.server.answers["/chain.p7c"] = pkcs7.serialize_certificates([self.root, self.issuing], DER)
        self.signed(issuers=[self.server.url + "/gone.cer", self.server.url + "/chain.p7c"], responder=None)
        report = self.report("--private-hosts")
        self.assertEqual(report["verdict"], "valid", report["sentence"])
        self.assertEqual(self.server.asked[:2], ["/gone.cer", "/chain.p7c"])

    # What is not asked.

    def test_offline_and_inside_private_networks_nobody_is_asked(self):
        self.signed()
        for options in (["--offline", "--private-hosts"], []):
            report = self.report(*options)
            self.assertEqual(report["verdict"], "indeterminate", options)
        self.assertEqual(self.server.asked, [])

    def test_the_way_up_has_an_end_and_is_asked_for_once(self):
        keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in "AB"}
        for name, other in ("AB", "BA"):
            made = certificate(name, keys[name], other, keys[other], authority=True,
                               issuers=[f"{self.server.url}/{other}.cer"])
            self.server.answers[f"/{name}.cer"] = made.public_bytes(DER)
        self.signed(leaf=lambda key: certificate(
            "Nguyễn Văn Đức", key, "A", keys["A"], authority=False, issuers=[self.server.url + "/A.cer"]))
        report = self.report("--private-hosts")
        self.assertEqual(report["verdict"], "indeterminate")
        self.assertEqual(self.server.asked, ["/A.cer", "/B.cer"])

    def test_an_endless_chain_of_authorities_is_left(self):
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(12)]
        for index in range(11):
            made = certificate(f"CA {index}", keys[index], f"CA {index + 1}", keys[index + 1], authority=True,
                               issuers=[f"{self.server.url}/{index + 1}.cer"])
            self.server.answers[f"/{index}.cer"] = made.public_bytes(DER)
        self.signed(leaf=lambda key: certificate(
            "Nguyễn Văn Đức", key, "CA 0", keys[0], authority=False, issuers=[self.server.url + "/0.cer"]))
        self.assertEqual(self.report("--private-hosts")["verdict"], "indeterminate")
        self.assertLessEqual(len(self.server.asked), 6)

    def test_an_answer_without_end_nonsense_and_a_way_elsewhere_leave_the_question_open(self):
        other = Server()
        self.addCleanup(other.close)
        other.answers["/issuing.cer"] = self.issuing.public_bytes(DER)
        for answer in (endless, b"<html>", b"", self.root.public_bytes(DER), elsewhere(other.url + "/issuing.cer")):
            self.server.answers["/issuing.cer"] = answer
            self.signed()
            began = time.monotonic()
            report = self.report("--private-hosts")
            self.assertEqual(report["verdict"], "indeterminate")
            self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(other.asked, [])

    def test_a_fetched_authority_of_the_right_name_and_another_key_is_no_issuer(self):
        stranger = ec.generate_private_key(ec.SECP256R1())
        false = certificate("CA phát hành", stranger, "Gốc", self.root_key, authority=True)
        self.server.answers["/issuing.cer"] = false.public_bytes(DER)
        self.signed()
        self.assertEqual(self.report("--private-hosts")["verdict"], "indeterminate")


if __name__ == "__main__":
    unittest.main()
