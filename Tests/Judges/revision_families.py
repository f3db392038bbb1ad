"""Signed files and what may happen to them afterwards: one small file for every family of change and of attack.

    python revision_families.py FOLDER      writes the files and FOLDER/expected.json

Each family says which verdicts the program may give (`accept`, the first is the wanted one). pyHanko writes the files;
nothing here is taken from anybody's test data.
"""

import io
import re

import judged_families
import practice_pki
from judged_families import BROKEN, Family, INVALID, MODIFIED, OPEN, VALID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as N
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

Dict, Array, Num, Ref = (
    generic.DictionaryObject, generic.ArrayObject, generic.NumberObject, generic.IndirectObject)


# MARK: the file before it is signed

def plain_file(objects, trailer_extra=""):
    """Bytes of a classic file; objects are counted from 1 and object 1 is the catalog."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body.encode("latin-1"))
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 4 0 R%s/ID[<0102><0102>]>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, trailer_extra.encode(), start)
    return bytes(out)


def stream(content, extra=""):
    return f"<<{extra}/Length {len(content)}>>\nstream\n{content}\nendstream"


XMP = ('<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
       'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>')

#  1 catalog      2 page tree    3 page         4 info         5 content      6 font        7 form
#  8 text field   9 its look    10 signature field 11 second signature field  12 check box 13 on  14 off
# 15 metadata    16 group      17 group's text field  18 spare string nobody needs
def form_file(**change):
    """A page with text field, check box, group of fields and two open signature fields."""
    look = "/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 6 0 R>>>>"
    parts = {
        1: "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R>>",
        2: "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>",
        3: "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents 5 0 R"
           "/Annots[8 0 R 10 0 R 11 0 R 12 0 R 17 0 R]>>",
        4: "<</Producer(Phan mem van phong)>>",
        5: stream("BT /F1 24 Tf 72 700 Td (Quyet dinh) Tj ET"),
        6: "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        7: "<</Fields[8 0 R 10 0 R 11 0 R 12 0 R 16 0 R]/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 6 0 R>>>>/SigFlags 1>>",
        8: "<</Type/Annot/Subtype/Widget/FT/Tx/T(So)/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R/Rect[72 600 272 620]"
           "/V(01)/AP<</N 9 0 R>>>>",
        9: stream("BT /F1 12 Tf (01) Tj ET", look),
        10: "<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig1)/F 132/P 3 0 R/Rect[300 100 500 160]>>",
        11: "<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig2)/F 132/P 3 0 R/Rect[72 100 272 160]>>",
        12: "<</Type/Annot/Subtype/Widget/FT/Btn/T(Khan)/F 4/P 3 0 R/Rect[72 500 90 518]/V/Off/AS/Off"
            "/AP<</N<</Yes 13 0 R/Off 14 0 R>>>>>>",
        13: stream("0 0 18 18 re f", "/Type/XObject/Subtype/Form/BBox[0 0 18 18]"),
        14: stream("", "/Type/XObject/Subtype/Form/BBox[0 0 18 18]"),
        15: stream(XMP, "/Type/Metadata/Subtype/XML"),
        16: "<</T(Nhom)/Kids[17 0 R]>>",
        17: "<</Type/Annot/Subtype/Widget/FT/Tx/T(Ngay)/Parent 16 0 R/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R"
            "/Rect[300 600 500 620]>>",
        18: "(khong dung den)",
    }
    trailer = change.pop("trailer", "")
    for number, body in change.items():
        parts[int(number[1:])] = body
    return plain_file([parts[number] for number in sorted(parts)], trailer)


class Desk:
    """Signs with one practice key and writes later revisions."""

    def __init__(self, folder):
        self.pki = practice_pki.make(folder)
        self.signer = signers.SimpleSigner.load_pkcs12(self.pki.key_file, passphrase=self.pki.pin.encode())

    def signed(self, data, field="Sig1", permission=None, **options):
        out = io.BytesIO()
        metadata = signers.PdfSignatureMetadata(
            field_name=field, subfilter=fields.SigSeedSubFilter.PADES, certify=permission is not None,
            docmdp_permissions=permission or fields.MDPPerm.FILL_FORMS)
        signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(data)), metadata, signer=self.signer, output=out, **options)
        return out.getvalue()


def updated(data, change):
    """One more revision in which `change` rewrites what it likes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def obj(writer, number):
    return writer.get_object(generic.Reference(number, 0, writer.prev))


