// Where number, date, signature and seal stand on the pages, before anything is signed.

/// A rectangle on a page: millimetres from the page's top left corner as it is displayed; pages count from 1.
package struct PlacedRect: Sendable, Hashable, Codable {
    package var page: Int
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(page: Int, x: Double, y: Double, width: Double, height: Double) {
        self.page = page
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}

/// The parts of a document that later hands fill in (NĐ 30/2020 Annex I: boxes 3, 4, 7c, 8).
package enum PlaceKind: String, Sendable, CaseIterable, Codable {
    case number, day, month, year, initials, signature, seal

    package var label: String {
        switch self {
        case .number: "Số"
        case .day: "Ngày"
        case .month: "Tháng"
        case .year: "Năm"
        case .initials: "Ký nháy"
        case .signature: "Chữ ký"
        case .seal: "Dấu cơ quan"
        }
    }

    /// Name of the form field in the PDF.
    var fieldName: String {
        switch self {
        case .number: "SoVanBan"
        case .day: "NgayBanHanh"
        case .month: "ThangBanHanh"
        case .year: "NamBanHanh"
        case .initials: "KyNhay"
        case .signature: "ChuKy"
        case .seal: "ConDau"
        }
    }

    /// Without these nothing can be signed; the year is often already printed, and initials may stay unseen.
    package var isRequired: Bool { self != .year && self != .initials }
}

/// All places of one document, and what could not be found on its pages.
package struct DocumentPlaces: Sendable, Hashable, Codable {
    package var rects: [PlaceKind: PlacedRect]
    /// Vietnamese sentences for the drafter.
    package var problems: [String]

    package init(rects: [PlaceKind: PlacedRect], problems: [String] = []) {
        self.rects = rects
        self.problems = problems
    }

    package subscript(kind: PlaceKind) -> PlacedRect? {
        get { rects[kind] }
        set { rects[kind] = newValue }
    }

    package var missing: [PlaceKind] { PlaceKind.allCases.filter { $0.isRequired && rects[$0] == nil } }
}
