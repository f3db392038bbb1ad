"""What pyHanko says of every signature in a PDF file, as JSON.

    python pyhanko_verdict.py FILE [FILE…] --trust ROOT.pem [--trust …] [--at 2026-11-24T10:00:00+07:00]
                              [--password WORD] [--require-all]

Prints one JSON object per FILE and line:

    {"file": "…", "problem": null, "strict": true, "signatures": [{
        "field": "…", "kind": "signature" | "timestamp", "signer": "…",
        "intact": true, "valid": true, "trusted": true, "bottom_line": true,
        "coverage": "ENTIRE_FILE", "modification_level": "NONE", "modification_problem": null,
        "docmdp_ok": true, "digest": "sha256", "subfilter": "/ETSI.CAdES.detached",
        "signed_attributes": ["content_type", …], "signing_time": null,
        "timestamp": {"intact": true, "valid": true, "trusted": true, "time": "…"} | null,
        "problem": null}]}

`strict` tells whether pyHanko reads the file without leniency. `modification_level` is pyHanko's: NONE, LTA_UPDATES, FORM_FILLING, ANNOTATIONS, OTHER. A file or a signature that pyHanko
cannot judge has its reason in "problem". Nothing is fetched from a network; revocation is not checked.
Exit code 0 when every file was read; with --require-all, 1 unless every file has a signature and every signature is
intact, valid and trusted in a strictly read file with no change beyond form filling.
"""

import argparse
import datetime
import json
import logging
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

LEVELS_OF_FORM_FILLING = {"NONE", "LTA_UPDATES", "FORM_FILLING"}


def certificates(path):
    """All certificates of a PEM file, or the one of a DER file."""
    with open(path, "rb") as file:
        data = file.read()
    if not pem.detect(data):
        return [x509.Certificate.load(data)]
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]


def name_of(value):
    return value.name if value is not None else None


def timestamp_verdict(status):
    if status is None:
        return None
    return {
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "time": status.timestamp.isoformat(),
    }


def modification(status):
    """(level, problem): level is None when pyHanko found a change that it cannot explain."""
    if isinstance(status.diff_result, SuspiciousModification):
        return "OTHER", str(status.diff_result)
    return name_of(status.modification_level), None


def judged(embedded, context):
    """The verdict on one signature; a signature that cannot be judged is neither intact nor trusted."""
    facts = {
        "field": embedded.field_name,
        "kind": "timestamp" if embedded.sig_object_type == "/DocTimeStamp" else "signature",
        "signer": None, "intact": False, "valid": False, "trusted": False, "bottom_line": False, "coverage": None,
        "modification_level": None, "modification_problem": None, "docmdp_ok": None, "digest": None,
        "subfilter": str(embedded.sig_object.get("/SubFilter")), "signed_attributes": [], "signing_time": None,
        "timestamp": None, "problem": None,
    }
    try:
        if facts["kind"] == "timestamp":
            status = validate_pdf_timestamp(embedded, validation_context=context)
        else:
            status = validate_pdf_signature(embedded, signer_validation_context=context)
        facts["modification_level"], facts["modification_problem"] = modification(status)
        attributes = embedded.signer_info["signed_attrs"].native or []
        facts.update(
            signer=status.signing_cert.subject.native.get("common_name"),
            intact=status.intact, valid=status.valid, trusted=status.trusted,
            coverage=name_of(status.coverage), docmdp_ok=status.docmdp_ok, digest=status.md_algorithm,
            signed_attributes=sorted(attribute["type"] for attribute in attributes),
        )
        if facts["kind"] == "timestamp":
            facts["bottom_line"] = status.valid and status.intact and status.trusted
            facts["timestamp"] = timestamp_verdict(status)
        else:
            facts["bottom_line"] = status.bottom_line
            facts["timestamp"] = timestamp_verdict(status.timestamp_validity)
        claimed = getattr(embedded, "self_reported_timestamp", None)
        facts["signing_time"] = claimed.isoformat() if claimed else None
    except Exception as problem:  # whatever pyHanko raises on a damaged file is its verdict
        facts["problem"] = f"{type(problem).__name__}: {problem}"
    return facts


def opened(file, password, strict):
    reader = PdfFileReader(file, strict=strict)
    if reader.encrypted:
        answer = reader.decrypt(password or "")
        # pyHanko only tells of a wrong authentication code (ISO/TS 32004), and reads on.
        if answer.mac_failure_reason:
            raise ValueError(f"authentication code: {answer.mac_failure_reason}")
    return reader


def is_strict(path, password):
    try:
        with open(path, "rb") as file:
            return opened(file, password, strict=True).embedded_signatures is not None
    except Exception:
        return False


def verdict(path, roots, moment=None, password=None, lenient=False):
    """The verdict on a file, as the value that is printed; pyHanko refuses hybrid files unless `lenient`."""
    result = {"file": path, "problem": None, "strict": not lenient and is_strict(path, password), "signatures": []}
    try:
        with open(path, "rb") as file:
            reader = opened(file, password, strict=result["strict"])
            for embedded in reader.embedded_signatures:
                # A context gathers certificates as it goes: each signature gets its own, as it would alone.
                context = ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False)
                result["signatures"].append(judged(embedded, context))
    except Exception as problem:
        result["problem"] = f"{type(problem).__name__}: {problem}"
    return result


def is_good(result):
    return result["problem"] is None and result["strict"] and bool(result["signatures"]) and all(
        signature["problem"] is None and signature["intact"] and signature["valid"] and signature["trusted"]
        and signature["modification_level"] in LEVELS_OF_FORM_FILLING
        for signature in result["signatures"]
    )


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--trust", action="append", default=[], metavar="ROOT", help="trust anchors, PEM or DER")
    parser.add_argument("--at", type=datetime.datetime.fromisoformat, default=None, metavar="TIME")
    parser.add_argument("--password", default=None)
    parser.add_argument("--require-all", action="store_true")
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # pyHanko logs full traces of what the JSON already tells
    roots = [certificate for path in options.trust for certificate in certificates(path)]
    results = [verdict(path, roots, options.at, options.password) for path in options.files]
    for result in results:
        print(json.dumps(result, ensure_ascii=False))
    return 1 if options.require_all and not all(map(is_good, results)) else 0


if __name__ == "__main__":
    sys.exit(main())
