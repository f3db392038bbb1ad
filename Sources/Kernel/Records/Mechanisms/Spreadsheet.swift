// A workbook that Excel, LibreOffice and others open (ECMA-376, SpreadsheetML): sheets of text and numbers.
package import Foundation

package struct Spreadsheet: Sendable {
    package enum Cell: Sendable, Hashable {
        case text(String)
        case number(Double)
        case empty

        /// A count.
        package static func count(_ value: Int) -> Cell { .number(Double(value)) }
        /// Empty where nothing was measured.
        package static func measured(_ value: Double?) -> Cell { value.map { .number($0) } ?? .empty }
    }

    package struct Sheet: Sendable {
        /// On its tab; what Excel refuses there is left out.
        package let name: String
        /// Lines above the table.
        package let title: [String]
        package let columns: [String]
        package let rows: [[Cell]]

        package init(name: String, title: [String], columns: [String], rows: [[Cell]]) {
            self.name = name
            self.title = title
            self.columns = columns
            self.rows = rows
        }
    }

    package static let mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    private let sheets: [Sheet]
    package init(_ sheets: [Sheet]) { self.sheets = sheets }

    /// The file: the same sheets always give the same bytes.
    package var data: Data {
        var archive = StoredArchive()
        archive.add("[Content_Types].xml", contentTypes)
        archive.add("_rels/.rels", Self.rootRelations)
        archive.add("xl/workbook.xml", workbook)
        archive.add("xl/_rels/workbook.xml.rels", workbookRelations)
        archive.add("xl/styles.xml", Self.styles)
        for (index, sheet) in sheets.enumerated() {
            archive.add("xl/worksheets/sheet\(index + 1).xml", Self.worksheet(sheet))
        }
        return archive.finished
    }

    // MARK: Parts

    private static let head = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let package = "http://schemas.openxmlformats.org/package/2006"

    private var contentTypes: String {
        let base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        let sheets = sheets.indices.map {
            #"<Override PartName="/xl/worksheets/sheet\#($0 + 1).xml" ContentType="\#(base).worksheet+xml"/>"#
        }
        return """
            \(Self.head)<Types xmlns="\(Self.package)/content-types">\
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Default Extension="xml" ContentType="application/xml"/>\
            <Override PartName="/xl/workbook.xml" ContentType="\(base).sheet.main+xml"/>\
            <Override PartName="/xl/styles.xml" ContentType="\(base).styles+xml"/>\(sheets.joined())</Types>
            """
    }

    private static var rootRelations: String {
        """
        \(head)<Relationships xmlns="\(package)/relationships"><Relationship Id="rId1" Type="\(relations)/officeDocument" \
        Target="xl/workbook.xml"/></Relationships>
        """
    }

    private var workbook: String {
        let tabs = sheets.enumerated().map { index, sheet in
            #"<sheet name="\#(PrintedTable.escaped(Self.tab(sheet.name, index)))" sheetId="\#(index + 1)" r:id="rId\#(index + 1)"/>"#
        }
        return """
            \(Self.head)<workbook xmlns="\(Self.main)" xmlns:r="\(Self.relations)"><sheets>\(tabs.joined())</sheets></workbook>
            """
    }

    private var workbookRelations: String {
        let sheets = sheets.indices.map {
            #"<Relationship Id="rId\#($0 + 1)" Type="\#(Self.relations)/worksheet" Target="worksheets/sheet\#($0 + 1).xml"/>"#
        }
        let styles =
            #"<Relationship Id="rId\#(self.sheets.count + 1)" Type="\#(Self.relations)/styles" Target="styles.xml"/>"#
        return """
            \(Self.head)<Relationships xmlns="\(Self.package)/relationships">\(sheets.joined())\(styles)</Relationships>
            """
    }

    /// Style 0 is plain, 1 a heading, 2 a title.
    private static var styles: String {
        let plain = #"<sz val="11"/><name val="Times New Roman"/><family val="1"/>"#
        return """
            \(head)<styleSheet xmlns="\(main)"><fonts count="3"><font>\(plain)</font><font><b/>\(plain)</font>\
            <font><b/><sz val="14"/><name val="Times New Roman"/><family val="1"/></font></fonts>\
            <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>\
            <borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>\
            <border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/></border></borders>\
            <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
            <cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
            <xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>\
            <xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0"/>\
            <xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>
            """
    }

    private static func worksheet(_ sheet: Sheet) -> String {
        var lines: [String] = []
        var number = 0
        func line(_ cells: [Cell], style: Int) {
            number += 1
            let xml = cells.enumerated().map { Self.cell($1, at: "\(column($0))\(number)", style: style) }
            lines.append(#"<row r="\#(number)">\#(xml.joined())</row>"#)
        }
        for (index, text) in sheet.title.enumerated() { line([.text(text)], style: index == 0 ? 2 : 0) }
        line(sheet.columns.map { .text($0) }, style: 1)
        for row in sheet.rows { line(row, style: 3) }
        let widths = sheet.columns.indices.map {
            #"<col min="\#($0 + 1)" max="\#($0 + 1)" width="\#($0 == 0 ? 42 : 14)" customWidth="1"/>"#
        }
        return """
            \(head)<worksheet xmlns="\(main)"><cols>\(widths.joined())</cols><sheetData>\(lines.joined())</sheetData></worksheet>
            """
    }

    /// Text longer than Excel takes in a cell is cut.
    private static let longestText = 32_767

    private static func cell(_ cell: Cell, at place: String, style: Int) -> String {
        switch cell {
        case .text(let text):
            let shown = PrintedTable.escaped(String(text.prefix(longestText)))
            return
                #"<c r="\#(place)" s="\#(style)" t="inlineStr"><is><t xml:space="preserve">\#(shown)</t></is></c>"#
        case .number(let value) where value.isFinite:
            let shown = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
            return #"<c r="\#(place)" s="\#(style)"><v>\#(shown)</v></c>"#
        case .number, .empty: return #"<c r="\#(place)" s="\#(style)"/>"#
        }
    }

    /// `A` … `Z`, `AA` …
    static func column(_ index: Int) -> String {
        var (rest, name) = (index, "")
        repeat {
            name = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(rest % 26))) + name
            rest = rest / 26 - 1
        } while rest >= 0
        return name
    }

    /// At most 31 characters, none of `[]:*?/\`, never empty.
    static func tab(_ name: String, _ index: Int) -> String {
        let clean = String(name.filter { !"[]:*?/\\'".contains($0) }.prefix(31))
        return clean.isEmpty ? "Bảng \(index + 1)" : clean
    }
}

