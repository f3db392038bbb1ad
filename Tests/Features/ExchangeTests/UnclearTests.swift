import EdXML
import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Incoming

/// Gói tin thu hồi, cập nhật, thay thế ghi khác thường: không mất, không thành văn bản mới, văn thư luôn biết.
@Suite struct UnclearTests {
    /// The packet of a document, and the same with another operation in place of its own.
    private static func bytes(_ operation: String, number: String = "7") -> Data {
        let text = String(decoding: ExchangeWorld.packetBytes(number: number), as: UTF8.self)
        return Data(text.replacing(#/<edXML:Bussiness>(?s:.*)<\/edXML:Bussiness>/#, with: operation).utf8)
    }

    private static func type(_ text: String) -> String {
        "<edXML:Bussiness><edXML:BussinessDocType>\(text)</edXML:BussinessDocType></edXML:Bussiness>"
    }

    /// The institute has document 7; then this packet comes.
    private static func world(_ engine: Engine = .sqlite, then packet: Data) async throws -> ExchangeWorld {
        let world = try await ExchangeWorld.make(engine)
        try await world.smuggle(ExchangeWorld.packetBytes(number: "7"))
        try await world.settle()
        try await world.smuggle(packet)
        try await world.settle()
        return world
    }

    @Test(arguments: [
        type("Thu hồi"), type("THU HỒI văn bản"), type("1 - thu hoi"),
        type("1").replacing("Bussiness", with: "bussiness"),
        type("1").replacing("BussinessDocType", with: "BussinessDoctype"),
        type("1").replacing("Bussiness", with: "Bussines"),
    ])
    func `a recall in words, or misspelt, asks for the document back`(operation: String) async throws {
        let world = try await Self.world(then: Self.bytes(operation))
        #expect(try await world.institute.arrivals().map(\.state) == [.filed, .filed])
        #expect(try await world.received().changes.map(\.change) == [.recall])
    }

    @Test(arguments: Engine.testable, [type("4"), type("hủy"), type("0") + type("1"), type("0 - thu hồi")])
    func `an operation that nobody can be sure of is laid before the clerk, on the document, too`(
        engine: Engine, operation: String
    ) async throws {
        let world = try await Self.world(engine, then: Self.bytes(operation))
        let arrival = try #require(try await world.institute.arrivals().last)
        #expect(arrival.state == .attention && arrival.isOpen)
        #expect(arrival.problem.contains("không rõ là văn bản mới, thu hồi, cập nhật hay thay thế"))
        let view = try await world.received()
        #expect(arrival.record == view.document.ref && view.changes.isEmpty)
        #expect(view.events.contains { $0.detail.contains("không rõ nghĩa") })
        #expect(try await world.institute.count("incoming_document") == 1)
        #expect(try await world.reported() == [.arrived], "nothing is answered for the clerk")
    }

    @Test func `an unclear packet of a document that is not here is filed, and its first note says what it is`()
        async throws
    {
        let world = try await Self.world(then: Self.bytes(Self.type("4"), number: "8"))
        let arrival = try #require(try await world.institute.arrivals().last)
        #expect(arrival.state == .attention && arrival.problem.contains("“4”"))
        #expect(try await world.incoming(arrival).0.notes.first == arrival.problem)
        #expect(try await world.institute.count("incoming_document") == 2)
    }

    @Test func `an unclear packet that speaks of another document is told there`() async throws {
        let other = Self.type("4").replacing(
            "</edXML:Bussiness>",
            with: "<edXML:DocumentId>000.00.00.G31,2026/11/23,7/VHL-VP</edXML:DocumentId></edXML:Bussiness>")
        let world = try await Self.world(then: Self.bytes(other, number: "8"))
        let first = try #require(try await world.institute.arrivals().first?.record)
        let view = try await world.receiver.open(IncomingID(first.id), for: world.institute.people.clerk)
        #expect(view.events.contains { $0.detail.contains("“4” không rõ nghĩa") })
    }

    @Test(arguments: Engine.testable)
    func `the same document in another packet leaves a line and what that packet says`(engine: Engine) async throws {
        let again = String(decoding: ExchangeWorld.packetBytes(number: "7"), as: UTF8.self)
            .replacing("<edXML:Subject>", with: "<edXML:Weather>mưa</edXML:Weather><edXML:Subject>")
        let world = try await Self.world(engine, then: Data(again.utf8))
        let view = try await world.received()
        #expect(try await world.institute.count("incoming_document") == 1)
        #expect(
            view.events.contains {
                $0.detail.hasPrefix("Bên gửi gửi lại văn bản này trong một gói tin khác. Gói tin này có 1 điểm")
            })
        #expect(view.document.notes.last == "Gói tin gửi lại: Gói tin: phần tử lạ MessageHeader/Weather.")
        try await world.smuggle(Data(again.utf8))
        try await world.settle()
        #expect(try await world.received().document.notes == view.document.notes, "the same is said once")
    }

    // MARK: Found by whatever name

    private static let old = DocumentReference(
        agencyCode: ExchangeWorld.academyCode.rawValue, code: "7/VHL-VP",
        issuedOn: PacketDay(year: 2026, month: 11, day: 23),
        documentId: "000.00.00.G31,2026/11/23,7/VHL-VP")

    /// A packet with a number and an identity of its own that names document 7 in one place only.
    private static func packet(
        _ kind: DocumentPacket.Operation.Kind, _ name: (inout DocumentPacket) -> Void
    ) -> Data {
        var packet = ExchangeWorld.packet(kind: kind, number: "99")
        name(&packet)
        return PacketWriter().write(packet)
    }

    private static let places: [@Sendable (inout DocumentPacket) -> Void] = [
        { $0.operation?.documentId = old.documentId },
        { $0.inReplyTo = [old] },
        { $0.inReplyTo = [.init(code: old.code, issuedOn: old.issuedOn)] },
        { $0.inReplyTo = [.init(documentId: "không có"), .init(documentId: old.documentId)] },
    ]

    @Test(arguments: [DocumentPacket.Operation.Kind.recall, .amend, .replace], places.indices)
    func `a recall, an update and a replacement find the document by whatever place names it`(
        kind: DocumentPacket.Operation.Kind, place: Int
    ) async throws {
        let world = try await Self.world(then: Self.packet(kind, Self.places[place]))
        #expect(try await world.institute.arrivals().map(\.state) == [.filed, .filed])
        let first = try #require(try await world.institute.arrivals().first?.record)
        let view = try await world.receiver.open(IncomingID(first.id), for: world.institute.people.clerk)
        #expect(view.changes.map(\.change.rawValue) == ["\(kind)"])
        #expect(view.changes[0].reason.contains("văn bản liên quan") == (place > 0 && kind != .replace))
        #expect(try await world.institute.count("incoming_document") == (kind == .replace ? 2 : 1))
        let newest = try await world.received().document
        #expect(!newest.notes.contains { $0.contains("không có ở đây") })
    }

    @Test func `number and date find it where every identity is another`() async throws {
        let recall = Self.packet(.recall) {
            $0.code.number = "7"
            $0.documentId = "mã của gói thu hồi"
        }
        let world = try await Self.world(then: recall)
        #expect(try await world.received().changes.map(\.change) == [.recall])
    }

    @Test func `what is not found is named with everything the packet names`() async throws {
        let recall = Self.packet(.recall) { $0.inReplyTo = [.init(code: "8/VHL-VP", documentId: "A-8")] }
        let world = try await Self.world(then: recall)
        let arrival = try #require(try await world.institute.arrivals().last)
        #expect(arrival.state == .attention)
        #expect(arrival.problem.contains("99/VHL-VP") && arrival.problem.contains("8/VHL-VP, mã A-8"))
        let replacement = Self.packet(.replace) { _ in }
        try await world.smuggle(replacement)
        try await world.settle()
        let other = try #require(try await world.institute.arrivals().last)
        #expect(other.state == .attention && other.problem.contains("không ghi mã"))
    }

    @Test func `a replacement for others leaves our document alone`() async throws {
        let id = try #require(Self.old.documentId)
        let replacement = Self.packet(.replace) {
            $0.operation?.replacements = [.init(documentId: id, agencyCodes: ["000.00.00.H41"])]
        }
        let world = try await Self.world(then: replacement)
        #expect(try await world.institute.arrivals().map(\.state) == [.filed, .filed])
        #expect(try await world.institute.count("incoming_change") == 0)
        #expect(
            try await world.received().document.notes.first
                == "Văn bản này thay thế văn bản mã \(id) ở những nơi nhận khác, không phải ở đơn vị mình.")
    }

