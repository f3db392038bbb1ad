"""What the browser tests stand on: the practice installation as a real process, a real browser, and two habits for every
page that is shown: a picture in .build-screens/ and an accessibility check."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(ROOT, ".build", "debug", "vastoffice"))
SCREENS = os.path.join(ROOT, ".build-screens")
CHROMIUM = next(filter(os.path.exists, ("/usr/bin/chromium", "/usr/bin/chromium-browser")), None)

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def free_ports(count):
    """The first of `count` consecutive free loopback ports."""
    for first in range(18200, 60000, 100):
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(contextlib.closing(socket.socket())).bind(("127.0.0.1", port))
                return first
            except OSError:
                continue
    raise RuntimeError("no free ports on loopback")


class Demo:
    """`vastoffice demo` in a folder of its own."""

    def __init__(self, *arguments):
        self.folder = tempfile.mkdtemp(prefix="vastoffice-browser-")
        self.port = free_ports(8)
        self.log_path = os.path.join(self.folder, "demo.log")
        self.arguments = [PROGRAM, "demo", "--data", os.path.join(self.folder, "data"), "--port-base", str(self.port),
                          *arguments]
        self.process = None

    def start(self, timeout_seconds=180):
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            self.arguments, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            start_new_session=True)
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the practice installation ended by itself:\n{self.output()[-4000:]}")
            addresses = self.addresses()
            if len(addresses) >= 2 and all(map(answers, addresses)):
                return self
            time.sleep(0.2)
        raise RuntimeError(f"the practice installation did not answer:\n{self.output()[-4000:]}")

    def output(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def addresses(self):
        """The addresses it prints, in their order, each once."""
        return list(dict.fromkeys(re.findall(r"http://127\.0\.0\.1:\d+", self.output())))

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def answers(address):
    try:
        urllib.request.urlopen(address, timeout=2).close()
        return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def launch(playwright):
    """Debian's Chromium; its own sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    return playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)


def picture(page, name):
    """Keeps what the page looks like; names sort in the order of the journey."""
    os.makedirs(SCREENS, exist_ok=True)
    page.screenshot(path=os.path.join(SCREENS, f"{name}.png"), full_page=True)


def accessibility_problems(page):
    """Serious and critical findings of axe, each as one line that says where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{finding['impact']} {finding['id']}: {finding['help']} – {node['target']}"
        for finding in found if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
