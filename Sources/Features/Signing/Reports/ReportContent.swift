// What a report says, in order; how it is set on paper is another file's matter. Pure.
internal import Foundation
internal import PAdES
internal import Records
internal import WebUI

enum ReportBlock: Sendable, Hashable {
    case letterhead(String)
    case title(String)
    /// The one sentence everything comes down to.
    case verdict(String)
    case heading(String)
    case fact(label: String, value: String)
    case check(word: String, text: String)
    case paragraph(String)
}

struct ReportContent: Sendable {
    let record: CheckRecord
    let agencyName: String

    var blocks: [ReportBlock] {
        [.letterhead(agencyName.uppercased()), .title("BÁO CÁO XÁC MINH CHỮ KÝ SỐ"), .verdict(record.verdict.sentence)]
            + about + notes + record.report.signatures.enumerated().flatMap { signature($1, $0 + 1) } + [closing]
    }

    private var about: [ReportBlock] {
        [
            .fact(label: "Tên tệp", value: record.fileName),
            .fact(
                label: "Dung lượng",
                value: "\(Format.fileSize(record.byteCount)) (\(Format.count(record.byteCount)) byte)"),
            .fact(label: "SHA-256 của tệp", value: record.sha256),
            .fact(label: "Kiểm tra lúc", value: Format.time(record.checkedAt)),
            .fact(label: "Số chữ ký", value: "\(record.report.signatures.count)"),
        ]
    }

    private var notes: [ReportBlock] {
        let empty = record.report.unsignedFields
        let fields = empty.isEmpty ? [] : ["Ô chữ ký chưa ký: \(empty.joined(separator: ", "))."]
        let lines = record.report.warnings + fields
        return lines.isEmpty ? [] : [.heading("Lưu ý")] + lines.map { .paragraph($0) }
    }

    private func signature(_ signature: VerificationReport.Signature, _ number: Int) -> [ReportBlock] {
        let details = SignatureDetails(signature: signature)
        let kind = details.isTimestamp ? "Dấu thời gian" : "Chữ ký"
        return [.heading("\(kind) \(number): \(details.title)"), .paragraph(details.sentence)]
            + details.facts.map { .fact(label: $0.label, value: $0.value) }
            + details.checks.map { .check(word: $0.result.word, text: "\($0.name). \($0.sentence)") }
    }

    private var closing: ReportBlock {
        .paragraph(
            "Báo cáo nêu kết quả kiểm tra tệp có giá trị SHA-256 trên, tại thời điểm kiểm tra, theo danh sách tổ chức chứng thực tin cậy của \(agencyName). Báo cáo không thay thế tệp gốc đã ký."
        )
    }
}
