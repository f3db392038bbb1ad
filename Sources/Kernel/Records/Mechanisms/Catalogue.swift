// One row of searchable text per record, folded for Vietnamese: `quyet dinh` finds `Quyết định`, `123 qd vhl` finds
// `123/QĐ-VHL`. What a person may not see is not found, not counted and not guessed.
package import Foundation
package import Platform

let catalogueSchema = [
    SchemaStep(
        "records-catalogue-1",
        sqlite: """
            CREATE TABLE catalogue (
                id {ID}, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, title TEXT NOT NULL,
                subtitle TEXT NOT NULL, href TEXT NOT NULL, at BIGINT NOT NULL, folded TEXT NOT NULL,
                UNIQUE (subject_kind, subject_id));
            CREATE VIRTUAL TABLE catalogue_text USING fts5(folded, content='catalogue', content_rowid='id', prefix='2 3');
            """,
        postgres: """
            CREATE TABLE catalogue (
                id {ID}, subject_kind TEXT NOT NULL, subject_id BIGINT NOT NULL, title TEXT NOT NULL,
                subtitle TEXT NOT NULL, href TEXT NOT NULL, at BIGINT NOT NULL, folded TEXT NOT NULL,
                terms TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED,
                UNIQUE (subject_kind, subject_id));
            CREATE INDEX catalogue_terms ON catalogue USING GIN (terms);
            """)
]

/// A record as the search shows it.
package struct CatalogueEntry: Sendable, Hashable {
    package let id: Int64
    package let subject: RecordRef
    package let title: String
    package let subtitle: String
    package let href: String
    package let at: Date
}

/// How one kind of record is searched for one person.
package struct CatalogueKind: Sendable {
    let kind: String
    /// Over `c.subject_id`: what this person may see.
    let visible: SQL
    /// A query for the identities of those that bear a number.
    let numbered: @Sendable (CodeQuery) -> SQL

    package init(_ kind: String, visible: SQL, numbered: @escaping @Sendable (CodeQuery) -> SQL) {
        self.kind = kind
        self.visible = visible
        self.numbered = numbered
    }
}

extension CodeQuery {
    /// The condition that the record `id` has the words of the notation. It is asked of the few that bear the number, one
    /// by one: the index would first gather everything with a word as common as `qd`.
    package func fits(_ kind: String, id: SQL) -> SQL {
        guard !notation.isEmpty else { return "TRUE" }
        let words = notation.map { "(' ' || c.folded) LIKE \("% \($0)%")" as SQL }
        return """
            EXISTS (SELECT 1 FROM catalogue c WHERE c.subject_kind = \(kind) AND c.subject_id = \(id)
                AND \(SQL.join(words, " AND ")))
            """
    }
}

extension Transaction {
    /// The condition that the record `id` has these words in the catalogue.
    package func holds(_ words: [String], _ kind: String, id: SQL) -> SQL {
        """
        \(id) IN (SELECT c.subject_id FROM catalogue c WHERE c.subject_kind = \(kind)
            AND \(matching(words, in: "catalogue", alias: "c")))
        """
    }
}

/// Filters of a list of records, over table alias `d`. Words are looked for in the catalogue; where they are a number, the
/// records that bear it are asked for before the others.
package protocol CatalogueFilter: Sendable, Hashable {
    static var kind: String { get }
    /// A query for the identities of those that bear a number.
    static func numbered(_ code: CodeQuery) -> SQL
    /// Words looked for; tones do not matter.
    var text: String { get }
    /// What else must hold.
    var marks: [SQL] { get }
}

extension CatalogueFilter {
    /// Those that bear the number looked for; nil where none is.
    package var numbered: SQL? {
        CodeQuery(text).map { .join(marks + ["d.id IN (\(Self.numbered($0)))"], " AND ") }
    }

    /// All others; nil when nothing is filtered.
    package func others(_ tx: Transaction) -> SQL? {
        var parts = marks
        let words = Array(Folding.words(text).prefix(8))
        if !words.isEmpty { parts.append(tx.holds(words, Self.kind, id: "d.id")) }
        if let code = CodeQuery(text) { parts.append("d.id NOT IN (\(Self.numbered(code)))") }
        return parts.isEmpty ? nil : .join(parts, " AND ")
    }
}

