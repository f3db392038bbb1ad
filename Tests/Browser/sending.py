"""The steps of a document that the institute sends to the Academy: short, because what is looked at comes afterwards."""

from playwright.sync_api import expect

from office import PIN, SEAL_PIN, until
from steps import Journey, Paper

ACADEMY = "Viện Hàn lâm Khoa học và Công nghệ Việt Nam"
CHANGES = "Bên gửi thu hồi, cập nhật"


def institute_report(subject):
    return Paper(
        "report", "Báo cáo", subject, "vientruong", "Nguyễn Hải Triều", "VIỆN TRƯỞNG", "", "Ký trực tiếp", "BC")


class Sending(Journey):
    """The roles of the two offices are those of the journey exchanged."""

    def file_to_send(self):
        """As PDF: how drafts are converted is looked at in the journey."""
        return self.printed("Báo cáo của Viện", signer="Nguyễn Hải Triều", title="VIỆN TRƯỞNG", capacity="")

    def draft_at_the_institute(self, paper, file):
        drafter = self.at_institute("chuyenvien")
        drafter.go("/van-ban-di/moi")
        page = drafter.page
        drafter.select("Loại văn bản", paper.type)
        page.get_by_label("Trích yếu").fill(paper.subject)
        drafter.select("Người ký", paper.signer_name)
        drafter.pick("agency", "vien han lam", ACADEMY)
        return self.save_draft(drafter, file)

    def save_draft(self, drafter, file):
        drafter.page.get_by_label("Tệp văn bản").set_input_files(file)
        drafter.page.get_by_role("button", name="Lưu dự thảo").click()
        drafter.is_told("Đã lưu dự thảo")
        drafter.sees_pages()
        return drafter

    def pass_through_the_institute(self, address):
        """From the drafter's desk until it is issued."""
        drafter = self.at_institute("chuyenvien")
        drafter.press("Trình")
        drafter.is_told("Đã trình")
        head = self.at_institute("truongphong.qlth")
        head.go(address)
        head.sign("initial", PIN)
        head.is_told("Đã ký nháy")
        leader = self.at_institute("vientruong")
        leader.go(address)
        leader.sign("sign", PIN)
        leader.is_told("Đã ký số")
        clerk = self.at_institute("vanthu")
        clerk.go(address)
        clerk.press("Cấp số")
        clerk.is_told("Đã cấp số")
        clerk.sign("seal", SEAL_PIN, label="Mã PIN của con dấu")
        clerk.is_told("Đã đóng dấu")
        clerk.press("Ban hành")
        clerk.is_told("Đã ban hành")

    def register_at_the_academy(self, subject):
        clerk = self.at_academy("vanthu")
        until(lambda: self.count(clerk, "Chờ tiếp nhận"), f"“{subject}” arrives at the Academy")
        came = clerk.open_from("Chờ tiếp nhận", subject)
        clerk.deed("register").locator("button[type=submit]").click()
        clerk.is_told("Đã vào sổ, số đến")
        return came

    def board_tells(self, address, name, standing):
        """The leader asks until the Academy's row stands where it should."""
        leader = self.at_institute("vientruong")
        leader.go(address + "/noi-nhan")
        row = leader.page.locator("[data-row]", has_text=ACADEMY)

        def stands():
            leader.page.reload()
            return row.locator(".side").inner_text().strip() == standing

        until(stands, f"the Academy stands at “{standing}”")
        self.look(leader, name)
        return row
