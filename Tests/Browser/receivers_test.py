"""Whom a document goes to, and what its receivers are asked afterwards: groups and favourites of agencies in the picker;
an update that is reviewed beside what is there; a replacement that both records tell of."""

from playwright.sync_api import expect

import office
from office import until
from sending import ACADEMY, CHANGES, Sending, institute_report

MINISTRY, GOVERNMENT_OFFICE = "Bộ Nội vụ", "Văn phòng Chính phủ"
WHY_UPDATED = "Trích yếu ghi thiếu tên chương trình."
WHY_REFUSED = "Văn bản đang được thi hành, chưa thể dừng."


def setUpModule():
    Sending.begin(office.Demo().start())


class Changes(Sending):
    """What a sender may still do about a document that is with its receivers."""

    def setUp(self):
        super().setUp()
        self.old = institute_report(f"Báo cáo sơ kết chương trình, bản {self.width}")
        self.corrected = f"Báo cáo sơ kết chương trình chuyển đổi số, bản {self.width}"
        self.new = institute_report(f"Báo cáo sơ kết chương trình chuyển đổi số đã sửa số liệu, bản {self.width}")

    # The update ------------------------------------------------------------------------------------------------------

    def update(self, subject=None, urgency=None, reason=WHY_UPDATED):
        clerk = self.at_institute("vanthu")
        clerk.go(self.sent)
        deed = clerk.deed("amend")
        if subject:
            deed.get_by_label("Trích yếu").fill(subject)
        if urgency:
            deed.locator(".choice", has_text=urgency).first.click()
        deed.get_by_label("Lý do").fill(reason)
        self.look(clerk, "to-update")
        deed.locator("button[type=submit]").click()
        clerk.is_told("Đã gửi bản cập nhật")

    def is_asked(self, subject, link):
        """The request waits in the box of the Academy's clerk, who opens it from the document."""
        clerk = self.at_academy("vanthu")
        until(lambda: self.count(clerk, CHANGES), "the request arrives at the Academy")
        clerk.open_from(CHANGES, subject)
        self.look(clerk, "asked")
        clerk.show_panel()
        clerk.page.locator(".deeds").get_by_role("link", name=link).click()
        return clerk

    def compared(self, clerk):
        """What is told side by side: [(what, before, after)]."""
        rows = clerk.page.locator("table.compare tbody tr").all()
        return [tuple(cell.inner_text() for cell in row.locator("th, td").all()) for row in rows]

    def review_the_update(self):
        clerk = self.is_asked(self.old.subject, "Xem và áp dụng bản cập nhật")
        expect(clerk.page.locator("main")).to_contain_text(WHY_UPDATED)
        self.assertEqual(self.compared(clerk), [
            ("Trích yếu", self.old.subject, self.corrected), ("Độ khẩn", "Thường", "Khẩn")])
        self.assert_side_by_side(clerk)
        self.look(clerk, "review-of-the-update")
        clerk.page.get_by_role("button", name="Đồng ý và cập nhật").click()
        clerk.is_told("Đã đồng ý; bên gửi được báo.")
        self.assertEqual(clerk.path, self.came)
        expect(clerk.page.locator("h1")).to_have_text(self.corrected)
        expect(clerk.page.locator(".document-head")).to_contain_text("KHẨN")
        self.assertEqual(self.count(clerk, CHANGES), 0)

    def assert_side_by_side(self, clerk):
        """On a desk the two stand beside each other in line with their names; on a phone under each other, named."""
        row = clerk.page.locator("table.compare tbody tr").first
        what, before, after = (cell.bounding_box() for cell in row.locator("th, td").all())
        if self.width == "phone":
            self.assertLess(before["y"], after["y"])
            return
        self.assertEqual(before["y"], after["y"])
        self.assertLess(what["x"] + what["width"], after["x"])
        head = clerk.page.locator("table.compare thead th").nth(2).bounding_box()
        self.assertAlmostEqual(head["x"], after["x"], delta=1)
        self.assertLess(head["y"], after["y"])

    def refuse_the_second_update(self):
        self.update(urgency="Hỏa tốc", reason="Cần xử lý ngay trong ngày.")
        clerk = self.is_asked(self.corrected, "Xem và áp dụng bản cập nhật")
        clerk.page.locator("summary", has_text="Từ chối yêu cầu").click()
        clerk.page.locator("#refuse").get_by_role("button", name=WHY_REFUSED).click()
        self.look(clerk, "to-refuse-the-update")
        clerk.page.locator("#refuse").get_by_role("button", name="Từ chối", exact=True).click()
        clerk.is_told("Đã từ chối; lý do được báo cho bên gửi.")

    def sender_is_told(self, *words):
        """At the sender's clerk, beside what was asked."""
        clerk = self.at_institute("vanthu")

        def told():
            clerk.go(self.sent)
            return all(word in clerk.panel.locator(".change").first.inner_text() for word in words)

        until(told, f"the sender is told {words}")
        clerk.show_panel()
        return clerk

    # The replacement -------------------------------------------------------------------------------------------------

    def replace(self):
        drafter = self.at_institute("chuyenvien")
        drafter.go(self.sent)
        drafter.show_panel()
        drafter.page.locator(".deeds > .more > summary").click()
        drafter.page.locator(".deeds").get_by_role("link", name="Soạn văn bản thay thế").click()
        page = drafter.page
        # Kind, signer and receivers are those of the old one.
        expect(page.get_by_label("Trích yếu")).to_have_value(self.corrected)
        expect(page.get_by_label("Người ký").locator("option:checked")).to_contain_text(self.old.signer_name)
        expect(page.locator("[data-picker=agency] [data-chosen]")).to_contain_text(ACADEMY)
        expect(page.locator("main")).to_contain_text("Thay thế văn bản đã ban hành")
        page.get_by_label("Trích yếu").fill(self.new.subject)
        self.look(drafter, "draft-of-the-replacement")
        self.replacement = self.save_draft(drafter, self.file_to_send()).path
        self.pass_through_the_institute(self.replacement)

    def agree_to_the_replacement(self):
        self.came_in_its_place = self.register_at_the_academy(self.new.subject)
        clerk = self.is_asked(self.corrected, "Trả lời yêu cầu thay thế")
        expect(clerk.page.locator("main")).to_contain_text(self.new.subject)
        self.look(clerk, "review-of-the-replacement")
        clerk.page.get_by_role("button", name="Đồng ý thay thế").click()
        clerk.is_told("Đã đồng ý; bên gửi được báo.")

    def both_are_linked(self, person, old, new, words):
        """From the old to the new and back, by the links in the panel."""
        person.go(old)
        expect(person.page.locator(".kicker").first).to_contain_text("Đã được thay thế")
        person.show_panel()
        self.look(person, f"replaced-{words}")
        expect(person.panel.locator(".facts > div", has_text="Được thay thế bằng").locator("a")).to_have_count(1)
        person.panel.locator(".flash", has_text="Văn bản đã được thay thế").get_by_role("link").click()
        expect(person.page).to_have_url(person.office + new)
        expect(person.page.locator("h1")).to_have_text(self.new.subject)
        person.show_panel()
        self.look(person, f"replacing-{words}")
        self.go_by_fact(person, "Thay thế", old)

    def go_by_fact(self, person, fact, address):
        facts = person.panel.locator(".section", has=person.page.get_by_role("heading", name="Thông tin", exact=True))
        if facts.get_attribute("open") is None:
            facts.locator("summary").click()
        facts.locator(".facts > div", has=person.page.get_by_text(fact, exact=True)).get_by_role("link").click()
        expect(person.page).to_have_url(person.office + address)

    def assert_nothing_more_can_be_done(self, person):
        """Frozen: what is not possible stays visible with its reason."""
        person.go(self.sent)
        person.show_panel()
        person.page.locator(".deeds > .more > summary").click()
        expect(person.page.locator(".deeds")).to_contain_text("Văn bản đã được thay thế")
        expect(person.page.locator("#deed-amend")).to_have_count(0)

    def whole(self):
        self.sent = self.draft_at_the_institute(self.old, self.file_to_send()).path
        self.pass_through_the_institute(self.sent)
        self.came = self.register_at_the_academy(self.old.subject)
        self.update(self.corrected, "Khẩn")
        self.review_the_update()
        clerk = self.sender_is_told("Cập nhật", "1/1 nơi nhận đã đồng ý.", "Văn thư đồng ý yêu cầu cập nhật")
        self.look(clerk, "update-agreed")
        row = self.board_tells(self.sent, "board-after-the-update", "Đã tiếp nhận")
        # Between what came back stands what we asked.
        expect(row.locator(".statuses .code")).to_have_text(["01", "03", "–", "15"])
        if self.width == "phone":
            self.refuse_the_second_update()
            clerk = self.sender_is_told("0/1 nơi nhận đã đồng ý.", "Từ chối", WHY_REFUSED)
            self.look(clerk, "update-refused")
        self.replace()
        self.agree_to_the_replacement()
        self.both_are_linked(self.at_academy("vanthu"), self.came, self.came_in_its_place, "at-the-receiver")
        clerk = self.sender_is_told("Thay thế", "1/1 nơi nhận đã đồng ý.", "Văn thư đồng ý thay thế")
        self.both_are_linked(clerk, self.sent, self.replacement, "at-the-sender")
        self.assert_nothing_more_can_be_done(clerk)
        self.assert_boxes_agree(self.at_academy("vanthu"))


