"""Signed files that are continued by an update which fills one field, sound or damaged a little, with or without a second
content of the page that no table lists: readers that repair the file show that one.

    python appended_families.py FOLDER      writes the files and FOLDER/expected.json

What the program calls valid must be sound to the byte; each damage has its sound neighbour.
"""

import re
import zlib

import judged_families
from attack_families import EVIL, Signer, TRAILER, revision, signed
from judged_families import Family, MODIFIED, OPEN, VALID
from revision_families import XMP, form_file, stream

LOOK = stream("BT /F1 12 Tf (77) Tj ET", "/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 6 0 R>>>>")
FIELD = ("<</Type/Annot/Subtype/Widget/FT/Tx/T(So)/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R/Rect[72 600 272 620]/V %s/AP<</N %s>>>>")
FILLED = {8: FIELD % ("(77)", "30 0 R"), 30: LOOK}
DECOY = b"5 0 obj\n%s\nendobj\n" % EVIL.encode()
REJECTED = (MODIFIED, OPEN)


def last_start(data):
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def bodies(data, objects, between=b""):
    """`data` with objects after it, and where each stands."""
    out, entries = bytearray(data + between), []
    for number, body in sorted(objects.items()):
        entries.append((number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body.encode("latin-1") if isinstance(body, str) else body)
    return bytes(out), entries


def continued(data, objects, between=b"", rows=None, trailer=TRAILER, more="", ending=None):
    """An update with a table, of whose rows, trailer and ending each may be another."""
    out, entries = bodies(data, objects, between)
    start = len(out)
    write = rows or (lambda entry: b"%d 1\n%010d 00000 n \n" % entry)
    out += b"xref\n" + b"".join(write(entry) for entry in entries)
    out += b"trailer\n<<%s/Prev %d%s>>\n" % (trailer.encode(), last_start(data), more.encode())
    return out + (ending or (lambda place: b"startxref\n%d\n%%%%EOF\n" % place))(start)


def packed_stream(members, offsets=None):
    """An object stream of numbers and texts, which may be said to begin elsewhere."""
    index, content = "", ""
    for place, (number, text) in enumerate(members):
        index += f"{number} {offsets[place] if offsets else len(content)} "
        content += text + " "
    return "<</Type/ObjStm/N %d/First %d/Length %d>>stream\n%s\nendstream" % (
        len(members), len(index), len(index + content), index + content)


def continued_by_stream(data, objects, packed=(), between=b"", widths="1 4 2", more="", size=61, extra_rows=b"", index=""):
    """An update with a cross reference stream, number 60; `packed` are numbers, their streams and their indexes."""
    out, entries = bodies(data, objects, between)
    start = len(out)
    rows = sorted([(number, 1, place, 0) for number, place in entries + [(60, start)]]
                  + [(number, 2, container, place) for number, container, place in packed])
    content = b"".join(bytes([kind]) + second.to_bytes(4, "big") + third.to_bytes(2, "big") for _, kind, second, third in rows)
    content += extra_rows
    listed = " ".join(f"{row[0]} 1" for row in rows) + index
    return out + b"60 0 obj\n<</Type/XRef/W[%s]/Index[%s]/Size %d/Root 1 0 R/Info 4 0 R/Prev %d%s/Length %d>>stream\n%s\n" % (
        widths.encode(), listed.encode(), size, last_start(data), more.encode(), len(content), content) + (
            b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)


def damaged_tables(plain):
    """Damages by name: what an update with a table may be given, and whether it stays sound."""
    def rows(text):
        return {"rows": lambda entry: text % entry}

    tail = "startxref\n%d\n%%%%EOF\n"
    yield "sound", {}, True
    yield "rows-crlf", rows(b"%d 1\r\n%010d 00000 n\r\n"), True
    yield "rows-cr", rows(b"%d 1\r%010d 00000 n \r"), True
    yield "trailer-comment-after", {"ending": lambda s: b"%% by hand\nstartxref\n%d\n%%%%EOF\n" % s}, True
    yield "marker-without-line-end", {"ending": lambda s: b"startxref\n%d\n%%%%EOF" % s}, True
    yield "marker-and-blank-lines", {"ending": lambda s: tail.encode() % s + b"\n" * 300}, True
    yield "rows-19", rows(b"%d 1\n%010d 00000 n\n"), False
    yield "rows-21", rows(b"%d 1\n%010d 00000 n  \n"), False
    yield "rows-short", rows(b"%d 1\n%d 0 n \n"), False
    yield "rows-comment", rows(b"%d 1 %%\n%010d 00000 n \n"), False
    yield "trailer-key-alone", {"more": "/Root"}, False
    yield "trailer-token", {"trailer": TRAILER + " 7"}, False
    yield "trailer-bracket", {"trailer": "]" + TRAILER}, False
    yield "size-below-the-look", {"trailer": "/Size 25/Root 1 0 R/Info 4 0 R"}, False
    yield "size-missing", {"trailer": "/Root 1 0 R/Info 4 0 R"}, False
    yield "size-small", {"trailer": "/Size 9/Root 1 0 R/Info 4 0 R"}, False
    yield "size-real", {"trailer": "/Size 60.0/Root 1 0 R/Info 4 0 R"}, False
    yield "prev-real", {"more": ".0"}, False
    yield "hidden-table-name", {"more": "/XRefStm/A"}, False
    yield "info-nowhere", {"trailer": "/Size 60/Root 1 0 R/Info 50 0 R"}, False
    yield "marker-far", {"ending": lambda s: b"startxref\n%d\n" % s + b" " * 1500 + b"%%EOF\n"}, False
    yield "marker-buried", {"ending": lambda s: tail.encode() % s + b"\n" * 2048}, False
    yield "offset-in-a-comment", {"ending": lambda s: b"startxref\n%%%s\n%d\n%%%%EOF\n" % (b"x" * 1500, s)}, False


def damaged_streams():
    yield "sound", {}, True
    yield "widths-four", {"widths": "1 4 2 0"}, False
    yield "rows-too-few", {"index": " 40 9"}, False
    yield "rows-too-many", {"extra_rows": b"\0" * 7}, False
    yield "row-of-no-type", {"extra_rows": b"\7" + b"\0" * 6, "index": " 40 1"}, False
    yield "size-small", {"size": 9}, False
    yield "prev-real", {"more": ".0"}, False
    yield "token", {"more": " 7"}, False


def objects(plain):
    """An object written again by readers' leave: its form, and the streams it may be packed in."""
    page, content = (re.search(rb"(?m)^%d 0 obj\n(.*?)\nendobj" % number, plain, re.S).group(1).decode() for number in (3, 5))
    evil_page = page.replace("/Contents 5 0 R", "/Contents 31 0 R")
    yield "page-alike", revision(plain, {3: page}), (VALID,)
    yield "page-key-alone", revision(plain, {3: page[:-2] + "/Contents>>"}), REJECTED
    yield "page-value-alone", revision(plain, {3: page.replace("5 0 R", "5 0 R 31 0 R", 1), 31: EVIL}), REJECTED
    yield "content-alike", revision(plain, {5: content}), (VALID,)
    yield "content-glued", revision(plain, {5: content.replace("stream\nBT", "streamBT")}), REJECTED
    yield "content-after-return", revision(plain, {5: content.replace("stream\nBT", "stream\rBT")}), REJECTED
    yield "content-end-glued", revision(plain, {5: content}).replace(
        b"endstream\nendobj\nxref\n5", b"endstreamendobj\nxref\n5").replace(
            b"startxref\n%d" % last_start(revision(plain, {5: content})),
            b"startxref\n%d" % (last_start(revision(plain, {5: content})) - 1)), REJECTED

    def packed(members, entries, offsets=None):
        used = {31: EVIL} if any("31 0 R" in text for _, text in members) else {}
        return continued_by_stream(plain, {**used, 40: packed_stream(members, offsets)}, entries)

    cut = page.index("/Contents") if page.index("/Contents") > page.index("/Annots") else len(page) - 2
    yield "packed-alike", packed([(3, page)], [(3, 40, 0)]), (VALID,)
    yield "packed-two", packed([(3, page), (41, "<<>>")], [(3, 40, 0), (41, 40, 1)]), (VALID,)
    yield "packed-number-twice-first", packed([(3, page), (3, evil_page)], [(3, 40, 0)]), REJECTED
    yield "packed-number-twice-second", packed([(3, page), (3, evil_page)], [(3, 40, 1)]), REJECTED
    yield "packed-index-of-another", packed([(3, page), (41, evil_page)], [(3, 40, 1)]), REJECTED
    yield "packed-overlapping", packed([(3, page), (41, "1")], [(3, 40, 0)], [0, cut]), REJECTED
    yield "packed-descending", packed([(41, "<<>>"), (3, page)], [(3, 40, 1)], [5 + len(page), 0]), REJECTED
    yield "packed-unlisted", packed([(41, "<<>>"), (3, evil_page)], [(41, 40, 0)]), REJECTED


def written_by_others(plain):
    """One field filled in the manner of programs people use; all of it is sound."""
    def body(out, number, text, end=b"\n"):
        place = len(out)
        out += b"%d 0 obj%s%s%sendobj%s" % (number, end, text, end, end)
        return place

    def deflated(content, more, end=b"\n"):
        data = zlib.compress(content)
        return b"<<%s/Filter/FlateDecode/Length %d>>stream\r\n%s%sendstream" % (more, len(data), data, end)

    def row(kind, second, third):
        return bytes([kind]) + second.to_bytes(4, "big") + bytes([third])

    field, look = FILLED[8].encode(), LOOK.encode()
    packed = b"8 0 " + field
    # Lines end in carriage returns, the field is packed, the rows are deflated after a predictor.
    out = bytearray(plain)
    stream_at = body(out, 31, deflated(packed, b"/Type/ObjStm/N 1/First 4", b"\r\n"), b"\r")
    look_at = body(out, 30, look.replace(b"stream\n", b"stream\r\n", 1), b"\r")
    start = len(out)
    rows, above = b"", bytes(6)
    for line in (row(2, 31, 0), row(1, look_at, 0), row(1, stream_at, 0), row(1, start, 0)):
        rows += b"\2" + bytes((a - b) % 256 for a, b in zip(line, above))
        above = line
    body(out, 32, deflated(rows, b"/Type/XRef/W[1 4 1]/Index[8 1 30 3]/Size 33/Root 1 0 R/Info 4 0 R/Prev %d"
                           b"/DecodeParms<</Columns 6/Predictor 12>>" % last_start(plain), b"\r\n"), b"\r")
    yield "returns-and-packed", bytes(out) + b"startxref\r\n%d\r\n%%%%EOF\r\n" % start
    # The table begins with the free list, its lines with carriage returns; keys stand on lines of their own.
    out = bytearray(plain)
    places = [(8, body(out, 8, field.replace(b"/F 4", b"\n/F 4\n"))), (30, body(out, 30, look))]
    start = len(out)
    yield "free-list-and-lines", bytes(out) + b"xref\n0 1\n0000000000 65535 f\r\n" + b"".join(
        b"%d 1\n%010d 00000 n\r\n" % place for place in places) + (
            b"trailer\n<<\n/Root 1 0 R\n/Info 4 0 R\n/Size 31\n/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (
                last_start(plain), start))
    # A table for older readers, and a stream for newer ones that shows what the others do not need.
    out = bytearray(plain)
    places = [(8, body(out, 8, field)), (30, body(out, 30, look)), (31, body(out, 31, deflated(
        b"32 0 <<>>", b"/Type/ObjStm/N 1/First 5")))]
    hidden = len(out)
    body(out, 33, deflated(row(2, 31, 0), b"/Type/XRef/W[1 4 1]/Index[32 1]/Size 34/Root 1 0 R"))
    start = len(out)
    yield "table-and-hidden-stream", bytes(out) + b"xref\n" + b"".join(
        b"%d 1\n%010d 00000 n \n" % place for place in places) + b"32 1\n0000000000 00000 f \n" + (
            b"trailer\n<</Size 34/Root 1 0 R/Info 4 0 R/XRefStm %d/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
                hidden, last_start(plain), start))
    # All numbers are listed once more, those of the signed file too.
    out = bytearray(plain)
    listed = {int(number): place.start() + 1 for place in re.finditer(rb"\n(\d+) 0 obj\n", plain) for number in place.groups()}
    listed.update({8: body(out, 8, field), 21: body(out, 21, look)})
    out = bytearray(out.replace(b"30 0 R>>>>\nendobj\n21 0", b"21 0 R>>>>\nendobj\n21 0"))
    start = len(out)
    rows = ((listed[number], 0, b"n") if number in listed else (0, 65535, b"f") for number in range(1, 22))
    yield "everything-listed-again", bytes(out) + b"xref\n0 22\n0000000000 65535 f \n" + b"".join(
        b"%010d %05d %s \n" % row for row in rows) + (
            b"trailer\n<</Size 22/Root 1 0 R/Info 4 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (last_start(plain), start))


def families(folder):
    signer = Signer(folder)
    plain = signed(signer)
    hidden = XMP.replace("></rdf:RDF>", "><!--\n%s--></rdf:RDF>" % DECOY.decode())
    with_decoy = signed(signer, base=form_file(_15=stream(hidden, "/Type/Metadata/Subtype/XML")))
    made = []

    def add(name, data, accept):
        made.append(Family(name, data, accept))

    # The second content may stand in what is appended, or have been signed long before.
    for name, change, is_sound in damaged_tables(plain):
        add(f"table-{name}", continued(plain, FILLED, **change), (VALID,) if is_sound else REJECTED)
        add(f"table-{name}-signed-decoy", continued(with_decoy, FILLED, **change), (VALID,) if is_sound else REJECTED)
        add(f"table-{name}-decoy", continued(plain, FILLED, between=DECOY, **change), REJECTED)
    for name, change, is_sound in damaged_streams():
        add(f"stream-{name}", continued_by_stream(plain, FILLED, **change), (VALID,) if is_sound else REJECTED)
        add(f"stream-{name}-decoy", continued_by_stream(plain, FILLED, between=DECOY, **change), REJECTED)
    for place, body in (("description", {15: stream(hidden, "/Type/Metadata/Subtype/XML")}), (
            "look", {8: FILLED[8], 30: LOOK.replace("BT", "%%\n%s\nBT" % DECOY.decode(), 1).replace(
                "/Length 23", "/Length %d" % (23 + len(DECOY) + 4))})):
        add(f"decoy-in-new-{place}", continued(plain, body), REJECTED)
    for name, field in (("value", FIELD % ("50 0 R", "30 0 R")), ("look", FIELD % ("(77)", "50 0 R"))):
        add(f"missing-{name}", continued(plain, {8: field, 30: LOOK}, rows=lambda entry: b"%d 1\n%010d 00000 n \n" % entry + (
            b"50 1\n0000000020 00000 n \n" if entry[0] == 30 else b"")), REJECTED)
    for name, data in written_by_others(plain):
        add(f"writer-{name}", data, (VALID,))
    for name, data, accept in objects(plain):
        add(f"again-{name}", data, accept)
    return made


if __name__ == "__main__":
    judged_families.main(families)
