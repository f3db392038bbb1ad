// Registers and slips on paper: a flat OpenDocument text, because page size and repeated headings are exact there,
// turned into a PDF whose text can be read back.
package import Foundation
package import Platform

package enum PrintRefusal: Refusal, Hashable {
    case noConverter
    case tooSlow
    case tooLong

    package var kind: RefusalKind { self == .tooLong ? .invalid : .conflict }
    package var message: String {
        switch self {
        case .noConverter: "Máy chủ chưa cài LibreOffice nên chưa in được; hãy báo quản trị."
        case .tooSlow: "Lập bản in quá lâu. Hãy chọn kỳ ngắn hơn rồi thử lại."
        case .tooLong: "Sổ dài quá 5.000 dòng. Hãy chọn từ ngày, đến ngày ngắn hơn rồi in từng phần."
        }
    }
}

/// A4 paper with a letterhead, a title, and ruled tables or paragraphs, in a Times-metric face.
package struct PrintedTable: Sendable {
    package struct Column: Sendable, Hashable {
        package let title: String
        /// Millimetres.
        package let width: Int
        package init(_ title: String, width: Int) {
            self.title = title
            self.width = width
        }
    }

    /// Agency above ours; left out when empty.
    package var parentName: String
    package var agencyName: String
    package var title: String
    package var subtitle: String
    package var columns: [Column]
    package var rows: [[String]]
    /// Paragraphs below the table.
    package var closing: [String]
    package var isLandscape: Bool
    /// A second line of headings, `(1) (2) …`, as the decree's forms have it.
    package var hasColumnNumbers: Bool

    package init(
        parentName: String, agencyName: String, title: String, subtitle: String, columns: [Column], rows: [[String]],
        closing: [String] = [], isLandscape: Bool = true, hasColumnNumbers: Bool = true
    ) {
        self.parentName = parentName
        self.agencyName = agencyName
        self.title = title
        self.subtitle = subtitle
        self.columns = columns
        self.rows = rows
        self.closing = closing
        self.isLandscape = isLandscape
        self.hasColumnNumbers = hasColumnNumbers
    }

    /// The printed pages.
    package func pdf(in sandbox: Sandbox) async throws -> Data {
        let sheet = Data(flatODT.utf8)
        do {
            return try await sandbox.officePDF(ending: "fodt") { try sheet.write(to: $0) }
        } catch SandboxError.missing { throw PrintRefusal.noConverter } catch SandboxError.timedOut {
            throw PrintRefusal.tooSlow
        }
    }

    /// The text of a register's cell: a longer one would fill pages, or keep the whole year from being printed.
    package static func cell(_ text: String) -> String { text.cut(to: 1200) }

    /// A longer book is printed by period.
    package static let mostLines = 5000

    /// The line below a register's title: which days and which numbers it holds.
    package static func span(year: Int, from: Day?, to: Day?, numbers: [Int]) -> String {
        var days = ""
        if let from, let to { days = "Từ ngày \(from.printed) đến ngày \(to.printed)." }
        guard let first = numbers.first, let last = numbers.last else {
            return "Năm: \(year). \(days) Chưa có văn bản."
        }
        let range = "Từ số \(DocumentCode.printed(first)) đến số \(DocumentCode.printed(last))."
        return "Năm: \(year). \(days) \(range)"
    }
}

