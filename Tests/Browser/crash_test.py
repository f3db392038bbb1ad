"""Offices that die and a hub that is not there: nothing is lost and nothing comes twice."""

import os
import signal
import unittest

from playwright.sync_api import expect

import office
from office import until
from steps import LETTER, Journey

# The moments at which the receiving office is killed, one start after the other.
MOMENTS = ("exchange.fetched", "exchange.stored", "exchange.filed")


class Processes(office.Demo):
    """The practice installation as one process for each office and one for the hub."""

    def __init__(self):
        super().__init__()
        office.Running(self.log("prepare"), "demo", "--prepare", "--data", self.data, "--port-base", str(self.port)
                       ).succeeds()
        self.processes = []

    def run(self, name, *arguments):
        command = "hub" if name == "hub" else "serve"
        process = office.Running(
            self.log(name), command, "--config", os.path.join(self.data, f"{name}.conf"), *arguments)
        self.processes.append(process)
        return process

    def remove(self):
        for process in self.processes:
            process.stop()
        super().remove()


def setUpModule():
    Journey.begin(Processes())


class Crash(Journey):
    is_looking = False

    def test_a_document_survives_a_hub_that_is_down_and_a_receiver_that_is_killed(self):
        self.offices.run("academy").wait_for([self.offices.academy])
        self.draft(LETTER)
        self.initial(LETTER)
        self.sign(LETTER)
        self.number(LETTER)
        self.issue(LETTER)
        self.assert_the_hub_is_missed()
        self.offices.run("hub").wait_for([self.offices.address(2)])
        self.assert_sent()
        for moment in MOMENTS:
            with self.subTest(moment):
                killed = self.offices.run("institute", "--set", f"crash.point={moment}")
                self.assertEqual(killed.wait_for_end(), -signal.SIGKILL)
        self.offices.run("institute").wait_for([self.offices.institute])
        self.assert_exactly_one(LETTER)

    def assert_the_hub_is_missed(self):
        clerk = self.at_academy("vanthu")
        clerk.go(self.outgoing)
        clerk.show_panel()
        expect(clerk.page.locator(".recipients")).to_contain_text("Đang gửi")

    def assert_sent(self):
        clerk = self.at_academy("vanthu")

        def is_sent():
            clerk.go(self.outgoing)
            return "Gửi lúc" in clerk.page.locator(".recipients").text_content()

        until(is_sent, "the hub is back and takes the document")

    def assert_exactly_one(self, paper):
        self.judge_arrival(paper)
        clerk = self.at_institute("vanthu")
        clerk.go("/van-ban-den")
        self.assertEqual(clerk.rows(), 1)
        sender = self.at_academy("vanthu")

        def codes():
            sender.go(self.outgoing)
            return [code.text_content() for code in sender.page.locator(".statuses .code").all()]

        until(codes, "status 01 is back at the Academy")
        # Registration is reported after it: whatever came twice would stand before it.
        clerk.go(self.incoming)
        clerk.deed("register").locator("button[type=submit]").click()
        clerk.is_told("Đã vào sổ, số đến")
        until(lambda: "03" in codes(), "status 03 is back at the Academy")
        self.assertEqual(codes(), ["01", "03"])

    def judge_arrival(self, paper):
        clerk = self.at_institute("vanthu")
        until(lambda: self.count(clerk, "Chờ tiếp nhận"), "the document arrives")
        self.assertEqual(self.count(clerk, "Chờ tiếp nhận"), 1)
        self.incoming = clerk.open_from("Chờ tiếp nhận", paper.subject)
        expect(clerk.page.locator(".verdict").first).to_contain_text("Còn nguyên vẹn, 3 chữ ký tin cậy")


if __name__ == "__main__":
    unittest.main()
