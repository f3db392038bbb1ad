// How the hub stands at one moment: what page, metrics and alerts are made of.
internal import Foundation
internal import Platform
internal import SignatureCore

/// What waits for one agency.
struct AgencyStanding: Sendable, Hashable {
    let code: String
    let name: String
    let systemId: String?
    let isLocked: Bool
    let open: Int
    /// Open ones that have waited for longer than `hub.stuck.minutes`.
    let stuck: Int
    let oldestOpenAt: Date?
    /// Open ones whose receiver said that it failed.
    let failed: Int
}

/// A certificate that is watched.
struct CertificateStanding: Sendable, Hashable {
    let file: String
    let subject: String
    /// nil when the file cannot be read as a certificate.
    let expiresAt: Date?
}

struct HubStanding: Sendable {
    let at: Date
    /// Agencies with something open, the longest waiting first; at most 500.
    let agencies: [AgencyStanding]
    let systems: [SystemOverview]
    let certificates: [CertificateStanding]
    let freeBytes: Int?
    /// Counts of all nodes in the last five minutes, hour and day.
    let fiveMinutes: [HubMeter.Key: Int]
    let hour: [HubMeter.Key: Int]
    let day: [HubMeter.Key: Int]

    var open: Int { agencies.reduce(0) { $0 + $1.open } }
    var stuck: Int { agencies.reduce(0) { $0 + $1.stuck } }

    /// Sum of one count, of every label.
    static func sum(_ count: HubCount, _ counts: [HubMeter.Key: Int]) -> Int {
        counts.reduce(0) { $0 + ($1.key.count == count ? $1.value : 0) }
    }

    /// One count by label, the largest first.
    static func byLabel(_ count: HubCount, _ counts: [HubMeter.Key: Int]) -> [(label: String, count: Int)] {
        counts.filter { $0.key.count == count }.map { (label: $0.key.label, count: $0.value) }
            .sorted { ($1.count, $0.label) < ($0.count, $1.label) }
    }
}

extension HubDesk {
    func standing() async throws -> HubStanding {
        let (now, stuckMinutes) = (clock.now(), settings.stuckMinutes)
        let certificates = settings.certificates.map { CertificateStanding(file: $0) }
        let free = blobs.freeBytes
        return try await database.read { tx in
            let store = HubStore(tx: tx, now: now)
            return HubStanding(
                at: now, agencies: try store.waiting(stuckSince: now.addingTimeInterval(-Double(stuckMinutes) * 60)),
                systems: try store.systemOverview(), certificates: certificates, freeBytes: free,
                fiveMinutes: try store.tallies(since: now.addingTimeInterval(-300)),
                hour: try store.tallies(since: now.addingTimeInterval(-3_600)),
                day: try store.tallies(since: now.addingTimeInterval(-86_400)))
        }
    }
}

extension HubStore {
    /// What waits, by agency. Everything is counted in indexes of what is open, so that rows are looked at only where
    /// they failed.
    func waiting(stuckSince then: Date) throws -> [AgencyStanding] {
        try tx.rows(HubStore.waiting(stuckSince: then)).map { row in
            AgencyStanding(
                code: try row.get("code"), name: try row.get("name"), systemId: try row.optional("system_id"),
                isLocked: try row.get("is_locked"), open: try row.get("open"), stuck: try row.get("stuck"),
                oldestOpenAt: try row.optional("oldest"), failed: try row.get("failed"))
        }
    }

    static func waiting(stuckSince then: Date) -> SQL {
        """
        SELECT a.code, a.name, a.system_id, a.is_locked, w.open, w.stuck, w.oldest,
            (SELECT COUNT(*) FROM hub_delivery f WHERE f.agency_id = w.agency_id AND f.state = 'fail') AS failed
        FROM (SELECT d.agency_id, COUNT(*) AS open, MIN(d.created_at) AS oldest,
                CAST(SUM(CASE WHEN d.created_at < \(then) THEN 1 ELSE 0 END) AS BIGINT) AS stuck
              FROM hub_delivery d WHERE d.state <> 'done' GROUP BY d.agency_id) w
        JOIN hub_agency a ON a.id = w.agency_id
        ORDER BY w.oldest, a.code LIMIT 500
        """
    }
}

extension CertificateStanding {
    /// The first certificate of a PEM or DER file.
    init(file: String) {
        self.file = file
        let bytes = FileManager.default.contents(atPath: file) ?? Data()
        let certificate = (try? Certificate.all(in: bytes))?.first
        subject = certificate?.commonName ?? ""
        expiresAt = certificate?.notAfter
    }
}

extension BlobStore {
    /// Room left where packets are kept; nil where the system does not say.
    var freeBytes: Int? {
        var status = statvfs()
        let probe = path(BlobRef(sha256: "00", byteCount: 0)).deletingLastPathComponent().deletingLastPathComponent()
        guard statvfs(probe.path, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
