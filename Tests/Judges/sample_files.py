"""Small PDF files in every kind of cross reference, for the judges of our signatures."""

import io
import os
import subprocess
import zlib

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer

CONTENT = b"BT /F1 24 Tf 72 700 Td (Van ban) Tj ET"
OBJECTS = [
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Count 1/Kids[4 0 R]/MediaBox[0 0 595 842]>>",
    b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
    b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(CONTENT), CONTENT),
]


def one_page_file():
    """A blank page, written by pyHanko."""
    writer = PdfFileWriter()
    content = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 100 100 l S"))
    page = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Page"),
        generic.pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        generic.pdf_name("/Resources"): generic.DictionaryObject(),
        generic.pdf_name("/Contents"): content,
    })
    writer.insert_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out


def table():
    """A classic cross reference table."""
    file, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(OBJECTS, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(OBJECTS) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(file) + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(OBJECTS) + 1, start)


def hybrid():
    """A table that hides the font, which an object stream holds and a cross reference stream shows."""
    file, rows, hidden, container, stream = bytearray(b"%PDF-1.7\n"), {0: (0, 0, 255)}, 3, 6, 7

    def put(number, content):
        rows[number] = (1, len(file), 0)
        file.extend(b"%d 0 obj\n%s\nendobj\n" % (number, content))

    for number, content in enumerate(OBJECTS, 1):
        if number != hidden:
            put(number, content)
    head = b"%d 0 " % hidden
    packed = zlib.compress(head + OBJECTS[hidden - 1])
    put(container, b"<</Type/ObjStm/N 1/First %d/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(head), len(packed), packed))
    rows[hidden] = (2, container, 0)
    rows[stream] = (1, len(file), 0)
    encoded = zlib.compress(b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + bytes([index]) for kind, place, index in (rows[n] for n in sorted(rows))))
    put(stream, b"<</Type/XRef/W[1 4 1]/Size %d/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (stream + 1, len(encoded), encoded))
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (stream + 1)
    for number in range(1, stream + 1):
        kind, place, _ = rows[number]
        file += b"%010d 00000 n \n" % place if kind == 1 else b"0000000000 00000 f \n"
    return bytes(file) + b"trailer\n<</Size %d/Root 1 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        stream + 1, rows[stream][1], start)


def by_qpdf(folder, *options):
    """The table file as qpdf rewrites it."""
    source, made = os.path.join(folder, "qpdf-in.pdf"), os.path.join(folder, "qpdf-out.pdf")
    with open(source, "wb") as file:
        file.write(table())
    subprocess.run(["qpdf", *options, source, made], check=True)
    with open(made, "rb") as file:
        return file.read()


USER_PASSWORD = "mo-khoa"


def encrypted(folder, bits, *options):
    """Under a password to open it, and another one for its owner."""
    more = options if "--" in options else (*options, "--")
    return by_qpdf(folder, "--encrypt", USER_PASSWORD, "owner", bits, *more)


def protected(folder, stream_xrefs):
    """Each revision under an authentication code (ISO/TS 32004), which pyHanko has files it encrypts carry."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(table())), writer_kwargs={"stream_xrefs": stream_xrefs})
    writer.encrypt(owner_pass="owner", user_pass=USER_PASSWORD)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


ENCRYPTED = {
    "AES-128": lambda folder: encrypted(folder, "128", "--use-aes=y"),
    "AES-256": lambda folder: encrypted(folder, "256"),
    "AES-256, object streams": lambda folder: encrypted(folder, "256", "--", "--object-streams=generate"),
    "AES-256, authentication codes": lambda folder: protected(folder, False),
    "AES-256, authentication codes, streams": lambda folder: protected(folder, True),
}
KINDS = {
    "table": lambda folder: table(),
    "hybrid": lambda folder: hybrid(),
    "stream": lambda folder: by_qpdf(folder, "--object-streams=generate"),
    "linearised": lambda folder: by_qpdf(folder, "--linearize"),
}
