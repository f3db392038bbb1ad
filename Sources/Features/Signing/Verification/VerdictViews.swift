// The verdict on screen: one sentence first, each signature below it, every check one click deeper.
internal import Foundation
internal import PAdES
internal import Records
package import WebUI

extension SignaturePanel {
    /// - Parameters:
    ///   - isOpen: whether the signatures stand open; - act: what may be done with one of them, by its place in the file.
    init(
        _ record: CheckRecord, isOpen: Bool = false, footer: HTML = .empty,
        act: (Int, VerificationReport.Signature) -> HTML = { _, _ in .empty }
    ) {
        let verdict = record.verdict
        self.init(
            level: verdict.level.mark, sentence: verdict.sentence,
            signers: record.report.signatures.enumerated().map { index, signature in
                Signer(SignatureDetails(signature: signature), act: act(index, signature))
            }, notes: Self.notes(record.report), isOpen: isOpen, footer: footer)
    }

    private static func notes(_ report: VerificationReport) -> [String] {
        let empty = report.unsignedFields
        guard !empty.isEmpty, !report.signatures.isEmpty else { return report.warnings }
        return report.warnings + ["Còn \(empty.count) ô chữ ký chưa ký: \(empty.joined(separator: ", "))."]
    }
}

extension SignaturePanel {
    /// The panel of a file whose check may be refused: then it says why, and the page stands all the same.
    /// - Parameter file: address of the file, below which its signatures are told in full; nil where it has none.
    package static func telling(
        at file: String?, _ check: () async throws -> SignatureVerdict
    ) async throws -> SignaturePanel {
        do { return try await check().panel(at: file) } catch let refusal as any Refusal {
            return SignaturePanel(level: .warn, sentence: "Chưa kiểm tra được chữ ký: \(refusal.message)")
        }
    }
}

extension SignatureVerdict {
    /// The panel beside the pages: one sentence, then each signature.
    func panel(at file: String?, isOpen: Bool = false) -> SignaturePanel {
        guard let record else { return SignaturePanel(level: level.mark, sentence: sentence) }
        guard let file else { return SignaturePanel(record, isOpen: isOpen) }
        let footer: HTML =
            signatures.isEmpty
            ? .empty
            : """
            \(HTML.when(record.isAwaitingStatus, Waiting.poll("Đang hỏi tổ chức chứng thực về tình trạng thu hồi…", href: "\(file)/chu-ky/cho")))\
            <p class="quiet">Kiểm tra lúc \(Marks.time(record.checkedAt)). <a href="\(href: "\(file)/chu-ky")">Chi tiết và báo cáo</a></p>
            """
        return SignaturePanel(record, isOpen: isOpen, footer: footer) { index, signature in
            guard signature.signedByteCount > 0 else { return .empty }
            return """
                <p class="as-signed"><a href="\(href: "\(file)/chu-ky/\(index + 1)")">\(Icon.eye.html)Xem văn bản như lúc ký</a></p>
                """
        }
    }
}

extension SignaturePanel.Signer {
    fileprivate init(_ details: SignatureDetails, act: HTML) {
        self.init(
            name: details.title, level: details.level.mark, sentence: details.sentence,
            facts: details.facts.map { ($0.label, .text($0.value)) },
            checks: details.checks.map { name, result, sentence in
                .init(name: name, word: result.word, level: result.mark, sentence: sentence)
            }, act: act)
    }
}

extension SignatureCheckLine.Result {
    /// Passing one check is no green tick: that is for a whole signature that was verified and trusted.
    fileprivate var mark: Level {
        switch self {
        case .passed, .note: .neutral
        case .undecided: .warn
        case .failed: .bad
        }
    }
}

extension VerdictLevel {
    var mark: Level {
        switch self {
        case .trusted: .ok
        case .caution: .warn
        case .broken: .bad
        case .unsigned: .neutral
        }
    }
}
