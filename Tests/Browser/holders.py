"""Those who hold keys outside the office, as real as they get on one machine: a SoftHSM, a remote signing service, and the
signing program on a person's own computer."""

import asyncio
import base64
import datetime
import io
import json
import os
import ssl
import subprocess
import sys
import threading
import urllib.request

import websockets
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
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

    def issue(self, name, days=30, began=1):
        """PKCS#12 of a signing key; `began` days ago, for `days`."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
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
            "remote.services": "thu", "remote.thu.title": "Dịch vụ ký thử", "remote.thu.url": f"{self.address}/csc/v2",
            "remote.thu.client.id": self.client, "remote.thu.client.secret": self.secret, "remote.wait.seconds": "6"}

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Agent:
    """The signing program on a person's computer: one string in at its WebSocket, one JSON string out (VGCASignService).

    It fetches the file, signs the field it was told with a key of its own, brings it back as `uploadfile`, and answers.
    `how` is what it does wrong: refuse, tamper, other-field, silent-upload.
    """

    def __init__(self, folder, archive):
        self.folder, self.archive, self.how, self.asked = folder, archive, "", []
        self.port = 0
        self.loop, self.server = asyncio.new_event_loop(), None
        started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self.thread.start()
        if not started.wait(20):
            raise RuntimeError("the agent did not start")

    @property
    def address(self):
        return f"wss://127.0.0.1:{self.port}"

    def stop(self):
        if self.loop.is_closed():
            return
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._listen())
        started.set()
        self.loop.run_forever()
        self.server.close()
        self.loop.run_until_complete(self.server.wait_closed())
        self.loop.close()

    async def _listen(self):
        self.server = await websockets.serve(self._talk, "127.0.0.1", 0, ssl=self._tls(), max_size=4 << 20)
        self.port = next(iter(self.server.sockets)).getsockname()[1]

    def _tls(self):
        """A certificate for 127.0.0.1, made on the spot, as such programs bring their own."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256()))
        path = os.path.join(self.folder, "agent.pem")
        with open(path, "wb") as file:
            file.write(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            file.write(certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    async def _talk(self, socket):
        function, text = socket.request.path.lstrip("/"), await socket.recv()
        self.asked.append((function, text))
        answer = await asyncio.to_thread(self._answer, function, text)
        await socket.send(json.dumps(answer, ensure_ascii=False))
        await socket.close()

    def _answer(self, function, text):
        bag = pkcs12.load_pkcs12(self.archive, PASSPHRASE.encode())
        if function == "GetCertInfo" and text == "get_cert_info":
            der = bag.cert.certificate.public_bytes(serialization.Encoding.DER)
            return {"Status": 0, "CertInfo": {"Base64Certificate": base64.b64encode(der).decode()}}
        if function not in ("SignApproved", "SignIssued", "SignAppendix"):
            return {"Status": 1, "Message": "chức năng chưa có"}
        if self.how == "refuse":
            return {"Status": 2, "Message": "người dùng bấm Hủy"}
        question = json.loads(text)
        with urllib.request.urlopen(question["FileName"], timeout=20) as response:
            file = response.read()
        field = next(one["Value"] for one in question["MetaData"] if one["Key"] == "SignatureField")
        signed = self._signed(file, "ConDau" if self.how == "other-field" else field)
        if self.how == "tamper":
            signed = signed[:100] + bytes([signed[100] ^ 1]) + signed[101:]
        taken = self._upload(question["FileUploadHandler"], signed)
        return {
            "Status": 0 if taken["Status"] else 3, "Message": taken.get("Message", ""),
            "FileName": taken["FileName"], "FileServer": taken["FileServer"], "DocumentNumber": taken["DocumentNumber"]}

    def _signed(self, file, field):
        """In a process of its own: pyHanko's loop and ours do not meet."""
        archive = os.path.join(self.folder, "agent.p12")
        with open(archive, "wb") as out:
            out.write(self.archive)
        script = (
            "import sys\n"
            "from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter\n"
            "from pyhanko.sign import signers\n"
            "signer = signers.SimpleSigner.load_pkcs12(sys.argv[1], passphrase=sys.argv[2].encode())\n"
            "meta = signers.PdfSignatureMetadata(field_name=sys.argv[3], subfilter=__import__('pyhanko.sign.fields', "
            "fromlist=['x']).SigSeedSubFilter.PADES)\n"
            "import io\n"
            "writer = IncrementalPdfFileWriter(io.BytesIO(sys.stdin.buffer.read()), strict=False)\n"
            "out = signers.sign_pdf(writer, meta, signer=signer, existing_fields_only=True)\n"
            "sys.stdout.buffer.write(out.getbuffer())\n")
        answer = subprocess.run(
            [sys.executable, "-c", script, archive, PASSPHRASE, field], input=file, capture_output=True, timeout=60)
        if answer.returncode != 0:
            raise RuntimeError(answer.stderr.decode()[-2000:])
        return answer.stdout

    @staticmethod
    def _upload(address, file):
        boundary = "----vgca"
        body = io.BytesIO()
        body.write(
            f'--{boundary}\r\nContent-Disposition: form-data; name="uploadfile"; filename="signed.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n".encode())
        body.write(file)
        body.write(f"\r\n--{boundary}--\r\n".encode())
        request = urllib.request.Request(
            address, body.getvalue(), {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