extension ListPage {
    /// One page of a list that is filtered.
    /// - Parameter lines: at most one row more than a page holds, in order, of those that meet a condition, after a key.
    package init(
        after key: PageKey?, _ filter: some CatalogueFilter, _ tx: Transaction,
        lines: @escaping (SQL?, PageKey?) throws -> [Item], place: (Item) -> PageKey
    ) throws {
        try self.init(
            after: key, numbered: filter.numbered.map { numbered in { try lines(numbered, $0) } },
            others: { try lines(filter.others(tx), $0) }, place: place)
    }
}

/// Writes and searches the catalogue inside a transaction.
package struct Catalogue {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// Enters a record, or enters it anew after it changed.
    /// - Parameter text: everything it should be found by besides title and subtitle.
    package func put(
        _ subject: RecordRef, title: String, subtitle: String, href: String, text: String, at: Date
    ) throws {
        let folded = Folding.words("\(title) \(subtitle) \(text)").joined(separator: " ")
        try removeFromIndex(subject)
        let id: Int64? = try tx.value(
            """
            INSERT INTO catalogue (subject_kind, subject_id, title, subtitle, href, at, folded)
            VALUES (\(subject.kind), \(subject.id), \(title), \(subtitle), \(href), \(at), \(folded))
            ON CONFLICT (subject_kind, subject_id) DO UPDATE SET title = excluded.title, subtitle = excluded.subtitle,
                href = excluded.href, at = excluded.at, folded = excluded.folded
            RETURNING id
            """)
        guard tx.engine == .sqlite, let id else { return }
        try tx.execute("INSERT INTO catalogue_text (rowid, folded) VALUES (\(id), \(folded))")
    }

    /// Newest first, before all what bears the number looked for. Kinds that are not named are not searched.
    package func search(
        _ text: String, in kinds: [CatalogueKind], after key: PageKey?
    ) throws -> ListPage<CatalogueEntry> {
        let words = Array(Folding.words(TextLimit.name.fitting(text)).prefix(8))
        guard !words.isEmpty, !kinds.isEmpty else { return ListPage(items: [], next: nil) }
        let numbers = CodeQuery(text).map { code in
            SQL.join(
                kinds.map { kind in
                    "(c.subject_kind = \(kind.kind) AND c.subject_id IN (\(kind.numbered(code))))"
                }, " OR ")
        }
        let apart: SQL = numbers.map { "AND NOT (\($0))" } ?? ""
        let matching: SQL = "\(tx.matching(words, in: "catalogue", alias: "c")) \(apart)"
        return try ListPage(
            after: key, numbered: numbers.map { numbers in { try entries("(\(numbers))", kinds, after: $0) } },
            others: { try entries(matching, kinds, after: $0) }
        ) { PageKey(key: Int64(($0.at.timeIntervalSince1970 * 1000).rounded()), id: $0.id) }
    }

    private func entries(
        _ condition: SQL, _ kinds: [CatalogueKind], after key: PageKey?
    ) throws -> [CatalogueEntry] {
        let allowed = SQL.join(kinds.map { "(c.subject_kind = \($0.kind) AND \($0.visible))" }, " OR ")
        let position: SQL = key.map { "AND (c.at, c.id) < (\($0.key), \($0.id))" } ?? ""
        return try tx.rows(
            """
            SELECT c.* FROM catalogue c WHERE \(condition) AND (\(allowed)) \(position)
            ORDER BY c.at DESC, c.id DESC LIMIT \(ListPage<CatalogueEntry>.size + 1)
            """
        ).map(Self.entry)
    }

    /// The index must be told the old words before they change; PostgreSQL's follows by itself.
    private func removeFromIndex(_ subject: RecordRef) throws {
        guard tx.engine == .sqlite,
            let old = try tx.first(
                "SELECT id, folded FROM catalogue WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)")
        else { return }
        try tx.execute(
            """
            INSERT INTO catalogue_text (catalogue_text, rowid, folded)
            VALUES ('delete', \(try old.get("id", as: Int64.self)), \(try old.get("folded", as: String.self)))
            """)
    }

    private static func entry(_ row: Row) throws -> CatalogueEntry {
        CatalogueEntry(
            id: try row.get("id"), subject: RecordRef(kind: try row.get("subject_kind"), id: try row.get("subject_id")),
            title: try row.get("title"), subtitle: try row.get("subtitle"), href: try row.get("href"),
            at: try row.get("at"))
    }
}
