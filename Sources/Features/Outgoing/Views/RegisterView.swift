// The register on screen: the ten columns of NĐ 30/2020 Annex IV.
internal import Foundation
internal import Platform
internal import Records
internal import WebUI

/// Headings and cells of the register, the same on screen and on paper.
enum RegisterColumns {
    static let headings = [
        "Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản", "Người ký",
        "Nơi nhận văn bản", "Đơn vị, người nhận bản lưu", "Số lượng bản", "Ngày chuyển", "Ký nhận", "Ghi chú",
    ]

    /// Millimetres; 267 in all between margins of 15.
    static let widths = [24, 21, 56, 26, 38, 26, 13, 20, 18, 25]

    static let subject = 2
    static let places = 4

    /// On screen the first of many places stands for them; the print names all.
    static func brief(_ places: String) -> String {
        let all = places.components(separatedBy: "; ")
        return all.count <= 3 ? places : "\(all[0]) và \(all.count - 1) nơi khác"
    }

    static func cells(_ line: RegisterLine) -> [String] {
        [
            line.code.description, line.day.printed, "\(line.type.label): \(line.subject)", line.signer, line.toPlaces,
            "Văn thư; \(line.unitName)", "\(line.copies)", line.issuedAt.map { Day(at: $0).printed } ?? "",
            received(line),
            line.voidReason.map { "Đã hủy số: \($0)" } ?? "",
        ]
    }

    private static func received(_ line: RegisterLine) -> String {
        line.agencyCount == 0 || line.issuedAt == nil ? "" : "Liên thông \(line.sentCount)/\(line.agencyCount)"
    }
}

struct RegisterView {
    let period: RegisterPeriod
    let years: [Int]
    let page: ListPage<RegisterLine>
    let isFirst: Bool

    var html: HTML {
        """
        \(Lists.registerHeading("Sổ đăng ký văn bản đi", pdf: period.pdfAddress))
        \(Lists.tabs(books, label: "Sổ"))\(choice)
        \(page.items.isEmpty ? Lists.empty("Chưa có số nào", "Số được cấp trong kỳ này sẽ hiện ở đây.") : table)
        \(Lists.pager(next: page.next, path: period.address, isFirst: isFirst))
        """
    }

    private var books: [Chip] {
        var (open, secret) = (period, period)
        (open.book, secret.book) = ("outgoing:administrative", "outgoing:secret")
        return [
            Chip("Văn bản hành chính", href: open.address, isOn: !period.isSecret),
            Chip("Văn bản mật", href: secret.address, isOn: period.isSecret),
        ]
    }

    private var choice: HTML {
        Lists.periodForm(
            "/van-ban-di/so", year: period.year, years: years, from: period.from, to: period.to,
            kept: HTML.when(period.isSecret, Fields.hidden("so", "mat")))
    }

    private var table: HTML {
        Lists.table(
            caption: "Sổ đăng ký văn bản đi năm \(period.year)", columns: RegisterColumns.headings,
            rows: page.items.map { line in
                RegisterColumns.cells(line).enumerated().map { index, cell in
                    switch index {
                    case 0: #"<a href="/van-ban-di/\#(line.document)">\#(cell)</a>"#
                    case RegisterColumns.places: .text(RegisterColumns.brief(line.toPlaces))
                    default: .text(cell)
                    }
                }
            }, wide: [RegisterColumns.subject, RegisterColumns.places])
    }
}
