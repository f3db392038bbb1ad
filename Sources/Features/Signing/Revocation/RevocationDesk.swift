// Asks authorities about certificates and remembers what they said. Nothing is asked inside a transaction, and a page
// waits a second at most: a job goes on asking.
internal import Foundation
internal import Logging
internal import Platform
internal import Records
internal import SignatureCore

/// Ask about this certificate again; refused authorities are asked later and later.
struct RefreshStatusJob: JobPayload {
    static let kind = "signing.status"
    let fingerprint: String
}

/// How to ask; a value, so that a test can answer.
struct StatusLookup: Sendable {
    var ask:
        @Sendable (_ certificate: Certificate, _ beside: [Certificate], _ trust: TrustStore, _ now: Date) async ->
            StatusFinding
}

/// What came of asking.
struct StatusFinding: Sendable {
    var status: CertificateStatus
    var material: ValidationMaterial
}

struct RevocationDesk: Sendable {
    private let ground: Groundwork
    private let lookup: StatusLookup
    private let patience: Duration

    /// - Parameter patience: how long somebody who wants to sign waits for an authority.
    init(ground: Groundwork, lookup: StatusLookup? = nil, patience: Duration = Patience.usual) {
        self.ground = ground
        self.patience = patience
        self.lookup = lookup ?? .live(ground)
    }

    /// What is known, asked anew where it may no longer be relied on and the answer comes at once.
    func statusForSigning(_ certificate: Certificate, beside: [Certificate]) async throws -> CertificateStatus {
        let now = ground.clock.now()
        if let known = try await known(certificate), known.status.mayBeReliedOn(at: now) {
            if now.timeIntervalSince(known.usedAt) > 86_400 { try await touch(known, now) }
            return known.status
        }
        let finding = await Patience.wait(patience) { await find(certificate, beside) }
        let status = finding?.status ?? .late(certificate, at: now)
        try await keep(certificate, beside, finding ?? StatusFinding(status: status, material: .init()), now)
        if finding == nil || status.answer == .unknown { try await askLater(certificate) }
        return status
    }

    /// The job's whole work.
    func refresh(_ job: RefreshStatusJob) async throws {
        guard let known = try await ground.database.read({ try StatusTable(tx: $0).find(job.fingerprint) }) else {
            return
        }
        let finding = await find(known.certificate, known.beside)
        try await keep(known.certificate, known.beside, finding, known.usedAt)
        guard finding.status.answer != .unknown else { throw StatusUnavailable(detail: finding.status.detail) }
    }

    /// Keeps the status of certificates in use from running out while nobody looks.
    func refreshAll() async throws {
        let now = ground.clock.now()
        let due = try await ground.database.read { tx in
            try StatusTable(tx: tx).toRefresh(
                usedSince: now.addingTimeInterval(-30 * 86_400), endingBefore: now.addingTimeInterval(1800),
                askedBefore: now.addingTimeInterval(-900), limit: 200)
        }
        for known in due {
            try await keep(known.certificate, known.beside, await find(known.certificate, known.beside), known.usedAt)
        }
    }

    private func known(_ certificate: Certificate) async throws -> KnownStatus? {
        try await ground.database.read { try StatusTable(tx: $0).find(certificate.fingerprint) }
    }

    private func find(_ certificate: Certificate, _ beside: [Certificate]) async -> StatusFinding {
        let now = ground.clock.now()
        guard let trust = try? await TrustDesk(ground: ground).current().list.store else {
            return StatusFinding(status: CertificateStatus(.unknown, checkedAt: now), material: .init())
        }
        return await lookup.ask(certificate, beside, trust, now)
    }

    /// An answer that could not be had does not wipe out a revocation that is known.
    private func keep(
        _ certificate: Certificate, _ beside: [Certificate], _ finding: StatusFinding, _ usedAt: Date
    ) async throws {
        let material =
            finding.material.isEmpty ? nil : try ground.blobs.put(try JSONEncoder().encode(finding.material))
        try await ground.database.write { tx in
            let table = StatusTable(tx: tx)
            if let old = try table.find(certificate.fingerprint), finding.status.answer == .unknown,
                old.status.answer == .revoked
            {
                return
            }
            try table.keep(
                KnownStatus(
                    certificate: certificate, beside: beside, status: finding.status, material: material,
                    usedAt: usedAt))
        }
    }

    private func touch(_ known: KnownStatus, _ now: Date) async throws {
        var known = known
        known.usedAt = now
        let touched = known
        try await ground.database.write { try StatusTable(tx: $0).keep(touched) }
    }

    private func askLater(_ certificate: Certificate) async throws {
        let (now, job) = (ground.clock.now(), RefreshStatusJob(fingerprint: certificate.fingerprint))
        let hour = Int(now.timeIntervalSince1970 / 3600)
        try await ground.database.write {
            try JobQueue($0, now: now).enqueue(job, dedupe: "\(job.fingerprint):\(hour)")
        }
    }
}

/// Makes the job wait and try again.
struct StatusUnavailable: Error, CustomStringConvertible {
    let detail: String
    var description: String { "no status: \(detail)" }
}
