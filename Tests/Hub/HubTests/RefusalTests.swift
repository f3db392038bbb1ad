import EdXML
import Foundation
import OfficeTestKit
import Platform
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

    @Test func `all recipients are known, open and connected, or the packet goes to none`() {
        func address(_ code: String, system: String? = "vien", isLocked: Bool = false) -> RoutingPolicy.Address {
            RoutingPolicy.Address(id: 1, code: code, systemId: system, isLocked: isLocked)
        }
        let known = [
            "1": address("1"), "2": address("2", isLocked: true), "3": address("3", system: nil),
        ]
        func refusal(_ codes: String...) -> HubRefusal? {
            do throws(HubRefusal) { _ = try RoutingPolicy.addresses(for: codes, known: known) } catch { return error }
            return nil
        }
        #expect(refusal("1") == nil)
        #expect(refusal("1", "2")?.code == .lockedRecipient)
        #expect(refusal("1", "3")?.code == .unknownRecipient)
        #expect(refusal("1", "4")?.code == .unknownRecipient)
    }

    @Test(arguments: [(1_000, true), (1_001, false)])
    func `a packet goes to a thousand agencies at the most`(count: Int, isTaken: Bool) async throws {
        let packet = try #require(PacketReader().read(try await HubWorld.make().document()).packet)
        let codes = (1...count).map(String.init)
        let taken = Result { try RoutingPolicy.recipientCodes(of: packet, beside: codes + codes) }
        #expect((try? taken.get()) == (isTaken ? codes : nil))
    }

    @Test func `system, kind, bytes and recipients make a packet, in whatever order these are named`() {
        func identity(
            _ systemId: String = "vhl", _ type: MessageType = .document, _ sha256: String = "00",
            _ codes: [String] = ["1", "2"]
        ) -> String {
            RoutingPolicy.identity(systemId: systemId, type: type, sha256: sha256, codes: codes)
        }
        #expect(identity("vhl", .document, "00", ["2", "1"]) == identity())
        let others = [
            identity("vien"), identity("vhl", .status), identity("vhl", .document, "01"),
            identity("vhl", .document, "00", ["1"]),
        ]
        #expect(Set(others + [identity()]).count == 5)
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

    private static func knock(
        _ request: VXPRequest, _ operation: VXPOperation, bodyHash: String = ""
    ) throws -> Knock {
        Knock(
            operation: operation, presented: try PresentedCall(headers: request.headers), bodyHash: bodyHash,
            traceId: "1")
    }

    /// Whoever has the secret learns what is wrong with his call; anybody else does not.
    @Test func `a call from another time is told from one with a wrong secret, under an old secret too`() async throws {
        let world = try await HubWorld.make()
        let desk = world.hub.desk
        func refusal(secret: String, late: Double) async throws -> SignatureRefusal? {
            let request = try RequestSigner(systemId: "vhl", secret: secret)
                .sign(VXPCall(.getAgenciesList), at: world.tick().addingTimeInterval(late))
            do { try await desk.asking(Self.knock(request, .getAgenciesList)) { _, _ in } } catch {
                return error as? SignatureRefusal
            }
            return nil
        }
        let new = try await desk.rotate(HubWorld.academy).secret
        for secret in [new, "bí mật 1"] {
            #expect(try await refusal(secret: secret, late: 0) == nil)
            #expect(try await refusal(secret: secret, late: 400) == .outsideWindow)
        }
        #expect(try await refusal(secret: "sai", late: 400) == .wrongSignature)
    }

    /// The kit may sign two calls of one moment alike.
    @Test func `a call with an effect is another one where it asks or carries something else`() async throws {
        let world = try await HubWorld.make()
        let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1")
            .sign(VXPCall(.updateStatus), at: world.tick())
        func isTaken(_ operation: VXPOperation, _ bodyHash: String) async throws -> Bool {
            do {
                try await world.hub.desk.within(Self.knock(request, operation, bodyHash: bodyHash)) { _, _ in }
            } catch let refusal as HubRefusal {
                #expect(refusal.code == .unauthorised)
                return false
            }
            return true
        }
        #expect(try await isTaken(.updateStatus, "a"))
        #expect(try await isTaken(.updateStatus, "b"))
        #expect(try await isTaken(.sendEdoc, "a"))
        for (operation, hash) in [(VXPOperation.updateStatus, "a"), (.updateStatus, "b"), (.sendEdoc, "a")] {
            #expect(try await !isTaken(operation, hash))
        }
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

    @Test(arguments: Engine.testable)
    func `a call that only asks is answered again word for word, one that changes something is taken once`(
        engine: Engine
    ) async throws {
        let world = try await HubWorld.make(engine)
        let signer = RequestSigner(systemId: "vhl", secret: "bí mật 1")
        func answers(_ call: VXPCall) async throws -> [Int] {
            let request = try signer.sign(call, at: world.clock.now)
            return [await world.hub.api.answer(request).status, await world.hub.api.answer(request).status]
        }
        for operation in VXPOperation.allCases where !operation.hasEffect {
            var call = VXPCall(operation)
            call.parameters = [("docId", "d-1"), ("messagetype", "edoc")]
            let found = try await answers(call)
            #expect(found[0] == found[1] && found[0] != 401, "\(operation)")
        }
        let sending = VXPCall.send(world.document(), from: HubWorld.academy, messageType: .document)
        #expect(try await answers(sending) == [200, 401])
        #expect(try await world.client("vien").receivedList(messageType: .document).count == 1)
    }

    @Test func `callers on universal time are believed where the hub says so, and their calls are remembered longer`()
        async throws
    {
        let call = VXPCall.send(
            try await HubWorld.make().document(), from: HubWorld.academy, messageType: .document)
        for (zones, expected) in [("+07:00", 401), ("+07:00, +00:00", 200), ("-05:30,+00:00", 200)] {
            let world = try await HubWorld.make(settings: ["hub.zones": zones])
            // What a machine on universal time writes for now.
            let written = world.clock.now.addingTimeInterval(-7 * 3600)
            let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(call, at: written)
            #expect(await world.hub.api.answer(request).status == expected, "\(zones)")
            guard expected == 200, zones.hasPrefix("+07") else { continue }
            // Read as Vietnamese time the same call falls into the window seven hours earlier: it must be known still.
            world.clock.advance(by: -7 * 3600)
            #expect(await world.hub.api.answer(request).status == 401)
            #expect(try HubSettings(Settings(["hub.zones": zones])).memorySeconds == 600 + 7 * 3600)
        }
        for wrong in ["7", "+7", "UTC", "+25:00"] {
            #expect(throws: SettingsError.self) { try HubSettings(Settings(["hub.zones": wrong])) }
        }
    }

    @Test func `a packet that names two senders is nobody's`() async throws {
        let world = try await HubWorld.make()
        let text = String(decoding: world.document(from: HubWorld.institute), as: UTF8.self)
        let own = String(decoding: world.document(), as: UTF8.self)
        let from = try #require(own.firstRange(of: #/<edXML:From>(?s:.*)<\/edXML:From>/#))
        let second = try #require(text.range(of: "</edXML:From>"))
        let both = text.replacingCharacters(in: second, with: "</edXML:From>" + own[from])
        #expect(await refusal(world, Data(both.utf8)) == "22")
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

    @Test func `a field called filename is no file`() throws {
        #expect(!PacketUpload.namesFile("Content-Disposition: form-data; name=\"filename\"\r\n"))
        #expect(PacketUpload.namesFile("content-disposition: form-data; name=\"f\"; FileName=\"a\"\r\nX: y"))
        #expect(PacketUpload.namesFile("Content-Disposition: form-data; name=f; filename*=UTF-8''a"))
        #expect(!PacketUpload.namesFile("X-Other: a; filename=b"))
    }

    @Test func `an address that is no call is not found`() async throws {
        let world = try await HubWorld.make()
        let answer = await world.hub.api.answer(VXPRequest(method: "POST", path: "/nope", headers: [], body: Data()))
        #expect(answer.status == 404)
    }
}
