// The register on paper: NĐ 30/2020 Annex IV, A4 landscape, as a PDF whose text can be read back.
internal import Directory
internal import Foundation
internal import Platform
internal import Records

struct RegisterPrint: Sendable {
    let ground: Groundwork

    /// A longer book is printed by period.
    static let mostLines = 5000

    func pdf(of period: RegisterPeriod) async throws -> Data {
        let (lines, agency) = try await ground.database.read { tx in
            (try OutgoingStore(tx).registerLines(period, limit: Self.mostLines + 1), try DirectoryStore(tx).ownAgency())
        }
        guard lines.count <= Self.mostLines else {
            throw CommonRefusal.invalid("Sổ dài quá 5.000 dòng. Hãy chọn từ ngày, đến ngày ngắn hơn rồi in từng phần.")
        }
        let sheet = RegisterSheet(agency: agency, period: period, lines: lines)
        return try await converted(Data(sheet.flatODT.utf8))
    }

    private func converted(_ sheet: Data) async throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vastoffice-register-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "register.fodt")
        try sheet.write(to: input)
        do {
            _ = try await ground.sandbox.run(
                "soffice",
                [
                    "-env:UserInstallation=file://\(folder.path)/profile", "--headless", "--norestore", "--convert-to",
                    "pdf",
                    "--outdir", folder.path, input.path,
                ], limits: SandboxLimits(seconds: 120, memoryBytes: 8 << 30), folder: folder)
        } catch SandboxError.missing {
            throw CommonRefusal.conflict("Máy chủ chưa cài LibreOffice nên chưa in được sổ; hãy báo quản trị.")
        } catch SandboxError.timedOut {
            throw CommonRefusal.conflict("Lập bản in quá lâu. Hãy chọn kỳ ngắn hơn rồi thử lại.")
        }
        return try Data(contentsOf: folder.appending(path: "register.pdf"))
    }
}

/// The sheet as a flat OpenDocument text: page size and repeated headings are exact there, unlike in HTML.
struct RegisterSheet {
    let agency: Agency
    let period: RegisterPeriod
    let lines: [RegisterLine]

    /// Millimetres; 267 in all between margins of 15.
    private static let widths = [24, 21, 56, 26, 38, 26, 13, 20, 18, 25]

    var flatODT: String {
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
        <office:body><office:text>\(heading)\(table)\(closing)</office:text></office:body></office:document>
        """
    }

    private var fonts: String {
        #"<office:font-face-decls><style:font-face style:name="Serif" svg:font-family="'Times New Roman', 'Liberation Serif'"/></office:font-face-decls>"#
    }

    private var styles: String {
        paragraph("Standard", size: 10) + paragraph("Mid", size: 10, centred: true)
            + paragraph("Head", size: 10, bold: true, centred: true) + paragraph("Name", size: 12, bold: true)
            + paragraph("Above", size: 12) + paragraph("Title", size: 15, bold: true, centred: true, space: 4)
            + paragraph("Period", size: 12, centred: true, space: 3)
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
        """
        <style:page-layout style:name="L"><style:page-layout-properties fo:page-width="297mm" fo:page-height="210mm" \
        style:print-orientation="landscape" fo:margin-top="15mm" fo:margin-bottom="12mm" fo:margin-left="15mm" fo:margin-right="15mm"/>\
        <style:footer-style><style:header-footer-properties fo:min-height="6mm"/></style:footer-style></style:page-layout>
        """
    }

    private var tableStyles: String {
        let columns = Self.widths.enumerated().map { index, width in
            """
            <style:style style:name="C\(index)" style:family="table-column"><style:table-column-properties \
            style:column-width="\(width)mm"/></style:style>
            """
        }
        return """
            <style:style style:name="T" style:family="table"><style:table-properties style:width="267mm" table:align="left" \
            table:border-model="collapsing"/></style:style>\
            <style:style style:name="R" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>\
            <style:style style:name="B" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" \
            fo:padding="1mm"/></style:style>\(columns.joined())
            """
    }

    private var heading: String {
        let above = agency.parentName.isEmpty ? "" : p("Above", agency.parentName.uppercased())
        let part = period.isSecret ? " MẬT" : ""
        return above + p("Name", agency.name.uppercased()) + p("Title", "SỔ ĐĂNG KÝ VĂN BẢN ĐI\(part)")
            + p("Period", "Năm: \(period.year). \(days) \(numbers)")
    }

    private var days: String {
        let first = period.from ?? lines.first?.day
        let last = period.to ?? lines.last?.day
        guard let first, let last else { return "" }
        return "Từ ngày \(first.printed) đến ngày \(last.printed)."
    }

    private var numbers: String {
        guard let first = lines.first, let last = lines.last else { return "Chưa có văn bản." }
        return "Từ số \(DocumentCode.printed(first.number)) đến số \(DocumentCode.printed(last.number))."
    }

    private var table: String {
        let columns = Self.widths.indices.map { #"<table:table-column table:style-name="C\#($0)"/>"# }.joined()
        let head = row(RegisterColumns.headings, style: "Head")
        let order = row((1...10).map { "(\($0))" }, style: "Mid")
        let body = lines.map { row(RegisterColumns.cells($0), style: "Standard") }.joined(separator: "\n")
        return """
            <table:table table:name="So" table:style-name="T">\(columns)<table:table-header-rows>\(head)\(order)\
            </table:table-header-rows>\(body)</table:table>
            """
    }

    private func row(_ cells: [String], style: String) -> String {
        let cells = cells.map { cell in
            """
            <table:table-cell table:style-name="B" office:value-type="string">\(p(style, cell))</table:table-cell>
            """
        }
        return #"<table:table-row table:style-name="R">\#(cells.joined())</table:table-row>"#
    }

    private var closing: String { p("Standard", "Tổng số: \(lines.count) văn bản.") }

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
