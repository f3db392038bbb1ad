"""Signatures that are sound as cryptography and odd in every other way: what attackers and bad writers make of byte
range, value, dictionary, tables, revisions and CMS.

    python attack_families.py FOLDER      writes the files and FOLDER/expected.json

The CMS is made by openssl over exactly the bytes the range names, so that nothing but the oddity itself can make a
verdict bad. Each family says which verdicts the program may give; the first is the wanted one.
"""

import datetime
import hashlib
import os
import re
import subprocess

import judged_families
import practice_pki
import revision_families
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from judged_families import BROKEN, Family, INVALID, MALFORMED, MODIFIED, OPEN, UNSIGNED, VALID
from revision_families import form_file, stream

ROOM = 8192
# What stands in the places of value and range while they are not known.
EMPTY, UNKNOWN = b"<" + b"0" * 2 * ROOM + b">", b"@" * 60
NOT_VALID = (INVALID, OPEN, MODIFIED, MALFORMED)
EITHER = (VALID, OPEN, INVALID, MODIFIED)


class Signer:
    """A root, a signer, and openssl's CMS over whatever bytes."""

    def __init__(self, folder):
        self.folder = folder
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.root = practice_pki.certificate("Gốc", self.root_key, "Gốc", self.root_key, authority=True)
        self.write("root.pem", self.root.public_bytes(serialization.Encoding.PEM))
        for name in ("signer", "second"):
            self.holder(name, lambda key, name=name: practice_pki.certificate(
                f"Người ký {name}", key, "Gốc", self.root_key, authority=False))
        stranger = ec.generate_private_key(ec.SECP256R1())
        self.holder("false-root", lambda key: practice_pki.certificate("Gốc", stranger, "Gốc", stranger, authority=True), stranger)
        self.holder("under-false-root", lambda key: practice_pki.certificate(
            "Người ký", key, "Gốc", stranger, authority=False))
        self.holder("root-itself", lambda key: self.root, self.root_key)
        self.holder("expired", lambda key: self.dated(key, -20, -10))
        self.holder("not-yet", lambda key: self.dated(key, 10, 20))
        self.holder("for-keys-only", lambda key: self.used(key, key_encipherment=True))
        self.holder("authority", lambda key: practice_pki.certificate("CA", key, "Gốc", self.root_key, authority=True))
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.rsa_certificate = practice_pki.certificate("Người ký RSA", self.rsa, "Gốc", self.root_key, authority=False)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def holder(self, name, certify, key=None):
        key = key or ec.generate_private_key(ec.SECP256R1())
        self.write(name + ".key", key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self.write(name + ".pem", certify(key).public_bytes(serialization.Encoding.PEM))

    def built(self, key, begin, end, usage):
        now = datetime.datetime.now(datetime.timezone.utc)
        every = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
        return (
            x509.CertificateBuilder().subject_name(practice_pki.named("Người ký")).issuer_name(self.root.subject)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days=begin)).not_valid_after(now + datetime.timedelta(days=end))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{**every, **usage}), critical=True)
            .sign(self.root_key, hashes.SHA256()))

    def dated(self, key, begin, end):
        return self.built(key, begin, end, {"digital_signature": True})

    def used(self, key, **usage):
        return self.built(key, -1, 1, usage)

    def cms(self, data, *options, signers=("signer",), cades=True):
        command = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", *(["-cades"] if cades else []), *options]
        for name in signers:
            command += ["-signer", self.path(name + ".pem"), "-inkey", self.path(name + ".key")]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    def over_digest(self, data, *options):
        """As adbe.pkcs7.sha1 has it: over the SHA-1 digest, which is inside."""
        return self.cms(hashlib.sha1(data).digest(), "-nodetach", *options, cades=False)

    def bare(self, data, digest):
        """As adbe.x509.rsa_sha1 has it: the value of an RSA signature in an OCTET STRING."""
        return b"\x04\x82\x01\x00" + self.rsa.sign(data, padding.PKCS1v15(), digest)


SIGNATURE = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20260101000000Z)/ByteRange @RANGE@/Contents @HOLE@>>"
FIELD = ("<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig1)/F 132/P 3 0 R/Rect[300 100 500 160]/V 20 0 R>>")
FORM = "<</Fields[8 0 R 10 0 R 11 0 R 12 0 R 16 0 R]/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 6 0 R>>>>/SigFlags 3>>"
TRAILER = "/Size 60/Root 1 0 R/Info 4 0 R"


def revision(data, objects, trailer=TRAILER, table=None, ending=None):
    """One more revision: object texts by number, written as they are."""
    out, entries = bytearray(data), []
    for number, body in objects.items():
        entries.append((number, len(out)))
        body = body if isinstance(body, bytes) else body.encode("latin-1")
        body = body.replace(b"@HOLE@", EMPTY).replace(b"@RANGE@", UNKNOWN)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    if table is None:
        out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % entry for entry in sorted(entries))
        out += b"trailer\n<<%s/Prev %d>>\n" % (trailer.encode(), previous)
    else:
        out += table(entries, start, previous)
    out += b"startxref\n%d\n%%%%EOF\n" % start if ending is None else ending(start)
    return bytes(out)


def completed(data, sign, ranges=None, value=None, contents=None):
    """Puts byte range and value into a file that holds their places once each.

    `ranges(hole_start, hole_end, size)` gives the numbers, `value(numbers)` their text, `contents(hex)` what is written
    into the hole.
    """
    room = 2 * ROOM
    start = data.index(EMPTY)
    end = start + room + 2
    numbers = (ranges or (lambda a, b, n: [0, a, b, n - b]))(start, end, len(data))
    text = (value or (lambda ns: b"[%s]" % b" ".join(b"%d" % n for n in ns)))(numbers)
    data = data.replace(UNKNOWN, text.ljust(60), 1)
    covered = b"".join(data[max(a, 0):max(a, 0) + max(b, 0)] for a, b in zip(numbers[::2], numbers[1::2]))
    made = sign(covered).hex().encode()
    made = contents(made) if contents else made
    filled = made.ljust(room, b"0")
    assert len(filled) == room, "the hole is too small"
    return data[:start + 1] + filled + data[end - 1:]


def signed(signer, base=None, signature=SIGNATURE, field=FIELD, extra=None, sign=None, trailer=TRAILER, how=None, **more):
    """A file with one signature, its dictionary, field and CMS as told."""
    objects = {7: FORM, 10: field, 20: signature, **(extra or {})}
    data = revision(base or form_file(), {number: objects[number] for number in sorted(objects)}, trailer, **(how or {}))
    return completed(data, sign or signer.cms, **more)


