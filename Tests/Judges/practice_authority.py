"""A root, an issuing authority, signers with every kind of key, a timestamp authority and revocation lists for trials.

Independent of the program's own practice PKI, like practice_pki.py; the timestamp authority is OpenSSL's own, behind a
small HTTP server on loopback.
"""

import contextlib
import datetime
import http.server
import os
import subprocess
import threading

import practice_pki
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

PIN = "12345678"
KINDS = {
    "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa3072": lambda: rsa.generate_private_key(65537, 3072),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


# As `openssl pkcs12 -export` writes it.
LIKE_OPENSSL = (
    serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048)
    .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256()).build(PIN.encode()))


class Authority:
    """Everything in `folder`: root.pem, issuing.pem, root.crl, issuing.crl, pin and KIND.p12 for each kind asked for."""

    def __init__(self, folder, kinds=tuple(KINDS)):
        self.folder = folder
        self.root_key, self.issuing_key = KINDS["p256"](), KINDS["rsa2048"]()
        self.root = practice_pki.certificate("Gốc thử nghiệm", self.root_key, "Gốc thử nghiệm", self.root_key, authority=True)
        self.issuing = practice_pki.certificate(
            "CA thử nghiệm", self.issuing_key, "Gốc thử nghiệm", self.root_key, authority=True)
        self.write("root.pem", self.root.public_bytes(serialization.Encoding.PEM))
        self.write("issuing.pem", self.issuing.public_bytes(serialization.Encoding.PEM))
        self.write("root.crl", self.revocation_list(self.root, self.root_key))
        self.write("issuing.crl", self.revocation_list(self.issuing, self.issuing_key))
        self.write("pin", PIN.encode() + b"\n")
        self.serials = {kind: self.signer(kind) for kind in kinds}

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def signer(self, kind):
        key = KINDS[kind]()
        leaf = practice_pki.certificate(f"Nguyễn Văn Đức ({kind})", key, "CA thử nghiệm", self.issuing_key, authority=False)
        self.write(f"{kind}.p12", pkcs12.serialize_key_and_certificates(
            b"signer", key, leaf, [self.issuing, self.root], LIKE_OPENSSL))
        return leaf.serial_number

    @staticmethod
    def revocation_list(issuer, key, revoked=()):
        now = datetime.datetime.now(datetime.timezone.utc)
        entries = [x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now).build() for number in revoked]
        builder = (
            x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
            .last_update(now - datetime.timedelta(hours=1)).next_update(now + datetime.timedelta(days=1))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False))
        for entry in entries:
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    @contextlib.contextmanager
    def timestamps(self):
        """The address of OpenSSL's timestamp authority while it runs."""
        self.prepare_timestamps()
        folder, lock = self.folder, threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    answer = subprocess.run(
                        ["openssl", "ts", "-reply", "-config", "tsa.conf", "-queryfile", "/dev/stdin"], cwd=folder,
                        input=query, capture_output=True, check=True).stdout
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            server.server_close()

    def prepare_timestamps(self):
        key, now = KINDS["rsa2048"](), datetime.datetime.now(datetime.timezone.utc)
        template = practice_pki.certificate("TSA thử nghiệm", key, "CA thử nghiệm", self.issuing_key, authority=False)
        builder = (
            x509.CertificateBuilder().subject_name(template.subject).issuer_name(template.issuer)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True))
        for extension in template.extensions:
            builder = builder.add_extension(extension.value, critical=extension.critical)
        leaf = builder.sign(self.issuing_key, hashes.SHA256())
        self.write("tsa.pem", leaf.public_bytes(serialization.Encoding.PEM))
        self.write("tsa.key", key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self.write("tsa.serial", b"01\n")
        self.write("tsa.conf", b"""[tsa]
default_tsa = own
[own]
dir = .
serial = ./tsa.serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
certs = ./issuing.pem
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
""")
