import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Testing

@testable import Incoming

/// Sao y: bản quét của văn bản giấy được cơ quan ký số thành bản sao; bản quét giữ nguyên, bản gốc điện tử không sao.
@Suite struct CopyTests {
    func entered(_ journey: Journey, isRegistered: Bool = true) async throws -> IncomingID {
        let blobs = journey.office.ground.blobs
        func file(_ name: String, _ text: String, _ type: String = "application/pdf") throws -> ReceivedFile {
            ReceivedFile(name: name, mediaType: type, blob: try blobs.put(Data(text.utf8)))
        }
        let id = try await journey.desk.enter(
            .sample("21"),
            files: [
                try file("quet.pdf", "%PDF-1.7 quét"), try file("phu-luc.pdf", "%PDF-1.7 phụ lục"),
                try file("so-lieu.xlsx", "PK", "application/octet-stream"),
            ], by: journey.people.clerk)
        if isRegistered { try await journey.desk.register(id, by: journey.people.clerk) }
        return id
    }

    func copy(_ journey: Journey, _ id: IncomingID, by actor: Actor? = nil) async throws {
        try await journey.desk.copy(id, by: actor ?? journey.people.clerk, with: .pin(Journey.pin))
    }

    @Test(arguments: Engine.testable)
    func `every scan becomes a signed copy beside it, once`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await entered(journey)
        let before = try await journey.view(id).files
        try await copy(journey, id)
        let view = try await journey.view(id)
        #expect(view.files.filter { $0.role != .copy } == before)
        let copies = view.files.filter { $0.role == .copy }
        #expect(copies.map(\.name) == ["Sao y quet.pdf", "Sao y phu-luc.pdf"])
        let texts = try copies.map { String(decoding: try journey.office.ground.blobs.get($0.blob), as: UTF8.self) }
        #expect(texts == ["signed:%PDF-1.7 quét", "signed:%PDF-1.7 phụ lục"])
        #expect(view.events.contains { $0.kind == "copied" })
        await #expect(throws: IncomingRefusal.noCopy("Đã có bản sao y.")) { try await copy(journey, id) }
    }

    /// Decree 30, Annex I: kind of copy, agency, time with its zone.
    @Test func `the mark names the kind of copy, the agency and the time`() async throws {
        let journey = try await Journey()
        let id = try await entered(journey)
        let order = try await journey.desk.copying.order(id.rawValue, journey.people.clerk, "", nil)
        guard case .mark(let line) = order.parts.first?.place else {
            Issue.record("no mark")
            return
        }
        let words = line.components(separatedBy: "; ")
        #expect(words.count == 3 && words.first == "Sao y" && words[2].hasSuffix("+07:00"))
        #expect(order.parts.map(\.isOptional) == [false, true])
        #expect(journey.desk.copying.isSeal && journey.desk.copying.agentFunction == .copy)
    }

    /// The leader's directive is bound to the files he saw: a copy that comes later leaves it whole.
    @Test func `a directive given before stays whole`() async throws {
        let journey = try await Journey()
        let id = try await entered(journey)
        try await journey.desk.submit(id, by: journey.people.clerk, to: journey.people.chairman.person)
        try await journey.direct(id, [Assignment(.unit(journey.officeUnit), .lead)])
        try await copy(journey, id)
        let view = try await journey.view(id)
        let note = try #require(view.directives.first)
        #expect(try await journey.desk.check(note, files: view.files).isTrusted)
    }

    @Test func `what is an original already, not registered, or another's to seal is refused with its reason`()
        async throws
    {
        let journey = try await Journey()
        let arrived = try await journey.arrive()
        try await journey.desk.register(arrived, by: journey.people.clerk)
        await #expect(throws: IncomingRefusal.self) { try await copy(journey, arrived) }
        let waiting = try await entered(journey, isRegistered: false)
        await #expect(throws: IncomingRefusal.self) { try await copy(journey, waiting) }
        let view = try await journey.view(waiting)
        for actor in [journey.people.chairman, journey.people.specialist] {
            #expect(IncomingDesk.obstacleToCopy(view.document, view.files, for: actor) != nil)
        }
    }

    @Test func `a scan that carries signatures is an original: no copy is made of it`() async throws {
        let journey = try await Journey()
        let id = try await entered(journey)
        var steps = DirectiveSteps.standIn(journey.office.ground.blobs)
        steps.verification = { _ in
            SignatureVerdict(level: .trusted, sentence: "", signatures: [], warnings: [], judgedAt: Date())
        }
        let desk = IncomingDesk(ground: journey.office.ground, signing: steps)
        await #expect(throws: IncomingRefusal.self) {
            try await desk.copy(id, by: journey.people.clerk, with: .pin(Journey.pin))
        }
    }
}
