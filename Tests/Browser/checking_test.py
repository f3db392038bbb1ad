"""What people see of signatures: the public page that checks any file, the panel beside an incoming document, the document
as it was signed, the reports, and the administrator's list of whom to trust."""

import os
import subprocess
import tempfile
import unittest

from playwright.sync_api import expect

import office
from office import PROGRAM, WIDTHS
from steps import Journey

import practice_pki  # from Tests/Judges, which `office` puts on the path

SIGNERS = ("Nguyễn Văn Đức", "Trần Thị Hạnh")


class Files:
    """A file with two signatures whose root nobody knows yet, one that was changed afterwards, and one unsigned."""

    def __init__(self, folder, timestamps):
        self.plain, self.signed, self.changed = (os.path.join(folder, f"{name}.pdf") for name in ("plain", "signed", "changed"))
        with open(self.plain, "wb") as file:
            file.write(plain_pdf())
        first, second = (practice_pki.make(self.subfolder(folder, name), name) for name in SIGNERS)
        self.roots = (first.root_file, second.root_file)
        once = os.path.join(folder, "once.pdf")
        self.sign(self.plain, once, first, "ChuKy", timestamps)
        self.sign(once, self.signed, second, "ConDau", timestamps)
        with open(self.signed, "rb") as file:
            content = file.read()
        with open(self.changed, "wb") as file:
            file.write(content.replace(b"Noi dung", b"Noi dunG"))

    @staticmethod
    def subfolder(folder, name):
        path = os.path.join(folder, name.replace(" ", "-"))
        os.makedirs(path, exist_ok=True)
        return path

    @staticmethod
    def sign(source, target, pki, field, timestamps):
        passfile = pki.key_file + ".pin"
        with open(passfile, "w", encoding="utf-8") as file:
            file.write(pki.pin)
        subprocess.run(
            [PROGRAM, "sign", source, target, "--p12", pki.key_file, "--passfile", passfile, "--field", field,
             "--reason", "Ký duyệt", "--tsa", timestamps], check=True)


def plain_pdf():
    content = b"BT /F1 24 Tf 72 720 Td (Noi dung van ban) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 "
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    file, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return file + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(file))


def setUpModule():
    Signatures.begin(office.Demo().start())
    folder = tempfile.TemporaryDirectory(prefix="vastoffice-signatures-")
    unittest.addModuleCleanup(folder.cleanup)
    Signatures.files = Files(folder.name, Signatures.offices.address(3) + "/tsa")


