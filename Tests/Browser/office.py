"""What the browser tests stand on: the practice installation as real processes, a real browser, and people who use it.
Every page that is looked at leaves a picture in .build-screens/ and is checked for accessibility at both widths."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
JUDGES = os.path.join(ROOT, "Tests", "Judges")
sys.path.insert(0, JUDGES)
import processes  # noqa: E402

PROGRAM = os.environ.get("VASTOFFICE_PROGRAM", os.path.join(ROOT, ".build", "debug", "vastoffice"))
SCREENS = os.path.join(ROOT, ".build-screens")
CHROMIUM = next(filter(os.path.exists, ("/usr/bin/chromium", "/usr/bin/chromium-browser")), None)

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
WIDTHS = {"desk": DESK, "phone": PHONE}

PASSWORD, PIN, SEAL_PIN = "thuchanh", "123456", "654321"

# The slowest wait is a conversion by LibreOffice on a busy machine.
PATIENCE_SECONDS = 60
expect.set_options(timeout=20_000)


IS_IN_SIGHT = """selector => {
    const element = document.querySelector(selector);
    const box = element?.getBoundingClientRect();
    const seen = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return Boolean(seen) && element.contains(seen);
}"""


def until(condition, what, seconds=PATIENCE_SECONDS):
    """Asks again until the answer is true, and hands it out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


