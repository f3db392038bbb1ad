"""Every kind of key signs in the browser, at a desk and on a phone, and everything that goes wrong says what to do."""

import os
import re
import subprocess
import unittest

from playwright.sync_api import expect

import office

import docx_sample  # from Tests/Judges, which `office` puts on the path
import holders
import judges
import signing_program
from crash_test import Processes
from office import PIN, until
from steps import DECISION, Journey

REASONS = {
    "wrong-pin": "Mã PIN không đúng", "token-gone": "Không thấy thiết bị ký", "refused": "bị từ chối trên điện thoại",
    "time-out": "Hết thời gian chờ xác nhận", "revoked": "không dùng được (bị khóa, thu hồi hoặc hết hạn)",
    "agent-absent": "Không gọi được phần mềm ký số trên máy này", "agent-refuses": "Bạn đã hủy ở phần mềm ký",
    "tampered": "không phải tệp đã đưa đi ký", "other-field": "không đúng ô được yêu cầu",
}


class Offices(Processes):
    """One office as a process, and the counterparts of its key holders."""

    def __init__(self):
        super().__init__()
        authority = holders.Authority(self.data)
        self.archives = [authority.issue(DECISION.signer_name) for _ in range(4)]
        file, token, remote, agent = self.archives
        self.token = holders.Token(self.folder, token)
        self.service = holders.SigningService(self.folder, {"TMD-01": remote})
        self.agent = signing_program.Agent(self.folder, agent)
        self.new_file = os.path.join(self.folder, "moi.p12")
        with open(self.new_file, "wb") as out:
            out.write(file)
        os.environ["SOFTHSM2_CONF"] = self.token.configuration
        self.academy_process = None
        self.open()

    def settings(self):
        return {
            **self.service.settings(), "pkcs11.module": holders.SOFTHSM, "agent.url": self.agent.address, "url": self.academy}

    def open(self):
        given = [word for key, value in self.settings().items() for word in ("--set", f"{key}={value}")]
        self.academy_process = self.run("academy", *given).wait_for([self.academy])

    def reopen(self):
        self.academy_process.stop()
        self.open()

    def remove(self):
        self.service.stop()
        self.agent.stop()
        super().remove()


def setUpModule():
    if holders.SOFTHSM is None:
        raise unittest.SkipTest("SoftHSM is not installed")
    Journey.begin(Offices())


