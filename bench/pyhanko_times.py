"""Time and memory that pyHanko takes for what `SignatureBench` does; one JSON line.

    python pyhanko_times.py sign FILE --key KEY.p12 --pin PIN [--out FILE] [--rounds 10]
    python pyhanko_times.py level FILE --key KEY.p12 --pin PIN --level LT --folder PKI [--rounds 10]
    python pyhanko_times.py verify SIGNED --trust ROOT.pem [--rounds 10]

In one process, as a server would use it: the key is opened before the clock starts. pyHanko parses and checks the private
key at every signature; here it is parsed once, to be fair to it.
"""

import argparse
import io
import json
import logging
import os
import resource
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Tests", "Judges"))

import pyhanko_verdict  # noqa: E402
from asn1crypto.crl import CertificateList  # noqa: E402
from asn1crypto.keys import PrivateKeyInfo  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, padding  # noqa: E402
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign import fields, signers  # noqa: E402
from pyhanko.sign.timestamps import DummyTimeStamper  # noqa: E402
from pyhanko_certvalidator import ValidationContext  # noqa: E402
from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: E402


class ParsedOnce(signers.SimpleSigner):
    """SimpleSigner that keeps its parsed private key."""

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        if not hasattr(self, "_opened"):
            key: PrivateKeyInfo = self.signing_key
            self._opened = serialization.load_der_private_key(key.dump(), None)
        digest = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._opened, ec.EllipticCurvePrivateKey):
            return self._opened.sign(data, ec.ECDSA(digest))
        return self._opened.sign(data, padding.PKCS1v15(), digest)


def medians(rounds, work):
    """Median wall and processor milliseconds of `work`, after one run that does not count."""
    work()
    wall, cpu = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return {"wall_ms": statistics.median(wall), "cpu_ms": statistics.median(cpu)}


def metadata(**more):
    return signers.PdfSignatureMetadata(field_name="Bench", subfilter=fields.SigSeedSubFilter.PADES, **more)


def signing(path, signer):
    """From memory to memory."""
    with open(path, "rb") as file:
        data = file.read()

    def sign():
        out = io.BytesIO()
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), metadata(), signer=signer, output=out)
    return sign


def signing_files(path, target, signer):
    """From file to file."""
    def sign():
        with open(path, "rb") as file, open(target, "w+b") as out:
            signers.sign_pdf(IncrementalPdfFileWriter(file), metadata(), signer=signer, output=out)
    return sign


def signing_at_level(path, signer, level, folder):
    """With a timestamp authority in the same process and revocation lists at hand."""
    def at(name):
        return os.path.join(folder, name)

    def revocation_list(name):
        with open(at(name), "rb") as file:
            return CertificateList.load(file.read())

    issuing, root = load_cert_from_pemder(at("issuing.pem")), load_cert_from_pemder(at("root.pem"))
    store, stamp = SimpleCertificateStore(), load_cert_from_pemder(at("tsa.pem"))
    store.register_multiple([issuing, stamp])
    authority = DummyTimeStamper(stamp, load_private_key_from_pemder(at("tsa.key"), None), certs_to_embed=store)
    with open(path, "rb") as file:
        data = file.read()

    def sign():
        context = ValidationContext(
            trust_roots=[root], other_certs=[issuing], allow_fetching=False, revocation_mode="hard-fail",
            crls=[revocation_list("root.crl"), revocation_list("issuing.crl")])
        more = {} if level == "T" else {
            "embed_validation_info": True, "validation_context": context, "use_pades_lta": level == "LTA"}
        signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(data)), metadata(**more), signer=signer, timestamper=authority,
            output=io.BytesIO())
    return sign


def verifying(path, roots):
    def verify():
        with open(path, "rb") as file:
            for embedded in pyhanko_verdict.opened(file, None, strict=True).embedded_signatures:
                context = ValidationContext(trust_roots=roots, allow_fetching=False)
                assert pyhanko_verdict.judged(embedded, context)["bottom_line"]
    return verify


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("task", choices=["sign", "level", "verify"])
    parser.add_argument("file")
    parser.add_argument("--key")
    parser.add_argument("--pin", default="")
    parser.add_argument("--out")
    parser.add_argument("--level", choices=["T", "LT", "LTA"])
    parser.add_argument("--folder")
    parser.add_argument("--trust")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if options.task == "verify":
        work = verifying(options.file, pyhanko_verdict.certificates(options.trust))
    else:
        signer = ParsedOnce.load_pkcs12(options.key, passphrase=options.pin.encode())
        if options.task == "level":
            work = signing_at_level(options.file, signer, options.level, options.folder)
        elif options.out:
            work = signing_files(options.file, options.out, signer)
        else:
            work = signing(options.file, signer)
    result = medians(options.rounds, work)
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
