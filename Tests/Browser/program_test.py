"""The signing program on a person's computer signs whatever the office signs: directives, documents, seals, separate
attachments and whole batches, as files and as hashes; everything that goes wrong says what to do."""

import re
import unittest

from playwright.sync_api import expect, sync_playwright

import holders
import judges
import keys_test
import office
from office import until
from steps import DECISION

PROGRAM = "Phần mềm ký trên máy này"
SEAL_NAME = "Viện Hàn lâm Khoa học và Công nghệ Việt Nam"
# What the program does, and what the person is told.
TROUBLES = {
    "cancel": "Bạn đã hủy ở phần mềm ký", "wrong-pin": "mã PIN không đúng", "locked": "Token đã bị khóa",
    "no-token": "không thấy token", "no-certificate": "không thấy chứng thư số dùng được",
    "other-key": "không phải chứng thư đã đăng ký", "other-hash": "trên đúng nội dung này",
    "hang-up": "đã đóng trước khi ký xong", "garbage": "trả lời không đọc được", "sleep": "không trả lời kịp",
}


class Computer(keys_test.Offices):
    """An office whose leader and clerk sign with the program alone; `manner` is how it is asked to sign files."""

    manner = "files"

    def __init__(self):
        super().__init__()
        authority = holders.Authority(self.data)
        self.leader_key = self.archives[3]
        self.seal_key = authority.issue(SEAL_NAME, is_rsa=True)
        self.agent.stranger = authority.issue("Người Khác", is_rsa=True)

    def settings(self):
        return {**super().settings(), "agent.signs": self.manner, "agent.wait.seconds": "20"}


class Hashes(Computer):
    manner = "hashes"