// The document as text.
extension PrintedTable {
    package var flatODT: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
        xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" \
        xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" \
        xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" \
        xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" \
        office:mimetype="application/vnd.oasis.opendocument.text">
        \(fonts)<office:styles>\(styles)</office:styles><office:automatic-styles>\(pageLayout)\(tableStyles)</office:automatic-styles>
        <office:master-styles><style:master-page style:name="Standard" style:page-layout-name="L">\
        <style:footer><text:p text:style-name="Mid"><text:page-number/></text:p></style:footer></style:master-page></office:master-styles>
        <office:body><office:text>\(heading)\(table)\(closing.map { p("Closing", $0) }.joined())</office:text></office:body></office:document>
        """
    }

    private var fonts: String {
        #"<office:font-face-decls><style:font-face style:name="Serif" svg:font-family="'Times New Roman', 'Liberation Serif'"/></office:font-face-decls>"#
    }

    private var styles: String {
        let body = isLandscape ? 10 : 13
        return paragraph("Standard", size: body) + paragraph("Mid", size: body, centred: true)
            + paragraph("Head", size: body, bold: true, centred: true) + paragraph("Name", size: 12, bold: true)
            + paragraph("Above", size: 12) + paragraph("Title", size: 15, bold: true, centred: true, space: 3)
            + paragraph("Period", size: 12, centred: true, space: 2) + paragraph("Closing", size: body, space: 2)
    }

    private func paragraph(
        _ name: String, size: Int, bold: Bool = false, centred: Bool = false, space: Int = 0
    ) -> String {
        """
        <style:style style:name="\(name)" style:family="paragraph"><style:paragraph-properties \
        fo:text-align="\(centred ? "center" : "start")" fo:margin-top="\(space)mm" fo:margin-bottom="\(space)mm"/>\
        <style:text-properties style:font-name="Serif" fo:font-size="\(size)pt" fo:font-weight="\(bold ? "bold" : "normal")" \
        fo:language="vi" fo:country="VN"/></style:style>
        """
    }

    private var pageLayout: String {
        let (width, height) = isLandscape ? (297, 210) : (210, 297)
        return """
            <style:page-layout style:name="L"><style:page-layout-properties fo:page-width="\(width)mm" fo:page-height="\(height)mm" \
            style:print-orientation="\(isLandscape ? "landscape" : "portrait")" fo:margin-top="15mm" fo:margin-bottom="12mm" \
            fo:margin-left="15mm" fo:margin-right="15mm"/>\
            <style:footer-style><style:header-footer-properties fo:min-height="6mm"/></style:footer-style></style:page-layout>
            """
    }

    private var tableStyles: String {
        let widths = columns.enumerated().map { index, column in
            """
            <style:style style:name="C\(index)" style:family="table-column"><style:table-column-properties \
            style:column-width="\(column.width)mm"/></style:style>
            """
        }
        return """
            <style:style style:name="T" style:family="table"><style:table-properties \
            style:width="\(columns.map(\.width).reduce(0, +))mm" table:align="left" table:border-model="collapsing"/></style:style>\
            <style:style style:name="R" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>\
            <style:style style:name="B" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" \
            fo:padding="1mm"/></style:style>\(widths.joined())
            """
    }

    private var heading: String {
        (parentName.isEmpty ? "" : p("Above", parentName.uppercased())) + p("Name", agencyName.uppercased())
            + p("Title", title) + (subtitle.isEmpty ? "" : p("Period", subtitle))
    }

    private var table: String {
        guard !columns.isEmpty else { return "" }
        let shape = columns.indices.map { #"<table:table-column table:style-name="C\#($0)"/>"# }.joined()
        let head = columns.allSatisfy(\.title.isEmpty) ? "" : row(columns.map(\.title), style: "Head")
        let numbers = hasColumnNumbers ? row((1...columns.count).map { "(\($0))" }, style: "Mid") : ""
        let repeated = head + numbers
        return """
            <table:table table:name="Bang" table:style-name="T">\(shape)\
            \(repeated.isEmpty ? "" : "<table:table-header-rows>\(repeated)</table:table-header-rows>")\
            \(rows.map { row($0, style: "Standard") }.joined(separator: "\n"))</table:table>
            """
    }

    private func row(_ cells: [String], style: String) -> String {
        let cells = cells.map { cell in
            """
            <table:table-cell table:style-name="B" office:value-type="string">\
            \(cell.split(separator: "\n", omittingEmptySubsequences: false).map { p(style, String($0)) }.joined())</table:table-cell>
            """
        }
        return #"<table:table-row table:style-name="R">\#(cells.joined())</table:table-row>"#
    }

    private func p(_ style: String, _ text: String) -> String {
        #"<text:p text:style-name="\#(style)">\#(Self.escaped(text))</text:p>"#
    }

    /// XML text; characters XML 1.0 has no place for are dropped.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\n", "\r", "\t": out += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: continue
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
