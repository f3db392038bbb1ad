import EdXML
import Foundation
import OfficeTestKit
import Platform
import Synchronization
import Testing
import VXP

@testable import Hub

/// Danh mục hợp quy: hệ thống đúng thì đạt hết, hệ thống sai chỗ nào thì trượt đúng chỗ ấy.
@Suite struct ConformanceTests {
    // MARK: Offices

    private func results(_ flaw: Flaw?) async throws -> [ConformanceResult] {
        let world = try await HubWorld.make(settings: ["hub.limit.packets.minute": "0"])
        let party = HubBench.Party(systemId: "duoc-thu", secret: "khóa được thử", agency: "000.00.98.G31")
        let gateway = BenchGateway(hub: world.hub, systemId: party.systemId)
        let office = SmallOffice(flaw, party: party, gateway: gateway, now: { world.tick() })
        let bench = try await OfficeBench(
            hub: world.hub, gateway: gateway, office: party, mark: "t", now: { world.tick() },
            wait: { condition in
                for _ in 0..<8 {
                    if try await condition() { return }
                    await office.poll()
                }
            },
            act: { await office.act($0) })
        return await bench.run()
    }

    @Test func `an honest office passes every case`() async throws {
        let results = try await results(nil)
        #expect(results.filter { $0.outcome != .passed } == [])
        #expect(results.count == officeCases.count)
    }

    /// What each flaw must be caught by: these cases and no others.
    private static let caught: [Flaw: [String]] = [
        .answersTwice: ["VP-20"],
        .ignoresChanges: ["VP-30", "VP-31", "VP-32"],
        .takesChangesForNew: ["VP-30", "VP-32"],
        // What is acknowledged before it has arrived is lost with the answer.
        .acknowledgesBlindly: ["VP-08", "VP-09", "VP-22"],
        .givesUpFetching: ["VP-22"],
        .forgetsStatuses: ["VP-26"],
        .rewritesStatuses: ["VP-24"],
        .wrongHash: ["VP-27"],
        .worksBackwards: ["VP-10"],
        .losesIdentity: ["VP-07"],
        .stopsAtStrangeCodes: ["VP-42"],
        .acceptsForeign: ["VP-11"],
        .sendsHalfPackets: ["VP-40"],
    ]

    @Test(arguments: Flaw.allCases)
    func `an office with one flaw fails the cases that fit it`(flaw: Flaw) async throws {
        let failed = try await results(flaw).filter { $0.outcome != .passed }
        #expect(failed.map(\.id) == Self.caught[flaw], "\(failed.map { "\($0.id): \($0.finding?.en ?? "")" })")
        #expect(failed.allSatisfy { $0.finding?.vi.isEmpty == false })
    }

    // MARK: Hubs

    private func bench(
        _ world: HubWorld, spoiling: @escaping @Sendable (VXPRequest, VXPResponse) -> VXPResponse = { $1 }
    ) -> HubBench {
        bench(world) { spoiling($0, await $1.answer($0)) }
    }

    /// - Parameter carry: takes a call to the hub and its answer back, or does neither.
    private func bench(
        _ world: HubWorld, carry: @escaping @Sendable (VXPRequest, HubAPI) async throws -> VXPResponse
    ) -> HubBench {
        let api = world.hub.api
        return HubBench(
            sender: .init(systemId: "vhl", secret: "bí mật 1", agency: HubWorld.academy),
            receiver: .init(systemId: "vien", secret: "bí mật 2", agency: HubWorld.institute), mark: "t",
            now: { world.tick() }
        ) { try await carry($0, api) }
    }

