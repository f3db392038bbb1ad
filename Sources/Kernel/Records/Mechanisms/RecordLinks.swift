// How one record stands to another, told on both of them.
package import Foundation
package import Platform

/// What the first record does to the second.
package enum LinkKind: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
    case answers, replaces

    /// Before the second record, on the page of the first.
    package var forward: String {
        switch self {
        case .answers: "Trả lời"
        case .replaces: "Thay thế"
        }
    }

    /// Before the first record, on the page of the second.
    package var backward: String {
        switch self {
        case .answers: "Đã trả lời bằng"
        case .replaces: "Được thay thế bằng"
        }
    }
}

/// One bond as it is seen from one of its ends.
package struct RecordLink: Sendable, Hashable {
    package let kind: LinkKind
    /// Whether this record is the one that does it to the other.
    package let isForward: Bool
    package let other: RecordRef
    /// `Quyết định số 05/QĐ-VHL`: part of this record's own story, whoever may open the other one.
    package let label: String

    /// `Thay thế`, `Đã trả lời bằng` …
    package var words: String { isForward ? kind.forward : kind.backward }
}

extension [RecordLink] {
    /// What counts in the place of the record whose bonds these are and that ended so; one that was recalled after it was
    /// replaced is recalled.
    package func replacement(_ ending: Ending?) -> RecordLink? {
        ending == .replaced ? first { $0.kind == .replaces && !$0.isForward } : nil
    }
}

let linkSchema = [
    SchemaStep(
        "records-links-1",
        """
        CREATE TABLE record_link (
            from_kind TEXT NOT NULL, from_id BIGINT NOT NULL, kind TEXT NOT NULL, to_kind TEXT NOT NULL,
            to_id BIGINT NOT NULL, from_label TEXT NOT NULL, to_label TEXT NOT NULL, at BIGINT NOT NULL,
            PRIMARY KEY (from_kind, from_id, kind, to_kind, to_id), CHECK (kind IN ('answers', 'replaces')));
        CREATE INDEX record_link_to ON record_link (to_kind, to_id);
        """)
]

/// Every SQL statement on links.
package struct RecordLinks {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// The same bond a second time changes nothing; returns whether it is new.
    @discardableResult
    package func add(
        _ from: (ref: RecordRef, label: String), _ kind: LinkKind, _ to: (ref: RecordRef, label: String), at now: Date
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO record_link (from_kind, from_id, kind, to_kind, to_id, from_label, to_label, at)
            SELECT \(from.ref.kind), \(from.ref.id), \(kind), \(to.ref.kind), \(to.ref.id), \(from.label), \(to.label),
                   \(now) WHERE TRUE
            ON CONFLICT DO NOTHING
            """) > 0
    }

    /// Oldest first, from both ends.
    package func of(_ ref: RecordRef) throws -> [RecordLink] { try tx.answer(to: Self.of(ref)) }

    package static func of(_ ref: RecordRef) -> Query<[RecordLink]> {
        .list(
            """
            SELECT 1 AS is_forward, kind, to_kind AS other_kind, to_id AS other_id, to_label AS label, at
            FROM record_link WHERE from_kind = \(ref.kind) AND from_id = \(ref.id)
            UNION ALL
            SELECT 0 AS is_forward, kind, from_kind AS other_kind, from_id AS other_id, from_label AS label, at
            FROM record_link WHERE to_kind = \(ref.kind) AND to_id = \(ref.id)
            ORDER BY at, other_id
            """
        ) { row in
            RecordLink(
                kind: try row.get("kind"), isForward: try row.get("is_forward", as: Int.self) == 1,
                other: RecordRef(kind: try row.get("other_kind"), id: try row.get("other_id")),
                label: try row.get("label"))
        }
    }
}
