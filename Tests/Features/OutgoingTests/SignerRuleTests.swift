import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Directory
@testable import Outgoing

/// Thẩm quyền ký (NĐ 30/2020, Điều 13): ai được ký với tư cách nào, và ký thay ai.
@Suite struct SignerRuleTests {
    private static let table: [SignerRank: [SigningCapacity: Bool]] = [
        .head: [
            .inOwnRight: true, .onBehalfOf: true, .acting: true, .deputising: false, .byOrder: false,
            .byAuthorisation: false,
        ],
        .deputy: [
            .inOwnRight: false, .onBehalfOf: true, .acting: false, .deputising: true, .byOrder: false,
            .byAuthorisation: false,
        ],
        .unitHead: [
            .inOwnRight: false, .onBehalfOf: false, .acting: false, .deputising: false, .byOrder: true,
            .byAuthorisation: true,
        ],
        .other: [
            .inOwnRight: false, .onBehalfOf: false, .acting: false, .deputising: false, .byOrder: false,
            .byAuthorisation: false,
        ],
    ]

    @Test(arguments: SignerRank.allCases, SigningCapacity.allCases)
    func `each signs in the capacities the law gives him and in no other`(
        rank: SignerRank, capacity: SigningCapacity
    ) throws {
        let row = try #require(Self.table[rank])
        #expect(SignerRule.maySign(rank, as: capacity) == row[capacity])
    }

    private static func person(_ id: Int64, _ unit: Int64, _ roles: Role...) -> Person {
        Person(
            id: PersonID(id), name: "", position: "", unit: UnitID(unit), unitName: "", roles: Set(roles), account: "",
            email: "", phone: "", isPractice: false, isActive: true)
    }

    @Test func `rank follows from unit and roles`() {
        let head = Self.person(1, 1, .leader)
        #expect(SignerRank(of: head, under: head) == .head)
        #expect(SignerRank(of: Self.person(2, 1, .leader), under: head) == .deputy)
        #expect(SignerRank(of: Self.person(3, 1, .leader, .unitHead), under: head) == .deputy)
        #expect(SignerRank(of: Self.person(4, 2, .leader), under: head) == .deputy)
        #expect(SignerRank(of: Self.person(5, 2, .leader, .unitHead), under: head) == .unitHead)
        #expect(SignerRank(of: Self.person(6, 2, .unitHead), under: head) == .unitHead)
        #expect(SignerRank(of: Self.person(7, 2, .specialist, .recordsClerk), under: head) == .other)
        #expect(SignerRank(of: Self.person(8, 1, .leader), under: nil) == .deputy)
    }

    @Test(arguments: Engine.testable)
    func `the head of the agency is the leader who heads its leadership`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let head = try await office.database.read { try DirectoryStore($0).agencyHead() }
        #expect(head?.id == office.people.chairman.person)
    }

    @Test(arguments: [
        (SigningCapacity.inOwnRight, "", "Chủ tịch"), (.acting, "", "Q. Chủ tịch"), (.onBehalfOf, "", "TM. Chủ tịch"),
        (.onBehalfOf, "Viện trưởng", "TM. KT. Viện trưởng – Chủ tịch"),
        (.deputising, "Viện trưởng", "KT. Viện trưởng – Chủ tịch"),
        (.byOrder, "Viện trưởng", "TL. Viện trưởng – Chủ tịch"),
        (.byAuthorisation, "Viện trưởng", "TUQ. Viện trưởng – Chủ tịch"),
    ])
    func `the signature names whom it is given for`(capacity: SigningCapacity, principal: String, line: String) {
        let content = DraftContent(
            type: .decision, notation: "", subject: "", signerPosition: "Chủ tịch", capacity: capacity,
            principal: principal)
        #expect(content.signatureLine == line)
    }

    @Test(arguments: Engine.testable)
    func `a draft keeps whom its signer signs for`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        var content = stage.content()
        (content.signer, content.capacity) = (people.deputy.person, .deputising)
        let id = try await stage.desk.create(try stage.draft(content), by: people.specialist)
        #expect(try await stage.find(id, for: people.specialist).content.signatureLine == "KT. Chủ tịch – Phó Chủ tịch")
        (content.signer, content.capacity) = (people.officeHead.person, .byAuthorisation)
        try await stage.desk.edit(id, try stage.draft(content), by: people.specialist)
        #expect(
            try await stage.find(id, for: people.specialist).content.signatureLine == "TUQ. Chủ tịch – Chánh Văn phòng")
    }

    @Test(arguments: Engine.testable)
    func `a draft in a capacity its signer does not have is refused, saying which he has`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        for (signer, capacity, rank) in [
            (people.chairman, SigningCapacity.deputising, SignerRank.head), (people.deputy, .inOwnRight, .deputy),
            (people.officeHead, .deputising, .unitHead), (people.specialist, .byOrder, .other),
        ] {
            var content = stage.content()
            (content.signer, content.capacity) = (signer.person, capacity)
            let draft = try stage.draft(content)
            let refusal = CommonRefusal.invalid("\(SignerRule.sentence(rank)) (NĐ 30/2020, Điều 13)")
            await #expect(throws: refusal) { try await stage.desk.create(draft, by: people.specialist) }
        }
    }

    @Test(arguments: Engine.testable)
    func `a draft written before the directory changed is checked anew when it is submitted`(
        engine: Engine
    ) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        let id = try await stage.document(.draft)
        try await stage.office.database.write { tx in
            let directory = DirectoryStore(tx)
            try directory.setHead(of: people.chairman.unit, to: people.deputy.person)
        }
        await #expect(throws: CommonRefusal.self) { try await stage.desk.submit(id, by: people.specialist) }
        #expect(try await stage.find(id, for: people.specialist).state == .draft)
    }
}
