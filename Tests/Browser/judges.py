"""What independent programs say of an issued file."""

import json
import os
import subprocess
import sys
import tempfile

from office import JUDGES


def ran(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


def text_of(pdf):
    """The text of a PDF in the order in which it is laid out."""
    with tempfile.TemporaryDirectory() as folder:
        path = _written(folder, pdf)
        return ran("pdftotext", "-layout", path, "-").stdout


def faults(pdf, root_certificate, signatures):
    """Why pyHanko, poppler or qpdf would not take the file as it should be; empty when all do.

    :param signatures: how many signatures it is to have, all intact and trusted.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = _written(folder, pdf)
        return [
            *_pyhanko(path, root_certificate, signatures), *_poppler(path, signatures), *_qpdf(path),
        ]


def _written(folder, pdf):
    path = os.path.join(folder, "issued.pdf")
    with open(path, "wb") as file:
        file.write(pdf)
    return path


def _pyhanko(path, root_certificate, signatures):
    # A process of its own: pyHanko and Playwright both want to be the one that runs an event loop.
    answer = ran(
        sys.executable, "-B", os.path.join(JUDGES, "pyhanko_verdict.py"), path, "--trust", root_certificate, "--require-all")
    if answer.returncode != 0:
        yield f"pyHanko: {answer.stdout}{answer.stderr}"
        return
    result = json.loads(answer.stdout)
    if len(result["signatures"]) != signatures:
        yield f"pyHanko sees {len(result['signatures'])} signatures, not {signatures}"


def _poppler(path, signatures):
    # Poppler asks its own store for trust: only what it says of the bytes counts here.
    answer = ran("pdfsig", "-nocert", path).stdout
    if answer.count("Signature is Valid") != signatures:
        yield f"pdfsig: {answer}"


def _qpdf(path):
    answer = ran("qpdf", "--check", path)
    if answer.returncode != 0:
        yield f"qpdf: {answer.stdout}{answer.stderr}"