def families(folder):
    signer = Signer(folder)
    made = []

    def add(name, data, *accept):
        made.append(Family(name, data, accept or (VALID,)))

    def sig(old, new):
        assert old in SIGNATURE
        return SIGNATURE.replace(old, new)

    plain = signed(signer)
    add("plain", plain)

    # Byte range.
    for name, ranges, accept in (
        ("starts-after-header", lambda a, b, n: [9, a - 9, b, n - b], BROKEN),
        ("hole-takes-a-key", lambda a, b, n: [0, a - 10, b, n - b], BROKEN),
        ("hole-takes-the-end", lambda a, b, n: [0, a, b + 2, n - b - 2], BROKEN),
        ("brackets-covered", lambda a, b, n: [0, a + 1, b - 1, n - b + 1], BROKEN),
        ("six-numbers", lambda a, b, n: [0, a, b, 100, b + 100, n - b - 100], BROKEN),
        ("eight-numbers", lambda a, b, n: [0, 10, 10, a - 10, b, 50, b + 50, n - b - 50], BROKEN),
        ("two-numbers", lambda a, b, n: [0, a], BROKEN),
        ("second-part-empty", lambda a, b, n: [0, a, b, 0], BROKEN),
        ("first-part-empty", lambda a, b, n: [0, 0, b, n - b], BROKEN),
        ("ends-before-marker", lambda a, b, n: [0, a, b, n - b - 6], BROKEN),
        ("ends-in-marker", lambda a, b, n: [0, a, b, n - b - 3], BROKEN),
        ("ends-at-marker", lambda a, b, n: [0, a, b, n - b - 1], (VALID,)),
        ("ends-before-startxref", lambda a, b, n: [0, a, b, n - b - 20], BROKEN),
        ("parts-overlap", lambda a, b, n: [0, b, a, n - a], BROKEN),
        ("parts-exchanged", lambda a, b, n: [b, n - b, 0, a], BROKEN),
    ):
        add(f"range-{name}", signed(signer, ranges=ranges), *accept)
    for name, value, accept in (
        ("reals", lambda ns: b"[%d. %d.0 %d %d]" % tuple(ns), EITHER),
        ("plus-signs", lambda ns: b"[+%d +%d %d %d]" % tuple(ns), EITHER),
        ("leading-zeros", lambda ns: b"[0%d 000%d %d %d]" % tuple(ns), EITHER),
        ("a-name-between", lambda ns: b"[%d %d/X %d %d]" % tuple(ns), BROKEN),
        ("nested", lambda ns: b"[[%d %d][%d %d]]" % tuple(ns), BROKEN),
        ("string", lambda ns: b"(%d %d %d %d)" % tuple(ns), BROKEN),
        ("null", lambda ns: b"null", BROKEN),
        ("nulls", lambda ns: b"[null null null null]", BROKEN),
        ("negative", lambda ns: b"[%d -%d %d %d]" % tuple(ns), BROKEN),
        ("beyond-64-bits", lambda ns: b"[0 %d 99999999999999999999 9]" % ns[1], BROKEN),
        ("not-closed", lambda ns: b"[%d %d %d %d" % tuple(ns), (*BROKEN, UNSIGNED)),
    ):
        add(f"range-written-as-{name}", signed(signer, value=value), *accept)
    add("range-indirect", signed(signer, signature=sig(b"@RANGE@", b"21 0 R"), extra={21: b"@RANGE@"}), *EITHER)
    add("range-missing", signed(signer, signature=sig(b"/ByteRange ", b"/ByteRang ")), *BROKEN)
    add("range-twice-good-last", signed(signer, signature=sig(
        b"/ByteRange ", b"/ByteRange[0 9 9 9]/ByteRange ")), *BROKEN)
    add("range-twice-good-first", signed(signer, signature=sig(
        b"/Contents ", b"/ByteRange[0 9 9 9]/Contents ")), *BROKEN)
    add("range-named-with-escape", signed(signer, signature=sig(b"/ByteRange ", b"/Byte#52ange ")), *EITHER)

    # Value.
    add("contents-indirect", signed(signer, signature=sig(b"@HOLE@", b"21 0 R"), extra={21: b"@HOLE@"}), *BROKEN)
    add("contents-twice-good-last", signed(signer, signature=sig(b"/Contents ", b"/Contents<00>/Contents ")), *BROKEN)
    add("contents-twice-good-first", signed(signer, signature=sig(b"@HOLE@", b"@HOLE@/Contents<00>")), *BROKEN)
    add("contents-elsewhere", signed(signer, signature=sig(b"/Contents @HOLE@", b"/Contents<00>"), extra={21: b"@HOLE@"}), *BROKEN)
    add("contents-in-a-comment", signed(signer, signature=sig(
        b"/Contents @HOLE@", b"/Contents<00>%@HOLE@\n")), *BROKEN)
    add("contents-in-another-key", signed(signer, signature=sig(
        b"/Contents @HOLE@", b"/Contents<00>/Cert @HOLE@")), *BROKEN)
    add("contents-missing", signed(signer, signature=sig(b"/Contents ", b"/Content ")), *BROKEN)
    add("contents-upper-case", signed(signer, contents=lambda hex: hex.upper()))
    add("contents-with-blanks", signed(signer, contents=lambda hex: hex[:100] + b" \n" + hex[100:]), *BROKEN)
    add("contents-with-letters", signed(signer, contents=lambda hex: hex[:100] + b"zz" + hex[100:]), *BROKEN)
    add("contents-closed-early", signed(signer, contents=lambda hex: hex[:100] + b">" + hex[100:]), *BROKEN)
    add("contents-padded-by-other-bytes", signed(signer, contents=lambda hex: hex + b"00ab"), VALID, *NOT_VALID)
    add("contents-cut", signed(signer, contents=lambda hex: hex[:-40]), *BROKEN)
    add("contents-value-twice", signed(signer, contents=lambda hex: hex + hex), VALID, *NOT_VALID)

    # Dictionary and field.
    add("type-missing", signed(signer, signature=sig(b"/Type/Sig", b"")))
    add("type-other", signed(signer, signature=sig(b"/Type/Sig", b"/Type/Page")), *EITHER)
    add("type-of-a-timestamp", signed(signer, signature=sig(b"/Type/Sig", b"/Type/DocTimeStamp")), *EITHER)
    add("filter-missing", signed(signer, signature=sig(b"/Filter/Adobe.PPKLite", b"")), *EITHER)
    add("subfilter-missing", signed(signer, signature=sig(b"/SubFilter/ETSI.CAdES.detached", b"")), *NOT_VALID)
    for name in ("adbe.pkcs7.sha1", "adbe.x509.rsa_sha1", "ETSI.CAdES.Detached", "ETSI.RFC3161", "X", "etsi.cades.detached"):
        add(f"subfilter-{name}", signed(signer, signature=sig(b"ETSI.CAdES.detached", name.encode())), *NOT_VALID)
    digest = sig(b"ETSI.CAdES.detached", b"adbe.pkcs7.sha1")
    add("old-digest", signed(signer, signature=digest, sign=signer.over_digest), OPEN)
    add("old-digest-without-attributes", signed(
        signer, signature=digest, sign=lambda data: signer.over_digest(data, "-noattr")), OPEN)
    add("old-digest-of-other-bytes", signed(
        signer, signature=digest, sign=lambda data: signer.over_digest(data + b" ")), INVALID)
    add("old-digest-then-content", revision(signed(signer, signature=digest, sign=signer.over_digest), {5: stream(b"BT ET")}), MODIFIED)
    certificate = signer.rsa_certificate.public_bytes(serialization.Encoding.DER).hex().encode()
    bare = sig(b"ETSI.CAdES.detached", b"adbe.x509.rsa_sha1").replace(b"/M(", b"/Cert<" + certificate + b">/M(")
    add("old-bare", signed(signer, signature=bare, sign=lambda data: signer.bare(data, hashes.SHA1())), OPEN)
    add("old-bare-sha256", signed(signer, signature=bare, sign=lambda data: signer.bare(data, hashes.SHA256())), VALID)
    add("old-bare-of-other-bytes", signed(
        signer, signature=bare, sign=lambda data: signer.bare(data + b" ", hashes.SHA256())), INVALID)
    add("old-bare-without-certificate", signed(
        signer, signature=sig(b"ETSI.CAdES.detached", b"adbe.x509.rsa_sha1"),
        sign=lambda data: signer.bare(data, hashes.SHA256())), OPEN)
    add("subfilter-twice", signed(signer, signature=sig(
        b"/SubFilter/ETSI.CAdES.detached", b"/SubFilter/X/SubFilter/ETSI.CAdES.detached")), *NOT_VALID)
    add("subfilter-string", signed(signer, signature=sig(b"/ETSI.CAdES.detached", b"(ETSI.CAdES.detached)")), *NOT_VALID)
    add("adbe", signed(signer, signature=sig(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"),
                       sign=lambda data: signer.cms(data, cades=False)))
    add("dictionary-is-a-stream", signed(signer, signature=SIGNATURE[:-2] + b"/Length 1>>stream\nx\nendstream"), *EITHER)
    add("dictionary-in-the-field", signed(signer, field=FIELD.replace("/V 20 0 R", "/V " + SIGNATURE.decode())
                                          , extra={20: "null"}), *EITHER)
    add("value-by-two-references", signed(signer, field=FIELD.replace("/V 20 0 R", "/V 21 0 R"), extra={21: "20 0 R"}), *EITHER)
    add("value-twice", signed(signer, field=FIELD.replace("/V 20 0 R", "/V 5 0 R/V 20 0 R")), *NOT_VALID)
    add("value-twice-other-last", signed(signer, field=FIELD.replace("/V 20 0 R", "/V 20 0 R/V 5 0 R")), *NOT_VALID, UNSIGNED)
    add("field-of-text", signed(signer, field=FIELD.replace("/FT/Sig", "/FT/Tx")), *NOT_VALID)
    add("field-without-type", signed(signer, field=FIELD.replace("/FT/Sig", "")), *NOT_VALID, UNSIGNED)
    add("field-without-name", signed(signer, field=FIELD.replace("/T(Sig1)", "")), *EITHER)
    add("field-name-of-another", signed(signer, field=FIELD.replace("/T(Sig1)", "/T(So)")), *EITHER)
    add("field-not-in-the-form", signed(signer, extra={7: FORM.replace("10 0 R ", "")}), UNSIGNED, *NOT_VALID)
    add("field-listed-twice", signed(signer, extra={7: FORM.replace("10 0 R ", "10 0 R 10 0 R ")}), *EITHER)
    add("field-under-two-parents", signed(signer, extra={
        7: FORM.replace("10 0 R ", "22 0 R 23 0 R "), 22: "<</T(A)/Kids[10 0 R]>>", 23: "<</T(B)/Kids[10 0 R]>>"}), *EITHER)
    add("field-under-a-loop", signed(signer, extra={
        7: FORM.replace("10 0 R ", "22 0 R "), 22: "<</T(A)/Kids[10 0 R 22 0 R]>>"}), *EITHER, MALFORMED)
    add("one-value-two-fields", signed(signer, extra={
        11: "<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig2)/F 132/P 3 0 R/Rect[72 100 272 160]/V 20 0 R>>"}), *BROKEN)
    add("certified-by-another", signed(signer, extra={
        1: "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Perms<</DocMDP 20 0 R>>>>"}), *EITHER)

    # CMS.
    def cms(name, sign, *accept):
        add(f"cms-{name}", signed(signer, sign=sign), *accept)

    cms("two-signers", lambda data: signer.cms(data, signers=("signer", "second")), INVALID)
    cms("trusted-and-stranger", lambda data: signer.cms(data, signers=("signer", "under-false-root")), INVALID)
    cms("stranger-and-trusted", lambda data: signer.cms(data, signers=("under-false-root", "signer")), INVALID)
    cms("content-inside", lambda data: signer.cms(data, "-nodetach"), INVALID)
    cms("other-content-inside", lambda data: signer.cms(b"khac", "-nodetach"), INVALID)
    cms("of-other-bytes", lambda data: signer.cms(data + b" "), INVALID)
    cms("of-nothing", lambda data: signer.cms(b""), INVALID)
    cms("without-certificate", lambda data: signer.cms(data, "-nocerts"), OPEN)
    cms("without-attributes", lambda data: signer.cms(data, "-noattr", cades=False), INVALID)
    cms("without-certificate-reference", lambda data: signer.cms(data, cades=False), OPEN, INVALID)
    cms("sha1", lambda data: signer.cms(data, "-md", "sha1"), OPEN, INVALID)
    cms("sha512", lambda data: signer.cms(data, "-md", "sha512"))
    cms("by-key-identifier", lambda data: signer.cms(data, "-keyid"))
    cms("of-indefinite-length", lambda data: signer.cms(data, "-indef"), VALID, *NOT_VALID)
    cms("pem", lambda data: b"-----BEGIN CMS-----\n", *BROKEN)
    cms("under-false-root", lambda data: signer.cms(data, signers=("under-false-root",)), OPEN)
    cms("by-false-root", lambda data: signer.cms(data, signers=("false-root",)), OPEN)
    cms("by-false-root-with-true-one", lambda data: signer.cms(
        data, "-certfile", signer.path("root.pem"), signers=("under-false-root",)), OPEN)
    cms("by-root-itself", lambda data: signer.cms(data, signers=("root-itself",)), OPEN, INVALID)
    cms("by-authority", lambda data: signer.cms(data, signers=("authority",)), OPEN, INVALID)
    cms("expired", lambda data: signer.cms(data, signers=("expired",)), OPEN, INVALID)
    cms("not-yet-valid", lambda data: signer.cms(data, signers=("not-yet",)), OPEN, INVALID)
    cms("for-keys-only", lambda data: signer.cms(data, signers=("for-keys-only",)), OPEN, INVALID)
    cms("empty-set", lambda data: bytes.fromhex("3000"), *BROKEN)
    cms("certificates-only", lambda data: subprocess.run(
        ["openssl", "crl2pkcs7", "-nocrl", "-certfile", signer.path("signer.pem"), "-outform", "DER"],
        capture_output=True, check=True).stdout, INVALID, OPEN)

    # The file that was signed.
    hidden = stream("xref\n0 1\n0000000000 65535 f \n5 1\n0000000300 00000 n \ntrailer\n<</Root 1 0 R/Size 60/Prev 1>>\n")
    for name, base, accept in (
        ("table-hidden-in-a-stream", form_file(_18=hidden), (VALID,)),
        ("wrong-length-of-content", form_file().replace(b"/Length 42", b"/Length 41"), (VALID, OPEN)),
        ("startxref-wrong", re.sub(rb"startxref\n(\d)", rb"startxref\n9\1", form_file()), NOT_VALID),
        ("header-late", b"\n\n" + form_file(), NOT_VALID),
    ):
        try:
            add(f"base-{name}", signed(signer, base=base), *accept)
        except (AssertionError, ValueError):
            raise AssertionError(name)
    add("without-marker", signed(signer, how={"ending": lambda start: b"startxref\n%d\n" % start}), *NOT_VALID)
    add("without-startxref", signed(signer, how={"ending": lambda start: b"%%EOF\n"}), *NOT_VALID, UNSIGNED)
    add("marker-and-more-in-one-line", signed(signer, how={
        "ending": lambda start: b"startxref\n%d\n%%%%EOF thua\n" % start}), *EITHER)
    add("startxref-at-older-table", signed(signer, how={
        "ending": lambda start: b"startxref\n%d\n%%%%EOF\n" % int(re.findall(rb"startxref\s+(\d+)", form_file())[-1])}),
        *NOT_VALID, UNSIGNED)
    add("comment-before-table", signed(signer, how={"table": lambda entries, start, previous: b"%x\nxref\n" + b"".join(
        b"%d 1\n%010d 00000 n \n" % entry for entry in sorted(entries)) + b"trailer\n<<%s/Prev %d>>\n" % (
            TRAILER.encode(), previous)}), *NOT_VALID)
    add("entries-twice", signed(signer, how={"table": lambda entries, start, previous: b"xref\n" + b"".join(
        b"%d 1\n%010d 00000 n \n" % entry for entry in sorted(entries) + entries[:1]) + b"trailer\n<<%s/Prev %d>>\n" % (
            TRAILER.encode(), previous)}), *NOT_VALID)

    for name, data, accept in later(plain):
        add(f"later-{name}", data, *accept)
    for name, data, accept in pages(signer):
        add(f"pages-{name}", data, *accept)
    for name, data, accept in notes(signer):
        add(f"notes-{name}", data, *accept)
    for name, data, accept in laid_over(signer):
        add(f"laid-over-{name}", data, *accept)
    for name, data, accept in padded(signer):
        add(f"padded-{name}", data, *accept)
    for name, data, accept in permissions(signer):
        add(f"permission-{name}", data, *accept)
    add("wrapped", wrapped(plain), *BROKEN)
    add("wrapped-range-in-place", wrapped(plain, own_range=False), *BROKEN)
    add("before-another-document", plain + form_file(), *BROKEN, UNSIGNED)
    add("after-another-document", form_file() + plain, *BROKEN)
    add("twice-in-a-row", plain + plain, *BROKEN)
    add("cut-at-the-end", plain[:-1], VALID, *NOT_VALID)
    add("cut-in-the-marker", plain[:-4], *BROKEN)
    add("with-line-ends-changed", plain.replace(b"\nendobj", b"\r\nendobj"), *BROKEN)
    return made


# MARK: what comes after the signature

EVIL = stream("BT /F1 24 Tf 72 700 Td (Khac han) Tj ET")


def later(plain):
    """Names, files and verdicts of what may follow a signed file."""
    def update(objects, **more):
        return revision(plain, objects, **more)

    previous = int(re.findall(rb"startxref\s+(\d+)", plain)[-1])
    number = re.search(rb"20 0 obj\n(.*?)\nendobj", plain, re.S).group(1)
    catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R%s>>"
    body = b"5 0 obj\n%s\nendobj\n" % EVIL.encode()
    at = len(plain)

    def table(prev=previous, root="1 0 R", entries=((5, at),), trailer="", start=None):
        text = b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % entry for entry in entries)
        text += b"trailer\n<</Size 60/Root %s%s%s>>\n" % (
            root.encode(), b"" if prev is None else b"/Prev %d" % prev, trailer.encode())
        return text + (b"startxref\n%d\n%%%%EOF\n" % (at + len(body)) if start is None else start)

    yield "content", update({5: EVIL}), BROKEN
    yield "content-without-table", plain + body, BROKEN
    yield "content-and-marker", plain + body + b"%%EOF\n", BROKEN
    yield "content-and-old-startxref", plain + body + b"startxref\n%d\n%%%%EOF\n" % previous, BROKEN
    yield "content-without-marker", plain + body + table(start=b"startxref\n%d\n" % (at + len(body))), BROKEN
    yield "content-without-startxref", plain + body + table(start=b""), BROKEN
    yield "content-without-prev", plain + body + table(prev=None), BROKEN
    yield "content-prev-at-first-revision", plain + body + table(
        prev=int(re.findall(rb"startxref\s+(\d+)", plain)[0])), (*BROKEN, UNSIGNED)
    yield "content-prev-at-itself", plain + body + table(prev=at + len(body)), BROKEN
    yield "content-prev-negative", plain + body + table(prev=-previous), BROKEN
    yield "content-prev-beyond", plain + body + table(prev=10 ** 9), BROKEN
    yield "content-prev-a-little-off", plain + body + table(prev=previous + 3), BROKEN
    yield "content-other-generation", plain + body.replace(b"5 0 obj", b"5 1 obj") + table().replace(
        b" 00000 n \ntrailer", b" 00001 n \ntrailer"), BROKEN
    yield "content-number-of-old-place", plain + table(entries=((5, plain.index(b"13 0 obj")),), start=(
        b"startxref\n%d\n%%%%EOF\n" % at)), BROKEN
    yield "signature-copied", update({5: EVIL, 20: number}), BROKEN
    yield "signature-copied-elsewhere", update({5: EVIL, 30: number, 10: FIELD.replace("20 0 R", "30 0 R")}), BROKEN
    yield "signature-null", update({20: "null"}), BROKEN
    yield "form-removed", update({1: catalog.replace("/AcroForm 7 0 R", "") % ""}), BROKEN
    yield "form-exchanged", update({1: (catalog % "").replace("7 0 R", "31 0 R"), 31: FORM}), BROKEN
    yield "form-needs-appearances", update({7: FORM[:-2] + "/NeedAppearances true>>"}), (VALID, *BROKEN)
    yield "form-in-xfa", update({7: FORM[:-2] + "/XFA 31 0 R>>", 31: stream("<xdp/>")}), BROKEN
    yield "form-resources-exchanged", update({7: FORM.replace("/F1 6 0 R", "/F1 13 0 R")}), BROKEN
    page = "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents %s/Annots[8 0 R 10 0 R 11 0 R 12 0 R 17 0 R]>>"
    yield "page-rewritten-alike", update({3: page % "5 0 R"}), (VALID, *BROKEN)
    yield "page-with-two-contents", update({3: page % "30 0 R/Contents 5 0 R", 30: EVIL}), BROKEN
    yield "page-with-two-contents-other-last", update({3: page % "5 0 R/Contents 30 0 R", 30: EVIL}), BROKEN
    yield "pages-with-two-lists", update({2: (
        "<</Type/Pages/Count 1/Kids[31 0 R]/Kids[3 0 R]/MediaBox[0 0 595 842]>>"), 31: page % "30 0 R", 30: EVIL}), BROKEN
    yield "trailer-with-two-roots", update({31: catalog % ""}, trailer="/Size 60/Root 31 0 R/Root 1 0 R/Info 4 0 R"), BROKEN
    yield "names-with-files", update({1: catalog % "/Names<</EmbeddedFiles<</Names[(a)31 0 R]>>>>", 31: "<</Type/Filespec>>"}), BROKEN
    yield "script-at-opening", update({1: catalog % "/OpenAction<</S/JavaScript/JS(1)>>"}), BROKEN
    yield "layers-added", update({1: catalog % "/OCProperties<</OCGs[31 0 R]/D<</OFF[31 0 R]>>>>", 31: "<</Type/OCG/Name(a)>>"}), BROKEN
    yield "store-of-content", update({1: catalog % "/DSS<</Certs[5 0 R]>>"}), (VALID, *BROKEN)
    yield "store-over-font", update({1: catalog % "/DSS 6 0 R", 6: "<</Certs[]>>"}), BROKEN
    yield "pages-empty", update({2: "<</Type/Pages/Count 0/Kids[]>>"}), BROKEN
    yield "pages-twice-the-same", update({2: "<</Type/Pages/Count 2/Kids[3 0 R 3 0 R]/MediaBox[0 0 595 842]>>"}), BROKEN
    yield "page-type-template", update({3: "<</Type/Template/Parent 2 0 R/Contents 5 0 R>>"}), BROKEN
    yield "trailer-with-stream-table", plain + body + table(trailer="/XRefStm %d" % at), BROKEN
    hidden = b"40 0 obj\n<</Type/XRef/W[1 4 1]/Index[5 1]/Size 60/Root 1 0 R/Length 6>>stream\n\x01%s\x00\nendstream\nendobj\n"
    place = at + len(hidden) + 2
    yield "content-hidden-by-hybrid-table", (
        plain + hidden % place.to_bytes(4, "big") + body + b"xref\n0 1\n0000000000 65535 f \n"
        + b"trailer\n<</Size 60/Root 1 0 R/Info 4 0 R/XRefStm %d/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            at, previous, place + len(body))), BROKEN
    packed = b"5 0 null 3 5 <</Type/Page>>"
    first = packed.index(b"null")
    stream_table = (
        b"41 0 obj\n<</Type/ObjStm/N 2/First %d/Length %d>>stream\n%s\nendstream\nendobj\n" % (
            first, len(packed), packed))
    yield "objects-in-a-stream", plain + stream_table + (
        b"42 0 obj\n<</Type/XRef/W[1 4 1]/Index[3 1 5 1 41 2]/Size 60/Root 1 0 R/Info 4 0 R/Prev %d/Length 24>>stream\n%s\nendstream\n"
        b"endobj\nstartxref\n%d\n%%%%EOF\n" % (
            previous, b"\x02\x00\x00\x00\x29\x01\x02\x00\x00\x00\x29\x00\x01" + at.to_bytes(4, "big") + b"\x00\x01"
            + (at + len(stream_table)).to_bytes(4, "big") + b"\x00", at + len(stream_table))), BROKEN
    # A table inside the signed bytes, made the newest of the chain by what is appended: both may pass for one revision.
    old = plain.index(b"xref\n", plain.index(b"20 0 obj"))
    yield "older-table-made-newest", plain + b"startxref\n%d\n%%%%EOF\n" % plain.index(b"xref\n0"), (*BROKEN, UNSIGNED)
    yield "table-again", plain + b"startxref\n%d\n%%%%EOF\n" % old, (VALID, *BROKEN)
    yield "marker-again", plain + b"%%EOF\n", (VALID, *BROKEN)
    yield "comment", plain + b"% ghi chu\n", (VALID, *BROKEN)
    yield "empty-update", plain + table(entries=(), start=b"startxref\n%d\n%%%%EOF\n" % at).replace(
        b"xref\ntrailer", b"xref\n0 0\ntrailer", 1), (VALID, *BROKEN)


def pages(signer):
    """Two pages, and what may happen to their order and to what they inherit."""
    second = "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>>>>>"
    tree = "<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 595 842]%s>>"
    plain = signed(signer, base=form_file(_2=tree % (2, "3 0 R 18 0 R", ""), _18=second))
    yield "two", plain, (VALID,)
    for name, change, accept in (
        ("exchanged", {2: tree % (2, "18 0 R 3 0 R", "")}, BROKEN),
        ("first-alone", {2: tree % (1, "3 0 R", "")}, BROKEN),
        ("second-alone", {2: tree % (1, "18 0 R", "")}, BROKEN),
        ("one-twice", {2: tree % (2, "3 0 R 3 0 R", "")}, BROKEN),
        ("three", {2: tree % (3, "3 0 R 18 0 R 18 0 R", "")}, BROKEN),
        ("turned-by-the-tree", {2: tree % (2, "3 0 R 18 0 R", "/Rotate 180")}, BROKEN),
        ("cut-by-the-tree", {2: tree % (2, "3 0 R 18 0 R", "/CropBox[0 0 99 99]")}, BROKEN),
        ("written-into-the-tree", {2: tree % (2, "3 0 R " + second, "")}, BROKEN),
        ("under-another-node", {2: tree % (2, "3 0 R 31 0 R", ""), 31: (
            "<</Type/Pages/Parent 2 0 R/Count 1/Kids[18 0 R]/Rotate 90>>")}, BROKEN),
        ("second-emptied", {18: second.replace("/Contents 5 0 R", "")}, BROKEN),
        ("second-null", {18: "null"}, BROKEN),
        ("second-a-list", {18: "[3 0 R]"}, BROKEN),
        ("written-alike", {2: tree % (2, "3 0 R 18 0 R", ""), 18: second}, (VALID, *BROKEN)),
        ("count-wrong", {2: tree % (9, "3 0 R 18 0 R", "")}, BROKEN),
        ("tree-with-its-own-number", {2: tree % (2, "2 0 R 3 0 R", "")}, BROKEN),
    ):
        yield name, revision(plain, change), accept


def notes(signer):
    """Notes added or changed where a certification permits them: valid only where nothing signed can be hidden."""
    annots = "8 0 R 10 0 R 11 0 R 12 0 R 17 0 R 18 0 R"
    page = "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents 5 0 R/Annots[%s]>>"
    stamp = "<</Type/Annot/Subtype/%s/Rect[%s]/AP<</N 32 0 R>>>>"
    look = stream("0 0 9 9 re S", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    plain = signed(
        signer, base=form_file(_3=page % annots, _18=stamp % ("Stamp", "400 400 440 440")),
        signature=SIGNATURE.replace(
            b"/ByteRange", b"/Reference[<</TransformMethod/DocMDP/TransformParams<</P 3>>>>]/ByteRange"),
        extra={1: "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Perms<</DocMDP 20 0 R>>>>", 32: look})
    yield "none", plain, (VALID,)

    def added(note, look=None):
        return revision(plain, {3: page % (annots + " 33 0 R"), 33: note, **({34: look} if look else {})})

    form = "/Type/XObject/Subtype/Form/BBox[0 0 300 40]"
    marked = "<</Type/Annot/Subtype/%s/Rect[72 690 300 730]/QuadPoints[72 730 300 730 72 690 300 690]%s>>"
    multiply = form + "/Resources<</ExtGState<</G<</BM/Multiply>>>>>>"
    for kind in ("Highlight", "Underline", "StrikeOut", "Squiggly"):
        yield f"{kind}-without-look", added(marked % (kind, "")), (VALID,)
        yield f"{kind}-of-words", added(marked % (kind, "/AP<</N 34 0 R>>"), stream("BT (Khac) Tj ET", form)), (OPEN, MODIFIED)
        yield f"{kind}-of-an-area", added(marked % (kind, "/AP<</N 34 0 R>>"), stream("1 g 0 0 300 40 re f", form)), (OPEN, MODIFIED)
        yield f"{kind}-of-a-line", added(marked % (kind, "/AP<</N 34 0 R>>"), stream("0 5 m 300 5 l S", form)), (VALID,)
        yield f"{kind}-shining-through", added(
            marked % (kind, "/AP<</N 34 0 R>>"), stream("/G gs 1 1 0 rg 0 0 300 40 re f", multiply)), (VALID,)
    highlight = marked % ("Highlight", "/AP<</N 34 0 R>>")
    look = "/Type/XObject/Subtype/Form/BBox[0 0 228 40]%s/Resources<</ExtGState<</G<</BM/Multiply>>/L<</LW 900>>>>>>"
    area = "1 1 0 rg 0 0 228 40 re f"
    for name, content, extra, accept in (
        ("thin-lines", "0.5 w 0 2 m 228 2 l S 0 20 m 228 20 l S", "", (VALID,)),
        ("a-thick-line", "900 w 0 2 m 228 2 l S", "", (OPEN, MODIFIED)),
        ("a-thick-line-of-a-state", "/L gs 0 2 m 228 2 l S", "", (OPEN, MODIFIED)),
        ("a-line-made-thick", "300 0 0 300 0 0 cm 0 0 m 1 0 l S", "", (OPEN, MODIFIED)),
        ("a-hatching", "2 w " + "".join(f"0 {y} m 228 {y} l S " for y in range(0, 40, 2)), "", (OPEN, MODIFIED)),
        ("a-patterned-line", "/Pattern CS /P SCN 2 w 0 2 m 228 2 l S", "", (OPEN, MODIFIED)),
        ("in-force", f"q /G gs {area} Q", "", (VALID,)),
        ("not-used", area, "", (OPEN, MODIFIED)),
        ("used-afterwards", f"{area} /G gs", "", (OPEN, MODIFIED)),
        ("given-back-before", f"q /G gs Q {area}", "", (OPEN, MODIFIED)),
        ("of-another-name", f"/H gs {area}", "", (OPEN, MODIFIED)),
        ("black", "/G gs 0 g 0 0 228 40 re f", "", (OPEN, MODIFIED)),
        ("of-an-unknown-space", "/G gs /Cs1 cs 1 1 0 sc 0 0 228 40 re f", "", (OPEN, MODIFIED)),
        ("in-a-group", f"/G gs {area}", "/Group<</S/Transparency>>", (VALID,)),
        ("in-an-isolated-group", f"/G gs {area}", "/Group<</S/Transparency/I true>>", (OPEN, MODIFIED)),
    ):
        yield f"highlight-{name}", added(highlight, stream(content, look % extra)), accept
    yield "highlight-under-the-pointer", added(
        marked % ("Highlight", "/AP<</N 34 0 R/R 34 0 R>>"), stream(f"/G gs {area}", look % "")), (OPEN, MODIFIED)
    yield "highlight-asked-for-in-black", added(marked % ("Highlight", "/C[0 0 0]")), (OPEN, MODIFIED)
    yield "highlight-asked-for-in-yellow", added(marked % ("Highlight", "/C[1 1 0]")), (VALID,)
    yield "underline-asked-for-thick", added(marked % ("Underline", "/BS<</W 90>>")), (OPEN, MODIFIED)
    sign = "<</Type/Annot/Subtype/Text/Rect[500 700 520 720]/Contents(a)%s>>"
    for name, act in (
        ("act", "/A<</S/JavaScript/JS(app.alert)>>"), ("acts", "/AA<</PO<</S/JavaScript/JS(app.alert)>>>>"),
        ("a-field", "/FT/Tx/T(Khac)"), ("a-target", "/Dest[3 0 R/Fit]"),
    ):
        yield f"sign-with-{name}", added(sign % act), BROKEN
    yield "sign", added("<</Type/Annot/Subtype/Text/Rect[500 700 520 720]/Contents(a)>>"), (VALID,)
    yield "sign-over-the-page", added(
        "<</Type/Annot/Subtype/Text/Rect[0 0 595 842]/AP<</N 34 0 R>>>>", stream("1 g 0 0 300 40 re f", form)), (OPEN, MODIFIED)
    yield "popup-with-a-look", added(
        "<</Type/Annot/Subtype/Popup/Rect[0 0 595 842]/AP<</N 34 0 R>>>>", stream("1 g 0 0 300 40 re f", form)), (OPEN, MODIFIED)
    yield "free-text", added("<</Type/Annot/Subtype/FreeText/Rect[72 690 300 730]/DA(/F1 9 Tf)/Contents(a)>>"), (OPEN, MODIFIED)
    yield "stamp-moved", revision(plain, {18: stamp % ("Stamp", "72 690 300 730")}), (OPEN, MODIFIED)
    yield "stamp-redrawn", revision(plain, {32: stream("1 g 0 0 9 9 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]")}), (
        OPEN, MODIFIED)
    yield "stamp-made-a-widget", revision(plain, {18: stamp % ("Widget", "400 400 440 440")}), BROKEN
    yield "stamp-taken-away", revision(plain, {3: page % annots.replace(" 18 0 R", "")}), (VALID, OPEN, MODIFIED)


def laid_over(signer):
    """Signature fields that come after the signature: places for signing, or what only calls itself so."""
    page = ("<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents 5 0 R"
            "/Annots[8 0 R 10 0 R 11 0 R 12 0 R 17 0 R 40 0 R]>>")
    form = FORM.replace("16 0 R", "16 0 R 40 0 R")
    assert form != FORM
    widget = "<</Type/Annot/Subtype/%s/FT/Sig/T(Moi)/F 4/P 3 0 R/Rect[%s]%s>>"
    everywhere = "0 0 595 842"
    look = stream("1 g 0 0 595 842 re f", f"/Type/XObject/Subtype/Form/BBox[{everywhere}]")
    certified = {
        "signature": SIGNATURE.replace(
            b"/ByteRange", b"/Reference[<</TransformMethod/DocMDP/TransformParams<</P 2>>>>]/ByteRange"),
        "extra": {1: "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Perms<</DocMDP 20 0 R>>>>"}}
    for kind, plain, hidden, seen in (
        ("approved", signed(signer), (VALID,), (VALID,)), ("certified", signed(signer, **certified), (VALID,), BROKEN),
    ):
        def with_field(field, extra=None):
            return revision(plain, {3: page, 7: form, 40: field, **(extra or {})})

        yield f"{kind}-unseen", with_field(widget % ("Widget", "0 0 0 0", "")), hidden
        yield f"{kind}-place", with_field(widget % ("Widget", "72 200 272 260", "")), seen
        yield f"{kind}-drawn", with_field(widget % ("Widget", everywhere, "/AP<</N 41 0 R>>"), {41: look}), (OPEN, MODIFIED)
        yield f"{kind}-marked", with_field(widget % ("Widget", everywhere, "/MK<</BG[1 1 1]>>")), (OPEN, MODIFIED)
        yield f"{kind}-empty-look", with_field(
            widget % ("Widget", "72 200 272 260", "/AP<</N 41 0 R>>"),
            {41: stream(" ", "/Type/XObject/Subtype/Form/BBox[0 0 200 60]")}), seen
        yield f"{kind}-with-resources-of-its-own", with_field(
            widget % ("Widget", "0 0 0 0", "/AP<</N 41 0 R>>/DR<</XObject<</FRM 41 0 R>>>>"), {41: look}), hidden
        yield f"{kind}-with-resources-of-others", with_field(
            widget % ("Widget", "0 0 0 0", "/DR<</XObject<</FRM 9 0 R>>>>")), BROKEN
        yield f"{kind}-of-three-numbers", with_field(widget % ("Widget", "0 0 0", "")), BROKEN
        for other in ("FreeText", "Line", "Text", "Watermark", "Link", "Redact", "Screen"):
            yield f"{kind}-as-{other}", with_field(widget % (other, "0 0 0 0", "/AP<</N 41 0 R>>"), {41: look}), BROKEN
        yield f"{kind}-with-a-part-of-another-kind", with_field(
            widget % ("Widget", "0 0 0 0", "/Kids[42 0 R]"),
            {42: "<</Type/Annot/Subtype/FreeText/Parent 40 0 R/P 3 0 R/Rect[0 0 0 0]>>"}), BROKEN
    plain = signed(signer)
    page = "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents 5 0 R/Annots[8 0 R 10 0 R 11 0 R 12 0 R 17 0 R]%s>>"
    yield "page-says-what-it-inherits", revision(plain, {3: page % "/MediaBox[0 0 595 842]"}), (VALID,)
    yield "page-says-something-else", revision(plain, {3: page % "/MediaBox[0 0 595 500]"}), BROKEN
    without = revision(plain, {15: stream(revision_families.XMP, "/Type/Metadata/Subtype/XML")}, trailer="/Size 60/Root 1 0 R")
    yield "information-left-out", without, (VALID,)
    again = "/Size 60/Root 1 0 R/Info %s 0 R"
    yield "information-taken-up-again", revision(without, {4: "<</Producer(Khac)>>"}, trailer=again % 4), (VALID,)
    yield "information-of-another", revision(without, {4: "<</Producer(Khac)>>"}, trailer=again % 6), BROKEN
    open_field = "<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig2)/F 132/P 3 0 R/Rect[0 0 595 842]/AP<</N 18 0 R>>>>"
    plain = signed(signer, base=form_file(_11=open_field, _18=stream("", "/Type/XObject/Subtype/Form/BBox[0 0 595 842]")))
    yield "open-place", plain, (VALID,)
    yield "open-place-drawn-anew", revision(plain, {18: look}), BROKEN


def padded(signer):
    """Bytes behind the end marker that are signed, as some programs pad a file before they sign it."""
    for name, tail in (("lines", b"\n\n\n"), ("blanks", b" " * 40), ("zeros", b"\0" * 40), ("words", b"the end\n")):
        data = signed(signer, how={"ending": lambda start: b"startxref\n%d\n%%%%EOF\n" % start + tail})
        yield name, data, (VALID,)
        yield f"{name}-and-filled", revision(data, {8: (
            "<</Type/Annot/Subtype/Widget/FT/Tx/T(So)/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R/Rect[72 600 272 620]/V(77)"
            "/AP<</N 9 0 R>>>>")}), (VALID,)
        yield f"{name}-and-drawn-over", revision(data, {5: EVIL}), BROKEN
        yield f"{name}-and-more", data + b"more", (VALID, OPEN, MODIFIED)


def permissions(signer):
    """Certifications and locks written in unusual ways, and a field filled in afterwards."""
    def certified(reference, extra="", perms="/Perms<</DocMDP 20 0 R>>"):
        return signed(signer, signature=SIGNATURE.replace(b"/ByteRange", b"/Reference[%s]/ByteRange" % reference.encode()), extra={
            1: f"<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R{perms}>>", **(extra or {})})

    def filled(data):
        return revision(data, {8: (
            "<</Type/Annot/Subtype/Widget/FT/Tx/T(So)/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R/Rect[72 600 272 620]/V(77)"
            "/AP<</N 30 0 R>>>>"), 30: stream(
                "BT /F1 12 Tf (77) Tj ET", "/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 6 0 R>>>>")})

    certify = "<</Type/SigRef/TransformMethod/DocMDP%s>>"
    for name, reference, extra, accept in (
        ("P1", certify % "/TransformParams<</P 1/V/1.2>>", {}, (MODIFIED,)),
        ("P2", certify % "/TransformParams<</P 2/V/1.2>>", {}, (VALID,)),
        ("P3", certify % "/TransformParams<</P 3/V/1.2>>", {}, (VALID,)),
        ("P-missing", certify % "/TransformParams<</V/1.2>>", {}, (VALID,)),
        ("parameters-missing", certify % "", {}, (VALID, MODIFIED)),
        ("P0", certify % "/TransformParams<</P 0>>", {}, (MODIFIED,)),
        ("P4", certify % "/TransformParams<</P 4>>", {}, (MODIFIED,)),
        ("P-negative", certify % "/TransformParams<</P -2>>", {}, (MODIFIED,)),
        ("P-real", certify % "/TransformParams<</P 1.0>>", {}, (MODIFIED,)),
        ("P-string", certify % "/TransformParams<</P(3)>>", {}, (MODIFIED,)),
        ("P-null", certify % "/TransformParams<</P null>>", {}, (VALID,)),
        ("P-indirect", certify % "/TransformParams<</P 31 0 R>>", {31: "1"}, (MODIFIED,)),
        ("parameters-indirect", certify % "/TransformParams 31 0 R", {31: "<</P 1>>"}, (MODIFIED,)),
        ("reference-indirect", "31 0 R", {31: certify % "/TransformParams<</P 1>>"}, (MODIFIED,)),
        ("both", (certify % "/TransformParams<</P 3>>") + (certify % "/TransformParams<</P 1>>"), {}, (MODIFIED,)),
        ("P-twice", certify % "/TransformParams<</P 1/P 3>>", {}, (OPEN, MODIFIED)),
        ("lock-all", "<</TransformMethod/FieldMDP/TransformParams<</Action/All>>/Data 1 0 R>>", {}, (MODIFIED,)),
        ("lock-of-this", "<</TransformMethod/FieldMDP/TransformParams<</Action/Include/Fields[(So)]>>/Data 1 0 R>>", {}, (MODIFIED,)),
        ("lock-of-other", "<</TransformMethod/FieldMDP/TransformParams<</Action/Include/Fields[(Ngay)]>>/Data 1 0 R>>", {}, (VALID,)),
        ("lock-but-this", "<</TransformMethod/FieldMDP/TransformParams<</Action/Exclude/Fields[(So)]>>/Data 1 0 R>>", {}, (VALID,)),
        ("lock-without-action", "<</TransformMethod/FieldMDP/TransformParams<</Fields[(Ngay)]>>/Data 1 0 R>>", {}, (MODIFIED,)),
        ("lock-of-unknown-action", "<</TransformMethod/FieldMDP/TransformParams<</Action/Khac>>/Data 1 0 R>>", {}, (MODIFIED,)),
        ("unknown-transform", "<</TransformMethod/Khac>>", {}, EITHER),
    ):
        perms = "" if "DocMDP" not in reference and name != "reference-indirect" else "/Perms<</DocMDP 20 0 R>>"
        data = certified(reference, extra, perms)
        yield name, data, (VALID, *NOT_VALID) if name in ("P-twice", "unknown-transform") else (VALID,)
        yield f"{name}-filled", filled(data), accept


def wrapped(plain, own_range=True):
    """The second signed part moved back, other objects and another table put between the two (signature wrapping)."""
    hole = re.search(rb"/Contents <([0-9a-f]+)>", plain)
    start, end = hole.start(1) - 1, hole.end(1) + 1
    first, value, second = plain[:start], plain[start:end], plain[end:]
    xref = int(re.findall(rb"startxref\s+(\d+)", plain)[-1])  # the number stays signed: the other table goes there
    evil = b"5 0 obj\n%s\nendobj\n" % EVIL.encode()
    moved = len(first) + 4 * len(plain)
    numbers = (0, len(first), moved, len(second)) if own_range else (0, start, end, len(second))
    signature = SIGNATURE.replace(b"@RANGE@", b"[%d %d %d %d]" % numbers).replace(b"@HOLE@", value)
    out = bytearray(first + value + b">>\nendobj\n")
    out = out.ljust(xref, b"\n")
    places = {}
    out = bytearray(out[:xref])
    rest = bytearray()
    table_room = 400
    for number, text in ((5, evil), (20, b"20 0 obj\n%s\nendobj\n" % signature)):
        places[number] = xref + table_room + len(rest)
        rest += text
    base = int(re.findall(rb"startxref\s+(\d+)", plain)[0])
    table = b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % item for item in sorted(
        {**places, 7: plain.index(b"7 0 obj\n<</Fields[8 0 R 10", base), 10: plain.index(b"10 0 obj", base)}.items()))
    table += b"trailer\n<</Size 60/Root 1 0 R/Info 4 0 R/Prev %d>>\n" % base
    out += table.ljust(table_room, b"\n") + rest
    return bytes(out.ljust(moved, b"\n")) + second


if __name__ == "__main__":
    judged_families.main(families)
