// The register of incoming documents (sổ đăng ký văn bản đến), as it is read and printed.
internal import Foundation
internal import Platform
internal import Records

/// One number of the register.
struct EntryLine: Sendable, Hashable {
    let document: IncomingDocument
    let entry: IncomingDocument.Entry
    /// Units or people who got it to work on, and when.
    let holders: [String]
    let passedOn: Day?
}

/// Which entries: one year, within a period of arrival.
struct EntryPeriod: Sendable, Hashable {
    var year: Int
    var from: Day?
    var to: Day?

    var condition: SQL {
        let start: SQL = from.map { "AND d.received_on >= \($0)" } ?? ""
        let end: SQL = to.map { "AND d.received_on <= \($0)" } ?? ""
        return "d.entry_year = \(year) AND d.entry_number IS NOT NULL \(start) \(end)"
    }
}

extension IncomingStore {
    /// One page by number, the newest first.
    func registerPage(_ period: EntryPeriod, after key: PageKey?) throws -> ListPage<EntryLine> {
        let below: SQL = key.map { "AND d.entry_number < \($0.key)" } ?? ""
        let lines = try entries(
            "\(period.condition) \(below) ORDER BY d.entry_number DESC LIMIT \(ListPage<EntryLine>.size + 1)")
        return ListPage(oneMoreThanAPage: lines) { PageKey(key: Int64($0.entry.number), id: $0.document.id.rawValue) }
    }

    /// The whole period in the order of the numbers, for printing.
    func registerLines(_ period: EntryPeriod, limit: Int) throws -> [EntryLine] {
        try entries("\(period.condition) ORDER BY d.entry_number LIMIT \(limit)")
    }

    /// Years that have entries, newest first.
    func registerYears() throws -> [Int] {
        try tx.rows("SELECT year FROM register WHERE book = \(IncomingDocument.book) ORDER BY year DESC").map {
            try $0.get("year")
        }
    }

    private func entries(_ condition: SQL) throws -> [EntryLine] {
        let documents = try tx.rows("SELECT d.* FROM incoming_document d WHERE \(condition)").map(Self.document)
        let holders = try holders(of: documents.map(\.id))
        return documents.compactMap { document in
            document.entry.map { entry in
                let held = holders[document.id.rawValue] ?? []
                return EntryLine(
                    document: document, entry: entry, holders: held.map(\.name),
                    passedOn: held.map(\.day).min())
            }
        }
    }

    /// Who was asked to work on each document: those who lead; before a directive, the leader who is asked.
    private func holders(of ids: [IncomingID]) throws -> [Int64: [(name: String, day: Day)]] {
        var all: [Int64: [(role: BranchRole, name: String, day: Day)]] = [:]
        for start in stride(from: 0, to: ids.count, by: 500) {
            let chunk = Array(ids[start..<min(start + 500, ids.count)])
            for row in try tx.rows(
                """
                SELECT b.subject_id, b.role, b.holder_name, b.created_at FROM branch b
                LEFT JOIN branch p ON p.id = b.parent_id
                WHERE b.subject_kind = 'incoming' AND b.subject_id IN \(list: chunk) AND b.state NOT IN ('recalled', 'returned')
                  AND (b.role = 'decide' OR (b.role = 'lead' AND (p.role IS NULL OR p.role = 'decide')))
                ORDER BY b.id
                """)
            {
                all[try row.get("subject_id"), default: []].append(
                    (try row.get("role"), try row.get("holder_name"), Day(at: try row.get("created_at"))))
            }
        }
        return all.mapValues { held in
            let leads = held.filter { $0.role == .lead }
            return (leads.isEmpty ? held : leads).map { ($0.name, $0.day) }
        }
    }
}