    @Test(arguments: [
        [], [ExchangeWorld.instituteCode.rawValue], ["000.00.00.H41", ExchangeWorld.instituteCode.rawValue],
    ])
    func `a replacement for us asks to replace ours, whatever its number says`(agencies: [String]) async throws {
        for kind in [DocumentPacket.Operation.Kind.replace, .new] {
            let replacement = Self.packet(kind) {
                $0.operation?.replacements = [.init(documentId: Self.old.documentId ?? "", agencyCodes: agencies)]
            }
            let world = try await Self.world(then: replacement)
            #expect(try await world.institute.count("incoming_change") == 1)
        }
    }

    @Test func `a replacement of two says which of them is not here`() async throws {
        let replacement = Self.packet(.replace) {
            $0.operation?.replacements = [.init(documentId: Self.old.documentId ?? ""), .init(documentId: "A-8")]
        }
        let world = try await Self.world(then: replacement)
        #expect(try await world.institute.count("incoming_change") == 1)
        let carrier = try #require(try await world.institute.arrivals().last)
        #expect(
            try await world.incoming(carrier).0.notes
                == ["Văn bản này còn thay thế văn bản mã A-8 của bên gửi, không có ở đây."])
    }

    @Test func `a replacement under the identity of what it replaces finds the old one`() async throws {
        var packet = ExchangeWorld.packet(kind: .replace)
        packet.subject = "Bản thay thế"
        packet.operation?.replacements = [.init(documentId: packet.documentId ?? "")]
        let world = try await Self.world(then: PacketWriter().write(packet))
        #expect(try await world.institute.count("incoming_document") == 2)
        let first = try #require(try await world.institute.arrivals().first?.record)
        let view = try await world.receiver.open(IncomingID(first.id), for: world.institute.people.clerk)
        #expect(view.changes.map(\.change) == [.replace])
    }
}