def answers(address):
    try:
        urllib.request.urlopen(address, timeout=2).close()
        return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class Running:
    """One process of the program, with its log."""

    def __init__(self, log_path, *arguments):
        self.log_path = log_path
        self.log = open(log_path, "ab")
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            start_new_session=True)

    def output(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for(self, addresses, seconds=180):
        def stands():
            if self.process.poll() is not None:
                raise RuntimeError(f"the program ended by itself:\n{self.output()[-4000:]}")
            return all(map(answers, addresses))

        until(stands, f"{addresses} answer; the log says:\n{self.output()[-4000:]}", seconds)
        return self

    def succeeds(self, seconds=180):
        """For commands that do their work and end."""
        if self.process.wait(seconds) != 0:
            raise RuntimeError(f"the program failed:\n{self.output()[-4000:]}")
        self.log.close()

    def wait_for_end(self, seconds=PATIENCE_SECONDS):
        return self.process.wait(seconds)

    def stop(self, how=signal.SIGTERM):
        processes.stop(self.process, how)
        self.log.close()


class Demo:
    """`vastoffice demo` in a folder of its own: two offices, the hub, the timestamps and the
    remote signing on five ports in a row."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="vastoffice-browser-")
        self.data = os.path.join(self.folder, "data")
        self.port = processes.free_ports(8)
        self.running = None

    def address(self, offset):
        return f"http://127.0.0.1:{self.port + offset}"

    @property
    def academy(self):
        return self.address(0)

    @property
    def institute(self):
        return self.address(1)

    @property
    def root_certificate(self):
        return os.path.join(self.data, "practice-root.pem")

    def log(self, name):
        return os.path.join(self.folder, f"{name}.log")

    def start(self):
        self.running = Running(
            self.log("demo"), "demo", "--data", self.data, "--port-base", str(self.port)
        ).wait_for([self.academy, self.institute, self.address(2)])
        return self

    def remove(self):
        if self.running:
            self.running.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def launch(playwright):
    """Debian's Chromium; its own sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    # The language of the browser decides how it shows its own date fields.
    return playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--lang=vi", *arguments], env={**os.environ, "LANGUAGE": "vi"})


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


class Person:
    """Somebody at an office, with a browser of their own that remembers what went wrong in it."""

    def __init__(self, browser, office, account, width, sharpness=1, ignores_certificates=False):
        self.office, self.account, self.width = office, account, width
        is_phone = width == "phone"
        self.context = browser.new_context(
            viewport=WIDTHS[width], locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", is_mobile=is_phone, has_touch=is_phone,
            device_scale_factor=sharpness, ignore_https_errors=ignores_certificates)
        self.page = self.context.new_page()
        self.problems = []
        self.may_be_refused = False
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("requestfailed", self._request_failed)
        self.page.on("response", self._response)

    # What goes wrong -------------------------------------------------------------------------------------------------

    def _tell(self, words):
        self.problems.append(f"{self.account} at {self.page.url}: {words}")

    def _console(self, message):
        # The browser and htmx both tell a refused request on the console: that is judged by its response.
        is_refusal = any(words in message.text for words in (
            "status of 4", "Response Status Error Code 4", "WebSocket connection to"))
        if message.type == "error" and not (is_refusal and self.may_be_refused):
            self._tell(f"console: {message.text}")

    def _request_failed(self, request):
        # Pictures still on their way are given up when the page is left.
        if request.failure != "net::ERR_ABORTED":
            self._tell(f"{request.url} failed: {request.failure}")

    def _response(self, response):
        if response.status >= 500 or (response.status >= 400 and not self.may_be_refused):
            self._tell(f"{response.status} {response.url}")

    @contextlib.contextmanager
    def refused(self):
        """Within, the office may say no."""
        self.may_be_refused = True
        yield
        # What the console still has to say comes before the answer to this.
        self.page.evaluate("1")
        self.may_be_refused = False

    # Getting about ---------------------------------------------------------------------------------------------------

    def sign_in(self):
        self.page.goto(self.office)
        self.page.get_by_label("Tài khoản", exact=True).fill(self.account)
        self.page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        expect(self.page).to_have_url(self.office + "/")
        return self

    def go(self, path):
        response = self.page.goto(self.office + path)
        return response.status

    def tab_to(self, locator, most=80):
        """Reaches something by the Tab key alone."""
        for _ in range(most):
            if locator.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{most} times Tab did not reach {locator}")

    # Lists -----------------------------------------------------------------------------------------------------------

    def boxes(self):
        """The boxes of the home page: [(title, address, count)]."""
        self.go("/")
        waiting = [
            (tile.locator(".title").inner_text(), tile.locator("a").get_attribute("href"),
             int(tile.locator(".figure").inner_text().replace(".", "")))
            for tile in self.page.locator(".tile").all()
        ]
        empty = [
            (link.inner_text(), link.get_attribute("href"), 0) for link in self.page.locator(".empty-boxes a").all()]
        return waiting + empty

    def rows(self):
        """Rows of the list on the screen and of the pages behind it."""
        count = self.page.locator("[data-row]").count()
        while (older := self.page.locator(".pager a[rel=next]")).count():
            older.click()
            self.page.wait_for_load_state()
            count += self.page.locator("[data-row]").count()
        return count

    def boxes_that_disagree(self):
        """Every box whose number on the home page is not that of its list."""
        wrong = []
        for title, address, count in self.boxes():
            self.go(address)
            if (rows := self.rows()) != count:
                wrong.append(f"{self.account}: “{title}” tells {count}, its list has {rows}")
        return wrong

    def open_from(self, box, subject):
        """Opens a document by its subject from a box of the home page, as people do."""
        self.go("/")
        self.page.locator(".tile a", has=self.page.get_by_text(box, exact=True)).click()
        self.page.locator("[data-row] a.open", has_text=subject).first.click()
        expect(self.page.locator(".document")).to_be_visible()
        return self.path

    @property
    def path(self):
        return self.page.url.removeprefix(self.office).split("?")[0]

    # The document page -----------------------------------------------------------------------------------------------

    @property
    def panel(self):
        return self.page.locator(".panel")

    def show_panel(self):
        """On a phone the panel is a sheet that is drawn up by its handle."""
        if self.width == "phone" and not self.page.locator("[data-sheet]").is_checked():
            self.page.locator(".handle").click()

    def deed(self, action):
        """An action that asks for something, opened: the main one stands open, the others are in the menu."""
        self.show_panel()
        deed = self.page.locator(f"#deed-{action}")
        if not deed.is_visible():
            self.page.locator(".deeds > .more > summary").click()
        if deed.get_attribute("open") is None:
            deed.locator("summary").first.click()
        return deed

    def sign(self, action, pin, label="Mã PIN"):
        deed = self.deed(action)
        deed.get_by_label(label).fill(pin)
        deed.locator("button[type=submit]").click()

    def press(self, label):
        """An action that is done at once."""
        self.show_panel()
        self.page.locator(".deeds").get_by_role("button", name=label, exact=True).click()

    def is_told(self, words, seconds=PATIENCE_SECONDS):
        """The sentence above the page; what takes long (signing, converting) gets its time."""
        expect(self.page.locator("#notice")).to_contain_text(words, timeout=seconds * 1000)
        # It must also lie in plain sight: neither scrolled away nor under the sheet of a phone.
        until(lambda: self.page.evaluate(IS_IN_SIGHT, "#notice"), f"“{words}” can be read", seconds=5)

    def sees_pages(self):
        """The pages of the document are drawn, not only promised."""
        image = self.page.locator(".page img").first
        expect(image).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
        until(lambda: image.evaluate("image => image.complete && image.naturalWidth > 0"), "the first page is drawn")

    def file(self, href):
        """A file as the person would save it."""
        response = self.context.request.get(self.office + href)
        assert response.ok, f"{response.status} {href}"
        return response.body()

    # Forms -----------------------------------------------------------------------------------------------------------

    def pick(self, name, typed, label, within=None):
        """Types into a searching picker and takes what it finds."""
        picker = (within or self.page).locator(f"[data-picker={name}]")
        picker.locator("input[type=search]").press_sequentially(typed)
        picker.locator("[data-pick]", has_text=label).first.click()
        expect(picker.locator("[data-chosen]")).to_contain_text(label)

    def select(self, label, option):
        field = self.page.get_by_label(label)
        field.select_option(value=field.locator("option", has_text=option).first.get_attribute("value"))
