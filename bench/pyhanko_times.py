"""Time and memory that pyHanko takes for what `vastoffice sign` and `vastoffice verify` do; one JSON line.

    python pyhanko_times.py sign FILE --key KEY.p12 --pin PIN [--rounds 10]
    python pyhanko_times.py verify SIGNED --trust ROOT.pem [--rounds 10]

In one process, as a server would use it: the key is opened before the clock starts. pyHanko parses and checks the private
key at every signature; `parsed_once` leaves that out, to be fair to it.
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
from asn1crypto.keys import PrivateKeyInfo  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, padding  # noqa: E402
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402
from pyhanko.sign import fields, signers  # noqa: E402
from pyhanko_certvalidator import ValidationContext  # noqa: E402


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
    return {"wall_ms": round(statistics.median(wall), 2), "cpu_ms": round(statistics.median(cpu), 2)}


def signing(data, signer):
    def sign():
        out = io.BytesIO()
        signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(data)),
            signers.PdfSignatureMetadata(field_name="Bench", subfilter=fields.SigSeedSubFilter.PADES),
            signer=signer, output=out)
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
    parser.add_argument("task", choices=["sign", "verify"])
    parser.add_argument("file")
    parser.add_argument("--key")
    parser.add_argument("--pin", default="")
    parser.add_argument("--trust")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    result = {"tool": "pyHanko", "task": options.task, "file": os.path.basename(options.file)}
    if options.task == "sign":
        with open(options.file, "rb") as file:
            data = file.read()
        pin = options.pin.encode()
        result["as_shipped"] = medians(
            options.rounds, signing(data, signers.SimpleSigner.load_pkcs12(options.key, passphrase=pin)))
        result["parsed_once"] = medians(
            options.rounds, signing(data, ParsedOnce.load_pkcs12(options.key, passphrase=pin)))
    else:
        roots = pyhanko_verdict.certificates(options.trust)
        result["as_shipped"] = medians(options.rounds, verifying(options.file, roots))
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
