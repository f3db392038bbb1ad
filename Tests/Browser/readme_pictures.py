"""Makes the pictures of the front page, docs/images/*.png, from the running program.

    .tools/venv/bin/python -B Tests/Browser/readme_pictures.py
"""

import os
import unittest

import office
from office import Person
from steps import DECISION, LETTER, Journey, Paper

IMAGES = os.path.join(office.ROOT, "docs", "images")

NOTICE = Paper(
    "notice", "Thông báo", "Về việc nghỉ Tết Nguyên đán Đinh Mùi và phân công trực cơ quan",
    "chutich", "Trần Minh Đức", "CHỦ TỊCH", "", "Ký trực tiếp", "TB-VHL")
REPORT = Paper(
    "report", "Báo cáo", "Tình hình tiếp nhận, xử lý văn bản và ứng dụng chữ ký số chín tháng đầu năm 2026",
    "chutich", "Trần Minh Đức", "CHỦ TỊCH", "", "Ký trực tiếp", "BC-VHL")


def setUpModule():
    Journey.begin(office.Demo().start())


class Pictures(Journey):
    is_looking = False

    def runTest(self):
        os.makedirs(IMAGES, exist_ok=True)
        for paper in (DECISION, NOTICE, REPORT):
            self.draft(paper)
            self.initial(paper)
            self.sign(paper)
            if paper is NOTICE:
                continue
            self.number(paper)
            if paper is DECISION:
                self.issue(paper)
                self.judge_issued(paper)
                self.accept(paper)
                self.direct(paper)
                self.document = self.outgoing
        self.draft(LETTER)
        self.initial(LETTER)
        self.take("home", "desk", self.offices.academy, "vanthu", "/")
        self.take("document", "desk", self.offices.academy, "vanthu", self.document)
        self.take("phone", "phone", self.offices.academy, LETTER.signer, self.outgoing)

    def take(self, name, width, address, account, path):
        """What fits on the screen, as somebody sees it who has just come in."""
        person = Person(self.browser, address, account, width, sharpness=2 if width == "phone" else 1).sign_in()
        self.people[name] = person
        person.go(path)
        if path != "/":
            person.sees_pages()
        person.page.screenshot(path=os.path.join(IMAGES, f"{name}.png"))


if __name__ == "__main__":
    unittest.main()
