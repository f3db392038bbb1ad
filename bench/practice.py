"""A practice office as a process, and people who use it over HTTP."""

import html
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Judges"))
import processes  # noqa: E402

PASSWORD, PIN, SEAL_PIN = "thuchanh", "123456", "654321"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    """User and system time of one process so far; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def peak_megabytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) / 1024


def children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in found.split()]


class Office:
    """`vastoffice serve` on a free port. Jobs wait meanwhile: no hub runs that could take them."""

    def __init__(self, program, data, database, assets, log):
        self.port = processes.free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = open(log, "ab")
        self.log_path = log
        arguments = [
            program, "serve", "--data", data, "--database", database, "--host", "127.0.0.1", "--port", str(self.port),
            "--set", "practice=true", "--set", "worker=false", "--set", f"assets={assets}"]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def pid(self):
        return self.process.pid

    def wait(self, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.address}/song", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.2)
        self.stop()
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            raise SystemExit(f"The office did not start:\n{file.read()[-3000:]}")

    def stop(self):
        processes.stop(self.process)
        self.log.close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Person:
    """Somebody signed in, as a browser would be."""

    def __init__(self, office, account):
        self.office, self.account, self.cookie, self.csrf = office, account, "", ""
        self.opener = urllib.request.build_opener(NoRedirect)
        answer = self.send("/dang-nhap", urllib.parse.urlencode({"tai-khoan": account, "mat-khau": PASSWORD}).encode())
        if answer.status != 303 or "vo_session=" not in self.cookie:
            raise SystemExit(f"{account} cannot sign in: {answer.status}")
        self.csrf = re.search(r'"X-CSRF-Token":"([0-9a-f]+)"', self.page("/"))[1]

    def send(self, path, body=None, content_type="application/x-www-form-urlencoded"):
        request = urllib.request.Request(self.office.address + path, data=body)
        if body is not None:
            request.add_header("Content-Type", content_type)
        if self.cookie:
            request.add_header("Cookie", self.cookie)
        if self.csrf:
            request.add_header("X-CSRF-Token", self.csrf)
        try:
            answer = self.opener.open(request, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        for header in answer.headers.get_all("Set-Cookie") or []:
            if header.startswith("vo_session="):
                self.cookie = header.split(";", 1)[0]
        answer.text = answer.read().decode("utf-8", "replace")
        return answer

    def page(self, path):
        answer = self.send(path)
        if answer.status != 200:
            raise SystemExit(f"{path} for {self.account}: {answer.status}\n{plain(answer.text)}")
        return answer.text

    def act(self, path, fields):
        """Posts a form that must succeed; returns where it leads."""
        return self._done(path, self.send(path, urllib.parse.urlencode(fields).encode()))

    def upload(self, path, fields, files):
        """Posts a form with files: `files` are (field, name, bytes)."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {"_csrf": self.csrf, **fields}.items()]
        for field, name, data in files:
            head = (f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
                    "Content-Type: application/pdf\r\n\r\n")
            parts.append(head.encode() + data + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self._done(path, self.send(path, body, f"multipart/form-data; boundary={boundary}"))

    def _done(self, path, answer):
        if answer.status != 303:
            raise SystemExit(f"{path} for {self.account}: {answer.status}\n{plain(answer.text)}")
        return answer.headers["Location"].split("?", 1)[0]


def plain(text):
    """What a page says, for error messages."""
    text = re.sub(r"(?s)<(script|style|nav|header).*?</\1>", " ", text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))[-1500:]


def circulate(office, people, scan, attachment):
    """One document through the real acts: entered, registered, submitted, directed with a signature, assigned, taken up.
    Returns its number. `people` maps accounts and short unit names to identifiers of the directory."""
    clerk = Person(office, "vanthu")
    place = clerk.upload(
        "/van-ban-den/moi",
        {"sender": "Bộ Khoa học và Công nghệ", "number": "1234", "notation": "BKHCN-KHTC", "day": "2026-11-20",
         "type": "officialLetter", "subject": "Về việc lập kế hoạch khoa học và công nghệ năm 2027",
         "signer": "Nguyễn Hoàng Giang", "position": "Thứ trưởng"},
        [("scan", "cong-van.pdf", scan), ("attachment", "phu-luc.pdf", attachment)])
    clerk.act(f"{place}/register", {})
    clerk.act(f"{place}/submit", {"leader": people["chutich"], "note": "Kính trình Chủ tịch cho ý kiến."})
    Person(office, "chutich").act(f"{place}/direct", {
        "text": "Văn phòng chủ trì, Ban Kế hoạch – Tài chính phối hợp, báo cáo trước ngày 15 tháng 12.", "pin": PIN,
        f"role.u{people['VP']}": "lead", f"role.u{people['KHTC']}": "support", f"role.u{people['TCCB']}": "information",
        f"role.p{people['phochutich']}": "information"})
    Person(office, "chanhvp").act(f"{place}/assign", {
        f"role.p{people['chuyenvien']}": "lead", f"role.p{people['chuyenvien2']}": "support"})
    specialist = Person(office, "chuyenvien")
    specialist.act(f"{place}/take-up", {})
    specialist.act(f"{place}/report", {"progress": "Đã tổng hợp đề xuất của 12 đơn vị, đang soạn công văn trả lời."})
    return int(place.rsplit("/", 1)[1])
