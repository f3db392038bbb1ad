// A report that travels with the page and comes back to be printed: sealed, so that we print only what we found.
internal import Digests
internal import Foundation
internal import Platform
internal import Records

/// The office's secret for seals; one for all nodes.
struct ReportSeal: Sendable {
    let ground: Groundwork

    func seal(_ json: Data) async throws -> String { hmacSHA256(key: try await key(), message: json).hex }

    func opened(_ json: Data, seal: String) async throws -> CheckRecord {
        let expected = try await self.seal(json)
        guard constantTimeEqual(Data(seal.utf8), Data(expected.utf8)), let record = try? CheckRecord(json: json) else {
            throw VerificationRefusal.forgedReport
        }
        return record
    }

    private func key() async throws -> Data {
        if let known = try await ground.database.read({ try SecretTable(tx: $0).find("report") }) { return known }
        let fresh = randomBytes(32)
        return try await ground.database.write { try SecretTable(tx: $0).settled("report", fresh: fresh) }
    }
}
