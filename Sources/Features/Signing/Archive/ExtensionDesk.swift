// Issued files are lifted to the level the office keeps them at, and their archive timestamps renewed in time: beside
// the file that was sent, never in its place.
internal import Foundation
internal import Logging
internal import PAdES
internal import Platform
package import Records
internal import SignatureCore

/// Lift the files of an issued document; enqueued by whoever issues it.
package struct ExtendFilesJob: JobPayload {
    package static let kind = "signing.extend"
    package let subjectKind: String
    package let subjectID: Int64

    package init(_ subject: RecordRef) {
        subjectKind = subject.kind
        subjectID = subject.id
    }
}

package struct ExtensionDesk: Sendable {
    private let ground: Groundwork
    private let timestamps: TimestampAuthority?
    private let material: ProofSources.Material

    /// A timestamp is renewed this long before its authority's certificate ends.
    static let marginSeconds: Double = 90 * 86_400

    init(ground: Groundwork, timestamps: TimestampAuthority?, material: @escaping ProofSources.Material) {
        self.ground = ground
        self.timestamps = timestamps
        self.material = material
    }

    /// The setting `signing.level`; nil where nothing is to be added after issuing.
    static func wanted(_ settings: Settings) throws -> SignatureLevel? {
        guard let text = settings.text("signing.level") else { return nil }
        guard let level = SignatureLevel(rawValue: text) else {
            throw SettingsError.value(key: "signing.level", reason: "`\(text)` is none of B-B, B-T, B-LT, B-LTA")
        }
        return level >= .bLT ? level : nil
    }

    /// The PDF files of a record as they stand: the document and its attachments.
    func extend(_ job: ExtendFilesJob) async throws {
        guard let level = try Self.wanted(ground.settings) else { return }
        let subject = RecordRef(kind: job.subjectKind, id: job.subjectID)
        let files = try await ground.database.read { try RecordFileStore($0).current(of: subject) }
        for file in files where file.isPDF && (file.role == .main || file.role == .attachment) {
            guard try await current(of: file.blob) == nil else { continue }
            guard try await lift(file.blob, from: file.blob, name: file.name, to: level) else { continue }
            try await tell("extended", subject, "Lập bản lưu trữ dài hạn (\(level.rawValue)) của “\(file.name)”.")
        }
    }

    /// When every attempt has failed.
    func extensionFailed(_ job: ExtendFilesJob, _ reason: String) async throws {
        let subject = RecordRef(kind: job.subjectKind, id: job.subjectID)
        try await tell("extensionFailed", subject, "Chưa lập được bản lưu trữ dài hạn: \(reason)")
    }

    private func tell(_ kind: String, _ subject: RecordRef, _ sentence: String) async throws {
        let now = ground.clock.now()
        try await ground.database.write {
            try EventHistory($0).append(kind, on: subject, by: nil, at: now, sentence)
        }
    }

    /// Younger archive timestamps over those that end soon.
    package func renew() async throws {
        guard try Self.wanted(ground.settings) == .bLTA else { return }
        let now = ground.clock.now()
        let due = try await ground.database.read { try ExtensionTable(tx: $0).toRenew(at: now, limit: 50) }
        for old in due {
            do { try await lift(old.source, from: old.file, name: old.name, to: .bLTA) } catch {
                Log.logger("signing").error("the archive timestamp of \(old.file.sha256) was not renewed: \(error)")
            }
        }
    }

    func current(of source: BlobRef) async throws -> ExtendedFile? {
        try await ground.database.read { try ExtensionTable(tx: $0).current(of: source) }
    }

    /// - Parameter file: what is extended: the source, or an earlier extension of it.
    @discardableResult
    private func lift(
        _ source: BlobRef, from file: BlobRef, name: String, to level: SignatureLevel
    ) async throws -> Bool {
        let before = try ground.blobs.get(file)
        let proofs = ProofSources(timestamps: timestamps, material: material)
        let lifted: Data
        do { lifted = try await PDFExtender.extend(before, to: level, proofs: proofs) } catch let error as PAdESError {
            switch error {
            case .timestampNeeded, .statusMissing: throw error
            // A file without signatures, or one that cannot be added to: nothing gets better by trying again.
            default: throw JobRefused("\(name): \(error.message)")
            }
        }
        guard lifted.count > before.count else { return false }
        let (now, blob) = (ground.clock.now(), try ground.blobs.put(lifted))
        let renewAt = level == .bLTA ? try await renewal(lifted, now) : nil
        let extended = ExtendedFile(
            source: source, name: name, level: level.rawValue, file: blob, extendedAt: now, renewAt: renewAt)
        try await ground.database.write { try ExtensionTable(tx: $0).put(extended) }
        return true
    }

    /// Before the certificate behind the youngest timestamp ends.
    private func renewal(_ file: Data, _ now: Date) async throws -> Date {
        let trust = try await TrustDesk(ground: ground).current().list.store
        let report = SignatureVerifier.report(on: file, trust: trust, at: now)
        let end = report.signatures.last { $0.kind == .timestamp }?.signer?.validTo
        return end?.addingTimeInterval(-Self.marginSeconds) ?? now.addingTimeInterval(365 * 86_400)
    }
}
