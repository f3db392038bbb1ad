// The register on paper: NĐ 30/2020 Annex IV, A4 landscape.
internal import Directory
internal import Foundation
internal import Platform
internal import Records

/// Headings and cells of the register, the same on screen and on paper.
enum EntryColumns {
    static let headings = [
        "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu văn bản", "Ngày tháng văn bản",
        "Tên loại và trích yếu nội dung văn bản", "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
    ]

    /// Millimetres; 267 in all between margins of 15.
    static let widths = [21, 14, 40, 28, 21, 66, 32, 20, 11, 14]

    static let subject = 5

    static func cells(_ line: EntryLine) -> [String] {
        let content = line.document.content
        return [
            line.entry.receivedOn.printed, DocumentCode.printed(line.entry.number), content.senderName,
            content.code.description, content.day?.printed ?? "",
            [content.typeLabel, content.subject].filter { !$0.isEmpty }.joined(separator: ": "),
            line.holders.joined(separator: "; "), line.passedOn?.printed ?? "", "",
            content.urgency > .normal ? content.urgency.label : "",
        ]
    }
}

struct RegisterPrint: Sendable {
    let ground: Groundwork

    func pdf(of period: EntryPeriod) async throws -> Data {
        let (lines, agency) = try await ground.database.read { tx in
            (
                try IncomingStore(tx).registerLines(period, limit: PrintedTable.mostLines + 1),
                try DirectoryStore(tx).ownAgency()
            )
        }
        guard lines.count <= PrintedTable.mostLines else { throw PrintRefusal.tooLong }
        return try await Self.sheet(agency, period, lines).pdf(in: ground.sandbox)
    }

    static func sheet(_ agency: Agency, _ period: EntryPeriod, _ lines: [EntryLine]) -> PrintedTable {
        let days = lines.map(\.entry.receivedOn)
        return PrintedTable(
            parentName: agency.parentName, agencyName: agency.name, title: "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
            subtitle: PrintedTable.span(
                year: period.year, from: period.from ?? days.min(), to: period.to ?? days.max(),
                numbers: lines.map(\.entry.number)),
            columns: zip(EntryColumns.headings, EntryColumns.widths).map { PrintedTable.Column($0, width: $1) },
            rows: lines.map { EntryColumns.cells($0).map(PrintedTable.cell) },
            closing: ["Tổng số: \(lines.count) văn bản."])
    }
}

/// Phiếu giải quyết văn bản đến (NĐ 30/2020 Annex IV): the leader's opinion, the unit head's, the officer's proposal.
struct SlipPrint: Sendable {
    let ground: Groundwork

    func pdf(of view: IncomingView) async throws -> Data {
        let agency = try await ground.database.read { try DirectoryStore($0).ownAgency() }
        return try await Self.sheet(agency, view).pdf(in: ground.sandbox)
    }

    static func sheet(_ agency: Agency, _ view: IncomingView) -> PrintedTable {
        let (document, tree) = (view.document, view.tree)
        let content = document.content
        let units = tree.branches.filter { branch in
            branch.state != .recalled && branch.parent.flatMap(tree.branch)?.role == .lead && branch.role == .lead
        }
        let officers = tree.branches.filter { $0.role != .decide && !$0.outcome.isEmpty && $0.state != .recalled }
        return PrintedTable(
            parentName: agency.parentName, agencyName: agency.name, title: "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN",
            subtitle: [content.typeLabel, content.subject].filter { !$0.isEmpty }.joined(separator: ": "),
            columns: [.init("", width: 55), .init("", width: 125)],
            rows: [
                [
                    "Số đến, ngày đến",
                    document.entry.map { "\(DocumentCode.printed($0.number)), ngày \($0.receivedOn.printed)" }
                        ?? "(chưa vào sổ)",
                ],
                [
                    "Văn bản",
                    "Số \(content.code), ngày \(content.day?.printed ?? "(không ghi)") của \(content.senderName)",
                ],
                [
                    "Ý kiến của lãnh đạo cơ quan, tổ chức",
                    view.directives.map { opinion($0, tree) }.joined(separator: "\n"),
                ],
                ["Ý kiến của lãnh đạo đơn vị", units.map(assigned).joined(separator: "\n")],
                [
                    "Ý kiến đề xuất của người giải quyết",
                    officers.map { "\($0.holderName): \($0.outcome)" }.joined(separator: "\n"),
                ],
            ], isLandscape: false, hasColumnNumbers: false)
    }

    private static func opinion(_ note: DirectiveNote, _ tree: RoutingTree) -> String {
        let given = tree.children(of: note.branch).filter { $0.state != .recalled }.map { branch in
            "– \(branch.role.label): \(branch.holderName)\(branch.dueOn.map { ", hạn \($0.printed)" } ?? "")"
        }
        return ([note.text] + given + ["\(note.leaderName), \(Day(at: note.at).printed)"]).filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    private static func assigned(_ branch: Branch) -> String {
        """
        \(branch.createdByName) giao \(branch.holderName)\(branch.dueOn.map { ", hạn \($0.printed)" } ?? ""), \
        ngày \(Day(at: branch.createdAt).printed)
        """
    }
}
