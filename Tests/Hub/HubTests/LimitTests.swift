import Digests
import EdXML
import Foundation
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Mỗi đơn vị chỉ được dùng trục trong giới hạn của mình; ai quá thì được báo gửi lại sau.
@Suite struct LimitTests {
    private static func refusal(_ cause: RefusalCause, _ code: String = "20") -> VXPFailure {
        .refused(code: code, explanation: cause.sentence)
    }

    private func send(_ world: HubWorld, _ number: String) async throws(VXPFailure) -> String {
        try await world.client().sendEdoc(
            file: world.document(number: number), from: HubWorld.academy, messageType: .document)
    }

    @Test(arguments: Engine.testable)
    func `so many packets a minute and no more, and the next minute again`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine, settings: ["hub.limit.packets.minute": "2"])
        for number in ["1", "2"] { _ = try await send(world, number) }
        await #expect(throws: Self.refusal(.rate)) { try await send(world, "3") }
        #expect(Self.refusal(.rate).isWorthRetrying)
        world.clock.advance(by: 61)
        _ = try await send(world, "3")
    }

    @Test(arguments: Engine.testable)
    func `so many bytes a day and no more, and tomorrow again`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        try await world.hub.desk.limit(
            agency: HubWorld.academy, packetsPerMinute: nil, bytesPerDay: 1_000, uploads: nil)
        _ = try await send(world, "1")
        await #expect(throws: Self.refusal(.volume)) { try await send(world, "2") }
        world.clock.advance(by: 86_400)
        _ = try await send(world, "2")
    }

    @Test(arguments: [(1, 0, true), (2, 0, false), (0, 999, true), (0, 1_000, false)])
    func `a limit is reached with the last packet and byte it allows`(packets: Int, bytes: Int, isWithin: Bool) {
        let limits = HubLimits(packetsPerMinute: 2, bytesPerDay: 1_000)
        let check = Result { try RoutingPolicy.check(limits, (packetsThisMinute: packets, bytesToday: bytes)) }
        #expect(((try? check.get()) != nil) == isWithin)
    }

    @Test func `a packet that says it is too large is refused before it is read`() async throws {
        let world = try await HubWorld.make(settings: ["hub.limit.packet.megabytes": "1"])
        let call = VXPCall.send(world.document(), from: HubWorld.academy, messageType: .document)
        var request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.tick())
        request.headers.append(("Content-Length", "\((1 << 20) + 3)"))
        let answer = await world.hub.api.answer(request)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(RefusalCause.tooLarge.sentence))
    }

    @Test func `a packet that is too large is refused, whatever its length header says`() async throws {
        let world = try await HubWorld.make(settings: ["hub.limit.packet.megabytes": "1"])
        let file = Data(count: (1 << 20) + 3)
        let call = VXPCall.send(file, from: HubWorld.academy, messageType: .document)
        var request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.tick())
        var answer = await world.hub.api.answer(request)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(RefusalCause.tooLarge.sentence))
        request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.tick())
        request.headers.append(("Content-Length", "\(file.count)"))
        answer = await world.hub.api.answer(request)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(RefusalCause.tooLarge.sentence))
        let left = try FileManager.default.contentsOfDirectory(
            atPath: world.folder.appending(path: "packets/incoming").path)
        #expect(left.isEmpty)
    }

    /// Uploads take time; what came meanwhile counts.
    @Test func `a packet is counted when it has arrived, not when its upload began`() async throws {
        let world = try await HubWorld.make(settings: ["hub.limit.packets.minute": "1"])
        let desk = world.hub.desk
        let uploads = try ["1", "2"].map { number in
            let packet = world.document(number: number)
            let call = VXPCall.send(packet, from: HubWorld.academy, messageType: .document)
            let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.tick())
            let presented = try PresentedCall(headers: request.headers)
            return (packet, Knock(operation: .sendEdoc, presented: presented, bodyHash: number, traceId: number))
        }
        var openings: [HubDesk.Opening] = []
        for (_, knock) in uploads { openings.append(try await desk.open(knock)) }
        func accept(_ index: Int) async throws -> String {
            let (packet, knock) = uploads[index]
            let blob = try desk.blobs.put(packet)
            return try await desk.accept(
                ByteSource(packet), kept: blob, type: .document, to: [], from: openings[index], knock)
        }
        _ = try await accept(0)
        await #expect(throws: HubRefusal(.systemFault, .rate)) { try await accept(1) }
        #expect(try await world.client("vien").receivedList(messageType: .document).count == 1)
    }

    @Test func `a packet whose content is gone meanwhile is not taken`() async throws {
        let world = try await HubWorld.make()
        let packet = world.document()
        let call = VXPCall.send(packet, from: HubWorld.academy, messageType: .document)
        let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.tick())
        let knock = Knock(
            operation: .sendEdoc, presented: try PresentedCall(headers: request.headers), bodyHash: "", traceId: "1")
        let desk = world.hub.desk
        let opening = try await desk.open(knock)
        let blob = try desk.blobs.put(packet)
        try FileManager.default.removeItem(at: desk.blobs.path(blob))
        await #expect(throws: BlobError.self) {
            try await desk.accept(ByteSource(packet), kept: blob, type: .document, to: [], from: opening, knock)
        }
        #expect(try await world.client("vien").receivedList(messageType: .document).isEmpty)
    }

    @Test func `the room for a form's own lines is no room for the packet`() async throws {
        let world = try await HubWorld.make(settings: ["hub.limit.packet.megabytes": "1"])
        let file = Data(count: (1 << 20) + 3)
        var call = VXPCall.send(file, from: HubWorld.academy, messageType: .document)
        call.contentType = "multipart/form-data; boundary=XyZ"
        call.body =
            Data("--XyZ\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.edxml\"\r\n\r\n".utf8) + file
            + Data("\r\n--XyZ--\r\n".utf8)
        let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.tick())
        let answer = await world.hub.api.answer(request)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(RefusalCause.tooLarge.sentence))
    }

    @Test func `an agency uploads so many packets at once and no more`() async throws {
        let gate = UploadGate()
        let (holding, hold) = AsyncStream<Void>.makeStream()
        let (started, start) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await gate.within(1, limit: 1) {
                start.yield()
                for await _ in holding { break }
                return "sent"
            }
        }
        for await _ in started { break }
        #expect(try await gate.within(1, limit: 1) { "sent" } == nil)
        #expect(try await gate.within(2, limit: 1) { "sent" } == "sent")
        hold.yield()
        #expect(try await first.value == "sent")
        #expect(try await gate.within(1, limit: 1) { "sent" } == "sent")
    }
}
