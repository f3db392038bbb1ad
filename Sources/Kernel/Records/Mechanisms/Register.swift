// The register (sổ): numbers are taken, never suggested; each entry is chained to the one before.
internal import Digests
package import Foundation
package import Platform

package let recordsSchema =
    catalogueSchema + [
        SchemaStep(
            "records-1",
            """
            CREATE TABLE register (
                book TEXT NOT NULL, year BIGINT NOT NULL, last_number BIGINT NOT NULL, last_hash TEXT NOT NULL,
                PRIMARY KEY (book, year));
            CREATE TABLE register_entry (
                book TEXT NOT NULL, year BIGINT NOT NULL, number BIGINT NOT NULL, subject_kind TEXT NOT NULL,
                subject_id BIGINT NOT NULL, taken_by BIGINT NOT NULL, taken_at BIGINT NOT NULL, void_reason TEXT,
                previous_hash TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (book, year, number));
            CREATE UNIQUE INDEX register_entry_subject ON register_entry (subject_kind, subject_id, book)
                WHERE void_reason IS NULL;
            CREATE TABLE event (
                id {ID}, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, kind TEXT NOT NULL,
                person_id BIGINT, person_name TEXT NOT NULL, at BIGINT NOT NULL, detail TEXT NOT NULL,
                previous_hash TEXT NOT NULL, hash TEXT NOT NULL);
            CREATE INDEX event_subject ON event (subject_kind, subject_id, id);
            CREATE TABLE branch (
                id {ID}, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, parent_id BIGINT REFERENCES branch (id),
                holder_kind TEXT NOT NULL, holder_id BIGINT NOT NULL, holder_name TEXT NOT NULL, role TEXT NOT NULL,
                state TEXT NOT NULL, due_on TEXT, note TEXT NOT NULL, created_by BIGINT, created_by_name TEXT NOT NULL,
                created_at BIGINT NOT NULL, read_at BIGINT, closed_at BIGINT, outcome TEXT NOT NULL,
                CHECK (holder_kind IN ('person', 'unit')),
                CHECK (role IN ('decide', 'lead', 'support', 'information')),
                CHECK (state IN ('pending', 'active', 'passed', 'completed', 'returned', 'recalled')));
            CREATE INDEX branch_subject ON branch (subject_kind, subject_id, id);
            CREATE INDEX branch_holder ON branch (holder_kind, holder_id, subject_kind, state, subject_id);
            CREATE TABLE record_file (
                id {ID}, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, role TEXT NOT NULL, ordinal BIGINT NOT NULL,
                version BIGINT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, sha256 TEXT NOT NULL,
                byte_count BIGINT NOT NULL, created_at BIGINT NOT NULL,
                UNIQUE (subject_kind, subject_id, role, ordinal, version));
            CREATE INDEX record_file_content ON record_file (sha256);
            CREATE TABLE rendition (
                source_sha256 TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, byte_count BIGINT NOT NULL,
                detail TEXT NOT NULL, PRIMARY KEY (source_sha256, kind));
            """)
    ] + deskSchema + linkSchema + [
        // A chain does not show that all of it is gone. SQLite knows no TRUNCATE.
        SchemaStep(
            "records-chains-1", sqlite: "",
            postgres: """
                CREATE FUNCTION chain_kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''% is append-only'', TG_TABLE_NAME; END';
                CREATE TRIGGER event_kept BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION chain_kept();
                CREATE TRIGGER register_kept BEFORE TRUNCATE ON register FOR EACH STATEMENT EXECUTE FUNCTION chain_kept();
                CREATE TRIGGER register_entry_kept BEFORE TRUNCATE ON register_entry FOR EACH STATEMENT EXECUTE FUNCTION chain_kept();
                """)
    ]

/// A number taken from a register.
package struct RegisterEntry: Sendable, Hashable {
    package let book: String
    package let year: Int
    package let number: Int
    package let takenAt: Date
}

/// Takes numbers inside the transaction that files or issues (NĐ 30/2020 Art. 15, 22: from 01 on 1 January,
/// unique in the year, one series for paper and electronic).
package struct Register {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// The next number. Concurrent takers wait for one another; a rolled-back transaction takes nothing, so there is no gap.
    package func take(
        book: String, for subject: RecordRef, by person: PersonID, at now: Date
    ) throws -> RegisterEntry {
        let year = Day(at: now).year
        guard
            let row = try tx.first(
                """
                INSERT INTO register (book, year, last_number, last_hash) VALUES (\(book), \(year), 1, '')
                ON CONFLICT (book, year) DO UPDATE SET last_number = register.last_number + 1
                RETURNING last_number, last_hash
                """)
        else { throw DatabaseError.constraint("register") }
        let number: Int = try row.get("last_number")
        let previous: String = try row.get("last_hash")
        let milliseconds = Int64((now.timeIntervalSince1970 * 1000).rounded())
        let hash = Self.hash(previous, book, year, number, subject, person, milliseconds)
        try tx.execute(
            """
            INSERT INTO register_entry
                (book, year, number, subject_kind, subject_id, taken_by, taken_at, previous_hash, hash)
            VALUES (\(book), \(year), \(number), \(subject.kind), \(subject.id), \(person.rawValue), \(now), \(previous), \(hash))
            """)
        try tx.execute("UPDATE register SET last_hash = \(hash) WHERE book = \(book) AND year = \(year)")
        return RegisterEntry(book: book, year: year, number: number, takenAt: now)
    }

    /// Voids a number: it stays in the register with its reason and is never used again.
    package func void(book: String, year: Int, number: Int, reason: String) throws {
        try tx.execute(
            """
            UPDATE register_entry SET void_reason = \(reason)
            WHERE book = \(book) AND year = \(year) AND number = \(number) AND void_reason IS NULL
            """)
    }

    /// Every book and year that numbers were taken from.
    package func all() throws -> [(book: String, year: Int)] {
        try tx.rows("SELECT book, year FROM register ORDER BY book, year").map {
            (try $0.get("book"), try $0.get("year"))
        }
    }

    /// Numbers whose chain does not hold: changed, removed or inserted afterwards. Empty when all is well.
    package func brokenLinks(book: String, year: Int) throws -> [Int] {
        var previous = ""
        var broken: [Int] = []
        var expected = 1
        for row in try tx.rows(
            "SELECT * FROM register_entry WHERE book = \(book) AND year = \(year) ORDER BY number")
        {
            let number: Int = try row.get("number")
            let subject = RecordRef(kind: try row.get("subject_kind"), id: try row.get("subject_id"))
            let hash = Self.hash(
                previous, book, year, number, subject, PersonID(try row.get("taken_by", as: Int64.self)),
                try row.get("taken_at", as: Int64.self))
            let stored: String = try row.get("hash")
            if number != expected || hash != stored { broken.append(number) }
            previous = stored
            expected = number + 1
        }
        let head = try tx.first("SELECT last_number, last_hash FROM register WHERE book = \(book) AND year = \(year)")
        let last = try head?.get("last_number", as: Int.self) ?? 0
        if last >= expected {
            broken += expected...last
        } else if try last + 1 < expected || head?.get("last_hash") ?? "" != previous {
            broken.append(expected - 1)
        }
        return broken
    }

    private static func hash(
        _ previous: String, _ book: String, _ year: Int, _ number: Int, _ subject: RecordRef, _ person: PersonID,
        _ milliseconds: Int64
    ) -> String {
        sha256Hex(
            Data("\(previous)|\(book)|\(year)|\(number)|\(subject.kind)|\(subject.id)|\(person)|\(milliseconds)".utf8))
    }
}