/// A ZIP whose entries are stored as they are: small texts, and every reader of workbooks takes it.
struct StoredArchive {
    private var bytes = Data()
    private var directory = Data()
    private var count = 0

    mutating func add(_ name: String, _ text: String) {
        let (content, name, offset) = (Data(text.utf8), Data(name.utf8), bytes.count)
        // Version 2.0, names in UTF-8, stored, 1 January 1980: the same workbook is the same file.
        var common = Data()
        common.little(20, 2)
        common.little(0x0800, 2)
        common.little(0, 2)
        common.little(0, 2)
        common.little(0x21, 2)
        common.little(Int(Self.crc32(content)), 4)
        common.little(content.count, 4)
        common.little(content.count, 4)
        common.little(name.count, 2)
        common.little(0, 2)
        bytes.little(0x0403_4B50, 4)
        bytes += common + name + content
        directory.little(0x0201_4B50, 4)
        directory.little(20, 2)
        directory += common
        directory.little(0, 2)
        directory.little(0, 2)
        directory.little(0, 2)
        directory.little(0, 4)
        directory.little(offset, 4)
        directory += name
        count += 1
    }

    var finished: Data {
        var out = bytes + directory
        out.little(0x0605_4B50, 4)
        out.little(0, 2)
        out.little(0, 2)
        out.little(count, 2)
        out.little(count, 2)
        out.little(directory.count, 4)
        out.little(bytes.count, 4)
        out.little(0, 2)
        return out
    }

    /// ISO 3309, the polynomial of ZIP.
    static func crc32(_ data: Data) -> UInt32 {
        ~data.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
}

extension Data {
    fileprivate mutating func little(_ value: Int, _ count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
