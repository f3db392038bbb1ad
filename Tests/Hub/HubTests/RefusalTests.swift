import EdXML
import Foundation
import OfficeTestKit
import Testing
import VXP

@testable import Hub

/// Trục từ chối điều gì, bằng mã và câu nói rõ ràng.
@Suite struct RefusalTests {
    private func refusal(
        _ world: HubWorld, _ packet: Data, from code: String = HubWorld.academy, type: MessageType = .document,
        to beside: [String] = []
    ) async -> String? {
        do throws(VXPFailure) {
            _ = try await world.client().sendEdoc(file: packet, from: code, messageType: type, to: beside)
            return nil
        } catch {
            guard case .refused(let code, _) = error else { return "\(error)" }
            return code
        }
    }

    @Test func `unknown and locked recipients are told apart, and nobody gets the packet`() async throws {
        let world = try await HubWorld.make()
        let both = world.document(to: [HubWorld.institute, "000.00.99.G31"])
        #expect(await refusal(world, both) == "18")
        #expect(await refusal(world, world.document(to: ["000.00.93.G31"])) == "23")
        #expect(await refusal(world, world.document(), to: ["lạ"]) != nil)
        #expect(try await world.client("vien").receivedList(messageType: .document).isEmpty)
    }

    @Test func `nobody sends in another's name`() async throws {
        let world = try await HubWorld.make()
        #expect(await refusal(world, world.document(), from: HubWorld.institute) == "19")
        #expect(await refusal(world, world.document(from: HubWorld.institute)) == "19")
        #expect(await refusal(world, world.document(), from: "000.00.99.G31") == "19")
    }

    @Test func `a packet that cannot be read or is of the other kind is refused`() async throws {
        let world = try await HubWorld.make()
        #expect(await refusal(world, Data("rác".utf8)) == "22")
        #expect(await refusal(world, world.document(), type: .status) == "22")
        #expect(await refusal(world, Data()) == "22")
    }

    @Test func `a wrong secret and an unknown system get the same answer`() async throws {
        let world = try await HubWorld.make()
        let expected = VXPFailure.unauthorised("HTTP 401")
        await #expect(throws: expected) { try await world.client("vhl", secret: "sai").agencies() }
        await #expect(throws: expected) { try await world.client("la").agencies() }
    }

    @Test func `a call from another time is refused`() async throws {
        let world = try await HubWorld.make()
        let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1")
            .sign(VXPCall(.getAgenciesList), at: world.clock.now)
        world.clock.advance(by: 301)
        #expect(await world.hub.api.answer(request).status == 401)
        world.clock.advance(by: -602)
        #expect(await world.hub.api.answer(request).status == 401)
        world.clock.advance(by: 2)
        #expect(await world.hub.api.answer(request).status == 200)
    }

    @Test func `a file changed on its way is refused`() async throws {
        let world = try await HubWorld.make()
        let call = VXPCall.send(world.document(), from: HubWorld.academy, messageType: .document)
        var request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.clock.now)
        request.body.append(32)
        let answer = await world.hub.api.answer(request)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("\"ErrorCode\":\"21\""))
    }

    @Test func `a packet as a form's file is taken, with its hash unpadded`() async throws {
        let world = try await HubWorld.make()
        let packet = world.document()
        var call = VXPCall.send(packet, from: HubWorld.academy, messageType: .document)
        call.parameters = call.parameters.map { $0.name == "hash-file" ? ($0.name, FileHash.unpadded(packet)) : $0 }
        call.contentType = "multipart/form-data; boundary=XyZ"
        call.body =
            Data("--XyZ\r\nContent-Disposition: form-data; name=\"file_doc\"; filename=\"a.edxml\"\r\n\r\n".utf8)
            + packet
            + Data("\r\n--XyZ--\r\n".utf8)
        let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: world.clock.now)
        #expect(await world.hub.api.answer(request).status == 200)
        let id = try #require(try await world.client("vien").receivedList(messageType: .document).first?.docId)
        #expect(try await world.client("vien").getEdoc(docId: id) == packet)
    }

    @Test func `an address that is no call is not found`() async throws {
        let world = try await HubWorld.make()
        let answer = await world.hub.api.answer(VXPRequest(method: "POST", path: "/nope", headers: [], body: Data()))
        #expect(answer.status == 404)
    }
}
