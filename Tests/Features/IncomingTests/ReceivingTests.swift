import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Testing

@testable import Incoming

/// Văn thư: tiếp nhận, từ chối, vào sổ, trình (NĐ 30/2020, Điều 21–23).
@Suite struct ReceivingTests {
    @Test(arguments: Engine.testable)
    func `the same packet twice is filed once`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let first = try await journey.file(.sample(), exchangeID: "g-1")
        let second = try await journey.file(.sample(), exchangeID: "g-1")
        #expect(first.isNew && !second.isNew && first.id == second.id)
        #expect(try await journey.statuses(first.id) == [1])
        let view = try await journey.view(first.id)
        #expect(view.files.map(\.role) == [.attachment, .main, .packet])
        #expect(view.document.notes == ["Tệp “mat.pdf”: không có trong gói tin"])
    }

    @Test(arguments: Engine.testable)
    func `registering takes the next entry number and tells the sender`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let first = try await journey.arrive(.sample("1"), exchangeID: "a")
        let second = try await journey.arrive(.sample("2"), exchangeID: "b")
        #expect(try await journey.desk.register(first, by: journey.people.clerk) == 1)
        #expect(try await journey.desk.register(second, by: journey.people.clerk) == 2)
        #expect(try await journey.statuses(first) == [1, 3])
        #expect(try await journey.state(first) == .registered)
        await #expect(throws: IncomingRefusal.self) {
            try await journey.desk.register(first, by: journey.people.clerk)
        }
        await #expect(throws: IncomingRefusal.self) {
            try await journey.desk.refuse(first, by: journey.people.clerk, reason: "Không đúng thẩm quyền.")
        }
    }

    @Test(arguments: Engine.testable)
    func `a refusal needs a reason, which the sender reads`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.arrive()
        await #expect(throws: IncomingRefusal.reasonMissing) {
            try await journey.desk.refuse(id, by: journey.people.clerk, reason: "sai")
        }
        try await journey.desk.refuse(id, by: journey.people.clerk, reason: "Văn bản gửi nhầm nơi nhận.")
        #expect(try await journey.statuses(id) == [1, 2])
        let status = try await journey.office.database.read { tx in
            try IncomingStatusSource(tx).status(
                for: ReportStatusJob(incoming: id.rawValue, code: 2, note: "Văn bản gửi nhầm nơi nhận."))
        }
        #expect(status?.description == "Từ chối tiếp nhận: Văn bản gửi nhầm nơi nhận.")
        #expect(status?.receiver == AgencyCode("000.00.97.G31"))
        #expect(status?.staffName == journey.people.clerk.name && status?.staffUnit == journey.people.clerk.unitName)
    }

    /// Its sender's system was in doubt and sent it in a packet of its own once more.
    @Test(arguments: Engine.testable)
    func `the same document in another packet is the one that is here already`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let first = try await journey.arrive(.sample(), exchangeID: "a")
        let again = try await journey.file(.sample(), exchangeID: "b")
        #expect(again.id == first && !again.isNew)
        for other in [
            try await journey.file(.sample(), exchangeID: "c", pdf: "%PDF-1.7 hai"),
            try await journey.file(.sample("16"), exchangeID: "d"),
        ] { #expect(other.isNew) }
        try await journey.desk.refuse(first, by: journey.people.clerk, reason: "Văn bản gửi nhầm đơn vị nhận.")
        #expect(try await journey.file(.sample(), exchangeID: "e").isNew)
    }

    @Test(arguments: Engine.testable)
    func `a likely duplicate is shown and registered only when confirmed`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let first = try await journey.arrive(.sample(), exchangeID: "a")
        try await journey.desk.register(first, by: journey.people.clerk)
        let same = try await journey.arrive(.sample(), exchangeID: "b", pdf: "%PDF-1.7 hai")
        var other = IncomingDocument.Content.sample(sender: "  viện TOÁN học ")
        (other.documentID, other.senderCode) = ("", nil)
        let likeness = try await journey.arrive(other, exchangeID: "c")
        for id in [same, likeness] {
            #expect(try await !journey.view(id).likenesses.isEmpty)
            await #expect(throws: IncomingRefusal.self) {
                try await journey.desk.register(id, by: journey.people.clerk)
            }
            #expect(try await journey.state(id) == .received)
        }
        #expect(try await journey.desk.register(same, by: journey.people.clerk, isConfirmed: true) == 2)
        let unlike = try await journey.arrive(.sample("16"), exchangeID: "d")
        #expect(try await journey.desk.register(unlike, by: journey.people.clerk) == 3)
    }

    @Test(arguments: Engine.testable)
    func `what the clerk enters is registered like the rest, and nobody is told`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let scan = try journey.office.ground.blobs.put(Data("%PDF-1.4".utf8))
        var content = IncomingDocument.Content.sample("9", sender: "Sở Khoa học và Công nghệ")
        (content.documentID, content.senderCode) = ("", nil)
        let id = try await journey.desk.enter(
            content, files: [ReceivedFile(name: "quet.pdf", mediaType: "application/pdf", blob: scan)],
            by: journey.people.clerk)
        #expect(try await journey.desk.register(id, by: journey.people.clerk) == 1)
        #expect(try await journey.statuses(id).isEmpty)
        await #expect(throws: CommonRefusal.self) {
            _ = try await journey.desk.enter(content, files: [], by: journey.people.specialist)
        }
    }

    @Test(arguments: Engine.testable)
    func `the arrival day is not after today, the deadline not before it`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.arrive()
        let today = Day(at: journey.office.now)
        await #expect(throws: IncomingRefusal.self) {
            try await journey.desk.register(id, by: journey.people.clerk, receivedOn: today.adding(days: 1))
        }
        await #expect(throws: IncomingRefusal.self) {
            try await journey.desk.register(id, by: journey.people.clerk, dueOn: today.adding(days: -1))
        }
        #expect(try await journey.desk.register(id, by: journey.people.clerk) == 1)
    }

    @Test(arguments: Engine.testable)
    func `a document is laid before a leader, nobody else`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.arrive()
        try await journey.desk.register(id, by: journey.people.clerk)
        await #expect(throws: CommonRefusal.self) {
            try await journey.desk.submit(id, by: journey.people.clerk, to: journey.people.specialist.person)
        }
        try await journey.desk.submit(id, by: journey.people.clerk, to: journey.people.chairman.person)
        #expect(try await journey.state(id) == .circulating)
        #expect(try await journey.desk.count(.toDecide, for: journey.people.chairman) == 1)
        #expect(try await journey.desk.count(.toSubmit, for: journey.people.clerk) == 0)
    }
}
