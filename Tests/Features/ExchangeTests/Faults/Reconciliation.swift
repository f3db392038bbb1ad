import Digests
import Foundation
import OfficeTestKit
import Records

@testable import Hub
@testable import Platform

/// What sender, hub and receiver have on their books after a run, laid side by side.
struct Reconciliation: Sendable {
    /// Sentences about what does not agree; none when every document and every status is there once, in a legal order.
    private(set) var complaints: [String] = []

    private struct Entry: Hashable, Sendable {
        let sha256: String
        let kind: String
    }

    init(of run: FaultRun) async throws {
        try await packets(of: run)
        try await documents(of: run)
        try await statuses(of: run)
        try await securityLog(of: run)
    }

    private mutating func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
        if !holds { complaints.append(sentence()) }
    }

    /// Everything sent lies at the hub once and at the other side once, byte for byte, and the hub has nothing else.
    private mutating func packets(of run: FaultRun) async throws {
        func entries(_ rows: [Row]) throws -> [Entry] {
            try rows.map { Entry(sha256: try $0.get("sha256"), kind: try $0.get("kind")) }
        }
        func once(_ entries: [Entry], _ place: String) -> Set<Entry> {
            let set = Set(entries)
            expect(set.count == entries.count, "\(place): \(entries.count - set.count) packets are there twice")
            return set
        }
        let sent = "SELECT sha256, kind FROM exchange_outbox" as SQL
        let got = "SELECT sha256, kind FROM exchange_inbox" as SQL
        let kind = "CASE WHEN p.message_type = 'edoc' THEN 'document' ELSE 'status' END" as SQL
        let sentByAcademy = once(try entries(await run.academy.rows(sent)), "Academy's outbox")
        let sentByInstitute = once(try entries(await run.institute.rows(sent)), "institute's outbox")
        let atHub = once(
            try entries(await run.hubRows("SELECT p.sha256, \(kind) AS kind FROM hub_packet p")), "hub's packets")
        let delivered = once(
            try entries(
                await run.hubRows(
                    """
                    SELECT p.sha256, \(kind) AS kind FROM hub_delivery d JOIN hub_packet p ON p.id = d.packet_id
                    WHERE d.state = 'done'
                    """)), "hub's deliveries")
        let gotByInstitute = once(try entries(await run.institute.rows(got)), "institute's inbox")
        let gotByAcademy = once(try entries(await run.academy.rows(got)), "Academy's inbox")
        expect(atHub == sentByAcademy.union(sentByInstitute), "hub and senders differ")
        expect(delivered == atHub, "not everything at the hub is delivered")
        expect(gotByInstitute == sentByAcademy, "the institute has other packets than the Academy sent")
        expect(gotByAcademy == sentByInstitute, "the Academy has other packets than the institute sent")
        guard let blobs = run.hub.current?.desk.blobs else { return }
        for row in try await run.hubRows("SELECT sha256, byte_count FROM hub_packet") {
            let blob = BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count"))
            expect((try? sha256Hex(blobs.get(blob))) == blob.sha256, "packet \(blob.sha256) is damaged at the hub")
            let office =
                sentByAcademy.contains(Entry(sha256: blob.sha256, kind: "document")) ? run.institute : run.academy
            expect((try? await sha256Hex(office.bytes(blob))) == blob.sha256, "packet \(blob.sha256) is damaged")
        }
    }

    /// Every document the Academy issued is one incoming document of the institute.
    private mutating func documents(of run: FaultRun) async throws {
        let issued = try await run.academy.rows("SELECT document_id FROM outgoing_document ORDER BY id").map {
            try $0.get("document_id", as: String.self)
        }
        let incoming = try await run.institute.rows("SELECT document_id FROM incoming_document").map {
            try $0.get("document_id", as: String.self)
        }
        expect(incoming.sorted() == issued.sorted(), "issued \(issued.count), arrived \(incoming.sorted())")
        let open = try await run.institute.rows(
            "SELECT id FROM exchange_inbox WHERE state <> 'filed' OR told <> 'done'")
        expect(open.isEmpty, "\(open.count) packets of the institute are not filed and acknowledged")
        let lost = try await run.academy.rows(
            "SELECT id FROM outgoing_recipient WHERE delivery NOT IN ('sent', 'refused') OR exchange_id IS NULL")
        expect(lost.isEmpty, "\(lost.count) recipients are not told as sent")
    }

    /// Every status that was reported is on the sender's books once, in the order in which it was reported.
    private mutating func statuses(of run: FaultRun) async throws {
        let reported = await run.reported
        let arrived = try await run.institute.rows("SELECT id, document_id FROM incoming_document")
        for row in arrived {
            let (id, document): (Int64, String) = (try row.get("id"), try row.get("document_id"))
            let expected = [.arrived] + reported[id, default: []]
            let found = try await run.academy.rows(
                """
                SELECT s.status FROM outgoing_status s JOIN outgoing_recipient r ON r.id = s.recipient_id
                JOIN outgoing_document d ON d.id = r.document_id WHERE d.document_id = \(document) ORDER BY s.rowid
                """
            ).compactMap { ExchangeStatus(rawValue: try $0.get("status")) }
            expect(
                found == expected,
                "\(document): reported \(expected.map(\.rawValue)), the sender has \(found.map(\.rawValue))")
            let refused = try await run.academy.rows(
                """
                SELECT 1 AS one FROM outgoing_recipient r JOIN outgoing_document d ON d.id = r.document_id
                WHERE d.document_id = \(document) AND r.delivery = 'refused'
                """)
            expect(refused.isEmpty != expected.contains(.refused), "\(document): the refusal is not shown")
        }
    }

    /// The hub's log follows from entry to entry, and no intruder's packet got in.
    private mutating func securityLog(of run: FaultRun) async throws {
        let check = try await run.hub.current?.desk.checkEvents()
        expect(check?.brokenAt == nil && check != nil, "the hub's security log is broken at \(check?.brokenAt ?? -1)")
    }
}
