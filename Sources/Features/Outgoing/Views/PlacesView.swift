// Correcting by hand where number, date, signature and seal stand.
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct PlacesView {
    let document: OutgoingDocument
    let main: RecordFile
    let pages: [PageSize]
    let csrf: String

    private var base: String { "/van-ban-di/\(document.id)" }

    var html: HTML {
        let base = base
        let file = main.id
        return """
            \(Lists.heading("Vị trí số, ngày, chữ ký và dấu"))
            <p>\(document.title) · <a href="\(href: base)">\(document.content.subject)</a></p>
            \(problems)
            \(Fields.form("\(base)/vi-tri", csrf: csrf, """
                \(PlacementEditor(fields: fields, pages: pages) { "\(base)/tep/\(file)/trang/\($0)" }.html)\
                \(Fields.buttons("\(Fields.submit("Ghi vị trí")) <a class=\"button\" href=\"\(href: base)\">Bỏ qua</a>"))
                """))
            """
    }

    private var places: DocumentPlaces { DocumentPlaces(json: document.places) ?? DocumentPlaces(rects: [:]) }

    private var problems: HTML {
        let problems = places.problems
        return problems.isEmpty ? .empty : Marks.message(.warn, .text(problems.joined(separator: " ")))
    }

    /// Those found, and those that must be there in their usual place for the drafter to move.
    private var fields: [PlacedField] {
        let found = places
        return PlaceKind.allCases.compactMap { kind in
            guard let rect = found[kind] ?? (kind.isRequired ? Self.usual(kind, lastPage: pages.count) : nil) else {
                return nil
            }
            return PlacedField(
                name: kind.rawValue, label: kind.label, page: min(rect.page, pages.count), x: rect.x, y: rect.y,
                width: rect.width, height: rect.height)
        }
    }

    /// A4 with the margins of NĐ 30/2020 Annex I: number and date at the top of page 1, signature and seal at the
    /// lower right of the last page, the seal over a third of the signature on its left.
    private static func usual(_ kind: PlaceKind, lastPage: Int) -> PlacedRect {
        switch kind {
        case .number: PlacedRect(page: 1, x: 48, y: 37, width: 14, height: 6)
        case .day: PlacedRect(page: 1, x: 139, y: 37, width: 8, height: 6)
        case .month: PlacedRect(page: 1, x: 159, y: 37, width: 8, height: 6)
        case .year: PlacedRect(page: 1, x: 176, y: 37, width: 12, height: 6)
        case .initials: PlacedRect(page: lastPage, x: 30, y: 250, width: 20, height: 10)
        case .signature: PlacedRect(page: lastPage, x: 125, y: 215, width: 50, height: 25)
        case .seal: PlacedRect(page: lastPage, x: 106, y: 209, width: 36, height: 36)
        }
    }

    /// From the form: every place it names.
    static func rects(_ form: Form, pages: [PageSize]) throws -> [PlaceKind: PlacedRect] {
        var rects: [PlaceKind: PlacedRect] = [:]
        for kind in PlaceKind.allCases where kind.isRequired || form["\(kind.rawValue).page"] != nil {
            let field = try PlacedField(form, name: kind.rawValue, label: kind.label, pages: pages)
            rects[kind] = PlacedRect(page: field.page, x: field.x, y: field.y, width: field.width, height: field.height)
        }
        return rects
    }
}
