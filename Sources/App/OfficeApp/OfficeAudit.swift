internal import Directory
// Checks what an office keeps: chains of registers and events, and files against their names.
package import Platform
internal import Records

/// What an audit found.
package struct AuditFindings: Sendable {
    package let lines: [String]
    package let isClean: Bool
}

package struct OfficeAudit: Sendable {
    private let settings: OfficeSettings

    package init(_ settings: Settings) throws { self.settings = try OfficeSettings(settings) }

    package func run() async throws -> AuditFindings {
        let ground = try await Office.ground(settings, clock: .system, transport: .live())
        let chains = try await ground.database.read(Self.chains)
        let files = try await ground.database.read(Self.files)
        let damaged = files.filter { (try? ground.blobs.verify($0)) == nil }.map { "DAMAGED file \($0.sha256)" }
        await ground.database.close()
        let clean = chains.broken.isEmpty && damaged.isEmpty
        return AuditFindings(
            lines: chains.broken + damaged + [
                "\(chains.registers) registers, \(chains.subjects) histories, \(files.count) files: \(clean ? "all whole" : "NOT whole")"
            ],
            isClean: clean)
    }

    private static func chains(_ tx: Transaction) throws -> (registers: Int, subjects: Int, broken: [String]) {
        var broken: [String] = []
        let registers = try tx.rows("SELECT book, year FROM register ORDER BY book, year")
        for row in registers {
            let (book, year): (String, Int) = (try row.get("book"), try row.get("year"))
            broken += try Register(tx).brokenLinks(book: book, year: year).map {
                "BROKEN register \(book) \(year) number \($0)"
            }
        }
        let subjects = try tx.rows("SELECT DISTINCT subject_kind, subject_id FROM event")
        for row in subjects {
            let subject = RecordRef(kind: try row.get("subject_kind"), id: try row.get("subject_id"))
            if try !EventHistory(tx).isIntact(subject) { broken.append("BROKEN history \(subject.kind) \(subject.id)") }
        }
        return (registers.count, subjects.count, broken)
    }

    private static func files(_ tx: Transaction) throws -> [BlobRef] {
        try tx.rows("SELECT DISTINCT sha256, byte_count FROM record_file").map {
            BlobRef(sha256: try $0.get("sha256"), byteCount: try $0.get("byte_count"))
        }
    }
}

/// Sets passwords without a browser, for the first account and for emergencies.
package struct OfficePasswords: Sendable {
    private let settings: OfficeSettings

    package init(_ settings: Settings) throws { self.settings = try OfficeSettings(settings) }

    package func set(account: String, to password: String) async throws {
        let ground = try await Office.ground(settings, clock: .system, transport: .live())
        try await SignInDesk(ground: ground).setPassword(account: account, to: password)
        await ground.database.close()
    }
}
