// A run of the list, to be kept, compared and handed over.
package import Foundation
internal import Platform
internal import WebUI

package struct ConformanceReport: Sendable, Codable {
    package let subject: String
    package let side: ConformanceSide
    package let at: Date
    package let results: [ConformanceResult]

    package init(subject: String, side: ConformanceSide, at: Date, results: [ConformanceResult]) {
        (self.subject, self.side, self.at, self.results) = (subject, side, at, results)
    }

    package func count(_ outcome: ConformanceResult.Outcome) -> Int { results.count { $0.outcome == outcome } }

    /// Nothing failed, and nothing was left out.
    package var conforms: Bool { isPassed && Set(results.map(\.id)).isSuperset(of: side.caseIDs) }

    /// Nothing that was asked for failed or was left out; it may not have been the whole list.
    package var isPassed: Bool { results.allSatisfy { $0.outcome == .passed } && !results.isEmpty }

    package var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.dateEncodingStrategy = .iso8601
            return try encoder.encode(self)
        }
    }

    // MARK: Text

    package var text: String {
        let lines = results.flatMap { result -> [String] in
            let head = "\(Self.mark(result.outcome)) \(result.id)  \(result.title.vi) / \(result.title.en)"
            guard let finding = result.finding else { return [head] }
            return [head, "        \(finding.vi)", "        \(finding.en)"]
        }
        return ([verdict.vi, verdict.en, ""] + lines).joined(separator: "\n") + "\n"
    }

    private static func mark(_ outcome: ConformanceResult.Outcome) -> String {
        switch outcome {
        case .passed: "✔"
        case .failed: "✘"
        case .notTried: "–"
        }
    }

    private var verdict: Bilingual {
        let (passed, failed) = (count(.passed), count(.failed))
        let left = side.caseIDs.count - passed - failed
        return Bilingual(
            "\(subject): \(conforms ? "HỢP QUY" : "CHƯA HỢP QUY") – đạt \(passed), không đạt \(failed), chưa thử \(left).",
            "\(subject): \(conforms ? "CONFORMS" : "DOES NOT CONFORM YET") – passed \(passed), failed \(failed), not tried \(left)."
        )
    }

    // MARK: HTML

    /// One page without anything from elsewhere, so that it can be filed and printed.
    package var html: Data {
        let rows = results.map { result -> HTML in
            """
            <tr><td>\(result.id)</td><td><b>\(result.title.vi)</b><br>\(result.title.en)</td><td>\(result.clause)</td>\
            <td>\(result.expectation.vi)<br><i>\(result.expectation.en)</i></td>\
            <td>\(Self.word(result.outcome).vi)<br><i>\(Self.word(result.outcome).en)</i></td>\
            <td>\(result.finding?.vi)<br><i>\(result.finding?.en)</i></td></tr>
            """
        }
        let page: HTML = """
            <!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Báo cáo hợp quy – Conformance report</title>
            <style>body{font-family:sans-serif;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.4rem;vertical-align:top;text-align:left}</style></head>
            <body><h1>Báo cáo hợp quy liên thông văn bản<br><i>Conformance report on document exchange</i></h1>
            <p><b>\(verdict.vi)</b><br><i>\(verdict.en)</i></p><p>\(LocalTime(at).printed) (+07:00)</p>
            <table><thead><tr><th>Mã</th><th>Trường hợp / Case</th><th>Căn cứ / Clause</th><th>Yêu cầu / Required</th>\
            <th>Kết quả / Outcome</th><th>Ghi nhận / Finding</th></tr></thead><tbody>\(rows)</tbody></table></body></html>
            """
        return Data(page.utf8)
    }

    private static func word(_ outcome: ConformanceResult.Outcome) -> Bilingual {
        switch outcome {
        case .passed: Bilingual("Đạt", "Passed")
        case .failed: Bilingual("Không đạt", "Failed")
        case .notTried: Bilingual("Chưa thử", "Not tried")
        }
    }
}

extension ConformanceSide {
    fileprivate var caseIDs: [String] {
        switch self {
        case .office: officeCases.map(\.id)
        case .hub: hubCases.map(\.id)
        }
    }
}

/// The list as a document: `docs/conformance.md` and `docs/conformance.vi.md` are this text.
package enum ConformanceList {
    package static var vietnamese: String {
        document(
            "# Danh mục kiểm tra hợp quy",
            """
            Danh mục mà `vastoffice hub conform` dùng để thử một hệ thống khác. Mỗi trường hợp có mã không đổi và căn cứ. Tài liệu này
            được sinh từ mã nguồn (`Sources/Hub/Conformance`); phép thử tự động giữ cho hai bên khớp nhau. English: [conformance.md](conformance.md).
            """, "## Hệ thống quản lý văn bản (kết nối vào trục thử)",
            "## Trục liên thông (trục thử gọi như hai đơn vị)",
            "| mã | trường hợp | yêu cầu | căn cứ |"
        ) { $0.vi }
    }

    package static var english: String {
        document(
            "# Conformance cases",
            """
            The list by which `vastoffice hub conform` tries another system. Every case has an identity that does not change and a clause.
            This page is made from the sources (`Sources/Hub/Conformance`); a test keeps the two alike. Tiếng Việt: [conformance.vi.md](conformance.vi.md).
            """, "## Offices (they connect to the bench hub)", "## Hubs and platforms (called as two offices would)",
            "| case | what happens | what is required | clause |"
        ) { $0.en }
    }

    private static func document(
        _ title: String, _ introduction: String, _ offices: String, _ hubs: String, _ head: String,
        _ words: (Bilingual) -> String
    ) -> String {
        func row(_ id: String, _ title: Bilingual, _ expectation: Bilingual, _ clause: String) -> String {
            "| \(id) | \(words(title)) | \(words(expectation)) | \(clause) |"
        }
        let line = "| --- | --- | --- | --- |"
        let office = officeCases.map { row($0.id, $0.title, $0.expectation, $0.clause) }
        let hub = hubCases.map { row($0.id, $0.title, $0.expectation, $0.clause) }
        return ([title, "", introduction, "", offices, "", head, line] + office + ["", hubs, "", head, line] + hub)
            .joined(separator: "\n") + "\n"
    }
}
