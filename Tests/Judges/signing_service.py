"""A remote signing service for the tests: Cloud Signature Consortium API v2 over HTTP, with real keys.

It was written from the standard's method descriptions, apart from the program's own client. What it is to do wrong is
told to it by `POST /behave` with any of these members (each stays until it is told otherwise; `{}` makes it good again):

    phone:   none | agree | refuse | wait | expire     what the signer does on his phone
    mode:    sync | async                              whether signHash answers at once or is polled for
    fault:   "" | wrong-signature | other-key | too-few | garbage | http-500 | hang | no-token | expired-token | locked
    status:  valid | expired | revoked | suspended     of the certificate
    auth:    PIN,OTP,mobile | oauth2code               what it asks of the signer; oauth2code: his consent on its own page
    forget:  "" | access | all                         tokens that are no longer taken: access tokens, or all there are
    expires: seconds that an access token is said to last
    multisign: how many signatures one authorisation may be for

People are let in by OAuth 2.0 with a code (RFC 6749 §4.1, RFC 7636): `oauth2/authorize` is a page with a name to fill in, the
beginning of the names of that person's keys, and two buttons. PIN and one-time code are those below. `GET /asked` tells what was asked last, for the tests to look at.
"""

import argparse
import base64
import glob
import hashlib
import html
import json
import os
import secrets
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import pkcs12

PIN, OTP = "2580", "135791"
GOOD = {"phone": "none", "mode": "sync", "fault": "", "status": "valid", "auth": "PIN", "multisign": "100",
        "forget": "", "expires": "3600"}
HASHES = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(), "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
RSA_PLAIN, RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
RSA_COMBINED = {"1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13"}
ECDSA = {"1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"}


class Refusal(Exception):
    def __init__(self, status, error, description=""):
        super().__init__(error)
        self.status, self.error, self.description = status, error, description


