import Directory
import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Incoming

/// Sổ đăng ký văn bản đến: mười cột của Phụ lục IV, trên màn hình và trên giấy.
@Suite struct RegisterTests {
    private func lines(_ journey: Journey) async throws -> [EntryLine] {
        let year = Day(at: journey.office.now).year
        return try await journey.office.database.read {
            try IncomingStore($0).registerLines(EntryPeriod(year: year), limit: 100)
        }
    }

    @Test(arguments: Engine.testable)
    func `a line has the ten columns of the decree`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.directed([
            Assignment(.unit(journey.officeUnit), .lead), Assignment(.unit(journey.otherUnit), .support),
        ])
        let line = try #require(try await lines(journey).first)
        let unit = try #require(try await journey.view(id).tree.branches.first { $0.role == .lead }?.holderName)
        #expect(EntryColumns.headings.count == 10 && EntryColumns.widths.reduce(0, +) == 267)
        #expect(
            EntryColumns.cells(line) == [
                "24/11/2026", "01", "Viện Toán học", "15/VTH-VP", "20/11/2026",
                "Công văn: Về việc báo cáo kết quả năm 2026", unit, "24/11/2026", "", "",
            ])
    }

    @Test(arguments: Engine.testable)
    func `the register is cut by days of arrival and paged by number`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let today = Day(at: journey.office.now)
        for number in 1...3 {
            let id = try await journey.arrive(.sample("\(number)"), exchangeID: "g\(number)")
            try await journey.desk.register(id, by: journey.people.clerk, receivedOn: today.adding(days: number - 3))
        }
        let (cut, page) = try await journey.office.database.read { tx in
            let store = IncomingStore(tx)
            return (
                try store.registerLines(EntryPeriod(year: today.year, from: today.adding(days: -1)), limit: 10).map(
                    \.entry.number),
                try store.registerPage(EntryPeriod(year: today.year), after: nil).items.map(\.entry.number)
            )
        }
        #expect(cut == [2, 3])
        #expect(page == [3, 2, 1])
    }

    @Test func `the printed register reads back as it was written`() async throws {
        let journey = try await Journey()
        _ = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead)])
        let (found, agency) = (
            try await lines(journey), try await journey.office.database.read { try DirectoryStore($0).ownAgency() }
        )
        let sheet = RegisterPrint.sheet(agency, EntryPeriod(year: 2026), found)
        let pdf = try await sheet.pdf(in: journey.office.ground.sandbox)
        let file = journey.office.folder.appending(path: "so.pdf")
        try pdf.write(to: file)
        let info = String(decoding: try await journey.office.ground.sandbox.run("pdfinfo", [file.path]), as: UTF8.self)
        #expect(info.contains("841.89 x 595.3") || info.contains("842 x 595"))
        let text = String(
            decoding: try await journey.office.ground.sandbox.run("pdftotext", ["-layout", file.path, "-"]),
            as: UTF8.self)
        for word in ["SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", "15/VTH-VP", "24/11/2026", "(10)", "Tổng số: 1 văn bản."] {
            #expect(text.contains(word))
        }
    }

    @Test func `a name with signs of markup stays a name`() {
        let sheet = PrintedTable(
            parentName: "", agencyName: "A & B <x>", title: "\"T\"", subtitle: "", columns: [.init("C", width: 10)],
            rows: [["một\nhai\u{1}"]])
        #expect(sheet.flatODT.contains("A &amp; B &lt;X&gt;"))
        #expect(sheet.flatODT.contains(">một<") && sheet.flatODT.contains(">hai<"))
    }

    @Test(arguments: Engine.testable)
    func `thirty clerks at once leave no gap and no number twice`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        var ids: [IncomingID] = []
        for number in 1...30 { ids.append(try await journey.arrive(.sample("\(number)"), exchangeID: "g\(number)")) }
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for id in ids { group.addTask { try await journey.desk.register(id, by: journey.people.clerk) } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(numbers.sorted() == Array(1...30))
    }
}