class ChangesAtADesk(Changes):
    width = "desk"

    def test_an_update_and_a_replacement_reach_the_receiver(self):
        self.whole()


class ChangesOnAPhone(Changes):
    width = "phone"

    def test_an_update_and_a_replacement_reach_the_receiver(self):
        self.whole()


class Groups(Sending):
    """Agencies that are written to together or often."""

    @property
    def group(self):
        return f"Các bộ ở {self.width}"

    def make_a_group(self):
        """The clerk's, for the whole office."""
        clerk = self.at_institute("vanthu")
        clerk.go("/danh-ba")
        clerk.page.get_by_role("link", name="Nhóm cơ quan").click()
        clerk.page.get_by_label("Tên nhóm").fill(self.group)
        for typed, name in (("noi vu", MINISTRY), ("chinh phu", GOVERNMENT_OFFICE)):
            clerk.pick("agency", typed, name)
        clerk.page.get_by_label("Dùng chung cho cả cơ quan").check()
        self.look(clerk, "group-form")
        clerk.page.get_by_role("button", name="Lưu nhóm").click()
        clerk.is_told("Đã lưu nhóm")
        expect(clerk.page.locator(".row", has_text=self.group)).to_contain_text("2 cơ quan · dùng chung")
        self.look(clerk, "groups")

    def mark_a_favourite(self, drafter):
        drafter.go("/danh-ba/co-quan")
        row = drafter.page.locator(".row", has_text="Bộ Tài chính")
        row.get_by_role("button", name="Thêm vào nơi hay gửi").click()
        drafter.is_told("Đã thêm vào nơi hay gửi")
        expect(row.get_by_role("button", name="Bỏ khỏi nơi hay gửi")).to_be_visible()
        self.look(drafter, "agencies")

    def offered(self, drafter):
        """What the picker offers before anything is typed."""
        drafter.go("/van-ban-di/moi")
        options = drafter.page.locator("[data-picker=agency] [data-pick]")
        return [option.locator("span").first.inner_text() for option in options.all()]

    def address_a_draft(self, drafter):
        """By two taps and nothing typed: the group stands for its members."""
        first = self.offered(drafter)
        self.assertIn(f"Nhóm: {self.group}", first)
        self.assertIn("Bộ Tài chính", first)
        self.assertNotIn(MINISTRY, first)
        page = drafter.page
        picker = page.locator("[data-picker=agency]")
        for label in (f"Nhóm: {self.group}", "Bộ Tài chính"):
            picker.locator("[data-pick]", has_text=label).click()
            expect(picker.locator("[data-chosen]")).to_contain_text(label)
        self.look(drafter, "picked-by-a-group")
        page.get_by_label("Trích yếu").fill(f"Gửi theo nhóm, bản {self.width}")
        drafter.select("Người ký", "Nguyễn Hải Triều")
        page.get_by_role("button", name="Lưu dự thảo").click()
        drafter.is_told("Đã lưu dự thảo")
        receivers = [one.inner_text() for one in drafter.page.locator("#noi-nhan strong").all()]
        self.assertEqual(sorted(receivers), sorted([MINISTRY, GOVERNMENT_OFFICE, "Bộ Tài chính"]))
        drafter.show_panel()
        self.look(drafter, "draft-to-a-group")

    def those_used_last_are_offered(self, drafter):
        """After the groups the favourite stands first, then whom one wrote to last; a search knows all three."""
        offered = [name for name in self.offered(drafter) if not name.startswith("Nhóm: ")]
        self.assertEqual(offered[0], "Bộ Tài chính")
        self.assertEqual(sorted(offered[1:3]), sorted([MINISTRY, GOVERNMENT_OFFICE]))
        picker = drafter.page.locator("[data-picker=agency]")
        picker.locator("input[type=search]").press_sequentially("bo")
        expect(picker.locator("[data-pick]", has_text=f"Nhóm: {self.group}")).to_be_visible()
        expect(picker.locator("[data-pick]", has_text="Bộ Khoa học và Công nghệ")).to_be_visible()
        drafter.page.keyboard.press("Escape")

    def only_its_owner_changes_a_group(self, drafter):
        drafter.go("/danh-ba/nhom")
        drafter.page.get_by_role("link", name=self.group).click()
        expect(drafter.page.get_by_text(GOVERNMENT_OFFICE)).to_be_visible()
        expect(drafter.page.get_by_role("button", name="Lưu nhóm")).to_have_count(0)
        self.look(drafter, "group-of-the-office")
        clerk = self.at_institute("vanthu")
        clerk.go("/danh-ba/nhom")
        clerk.page.get_by_role("link", name=self.group).click()
        clerk.page.locator(".chip", has_text=GOVERNMENT_OFFICE).get_by_role("button").click()
        clerk.page.get_by_role("button", name="Lưu nhóm").click()
        clerk.is_told("Đã lưu nhóm")
        expect(clerk.page.locator(".row", has_text=self.group)).to_contain_text("1 cơ quan")
        clerk.page.get_by_role("link", name=self.group).click()
        self.look(clerk, "group-to-change")
        self.delete(clerk)
        expect(clerk.page.locator(".row", has_text=self.group)).to_have_count(0)

    def delete(self, clerk):
        clerk.page.locator("summary", has_text="Xóa nhóm").click()
        self.look(clerk, "group-to-delete")
        clerk.page.get_by_role("button", name="Xóa hẳn nhóm này").click()
        clerk.is_told("Đã xóa nhóm")

    def whole(self):
        self.make_a_group()
        # Each width with a drafter of its own: what one used last is his alone.
        drafter = self.at_institute({"desk": "ncv.nd", "phone": "ncv.vt"}[self.width])
        self.mark_a_favourite(drafter)
        self.address_a_draft(drafter)
        self.those_used_last_are_offered(drafter)
        self.only_its_owner_changes_a_group(drafter)


class GroupsAtADesk(Groups):
    width = "desk"

    def test_a_document_is_addressed_by_a_group(self):
        self.whole()


class GroupsOnAPhone(Groups):
    width = "phone"

    def test_a_document_is_addressed_by_a_group(self):
        self.whole()
