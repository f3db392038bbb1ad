// The register on paper: NĐ 30/2020 Annex IV, A4 landscape.
internal import Directory
internal import Foundation
internal import Platform
internal import Records

struct RegisterPrint: Sendable {
    let ground: Groundwork

    func pdf(of period: RegisterPeriod) async throws -> Data {
        let (lines, agency) = try await ground.database.read { tx in
            (
                try OutgoingStore(tx).registerLines(period, limit: PrintedTable.mostLines + 1),
                try DirectoryStore(tx).ownAgency()
            )
        }
        guard lines.count <= PrintedTable.mostLines else { throw PrintRefusal.tooLong }
        return try await Self.sheet(agency, period, lines).pdf(in: ground.sandbox)
    }

    static func sheet(_ agency: Agency, _ period: RegisterPeriod, _ lines: [RegisterLine]) -> PrintedTable {
        PrintedTable(
            parentName: agency.parentName, agencyName: agency.name,
            title: "SỔ ĐĂNG KÝ VĂN BẢN ĐI\(period.isSecret ? " MẬT" : "")",
            subtitle: PrintedTable.span(
                year: period.year, from: period.from ?? lines.first?.day, to: period.to ?? lines.last?.day,
                numbers: lines.map(\.number)),
            columns: zip(RegisterColumns.headings, RegisterColumns.widths).map { PrintedTable.Column($0, width: $1) },
            rows: lines.map { RegisterColumns.cells($0).map(PrintedTable.cell) },
            closing: ["Tổng số: \(lines.count) văn bản."])
    }
}