class Service:
    def __init__(self, folder, passphrase, client, secret):
        self.client, self.secret = client, secret
        self.lock = threading.Lock()
        self.how = dict(GOOD)
        # Access tokens with the name they were given to ("" is the office itself), refresh tokens, codes.
        self.tokens, self.refresh, self.codes = {}, {}, {}
        self.handles, self.sads, self.requests = {}, {}, {}
        self.unready = set()
        self.asked = {}
        self.keys = {}
        for path in sorted(glob.glob(os.path.join(folder, "*.p12"))):
            with open(path, "rb") as file:
                bag = pkcs12.load_pkcs12(file.read(), passphrase.encode())
            chain = [bag.cert.certificate] + [one.certificate for one in bag.additional_certs]
            self.keys[os.path.splitext(os.path.basename(path))[0]] = (bag.key, chain)

    # Methods, each named as in the standard ----------------------------------------------------------------------------

    def info(self, body):
        return 200, {
            "specs": "2.0.0.2", "name": "Dịch vụ ký thử", "region": "VN", "lang": "vi",
            "authType": ["oauth2client", "oauth2code"],
            "methods": ["credentials/list", "credentials/info", "credentials/authorize", "credentials/authorizeCheck",
                        "credentials/getChallenge", "signatures/signHash", "signatures/signPolling"]}

    def token(self, form):
        if (form.get("client_id"), form.get("client_secret")) != (self.client, self.secret):
            raise Refusal(401, "invalid_client")
        if form.get("grant_type") == "password" and (form.get("username"), form.get("password")) != ("an", "mat-khau"):
            raise Refusal(400, "invalid_grant")
        if form.get("grant_type") == "authorization_code":
            return self.token_for_code(form)
        if form.get("grant_type") == "refresh_token":
            # Each is good for one use.
            name = self.refresh.pop(form.get("refresh_token"), None)
            if name is None:
                raise Refusal(400, "invalid_grant", "The refresh token is unknown")
            return 200, self.given(name)
        return 200, self.given("")

    def given(self, name):
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.tokens[access], self.refresh[refresh] = name, name
        return {"access_token": access, "token_type": "Bearer", "expires_in": int(self.how["expires"]), "refresh_token": refresh}

    def token_for_code(self, form):
        """A code is good once, for the address it was sent to, and for whoever knows what its challenge was made from."""
        asked = self.codes.pop(form.get("code"), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            raise Refusal(400, "invalid_grant", "Unknown code")
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]:
            raise Refusal(400, "invalid_grant", "code_verifier")
        if asked["scope"] == "service":
            return 200, self.given(asked["name"])
        # For one signature of these hashes by this key.
        plain = [base64.b64encode(base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))).decode()
                 for one in asked["hashes"].split(",")]
        return 200, {"access_token": self.sad(plain), "token_type": "SAD", "expires_in": 300}

    def revoke(self, form):
        self.tokens.pop(form.get("token"), None)
        self.refresh.pop(form.get("token"), None)
        return 204, None

    def consent(self, asked, name, word):
        """Where the browser goes on to, with the person's word."""
        if word != "agree":
            answer = {"error": "access_denied", "error_description": "The user denied the request"}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = {**asked, "name": name}
            answer = {"code": code}
        return f"{urllib.parse.quote(asked['redirect_uri'], safe=':/?&=%')}?{urllib.parse.urlencode({**answer, 'state': asked.get('state', '')})}"

    def page(self, asked):
        """What a person sees of the service."""
        if asked.get("client_id") != self.client or asked.get("response_type") != "code" or not asked.get("redirect_uri"):
            raise Refusal(400, "invalid_request")
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            raise Refusal(400, "invalid_request", "code_challenge")
        if asked.get("scope") == "credential":
            if asked.get("credentialID") not in self.keys or int(asked["numSignatures"]) != len(asked["hashes"].split(",")):
                raise Refusal(400, "invalid_request", "credentialID, numSignatures or hashes")
        elif asked.get("scope") != "service":
            raise Refusal(400, "invalid_scope")
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in asked.items())
        return (
            '<!doctype html><html lang="vi"><title>Dịch vụ ký thử</title><h1>Dịch vụ ký thử</h1>'
            f'<p>{"Cho phép ký" if asked["scope"] == "credential" else "Cho phép dùng chứng thư số của bạn"}</p>'
            f'<form method="post">{hidden}<label>Tài khoản <input name="name"></label>'
            '<button name="word" value="agree">Đồng ý</button><button name="word" value="refuse">Từ chối</button></form>')

    def credentials_list(self, body):
        return 200, {"credentialIDs": sorted(name for name in self.keys if name.startswith(body["name of the caller"]))}

    def credentials_info(self, body):
        key, chain = self.credential(body)
        algorithms = sorted(ECDSA) if isinstance(key, ec.EllipticCurvePrivateKey) else [RSA_PLAIN, RSA_PSS]
        objects = {
            "PIN": {"type": "Password", "id": "PIN", "format": "N", "label": "PIN"},
            "OTP": {"type": "Password", "id": "OTP", "format": "N", "generator": "totp", "label": "OTP"},
            "mobile": {"type": "MobileApp", "id": "mobile", "label": "Ứng dụng"},
        }
        is_by_page = self.how["auth"] == "oauth2code"
        wanted = [] if is_by_page else [name for name in self.how["auth"].split(",") if name]
        return 200, {
            "description": "Chứng thư thử", "key": {"status": "enabled", "algo": algorithms, "len": key.key_size},
            "cert": {"status": self.how["status"], "certificates": [
                base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode() for one in chain]},
            "auth": {
                "mode": "oauth2code" if is_by_page else "explicit", "expression": " AND ".join(wanted),
                "objects": [objects[one] for one in wanted]},
            "multisign": int(self.how["multisign"])}

    def credentials_getChallenge(self, body):
        self.credential(body)
        return 204, None

    def credentials_authorize(self, body):
        self.credential(body)
        if self.how["fault"] == "locked":
            raise Refusal(400, "invalid_request", "Credential locked")
        if body["numSignatures"] > int(self.how["multisign"]):
            raise Refusal(400, "invalid_request", "Numbers of signatures is too high")
        given = {one["id"]: one.get("value") for one in body.get("authData", [])}
        wanted = self.how["auth"].split(",")
        if "PIN" in wanted and given.get("PIN") != PIN:
            raise Refusal(400, "invalid_authentication_data", "The authentication data is invalid")
        if "OTP" in wanted and given.get("OTP") != OTP:
            raise Refusal(400, "invalid_otp", "The OTP is invalid")
        if self.how["phone"] == "none":
            return 200, {"SAD": self.sad(body["hashes"]), "expiresIn": 300}
        handle = secrets.token_urlsafe(12)
        self.handles[handle] = body["hashes"]
        return 202, {"handle": handle}

    def credentials_authorizeCheck(self, body):
        hashes_asked = self.handles.get(body.get("handle"))
        if hashes_asked is None:
            raise Refusal(400, "invalid_request", "Invalid parameter handle")
        phone = self.how["phone"]
        if phone == "refuse":
            raise Refusal(400, "access_denied", "The signer declined the request")
        if phone == "expire":
            raise Refusal(400, "invalid_request", "The handle has expired")
        if phone == "wait":
            return 202, {"handle": body["handle"]}
        del self.handles[body["handle"]]
        return 200, {"SAD": self.sad(hashes_asked)}

    def signatures_signHash(self, body):
        key, _ = self.credential(body)
        allowed = self.sads.pop(body.get("SAD"), None)
        if allowed is None:
            raise Refusal(400, "invalid_request", "Invalid parameter SAD")
        if any(one not in allowed for one in body["hashes"]):
            raise Refusal(400, "invalid_request", "Hash is not authorized by the SAD")
        signatures = [self.signature(key, body, base64.b64decode(one)) for one in body["hashes"]]
        if self.how["fault"] == "too-few":
            signatures = signatures[1:]
        if body.get("operationMode") != "A":
            return 200, {"signatures": signatures}
        request = secrets.token_urlsafe(12)
        self.requests[request] = signatures
        self.unready.add(request)
        return 200, {"responseID": request}

    def signatures_signPolling(self, body):
        if body.get("requestID") not in self.requests:
            raise Refusal(400, "invalid_request", "Invalid parameter requestID")
        if self.how["phone"] == "wait" or body["requestID"] in self.unready:
            # The first time it is always asked too early.
            self.unready.discard(body["requestID"])
            return 202, {"error": "accepted_request", "error_description": "not yet completed"}
        return 200, {"signatures": self.requests[body["requestID"]]}

    # Parts -------------------------------------------------------------------------------------------------------------

    def credential(self, body):
        if body.get("credentialID") not in self.keys:
            raise Refusal(400, "invalid_request", "Invalid parameter credentialID")
        return self.keys[body["credentialID"]]

    def sad(self, hashes_asked):
        sad = secrets.token_urlsafe(24)
        self.sads[sad] = list(hashes_asked)
        return sad

    def signature(self, key, body, digest):
        if self.how["fault"] == "wrong-signature":
            digest = hashlib.new("sha256", digest).digest()[:len(digest)].ljust(len(digest), b"\0")
        if self.how["fault"] == "other-key":
            key = ec.generate_private_key(key.curve) if isinstance(key, ec.EllipticCurvePrivateKey) else (
                rsa.generate_private_key(65537, 2048))
        algorithm, hash_function = body["signAlgo"], HASHES[body["hashAlgorithmOID"]]
        prehashed = utils.Prehashed(hash_function)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            if algorithm not in ECDSA:
                raise Refusal(400, "invalid_request", "Invalid parameter signAlgo")
            value = key.sign(digest, ec.ECDSA(prehashed))
        elif algorithm == RSA_PSS:
            if not body.get("signAlgoParams"):
                raise Refusal(400, "invalid_request", "Missing (or invalid type) string parameter signAlgoParams")
            value = key.sign(
                digest, padding.PSS(padding.MGF1(hash_function), salt_length=hash_function.digest_size), prehashed)
        elif algorithm == RSA_PLAIN or algorithm in RSA_COMBINED:
            value = key.sign(digest, padding.PKCS1v15(), prehashed)
        else:
            raise Refusal(400, "invalid_request", "Invalid parameter signAlgo")
        return base64.b64encode(value).decode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service = None

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        parts = urllib.parse.urlsplit(self.path)
        if not parts.path.endswith("/oauth2/authorize"):
            return self.answer(200, self.service.asked)
        try:
            page = self.service.page(dict(urllib.parse.parse_qsl(parts.query)))
        except (Refusal, KeyError, ValueError) as problem:
            return self.raw(400, f"<h1>{problem!r}</h1>".encode(), "text/html; charset=utf-8")
        self.raw(200, page.encode(), "text/html; charset=utf-8")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urllib.parse.urlsplit(self.path).path
        if path == "/behave":
            return self.answer(200, self.behave(json.loads(body)))
        if path.endswith("/oauth2/authorize"):
            asked = dict(urllib.parse.parse_qsl(body.decode()))
            name, word = asked.pop("name", ""), asked.pop("word", "")
            return self.redirect(self.service.consent(asked, name, word))
        try:
            status, answer = self.called(path.removeprefix("/csc/v2/"), body)
        except Refusal as refusal:
            return self.answer(refusal.status, {"error": refusal.error, "error_description": refusal.description})
        except (KeyError, ValueError) as problem:
            return self.answer(400, {"error": "invalid_request", "error_description": repr(problem)})
        if self.service.how["fault"] == "garbage" and "signHash" in path:
            return self.raw(200, b"<html>down for maintenance</html>")
        self.answer(status, answer)

    def behave(self, how):
        service = self.service
        service.how = {**GOOD, **how}
        if service.how["forget"]:
            service.tokens.clear()
        if service.how["forget"] == "all":
            service.refresh.clear()
        return service.how

    def called(self, method, body):
        service, fault = self.service, self.service.how["fault"]
        if method in ("oauth2/token", "oauth2/revoke"):
            with service.lock:
                form = dict(urllib.parse.parse_qsl(body.decode()))
                return service.token(form) if method == "oauth2/token" else service.revoke(form)
        asked = json.loads(body)
        if method == "info":
            return service.info(asked)
        if fault == "http-500":
            raise Refusal(503, "service_unavailable")
        if fault == "hang":
            time.sleep(3)
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if fault == "expired-token" and bearer in service.tokens and len(service.tokens) == 1:
            raise Refusal(401, "invalid_token", "The access token has run out")
        if bearer not in service.tokens or fault == "no-token":
            raise Refusal(401, "invalid_token")
        with service.lock:
            service.asked[method] = asked
            asked = {**asked, "name of the caller": service.tokens[bearer]}
            run = getattr(service, method.replace("/", "_"), None)
            if run is None:
                raise Refusal(404, "invalid_request", "unknown method")
            return run(asked)

    def answer(self, status, value):
        self.raw(status, b"" if value is None else json.dumps(value).encode())

    def redirect(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def raw(self, status, data, media_type="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", required=True)
    parser.add_argument("--passphrase", required=True)
    parser.add_argument("--client", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    Handler.service = Service(given.keys, given.passphrase, given.client, given.secret)
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
    server.daemon_threads = True
    # It ends with whoever started it: then nobody holds the other end of standard input any more.
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
