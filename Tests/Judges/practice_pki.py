"""A root and one signer for trials, made on the spot and good for a day. Not the program's own practice PKI: a judge
should not lean on what it judges."""

import dataclasses
import datetime
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID


@dataclasses.dataclass(frozen=True)
class PracticePKI:
    root_file: str
    key_file: str
    pin: str


def named(common_name):
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ])


def certificate(subject, key, issuer, issuer_key, *, authority):
    now = datetime.datetime.now(datetime.timezone.utc)
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    for name in ("key_cert_sign", "crl_sign") if authority else ("digital_signature", "content_commitment"):
        usage[name] = True
    return (
        x509.CertificateBuilder()
        .subject_name(named(subject)).issuer_name(named(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def make(folder, signer="Nguyễn Văn Đức", pin="12345678"):
    """Writes root.pem and signer.p12 into `folder`."""
    root_key, signer_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate("Gốc thử nghiệm", root_key, "Gốc thử nghiệm", root_key, authority=True)
    leaf = certificate(signer, signer_key, "Gốc thử nghiệm", root_key, authority=False)
    pki = PracticePKI(os.path.join(folder, "root.pem"), os.path.join(folder, "signer.p12"), pin)
    with open(pki.root_file, "wb") as file:
        file.write(root.public_bytes(serialization.Encoding.PEM))
    with open(pki.key_file, "wb") as file:
        file.write(pkcs12.serialize_key_and_certificates(
            signer.encode(), signer_key, leaf, [root], serialization.BestAvailableEncryption(pin.encode())))
    return pki
