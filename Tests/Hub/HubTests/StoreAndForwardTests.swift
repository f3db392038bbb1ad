import EdXML
import Foundation
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Trục giữ nguyên từng gói tin và chỉ thôi đưa khi nơi nhận đã báo nhận xong.
@Suite struct StoreAndForwardTests {
    @Test(arguments: Engine.testable)
    func `a packet reaches its recipient byte for byte and leaves the list when it is stored`(
        engine: Engine
    ) async throws {
        let world = try await HubWorld.make(engine)
        let packet = world.document()
        let sent = try await world.client().sendEdoc(file: packet, from: HubWorld.academy, messageType: .document)
        let receiver = world.client("vien")
        let waiting = try await receiver.receivedList(messageType: .document)
        let row = try #require(waiting.first)
        #expect(waiting.count == 1)
        #expect(row.from == HubWorld.academy && row.to == HubWorld.institute && row.status == "initial")
        #expect(try await receiver.getEdoc(docId: row.docId) == packet)
        try await receiver.updateStatus(docId: row.docId, to: .processing)
        #expect(try await receiver.receivedList(messageType: .document).map(\.status) == ["processing"])
        try await receiver.updateStatus(docId: row.docId, to: .done)
        #expect(try await receiver.receivedList(messageType: .document).isEmpty)
        let state = try await world.client().sentList(messageType: .document, docId: sent)
        #expect(state.map(\.receiveStatus) == ["done"])
        #expect(state.map(\.toCode) == [HubWorld.institute])
        #expect(state.map(\.notation) == ["12/VHL-VP"])
    }

    @Test(arguments: Engine.testable)
    func `a status goes to the other party and nowhere else`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        _ = try await world.client("vien").sendEdoc(
            file: world.status(.accepted), from: HubWorld.institute, messageType: .status)
        #expect(try await world.client().receivedList(messageType: .status).count == 1)
        #expect(try await world.client().receivedList(messageType: .document).isEmpty)
        #expect(try await world.client("vien").receivedList(messageType: .status).isEmpty)
        #expect(try await world.client().count(.status) == 1)
        #expect(try await world.client().count(.document) == 0)
    }

    @Test(arguments: Engine.testable)
    func `the same packet sent again, even at the same moment, is one packet`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let packet = world.document()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await world.client().sendEdoc(file: packet, from: HubWorld.academy, messageType: .document)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await world.client("vien").receivedList(messageType: .document).count == 1)
    }

    @Test func `the same bytes to another recipient beside the packet are another packet`() async throws {
        let world = try await HubWorld.make()
        let packet = world.document(to: [HubWorld.institute, HubWorld.academy])
        let first = try await world.client().sendEdoc(
            file: packet, from: HubWorld.academy, messageType: .document, to: [HubWorld.institute])
        let second = try await world.client().sendEdoc(
            file: packet, from: HubWorld.academy, messageType: .document, to: [HubWorld.academy])
        #expect(first != second)
        #expect(try await world.client("vien").receivedList(messageType: .document).count == 1)
        #expect(try await world.client().receivedList(messageType: .document).count == 1)
    }

    @Test func `codes of either system name the same agency`() async throws {
        let world = try await HubWorld.make()
        let packet = world.document(from: "G31", to: ["G31.91"])
        _ = try await world.client().sendEdoc(file: packet, from: HubWorld.academy, messageType: .document)
        #expect(try await world.client("vien").receivedList(messageType: .document).map(\.to) == ["G31.91"])
    }

    @Test func `a packet that failed is offered again, after the others`() async throws {
        let world = try await HubWorld.make()
        for number in ["1", "2", "3"] {
            _ = try await world.client().sendEdoc(
                file: world.document(number: number), from: HubWorld.academy, messageType: .document)
        }
        let receiver = world.client("vien")
        let ids = try await receiver.receivedList(messageType: .document).map(\.docId)
        try await receiver.updateStatus(docId: ids[0], to: .fail)
        #expect(try await receiver.receivedList(messageType: .document).map(\.docId) == [ids[1], ids[2], ids[0]])
        try await receiver.updateStatus(docId: ids[0], to: .done)
        try await receiver.updateStatus(docId: ids[0], to: .fail)
        #expect(try await receiver.receivedList(messageType: .document).map(\.docId) == [ids[1], ids[2]])
    }

    @Test func `nobody reads or acknowledges another's packet`() async throws {
        let world = try await HubWorld.make()
        _ = try await world.client().sendEdoc(file: world.document(), from: HubWorld.academy, messageType: .document)
        let id = try #require(try await world.client("vien").receivedList(messageType: .document).first?.docId)
        let refused = VXPFailure.refused(code: "10", explanation: "Không có gói tin này")
        await #expect(throws: refused) { try await world.client().getEdoc(docId: id) }
        await #expect(throws: refused) { try await world.client().updateStatus(docId: id, to: .done) }
        await #expect(throws: refused) { try await world.client("vien").getEdoc(docId: "none") }
    }

    @Test(arguments: DeliveryState.allCases, [Acknowledgement.processing, .done, .fail])
    func `what is stored stays stored`(state: DeliveryState, word: Acknowledgement) {
        let expected: DeliveryState =
            state == .done ? .done : [.processing: .processing, .done: .done, .fail: .failed][word] ?? .waiting
        #expect(state.after(word) == expected)
    }
}
