import Foundation
import Platform
import Records
import Testing

@testable import Outgoing

/// Ai được làm gì với văn bản đi.
struct PolicyTests {
    static let drafter = actor(1, roles: [.specialist])
    static let head = actor(2, roles: [.unitHead], heads: [10])
    static let signer = actor(3, roles: [.leader], unit: 20)
    static let clerk = actor(4, roles: [.recordsClerk], unit: 30)
    static let otherHead = actor(5, roles: [.unitHead], heads: [40], unit: 40)
    static let administrator = actor(6, roles: [.administrator], unit: 50)

    static func actor(_ id: Int64, roles: Set<Role>, heads: Set<Int64> = [], unit: Int64 = 10) -> Actor {
        Actor(
            person: PersonID(id), name: "Người \(id)", position: "", unit: UnitID(unit), unitName: "Đơn vị \(unit)",
            roles: roles, heads: Set(heads.map { UnitID($0) }))
    }

    /// Who may do it; nobody else may.
    @Test(arguments: OutgoingDocument.lifecycle.map { [$0.action.rawValue, $0.from.rawValue] })
    func `only the one whose turn it is may act`(row: [String]) throws {
        let action = try #require(OutgoingDocument.Action(rawValue: row[0]))
        let document = OutgoingDocument.sample(state: try #require(OutgoingDocument.State(rawValue: row[1])))
        let transition = try #require(OutgoingDocument.transition(action, from: document.state))
        let everybody = [Self.drafter, Self.head, Self.signer, Self.clerk, Self.otherHead, Self.administrator]
        let allowed = everybody.filter { document.obstacle(to: action, for: $0) == nil }
        let expected: [Actor] =
            switch transition.by {
            case .drafter: [Self.drafter]
            case .unitHead: [Self.head]
            case .signer: [Self.signer]
            case .recordsClerk: [Self.clerk]
            case .clerkOrSigner: [Self.signer, Self.clerk]
            }
        #expect(allowed == expected)
    }

    @Test func `a draft that lacks something is not submitted, and says all that it lacks`() {
        var document = OutgoingDocument.sample()
        document.content.signer = nil
        document.preparation = .none
        let gaps = document.gaps(recipients: [])
        #expect(gaps == ["chưa chọn người ký", "chưa có nơi nhận", "chưa có tệp văn bản"])
        let submit = document.offers(for: Self.drafter, recipients: []).first { $0.name == "submit" }
        #expect(submit?.obstacle?.contains("chưa chọn người ký") == true)
    }

    @Test func `a file is submitted with the places for number, date, signature and seal`() {
        var document = OutgoingDocument.sample()
        document.content.alsoTo = "Như Điều 3"
        #expect(document.gaps(recipients: []).isEmpty)
        document.places = nil
        #expect(document.gaps(recipients: []) == ["chưa có vị trí số, ngày, chữ ký và dấu"])
    }

    @Test(arguments: SecurityLevel.allCases)
    func `a secret document never goes to the exchange`(secrecy: SecurityLevel) {
        let document = OutgoingDocument.sample(state: .sealed, secrecy: secrecy)
        let expected: Delivery = secrecy == .open ? .waiting : .byHand
        #expect(SecrecyRule.delivery(to: .agency(AgencyCode("G31")), of: document) == expected)
        #expect(SecrecyRule.delivery(to: .unit(UnitID(1)), of: document) == .direct)
        #expect(document.book == (secrecy == .open ? "outgoing:administrative" : "outgoing:secret"))
    }

    @Test(arguments: [
        (DocumentType.decision, "QĐ-VHL"), (.officialLetter, "VHL-VP"), (.submission, "TTr-VHL"),
        (.publicLetter, "VHL-VP"),
        (.regulation, "QC-VHL"),
    ])
    func `the notation is proposed from kind and unit`(type: DocumentType, notation: String) {
        #expect(NotationRule.propose(type, agency: "VHL", unit: "VP") == notation)
        #expect(NotationRule.isWellFormed(notation))
    }

    @Test(arguments: ["", "QĐ VHL", "QĐ,VHL", "QĐ-VHL\n", String(repeating: "Q", count: 31)])
    func `a notation that would break the identity is refused`(notation: String) {
        #expect(!NotationRule.isWellFormed(notation))
    }

    @Test(arguments: [
        ("VIỆN HÀN LÂM        CỘNG HÒA\nSố:       /QĐ-VHL      Hà Nội, ngày", "QĐ-VHL"), ("Số: 15/VHL–VP", "VHL-VP"),
        ("Số: …/2026/TTr-VHL", "2026/TTr-VHL"), ("Căn cứ Nghị định số 30/2020/NĐ-CP", nil), ("Số: abc/QĐ-VHL", nil),
        ("Số:", nil), ("", nil),
    ])
    func `the printed notation is found after its label`(text: String, notation: String?) {
        #expect(NotationRule.printed(in: text) == notation)
    }

    @Test func `a printed notation that differs is told until the document is issued`() {
        var document = OutgoingDocument.sample()
        document.printedNotation = "QĐ-VHL"
        #expect(document.notationProblem == nil)
        document.printedNotation = "TB-VHL"
        #expect(document.notationProblem?.contains("TB-VHL") == true)
        document.state = .issued
        #expect(document.notationProblem == nil)
    }
}
