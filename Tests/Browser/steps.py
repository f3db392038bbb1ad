"""The steps of a document's way from its draft at the Academy to its last status from the institute, each as people take
it in a browser."""

import dataclasses
import os
import re
import subprocess
import unittest

from playwright.sync_api import expect, sync_playwright

import office
from office import PIN, SEAL_PIN, Person, until

import docx_sample  # from Tests/Judges, which `office` puts on the path
import judges

INSTITUTE = "Viện Công nghệ thông tin"
LEAD_UNIT, SUPPORT_UNIT, INFORMED_UNIT = (
    "Phòng Quản lý tổng hợp", "Phòng Nhận dạng và Công nghệ tri thức", "Phòng Tin học viễn thông")


@dataclasses.dataclass(frozen=True)
class Paper:
    """What is written, and by whom it is signed."""

    kind: str
    type: str
    subject: str
    signer: str
    signer_name: str
    signer_title: str
    capacity: str
    capacity_label: str
    notation: str


DECISION = Paper(
    "decision", "Quyết định",
    "Về việc ban hành Quy chế quản lý và sử dụng văn bản điện tử tại các đơn vị trực thuộc",
    "chutich", "Trần Minh Đức", "CHỦ TỊCH", "", "Ký trực tiếp", "QĐ-VHL")
LETTER = Paper(
    "letter", "Công văn", "V/v báo cáo kết quả thực hiện chuyển đổi số năm 2026",
    "phochutich", "Nguyễn Thị Hồng Vân", "PHÓ CHỦ TỊCH", "KT.", "KT.", "VHL-VP")