def rewrite(number, **values):
    """A change that sets (or, with None, removes) members of one dictionary."""
    def change(writer):
        target = obj(writer, number)
        for key, value in values.items():
            if value is None:
                target.pop(N("/" + key), None)
            else:
                target[N("/" + key)] = value
        writer.mark_update(generic.Reference(number, 0, writer.prev))
    return change


def replaced(number, value):
    """A change that puts another object in the place of one."""
    def change(writer):
        writer.objects[(0, number)] = value
    return change


def text_look(writer, text):
    return writer.add_object(generic.StreamObject(
        dict_data={N("/Type"): N("/XObject"), N("/Subtype"): N("/Form"),
                   N("/BBox"): Array(map(Num, (0, 0, 200, 20)))},
        stream_data=b"BT /F1 12 Tf (%s) Tj ET" % text.encode()))


def fill(number=8, text="123"):
    def change(writer):
        rewrite(number, V=generic.pdf_string(text), AP=Dict({N("/N"): text_look(writer, text)}))(writer)
    return change


def together(*changes):
    def change(writer):
        for one in changes:
            one(writer)
    return change


def stream_of(text, **members):
    return generic.StreamObject(
        dict_data={N("/" + key): value for key, value in members.items()}, stream_data=text.encode())


def page_of(writer):
    return obj(writer, 3)


def with_annotation(subtype, **more):
    def change(writer):
        annotation = writer.add_object(Dict({
            N("/Type"): N("/Annot"), N("/Subtype"): N(subtype), N("/Rect"): Array(map(Num, (72, 690, 300, 720))),
            N("/Contents"): generic.pdf_string("Chen them"), **{N("/" + key): value for key, value in more.items()}}))
        page_of(writer)["/Annots"].append(annotation)
        writer.mark_update(generic.Reference(3, 0, writer.prev))
    return change


def with_field(name="Moi", kind="/Sig", box=(0, 0, 0, 0), page=True, **more):
    def change(writer):
        field = writer.add_object(Dict({
            N("/Type"): N("/Annot"), N("/Subtype"): N("/Widget"), N("/FT"): N(kind), N("/T"): generic.pdf_string(name),
            N("/F"): Num(132), N("/Rect"): Array(map(Num, box)), **{N("/" + key): value for key, value in more.items()}}))
        obj(writer, 7)["/Fields"].append(field)
        writer.mark_update(generic.Reference(7, 0, writer.prev))
        if page:
            page_of(writer)["/Annots"].append(field)
            writer.mark_update(generic.Reference(3, 0, writer.prev))
    return change


def raw_update(data, body, entries, trailer):
    """A revision written by hand: `body` at its offset, `entries` of the table as (number, offset in body or None)."""
    start = len(data)
    table = b"xref\n"
    for number, offset in entries:
        line = b"%010d 00000 n \n" % (start + offset) if offset is not None else b"0000000000 00001 f \n"
        table += b"%d 1\n" % number + line
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    at = start + len(body)
    return data + body + table + b"trailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        trailer.encode(), previous, at)


def by_hand(data, objects):
    """A revision of these objects and nothing else; pyHanko's own writer would renew the metadata as well."""
    body, entries = b"", []
    for number, text in sorted(objects.items()):
        entries.append((number, len(body)))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text.encode("latin-1"))
    return raw_update(data, body, entries, "/Size 99/Root 1 0 R/Info 4 0 R")


