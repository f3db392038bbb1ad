// What is said of one signature, in the order people ask: who, from where, vouched for by whom, when, and what since
// (TT 15/2025/TT-BKHCN: the least a verification must display). One source for screen and paper.
internal import Foundation
internal import PAdES
internal import Records
internal import SignatureCore
internal import WebUI

struct SignatureDetails {
    let signature: VerificationReport.Signature

    var isTimestamp: Bool { signature.kind == .timestamp }
    var title: String { signature.signer?.name ?? (isTimestamp ? "Dấu thời gian" : "Không rõ người ký") }
    var level: VerdictLevel { VerdictLevel(signature.verdict) }

    /// "Ký lúc 24/11/2026 09:15. Chữ ký hợp lệ…"
    var sentence: String {
        let verb = isTimestamp ? "Đóng dấu lúc" : "Ký lúc"
        return (signature.time.map { "\(verb) \(Format.time($0.date)). " } ?? "") + signature.sentence
    }

    private var certificate: Certificate? { signature.certificate.flatMap { try? Certificate(der: $0) } }

    var facts: [(label: String, value: String)] {
        let pairs: [(String, String?)] = [
            (isTimestamp ? "Đơn vị cấp dấu" : "Người ký", signer), ("Đơn vị quản lý", signature.signer?.organisation),
            ("Tổ chức cấp (CA)", certificate?.issuer.shortDisplay ?? signature.issuer),
            (isTimestamp ? "Thời điểm đóng dấu" : "Thời điểm ký", time), ("Hiệu lực chứng thư", validity),
            ("Số sê-ri", signature.signer?.serial), ("Tình trạng thu hồi", revocation), ("Lý do ký", signature.reason),
            ("Mức chữ ký", signature.level ?? (isTimestamp ? nil : "không theo PAdES")),
            ("Thuật toán", signature.algorithms), ("Phạm vi", coverage),
            ("Sau chữ ký này", changes),
        ]
        return pairs.compactMap { label, value in value.map { (label, $0) } }
    }

    private var signer: String? {
        signature.signer.map { [$0.name, $0.title].compactMap(\.self).joined(separator: ", ") }
    }

    private var time: String {
        guard let time = signature.time else { return "không rõ" }
        let source =
            switch time.source {
            case .timestamp: "theo dấu thời gian tin cậy"
            case .documentTimestamp: "có từ trước dấu thời gian tin cậy trên cả văn bản"
            case .claim: "theo đồng hồ của máy ký, chưa có dấu thời gian chứng minh"
            }
        return "\(Format.time(time.date)) (\(source))"
    }

    private var validity: String? {
        signature.signer.map { "\(Format.time($0.validFrom)) – \(Format.time($0.validTo))" }
    }

    private var revocation: String? {
        guard let own = signature.facts.revocation.first else {
            return signature.checks.last { $0.name == "revocation" }?.sentence
        }
        let source = own.source == "ocsp" ? "OCSP" : "danh sách thu hồi (CRL)"
        let time = (own.thisUpdate ?? own.producedAt).map { ", công bố \(Format.time($0))" } ?? ""
        switch own.status {
        case .good: return "chưa bị thu hồi, theo \(source)\(time)"
        case .revoked:
            return "đã bị thu hồi\(own.revokedAt.map { " từ \(Format.time($0))" } ?? ""), theo \(source)\(time)"
        case .unknown: return "chưa kiểm tra được"
        }
    }

    private var coverage: String {
        let place = signature.revision.map { "lần lưu thứ \($0)/\(signature.revisionCount) của tệp" }
        switch signature.coverage {
        case .wholeFile: return "toàn bộ tệp"
        case .wholeRevision: return place ?? "trọn vẹn phần được ký"
        case .partial: return "chỉ một phần của tệp"
        }
    }

    private var changes: String {
        if signature.coverage == .partial { return "không xác định được: chữ ký không bao trùm trọn một lần lưu" }
        return signature.changes.isEmpty
            ? "không có thay đổi" : signature.changes.map(\.sentence).joined(separator: " ")
    }

    var checks: [(name: String, result: SignatureCheckLine.Result, sentence: String)] {
        signature.checks.map { line in
            let name = Self.names[line.name] ?? line.name
            let indication = line.result == .failed || line.result == .undecided ? line.subIndication : nil
            return (name, line.result, line.sentence + (indication.map { " (\($0))" } ?? ""))
        }
    }

    /// What the policy's names are called on screen; a name that is missing here is shown as it is.
    private static let names = [
        "format": "Dạng chữ ký", "coverage": "Phạm vi", "cms": "Cấu trúc", "digest": "Nội dung",
        "signingCertificate": "Chứng thư người ký", "signatureValue": "Giá trị chữ ký", "path": "Đường dẫn tin cậy",
        "algorithm": "Thuật toán", "timestamp": "Dấu thời gian", "changes": "Thay đổi sau khi ký",
        "revocation": "Thu hồi", "warning": "Lưu ý", "baseline": "Mức cơ sở",
        "code": "Mã bảo vệ toàn vẹn",
    ]
}

extension SignatureCheckLine.Result {
    /// Told in a word: a colour alone says nothing.
    var word: String {
        switch self {
        case .passed: "Đạt"
        case .failed: "Không đạt"
        case .undecided: "Chưa rõ"
        case .note: "Lưu ý"
        }
    }
}
