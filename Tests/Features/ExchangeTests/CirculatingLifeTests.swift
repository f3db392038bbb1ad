import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import VXP

@testable import Exchange
@testable import Incoming

private enum LifeSamples {
    static let folder = Judge.packageFolder.deletingLastPathComponent().appending(path: "shared/data/edxml")
    static let arePresent = FileManager.default.fileExists(atPath: folder.path)
}

/// Gói thu hồi, cập nhật, thay thế của phần mềm khác, khi có gói mẫu bên cạnh mã nguồn.
@Suite(.enabled(if: LifeSamples.arePresent, "không có ../shared/data/edxml: bỏ qua"))
struct CirculatingLifeTests {
    private static func sample(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: LifeSamples.folder.appending(path: name)), as: UTF8.self)
    }

    /// The sample of a recall, update or replacement as the document was when it was sent first.
    private static func asNew(_ name: String, kind: Int) throws -> String {
        try sample(name).replacing("BussinessDocType>\(kind)<", with: "BussinessDocType>0<")
    }

    private static func world(_ packets: [String]) async throws -> ExchangeWorld {
        let world = try await ExchangeWorld.make()
        for packet in packets {
            let sender = try #require(packet.firstMatch(of: #/From>(?s:.*?)OrganId>([^<]*)/#)).output.1
            try await world.smuggle(Data(packet.utf8), from: String(sender))
            try await world.settle()
        }
        return world
    }

    @Test func `a recall by another office's kit finds its document and asks the clerk`() async throws {
        let world = try await Self.world([
            try Self.asNew("edoc_revocation.edxml", kind: 1), try Self.sample("edoc_revocation.edxml"),
        ])
        let view = try await world.received()
        #expect(try await world.institute.count("incoming_document") == 1)
        #expect(view.changes.map(\.change) == [.recall] && view.changes.first?.isFormal == true)
        #expect(view.changes.first?.reason == "Thu hồi văn bản điện tử")
        #expect(try await world.institute.arrivals().map(\.state) == [.filed, .filed])
    }

    @Test func `status 13 of another office finds the same document`() async throws {
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: LifeSamples.folder.path).first {
                $0.hasSuffix("_13.edxml")
            })
        let world = try await Self.world([try Self.asNew("edoc_revocation.edxml", kind: 1)])
        try await world.smuggle(Data(try Self.sample(name).utf8), as: .status)
        try await world.settle()
        let request = try #require(try await world.received().changes.first)
        #expect(request.change == .recall && !request.isFormal)
    }

    @Test func `an update is shown with what it changes`() async throws {
        let old = try Self.asNew("edoc_update.edxml", kind: 2)
            .replacing("G22,2015/09/30,7816/VPCP-TTĐT", with: "G22,2014/02/30,7806/VPCP-TTĐT")
            .replacing("CodeNumber>7816<", with: "CodeNumber>7806<")
        let world = try await Self.world([old, try Self.sample("edoc_update.edxml")])
        let view = try await world.received()
        let request = try #require(view.changes.first)
        #expect(request.change == .amend)
        let changes = request.proposal?.changes(of: view.document, files: view.files) ?? []
        #expect(changes.first == FieldChange(label: "Số, ký hiệu", before: "7806/VPCP-TTĐT", after: "7816/VPCP-TTĐT"))
    }

    @Test func `a replacement is filed as a document of its own and asks for the old one's place`() async throws {
        let old = try Self.asNew("edoc_replacement.edxml", kind: 3)
            .replacing("G22,2015/09/30,7816/VPCP-TTĐT", with: "G22,2014/01/30,7806/VPCP-TTĐT")
        let new = try Self.sample("edoc_replacement.edxml")
        // The sample replaces for two of its receivers; here we are one of them.
        let ours = [old, new].map { $0.replacing("000.00.00.H41", with: ExchangeWorld.instituteCode.rawValue) }
        let world = try await Self.world(ours)
        #expect(try await world.institute.count("incoming_document") == 2)
        let carrier = try await world.received()
        #expect(carrier.carried.count == 1 && carrier.carried.first?.change == .replace)
        let others = try await Self.world([old, new])
        #expect(try await others.received().carried.isEmpty)
    }
}
