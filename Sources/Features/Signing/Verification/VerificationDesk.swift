// Judges files: those of the office, remembered by their content, and those of strangers, of which nothing is kept.
internal import Digests
internal import Foundation
package import Platform
package import Records
internal import PAdES
internal import SignatureCore

package struct VerificationDesk: Sendable {
    private let ground: Groundwork
    private let judge: FileJudge
    private let trusted: TrustDesk

    /// A verdict is made anew every day, and whenever trust changes.
    private static let keptSeconds: Double = 86_400

    init(ground: Groundwork, judge: FileJudge) {
        self.ground = ground
        self.judge = judge
        trusted = TrustDesk(ground: ground)
    }

    /// What holds about a file of the office. Whoever asks has found the file on behalf of the actor.
    package func check(_ file: BlobRef, name: String) async throws -> CheckRecord {
        let now = ground.clock.now()
        let known = try await ground.database.read { tx in
            try VerdictTable(tx: tx).record(
                of: file.sha256, trustVersion: try TrustTable(tx: tx).version(),
                notBefore: now.addingTimeInterval(-Self.keptSeconds))
        }
        if var known {
            known.fileName = name
            return known
        }
        let record = try await judged(
            ground.blobs.path(file), name: name, byteCount: file.byteCount, sha256: file.sha256, password: nil)
        try await ground.database.write { try VerdictTable(tx: $0).keep(record) }
        return record
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

    /// What holds about a file that lies somewhere for the moment only.
    func checkPassing(
        _ file: URL, name: String, byteCount: Int, sha256: String, password: String?
    ) async throws -> CheckRecord {
        try await judged(file, name: name, byteCount: byteCount, sha256: sha256, password: password)
    }

    private func judged(
        _ file: URL, name: String, byteCount: Int, sha256: String, password: String?
    ) async throws -> CheckRecord {
        let (now, trust) = (ground.clock.now(), try await trusted.current())
        do {
            let report = try await judge.report(
                JudgeRequest(path: file.path, trust: trust.list, at: now, password: password))
            return CheckRecord(
                fileName: name, byteCount: byteCount, sha256: sha256, checkedAt: now, trustVersion: trust.version,
                report: report)
        } catch JudgeProblem.tooSlow {
            throw VerificationRefusal.tooSlow
        } catch JudgeProblem.broken {
            throw VerificationRefusal.broken
        }
    }
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
