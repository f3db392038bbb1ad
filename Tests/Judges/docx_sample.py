"""Writes administrative documents as an office types them: DOCX in the layout of Decree 30/2020/NĐ-CP, Annex I.

    python docx_sample.py OUT.docx [--kind decision|letter|report|notice|split-runs] [--pages 1]
                          [--signer 'Trần Thị Thu Hương'] [--title 'CHỦ TỊCH'] [--capacity 'KT.']

The places of number and date are blanks after "Số:" and in the date line, as in a draft that is to be signed first and
numbered afterwards. `split-runs` is the decision with its words broken over several runs and tabs for blanks, as Word
leaves them after much editing. `--pages` repeats articles until about that many pages are full.
"""

import argparse
import sys

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
CENTRE, JUSTIFIED, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
NUMBER_BLANK = " " * 14
DAY_BLANK = " " * 8

ACADEMY = ["VIỆN HÀN LÂM", "KHOA HỌC VÀ CÔNG NGHỆ", "VIỆT NAM"]

CONTENTS = {
    "decision": {
        "notation": "/QĐ-VHL",
        "name": "QUYẾT ĐỊNH",
        "subject": "Về việc ban hành Quy chế quản lý và sử dụng văn bản điện tử tại các đơn vị trực thuộc",
        "authority": "CHỦ TỊCH VIỆN HÀN LÂM KHOA HỌC VÀ CÔNG NGHỆ VIỆT NAM",
        "grounds": [
            "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
            "Căn cứ Luật Giao dịch điện tử số 20/2023/QH15;",
            "Theo đề nghị của Chánh Văn phòng.",
        ],
        "verb": "QUYẾT ĐỊNH:",
        "articles": [
            "Điều 1. Ban hành kèm theo Quyết định này Quy chế quản lý và sử dụng văn bản điện tử tại các đơn vị trực "
            "thuộc Viện Hàn lâm Khoa học và Công nghệ Việt Nam.",
            "Điều 2. Văn bản điện tử đã ký số theo đúng thẩm quyền có giá trị như bản gốc văn bản giấy; các đơn vị gửi, "
            "nhận và xử lý hoàn toàn trên môi trường mạng, trừ văn bản có nội dung bí mật nhà nước.",
            "Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng, Thủ trưởng các đơn vị trực thuộc và các "
            "tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
        ],
        "recipients": ["Như Điều 3;", "Chủ tịch và các Phó Chủ tịch (để b/c);", "Cổng thông tin điện tử;"],
        "drafter": "Lưu: VT, VP. Đ.05.",
    },
    "letter": {
        "notation": "/VHL-VP",
        "name": None,
        "subject": "V/v báo cáo kết quả thực hiện chuyển đổi số năm 2026",
        "addressed": "Kính gửi: Các đơn vị trực thuộc Viện Hàn lâm.",
        "articles": [
            "Thực hiện kế hoạch chuyển đổi số năm 2026, Viện Hàn lâm Khoa học và Công nghệ Việt Nam đề nghị Thủ trưởng "
            "các đơn vị báo cáo kết quả thực hiện theo các nội dung sau đây:",
            "1. Tỷ lệ văn bản đi được ký số của người có thẩm quyền và của cơ quan, gửi qua Trục liên thông.",
            "2. Những khó khăn, vướng mắc khi lập hồ sơ điện tử và nộp lưu vào Lưu trữ cơ quan; đề xuất, kiến nghị.",
            "Báo cáo gửi về Văn phòng trước ngày 15 tháng 12 năm 2026 để tổng hợp. Trân trọng cảm ơn sự phối hợp của "
            "Quý đơn vị./.",
        ],
        "recipients": ["Như trên;", "Chủ tịch (để b/c);"],
        "drafter": "Lưu: VT, VP. Q.12.",
    },
    "report": {
        "notation": "/BC-VHL",
        "name": "BÁO CÁO",
        "subject": "Tình hình tiếp nhận, xử lý văn bản và ứng dụng chữ ký số chín tháng đầu năm 2026",
        "articles": [
            "I. KẾT QUẢ THỰC HIỆN. Trong chín tháng, các đơn vị đã tiếp nhận và vào sổ đầy đủ văn bản đến; văn bản khẩn "
            "được trình ngay trong ngày, không để xảy ra thất lạc.",
            "II. TỒN TẠI, HẠN CHẾ. Một số đơn vị còn lập song song sổ giấy; việc cập nhật trạng thái xử lý chưa kịp thời.",
            "III. NHIỆM VỤ TRỌNG TÂM. Đẩy mạnh ký số trên thiết bị di động; rà soát quy trình nghiệp vụ; bồi dưỡng kỹ "
            "năng cho đội ngũ văn thư, lưu trữ./.",
        ],
        "recipients": ["Văn phòng Chính phủ (để b/c);", "Các Phó Chủ tịch;"],
        "drafter": "Lưu: VT, VP. Ơ.03.",
    },
    "notice": {
        "notation": "/TB-VHL",
        "name": "THÔNG BÁO",
        "subject": "Về việc nghỉ Tết Nguyên đán Đinh Mùi và phân công trực cơ quan",
        "articles": [
            "Viện Hàn lâm Khoa học và Công nghệ Việt Nam thông báo lịch nghỉ Tết Nguyên đán và phân công trực như sau:",
            "1. Công chức, viên chức và người lao động nghỉ theo quy định; các đơn vị bảo đảm an ninh, phòng cháy, chữa "
            "cháy, kiểm tra niêm phong phòng thí nghiệm trước khi nghỉ.",
            "2. Văn phòng bố trí trực lãnh đạo, trực văn thư; tiếp nhận văn bản hỏa tốc 24/24 giờ./.",
        ],
        "recipients": ["Các đơn vị trực thuộc;", "Ban Quản lý tòa nhà;"],
        "drafter": "Lưu: VT, VP. H.20.",
    },
}


