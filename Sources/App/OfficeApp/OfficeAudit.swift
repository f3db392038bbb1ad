// Checks what an office keeps: chains of registers and events, and files against their names.
internal import Directory
package import Platform
package import Records

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
        let findings = try await Self.findings(on: ground)
        await ground.database.close()
        return findings
    }

    package static func findings(on ground: Groundwork) async throws -> AuditFindings {
        let chains = try await ground.database.read(chains)
        let files = try await ground.database.read { try RecordFileStore($0).everyBlob() }
        let damaged = files.filter { (try? ground.blobs.verify($0)) == nil }.map { "DAMAGED file \($0.sha256)" }
        let broken = chains.broken + damaged
        let counts = "\(chains.registers) registers, \(chains.subjects) histories, \(files.count) files"
        return AuditFindings(
            lines: broken + ["\(counts): \(broken.isEmpty ? "all whole" : "NOT whole")"], isClean: broken.isEmpty)
    }

    private static func chains(_ tx: Transaction) throws -> (registers: Int, subjects: Int, broken: [String]) {
        let (register, history) = (Register(tx), EventHistory(tx))
        let (books, subjects) = (try register.all(), try history.subjects())
        let numbers = try books.flatMap { book, year in
            try register.brokenLinks(book: book, year: year).map { "BROKEN register \(book) \(year) number \($0)" }
        }
        let histories = try subjects.filter { try !history.isIntact($0) }.map { "BROKEN history \($0.kind) \($0.id)" }
        return (books.count, subjects.count, numbers + histories)
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
