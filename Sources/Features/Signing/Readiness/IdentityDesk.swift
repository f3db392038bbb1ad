// Whose certificates a holder's must be, for the administrator: looked at, and forgotten where it was recorded wrongly.
internal import Foundation
internal import Platform
package import Records

/// What was recorded of a holder, as it is told.
package struct RecordedSigner: Sendable, Hashable {
    /// nil when nothing is recorded: the next certificate that bears his name will be.
    package let identity: String?
    package let history: [Event]
}

package struct IdentityDesk: Sendable {
    private let ground: Groundwork

    package init(ground: Groundwork) { self.ground = ground }

    private static func subject(_ holder: KeyHolder) -> RecordRef { RecordRef(kind: "signer", id: holder.id) }

    package func recorded(_ holder: KeyHolder) async throws -> RecordedSigner {
        try await ground.database.read { tx in
            RecordedSigner(
                identity: try IdentityTable(tx: tx).find(holder)?.display,
                history: try EventHistory(tx).of(Self.subject(holder)))
        }
    }

    /// Lets a holder begin anew, after a wrong file or a change of name. Keys stay; each is measured again when it signs.
    /// - Parameter name: how the terminal's user is named in the history.
    package func forget(_ holder: KeyHolder, reason: String, operator name: String) async throws {
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !reason.isEmpty else { throw CommonRefusal.invalid("Hãy ghi lý do xóa ghi nhận.") }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let table = IdentityTable(tx: tx)
            guard let known = try table.find(holder) else { throw CommonRefusal.notFound }
            try table.forget(holder)
            try EventHistory(tx).append(
                "forgotten", on: Self.subject(holder), by: nil, at: now,
                "Xóa ghi nhận người được cấp chứng thư số: \(known.display). Lý do: \(reason) (\(name))")
        }
    }
}
