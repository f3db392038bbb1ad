"""PDF files of given sizes for the measurements: typed pages with a picture each, or a hundred scans. The same bytes
every time."""

import os
import random
import zlib

WORDS = (
    "Cong hoa xa hoi chu nghia Viet Nam. Doc lap - Tu do - Hanh phuc. Quyet dinh ve viec ban hanh quy che van thu, luu tru va ky "
    "so van ban dien tu; can cu Nghi dinh cua Chinh phu.").split()
A4 = (595, 842)


def text(rng, lines=60):
    rows = [" ".join(rng.choice(WORDS) for _ in range(14))[:105] for _ in range(lines)]
    shown = "".join(f"({row}) Tj T*\n" for row in rows)
    return f"BT /F1 9 Tf 12 TL 40 800 Td\n{shown}ET\n".encode()


def write(path, pages, picture, typed=True):
    """`picture` is width and height in grey pixels, one byte each, which do not compress."""
    rng, (width, height) = random.Random(7), picture
    with open(path, "wb") as file:
        offsets = {}

        def put(number, content):
            offsets[number] = file.tell()
            file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))

        def stream(dictionary, content):
            return b"<<%s/Length %d>>stream\n%s\nendstream" % (dictionary, len(content), content)

        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        put(1, b"<</Type/Catalog/Pages 2 0 R>>")
        put(3, b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>")
        for page in range(pages):
            first = 4 + page * 3
            content = (text(rng) if typed else b"") + b"q 515 0 0 60 40 20 cm /Im Do Q\n"
            put(first, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F1 3 0 R>>/XObject<</Im %d 0 R>>>>"
                b"/Contents %d 0 R>>" % (*A4, first + 2, first + 1))
            put(first + 1, stream(b"/Filter/FlateDecode", zlib.compress(content)))
            put(first + 2, stream(
                b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (width, height),
                rng.randbytes(width * height)))
        kids = b" ".join(b"%d 0 R" % (4 + page * 3) for page in range(pages))
        put(2, b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids))
        start, count = file.tell(), len(offsets) + 1
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for number in range(1, count):
            file.write(b"%010d 00000 n \n" % offsets[number])
        file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start))


def make(folder):
    """1 page of 49 KB, 20 pages of 1 MB, 100 scanned pages of 97 MB; by these names."""
    wanted = {
        "1 page, 49 KB": (1, (260, 185), True), "20 pages, 1 MB": (20, (260, 195), True),
        "100 scans, 97 MB": (100, (1240, 785), False),
    }
    made = {}
    for index, (name, (pages, picture, typed)) in enumerate(wanted.items()):
        made[name] = os.path.join(folder, f"sample-{index}.pdf")
        write(made[name], pages, picture, typed)
    return made
