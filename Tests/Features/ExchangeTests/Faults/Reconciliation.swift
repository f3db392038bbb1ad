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
        try await changes(of: run)
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
        let sent = "SELECT sha256, kind FROM exchange_outbox WHERE state = 'sent'" as SQL
        // Taken back while nobody knew whether it had arrived: both may be.
        let doubtful = try entries(
            await run.academy.rows("SELECT sha256, kind FROM exchange_outbox WHERE state = 'stopped'"))
        let got = "SELECT sha256, kind FROM exchange_inbox" as SQL
        let kind = "CASE WHEN p.message_type = 'edoc' THEN 'document' ELSE 'status' END" as SQL
        let surelySent = once(try entries(await run.academy.rows(sent)), "Academy's outbox")
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
        let sentByAcademy = surelySent.union(once(doubtful, "Academy's stopped packets").intersection(atHub))
        let gotByInstitute = once(try entries(await run.institute.rows(got)), "institute's inbox")
        let gotByAcademy = once(try entries(await run.academy.rows(got)), "Academy's inbox")
        expect(atHub == sentByAcademy.union(sentByInstitute), "hub and senders differ")
        expect(delivered == atHub, "not everything at the hub is delivered")
        expect(gotByInstitute == sentByAcademy, "the institute has other packets than the Academy sent")
        expect(gotByAcademy == sentByInstitute, "the Academy has other packets than the institute sent")
        let destroyed = Set(
            try await run.institute.rows(
                """
                SELECT i.sha256 FROM exchange_inbox i JOIN incoming_document d ON d.id = i.record_id
                WHERE i.record_kind = 'incoming' AND i.kind = 'document' AND d.ended = 'recalled'
                """
            ).map { try $0.get("sha256", as: String.self) })
        guard let blobs = run.hub.current?.desk.blobs else { return }
        for row in try await run.hubRows("SELECT sha256, byte_count FROM hub_packet") {
            let blob = BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count"))
            expect((try? sha256Hex(blobs.get(blob))) == blob.sha256, "packet \(blob.sha256) is damaged at the hub")
            let isOfAcademy =
                sentByAcademy.contains(Entry(sha256: blob.sha256, kind: "document"))
                || sentByAcademy.contains(Entry(sha256: blob.sha256, kind: "status"))
            let kept = try? await sha256Hex((isOfAcademy ? run.institute : run.academy).bytes(blob))
            let isErased = destroyed.contains(blob.sha256)
            expect(kept == (isErased ? nil : blob.sha256), "packet \(blob.sha256) is damaged, or outlived its document")
        }
    }

    /// Every document the Academy issued is one incoming document of the institute, unless it was taken back on its way.
    private mutating func documents(of run: FaultRun) async throws {
        let issued = try await run.academy.rows(
            """
            SELECT d.document_id, d.ended, r.delivery, r.exchange_id FROM outgoing_document d
            JOIN outgoing_recipient r ON r.document_id = d.id
            """)
        let arrived = try await run.institute.rows("SELECT document_id FROM incoming_document").map {
            try $0.get("document_id", as: String.self)
        }
        expect(Set(arrived).count == arrived.count, "a document arrived twice: \(arrived.sorted())")
        for row in issued {
            let (identity, ended, delivery): (String, String, String) = (
                try row.get("document_id"), try row.get("ended"), try row.get("delivery")
            )
            let isSent = ["sent", "refused"].contains(delivery)
            expect(isSent || ended == "recalled", "\(identity) is \(delivery) in the end")
            expect(!isSent || arrived.contains(identity), "\(identity) was sent and did not arrive")
            expect(isSent == (try row.optional("exchange_id", as: String.self) != nil), "\(identity) has no receipt")
        }
        // A recall of what never arrived is laid before the clerk; everything else is filed.
        let open = try await run.institute.rows(
            "SELECT id FROM exchange_inbox WHERE told <> 'done' OR state <> 'filed' AND NOT (state = 'attention' AND about <> '')"
        )
        expect(open.isEmpty, "\(open.count) packets of the institute are not filed and acknowledged")
    }

    /// What was asked back is given back on both books, or kept on both; what was corrected is corrected on both.
    private mutating func changes(of run: FaultRun) async throws {
        let sent = try await run.academy.rows(
            "SELECT d.id, d.document_id, d.ended, d.subject, r.delivery FROM outgoing_document d JOIN outgoing_recipient r ON r.document_id = d.id"
        )
        for row in sent {
            let (id, identity, ended, delivery): (Int64, String, String, String) = (
                try row.get("id"), try row.get("document_id"), try row.get("ended"), try row.get("delivery")
            )
            let there = try await run.institute.rows(
                "SELECT id, ended, subject FROM incoming_document WHERE document_id = \(identity)"
            ).first
            let asked = try await run.academy.rows(
                """
                SELECT c.change, cr.state FROM outgoing_change_recipient cr JOIN outgoing_change c ON c.id = cr.change_id
                WHERE c.document_id = \(id) ORDER BY cr.id
                """
            ).map { (change: try $0.get("change", as: String.self), state: try $0.get("state", as: String.self)) }
            let open = asked.filter { !["agreed", "refused"].contains($0.state) }
            guard let there else {
                expect(open.allSatisfy { $0.change == "recall" && $0.state == "sent" }, "\(identity): \(open)")
                continue
            }
            expect(open.isEmpty, "\(identity): unanswered \(open)")
            let (endedThere, subject): (String, String) = (try there.get("ended"), try there.get("subject"))
            let isGivenBack = asked.contains { $0.change == "recall" && $0.state == "agreed" }
            expect(
                isGivenBack == (endedThere == "recalled"), "\(identity): asked \(asked), there it is “\(endedThere)”")
            // Refused on arrival it is not with them: nothing is asked for.
            guard delivery == "sent" else { continue }
            expect(
                (ended == "recalled") == (endedThere == "recalled"),
                "\(identity): “\(ended)” here, “\(endedThere)” there")
            let answers = try await run.institute.rows(
                "SELECT change, state FROM incoming_change WHERE document_id = \(try there.get("id", as: Int64.self)) ORDER BY id"
            )
            let amendments = try answers.filter { try $0.get("change", as: String.self) == "amend" }
            guard endedThere.isEmpty, let last = try amendments.last?.get("state", as: String.self) else { continue }
            let isSame = try subject == row.get("subject", as: String.self)
            expect(isSame == (last == "agreed"), "\(identity): the last update was \(last), there it reads \(subject)")
        }
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
                .filter { $0 != .changeAccepted && $0 != .changeRefused }
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
        expect(check?.isWhole == true, "the hub's security log is broken at \(check?.brokenAt ?? -1)")
    }
}
