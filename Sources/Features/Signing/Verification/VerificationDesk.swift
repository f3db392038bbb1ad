// Judges files: those of the office, remembered by their content, and those of strangers, of which nothing is kept.
internal import Digests
internal import Foundation
package import Platform
package import Records
internal import Logging
internal import PAdES
internal import SignatureCore

package struct VerificationDesk: Sendable {
    private let ground: Groundwork
    private let judge: FileJudge
    private let trusted: TrustDesk
    private let source: RevocationSource

    /// A verdict is made anew every day, and whenever trust changes.
    private static let keptSeconds: Double = 86_400

    init(ground: Groundwork, judge: FileJudge) {
        self.ground = ground
        self.judge = judge
        trusted = TrustDesk(ground: ground)
        source = RevocationSource(ground)
    }

    /// What holds about a file of the office, by what is known now: authorities are asked by a job, whose answer
    /// completes the record. Whoever asks has found the file on behalf of the actor.
    package func check(_ file: BlobRef, name: String) async throws -> CheckRecord {
        let now = ground.clock.now()
        let (known, material) = try await ground.database.read { tx in
            let table = VerdictTable(tx: tx)
            let record = try table.record(
                of: file.sha256, trustVersion: try TrustTable(tx: tx).version(),
                notBefore: now.addingTimeInterval(-Self.keptSeconds))
            return (record, try table.material(of: file.sha256))
        }
        if var known {
            known.fileName = name
            return known
        }
        let passing = PassingFile(
            url: ground.blobs.path(file), name: name, byteCount: file.byteCount, sha256: file.sha256)
        var (record, questions) = try await judged(passing, material: try material.map(stored) ?? .init())
        record.isAwaitingStatus = isWorthAsking(questions)
        try await keep(record, material, asking: record.isAwaitingStatus ? file : nil)
        return record
    }

    /// What is known of these files already, by their SHA-256: one question for a whole page.
    package func known(of files: [BlobRef]) async throws -> [String: CheckRecord] {
        let notBefore = ground.clock.now().addingTimeInterval(-Self.keptSeconds)
        let records = try await ground.database.read { tx in
            try VerdictTable(tx: tx).records(
                of: files.map(\.sha256), trustVersion: try TrustTable(tx: tx).version(), notBefore: notBefore)
        }
        return Dictionary(records.map { ($0.sha256, $0) }) { first, _ in first }
    }

    /// The job's whole work: asks the authorities, then judges again with what they said.
    func complete(_ job: CompleteCheckJob) async throws {
        let file = BlobRef(sha256: job.sha256, byteCount: job.byteCount)
        let passing = PassingFile(
            url: ground.blobs.path(file), name: job.name, byteCount: file.byteCount, sha256: file.sha256)
        let (first, questions) = try await judged(passing, material: .init())
        let trust = try await trusted.current().list.store
        let (found, failures) = await source.material(for: questions, trust: trust, at: ground.clock.now())
        for failure in failures { Log.logger("signing").info("status: \(failure.reason.rawValue) \(failure.url)") }
        guard !found.isEmpty else { return try await keep(first, nil, asking: nil) }
        let blob = try ground.blobs.put(try JSONEncoder().encode(found))
        try await keep(try await judged(passing, material: found).record, blob, asking: nil)
    }

    private func keep(_ record: CheckRecord, _ material: BlobRef?, asking file: BlobRef?) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try VerdictTable(tx: tx).keep(record, material: material)
            guard let file else { return }
            let job = CompleteCheckJob(sha256: file.sha256, byteCount: file.byteCount, name: record.fileName)
            try JobQueue(tx, now: now).enqueue(job)
        }
    }

    private func stored(_ blob: BlobRef) throws -> ValidationMaterial {
        try JSONDecoder().decode(ValidationMaterial.self, from: try ground.blobs.get(blob))
    }

    /// Somebody is named who could be asked, and asking is allowed.
    private func isWorthAsking(_ questions: [StatusQuestion]) -> Bool {
        !RevocationSource.isOffline(ground.settings) && !questions.isEmpty
    }

    /// The file as it was when its signature number `number` (from 1) was made: its first bytes, and nothing else.
    func asSigned(_ file: BlobRef, name: String, number: Int) async throws -> SignedVersion {
        let record = try await check(file, name: name)
        guard record.report.signatures.indices.contains(number - 1) else { throw VerificationRefusal.noSuchSignature }
        let signature = record.report.signatures[number - 1]
        guard (1...file.byteCount).contains(signature.signedByteCount) else {
            throw VerificationRefusal.noSuchSignature
        }
        let blob =
            signature.signedByteCount == file.byteCount
            ? file : try ground.blobs.put(try ground.blobs.get(file).prefix(signature.signedByteCount))
        return SignedVersion(blob: blob, current: file, record: record, signature: signature, number: number)
    }

    /// What the office kept when it made the signatures of this file, and the file's long-term copy.
    func keepsake(of file: BlobRef, _ record: CheckRecord) async throws -> Keepsake {
        let ends = record.report.signatures.map(\.signedByteCount).filter { (1...file.byteCount).contains($0) }
        let bytes = try ground.blobs.get(file)
        let names = Set(ends).map { sha256Hex(bytes.prefix($0)) }
        return try await ground.database.read { tx in
            Keepsake(
                evidence: try EvidenceTable(tx: tx).of(names), extended: try ExtensionTable(tx: tx).current(of: file))
        }
    }

    /// What holds about a file that lies somewhere for the moment only. Authorities have a second to answer.
    func checkPassing(_ file: PassingFile, password: String?) async throws -> CheckRecord {
        let (first, questions) = try await judged(file, password: password, material: .init())
        guard isWorthAsking(questions) else { return first }
        let (source, now, trust) = (source, ground.clock.now(), try await trusted.current().list.store)
        let found = await Patience.wait { await source.material(for: questions, trust: trust, at: now).material }
        guard let found, !found.isEmpty else { return first }
        return try await judged(file, password: password, material: found).record
    }

    private func judged(
        _ file: PassingFile, password: String? = nil, material: ValidationMaterial
    ) async throws -> (record: CheckRecord, questions: [StatusQuestion]) {
        let (now, trust) = (ground.clock.now(), try await trusted.current())
        do {
            let judgement = try await judge.judge(
                JudgeRequest(
                    path: file.url.path, trust: trust.list, at: now, password: password, material: material))
            let record = CheckRecord(
                fileName: file.name, byteCount: file.byteCount, sha256: file.sha256, checkedAt: now,
                trustVersion: trust.version, report: judgement.report)
            return (record, judgement.questions.filter { source.fetchesIssuers || !$0.missesIssuer })
        } catch JudgeProblem.tooSlow {
            throw VerificationRefusal.tooSlow
        } catch JudgeProblem.broken {
            throw VerificationRefusal.broken
        }
    }
}