class Program(keys_test.Keys):
    """Steps; the tests are below, one office each."""

    offices_of = Computer

    @classmethod
    def setUpClass(cls):
        if holders.SOFTHSM is None:
            raise unittest.SkipTest("SoftHSM is not installed")
        cls.offices = cls.offices_of()
        cls.addClassCleanup(cls.offices.remove)
        playwright = sync_playwright().start()
        cls.addClassCleanup(playwright.stop)
        cls.browser = office.launch(playwright)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.agent = self.offices.agent
        self.clerk = self.at_academy("vanthu")

    def link(self, person, section):
        """Links the certificate that the program names."""
        person.go("/ky-so/chung-thu")
        section = person.page.locator(".key-section").nth(section)
        way = section.locator(".way", has_text="Phần mềm ký số trên máy này")
        way.locator("summary").click()
        way.locator("button[type=submit]").click()
        person.is_told("Đã thêm chứng thư số trên máy của bạn")

    def link_both(self):
        self.agent.how = "no-token"
        self.leader.go("/ky-so/chung-thu")
        way = self.add("Phần mềm ký số trên máy này")
        way.locator("button[type=submit]").click()
        expect(way.locator("[data-agent-words]")).to_contain_text("Không tìm thấy thiết bị USB Token")
        self.agent.how = ""
        self.link(self.leader, 0)
        self.agent.archive = self.offices.seal_key
        self.link(self.clerk, 1)
        self.agent.archive = self.offices.leader_key

    def choose(self, form):
        """Where there is but one key nothing is chosen."""
        choice = form.locator(".choice", has_text=PROGRAM)
        if choice.count():
            choice.click()

    def is_signed(self, person, words):
        expect(person.page.locator("main .flash.ok")).to_contain_text(words, timeout=60_000)

    # Directives --------------------------------------------------------------------------------------------------------

    def incoming(self):
        """A document from outside, entered with its scan, registered and laid before the leader; its address."""
        page = self.clerk.page
        self.count_of_documents += 1
        self.clerk.go("/van-ban-den/moi")
        page.get_by_label("Cơ quan ban hành").fill("Bộ Khoa học và Công nghệ")
        page.get_by_label("Số", exact=True).fill(str(100 + self.count_of_documents))
        page.get_by_label("Ký hiệu").fill("BKHCN-VP")
        page.get_by_label("Trích yếu").fill(f"Về việc báo cáo lần {self.count_of_documents}")
        page.get_by_label("Bản quét").set_input_files(self.pdf())
        page.get_by_role("button", name="Lưu, sang bước vào sổ").click()
        self.clerk.deed("register").locator("button[type=submit]").click()
        self.clerk.is_told("Đã vào sổ")
        address = self.clerk.path
        deed = self.clerk.deed("submit")
        leader = deed.locator("select[name=leader] option", has_text=DECISION.signer_name)
        deed.get_by_label("Lãnh đạo").select_option(value=leader.get_attribute("value"))
        deed.locator("button[type=submit]").click()
        self.clerk.is_told("Đã trình lãnh đạo")
        return address

    def direct(self, address, unit="Văn phòng"):
        self.leader.go(address)
        deed = self.leader.deed("direct")
        deed.get_by_label("Ý kiến chỉ đạo").fill("Tham mưu văn bản trả lời.")
        self.give(deed, unit, "Chủ trì")
        self.choose(deed)
        deed.get_by_role("button", name="Ký và chuyển").click()

    def again(self):
        """From the page of the failure."""
        again = self.leader.page.locator(".again")
        self.choose(again)
        again.get_by_role("button", name="Ký lại").click()

    def directives_are_signed_and_each_trouble_says_what_to_do(self):
        address, page = self.incoming(), self.leader.page
        with self.leader.refused():
            for how, words in TROUBLES.items():
                self.agent.how = how
                self.direct(address) if how == "cancel" else self.again()
                expect(page.locator(".flash.bad")).to_contain_text(words, timeout=60_000)
                if how in ("cancel", "other-key"):
                    self.look(self.leader, f"directive-{how}")
        self.agent.how = ""
        self.agent.functions()
        self.again()
        self.is_signed(self.leader, "Đã bút phê và ký số")
        self.assertEqual(self.agent.functions(), ["SignMsg"])
        self.leader.go(address)
        directive = page.locator(".directive")
        expect(directive).to_contain_text("Tham mưu văn bản trả lời.")
        expect(directive.locator(".verdict")).to_have_class(re.compile(r"\bok\b"))
        self.look(self.leader, "directive-signed")

    # Batches -----------------------------------------------------------------------------------------------------------

    def gather(self):
        """All that waits, into one batch."""
        page = self.leader.page
        self.leader.go("/ky-so/can-ky")
        for row in page.locator("[data-row]").all():
            row.locator(".tick").click()
        page.get_by_role("button", name="Ký các văn bản đã chọn").click()
        self.choose(page.locator(".key-fields"))

    def a_batch_is_walked_and_taken_up_again(self):
        addresses, page = [self.document() for _ in range(3)], self.leader.page
        self.gather()
        self.agent.how = "sleep-at-the-second"
        self.agent.functions()
        with self.leader.refused():
            page.get_by_role("button", name=re.compile(r"^Ký \d+ văn bản$")).click()
            until(lambda: len(self.agent.asked) == 2, "the second document is asked for")
            self.look(self.leader, "batch-by-program")
            self.agent.how = ""
            page.reload()
            expect(page.locator(".waiting")).to_contain_text("0 còn lại", timeout=60_000)
        expect(page.locator(".waiting")).to_contain_text("3/3 văn bản đã ký, 0 còn lại")
        self.look(self.leader, "batch-by-program-done")
        self.assertEqual(set(self.agent.functions()), {self.function("SignApproved")})
        for address in addresses:
            self.assert_signed(address)
        # What stops the program stops the walk: one has failed, the others wait.
        addresses = [self.document() for _ in range(2)]
        self.gather()
        self.agent.how = "no-token"
        with self.leader.refused():
            page.get_by_role("button", name=re.compile(r"^Ký \d+ văn bản$")).click()
            expect(page.locator(".waiting")).to_contain_text("0/2 văn bản đã ký, 1 thất bại, 1 còn lại", timeout=60_000)
            expect(page.locator(".batch-results").first).to_contain_text(TROUBLES["no-token"])
        self.look(self.leader, "batch-by-program-stopped")
        self.agent.how = ""
        page.get_by_role("button", name="Ký lại các văn bản thất bại").click()
        expect(page.get_by_role("button", name="Ký 2 văn bản")).to_be_visible()
        self.choose(page.locator(".key-fields"))
        page.get_by_role("button", name=re.compile(r"^Ký \d+ văn bản$")).click()
        expect(page.locator(".waiting")).to_contain_text("2/2 văn bản đã ký, 0 còn lại", timeout=60_000)
        for address in addresses:
            self.assert_signed(address)

    def function(self, name):
        return name if self.offices.manner == "files" else "SignMsg"

    # The seal ----------------------------------------------------------------------------------------------------------

    def the_seal_and_the_mark_on_an_attachment(self):
        address = self.document(attachment=True)
        self.sign(address, PROGRAM)
        self.is_signed(self.leader, "Đã ký số")
        self.clerk.go(address)
        self.clerk.press("Cấp số")
        self.clerk.is_told("Đã cấp số")
        self.agent.archive = self.offices.seal_key
        self.agent.functions()
        deed = self.clerk.deed("seal")
        self.choose(deed)
        deed.locator("button[type=submit]").click()
        self.is_signed(self.clerk, "Đã đóng dấu")
        self.agent.archive = self.offices.leader_key
        self.assertEqual(self.agent.functions(), [self.function("SignIssued"), self.function("SignAppendix")])
        self.clerk.go(address)
        file = self.downloaded(self.clerk, "văn bản")
        self.assertEqual(judges.faults(file, self.offices.root_certificate, signatures=3), [])
        attachment = self.downloaded(self.clerk, "tệp kèm 1")
        self.assertEqual(judges.faults(attachment, self.offices.root_certificate, signatures=1), [])

    # Copies of scans, and the program's own opinion --------------------------------------------------------------------

    def a_scan_becomes_a_copy_and_the_program_is_asked_for_its_opinion(self):
        address, page = self.incoming(), self.clerk.page
        self.clerk.go(address)
        self.agent.archive = self.offices.seal_key
        self.agent.functions()
        deed = self.clerk.deed("copy")
        self.choose(deed)
        self.look(self.clerk, "to-copy")
        deed.locator("button[type=submit]").click()
        self.is_signed(self.clerk, "Đã ký sao y")
        self.assertEqual(self.agent.functions(), [self.function("SignCopy")])
        self.clerk.go(address)
        link = page.locator(".files li", has=page.get_by_text("bản sao y", exact=True)).locator("a").get_attribute("href")
        self.assertEqual(judges.faults(self.clerk.file(link), self.offices.root_certificate, signatures=1), [])
        self.clerk.go(link + "/chu-ky")
        opinion = page.locator("details", has_text="Kiểm tra thêm bằng phần mềm ký số trên máy này")
        opinion.locator("summary").click()
        opinion.get_by_role("button", name="Gọi phần mềm ký số").click()
        expect(opinion.locator("[data-agent-words]")).to_contain_text("Phần mềm ký số trả lời: Tệp có 1 chữ ký")
        self.look(self.clerk, "second-opinion")
        self.agent.how = "no-certificate"
        opinion.get_by_role("button", name="Gọi phần mềm ký số").click()
        expect(opinion.locator("[data-agent-words]")).to_contain_text("Không tìm thấy chứng thư số")
        self.agent.how, self.agent.archive = "", self.offices.leader_key

    def everything(self):
        self.link_both()
        self.directives_are_signed_and_each_trouble_says_what_to_do()
        self.a_batch_is_walked_and_taken_up_again()
        self.the_seal_and_the_mark_on_an_attachment()
        self.a_scan_becomes_a_copy_and_the_program_is_asked_for_its_opinion()


class ByFiles(Program):
    def test_the_program_signs_whatever_the_office_signs_as_files(self):
        self.everything()


class ByHashes(Program):
    offices_of = Hashes

    def test_the_program_signs_whatever_the_office_signs_by_hashes(self):
        self.everything()


if __name__ == "__main__":
    unittest.main()
