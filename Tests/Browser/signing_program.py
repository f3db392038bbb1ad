"""The signing program on a person's computer (VGCASignService), as far as an office speaks with it: over a real WebSocket
with TLS, one string in, one JSON string out, then the socket closes.

Files it fetches, signs in the field it was told with a key of its own, and brings back as `uploadfile`; hashes it signs as
they are; texts it signs as a CMS. `how` is what it does wrong, until it is told otherwise; `asked` is what it was asked.
"""

import asyncio
import base64
import contextlib
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
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID

import holders

DER = serialization.Encoding.DER
HASHES = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384(), "SHA512": hashes.SHA512()}
FILE_FUNCTIONS = ("SignApproved", "SignIssued", "SignAppendix", "SignCopy", "SignIncome")
# What such programs say: their own words, or those of Windows and the token's driver.
TROUBLES = {
    "cancel": {"Status": 2, "Message": "Người dùng bấm Hủy"},
    "wrong-pin": {"Status": -2146434965, "Message": "The card cannot be accessed because the wrong PIN was presented."},
    "locked": {"Status": -2146434964, "Error": "The card PIN is blocked"},
    "no-token": {"Status": 4, "Message": "Không tìm thấy thiết bị USB Token"},
    "no-certificate": {"Status": 5, "Message": "Không tìm thấy chứng thư số hợp lệ"},
}


class Agent:
    """how: one of TROUBLES; tamper, other-field (files); other-key, other-hash (values); hang-up, garbage, sleep, sleep-at-the-second."""

    def __init__(self, folder, archive, stranger=None):
        self.folder, self.archive, self.stranger = folder, archive, stranger
        self.how, self.asked = "", []
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

    def functions(self):
        """What was asked since the last call."""
        asked, self.asked = [function for function, _ in self.asked], []
        return asked

    def stop(self):
        if self.loop.is_closed():
            return
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    # The socket --------------------------------------------------------------------------------------------------------

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
        if self.how == "sleep" or (self.how == "sleep-at-the-second" and len(self.asked) == 2):
            # The person is away from his desk.
            return await socket.wait_closed()
        if self.how == "hang-up":
            return await socket.close()
        if self.how == "garbage":
            await socket.send("<html>")
            return await socket.close()
        answer = await asyncio.to_thread(self._answer, function, text)
        # A page that has its signature already need not wait for these words.
        with contextlib.suppress(websockets.ConnectionClosed):
            await socket.send(json.dumps(answer, ensure_ascii=False))
        await socket.close()

    # Its functions -----------------------------------------------------------------------------------------------------

    def _bag(self):
        return pkcs12.load_pkcs12(self.stranger if self.how == "other-key" else self.archive, holders.PASSPHRASE.encode())

    def _answer(self, function, text):
        if self.how in TROUBLES:
            return TROUBLES[self.how]
        certificate = base64.b64encode(self._bag().cert.certificate.public_bytes(DER)).decode()
        if function == "GetCertInfo" and text == "get_cert_info":
            return {"Status": 0, "CertInfo": {"Base64Certificate": certificate}}
        if function == "SignMsg":
            return {"Status": 0, "Message": "", "Signature": self._value(text), "CertBase64": certificate}
        if function == "VerifyPDF":
            return self._verified(json.loads(text))
        if function in FILE_FUNCTIONS:
            return self._file(json.loads(text))
        return {"Status": 1, "Message": "chức năng chưa có"}

    def _value(self, text):
        """A hash is signed as it is; any other message is base64 of a text, and the answer a detached CMS."""
        bag = self._bag()
        if not text.startswith("{"):
            builder = pkcs7.PKCS7SignatureBuilder().set_data(base64.b64decode(text)).add_signer(
                bag.cert.certificate, bag.key, hashes.SHA256())
            options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
            return base64.b64encode(builder.sign(DER, options)).decode()
        question = json.loads(text)
        digest, algorithm = base64.b64decode(question["HashValue"]), HASHES[question["HashAlg"]]
        if self.how == "other-hash":
            digest = bytes(len(digest))
        prehashed = utils.Prehashed(algorithm)
        if isinstance(bag.key, rsa.RSAPrivateKey):
            value = bag.key.sign(digest, padding.PKCS1v15(), prehashed)
        else:
            # Windows gives the two numbers side by side.
            r, s = utils.decode_dss_signature(bag.key.sign(digest, ec.ECDSA(prehashed)))
            value = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return base64.b64encode(value).decode()

    @staticmethod
    def _fetched(question):
        with urllib.request.urlopen(question["FileName"], timeout=20) as response:
            return response.read()

    def _verified(self, question):
        """How many signatures it found; the program has a window of its own for the rest."""
        count = self._fetched(question).count(b"/ByteRange")
        return {"Status": 0, "Message": f"Tệp có {count} chữ ký"}

    def _file(self, question):
        file = self._fetched(question)
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
            out.write(self.stranger if self.how == "other-key" else self.archive)
        script = (
            "import io, sys\n"
            "from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter\n"
            "from pyhanko.sign import fields, signers\n"
            "signer = signers.SimpleSigner.load_pkcs12(sys.argv[1], passphrase=sys.argv[2].encode())\n"
            "meta = signers.PdfSignatureMetadata(field_name=sys.argv[3], subfilter=fields.SigSeedSubFilter.PADES)\n"
            "writer = IncrementalPdfFileWriter(io.BytesIO(sys.stdin.buffer.read()), strict=False)\n"
            "has = any(name == sys.argv[3] for name, *_ in fields.enumerate_sig_fields(writer))\n"
            "new = None if has else fields.SigFieldSpec(sys.argv[3])\n"
            "out = signers.sign_pdf(writer, meta, signer=signer, new_field_spec=new)\n"
            "sys.stdout.buffer.write(out.getbuffer())\n")
        answer = subprocess.run(
            [sys.executable, "-c", script, archive, holders.PASSPHRASE, field], input=file, capture_output=True, timeout=60)
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