class Journey(unittest.TestCase):
    """The steps; each leaves pictures named after the width and its place in the journey."""

    offices = None
    browser = None
    width = "desk"
    is_looking = True

    @classmethod
    def begin(cls, offices):
        """For `setUpModule`: the offices are there and a browser runs until the module is done."""
        unittest.addModuleCleanup(offices.remove)
        cls.offices = offices
        playwright = sync_playwright().start()
        unittest.addModuleCleanup(playwright.stop)
        cls.browser = office.launch(playwright)
        unittest.addModuleCleanup(cls.browser.close)

    def setUp(self):
        self.people = {}
        self.pictures = 0
        self.addCleanup(lambda: [person.context.close() for person in self.people.values()])

    # People and what is expected of every page -----------------------------------------------------------------------

    def person(self, address, account):
        key = (address, account)
        if key not in self.people:
            self.people[key] = Person(self.browser, address, account, self.width).sign_in()
        return self.people[key]

    def at_academy(self, account):
        return self.person(self.offices.academy, account)

    def at_institute(self, account):
        return self.person(self.offices.institute, account)

    def look(self, person, name):
        if not self.is_looking:
            return
        self.pictures += 1
        office.picture(person.page, f"{self.width}-{self.pictures:02}-{name}")
        self.assertEqual(office.accessibility_problems(person.page), [], f"{name} at {self.width} width")
        sideways = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.assertLessEqual(sideways, 0, f"{name} is {sideways} px wider than the {self.width}")

    def assert_boxes_agree(self, person):
        self.assertEqual(person.boxes_that_disagree(), [])

    def tearDown(self):
        problems = [problem for person in self.people.values() for problem in person.problems]
        self.assertEqual(problems, [], "what the browsers complained about")

    # The Academy: draft, initial, sign -------------------------------------------------------------------------------

    def draft(self, paper):
        with_blanks = os.path.join(self.offices.folder, f"{paper.kind}.docx")
        docx_sample.write(
            with_blanks, paper.kind, signer=paper.signer_name, title=paper.signer_title, capacity=paper.capacity)
        drafter = self.at_academy("chuyenvien")
        self.look(drafter, "home-of-the-drafter")
        drafter.go("/van-ban-di/moi")
        page = drafter.page
        drafter.select("Loại văn bản", paper.type)
        page.get_by_label("Trích yếu").fill(paper.subject)
        drafter.select("Người ký", paper.signer_name)
        drafter.select("Thẩm quyền ký", paper.capacity_label)
        drafter.pick("agency", "cong nghe thong tin", INSTITUTE)
        drafter.pick("unit", "ke hoach", "Ban Kế hoạch – Tài chính")
        page.get_by_label("Tệp văn bản").set_input_files(with_blanks)
        page.get_by_label("Tệp kèm riêng").set_input_files(self.attachment())
        self.look(drafter, "draft-form")
        page.get_by_role("button", name="Lưu dự thảo").click()
        drafter.is_told("Đã lưu dự thảo")
        drafter.sees_pages()
        self.outgoing = drafter.path
        self.look(drafter, "draft")
        drafter.go(self.outgoing + "/vi-tri")
        drafter.sees_pages()
        self.look(drafter, "places")
        for name in ("Số", "Ngày", "Tháng", "Chữ ký", "Dấu cơ quan"):
            expect(page.get_by_label(f"{name}: Trang", exact=True)).to_have_value("1")
        drafter.go(self.outgoing)
        drafter.press("Trình")
        drafter.is_told("Đã trình")
        self.assert_boxes_agree(drafter)

    def attachment(self):
        return self.printed("Phụ lục")

    def printed(self, name, **who):
        """A report as PDF, made once by the same LibreOffice that offices use."""
        typed, made = (os.path.join(self.offices.folder, f"{name}.{ending}") for ending in ("docx", "pdf"))
        if not os.path.exists(made):
            docx_sample.write(typed, "report", **who)
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{self.offices.folder}/soffice", "--headless", "--convert-to", "pdf",
                 "--outdir", self.offices.folder, typed], check=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
        return made

    def initial(self, paper):
        head = self.at_academy("chanhvp")
        self.look(head, "home-of-the-unit-head")
        head.open_from("Chờ ký nháy", paper.subject)
        head.sees_pages()
        self.look(head, "to-initial")
        with head.refused():
            head.sign("initial", "000000")
            head.is_told("Mã PIN không đúng; văn bản chưa được ký.")
            self.look(head, "wrong-pin")
        expect(head.page.locator("#deed-initial").get_by_label("Mã PIN")).to_have_value("")
        head.go(self.outgoing)
        expect(head.page.locator(".kicker")).to_contain_text("Chờ ký nháy")
        head.sign("initial", PIN)
        head.is_told("Đã ký nháy")

    def sign(self, paper):
        leader = self.at_academy(paper.signer)
        self.look(leader, "home-of-the-leader")
        leader.open_from("Chờ ký", paper.subject)
        leader.sees_pages()
        self.look(leader, "to-sign")
        if self.width == "desk":
            # Whoever does not use a mouse signs as well.
            leader.tab_to(leader.page.locator("#deed-sign").get_by_label("Mã PIN"))
            leader.page.keyboard.type(PIN)
            leader.page.keyboard.press("Enter")
        else:
            leader.sign("sign", PIN)
        leader.is_told("Đã ký số")
        self.look(leader, "signed")

    # The Academy's clerk: number, seal, issue ------------------------------------------------------------------------

    def number(self, paper):
        clerk = self.at_academy("vanthu")
        self.look(clerk, "home-of-the-clerk")
        clerk.open_from("Chờ cấp số", paper.subject)
        self.look(clerk, "to-number")
        clerk.press("Cấp số")
        clerk.is_told("Đã cấp số")
        self.code = re.search(r"\d+/[\w-]+", clerk.page.locator(".kicker").inner_text()).group()
        self.assertRegex(self.code, rf"^\d{{2}}/{paper.notation}$")

    def issue(self, paper):
        clerk = self.at_academy("vanthu")
        clerk.open_from("Chờ đóng dấu", paper.subject)
        self.look(clerk, "to-seal")
        clerk.sign("seal", SEAL_PIN, label="Mã PIN của con dấu")
        clerk.is_told("Đã đóng dấu")
        clerk.sees_pages()
        self.look(clerk, "sealed")
        clerk.press("Ban hành")
        clerk.is_told("Đã ban hành")
        self.assert_boxes_agree(clerk)

    def assert_registered(self, clerk, address, word):
        """The register on the screen and on paper."""
        clerk.go(address)
        expect(clerk.page.locator("table.register")).to_contain_text(word)
        self.assertEqual(clerk.page.locator("table.register th").count(), 10)
        self.look(clerk, f"register{address.replace('/', '-')}")
        on_paper = clerk.file(clerk.page.get_by_role("link", name="Bản in").get_attribute("href"))
        self.assertIn(word.split("/")[0], judges.text_of(on_paper))

    def assert_nobody_else_may(self, paper):
        """A request behind a button that one does not have leaves everything as it was."""
        drafter = self.at_academy("chuyenvien")
        drafter.go(self.outgoing)
        before = drafter.page.locator(".kicker").inner_text()
        csrf = drafter.page.locator("[name=_csrf]").first.get_attribute("value")
        answer = drafter.context.request.post(drafter.office + self.outgoing + "/number", form={"_csrf": csrf})
        self.assertIn(answer.status, (403, 404, 409))
        drafter.go(self.outgoing)
        self.assertEqual(drafter.page.locator(".kicker").inner_text(), before)

    def judge_issued(self, paper):
        clerk = self.at_academy("vanthu")
        self.assert_registered(clerk, "/van-ban-di/so", self.code)
        clerk.go(self.outgoing)
        self.issued = self.downloaded(clerk, "văn bản")
        self.assertEqual(judges.faults(self.issued, self.offices.root_certificate, signatures=3), [])
        attachment = self.downloaded(clerk, "tệp kèm 1")
        self.assertEqual(judges.faults(attachment, self.offices.root_certificate, signatures=1), [])
        text = judges.text_of(self.issued)
        number = self.code.split("/")[0]
        self.assertRegex(text, rf"Số:\s*{number}\s*/{paper.notation}")
        self.assertRegex(text, r"ngày\s+\d{2}\s+tháng\s+\d{1,2}\s+năm")
        self.assertIn(paper.signer_name, text)
        self.assertIn(f"{number}/{paper.notation}", re.sub(r"\s", "", judges.text_of(attachment)))

    def downloaded(self, person, tag):
        link = person.page.locator(".files li", has=person.page.get_by_text(tag, exact=True)).locator("a")
        return person.file(link.get_attribute("href"))

    def internal_unit_reads(self, paper):
        head = self.at_academy("truongban.khtc")
        head.open_from("Văn bản nội bộ để biết", paper.subject)
        head.go("/")
        self.assert_boxes_agree(head)
        self.assertEqual(self.count(head, "Văn bản nội bộ để biết"), 0)

    def count(self, person, box):
        return next((count for title, _, count in person.boxes() if title == box), 0)

    # The institute: accept, register, submit -------------------------------------------------------------------------

    def accept(self, paper):
        clerk = self.at_institute("vanthu")
        until(lambda: self.count(clerk, "Chờ tiếp nhận") == 1, "the document arrives at the institute")
        self.look(clerk, "home-of-the-receiving-clerk")
        self.incoming = clerk.open_from("Chờ tiếp nhận", paper.subject)
        clerk.sees_pages()
        expect(clerk.page.locator(".verdict").first).to_contain_text("Còn nguyên vẹn, 3 chữ ký tin cậy")
        for name in ("Phạm Văn Khải", paper.signer_name, "Viện Hàn lâm Khoa học và Công nghệ Việt Nam"):
            expect(clerk.page.locator(".signer strong", has_text=name).first).to_be_attached()
        self.look(clerk, "to-accept")
        self.assertEqual(self.downloaded(clerk, "văn bản"), self.issued, "the file arrived as it was issued")
        clerk.deed("register").locator("button[type=submit]").click()
        clerk.is_told("Đã vào sổ, số đến")
        self.arrival_number = re.search(r"số đến (\d+)", clerk.page.locator("#notice").inner_text()).group(1)
        self.assert_registered(clerk, "/van-ban-den/so", self.code)
        clerk.go(self.incoming)
        deed = clerk.deed("submit")
        deed.get_by_label("Lãnh đạo").select_option(
            value=deed.locator("select[name=leader] option", has_text="Nguyễn Hải Triều").get_attribute("value"))
        deed.get_by_role("button", name="Kính trình xin ý kiến chỉ đạo.").click()
        self.look(clerk, "to-submit")
        deed.locator("button[type=submit]").click()
        clerk.is_told("Đã trình lãnh đạo")
        self.assert_boxes_agree(clerk)

    # The institute: directive, assignment, work ----------------------------------------------------------------------

    def direct(self, paper):
        leader = self.at_institute("vientruong")
        leader.open_from("Chờ cho ý kiến", paper.subject)
        leader.sees_pages()
        deed = leader.deed("direct")
        deed.get_by_role("button", name="Tổ chức thực hiện và báo cáo kết quả.").click()
        self.give(deed, LEAD_UNIT, "Chủ trì")
        self.give(deed, SUPPORT_UNIT, "Phối hợp", own_deadline="3 ngày")
        self.give(deed, INFORMED_UNIT, "Để biết")
        deed.locator(".field", has_text="Hạn chung").get_by_role("button", name="1 tuần").click()
        self.look(leader, "directive")
        deed.get_by_label("Mã PIN").fill(PIN)
        deed.get_by_role("button", name="Ký và chuyển").click()
        leader.is_told("Đã bút phê và ký số")
        directive = leader.page.locator(".directive")
        expect(directive).to_contain_text("Tổ chức thực hiện và báo cáo kết quả.")
        expect(directive.locator(".verdict")).to_have_class(re.compile(r"\bok\b"))
        self.look(leader, "directed")
        self.assert_boxes_agree(leader)

    def give(self, deed, holder, role, own_deadline=None):
        row = deed.locator(".assignment", has_text=holder)
        row.locator(".choice", has_text=role).click()
        if own_deadline:
            row.locator(".own-due > summary").click()
            row.locator(".own-due [data-date]", has_text=own_deadline).click()

    def assign(self, paper):
        head = self.at_institute("truongphong.qlth")
        head.open_from("Chờ phân công", paper.subject)
        deed = head.deed("assign")
        self.give(deed, "Vũ Đức Mạnh", "Chủ trì")
        deed.get_by_label("Nội dung giao").fill("Tổng hợp số liệu, báo cáo tôi trước hạn một ngày.")
        self.look(head, "assign")
        deed.locator("button[type=submit]").click()
        head.is_told("Đã phân công")
        self.assert_boxes_agree(head)

    def work(self, paper):
        officer = self.at_institute("chuyenvien")
        self.look(officer, "home-of-the-officer")
        officer.open_from("Chờ xử lý", paper.subject)
        self.look(officer, "to-do")
        officer.deed("take-up").locator("button[type=submit]").click()
        officer.is_told("Đã nhận xử lý")
        deed = officer.deed("report")
        deed.get_by_label("Tiến độ").fill("Đã có số liệu của hai phòng.")
        deed.locator("button[type=submit]").click()
        officer.is_told("Đã ghi tiến độ")
        deed = officer.deed("complete")
        deed.get_by_label("Kết quả xử lý").fill("Đã tổng hợp và báo cáo lãnh đạo.")
        deed.locator("button[type=submit]").click()
        officer.is_told("Đã hoàn thành")
        self.look(officer, "done")
        self.assert_boxes_agree(officer)

    def support(self, paper):
        head = self.at_institute("truongphong.nd")
        head.open_from("Chờ phân công", paper.subject)
        deed = head.deed("complete")
        deed.get_by_label("Kết quả xử lý").fill("Đã gửi số liệu cho Phòng Quản lý tổng hợp.")
        deed.locator("button[type=submit]").click()
        head.is_told("Đã hoàn thành")

    def read(self, paper):
        head = self.at_institute("truongphong.vt")
        head.open_from("Để biết", paper.subject)
        self.look(head, "for-information")
        self.assertEqual(self.count(head, "Để biết"), 0, "what is for information closes on reading")
        self.assert_boxes_agree(head)

    def statuses_have_come_back(self, paper):
        clerk = self.at_academy("vanthu")

        def codes():
            clerk.go(self.outgoing)
            return [code.inner_text() for code in clerk.page.locator(".statuses .code").all()]

        until(lambda: len(codes()) >= 5, "five statuses are back at the Academy")
        self.assertEqual(codes(), ["01", "03", "04", "05", "06"])
        clerk.show_panel()
        self.look(clerk, "statuses")

    def both_records_agree(self, paper):
        """The institute's record tells what the Academy issued."""
        clerk = self.at_institute("vanthu")
        clerk.go(self.incoming)
        expect(clerk.page.locator(".kicker")).to_contain_text(self.code)
        expect(clerk.page.locator(".kicker")).to_contain_text("Đã giải quyết")
        expect(clerk.page.locator("h1")).to_have_text(paper.subject)
        self.look(clerk, "completed")

    def whole_journey(self, paper):
        self.draft(paper)
        self.initial(paper)
        self.assert_nobody_else_may(paper)
        self.sign(paper)
        self.number(paper)
        self.issue(paper)
        self.judge_issued(paper)
        self.internal_unit_reads(paper)
        self.accept(paper)
        self.direct(paper)
        self.assign(paper)
        self.work(paper)
        self.support(paper)
        self.read(paper)
        self.statuses_have_come_back(paper)
        self.both_records_agree(paper)


