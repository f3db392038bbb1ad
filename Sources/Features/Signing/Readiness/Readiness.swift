// Before a PIN is tried or a phone rings: may this certificate sign, for this person, now (TT 15/2025/TT-BKHCN)?
internal import Foundation
internal import Platform
package import Records
package import SignatureCore

/// Checks validity, key usage, person and revocation; what keeps a signature from being made tells what to do.
package struct Readiness: Sendable {
    private let ground: Groundwork
    private let statuses: RevocationDesk

    package init(ground: Groundwork) { self.init(ground: ground, statuses: RevocationDesk(ground: ground)) }

    init(ground: Groundwork, statuses: RevocationDesk) {
        self.ground = ground
        self.statuses = statuses
    }

    /// - Parameters:
    ///   - beside: certificates above it, as the key's holder brought them;
    ///   - personName: checked too where it is given; enrolment has compared it already.
    package func demand(
        _ certificate: Certificate, beside: [Certificate] = [], holder: KeyHolder, personName: String? = nil
    ) async throws {
        let now = ground.clock.now()
        if let problem = certificate.fitness(at: now).first { throw SigningRefusal.notFit(problem.message) }
        try await demandHolder(certificate, holder, personName, now)
        let status = try await statuses.statusForSigning(certificate, beside: beside)
        switch status.answer {
        case .good, .nobodyToAsk: return
        case .revoked: throw SigningRefusal.revoked(status.sentence)
        case .unknown: if try isStatusRequired { throw SigningRefusal.statusUnknown }
        }
    }

    /// Remembers whose certificate the first one of a holder is; what differs later is refused.
    package func enrolled(_ certificate: Certificate, holder: KeyHolder) async throws {
        let now = ground.clock.now()
        try await ground.database.write {
            try IdentityTable(tx: $0).settle(SignerIdentity(certificate), of: holder, at: now)
        }
    }

    /// An administrator lets a holder begin anew, e.g. after a change of name.
    package func forgetIdentity(of holder: KeyHolder) async throws {
        try await ground.database.write { try IdentityTable(tx: $0).forget(holder) }
    }

    private func demandHolder(
        _ certificate: Certificate, _ holder: KeyHolder, _ personName: String?, _ now: Date
    ) async throws {
        if let personName, !SignerIdentity.bearsName(certificate, personName) {
            throw SigningRefusal.otherPerson(certificate.commonName)
        }
        let known = try await ground.database.read { try IdentityTable(tx: $0).find(holder) }
        guard let known else { return try await enrolled(certificate, holder: holder) }
        guard known.isHolder(of: certificate) else { throw SigningRefusal.otherPerson(certificate.commonName) }
    }

    /// Where a certificate names whom to ask, it is asked. Switched off, the evidence says that nobody answered.
    private var isStatusRequired: Bool {
        get throws { try ground.settings.flag("signing.revocation.required", default: true) }
    }
}
