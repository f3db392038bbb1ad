"""Fills a practice office with the years of an old one: documents, branches, register, histories, files, catalogue.

Rows are shaped after one document that went through the real acts, so that a column added later comes along. Register
and histories are chained by hash exactly as the office chains them: `vastoffice admin audit` must find all whole.
"""

import datetime
import hashlib
import random
import re
import sqlite3
import subprocess
import unicodedata

HANOI = datetime.timezone(datetime.timedelta(hours=7))
SENDERS = [
    ("000.00.00.G22", "Văn phòng Chính phủ", "VPCP-KGVX"), ("000.00.00.G06", "Bộ Khoa học và Công nghệ", "BKHCN-KHTC"),
    ("000.00.00.G09", "Bộ Nội vụ", "BNV-TCBC"), ("000.00.00.G12", "Bộ Tài chính", "BTC-HCSN"),
    ("000.00.00.G32", "Viện Hàn lâm Khoa học xã hội Việt Nam", "KHXH-VP"),
    ("000.00.97.G31", "Viện Công nghệ thông tin (mã thực hành)", "CNTT-QLTH")]
SUBJECTS = [
    "Về việc lập kế hoạch khoa học và công nghệ năm {year}", "Giấy mời họp giao ban khối các cơ quan thuộc Chính phủ tháng {month}",
    "Về việc báo cáo kết quả thực hiện nhiệm vụ {number}", "Về việc cử cán bộ tham gia hội đồng nghiệm thu đề tài {number}",
    "Thông báo kết luận của Phó Thủ tướng tại cuộc họp về phát triển công nghệ vũ trụ", "Về việc góp ý dự thảo Nghị định quy định chi tiết Luật Khoa học, công nghệ và đổi mới sáng tạo",
    "Về việc rà soát, đơn giản hoá thủ tục hành chính quý {quarter} năm {year}", "Quyết định phê duyệt danh mục đề tài độc lập cấp quốc gia bắt đầu thực hiện năm {year}"]
SIGNERS = [("Nguyễn Hoàng Giang", "Thứ trưởng"), ("Trần Quốc Phương", "Chánh Văn phòng"), ("Lê Thị Thuỷ", "Vụ trưởng")]