def catalog(data, metadata):
    """The catalog as the signed file has it, with this entry for the metadata."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    root = Dict(writer.root)
    root.pop(N("/Metadata"), None)
    out = io.BytesIO()
    root.write_to_stream(out, None)
    return out.getvalue().decode("latin-1").rstrip()[:-2] + metadata + ">>"


# MARK: families

def families(folder):
    desk = Desk(folder)
    made = []

    def add(name, data, *accept):
        made.append(Family(name, data, accept if accept else (VALID,)))

    base = form_file()
    once = desk.signed(base)
    certified = {level: desk.signed(base, permission=getattr(fields.MDPPerm, level))
                 for level in ("NO_CHANGES", "FILL_FORMS", "ANNOTATE")}
    twice = desk.signed(once, field="Sig2")

    # Legitimate ways on.
    add("signed", once)
    add("signed-twice", twice)
    for level, data in certified.items():
        add(f"certified-{level}", data)
    add("five-in-sequence", desk.signed(desk.signed(desk.signed(desk.signed(
        once, field="Sig2"), field="New3"), field="New4"), field="New5"))
    add("filled", updated(once, fill()))
    add("filled-in-group", updated(once, fill(17, "05")))
    add("filled-twice", updated(updated(once, fill()), fill(8, "124")))
    add("filled-then-signed", desk.signed(updated(once, fill()), field="Sig2"))
    add("filled-after-certification", updated(certified["FILL_FORMS"], fill()))
    add("filled-after-P1", updated(certified["NO_CHANGES"], fill()), MODIFIED)
    add("signed-after-P2", desk.signed(certified["FILL_FORMS"], field="Sig2"))
    add("check-box-ticked", updated(once, rewrite(12, V=N("/Yes"), AS=N("/Yes"))))
    add("read-only-after-signing", updated(once, rewrite(8, Ff=Num(1))))
    add("metadata-renewed", updated(once, lambda w: w.objects.__setitem__(
        (0, 15), stream_of(XMP.replace("></rdf:RDF>", "><rdf:Description/></rdf:RDF>"), Type=N("/Metadata"),
                           Subtype=N("/XML")))))
    add("info-renewed", updated(once, lambda w: w.set_info(Dict({N("/Producer"): generic.pdf_string("khac")}))))
    add("info-same-object", updated(once, rewrite(4, Producer=generic.pdf_string("khac"))))
    add("version-raised", updated(once, rewrite(1, Version=N("/2.0"))))
    add("extensions-added", updated(once, rewrite(1, Extensions=Dict({N("/ADBE"): Dict({
        N("/BaseVersion"): N("/1.7"), N("/ExtensionLevel"): Num(8)})}))))
    add("orphan-added", updated(once, lambda w: w.add_object(generic.pdf_string("mo coi"))))
    add("identical-rewrite", updated(once, rewrite(5)))
    add("new-invisible-field", updated(once, with_field()))
    add("new-visible-field", updated(once, with_field(box=(300, 300, 400, 340))))
    add("annots-made-indirect", updated(once, lambda w: together(
        rewrite(3, Annots=w.add_object(Array(page_of(w).raw_get("/Annots")))))(w)))
    add("form-resources-grow", updated(once, lambda w: rewrite(7, DR=Dict({N("/Font"): Dict({
        N("/F1"): Ref(6, 0, w), N("/F2"): w.add_object(Dict({
            N("/Type"): N("/Font"), N("/Subtype"): N("/Type1"), N("/BaseFont"): N("/Helvetica")}))})}))(w)))
    add("look-in-place", updated(once, together(rewrite(8, V=generic.pdf_string("77")), replaced(9, stream_of(
        "BT /F1 12 Tf (77) Tj ET", Type=N("/XObject"), Subtype=N("/Form"), BBox=Array(map(Num, (0, 0, 200, 20))))))))
    add("annotation-P3", updated(certified["ANNOTATE"], with_annotation("/Text")))
    for subtype in ("/FreeText", "/Stamp", "/Square"):
        add(f"annotation-{subtype[1:].lower()}-P3-over-page", updated(certified["ANNOTATE"], with_annotation(subtype)), OPEN)

    # Content replaced, moved or laid over.
    for name, change in {
        "content-overwritten": replaced(5, stream_of("BT /F1 24 Tf 72 700 Td (Khac han) Tj ET")),
        "content-freed-to-null": replaced(5, generic.NullObject()),
        "font-overwritten": replaced(6, Dict({N("/Type"): N("/Font"), N("/Subtype"): N("/Type3")})),
        "page-contents-switched": lambda w: rewrite(3, Contents=w.add_object(stream_of("q Q")))(w),
        "page-contents-extended": lambda w: rewrite(3, Contents=Array([Ref(5, 0, w), w.add_object(stream_of("q Q"))]))(w),
        "page-mediabox": rewrite(3, MediaBox=Array(map(Num, (0, 0, 100, 100)))),
        "page-cropbox": rewrite(3, CropBox=Array(map(Num, (0, 0, 100, 100)))),
        "page-rotated": rewrite(3, Rotate=Num(180)),
        "page-userunit": rewrite(3, UserUnit=Num(2)),
        "page-resources": rewrite(3, Resources=Dict()),
        "page-aa": rewrite(3, AA=Dict({N("/O"): Dict({N("/S"): N("/JavaScript"), N("/JS"): generic.pdf_string("1")})})),
        "page-removed-from-tree": rewrite(2, Kids=Array(), Count=Num(0)),
        "page-tree-mediabox": rewrite(2, MediaBox=Array(map(Num, (0, 0, 100, 100)))),
        "page-added": lambda w: rewrite(2, Kids=Array([Ref(3, 0, w), w.add_object(Dict({
            N("/Type"): N("/Page"), N("/Parent"): Ref(2, 0, w)}))]), Count=Num(2))(w),
        "page-tree-kids-missing": rewrite(2, Kids=None),
        "page-tree-kids-null": rewrite(2, Kids=generic.NullObject()),
        "annots-emptied": rewrite(3, Annots=Array()),
        "annots-removed": rewrite(3, Annots=None),
        "annots-reordered": lambda w: rewrite(3, Annots=Array(reversed(page_of(w)["/Annots"])))(w),
        "spare-object-overwritten": replaced(18, generic.pdf_string("khac")),
        "type-confusion-page": replaced(3, stream_of("x", Type=N("/Page"))),
        "type-confusion-form": replaced(7, stream_of("x")),
    }.items():
        add(f"shadow-{name}", updated(once, change), *BROKEN)
    for subtype in ("/FreeText", "/Stamp", "/Redact", "/Link", "/Widget", "/Screen", "/RichMedia", "/Watermark", "/Square"):
        name = subtype[1:].lower()
        add(f"annotation-{name}", updated(once, with_annotation(subtype)), MODIFIED)
        add(f"annotation-{name}-P2", updated(certified["FILL_FORMS"], with_annotation(subtype)), MODIFIED)
        if subtype in ("/Redact", "/Link", "/Widget", "/Screen", "/RichMedia", "/Watermark"):
            add(f"annotation-{name}-P3", updated(certified["ANNOTATE"], with_annotation(subtype)), MODIFIED)
    add("new-visible-field-P2", updated(certified["FILL_FORMS"], with_field(box=(300, 300, 400, 340))), MODIFIED)
    add("new-visible-signature-P2", desk.signed(
        certified["FILL_FORMS"], field="Che", new_field_spec=fields.SigFieldSpec("Che", box=(60, 690, 300, 730))), MODIFIED)

    # Catalog.
    javascript = Dict({N("/S"): N("/JavaScript"), N("/JS"): generic.pdf_string("app.alert(1)")})
    for key, value in {
        "OpenAction": javascript, "AA": Dict({N("/WC"): javascript}), "Names": Dict({N("/JavaScript"): Dict()}),
        "OCProperties": Dict({N("/OCGs"): Array(), N("/D"): Dict()}), "Outlines": Dict(), "PageLabels": Dict(),
        "ViewerPreferences": Dict(), "PageLayout": N("/TwoColumnLeft"), "PageMode": N("/FullScreen"), "Lang": generic.pdf_string("vi"),
        "StructTreeRoot": Dict(), "OutputIntents": Array(), "Perms": Dict(), "Legal": Dict(), "Requirements": Array(),
        "Collection": Dict(), "NeedsRendering": generic.BooleanObject(True), "AF": Array(), "URI": Dict(), "Threads": Array(),
    }.items():
        add(f"catalog-{key}", updated(once, rewrite(1, **{key: value})), MODIFIED)
    add("catalog-Version-lowered", updated(desk.signed(form_file(_1=(
        "<</Type/Catalog/Version/1.7/Pages 2 0 R/AcroForm 7 0 R>>"))), rewrite(1, Version=N("/1.4"))), VALID)
    add("catalog-Version-nonsense", updated(once, rewrite(1, Version=N("/9.9"))), MODIFIED)
    add("catalog-pages-switched", updated(once, lambda w: rewrite(1, Pages=w.add_object(Dict({
        N("/Type"): N("/Pages"), N("/Count"): Num(1), N("/Kids"): Array([Ref(3, 0, w)])})))(w)), *BROKEN)
    add("catalog-form-removed", updated(once, rewrite(1, AcroForm=None)), MODIFIED, INVALID)
    for name, metadata in {
        "garbage": stream("khong phai XML"), "null": "null", "number": "1", "dictionary": "<</Type/Metadata>>",
        "entity": stream('<!DOCTYPE x [<!ENTITY a "b">]>' + XMP), "unbalanced": stream(XMP.replace("</rdf:RDF>", "")),
        "followed": stream(XMP + "<more/>"), "other-root": stream("<html></html>"),
    }.items():
        add(f"metadata-{name}", by_hand(once, {90: metadata, 1: catalog(once, "/Metadata 90 0 R")}), MODIFIED)
        add(f"metadata-{name}-in-place", by_hand(once, {15: metadata}), MODIFIED)
    add("metadata-renewed-in-place", by_hand(once, {15: stream(XMP + " ", "/Type/Metadata/Subtype/XML")}), VALID)
    add("metadata-renewed-elsewhere", by_hand(once, {
        90: stream(XMP, "/Type/Metadata/Subtype/XML"), 1: catalog(once, "/Metadata 90 0 R")}), VALID)
    add("metadata-removed", by_hand(once, {1: catalog(once, "")}), MODIFIED)
    add("metadata-is-content", by_hand(once, {1: catalog(once, "/Metadata 5 0 R")}), MODIFIED)
    add("catalog-as-stream", by_hand(once, {1: stream("x", catalog(once, "/Metadata 15 0 R")[2:-2])}), *BROKEN)
    add("metadata-used-elsewhere", by_hand(desk.signed(form_file(_1=(
        "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Them 15 0 R>>"))), {
            15: stream(XMP + " ", "/Type/Metadata/Subtype/XML")}), MODIFIED)
    add("info-reuses-page", raw_update(once, b"", [], "/Size 60/Root 1 0 R/Info 3 0 R"), MODIFIED)
    add("info-as-stream", updated(once, replaced(4, stream_of("x"))), MODIFIED)

    # Trailer and file.
    add("trailer-extra-key", raw_update(once, b"", [], "/Size 60/Root 1 0 R/Info 4 0 R/Them 5 0 R"), MODIFIED)
    add("trailer-other-root", raw_update(
        once, b"90 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R>>\nendobj\n", [(90, 0)],
        "/Size 91/Root 90 0 R/Info 4 0 R"), MODIFIED)
    add("trailer-encrypt-added", raw_update(
        once, b"90 0 obj\n<</Filter/Standard/V 1/R 2/O<00>/U<00>/P -4>>\nendobj\n", [(90, 0)],
        "/Size 91/Root 1 0 R/Info 4 0 R/Encrypt 90 0 R"), *BROKEN)
    add("object-freed", raw_update(once, b"", [(18, None)], "/Size 60/Root 1 0 R/Info 4 0 R"), MODIFIED)
    add("content-freed", raw_update(once, b"", [(5, None)], "/Size 60/Root 1 0 R/Info 4 0 R"), MODIFIED)
    add("number-points-into-signed", raw_update(once, b"", [], "/Size 60/Root 1 0 R/Info 4 0 R"), VALID)
    add("junk-after-end", once + b"thua\n", *BROKEN)
    add("bytes-after-end-with-eof", once + b"1 0 obj\n<<>>\nendobj\n%%EOF\n", *BROKEN)
    add("spaces-after-end", once + b"\n\n  \n", VALID, MODIFIED)
    add("byte-changed", once.replace(b"(Quyet dinh)", b"(Quyet dimh)"), INVALID)
    add("remapped-object", once[:] + remap(once, 5, 13), *BROKEN)

    # Fields.
    add("field-deleted", updated(once, lambda w: rewrite(7, Fields=Array(
        [r for r in obj(w, 7)["/Fields"] if r.idnum != 8]))(w)), MODIFIED)
    for name, change in {
        "moved": rewrite(8, Rect=Array(map(Num, (0, 0, 600, 800)))),
        "type-changed": rewrite(8, FT=N("/Sig")),
        "renamed": rewrite(8, T=generic.pdf_string("Khac")),
        "action": rewrite(8, A=javascript),
        "actions": rewrite(8, AA=Dict({N("/E"): javascript})),
        "appearance-characteristics": rewrite(8, MK=Dict({N("/BG"): Array([Num(1)])})),
        "optional-content": rewrite(8, OC=Dict()),
        "hidden": rewrite(8, F=Num(2)),
        "no-view": rewrite(8, F=Num(36)),
        "kids-null": rewrite(8, Kids=generic.NullObject(), V=generic.pdf_string("9"), Parent=Num(1)),
        "kids-of-null": rewrite(8, Kids=Array([generic.NullObject()])),
        "kids-of-indirect-null": lambda w: rewrite(8, Kids=Array([w.add_object(generic.NullObject())]))(w),
        "look-removed": rewrite(8, AP=None),
        "look-is-page-content": None,
        "type-forged": rewrite(8, Type=N("/Page")),
        "max-length": rewrite(8, MaxLen=Num(1)),
        "to-stream": replaced(8, stream_of("x", Type=N("/Annot"), Subtype=N("/Widget"), FT=N("/Tx"), T=generic.pdf_string("So"))),
        "check-box-look-in-place": replaced(14, stream_of("0 0 18 18 re f", Type=N("/XObject"), Subtype=N("/Form"), BBox=Array(map(Num, (0, 0, 18, 18))))),
        "group-changed": rewrite(16, TU=generic.pdf_string("x")),
        "group-renamed": rewrite(16, T=generic.pdf_string("x")),
        "group-grows": lambda w: rewrite(16, Kids=Array([Ref(17, 0, w), w.add_object(Dict({
            N("/FT"): N("/Tx"), N("/T"): generic.pdf_string("x"), N("/Parent"): Ref(16, 0, w)}))]))(w),
    }.items():
        if change:
            add(f"field-{name}", updated(once, change), MODIFIED)
    add("field-text-added", updated(once, with_field("Them", "/Tx", (60, 690, 300, 730))), MODIFIED)
    add("field-button-added", updated(once, with_field("Them", "/Btn", (60, 690, 300, 730))), MODIFIED)
    add("field-typeless-added", updated(once, lambda w: together(lambda w: (
        obj(w, 7)["/Fields"].append(w.add_object(Dict({N("/T"): generic.pdf_string("x")}))),
        w.mark_update(generic.Reference(7, 0, w.prev))))(w)), MODIFIED)
    add("field-same-name-added", updated(once, with_field("Sig1")), MODIFIED)
    add("field-dotted-name-added", updated(once, with_field("a.b")), MODIFIED)
    add("field-with-action-added", updated(once, with_field(A=javascript)), MODIFIED)
    add("field-twice-on-page", updated(once, lambda w: together(with_field(box=(1, 1, 9, 9)), lambda w: (
        page_of(w)["/Annots"].append(page_of(w)["/Annots"].raw_get(-1))))(w)), MODIFIED)
    add("form-default-look", updated(once, rewrite(7, XFA=Array())), MODIFIED)
    add("form-co", updated(once, rewrite(7, CO=Array())), MODIFIED)
    add("form-sigflags-dropped", updated(once, rewrite(7, SigFlags=Num(0))), MODIFIED)
    add("form-dr-font-exchanged", updated(once, lambda w: rewrite(7, DR=Dict({N("/Font"): Dict({
        N("/F1"): w.add_object(Dict({N("/Type"): N("/Font"), N("/Subtype"): N("/Type3")}))})}))(w)), MODIFIED)

    # Objects used in two places.
    def shared(name, change_before, change_after, *accept):
        add(name, updated(desk.signed(form_file(**change_before)), change_after), *(accept or (MODIFIED,)))

    look_dict = {"_8": "<</Type/Annot/Subtype/Widget/FT/Tx/T(So)/DA(/F1 12 Tf 0 g)/F 4/P 3 0 R/Rect[72 600 272 620]"
                       "/V(01)/AP 18 0 R>>", "_18": "<</N 9 0 R>>"}
    def fill_18(writer):
        rewrite(18, N=text_look(writer, "55"))(writer)
        rewrite(8, V=generic.pdf_string("55"))(writer)
    shared("look-dictionary-indirect", look_dict, fill_18, VALID)
    shared("look-dictionary-in-trailer", {**look_dict, "trailer": "/Them 18 0 R"}, fill_18)
    shared("look-dictionary-in-catalog", {**look_dict, "_1": "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Them 18 0 R>>"}, fill_18)
    shared("look-stream-used-by-page", {"_3": (
        "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>/XObject<</X 9 0 R>>>>/Contents 5 0 R"
        "/Annots[8 0 R 10 0 R 11 0 R 12 0 R 17 0 R]>>")}, replaced(9, stream_of("x", Type=N("/XObject"), Subtype=N("/Form"))))
    shared("field-in-catalog", {"_1": "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Them 8 0 R>>"}, fill())
    shared("form-in-catalog", {"_1": "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Them 7 0 R>>"}, with_field())
    shared("fields-indirect", {"_7": "<</Fields 18 0 R/SigFlags 3>>", "_18": "[8 0 R 10 0 R 11 0 R 12 0 R 16 0 R]"},
           lambda w: (obj(w, 18).append(w.add_object(Dict({N("/FT"): N("/Sig"), N("/T"): generic.pdf_string("Moi")}))),
                      w.mark_update(generic.Reference(18, 0, w.prev))), VALID)
    shared("fields-indirect-in-catalog", {
        "_1": "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Them 18 0 R>>",
        "_7": "<</Fields 18 0 R/SigFlags 3>>", "_18": "[8 0 R 10 0 R 11 0 R 12 0 R 16 0 R]"},
           lambda w: (obj(w, 18).append(w.add_object(Dict({N("/FT"): N("/Sig"), N("/T"): generic.pdf_string("Moi")}))),
                      w.mark_update(generic.Reference(18, 0, w.prev))))
    shared("annots-indirect", {"_3": "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents 5 0 R/Annots 18 0 R>>",
                               "_18": "[8 0 R 10 0 R 11 0 R 12 0 R 17 0 R]"}, with_indirect_annots, VALID)
    shared("extensions-indirect", {"_1": "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Extensions 18 0 R>>",
                                   "_18": "<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>"},
           rewrite(18, ISO_=Dict({N("/BaseVersion"): N("/2.0"), N("/ExtensionLevel"): Num(1)})), VALID)
    shared("extensions-indirect-elsewhere", {
        "_1": "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/Extensions 18 0 R/Them 18 0 R>>",
        "_18": "<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>"},
           rewrite(18, ISO_=Dict({N("/BaseVersion"): N("/2.0"), N("/ExtensionLevel"): Num(1)})))
    shared("info-shared-with-page", {"_3": "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents 5 0 R/PieceInfo 4 0 R>>"},
           rewrite(4, Producer=generic.pdf_string("khac")))
    shared("missing-object-appears", {"_3": "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 6 0 R>>>>/Contents[5 0 R 95 0 R]"
                                            "/Annots[8 0 R 10 0 R 11 0 R 12 0 R 17 0 R]>>"},
           lambda w: w.objects.__setitem__((0, 95), stream_of("0 0 595 842 re f")))
    shared("dss-is-page-content", {"_1": "<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R/Metadata 15 0 R/DSS 5 0 R>>"},
           replaced(5, stream_of("q Q")))

    # Security store.
    certificate = lambda w: w.add_object(stream_of("DER"))
    record = "/" + "A" * 40
    for name, value in {
        "good": lambda w: Dict({N("/Certs"): Array([certificate(w)]), N("/VRI"): Dict({N(record): Dict({N("/Cert"): Array([certificate(w)])})})}),
        "good-indirect": lambda w: w.add_object(Dict({N("/Certs"): w.add_object(Array([certificate(w)]))})),
    }.items():
        add(f"dss-{name}", updated(once, lambda w, v=value: rewrite(1, DSS=v(w))(w)))
    for name, value in {
        "text": lambda w: generic.pdf_string("x"), "unknown-key": lambda w: Dict({N("/Blah"): Num(1)}),
        "certs-null": lambda w: Dict({N("/Certs"): Num(0)}), "certs-direct": lambda w: Dict({N("/Certs"): Array([Dict()])}),
        "vri-number": lambda w: Dict({N("/VRI"): Num(0)}), "vri-name": lambda w: Dict({N("/VRI"): Dict({N("/Bleh"): Dict()})}),
        "vri-record": lambda w: Dict({N("/VRI"): Dict({N(record): Num(1)})}),
        "vri-record-key": lambda w: Dict({N("/VRI"): Dict({N(record): Dict({N("/Bleh"): Num(1)})})}),
        "vri-record-value": lambda w: Dict({N("/VRI"): Dict({N(record): Dict({N("/OCSP"): Num(1)})})}),
        "clobbers": lambda w: (w.objects.__setitem__((0, 18), Dict({N("/Certs"): Array()})), Ref(18, 0, w))[1],
    }.items():
        add(f"dss-{name}", updated(once, lambda w, v=value: rewrite(1, DSS=v(w))(w)), MODIFIED)
    stored = desk.signed(updated(once, lambda w: rewrite(1, DSS=Dict({N("/Certs"): Array([certificate(w)])}))(w)), field="Sig2")
    add("dss-removed", updated(stored, rewrite(1, DSS=None)), MODIFIED)

    # Signatures themselves.
    number = signature_number(once)
    add("signature-removed", updated(once, rewrite(10, V=None)), MODIFIED)
    add("signature-removed-of-two", updated(twice, rewrite(10, V=None)), MODIFIED)
    add("signature-field-removed", updated(once, lambda w: together(
        rewrite(7, Fields=Array([r for r in obj(w, 7)["/Fields"] if r.idnum != 10])),
        rewrite(3, Annots=Array([r for r in page_of(w)["/Annots"] if r.idnum != 10])))(w)), MODIFIED)
    add("signature-key-added", updated(once, rewrite(number, Bleh=Num(1))), MODIFIED, INVALID)
    add("signature-name-changed", updated(once, rewrite(number, Name=generic.pdf_string("Ong khac"))), MODIFIED, INVALID)
    add("signature-used-twice", reuse(once, number), *BROKEN)
    add("signature-look-changed", updated(once, lambda w: rewrite(10, AP=Dict({N("/N"): text_look(w, "khac")}))(w)), MODIFIED)
    add("signature-field-moved", updated(once, rewrite(10, Rect=Array(map(Num, (0, 0, 10, 10))))), MODIFIED)
    add("open-signature-field-moved", updated(once, rewrite(11, Rect=Array(map(Num, (0, 0, 10, 10))))), MODIFIED)
    add("permission-removed", updated(certified["NO_CHANGES"], rewrite(1, Perms=None)), MODIFIED)
    for name, data in forged(once).items():
        add(f"forged-{name}", data, *BROKEN)

    # Locks.
    for action, names, target, accept in (
        ("ALL", None, 8, MODIFIED), ("INCLUDE", ["So"], 8, MODIFIED), ("INCLUDE", ["So"], 17, VALID),
        ("EXCLUDE", ["So"], 8, VALID), ("EXCLUDE", ["So"], 17, MODIFIED), ("INCLUDE", ["Nhom"], 17, MODIFIED),
    ):
        locked = desk.signed(with_lock(desk, base, getattr(fields.FieldMDPAction, action), names), field="Khoa")
        label = f"lock-{action}-{'-'.join(names or ['x'])}-{target}".lower()
        add(label, updated(locked, fill(target)), accept)
        add(f"{label}-read-only", updated(locked, rewrite(target, Ff=Num(1))), VALID)
    return made


def with_indirect_annots(writer):
    field = writer.add_object(Dict({
        N("/Type"): N("/Annot"), N("/Subtype"): N("/Widget"), N("/FT"): N("/Sig"), N("/T"): generic.pdf_string("Moi"),
        N("/Rect"): Array(map(Num, (0, 0, 0, 0)))}))
    obj(writer, 7)["/Fields"].append(field)
    writer.mark_update(generic.Reference(7, 0, writer.prev))
    obj(writer, 18).append(field)
    writer.mark_update(generic.Reference(18, 0, writer.prev))


def with_lock(desk, base, action, names):
    def change(writer):
        fields.append_signature_field(writer, fields.SigFieldSpec(
            "Khoa", box=(10, 10, 60, 40), field_mdp_spec=fields.FieldMDPSpec(action, fields=names)))
    return updated(base, change)


def signature_number(data):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    return obj(writer, 10).raw_get("/V").idnum


def reuse(data, number):
    def change(writer):
        rewrite(11, V=Ref(number, 0, writer))(writer)
    return updated(data, change)


def remap(data, number, other):
    """A table that gives an object the place of another signed one: no new object at all."""
    places = {int(n): m.start() for m in re.finditer(rb"(?m)^(\d+) 0 obj", data) for n in [m.group(1)]}
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, places[other])
    return table + b"trailer\n<</Size 60/Root 1 0 R/Info 4 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, len(data))


def forged(data):
    """Damage to the signature dictionary inside its own bytes."""
    hole = re.search(rb"/Contents <([0-9a-fA-F]+)>", data)
    line = re.search(rb"/ByteRange \[[^\]]*\]", data)
    numbers = [int(n) for n in re.findall(rb"\d+", line.group(0))]
    width = len(line.group(0))

    def with_range(values):
        text = b"/ByteRange [%s]" % values
        return data[:line.start()] + text.ljust(width)[:max(width, len(text))] + data[line.end():]

    def with_contents(value):
        room = hole.end(1) - hole.start(1)
        return data[:hole.start(1)] + value.ljust(room, b"0")[:room] + data[hole.end(1):]

    one = b"%d %d" % (0, len(data))
    a, b, c, d = numbers
    return {
        "range-one": with_range(one),
        "range-missing": data[:line.start()] + b"/ByteRangX" + line.group(0)[10:] + data[line.end():],
        "range-null": with_range(b""),
        "range-negative": with_range(b"0 -1 %d %d" % (c, d)),
        "range-starts-late": with_range(b"1 %d %d %d" % (b, c, d)),
        "range-hole-wide": with_range(b"0 %d %d %d" % (b - 8, c, d)),
        "range-hole-narrow": with_range(b"0 %d %d %d" % (b + 8, c, d)),
        "range-past-end": with_range(b"0 %d %d %d" % (b, c, d + 999)),
        "range-short": with_range(b"0 %d %d %d" % (b, c, d - 9)),
        "range-three": with_range(b"0 %d %d" % (b, c)),
        "range-six": with_range(b"0 %d %d 1 %d 9" % (b, c, c + 1)),
        "range-huge": with_range(b"0 9999999999 99999999999 9"),
        "contents-empty": with_contents(b""),
        "contents-zero": with_contents(b"00"),
        "contents-short": with_contents(b"3082"),
        "contents-text": with_contents(b"AB" * 400),
        "contents-missing": data[:hole.start()] + b"/Contentx" + data[hole.start() + 9:],
        "padding-not-hex": data[:hole.end(1) - 4] + b"zzzz" + data[hole.end(1):],
        "subfilter": data.replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detache?"),
        "attribute-byte": with_contents(hole.group(1)[:800] + b"FF" + hole.group(1)[802:]),
    }


if __name__ == "__main__":
    judged_families.main(families)
