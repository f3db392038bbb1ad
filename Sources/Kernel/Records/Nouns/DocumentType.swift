// The 29 kinds of administrative document (NĐ 30/2020 Art. 7; abbreviations Annex III).

/// A kind of administrative document.
package enum DocumentType: String, Sendable, CaseIterable, Codable {
    case resolution, decision, directive, regulation, rule, communique, notice, guidance, programme, plan
    case option, scheme, project, report, minutes, submission, contract, officialLetter, telegram, memorandum
    case agreement, authorisation, invitation, introduction, leave, sendingSlip, transferSlip, noticeSlip, publicLetter

    /// Name as it stands on the document.
    package var label: String { Self.table[self]?.label ?? rawValue }

    /// Abbreviation used in the notation; nil for kinds that carry none (công văn, thư công).
    package var abbreviation: String? { Self.table[self]?.abbreviation }

    /// Finds the kind by its Vietnamese name, ignoring case, tones and surrounding space; "(cá biệt)" is dropped.
    package init?(label: String) {
        let wanted = Folding.fold(label.replacing("(cá biệt)", with: "")).trimmingSpaces
        guard let match = Self.allCases.first(where: { Folding.fold($0.label) == wanted }) else { return nil }
        self = match
    }

    private static let table: [DocumentType: (label: String, abbreviation: String?)] = [
        .resolution: ("Nghị quyết", "NQ"), .decision: ("Quyết định", "QĐ"), .directive: ("Chỉ thị", "CT"),
        .regulation: ("Quy chế", "QC"), .rule: ("Quy định", "QyĐ"), .communique: ("Thông cáo", "TC"),
        .notice: ("Thông báo", "TB"), .guidance: ("Hướng dẫn", "HD"), .programme: ("Chương trình", "CTr"),
        .plan: ("Kế hoạch", "KH"), .option: ("Phương án", "PA"), .scheme: ("Đề án", "ĐA"),
        .project: ("Dự án", "DA"), .report: ("Báo cáo", "BC"), .minutes: ("Biên bản", "BB"),
        .submission: ("Tờ trình", "TTr"), .contract: ("Hợp đồng", "HĐ"), .officialLetter: ("Công văn", nil),
        .telegram: ("Công điện", "CĐ"), .memorandum: ("Bản ghi nhớ", "BGN"), .agreement: ("Bản thỏa thuận", "BTT"),
        .authorisation: ("Giấy ủy quyền", "GUQ"), .invitation: ("Giấy mời", "GM"),
        .introduction: ("Giấy giới thiệu", "GGT"), .leave: ("Giấy nghỉ phép", "GNP"),
        .sendingSlip: ("Phiếu gửi", "PG"), .transferSlip: ("Phiếu chuyển", "PC"), .noticeSlip: ("Phiếu báo", "PB"),
        .publicLetter: ("Thư công", nil),
    ]
}
