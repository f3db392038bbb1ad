"""One document from its draft at the Academy to its last status from the institute, as people see it in a browser: the
same way once at a desk and once on a phone."""

import unittest

from playwright.sync_api import expect

import office
from office import Person
from steps import DECISION, LETTER, Journey


def setUpModule():
    Journey.begin(office.Demo().start())


class AtADesk(Journey):
    width = "desk"

    def test_a_decision_travels_from_office_to_office(self):
        self.whole_journey(DECISION)


class OnAPhone(Journey):
    width = "phone"

    def test_a_letter_travels_from_office_to_office(self):
        self.whole_journey(LETTER)


class ByKeyboard(Journey):
    width = "desk"

    def test_one_signs_in_and_begins_a_draft_without_a_mouse(self):
        person = Person(self.browser, self.offices.academy, "chuyenvien", self.width)
        self.people["keyboard"] = person
        page = person.page
        page.goto(person.office)
        self.look(person, "sign-in")
        person.tab_to(page.get_by_label("Tài khoản", exact=True))
        page.keyboard.type(person.account)
        page.keyboard.press("Tab")
        page.keyboard.type(office.PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(person.office + "/")
        person.tab_to(page.locator("a.new"))
        page.keyboard.press("Enter")
        expect(page).to_have_url(person.office + "/van-ban-di/moi")
        person.tab_to(page.get_by_label("Trích yếu"))
        page.keyboard.type("Về việc soạn bằng bàn phím")
        person.tab_to(page.get_by_role("button", name="Lưu dự thảo"))
        page.keyboard.press("Enter")
        person.is_told("Đã lưu dự thảo")
        person.tab_to(page.locator(".deeds .button.primary"))


class ManyAtOnce(Journey):
    """The clerk in the morning: several documents in one act, told row by row."""

    def enter(self, clerk, number):
        clerk.go("/van-ban-den/moi")
        page = clerk.page
        page.locator("[name=sender]").fill("Sở Khoa học và Công nghệ")
        page.locator("[name=number]").fill(number)
        page.locator("[name=notation]").fill(f"SKHCN-{self.width}")
        page.locator("[name=day]").fill("2026-01-05")
        page.locator("[name=subject]").fill(f"Về việc thử {number}")
        page.locator("[name=scan]").set_input_files(self.attachment())
        page.get_by_role("button", name="Lưu").click()
        expect(page.locator(".document")).to_be_visible()

    def chosen(self, clerk):
        """Two documents that wait to be registered."""
        for number in ("71", "72"):
            self.enter(clerk, number)
        clerk.go("/van-ban-den/hop/cho-tiep-nhan")
        expect(clerk.page.locator(".batch-bar")).to_be_hidden()

    def are_told(self, clerk):
        expect(clerk.page.locator("main")).to_contain_text("Đã vào sổ 2 văn bản.")
        self.look(clerk, "registered-together")
        clerk.page.get_by_role("link", name="Về hộp “Chờ tiếp nhận”").click()
        self.assertEqual(clerk.page.locator("[data-row]", has_text=f"SKHCN-{self.width}").count(), 0)


class ManyByKeyboard(ManyAtOnce):
    width = "desk"

    def test_two_are_ticked_and_registered_without_a_mouse(self):
        clerk = self.at_academy("vanthu")
        self.chosen(clerk)
        for key in ("j", "x", "j", "x", "e"):
            clerk.page.keyboard.press(key)
        expect(clerk.page.locator("[data-chosen-count]")).to_have_text("Đã chọn 2")
        self.look(clerk, "ticked")
        clerk.page.keyboard.press("Enter")
        self.are_told(clerk)


class ManyOnAPhone(ManyAtOnce):
    width = "phone"

    def test_a_whole_page_is_ticked_and_registered(self):
        clerk = self.at_academy("vanthu")
        self.chosen(clerk)
        clerk.page.get_by_label("Chọn cả trang").check()
        self.look(clerk, "ticked")
        clerk.page.get_by_role("button", name="Tiếp nhận và vào sổ").click()
        self.are_told(clerk)


class OneComputerForTwo(ManyAtOnce):
    width = "desk"

    # Bytes that came over the network for it: none when the browser had it.
    FETCHED = """async address => {
        await (await fetch(address)).arrayBuffer();
        return performance.getEntriesByName(new URL(address, location).href).at(-1).transferSize;
    }"""
    STATUS = "async address => (await fetch(address, {cache: 'force-cache'})).status"

    def test_the_next_one_at_the_computer_finds_nothing_of_the_one_before(self):
        first, page = self.at_academy("vanthu"), self.at_academy("vanthu").page
        self.enter(first, "73")
        first.sees_pages()
        drawn = page.locator(".page img").first.evaluate("image => image.currentSrc")
        document, picture = first.path, drawn.removeprefix(first.office)
        self.assertEqual(page.evaluate(self.FETCHED, picture), 0, "turning back asks the office nothing")
        page.evaluate("document.querySelector('form[action=\"/dang-xuat\"]').requestSubmit()")
        expect(page.get_by_role("button", name="Đăng nhập")).to_be_visible()
        first.account = "ncv.toan"
        first.sign_in()
        with first.refused():
            for address in (document, picture, picture.partition("/trang/")[0]):
                self.assertEqual(page.evaluate(self.STATUS, address), 404, address)
                self.assertEqual(first.go(address), 404, address)


class OnThePracticeTelephone(Journey):
    width = "desk"

    def test_a_leader_in_training_agrees_on_the_practice_telephone(self):
        leader, page = self.at_academy("chutich"), self.at_academy("chutich").page
        leader.go("/ky-so/chung-thu")
        way = page.locator(".way", has_text="Ký số từ xa")
        way.locator("summary").click()
        way.get_by_label("Mã chứng thư ở dịch vụ").fill("chutich")
        way.locator("button[type=submit]").click()
        leader.is_told("Đã liên kết")
        self.draft(DECISION)
        self.initial(DECISION)
        leader.open_from("Chờ ký", DECISION.subject)
        deed = leader.deed("sign")
        deed.locator(".choice", has_text="Dịch vụ thực hành").click()
        deed.locator("button[type=submit]").click()
        expect(page.locator("[data-countdown]")).to_be_visible()
        telephone = leader.context.new_page()
        telephone.goto(self.offices.address(4) + "/dien-thoai/chutich")
        expect(telephone.locator("section")).to_contain_text(DECISION.subject)
        telephone.get_by_role("button", name="Đồng ý ký").click()
        expect(telephone.get_by_text("Không có yêu cầu ký nào.")).to_be_visible()
        expect(page.locator("main .flash.ok")).to_contain_text("Đã ký số")


class Pages(Journey):
    """Pages that the journey does not pass."""

    def look_at_the_others(self):
        clerk = self.at_academy("vanthu")
        for name, address in (
            ("signature-certificates", "/ky-so"), ("people", "/danh-ba"), ("account", "/ca-nhan"),
            ("search", "/tim-kiem?q=quy+che"), ("outgoing", "/van-ban-di"), ("incoming", "/van-ban-den"),
            ("entry", "/van-ban-den/moi"), ("exchange", "/lien-thong"),
        ):
            with self.subTest(name):
                self.assertEqual(clerk.go(address), 200)
                self.look(clerk, f"page-{name}")
        with clerk.refused():
            self.assertEqual(clerk.go("/khong-co-trang-nay"), 404)
            self.look(clerk, "page-not-found")


class PagesAtADesk(Pages):
    width = "desk"

    def test_the_other_pages_are_there(self):
        self.look_at_the_others()


class PagesOnAPhone(Pages):
    width = "phone"

    def test_the_other_pages_are_there(self):
        self.look_at_the_others()


if __name__ == "__main__":
    unittest.main()