    @Test(arguments: Engine.testable)
    func `our hub passes every case`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let results = await bench(world).run()
        #expect(results.filter { $0.outcome != .passed } == [])
        #expect(results.count == hubCases.count)
    }

    @Test func `a hub that looks at no hash, order or name fails where it should`() async throws {
        @Sendable func failed(_ bench: HubBench) async -> [String] {
            await bench.run().filter { $0.outcome == .failed }.map(\.id)
        }
        let success = VXPResponse(status: 200, body: Data(#"{"status":"OK","ErrorCode":"0","DocId":"x"}"#.utf8))
        @Sendable func says(_ code: String, _ response: VXPResponse) -> Bool {
            String(decoding: response.body, as: UTF8.self).contains("\"ErrorCode\":\"\(code)\"")
        }
        let world = try await HubWorld.make()
        #expect(
            await failed(bench(world, spoiling: { says("21", $1) ? success : $1 })) == ["TR-24"])
        #expect(
            await failed(bench(try await HubWorld.make(), spoiling: { says("19", $1) ? success : $1 }))
                == ["TR-27", "TR-28"])
        let signatures = await failed(
            bench(try await HubWorld.make(), spoiling: { $1.status == 401 ? success : $1 }))
        #expect(signatures == ["TR-20", "TR-21", "TR-22", "TR-23"])
    }

    private static let success = VXPResponse(
        status: 200, body: Data(#"{"status":"OK","ErrorCode":"0","DocId":"x"}"#.utf8))

    /// The `hash-file` of a call.
    private static func hash(_ request: VXPRequest) -> String {
        request.headers.first { $0.name.lowercased() == "xroadvnpt-hash-file" }?.value ?? ""
    }

    @Test func `a hub that says yes to a hash without padding and drops the packet is found out`() async throws {
        let results = await bench(try await HubWorld.make()) { request, api in
            // The left-over parameter of TR-07 has two digits.
            (3..<64).contains(Self.hash(request).count) ? Self.success : await api.answer(request)
        }.run()
        #expect(results.filter { $0.outcome != .passed }.map(\.id) == ["TR-06"])
    }

    @Test func `a packet changed on its way is called that, whatever the case looks for`() async throws {
        let results = await bench(
            try await HubWorld.make(),
            spoiling: { request, response in
                guard VXPOperation(path: request.path) == .getEdoc,
                    let file = try? JSONDecoder().decode(Answer<String>.self, from: response.body).content,
                    let packet = Data(base64Encoded: file),
                    let changed = try? Answer.success((packet + Data("\n".utf8)).base64EncodedString()).json
                else { return response }
                return VXPResponse(status: 200, body: changed)
            }
        ).run()
        let failed = results.filter { $0.outcome != .passed }
        #expect(failed.map(\.id) == ["TR-01", "TR-05", "TR-06"])
        #expect(Set(failed.map { $0.finding?.en }) == ["The packet was changed"])
    }

    @Test func `behind a long list nothing can be tried, and the report says what to do`() async throws {
        let world = try await HubWorld.make(settings: ["hub.limit.packets.minute": "0"])
        for number in 1...50 {
            _ = try await world.client().sendEdoc(
                file: world.document(number: "\(number)"), from: HubWorld.academy, messageType: .document)
        }
        let results = await bench(world).run()
        #expect(results.filter { $0.outcome == .failed } == [])
        // Statuses have a list of their own, and TR-07 looks at none.
        #expect(results.filter { $0.outcome == .passed }.map(\.id) == ["TR-04", "TR-07"])
        #expect(results.first?.finding?.en.hasPrefix("50 packets wait at the receiver") == true)
        #expect(try await world.client("vien").count(.document) == 50)
    }

    @Test func `a line that fails once is tried again`() async throws {
        struct Cut: Error {}
        let isCut = Mutex(false)
        let results = await bench(try await HubWorld.make()) { request, api in
            let wasCut = isCut.withLock { isCut in
                defer { isCut = true }
                return isCut
            }
            guard wasCut else { throw Cut() }
            return await api.answer(request)
        }.run()
        #expect(results.filter { $0.outcome != .passed } == [])
    }

    @Test func `a line that goes on failing is nobody's nonconformity`() async throws {
        struct Cut: Error {}
        let results = await bench(try await HubWorld.make()) { request, api in
            guard VXPOperation(path: request.path) != .getEdoc else { throw Cut() }
            return await api.answer(request)
        }.run()
        // TR-29 hopes that the sender cannot read: a line that fails is no proof of it.
        #expect(results.filter { $0.outcome == .notTried }.map(\.id) == ["TR-01", "TR-05", "TR-06", "TR-29"])
        #expect(results.filter { $0.outcome == .failed } == [])
    }

    // MARK: List and report

    @Test(arguments: ["conformance.md", "conformance.vi.md"])
    func `the published list is the list that is run`(name: String) throws {
        let file = Judge.packageFolder.appending(path: "docs/\(name)")
        let text = name.contains(".vi.") ? ConformanceList.vietnamese : ConformanceList.english
        if ProcessInfo.processInfo.environment["VASTOFFICE_RECORD"] != nil { try Data(text.utf8).write(to: file) }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test func `every case has an identity of its own, a clause and both languages`() {
        let all =
            officeCases.map { ($0.id, $0.clause, $0.title, $0.expectation) }
            + hubCases.map { ($0.id, $0.clause, $0.title, $0.expectation) }
        #expect(Set(all.map(\.0)).count == all.count && all.count >= 40)
        for (id, clause, title, expectation) in all {
            #expect([clause, title.vi, title.en, expectation.vi, expectation.en].allSatisfy { !$0.isEmpty }, "\(id)")
        }
    }

    @Test func `the report says in both languages what came of it and can be read by programs`() throws {
        let failure = ConformanceResult(
            id: "VP-01", clause: "Điều 9", title: .init("Mới <b>", "New"), expectation: .init("Nhận", "Taken"),
            outcome: .failed, finding: .init("Không nhận", "Not taken"))
        let report = ConformanceReport(
            subject: "Hệ thống X", side: .office, at: TestClock().now, results: [failure])
        let page = String(decoding: report.html, as: UTF8.self)
        #expect(
            page.contains("CHƯA HỢP QUY") && page.contains("DOES NOT CONFORM YET") && page.contains("Mới &lt;b&gt;"))
        #expect(report.text.contains("✘ VP-01  Mới <b> / New\n        Không nhận\n        Not taken"))
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let read = try decoder.decode(ConformanceReport.self, from: report.json)
        #expect(read.results == [failure] && !read.conforms)
        #expect(!ConformanceReport(subject: "", side: .hub, at: .now, results: []).isPassed)
        let passed = ConformanceResult(
            id: "VP-01", clause: "", title: .init("", ""), expectation: .init("", ""), outcome: .passed, finding: nil)
        let part = ConformanceReport(subject: "", side: .office, at: .now, results: [passed])
        #expect(part.isPassed && !part.conforms && part.text.contains("CHƯA HỢP QUY"))
    }
}
