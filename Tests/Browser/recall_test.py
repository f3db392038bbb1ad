"""An institute takes back what it sent, the other side agrees, and both records show it; a leader sees where each receiver
stands. The document is small and made by the same steps as in the journey, with the roles of the two offices exchanged."""

import contextlib
import os
import re
import sqlite3
import urllib.parse

from playwright.sync_api import expect

import office
from office import until
from sending import ACADEMY, Sending, institute_report
from steps import SUPPORT_UNIT

import judges

REASON = "Văn bản có sai sót về nội dung."


def setUpModule():
    Sending.begin(office.Demo().start())


class Recall(Sending):
    """The whole of it at one width."""

    @property
    def paper(self):
        return institute_report(f"Báo cáo tình hình thực hiện nhiệm vụ, bản {self.width}")

    def issue_at_the_institute(self, also=()):
        drafter = self.draft_at_the_institute(self.paper, self.file_to_send())
        self.sent = drafter.path
        if also:
            self.send_also_to(drafter, also)
        self.pass_through_the_institute(self.sent)

    def send_also_to(self, drafter, agencies):
        """The same form as the picker fills in, with many receivers at once."""
        drafter.go(self.sent + "/sua")
        page = drafter.page

        def value(name):
            return page.locator(f"main [name={name}]").first.input_value()

        fields = [(name, value(name)) for name in ("_csrf", "type", "subject", "signer", "capacity", "secrecy")]
        fields += [("urgency", "0"), ("agency", "000.00.00.G31")] + [("agency", code) for code in agencies]
        answer = drafter.context.request.post(
            drafter.office + self.sent + "/sua", data=urllib.parse.urlencode(fields),
            headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertTrue(answer.ok, answer.text()[:2000])
        drafter.go(self.sent)

    def arrives_and_is_registered(self):
        self.came = self.register_at_the_academy(self.paper.subject)

    def leader_sees_the_receivers(self, name, standing):
        return self.board_tells(self.sent, name, standing)

    def recall(self):
        clerk = self.at_institute("vanthu")
        clerk.go(self.sent)
        deed = clerk.deed("recall")
        deed.get_by_label("Lý do").fill(REASON)
        self.look(clerk, "to-recall")
        deed.locator("button[type=submit]").click()
        clerk.is_told("Đã gửi yêu cầu thu hồi")
        self.look(clerk, "recalled")

    def agree(self):
        clerk = self.at_academy("vanthu")
        until(lambda: self.count(clerk, "Bên gửi thu hồi, cập nhật") == 1, "the request arrives at the Academy")
        self.assert_boxes_agree(clerk)
        clerk.open_from("Bên gửi thu hồi, cập nhật", self.paper.subject)
        self.look(clerk, "asked-to-give-back")
        clerk.show_panel()
        clerk.page.locator(".deeds").get_by_role("link", name="Trả lời yêu cầu thu hồi").click()
        expect(clerk.page.locator("main")).to_contain_text(REASON)
        self.look(clerk, "review-of-the-recall")
        clerk.page.get_by_role("button", name="Đồng ý và hủy văn bản").click()
        clerk.is_told("Đã đồng ý; bên gửi được báo.")

    def both_records_show_it(self):
        there = self.at_academy("vanthu")
        there.go(self.came)
        article = there.page.locator(".document")
        expect(article).to_contain_text("Nội dung và tệp đã hủy theo yêu cầu của bên gửi")
        expect(article).not_to_contain_text(self.paper.subject)
        there.show_panel()
        expect(article.locator(".hash").first).to_have_text(re.compile(r"SHA-256 [0-9a-f]{64}"))
        for words in ("Lý do", REASON, "Người trả lời", "Đã đồng ý"):
            expect(there.panel).to_contain_text(words)
        self.assertEqual(there.page.locator(".files a").count(), 0)
        self.look(there, "destroyed-with-a-stub")
        self.leader_sees_the_receivers("board-given-back", "Đã thu hồi")
        here = self.at_institute("vanthu")
        here.go(self.sent)
        here.show_panel()
        expect(here.panel).to_contain_text("Đã thu hồi: 1/1 nơi nhận đồng ý và đã hủy văn bản.")
        expect(here.page.locator(".kicker").first).to_contain_text("Đã thu hồi")
        here.sees_pages()
        self.look(here, "frozen")

    def statistics_tell_it(self):
        leader = self.at_institute("vientruong")
        leader.go("/lien-thong/thong-ke")
        expect(leader.page.locator("table.register").first).to_contain_text(ACADEMY)
        self.look(leader, "statistics")
        book = leader.file("/lien-thong/thong-ke/xlsx")
        self.assertEqual(book[:2], b"PK")
        on_paper = judges.text_of(leader.file("/lien-thong/thong-ke/pdf?bang=di"))
        self.assertIn("THỐNG KÊ VĂN BẢN ĐI QUA LIÊN THÔNG", on_paper)
        self.assertIn("Khoa học", on_paper)

    def whole(self):
        self.issue_at_the_institute()
        self.arrives_and_is_registered()
        row = self.leader_sees_the_receivers("board-accepted", "Đã tiếp nhận")
        for code in ("01", "03"):
            expect(row.locator(".statuses")).to_contain_text(code)
        self.recall()
        self.agree()
        self.both_records_show_it()
        self.statistics_tell_it()


class RecallAtADesk(Recall):
    width = "desk"

    def test_an_institute_recalls_and_the_academy_agrees(self):
        self.whole()


class RecallOnAPhone(Recall):
    width = "phone"

    def test_an_institute_recalls_and_the_academy_agrees(self):
        self.whole()


class WrongReceiver(Recall):
    """The list of receivers is put right after issue: one is added, one gives the document back, and it lives on."""

    width = "phone"

    @property
    def paper(self):
        return institute_report(f"Báo cáo gửi nhầm nơi nhận, bản {self.width}")

    def add_a_unit(self):
        clerk = self.at_institute("vanthu")
        clerk.go(self.sent + "/noi-nhan")
        self.look(clerk, "board-to-add-to")
        clerk.page.get_by_role("link", name="Gửi thêm nơi nhận").click()
        clerk.pick("unit", "nhan dang", SUPPORT_UNIT)
        self.look(clerk, "more-receivers")
        clerk.page.get_by_role("button", name="Gửi", exact=True).click()
        clerk.is_told("Đang gửi thêm nơi nhận")
        self.look(clerk, "board-with-one-more")
        head = self.at_institute("truongphong.nd")
        head.open_from("Văn bản nội bộ để biết", self.paper.subject)

    def ask_for_it(self):
        clerk = self.at_institute("vanthu")
        clerk.go(self.sent + "/noi-nhan")
        row = clerk.page.locator("[data-row]", has_text=ACADEMY)
        row.locator("summary", has_text="Thu hồi từ nơi này").click()
        row.get_by_role("button", name="Gửi nhầm nơi nhận.").click()
        row.get_by_label("Lý do thu hồi").fill(REASON)
        self.look(clerk, "to-ask-one")
        row.locator("button", has_text="Thu hồi từ nơi này").click()
        clerk.is_told("Đã yêu cầu trả lại văn bản")

    def test_one_is_added_and_one_gives_it_back(self):
        self.issue_at_the_institute()
        self.arrives_and_is_registered()
        self.add_a_unit()
        self.ask_for_it()
        self.agree()
        self.leader_sees_the_receivers("board-one-gave-back", "Đã thu hồi")
        clerk = self.at_institute("vanthu")
        clerk.go(self.sent)
        expect(clerk.page.locator(".kicker").first).to_contain_text("Đã ban hành")
        clerk.show_panel()
        expect(clerk.panel).to_contain_text("Đã thu hồi: 1/1 nơi nhận đồng ý và đã hủy văn bản.")
        self.look(clerk, "lives-on")


class FortyReceivers(Recall):
    """One document to forty agencies, most of which the practice platform does not know."""

    strangers = [f"000.00.{number}.H99" for number in range(10, 49)]

    def know_the_strangers(self):
        """What the platform's directory of agencies would bring."""
        rows = [
            (1000 + number, code, f"Sở Khoa học và Công nghệ tỉnh thực hành số {number:02}")
            for number, code in enumerate(self.strangers, 1)]
        with contextlib.closing(sqlite3.connect(os.path.join(self.offices.data, "institute", "office.sqlite"))) as database:
            with database:
                database.executemany(
                    "INSERT OR IGNORE INTO agency (id, code, name, abbreviation, parent_name, address, email, phone, is_own, is_active,"
                    " folded) VALUES (?, ?, ?, '', '', '', '', '', FALSE, TRUE, '')", rows)

    @property
    def paper(self):
        return institute_report(f"Báo cáo gửi bốn mươi nơi, bản {self.width}")

    def look_at_forty(self):
        self.know_the_strangers()
        self.issue_at_the_institute(self.strangers)
        self.arrives_and_is_registered()
        self.leader_sees_the_receivers("board-of-forty", "Đã tiếp nhận")
        leader = self.at_institute("vientruong")
        self.assertEqual(leader.page.locator("[data-row]").count(), 40)
        until(lambda: leader.go(self.sent + "/noi-nhan?loc=chua-gui-duoc") == 200
              and leader.page.locator("[data-row]").count() == 39, "the strangers are told apart")
        # What is the same of all is told once, and the page stays short enough for a phone.
        reason = leader.page.locator(".reason")
        expect(reason).to_have_count(1)
        expect(reason).to_contain_text("Trục liên thông không có đơn vị nhận “…”.")
        expect(leader.page.locator(".shared .subject")).to_have_text("39 nơi nhận Chưa gửi được")
        self.assertLess(leader.page.evaluate("document.documentElement.scrollHeight"), 1400)
        self.look(leader, "board-of-those-not-reached")
        leader.page.locator(".others > summary").click()
        expect(leader.page.locator("[data-row]").last).to_be_visible()
        self.look(leader, "board-of-those-not-reached-all")
        clerk = self.at_institute("vanthu")
        clerk.go("/van-ban-di/chua-gui-duoc")
        self.look(clerk, "not-delivered")
        clerk.page.locator("[data-row] a.open").first.click()
        expect(clerk.page).to_have_url(re.compile("/noi-nhan"))
        row = clerk.page.locator("[data-row]").first
        name = row.locator(".name").inner_text()
        row.locator("summary").first.click()
        row.locator("summary", has_text="Giữ lại").click()
        self.look(clerk, "board-of-one-to-be-held")
        row.get_by_label("Lý do giữ lại").fill("Chờ nơi nhận kết nối với trục liên thông.")
        row.locator("button", has_text="Giữ lại").click()
        clerk.is_told("Đã giữ lại")
        held = clerk.page.locator("[data-row]", has_text=name)
        expect(held.locator(".side")).to_have_text("Đang giữ lại")
        expect(held).to_contain_text("Chờ nơi nhận kết nối với trục liên thông.")
        self.look(clerk, "held-back")
        # All the others at once.
        clerk.page.get_by_role("button", name=re.compile(r"^Gửi lại cả 3[0-9] nơi$")).click()
        clerk.is_told("Đang gửi lại 38 nơi.")


class FortyAtADesk(FortyReceivers):
    width = "desk"

    def test_a_leader_sees_where_each_of_forty_stands(self):
        self.look_at_forty()


class FortyOnAPhone(FortyReceivers):
    width = "phone"

    def test_a_leader_sees_where_each_of_forty_stands(self):
        self.look_at_forty()
