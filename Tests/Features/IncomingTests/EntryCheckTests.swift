import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Testing
import WebUI

@testable import Incoming

/// Nhập và vào sổ văn bản đến: ngày phải có thật và hợp lý, chữ vừa sổ, giá trị lạ không thành mặc định.
@Suite struct EntryCheckTests {
    /// A sound entry in which the first field counts.
    private func fields(_ first: (String, String)) -> KeyValuePairs<String, String> {
        [
            first.0: first.1, "sender": "Sở Khoa học", "number": "12", "notation": "SKHCN-VP", "day": "2026-11-20",
            "subject": "Về việc thử", "type": "officialLetter", "urgency": "1", "secrecy": "0",
        ]
    }

    private func browser(_ journey: Journey, _ actor: Actor) async throws -> Browser {
        let feature = IncomingFeature(
            ground: journey.office.ground, steps: .standIn(journey.office.ground.blobs), shell: TestOffice.shell)
        return try await journey.office.browser(feature.routes, as: actor)
    }

    private func entry(_ change: (inout IncomingDocument.Content) -> Void) -> IncomingDocument.Content {
        var content = IncomingDocument.Content.sample("9", sender: "Sở Khoa học và Công nghệ")
        (content.documentID, content.senderCode) = ("", nil)
        change(&content)
        return content
    }

    private func enter(_ journey: Journey, _ content: IncomingDocument.Content) async throws -> IncomingID {
        let scan = try journey.office.ground.blobs.put(Data("%PDF-1.4".utf8))
        return try await journey.desk.enter(
            content, files: [ReceivedFile(name: "quet.pdf", mediaType: "application/pdf", blob: scan)],
            by: journey.people.clerk)
    }

    @Test(arguments: Engine.testable)
    func `a document is from between 1945 and today, and no deadline is over or beyond ten years`(
        engine: Engine
    ) async throws {
        let journey = try await Journey(engine)
        let today = Day(at: journey.office.now)
        for day in [today.adding(days: 1), Day("9999-12-31"), Day("0001-01-01")] {
            await #expect(throws: IncomingRefusal.self) { try await enter(journey, entry { $0.day = day }) }
        }
        for due in [today.adding(days: -1), Day("9999-12-31")] {
            await #expect(throws: IncomingRefusal.self) { try await enter(journey, entry { $0.dueOn = due }) }
        }
        for day in [today, Day("1945-09-02"), nil] {
            let content = entry { ($0.day, $0.dueOn) = (day, today) }
            #expect(try await journey.view(try await enter(journey, content)).document.content.day == day)
        }
    }

