// The list of trusted certificates at the terminal.
package import Platform
internal import Records
package import Signing

/// Opens an office for one look at, or one change of, whom it trusts.
package struct OfficeTrust: Sendable {
    private let settings: OfficeSettings

    package init(_ settings: Settings) throws { self.settings = try OfficeSettings(settings) }

    package func run<Value: Sendable>(_ body: @Sendable (TrustDesk) async throws -> Value) async throws -> Value {
        let ground = try await Office.ground(settings, clock: .system, transport: .live())
        do {
            let value = try await body(TrustDesk(ground: ground))
            await ground.database.close()
            return value
        } catch {
            await ground.database.close()
            throw error
        }
    }
}