def folded_words(text):
    """As the office folds text for searching: no case, no tones, no bar of đ; words of letters and digits."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    bare = "".join("d" if c == "đ" else c for c in decomposed if not 0x300 <= ord(c) <= 0x36F)
    return " ".join(re.findall(r"[^\W_]+", bare))


def digest(*parts):
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()


def milliseconds(moment):
    return round(moment.timestamp() * 1000)


class Rows:
    """Rows on their way into the database, table by table, identifiers counted on from what is there."""

    def __init__(self, database, gap=0):
        self.database, self.gap = database, gap
        self.waiting = {}
        self.next = {}

    def identifier(self, table):
        if table not in self.next:
            self.next[table] = (self.database.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0) + 1 + self.gap
        self.next[table] += 1
        return self.next[table] - 1

    def add(self, table, row):
        self.waiting.setdefault(table, []).append(row)

    def flush(self):
        for table, rows in self.waiting.items():
            names = list(rows[0])
            self.database.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                ([row[name] for name in names] for row in rows))
        self.waiting.clear()


class Histories:
    def __init__(self, rows):
        self.rows = rows
        self.last = {}

    def append(self, kind, subject, at, person, detail):
        number, name = person if person else (None, "Hệ thống")
        previous, stamp = self.last.get(subject, ""), milliseconds(at)
        own = digest(previous, subject[0], subject[1], kind, number or 0, name, stamp, detail)
        self.last[subject] = own
        self.rows.add("event", dict(
            id=self.rows.identifier("event"), subject_kind=subject[0], subject_id=subject[1], kind=kind, person_id=number,
            person_name=name, at=stamp, detail=detail, previous_hash=previous, hash=own))


class Registers:
    def __init__(self, database, rows):
        self.database, self.rows, self.heads = database, rows, {}

    def take(self, book, subject, person, at):
        year = at.astimezone(HANOI).year
        if (book, year) not in self.heads:
            found = self.database.execute(
                "SELECT last_number, last_hash FROM register WHERE book = ? AND year = ?", (book, year)).fetchone()
            self.heads[book, year] = found or (0, "")
        number, previous = self.heads[book, year]
        number, stamp = number + 1, milliseconds(at)
        own = digest(previous, book, year, number, subject[0], subject[1], person, stamp)
        self.rows.add("register_entry", dict(
            book=book, year=year, number=number, subject_kind=subject[0], subject_id=subject[1], taken_by=person,
            taken_at=stamp, void_reason=None, previous_hash=previous, hash=own))
        self.heads[book, year] = (number, own)
        return year, number

    def save(self):
        for (book, year), (number, own) in self.heads.items():
            self.database.execute(
                "INSERT INTO register (book, year, last_number, last_hash) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (book, year) DO UPDATE SET last_number = excluded.last_number, last_hash = excluded.last_hash",
                (book, year, number, own))


class OldOffice:
    """Writes the years into the office's SQLite file. `model` is the document that went through the real acts."""

    def __init__(self, path, model, seed=7, gap=0):
        self.database = sqlite3.connect(path)
        self.database.row_factory = sqlite3.Row
        self.random = random.Random(seed)
        self.rows = Rows(self.database, gap)
        self.histories = Histories(self.rows)
        self.registers = Registers(self.database, self.rows)
        self.model = dict(self.one("SELECT * FROM incoming_document WHERE id = ?", model))
        self.files = [dict(row) for row in self.database.execute(
            "SELECT * FROM record_file WHERE subject_kind = 'incoming' AND subject_id = ?", (model,))]
        self.branch_model = dict(self.one("SELECT * FROM branch LIMIT 1"))
        self.directive = dict(self.one("SELECT * FROM incoming_directive WHERE document_id = ?", model))
        catalogue = self.database.execute("SELECT * FROM catalogue WHERE subject_kind = 'incoming'").fetchone()
        self.is_catalogued = catalogue is not None
        self.people = {row["account"]: (row["id"], row["name"]) for row in self.database.execute(
            "SELECT id, account, name FROM person")}
        self.clerk, self.leader = self.people["vanthu"], self.people["chutich"]
        self.units = [dict(row) for row in self.database.execute(
            "SELECT u.id, u.name, u.head_id, p.name AS head_name FROM unit u JOIN person p ON p.id = u.head_id "
            "WHERE u.short_name <> '' ORDER BY u.id")]
        self.staff = {unit["id"]: [(row["id"], row["name"]) for row in self.database.execute(
            "SELECT p.id, p.name FROM person p JOIN person_role r ON r.person_id = p.id "
            "WHERE p.unit_id = ? AND r.role = 'specialist' ORDER BY p.id", (unit["id"],))] for unit in self.units}

    def one(self, sql, *values):
        return self.database.execute(sql, values).fetchone()

    def close(self):
        self.database.commit()
        self.database.close()

    def fill(self, incoming, outgoing, now, progress):
        """The newest documents are still on people's desks: about one in forty of the last months'."""
        began = now - datetime.timedelta(days=5 * 365)
        step = (now - datetime.timedelta(hours=2) - began) / incoming
        for index in range(incoming):
            self.arrived(began + step * index, index, age=incoming - index)
            if index % 5000 == 4999:
                self.rows.flush()
                progress(f"{index + 1} incoming documents")
        step = (now - datetime.timedelta(hours=1) - began) / max(1, outgoing)
        for index in range(outgoing):
            self.issued(began + step * index, index)
        self.rows.flush()
        self.registers.save()
        self.database.commit()

    def clerks(self, count):
        """More clerks, with the password of the first; returns their accounts."""
        model = dict(self.one("SELECT * FROM person WHERE id = ?", self.clerk[0]))
        made = []
        for index in range(1, count + 1):
            person = {**model, "id": self.rows.identifier("person"), "name": f"{model['name']} {index}",
                      "account": f"vanthu.{index:02d}", "email": f"vanthu.{index:02d}@vhl.example"}
            self.rows.add("person", person)
            self.rows.add("person_role", dict(person_id=person["id"], role="recordsClerk"))
            made.append(person["account"])
        self.rows.flush()
        self.database.commit()
        return made

    def waiting(self, count, now):
        """Documents that wait to be accepted; returns their numbers."""
        made = [self.received(now - datetime.timedelta(seconds=count - index), f"CHO{index}") for index in range(count)]
        self.rows.flush()
        self.database.commit()
        return made

    # Incoming.

    def received(self, at, mark, subject=None):
        sender, name, notation = self.random.choice(SENDERS)
        signer, position = self.random.choice(SIGNERS)
        number, day = str(self.random.randrange(1, 9000)), at.astimezone(HANOI).date()
        # The mark keeps number, notation and issuer different from every other document's.
        notation = f"{notation}.{mark}"
        subject = subject or self.subject(at)
        row = {**self.model, "id": self.rows.identifier("incoming_document"), "origin": "exchange",
               "exchange_id": f"TRUC-{mark}-{number}", "sender_code": sender, "sender_name": name,
               "document_id": f"{sender},{day:%Y/%m/%d},{number}/{notation}", "number": number, "notation": notation,
               "dated_on": day.isoformat(), "subject": subject, "signer_name": signer, "signer_position": position,
               "urgency": self.random.choice([0] * 9 + [1]), "secrecy": 0, "due_on": None, "arrived_at": milliseconds(at),
               "state": "received", "entry_year": None, "entry_number": None, "received_on": None, "registered_at": None,
               "registered_by": None, "refusal": "",
               "sameness": f"{folded_words(f'{number}/{notation}')}|{folded_words(name)}"}
        row["search_text"] = folded_words(
            " ".join(["", f"{number}/{notation}", row["type_label"], subject, name, signer]))
        self.rows.add("incoming_document", row)
        ref = ("incoming", row["id"])
        for file in self.files:
            self.rows.add("record_file", {
                **file, "id": self.rows.identifier("record_file"), "subject_id": row["id"], "created_at": milliseconds(at)})
        self.histories.append("arrived", ref, at, None, f"Đến qua liên thông từ {name}.")
        if self.is_catalogued:
            self.catalogue(ref, subject, f"{row['type_label']} số {number}/{notation}", f"/van-ban-den/{row['id']}", name, at)
        return row["id"]

    def arrived(self, at, index, age):
        self.received(at, f"{index:06d}")
        document = self.rows.waiting["incoming_document"][-1]
        if age <= 12:
            return
        ref, later = ("incoming", document["id"]), at + datetime.timedelta(minutes=20)
        year, number = self.registers.take("incoming", ref, self.clerk[0], later)
        document.update(
            state="registered", entry_year=year, entry_number=number, received_on=later.astimezone(HANOI).date().isoformat(),
            registered_at=milliseconds(later), registered_by=self.clerk[1],
            search_text=f"{number} {document['search_text']}")
        self.histories.append("register", ref, later, self.clerk, f"Tiếp nhận và vào sổ, số đến {number}.")
        if age <= 30:
            return
        self.circulated(document, ref, later, is_open=age < 4000 and index % 3 == 0)

    def circulated(self, document, ref, at, is_open):
        """Clerk → leader → units → people; an open one has been taken up by nobody yet."""
        document["state"] = "circulating" if is_open else "completed"
        self.listed_at = document["arrived_at"]
        hour = datetime.timedelta(minutes=8)  # of an office in a hurry: nothing may lie in the future
        lead, support, reading = self.random.sample(self.units, 3)
        due = (at + datetime.timedelta(days=10)).astimezone(HANOI).date().isoformat()
        done = None if is_open else at + 72 * hour
        state = "passed" if is_open else "completed"
        self.histories.append("submit", ref, at + hour, self.clerk, f"Trình {self.leader[1]}, Chủ tịch.")
        top = self.branch(ref, None, "person", self.leader, "decide", state, due, self.clerk, at + hour, done)
        self.histories.append("direct", ref, at + 2 * hour, self.leader, f"Bút phê: {lead['name']} chủ trì.")
        self.rows.add("incoming_directive", {
            **self.directive, "id": self.rows.identifier("incoming_directive"), "branch_id": top,
            "document_id": document["id"], "at": milliseconds(at + 2 * hour)})
        unit = self.branch(ref, top, "unit", (lead["id"], lead["name"]), "lead", state, due, self.leader, at + 2 * hour, done)
        self.branch(ref, top, "unit", (support["id"], support["name"]), "support", state if not is_open else "pending", due,
                    self.leader, at + 2 * hour, done)
        self.branch(ref, top, "unit", (reading["id"], reading["name"]), "information",
                    "pending" if is_open and self.random.random() < 0.2 else "completed", None, self.leader, at + 2 * hour,
                    at + 5 * hour)
        head = (lead["head_id"], lead["head_name"])
        staff = self.staff[lead["id"]] or [head]
        worker = self.random.choice(staff)
        self.histories.append("assign", ref, at + 3 * hour, head, f"Phân công. {worker[1]} chủ trì.")
        self.branch(ref, unit, "person", worker, "lead", "pending" if is_open else "completed", due, head, at + 3 * hour, done)
        if not is_open:
            self.histories.append("take-up", ref, at + 20 * hour, worker, f"{worker[1]} nhận xử lý (chủ trì).")
            self.histories.append("complete", ref, at + 72 * hour, worker, "Hoàn thành: đã có công văn trả lời.")

    def branch(self, ref, parent, holder_kind, holder, role, state, due, by, at, closed):
        row = {**self.branch_model, "id": self.rows.identifier("branch"), "subject_kind": ref[0], "subject_id": ref[1],
               "subject_at": self.listed_at, "parent_id": parent, "holder_kind": holder_kind, "holder_id": holder[0], "holder_name": holder[1],
               "role": role, "state": state, "due_on": due, "note": "", "created_by": by[0], "created_by_name": by[1],
               "created_at": milliseconds(at), "read_at": None if state == "pending" else milliseconds(at),
               "closed_at": milliseconds(closed) if state == "completed" and closed else None, "outcome": ""}
        self.rows.add("branch", row)
        return row["id"]

    # Outgoing: documents of past years, issued and sent.

    def issued(self, at, index):
        unit = self.units[index % len(self.units)]
        staff = self.staff[unit["id"]] or [(unit["head_id"], unit["head_name"])]
        drafter, day = self.random.choice(staff), at.astimezone(HANOI).date()
        identifier = self.rows.identifier("outgoing_document")
        ref = ("outgoing", identifier)
        year, number = self.registers.take("outgoing:administrative", ref, self.clerk[0], at)
        printed, subject = f"{number:02d}", self.subject(at)
        recipients = self.random.sample(SENDERS, 2)
        stamp, places = milliseconds(at), "; ".join(name for _, name, _ in recipients)
        known = dict(
            id=identifier, type="officialLetter", notation="VHL-VP", subject=subject, urgency=0, secrecy=0,
            signer_id=self.leader[0], signer_name=self.leader[1], signer_position="Chủ tịch", capacity="inOwnRight",
            also_to="", reply_kind=None, reply_id=None, drafter_id=drafter[0], drafter_name=drafter[1], unit_id=unit["id"],
            unit_name=unit["name"], initial_unit_id=unit["id"], state="issued", preparation="ready", preparation_problem="",
            places=None, basis_sha256=None, basis_byte_count=None, book="outgoing:administrative", year=year, number=number,
            dated_on=day.isoformat(), document_id=f"000.00.00.G31,{day:%Y/%m/%d},{printed}/VHL-VP", is_stamped=1,
            created_at=stamp, moved_at=stamp, signed_at=stamp, issued_at=stamp, reason="", to_places=places,
            shown_signer_id=self.leader[0])
        self.rows.add("outgoing_document", known)
        main = next(file for file in self.files if file["role"] == "main")
        self.rows.add("record_file", {
            **main, "id": self.rows.identifier("record_file"), "subject_kind": "outgoing", "subject_id": identifier,
            "created_at": stamp})
        for code, name, _ in recipients:
            self.rows.add("outgoing_recipient", dict(
                id=self.rows.identifier("outgoing_recipient"), document_id=identifier, agency_code=code, unit_id=None,
                name=name, role="information", delivery="sent", failure="", exchange_id=f"TRUC-{identifier}-{code}",
                sent_at=stamp, resends=0))
        for kind, person, detail in [
                ("create", drafter, "Tạo dự thảo."), ("sign", self.leader, "Ký số."),
                ("number", self.clerk, f"Cấp số {printed}/VHL-VP."), ("issue", self.clerk, "Ban hành.")]:
            self.histories.append(kind, ref, at, person, detail)
        self.catalogue(ref, subject, f"Công văn số {printed}/VHL-VP", f"/van-ban-di/{identifier}", places, at)

    def catalogue(self, ref, title, subtitle, href, text, at):
        identifier, words = self.rows.identifier("catalogue"), folded_words(f"{title} {subtitle} {text}")
        self.rows.add("catalogue", dict(
            id=identifier, subject_kind=ref[0], subject_id=ref[1], title=title, subtitle=subtitle, href=href,
            at=milliseconds(at), folded=words))
        self.rows.add("catalogue_text", dict(rowid=identifier, folded=words))

    def subject(self, at):
        return self.random.choice(SUBJECTS).format(
            year=at.year, month=at.month, quarter=(at.month + 2) // 3, number=self.random.randrange(100, 999))


def tables(database):
    """Tables in an order that no foreign key minds."""
    known = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'catalogue_text%' AND name NOT LIKE 'agency_text%' AND name <> 'schema_step'")]
    placed = []
    while known:
        ready = [name for name in known if all(
            row[2] == name or row[2] in placed for row in database.execute(f"PRAGMA foreign_key_list({name})"))]
        placed += ready
        known = [name for name in known if name not in ready]
    return placed


def copy_to_postgres(sqlite_path, url, only=None, above=None):
    """The same rows in PostgreSQL, whose tables stand and are empty. `above` copies rows with greater identifiers only."""
    database = sqlite3.connect(sqlite_path)
    for table in tables(database):
        if only and table not in only:
            continue
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        condition = f"WHERE id > {above[table]}" if above else ""
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {table} {condition}")
        psql(url, f"\\copy {table} ({', '.join(columns)}) FROM pstdin WITH (FORMAT csv, NULL '\\N')", rows=rows)
        if "id" in columns:
            psql(url, f"DO $$ BEGIN IF pg_get_serial_sequence('{table}', 'id') IS NOT NULL THEN PERFORM "
                      f"setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table})); "
                      "END IF; END $$")
    # As the server itself does before long.
    psql(url, "VACUUM (ANALYZE)")
    database.close()


def psql(url, command, rows=None):
    """Runs one command; returns its rows. `rows` are fed to a \\copy."""
    process = subprocess.Popen(
        ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", f"--command={command}", url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    if rows is not None:
        for row in rows:
            process.stdin.write(",".join(cell(value) for value in row) + "\n")
    out, err = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"psql: {err}")
    return [line.split("|") for line in out.splitlines() if line]


def cell(value):
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if isinstance(value, str) else text
