"""Those who hold keys outside the office, as real as they get on one machine: an authority, a SoftHSM and a remote signing
service. The signing program on a person's own computer is signing_program.py."""

import datetime
import json
import os
import subprocess
import sys
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

import office

PASSPHRASE, TOKEN_PIN, REMOTE_PIN = "khoa-thu", "135790", "2580"
SOFTHSM = next(filter(os.path.exists, (
    "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")), None)


class Authority:
    """The practice authority of an installation: issues further keys to its people."""

    def __init__(self, data):
        with open(os.path.join(data, "practice.json"), encoding="utf-8") as file:
            passphrase = json.load(file)["authority"]
        with open(os.path.join(data, "practice-ca.p12"), "rb") as file:
            bag = pkcs12.load_pkcs12(file.read(), passphrase.encode())
        self.key, self.certificate = bag.key, bag.cert.certificate
        self.others = [one.certificate for one in bag.additional_certs]

    def issue(self, name, days=30, began=1, is_rsa=False):
        """PKCS#12 of a signing key; `began` days ago, for `days`."""
        key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
             "decipher_only"), False)
        start = now - datetime.timedelta(days=began)
        leaf = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([
                x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self.certificate.subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256()))
        return pkcs12.serialize_key_and_certificates(
            name.encode(), key, leaf, [self.certificate], serialization.BestAvailableEncryption(PASSPHRASE.encode()))


def ran(*command, **how):
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **how)
    if answer.returncode != 0:
        raise RuntimeError(f"{command[0]}: {answer.stdout}{answer.stderr}")


class Token:
    """A SoftHSM with one token and one key on it."""

    label = "HSM văn phòng"

    def __init__(self, folder, archive):
        self.folder = os.path.join(folder, "softhsm")
        os.makedirs(os.path.join(self.folder, "tokens"))
        self.configuration = os.path.join(self.folder, "softhsm2.conf")
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(f"directories.tokendir = {self.folder}/tokens\nlog.level = ERROR\n")
        self.environment = {**os.environ, "SOFTHSM2_CONF": self.configuration}
        bag = pkcs12.load_pkcs12(archive, PASSPHRASE.encode())
        key, certificate = os.path.join(self.folder, "key.pem"), os.path.join(self.folder, "certificate.der")
        with open(key, "wb") as file:
            file.write(bag.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        with open(certificate, "wb") as file:
            file.write(bag.cert.certificate.public_bytes(serialization.Encoding.DER))
        util = ("softhsm2-util", "--pin", TOKEN_PIN)
        ran(*util, "--init-token", "--free", "--label", self.label, "--so-pin", "12345678", env=self.environment)
        ran(*util, "--import", key, "--token", self.label, "--label", "01", "--id", "01", env=self.environment)
        ran("pkcs11-tool", "--module", SOFTHSM, "--token-label", self.label, "--login", "--pin", TOKEN_PIN,
            "--write-object", certificate, "--type", "cert", "--id", "01", env=self.environment)

    def pull_out(self):
        """Nothing is in the slot any more when the module is asked next."""
        os.rename(os.path.join(self.folder, "tokens"), os.path.join(self.folder, "drawer"))
        os.makedirs(os.path.join(self.folder, "tokens"))

    def put_in(self):
        os.rmdir(os.path.join(self.folder, "tokens"))
        os.rename(os.path.join(self.folder, "drawer"), os.path.join(self.folder, "tokens"))


class SigningService:
    """Tests/Judges/signing_service.py as a process."""

    client, secret = "hoc-vien", "bi-mat"

    def __init__(self, folder, archives):
        keys = os.path.join(folder, "remote-keys")
        os.makedirs(keys)
        for name, archive in archives.items():
            with open(os.path.join(keys, f"{name}.p12"), "wb") as file:
                file.write(archive)
        self.process = subprocess.Popen(
            [sys.executable, "-B", os.path.join(office.JUDGES, "signing_service.py"), "--keys", keys, "--passphrase",
             PASSPHRASE, "--client", self.client, "--secret", self.secret],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def behave(self, **how):
        request = urllib.request.Request(
            f"{self.address}/behave", json.dumps(how).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()

    def settings(self):
        return {
            "remote.services": "thu,rieng", "remote.wait.seconds": "6",
            "remote.thu.title": "Dịch vụ ký thử", "remote.thu.url": f"{self.address}/csc/v2",
            "remote.thu.client.id": self.client, "remote.thu.client.secret": self.secret,
            # The same service, to which each person connects an account of his own.
            "remote.rieng.title": "Dịch vụ tài khoản riêng", "remote.rieng.url": f"{self.address}/csc/v2",
            "remote.rieng.client.id": self.client, "remote.rieng.client.secret": self.secret, "remote.rieng.grant": "code"}

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
