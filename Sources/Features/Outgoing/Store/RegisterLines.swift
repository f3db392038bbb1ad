// The register of outgoing documents (sổ đăng ký văn bản đi), as it is read and printed.
internal import Foundation
internal import Platform
internal import Records

/// One number of the register; a voided one stays with its reason.
struct RegisterLine: Sendable, Hashable {
    let document: OutgoingID
    let number: Int
    let code: DocumentCode
    let day: Day
    let type: DocumentType
    let subject: String
    let signer: String
    let toPlaces: String
    let unitName: String
    let copies: Int
    let issuedAt: Date?
    let sentCount: Int
    let agencyCount: Int
    let voidReason: String?
}

/// Which numbers: one book, one year, within a period.
struct RegisterPeriod: Sendable, Hashable {
    var book = "outgoing:administrative"
    var year: Int
    var from: Day?
    var to: Day?

    var isSecret: Bool { book == "outgoing:secret" }

    var condition: SQL {
        let start: SQL = from.map { "AND d.dated_on >= \($0)" } ?? ""
        let end: SQL = to.map { "AND d.dated_on <= \($0)" } ?? ""
        return "d.number IS NOT NULL AND d.book = \(book) AND d.year = \(year) \(start) \(end)"
    }
}

extension OutgoingStore {
    /// One page by number, the newest first.
    func registerPage(_ period: RegisterPeriod, after key: PageKey?) throws -> ListPage<RegisterLine> {
        let below: SQL = key.map { "AND d.number < \($0.key)" } ?? ""
        let rows = try register(period, below, order: "DESC", limit: ListPage<RegisterLine>.size + 1)
        return ListPage(oneMoreThanAPage: rows) { PageKey(key: Int64($0.number), id: $0.document.rawValue) }
    }

    /// The whole period in the order of the numbers, for printing.
    func registerLines(_ period: RegisterPeriod, limit: Int) throws -> [RegisterLine] {
        try register(period, "", order: "ASC", limit: limit)
    }

    /// Years that have numbers, newest first.
    func registerYears() throws -> [Int] {
        try tx.rows("SELECT DISTINCT year FROM register WHERE book LIKE 'outgoing:%' ORDER BY year DESC").map {
            try $0.get("year")
        }
    }

    private func register(_ period: RegisterPeriod, _ more: SQL, order: SQL, limit: Int) throws -> [RegisterLine] {
        try tx.rows(
            """
            SELECT d.*, e.void_reason AS void_reason,
                (SELECT count(*) FROM outgoing_recipient r WHERE r.document_id = d.id) AS recipient_count,
                (SELECT count(*) FROM outgoing_recipient r WHERE r.document_id = d.id AND r.agency_code IS NOT NULL)
                    AS agency_count,
                (SELECT count(*) FROM outgoing_recipient r WHERE r.document_id = d.id AND r.delivery = 'sent') AS sent_count
            FROM outgoing_document d
            LEFT JOIN register_entry e ON e.book = d.book AND e.year = d.year AND e.number = d.number
            WHERE \(period.condition) \(more) ORDER BY d.number \(order) LIMIT \(limit)
            """
        ).compactMap(Self.registerLine)
    }

    private static func registerLine(_ row: Row) throws -> RegisterLine? {
        let document = try document(row)
        guard let numbering = document.numbering, let code = document.code else { return nil }
        let others = document.content.alsoTo.split(separator: "\n").count
        return RegisterLine(
            document: document.id, number: numbering.number, code: code, day: numbering.day,
            type: document.content.type,
            subject: document.content.subject, signer: document.content.signerName, toPlaces: try row.get("to_places"),
            unitName: document.unitName, copies: try row.get("recipient_count", as: Int.self) + others + 1,
            issuedAt: document.issuedAt, sentCount: try row.get("sent_count"), agencyCount: try row.get("agency_count"),
            voidReason: try row.optional("void_reason"))
    }
}
