import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

/// Tìm kiếm: không cần dấu, theo quyền xem.
@Suite struct CatalogueTests {
    private func fill(_ office: TestOffice) async throws {
        let now = office.now
        try await office.database.write { tx in
            let catalogue = Catalogue(tx)
            try catalogue.put(
                RecordRef(kind: "outgoing", id: 1), title: "Quyết định về việc thành lập Hội đồng",
                subtitle: "05/QĐ-VHL", href: "/van-ban-di/1", text: "Trần Minh Đức", at: now)
            try catalogue.put(
                RecordRef(kind: "outgoing", id: 2), title: "Công văn về kế hoạch tài chính", subtitle: "123/VHL-KHTC",
                href: "/van-ban-di/2", text: "", at: now.addingTimeInterval(1))
        }
    }

    /// A kind whose records bear the numbers of their identities.
    private func kind(_ name: String, _ predicate: SQL = "TRUE") -> CatalogueKind {
        CatalogueKind(name, visible: predicate) { code in
            """
            SELECT n.subject_id FROM catalogue n WHERE n.subject_id = \(code.number)
                AND \(code.fits("outgoing", id: "n.subject_id"))
            """
        }
    }

    private func found(_ office: TestOffice, _ text: String, predicate: SQL = "TRUE") async throws -> [Int64] {
        try await office.database.read { tx in
            try Catalogue(tx).search(text, in: [kind("outgoing", predicate)], after: nil).items.map(\.subject.id)
        }
    }

    @Test(arguments: Engine.testable)
    func `a record is found by words with or without accents and by its code`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await fill(office)
        for text in ["quyet dinh", "Quyết định", "hội đồng quyet", "05/QĐ-VHL", "duc"] {
            #expect(try await found(office, text) == [1], "\(text)")
        }
        #expect(try await found(office, "123 vhl khtc") == [2])
        #expect(try await found(office, "VHL") == [2, 1])
        #expect(try await found(office, "không có gì").isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `what one may not see is not found`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await fill(office)
        #expect(try await found(office, "VHL", predicate: "c.subject_id = \(2)") == [2])
        #expect(
            try await office.database.read { try Catalogue($0).search("VHL", in: [], after: nil) }.items.isEmpty)
        #expect(
            try await office.database.read {
                try Catalogue($0).search("VHL", in: [self.kind("incoming")], after: nil)
            }.items.isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `what bears the number comes first, over all pages, and once`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let now = office.now
        try await office.database.write { tx in
            for id in 1...120 {
                try Catalogue(tx).put(
                    RecordRef(kind: "outgoing", id: Int64(id)), title: "Quyết định \(100 + id)/QĐ-VHL",
                    subtitle: "", href: "", text: "", at: now.addingTimeInterval(Double(id)))
            }
        }
        var (all, key): ([Int64], PageKey?) = ([], nil)
        repeat {
            let at = key
            let page = try await office.database.read {
                try Catalogue($0).search("1/QĐ-VHL", in: [self.kind("outgoing")], after: at)
            }
            all += page.items.map(\.subject.id)
            key = page.next.flatMap { PageKey($0.description) }
        } while key != nil
        #expect(all == [1] + (2...99).reversed())
    }

    @Test(
        arguments: [
            ("1", 1, []), ("01", 1, []), (" 007 / QĐ-VHL ", 7, ["qd", "vhl"]), ("15/vhl-vp", 15, ["vhl", "vp"]),
            ("12/", 12, []),
        ] as [(String, Int, [String])])
    func `a number is known by its form`(text: String, number: Int, notation: [String]) throws {
        let query = try #require(CodeQuery(text))
        #expect(query.number == number && query.notation == notation)
    }

    @Test(arguments: ["", "/", "a1", "1a", "1 2", "quyết định 1", "1234567890", "-1", "١/QĐ"])
    func `other words are no number`(text: String) { #expect(CodeQuery(text) == nil) }

    @Test(arguments: Engine.testable)
    func `a changed record is found by its new words only`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await fill(office)
        let now = office.now
        try await office.database.write { tx in
            try Catalogue(tx).put(
                RecordRef(kind: "outgoing", id: 1), title: "Thông báo nghỉ lễ", subtitle: "06/TB-VHL",
                href: "/van-ban-di/1",
                text: "", at: now)
        }
        #expect(try await found(office, "hoi dong").isEmpty)
        #expect(try await found(office, "nghi le") == [1])
    }

    @Test(arguments: Engine.testable, ["\"", "*", "a\" OR \"b", "NEAR(", "quyet:*", "' & '", "(", "AND", "-", "\\"])
    func `signs of the search language mean nothing`(engine: Engine, text: String) async throws {
        let office = try await TestOffice.make(engine)
        try await fill(office)
        _ = try await found(office, text)
    }
}
