import Directory
import EdXML
import Foundation
import Incoming
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Outgoing

/// Gói tin nói đúng điều văn bản nói.
@Suite struct PacketTests {
    @Test func `an answer names the document it answers as its sender does`() async throws {
        let world = try await ExchangeWorld.make()
        let academy = world.academy
        let (received, now) = (
            ReceivedDocument(
                content: .init(
                    senderCode: ExchangeWorld.instituteCode, senderName: "Viện mẫu", documentID: "m-1",
                    code: DocumentCode(number: "7", notation: "BC-VM"), day: Day(year: 2026, month: 11, day: 20),
                    typeLabel: "Báo cáo", subject: "Báo cáo năm"),
                files: [], packet: try academy.office.ground.blobs.put(Data("x".utf8)), exchangeID: "g-9",
                receivedAt: academy.office.now), academy.office.now
        )
        let filed = try await academy.office.database.write { try IncomingIntake($0, now: now).file(received).id }
        _ = try await world.issue(inReplyTo: RecordRef(kind: IncomingDocument.kind, id: filed))
        try await academy.runJobs()
        let sent = try #require(try await academy.transmissions().first { $0.kind == .document })
        let packet = PacketReader().read(try academy.office.ground.blobs.get(sent.packet)).packet
        guard case .document(let document) = packet else { throw CrashedHere() }
        #expect(
            document.inReplyTo == [
                DocumentReference(
                    agencyCode: "000.00.97.G31", code: "7/BC-VM", issuedOn: PacketDay(year: 2026, month: 11, day: 20),
                    documentId: "m-1")
            ])
        #expect(document.recipients.map(\.agencyCode) == ["000.00.97.G31"])
        #expect(document.trace.map(\.agencyCode) == ["000.00.00.G31"])
    }

    @Test(arguments: [
        ("../../etc/passwd", "passwd"), ("C:\\tep\\van ban.pdf", "van ban.pdf"), ("..", "tep-dinh-kem"),
        ("", "tep-dinh-kem"),
        ("a\u{0}b\n.pdf", "ab.pdf"),
    ])
    func `a foreign file name loses folders and control characters`(name: String, expected: String) {
        #expect(PacketAttachment(contentId: "1", name: name, content: Data()).safeName == expected)
    }

    @Test func `number and notation are told apart at the first stroke`() {
        #expect(DocumentCode(wire: "15/QĐ-VHL") == DocumentCode(number: "15", notation: "QĐ-VHL"))
        #expect(DocumentCode(wire: "7816/VPCP-TTĐT/2") == DocumentCode(number: "7816", notation: "VPCP-TTĐT/2"))
        #expect(DocumentCode(wire: "") == DocumentCode(number: "", notation: ""))
    }

    @Test func `a packet offered by one agency in another's name is filed with a warning`() async throws {
        let world = try await ExchangeWorld.make()
        var packet = ExchangeWorld.packet()
        packet.sender = Party(agencyCode: "000.00.00.G22", name: "Văn phòng Chính phủ")
        try await world.smuggle(PacketWriter().write(packet))
        try await world.settle()
        let arrival = try #require(try await world.institute.arrivals().first)
        let notes = try await world.incoming(arrival).0.notes
        #expect(notes.contains { $0.hasPrefix("Trục liên thông ghi bên gửi là 000.00.00.G31") })
    }

    @Test func `the clerk's lists of troubles use their indexes`() async throws {
        let world = try await ExchangeWorld.make()
        let plans = try await world.academy.office.database.read { tx in
            try [
                "SELECT * FROM exchange_inbox WHERE state IN ('attention', 'unmatched', 'unreadable') AND id < 9 ORDER BY id DESC",
                "SELECT * FROM exchange_inbox WHERE state = 'fetched' ORDER BY id",
                "SELECT * FROM exchange_inbox WHERE told = '' AND state <> 'fetched' ORDER BY id",
                "SELECT * FROM exchange_outbox WHERE state = 'failed' AND id < 9 ORDER BY id DESC",
            ].map { (statement: String) in
                try tx.rows(SQL(trusted: "EXPLAIN QUERY PLAN " + statement)).map {
                    try $0.get("detail", as: String.self)
                }.joined()
            }
        }
        for (plan, index) in zip(plans, ["inbox_open", "inbox_fetched", "inbox_untold", "outbox_state"]) {
            #expect(plan.contains("USING INDEX exchange_\(index)") && !plan.contains("TEMP B-TREE"))
        }
    }
}