/// Ask the authorities about a file's certificates and judge it again.
struct CompleteCheckJob: JobPayload {
    static let kind = "signing.complete-check"
    let sha256: String
    let byteCount: Int
    let name: String
}

/// A file where it lies now.
struct PassingFile: Sendable {
    let url: URL
    let name: String
    let byteCount: Int
    let sha256: String
}

/// What lies beside a signed file.
struct Keepsake: Sendable {
    let evidence: [SignatureEvidence]
    let extended: ExtendedFile?
}

/// A file as it was signed, beside what it is now.
struct SignedVersion: Sendable {
    let blob: BlobRef
    let current: BlobRef
    let record: CheckRecord
    let signature: VerificationReport.Signature
    let number: Int

    var isCurrent: Bool { blob == current }
}

package enum VerificationRefusal: Refusal, Hashable {
    case tooSlow
    case broken
    case notPDF
    case tooLarge(limit: Int)
    case forgedReport
    case noSuchSignature

    package var kind: RefusalKind { self == .noSuchSignature ? .notFound : .invalid }
    package var message: String {
        switch self {
        case .tooSlow:
            "Tệp quá phức tạp nên chưa kiểm tra xong trong thời gian cho phép. Tệp không bị thay đổi; hãy yêu cầu bên gửi xuất lại PDF đơn giản hơn."
        case .broken:
            "Không kiểm tra được tệp này: cấu trúc của tệp làm dừng chương trình kiểm tra. Đừng tin chữ ký trên tệp."
        case .notPDF: "Đây không phải tệp PDF. Hãy chọn tệp PDF có chữ ký số."
        case .tooLarge(let limit): "Tệp lớn hơn \(limit >> 20) MB nên không kiểm tra ở đây được."
        case .forgedReport: "Báo cáo này không phải do hệ thống vừa lập, hoặc đã bị sửa. Hãy kiểm tra lại tệp."
        case .noSuchSignature: "Tệp không có chữ ký này."
        }
    }
}