class Keys(Journey):
    def setUp(self):
        super().setUp()
        self.leader = self.at_academy(DECISION.signer)
        self.count_of_documents = 0

    def person(self, address, account):
        """The program on the computer has a certificate of its own making: the person has told the browser to trust it."""
        key = (address, account)
        if key not in self.people:
            self.people[key] = office.Person(
                self.browser, address, account, self.width, ignores_certificates=True).sign_in()
        return self.people[key]

    # A document for the leader to sign --------------------------------------------------------------------------------

    def document(self, attachment=False):
        """Drafted, prepared, submitted and initialled; the answer is its address."""
        self.count_of_documents += 1
        subject = f"Về việc kiện toàn Hội đồng khoa học lần {self.count_of_documents}"
        drafter, head = self.at_academy("chuyenvien"), self.at_academy("chanhvp")
        with open(self.pdf(), "rb") as file:
            body = file.read()
        drafter.go("/van-ban-di/moi")
        page = drafter.page
        drafter.select("Loại văn bản", DECISION.type)
        page.get_by_label("Trích yếu").fill(subject)
        drafter.select("Người ký", DECISION.signer_name)
        drafter.pick("unit", "ke hoach", "Ban Kế hoạch – Tài chính")
        page.get_by_label("Tệp văn bản").set_input_files({"name": "qd.pdf", "mimeType": "application/pdf", "buffer": body})
        if attachment:
            page.get_by_label("Tệp kèm riêng").set_input_files(self.attachment())
        page.get_by_role("button", name="Lưu dự thảo").click()
        drafter.is_told("Đã lưu dự thảo")
        drafter.sees_pages()
        address = drafter.path
        drafter.press("Trình")
        drafter.is_told("Đã trình")
        head.go(address)
        head.sign("initial", PIN)
        head.is_told("Đã ký nháy")
        return address

    def pdf(self):
        """A decision as LibreOffice makes it, once for all."""
        typed, made = (os.path.join(self.offices.folder, f"qd.{ending}") for ending in ("docx", "pdf"))
        if not os.path.exists(made):
            docx_sample.write(typed, DECISION.kind, signer=DECISION.signer_name, title=DECISION.signer_title, capacity="")
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{self.offices.folder}/soffice", "--headless", "--convert-to",
                 "pdf", "--outdir", self.offices.folder, typed],
                check=True, capture_output=True, timeout=120, stdin=subprocess.DEVNULL)
        return made

    # What the leader does ---------------------------------------------------------------------------------------------

    def deed(self, address, key):
        """The form of the signature with `key` chosen."""
        self.leader.go(address)
        deed = self.leader.deed("sign")
        choice = deed.locator(".choice", has_text=key)
        if choice.count():
            choice.click()
        return deed

    def sign(self, address, key, pin=None):
        deed = self.deed(address, key)
        if pin:
            deed.get_by_label("Mã PIN").fill(pin)
        deed.locator("button[type=submit]").click()

    def assert_signed(self, address):
        self.leader.go(address)
        expect(self.leader.page.locator(".kicker")).to_contain_text("Chờ cấp số")
        file = self.downloaded(self.leader, "văn bản")
        self.assertEqual(judges.faults(file, self.offices.root_certificate, signatures=2), [])

    def assert_failed(self, reason, name):
        """The page of the signing says what happened; the list of failures has it, and there it can be signed again."""
        page = self.leader.page
        expect(page.locator(".flash.bad")).to_contain_text(REASONS[reason], timeout=60_000)
        expect(page.get_by_role("button", name="Ký lại")).to_be_visible()
        self.look(self.leader, f"failed-{name}")

    def add(self, way):
        self.leader.go("/ky-so/chung-thu")
        section = self.leader.page.locator(".way", has_text=way).first
        section.locator("summary").click()
        return section

    # Tests ------------------------------------------------------------------------------------------------------------

    def each_key_signs_and_each_failure_says_what_to_do(self):
        self.look(self.leader, "home")
        self.link_keys()
        self.sign_with_a_file()
        self.sign_with_a_token()
        self.sign_on_the_phone()
        self.sign_with_a_connected_account()
        self.sign_with_the_program_on_the_computer()
        self.sign_many()
        self.lists_tell_the_truth()
        self.pull_the_token_out()
        self.remove_a_key()
        self.close_the_program()

    def link_keys(self):
        page = self.leader.page
        self.leader.go("/ky-so/chung-thu")
        self.look(self.leader, "keys-before")
        linked = page.locator(".key-list li")
        if linked.filter(has_text="HSM văn phòng").count() == 0:
            way = self.add("HSM, token tại máy chủ")
            way.get_by_label("Mã PIN của thiết bị").fill("000000")
            with self.leader.refused():
                way.locator("button[type=submit]").click()
                self.leader.is_told(REASONS["wrong-pin"])
            way.get_by_label("Mã PIN của thiết bị").fill(holders.TOKEN_PIN)
            way.locator("button[type=submit]").click()
            self.leader.is_told("Đã thêm chứng thư số trong thiết bị")
        if linked.filter(has_text="Dịch vụ ký thử").count() == 0:
            self.offices.service.behave()
            way = self.add("Ký số từ xa")
            way.get_by_label("Mã chứng thư ở dịch vụ").fill("TMD-01")
            way.locator("button[type=submit]").click()
            self.leader.is_told("Đã liên kết")
        if linked.filter(has_text="Phần mềm ký trên máy này").count() == 0:
            way = self.add("Phần mềm ký số trên máy này")
            way.locator("button[type=submit]").click()
            self.leader.is_told("Đã thêm chứng thư số trên máy của bạn")
        self.leader.go("/ky-so/chung-thu")
        self.assertGreaterEqual(linked.count(), 4)
        self.look(self.leader, "keys")

    def sign_with_a_file(self):
        address = self.document()
        with self.leader.refused():
            self.sign(address, "Tệp chứng thư số", "000000")
            self.leader.is_told(REASONS["wrong-pin"])
        self.look(self.leader, "wrong-pin")
        self.leader.go("/ky-so/that-bai")
        self.leader.page.locator("[data-row] a.open").first.click()
        self.assert_failed("wrong-pin", "wrong-pin")
        again = self.leader.page.locator(".again")
        again.locator(".choice", has_text="Tệp chứng thư số").click()
        again.get_by_label("Mã PIN").fill(PIN)
        again.get_by_role("button", name="Ký lại").click()
        self.leader.is_told("Đã ký số")
        self.assert_signed(address)

    def sign_with_a_token(self):
        address = self.document()
        with self.leader.refused():
            self.sign(address, "HSM văn phòng", "000000")
            self.leader.is_told(REASONS["wrong-pin"])
        self.sign(address, "HSM văn phòng", holders.TOKEN_PIN)
        self.leader.is_told("Đã ký số")
        self.assert_signed(address)

    def sign_on_the_phone(self):
        service, page = self.offices.service, self.leader.page
        address = self.document()
        service.behave(auth="mobile", phone="wait")
        self.offices.reopen()  # that the key asked for a PIN is remembered for a while
        self.deed(address, "Dịch vụ ký thử")
        self.look(self.leader, "form-phone")
        self.sign(address, "Dịch vụ ký thử")
        expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"^0:0\d$"))
        self.look(self.leader, "phone-waits")
        self.assert_failed("time-out", "time-out")
        self.again_on_the_phone(phone="refuse")
        self.assert_failed("refused", "refused")
        # One may go elsewhere; the bell tells.
        self.again_on_the_phone(phone="wait")
        told_before = self.told_by_the_bell()
        service.behave(auth="mobile", phone="agree")
        until(lambda: self.told_by_the_bell() > told_before, "the bell tells that it was signed", seconds=20)
        self.look(self.leader, "notices")
        self.assert_signed(address)
        address = self.document()
        service.behave(auth="mobile", phone="agree", status="revoked")
        self.offices.reopen()  # the good word of the service is remembered for a while
        with self.leader.refused():
            self.sign(address, "Dịch vụ ký thử")
            self.leader.is_told(REASONS["revoked"])
        self.look(self.leader, "revoked")
        service.behave(auth="mobile", phone="agree")
        self.sign(address, "Dịch vụ ký thử")  # the bad word is not: unlocked, the key signs at once
        expect(page.locator("main .flash.ok")).to_contain_text("Đã ký số", timeout=60_000)
        self.assert_signed(address)
        service.behave()

    def connect(self, word):
        """To the page of the service and back with the person's word."""
        way = self.add("Kết nối dịch vụ ký số – Dịch vụ tài khoản riêng")
        way.get_by_role("link", name="Kết nối").click()
        page = self.leader.page
        self.look(self.leader, f"leaving-{word}")
        page.get_by_role("link", name="Tiếp tục").click()
        self.at_the_service(word)

    def at_the_service(self, word):
        page = self.leader.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Dịch vụ ký thử")
        page.get_by_label("Tài khoản").fill("TMD")
        page.get_by_role("button", name=word).click()

    def sign_with_a_connected_account(self):
        service, page = self.offices.service, self.leader.page
        service.behave(auth="oauth2code")
        with self.leader.refused():
            self.connect("Từ chối")
            expect(page.locator("main")).to_contain_text("Bạn đã không đồng ý ở trang của dịch vụ ký số")
        self.connect("Đồng ý")
        self.leader.is_told("Đã kết nối với dịch vụ ký số")
        self.look(self.leader, "offers")
        page.get_by_role("button", name="Liên kết").click()
        self.leader.is_told("Đã liên kết 1 chứng thư số")
        self.look(self.leader, "connected")
        # He agrees to each signature on the service's page.
        address = self.document()
        self.sign(address, "Dịch vụ tài khoản riêng")
        expect(page.get_by_role("link", name="Đến trang xác nhận")).to_be_visible()
        self.look(self.leader, "to-the-page-of-the-service")
        page.get_by_role("link", name="Đến trang xác nhận").click()
        self.at_the_service("Đồng ý")
        expect(page.locator("main .flash.ok")).to_contain_text("Đã ký số", timeout=60_000)
        self.assert_signed(address)
        self.leader.go("/ky-so/chung-thu")
        page.get_by_role("button", name="Ngắt kết nối").click()
        self.leader.is_told("Đã ngắt kết nối")
        expect(page.locator(".key-list li", has_text="Dịch vụ tài khoản riêng")).to_have_count(0)
        service.behave()
        self.offices.reopen()  # what the service said of its keys is remembered for a while

    def told_by_the_bell(self):
        self.leader.go("/thong-bao")
        return self.leader.page.locator(".notices .words", has_text="Đã ký số.").count()

    def again_on_the_phone(self, phone):
        self.offices.service.behave(auth="mobile", phone=phone)
        again = self.leader.page.locator(".again")
        again.locator(".choice", has_text="Dịch vụ ký thử").click()
        again.get_by_role("button", name="Ký lại").click()
        if phone == "wait":
            expect(self.leader.page.locator("[data-countdown]")).to_be_visible()

    def sign_with_the_program_on_the_computer(self):
        agent, address = self.offices.agent, self.document()
        for how, reason in (("cancel", "agent-refuses"), ("tamper", "tampered"), ("other-field", "other-field")):
            agent.how = how
            self.sign(address, "Phần mềm ký trên máy này")
            self.assert_failed(reason, reason)
        agent.how = ""
        self.sign(address, "Phần mềm ký trên máy này")
        expect(self.leader.page.locator("main .flash.ok")).to_contain_text("Đã ký số", timeout=60_000)
        self.look(self.leader, "program-signed")
        self.assertEqual(agent.asked[-1][0], "SignApproved")
        self.assert_signed(address)

    def sign_many(self):
        addresses = [self.document() for _ in range(2)]
        page = self.leader.page
        self.leader.go("/ky-so/can-ky")
        self.look(self.leader, "to-sign")
        for row in page.locator("[data-row]").all():
            row.locator(".tick").click()
        page.get_by_role("button", name="Ký các văn bản đã chọn").click()
        # Left without a PIN it keeps nobody from anything, and is found again.
        self.leader.go("/ky-so/can-ky")
        self.assertGreaterEqual(self.leader.rows(), 2)
        self.leader.go("/ky-so/dang-xu-ly")
        self.look(self.leader, "batch-not-begun")
        lot = page.locator("[data-row]", has_text="Ký theo lô")
        expect(lot).to_contain_text("Bắt đầu ký")
        lot.locator("a.open").click()
        expect(page.get_by_role("button", name="Bỏ lô")).to_be_visible()
        self.look(self.leader, "batch")
        page.locator(".key-fields .choice", has_text="HSM văn phòng").click()
        page.get_by_label("Mã PIN").fill(holders.TOKEN_PIN)
        page.get_by_role("button", name=re.compile(r"^Ký \d+ văn bản$")).click()
        expect(page.locator(".waiting")).to_contain_text("0 còn lại", timeout=60_000)
        self.look(self.leader, "batch-done")
        for address in addresses:
            self.assert_signed(address)

    def lists_tell_the_truth(self):
        page = self.leader.page
        self.leader.go("/ky-so/can-ky")
        tabs = [(tab.get_attribute("href"), int(tab.locator(".count").inner_text())) for tab in page.locator(".tabs a").all()]
        self.assertEqual(len(tabs), 4)
        for href, count in tabs:
            self.leader.go(href)
            self.assertEqual(self.leader.rows(), count, href)
        self.leader.go("/ky-so/da-ky")
        self.look(self.leader, "signed")
        self.assert_boxes_agree(self.leader)

    def pull_the_token_out(self):
        """Put back, it signs again: nobody starts the office anew."""
        address = self.document()
        self.offices.token.pull_out()
        with self.leader.refused():
            self.sign(address, "HSM văn phòng", holders.TOKEN_PIN)
            self.leader.is_told(REASONS["token-gone"])
        self.look(self.leader, "token-gone")
        self.offices.token.put_in()
        self.sign(address, "HSM văn phòng", holders.TOKEN_PIN)
        self.leader.is_told("Đã ký số")
        self.assert_signed(address)

    def remove_a_key(self):
        page = self.leader.page
        self.leader.go("/ky-so/chung-thu")
        card = page.locator(".key-list li", has_text="Dịch vụ ký thử")
        card.locator("summary", has_text="Gỡ").click()
        self.look(self.leader, "key-to-be-removed")
        card.get_by_role("button", name="Gỡ hẳn").click()
        self.leader.is_told("Đã gỡ chứng thư số")
        expect(page.locator(".key-list li", has_text="Dịch vụ ký thử")).to_have_count(0)

    def close_the_program(self):
        """The last step: it does not come back."""
        if self.width != "phone":
            return
        address = self.document()
        self.offices.agent.stop()
        with self.leader.refused():
            self.sign(address, "Phần mềm ký trên máy này")
            self.assert_failed("agent-absent", "agent-absent")


class AtADesk(Keys):
    width = "desk"

    def test_each_key_signs_and_each_failure_says_what_to_do(self):
        self.each_key_signs_and_each_failure_says_what_to_do()


class OnAPhone(Keys):
    width = "phone"

    def test_each_key_signs_and_each_failure_says_what_to_do(self):
        self.each_key_signs_and_each_failure_says_what_to_do()


if __name__ == "__main__":
    unittest.main()