class Signatures(Journey):
    files = None
    has_scripts = True

    def visitor(self):
        """Somebody without an account."""
        is_phone = self.width == "phone"
        context = self.browser.new_context(
            viewport=WIDTHS[self.width], locale="vi-VN", is_mobile=is_phone, has_touch=is_phone,
            java_script_enabled=self.has_scripts, accept_downloads=True)
        self.addCleanup(context.close)
        return context.new_page()

    def check(self, page, file):
        page.goto(self.offices.academy + "/xac-minh")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Xác minh").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Kết quả xác minh")

    def looks_right(self, page, name):
        office.picture(page, f"{self.width}-signatures-{name}")
        if self.has_scripts:
            self.assertEqual(office.accessibility_problems(page), [])
        self.assertTrue(page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1") if self.has_scripts else True)

    def trust_both_roots(self):
        """The administrator imports each root after its fingerprint; again when a width before has done so."""
        admin = self.at_academy("quantri")
        for root in self.files.roots:
            admin.go("/quan-tri/tin-cay")
            admin.page.set_input_files("input[type=file]", root)
            admin.page.get_by_role("button", name="Xem trước").click()
            expect(admin.page.get_by_role("heading", level=1)).to_contain_text("Xem trước chứng thư")
            self.look(admin, "trust-preview")
            fingerprint = admin.page.locator(".fingerprint").inner_text()
            admin.page.get_by_label("Nhập chứng thư này").check()
            admin.page.get_by_label("ký tự cuối của dấu vân tay").fill(fingerprint[-9:])
            admin.page.get_by_role("button", name="Nhập các chứng thư đã chọn").click()
            admin.is_told("Đã nhập 1 chứng thư")
        self.look(admin, "trust-list")

    # The public page ---------------------------------------------------------------------------------------------------

    def public_page(self):
        page = self.visitor()
        page.goto(self.offices.academy + "/xac-minh")
        self.looks_right(page, "empty")
        self.check(page, self.files.plain)
        expect(page.locator(".verdict")).to_contain_text("không có chữ ký số")
        self.check(page, self.files.changed)
        expect(page.locator(".verdict.bad")).to_be_visible()
        expect(page.locator(".verdict.ok, .signer.ok")).to_have_count(0)
        self.looks_right(page, "changed")
        self.check(page, self.files.signed)
        return page

    def reports_come_with_it(self, page):
        with page.expect_download() as download:
            page.get_by_role("button", name="Báo cáo PDF").click()
        with open(download.value.path(), "rb") as file:
            self.assertEqual(file.read(5), b"%PDF-")
        with page.expect_download() as download:
            page.get_by_role("button", name="Báo cáo JSON").click()
        with open(download.value.path(), encoding="utf-8") as file:
            self.assertIn('"verdict"', file.read())

    # The panel ---------------------------------------------------------------------------------------------------------

    def panel_of_an_incoming_document(self, number):
        clerk = self.at_academy("vanthu")
        page = clerk.page
        clerk.go("/van-ban-den/moi")
        page.get_by_label("Cơ quan ban hành").fill("Sở Khoa học và Công nghệ")
        page.get_by_label("Số", exact=True).fill(number)
        page.get_by_label("Trích yếu").fill(f"Văn bản có hai chữ ký, lần {number}")
        page.set_input_files("input[name=scan]", self.files.signed)
        page.get_by_role("button", name="Lưu, sang bước vào sổ").click()
        expect(page.locator(".signatures .verdict")).to_contain_text("Còn nguyên vẹn, 2 chữ ký tin cậy")
        self.look(clerk, "panel")
        # On a phone the panel is a sheet that a touch opens.
        page.locator(".signer summary").first.dispatch_event("click")
        self.look(clerk, "panel-open")
        page.goto(self.offices.academy + page.locator(".as-signed a").first.get_attribute("href"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(SIGNERS[0])
        self.look(clerk, "as-signed")
        page.get_by_role("link", name="Mọi chữ ký").click()
        expect(page.locator(".signer")).to_have_count(2)
        self.look(clerk, "details")

    def whole_tour(self, number):
        page = self.public_page()
        self.looks_right(page, "result")
        self.trust_both_roots()
        self.check(page, self.files.signed)
        expect(page.locator(".verdict.ok")).to_contain_text("Còn nguyên vẹn, 2 chữ ký tin cậy")
        for name in SIGNERS:
            expect(page.locator(".signer", has_text=name).first).to_be_visible()
        self.looks_right(page, "trusted")
        self.reports_come_with_it(page)
        with page.expect_download() as download:
            page.locator("[data-signed-bytes]").first.click()
        with open(download.value.path(), "rb") as part, open(self.files.signed, "rb") as whole:
            signed = part.read()
            self.assertEqual(whole.read(len(signed)), signed)
        self.panel_of_an_incoming_document(number)


class AtADesk(Signatures):
    width = "desk"

    def test_signatures_are_checked_told_and_reported(self):
        self.whole_tour("101")


class OnAPhone(Signatures):
    width = "phone"

    def test_signatures_are_checked_told_and_reported(self):
        self.whole_tour("102")


class WithoutScripts(Signatures):
    width = "phone"
    has_scripts = False

    def test_the_public_page_works_without_scripts(self):
        page = self.public_page()
        self.looks_right(page, "without-scripts")
        self.reports_come_with_it(page)
        expect(page.locator("[data-signed-bytes]").first).to_be_hidden()
