import Directory
import OfficeTestKit
import Platform
import Records
import Testing

/// Danh bạ: người, đơn vị, cơ quan.
@Suite struct DirectoryStoreTests {
    @Test(arguments: Engine.testable)
    func `people are found by words of name, position and unit, with or without accents`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let found = try await office.database.read { tx throws in
            try ["pham van khai", "Phạm Khải", "chanh van phong", "khai chanh"].map {
                try DirectoryStore(tx).people(matching: $0).map(\.account)
            }
        }
        for accounts in found { #expect(accounts.contains("chanhvp")) }
    }

    @Test(arguments: Engine.testable)
    func `signs of patterns in a search mean nothing`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await office.database.read { tx throws in
            let store = DirectoryStore(tx)
            #expect(try store.people(matching: "_ _%").count == store.people(matching: "").count)
            #expect(try store.people(matching: "kh_i").isEmpty)
            #expect(try store.people(matching: "kh%i").isEmpty)
            #expect(try store.people(matching: "' OR 1=1 --").isEmpty)
        }
    }

    @Test(arguments: Engine.testable)
    func `an agency is found by its code in either system`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await office.database.read { tx throws in
            let store = DirectoryStore(tx)
            let byWire = try store.agency(AgencyCode("000.00.97.G31"))
            let byShort = try store.agency(AgencyCode("G31.97"))
            #expect(byWire == byShort)
            #expect(byWire?.parentName == "Viện Hàn lâm Khoa học và Công nghệ Việt Nam")
            #expect(try store.agency(AgencyCode("H01")) == nil)
        }
    }

    @Test(arguments: Engine.testable)
    func `the own agency is one, and never among those one sends to`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await office.database.read { tx throws in
            let store = DirectoryStore(tx)
            let own = try store.ownAgency()
            #expect(own.code == AgencyCode("000.00.00.G31"))
            let others = try store.agencies(matching: "")
            #expect(!others.contains(own))
        }
        await #expect(throws: DatabaseError.self) {
            try await office.database.write { tx throws in
                try DirectoryStore(tx).upsertAgency(
                    Agency(code: AgencyCode("000.00.00.H99"), name: "Cơ quan thứ hai", isOwn: true))
            }
        }
    }

    @Test(arguments: Engine.testable)
    func `entering an agency again brings it up to date, and ours stays ours`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await office.database.write { tx throws in
            let store = DirectoryStore(tx)
            let own = try store.ownAgency()
            try store.upsertAgency(Agency(code: own.code, shortCode: own.shortCode, name: "Tên mới", isOwn: false))
            #expect(try store.ownAgency().name == "Tên mới")
            #expect(try store.agency(own.code)?.isOwn == true)
        }
    }

    @Test(arguments: Engine.testable)
    func `an actor carries all his roles and the units he heads`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let head = try office.actor("chanhvp")
        #expect(head.roles == [.unitHead, .leader])
        #expect(head.heads == [head.unit])
        #expect(head.unitName == "Văn phòng")
        #expect(office.people.specialist.heads.isEmpty)
        try await office.database.read { tx throws in
            #expect(try DirectoryStore(tx).head(of: head.unit)?.id == head.person)
            #expect(try DirectoryStore(tx).actor(for: PersonID(99_999)) == nil)
        }
    }

    @Test(arguments: Engine.testable)
    func `people of a role are exactly those who hold it`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await office.database.read { tx throws in
            for role in Role.allCases {
                let found = try DirectoryStore(tx).people(withRole: role)
                let expected = try DirectoryStore(tx).people(matching: "", limit: 1000).filter { $0.has(role) }
                #expect(found == expected)
                #expect(!found.isEmpty)
            }
        }
    }

    @Test(arguments: Engine.testable)
    func `an account is taken once, whatever its case`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let unit = office.people.clerk.unit
        await #expect(throws: DatabaseError.self) {
            try await office.database.write { tx throws in
                try DirectoryStore(tx).insert(
                    NewPerson(name: "Người Mới", position: "Văn thư", unit: unit, roles: [], account: "VanThu"),
                    passwordHash: nil)
            }
        }
    }

    @Test(arguments: Engine.testable, DemoOfficeKind.allCases)
    func `the practice office is complete and is entered once`(engine: Engine, kind: DemoOfficeKind) async throws {
        let office = try await TestOffice.make(engine, office: kind)
        let now = office.now
        try await office.database.write { tx throws in
            let store = DirectoryStore(tx)
            let people = try store.people(matching: "", limit: 1000)
            #expect(people.filter { !$0.isPractice }.isEmpty)
            #expect(people.count == (kind == .academy ? 40 : 13))
            let units = try store.units()
            #expect(units.allSatisfy { $0.head != nil })
            #expect(try store.agency(DemoOfficeKind.academy.agency.code) != nil)
            #expect(try store.agency(DemoOfficeKind.institute.agency.code) != nil)
            let again = try DemoDirectory.seed(kind, tx: tx, passwordHash: "", now: now)
            #expect(!again)
        }
    }
}