def plain_page(document):
    """A4 with the margins of Annex I and Times New Roman 13, East Asian and complex scripts included."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), FONT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def line(holder, text, *, size=13.0, bold=False, italic=False, align=CENTRE, before=0.0, first=False, broken=False):
    """Adds a paragraph to a page or cell; `first` writes into the empty paragraph that a new cell has."""
    paragraph = holder.paragraphs[0] if first else holder.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    pieces = [text[i:i + 2] for i in range(0, len(text), 2)] if broken else [text]
    for piece in pieces:
        run = paragraph.add_run(piece)
        run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def ruled(paragraph):
    """A line under the paragraph, as under motto and issuer."""
    border, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    paragraph._p.get_or_add_pPr().append(border)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(18)
    return paragraph


def two_columns(document, left_mm, right_mm):
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    cells = table.rows[0].cells
    for index, width in enumerate((left_mm, right_mm)):
        table.columns[index].width = cells[index].width = Mm(width)
    return cells


def head(document, content, issuer, broken):
    left, right = two_columns(document, 65, 100)
    for index, text in enumerate(issuer):
        line(left, text, size=12, bold=True, first=index == 0)
    ruled(line(left, "", size=2))
    number = f"Số:\t{content['notation']}" if broken else f"Số:{NUMBER_BLANK}{content['notation']}"
    line(left, number, before=6, broken=broken)
    if content["name"] is None:
        line(left, content["subject"], size=12, before=6)
    line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, first=True)
    line(right, "Độc lập - Tự do - Hạnh phúc", bold=True)
    ruled(line(right, "", size=2))
    line(right, f"Hà Nội, ngày{DAY_BLANK}tháng{DAY_BLANK}năm 2026", italic=True, before=6, broken=broken)


def body(document, content, pages):
    if content["name"]:
        line(document, content["name"], size=14, bold=True, before=18)
        line(document, content["subject"], size=14, bold=True)
    if content.get("authority"):
        line(document, content["authority"], bold=True, before=12)
    for ground in content.get("grounds", []):
        indented(line(document, ground, italic=True, align=JUSTIFIED, before=6))
    if content.get("verb"):
        line(document, content["verb"], bold=True, before=12)
    if content.get("addressed"):
        line(document, content["addressed"], before=18)
    # About eighteen paragraphs of this length fill a page.
    repeats = 1 if pages <= 1 else (pages * 18) // len(content["articles"])
    for _ in range(repeats):
        for article in content["articles"]:
            indented(line(document, article, align=JUSTIFIED, before=6))


def indented(paragraph):
    paragraph.paragraph_format.first_line_indent = Mm(12.7)


def foot(document, content, signer, title, capacity):
    line(document, "", size=6)
    left, right = two_columns(document, 80, 90)
    line(left, "Nơi nhận:", size=12, bold=True, italic=True, align=LEFT, first=True)
    for recipient in content["recipients"]:
        line(left, f"- {recipient}", size=11, align=LEFT)
    line(left, f"- {content['drafter']}", size=11, align=LEFT)
    titles = [f"{capacity} CHỦ TỊCH", title] if capacity else [title]
    for index, text in enumerate(titles):
        line(right, text, bold=True, first=index == 0)
    for _ in range(5):
        line(right, "")
    line(right, signer, bold=True)


def write(path, kind="decision", pages=1, signer="Trần Thị Thu Hương", title="CHỦ TỊCH", capacity="", issuer=None):
    """Writes one sample document to `path`."""
    broken = kind == "split-runs"
    content = CONTENTS["decision" if broken else kind]
    document = Document()
    plain_page(document)
    document.core_properties.title, document.core_properties.author = content["subject"], "Văn phòng"
    head(document, content, issuer or ACADEMY, broken)
    body(document, content, pages)
    foot(document, content, signer, title, capacity)
    document.save(path)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("out")
    parser.add_argument("--kind", choices=[*CONTENTS, "split-runs"], default="decision")
    parser.add_argument("--pages", type=int, default=1)
    parser.add_argument("--signer", default="Trần Thị Thu Hương")
    parser.add_argument("--title", default="CHỦ TỊCH")
    parser.add_argument("--capacity", default="", help="TM., KT., TL., TUQ., Q.; empty for none")
    options = parser.parse_args(arguments)
    write(options.out, options.kind, options.pages, options.signer, options.title, options.capacity)
    return 0


if __name__ == "__main__":
    sys.exit(main())
