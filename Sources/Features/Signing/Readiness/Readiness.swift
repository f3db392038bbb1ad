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
        if let problem = certificate.fitness(at: ground.clock.now()).first {
            throw SigningRefusal.notFit(problem.message)
        }
        if let personName, !SignerIdentity.bearsName(certificate, personName) {
            throw SigningRefusal.otherPerson(certificate.commonName)
        }
        try await demandRecorded(certificate, holder)
        let status = try await statuses.statusForSigning(certificate, beside: beside)
        switch status.answer {
        case .good, .nobodyToAsk: return
        case .revoked: throw SigningRefusal.revoked(status.sentence)
        case .unknown: if try isStatusRequired { throw SigningRefusal.statusUnknown }
        }
    }

    /// Refuses whatever would never sign for this holder, before anything of it is kept. Whether it is revoked is asked
    /// when it signs.
    func demandEnrollable(_ certificate: Certificate, holder: KeyHolder, personName: String?) async throws {
        if let problem = certificate.fitness(at: ground.clock.now()).first {
            throw SigningRefusal.unfitToAdd(problem.message)
        }
        if let personName, !SignerIdentity.bearsName(certificate, personName) {
            throw SigningRefusal.foreign(certificate.commonName)
        }
        let known = try await ground.database.read { try IdentityTable(tx: $0).find(holder) }
        if let known, !known.isHolder(of: certificate) { throw known.refusal(of: certificate) }
    }

    /// The first certificate that signs says whose later ones must be.
    private func demandRecorded(_ certificate: Certificate, _ holder: KeyHolder) async throws {
        let now = ground.clock.now()
        let known = try await ground.database.read { try IdentityTable(tx: $0).find(holder) }
        if let known {
            guard known.isHolder(of: certificate) else { throw known.refusal(of: certificate) }
        } else {
            try await ground.database.write {
                try IdentityTable(tx: $0).settle(SignerIdentity(certificate), of: holder, at: now)
            }
        }
    }

    /// Where a certificate names whom to ask, it is asked. Switched off, the evidence says that nobody answered.
    private var isStatusRequired: Bool {
        get throws { try ground.settings.flag("signing.revocation.required", default: true) }
    }
}