    @Test(arguments: Engine.testable)
    func `a day of arrival lies between the document's own and today, a year back at most`(
        engine: Engine
    ) async throws {
        let journey = try await Journey(engine)
        let (today, clerk) = (Day(at: journey.office.now), journey.people.clerk)
        let id = try await journey.arrive()
        for day in [Day("2026-11-19"), Day("0001-01-01"), today.adding(days: 1)] {
            await #expect(throws: IncomingRefusal.self) {
                try await journey.desk.register(id, by: clerk, receivedOn: day)
            }
        }
        #expect(try await journey.desk.register(id, by: clerk, receivedOn: Day("2026-11-20")) == 1)
        let old = try await enter(journey, entry { $0.day = Day("2020-01-06") })
        await #expect(throws: IncomingRefusal.self) {
            try await journey.desk.register(old, by: clerk, receivedOn: Day("2020-01-10"))
        }
        #expect(try await journey.desk.register(old, by: clerk, receivedOn: today.adding(days: -30)) == 2)
    }

    @Test(arguments: [(0, true), (-366, true), (-367, false), (1, false)])
    func `a day of arrival is taken up to a year back`(days: Int, isTaken: Bool) throws {
        let today = try #require(Day("2026-11-24"))
        let check = Result { try ArrivalRule.check(arrival: today.adding(days: days), of: nil, today: today) }
        #expect(((try? check.get()) != nil) == isTaken)
    }

    /// It is the sender's mistake: the clerk cannot mend it.
    @Test func `a packet with tomorrow's date is registered today`() async throws {
        let journey = try await Journey()
        var content = IncomingDocument.Content.sample()
        content.day = Day(at: journey.office.now).adding(days: 1)
        let id = try await journey.arrive(content)
        #expect(try await journey.desk.register(id, by: journey.people.clerk) == 1)
    }

    @Test(arguments: Engine.testable)
    func `what is too long for the register is refused by hand and cut from a packet, with a note`(
        engine: Engine
    ) async throws {
        let journey = try await Journey(engine)
        let heap = String(repeating: "\u{301}", count: 2000)
        let long: [@Sendable (inout IncomingDocument.Content) -> Void] = [
            { $0.code = DocumentCode(number: String(repeating: "9", count: 51), notation: "QĐ") },
            { $0.code = DocumentCode(number: "9", notation: "Q" + heap) }, { $0.subject = "a" + heap },
            { $0.senderName = "a" + heap }, { $0.signerName = "a" + heap }, { $0.signerPosition = "a" + heap },
        ]
        for change in long {
            await #expect(throws: CommonRefusal.self) { try await enter(journey, entry(change)) }
        }
        var content = IncomingDocument.Content.sample()
        content.subject = String(repeating: "Về việc ", count: 5000)
        content.toPlaces = Array(repeating: "Nơi nhận", count: 2000)
        content.documentID = String(repeating: "m", count: 60_000)
        let first = try await journey.file(content, exchangeID: "g-1")
        let document = try await journey.view(first.id).document
        #expect(document.content.subject.unicodeScalars.count == 1000 && document.content.subject.hasSuffix("…"))
        #expect(document.notes.contains { $0.hasPrefix("Gói tin ghi quá dài: trích yếu, nơi nhận.") })
        #expect(try await journey.file(content, exchangeID: "g-2").id == first.id)
        let plain = try await journey.file(.sample("16"), exchangeID: "g-3")
        #expect(try await !journey.view(plain.id).document.notes.contains { $0.hasPrefix("Gói tin ghi quá dài") })
    }

    @Test func `notes, reports and reasons have their length`() async throws {
        let journey = try await Journey()
        let (clerk, leader) = (journey.people.clerk, journey.people.chairman)
        let long = String(repeating: "a", count: 4001)
        let id = try await journey.arrive()
        await #expect(throws: CommonRefusal.self) { try await journey.desk.refuse(id, by: clerk, reason: long) }
        try await journey.desk.register(id, by: clerk)
        await #expect(throws: CommonRefusal.self) {
            try await journey.desk.submit(id, by: clerk, to: leader.person, note: long)
        }
        try await journey.desk.submit(id, by: clerk, to: leader.person, note: String(long.dropLast()))
        let directive = IncomingDesk.Directive(text: long, assignments: [Assignment(.unit(journey.officeUnit), .lead)])
        await #expect(throws: CommonRefusal.self) {
            try await journey.desk.direct(id, by: leader, directive, with: .pin(Journey.pin))
        }
        await #expect(throws: CommonRefusal.self) { try await journey.desk.conclude(id, by: leader, text: long) }
        try await journey.direct(id, directive.assignments)
        try await journey.desk.takeUp(id, by: journey.people.officeHead)
        await #expect(throws: CommonRefusal.self) {
            try await journey.desk.report(id, by: journey.people.officeHead, text: long)
        }
        try await journey.desk.report(id, by: journey.people.officeHead, text: "Đang soạn.")
    }

    @Test(arguments: [
        ("secrecy", "7"), ("urgency", "x"), ("type", "x"), ("day", "2026-02-31"), ("day", "9999-12-31"),
        ("due", "31/02/2027"), ("due", "2020-01-01"), ("subject", "\u{202E}"),
    ])
    func `an entry with a value that cannot be is refused, and nothing is written`(
        name: String, value: String
    ) async throws {
        let journey = try await Journey()
        let clerk = try await browser(journey, journey.people.clerk)
        let scan = FormFile("scan", name: "x\u{202E}fdp.pdf", bytes: Data("%PDF-1.4\n%%EOF".utf8))
        #expect(try await clerk.post("/van-ban-den/moi", fields((name, value)), files: [scan]).status == 422)
        let made = try await clerk.post("/van-ban-den/moi", fields(("secrecy", "0")), files: [scan])
        #expect(made.status == 303)
        let place = try #require(made.location?.split(separator: "?").first.map(String.init))
        #expect(place == "/van-ban-den/1")
        #expect(try await clerk.get(place).text.contains("xfdp.pdf"))
    }

    @Test(arguments: [("received", "2026-02-31"), ("received", "31/02/2027"), ("due", "2026-13-45")])
    func `nothing is registered without the day its clerk meant`(name: String, value: String) async throws {
        let journey = try await Journey()
        let id = try await journey.arrive()
        let clerk = try await browser(journey, journey.people.clerk)
        let answer = try await clerk.post("/van-ban-den/\(id)/register", [name: value])
        #expect(answer.status == 422 && answer.text.contains("không phải là một ngày có thật"))
        #expect(try await journey.state(id) == .received)
    }

    @Test(arguments: ["due", "due.support", "due.u"])
    func `nothing is signed without the deadline its leader meant`(name: String) async throws {
        let journey = try await Journey()
        let id = try await journey.submitted()
        let leader = try await browser(journey, journey.people.chairman)
        let name = name.replacing("due.u", with: "due.u\(journey.officeUnit)")
        let answer = try await leader.post(
            "/van-ban-den/\(id)/direct",
            [
                "text": "Giao.", "pin": Journey.pin, "role.u\(journey.officeUnit)": "lead",
                "support": "u\(journey.otherUnit)", name: "2026-02-31",
            ])
        #expect(answer.status == 422 && answer.text.contains("không phải là một ngày có thật"))
        #expect(try await journey.view(id).tree.branches.count == 1)
    }
}
