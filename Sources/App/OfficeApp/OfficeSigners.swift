// Whose certificates the office recorded for whom, at the terminal.
internal import Directory
package import Platform
internal import Records
package import Signing

/// Opens an office for one look at, or one change of, what was recorded with the first key of a person or the seal.
package struct OfficeSigners: Sendable {
    private let settings: OfficeSettings

    package init(_ settings: Settings) throws { self.settings = try OfficeSettings(settings) }

    /// - Parameter account: whose; nil for the seal.
    package func recorded(_ account: String?) async throws -> RecordedSigner {
        try await run(account) { try await $0.recorded($1) }
    }

    /// - Parameter name: how the terminal's user is named in the history.
    package func forget(_ account: String?, reason: String, operator name: String) async throws {
        try await run(account) { try await $0.forget($1, reason: reason, operator: name) }
    }

    private func run<Value: Sendable>(
        _ account: String?, _ body: @Sendable (IdentityDesk, KeyHolder) async throws -> Value
    ) async throws -> Value {
        let ground = try await Office.ground(settings, clock: .system, transport: .live())
        do {
            let value = try await body(IdentityDesk(ground: ground), try await Self.holder(account, ground))
            await ground.database.close()
            return value
        } catch {
            await ground.database.close()
            throw error
        }
    }

    private static func holder(_ account: String?, _ ground: Groundwork) async throws -> KeyHolder {
        guard let account else { return .seal }
        let person = try await ground.database.read { try DirectoryStore($0).person(account: account) }
        guard let person else { throw CommonRefusal.invalid("Không có tài khoản “\(account)”.") }
        return .person(person.id)
    }
}
