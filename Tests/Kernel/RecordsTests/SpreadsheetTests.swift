import Foundation
import OfficeTestKit
import Testing

@testable import Records

/// Bảng tính mở được bằng chương trình khác, số là số, chữ là chữ.
@Suite struct SpreadsheetTests {
    private struct Told: Decodable {
        enum Value: Decodable, Equatable {
            case text(String)
            case number(Double)
            case nothing

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if container.decodeNil() {
                    self = .nothing
                } else if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .text(try container.decode(String.self))
                }
            }
        }
        let name: String
        let rows: [[Value]]
        let places: [[String]]
    }

    private static let workbook = Spreadsheet([
        .init(
            name: "Văn bản đi", title: ["THỐNG KÊ", "Viện Hàn lâm"], columns: ["Cơ quan", "Số", "Giờ"],
            rows: [
                [.text("Bộ Khoa học & Công nghệ <Vụ \"A\">\u{1}"), .count(1_234_567), .measured(0.4)],
                [.text("=1+1"), .number(-3), .empty], [.text(""), .number(.infinity), .measured(nil)],
            ]), .init(name: "Bảng [2]: a/b", title: [], columns: (1...28).map { "c\($0)" }, rows: []),
    ])

    @Test(.enabled(if: Judge.isPresent)) func `another program reads every sheet and cell as it was meant`()
        async throws
    {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).xlsx")
        try Self.workbook.data.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let text = try await Judge.python("spreadsheet_cells.py", [file.path])
        let sheets = try JSONDecoder().decode([Told].self, from: Data(text.utf8))
        #expect(sheets.map(\.name) == ["Văn bản đi", "Bảng 2 ab"])
        #expect(
            sheets[0].rows == [
                [.text("THỐNG KÊ")], [.text("Viện Hàn lâm")], [.text("Cơ quan"), .text("Số"), .text("Giờ")],
                [.text("Bộ Khoa học & Công nghệ <Vụ \"A\">"), .number(1_234_567), .number(0.4)],
                [.text("=1+1"), .number(-3), .nothing], [.text(""), .nothing, .nothing],
            ])
        #expect(sheets[0].places[3] == ["A4", "B4", "C4"])
        #expect(sheets[1].places[0].suffix(3) == ["Z1", "AA1", "AB1"])
    }

    @Test func `the same sheets give the same file`() {
        #expect(Self.workbook.data == Self.workbook.data)
        #expect(Self.workbook.data.prefix(4) == Data([0x50, 0x4B, 3, 4]))
    }

    @Test(arguments: [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")])
    func `columns are named as Excel names them`(index: Int, name: String) {
        #expect(Spreadsheet.column(index) == name)
    }

    @Test func `the checksum is the one of the standard`() {
        #expect(StoredArchive.crc32(Data("123456789".utf8)) == 0xCBF4_3926)
    }
}
