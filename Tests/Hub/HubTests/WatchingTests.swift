import EdXML
import Foundation
import Hummingbird
import OfficeTestKit
import Platform
import Synchronization
import Testing
import VXP

@testable import Hub

/// Giám sát: số liệu đúng, cảnh báo một lần, nhắc lại khi còn, báo khi hết; ai được xem gì.
@Suite struct WatchingTests {
    /// Webhook calls, as the other side gets them.
    private final class Inbox: Sendable {
        private let got = Mutex<[HTTPCall]>([])
        var calls: [HTTPCall] { got.withLock { $0 } }
        var transport: HTTPTransport {
            HTTPTransport { call in
                self.got.withLock { $0.append(call) }
                return HTTPAnswer(status: 204, body: Data())
            }
        }
    }

    private func send(_ world: HubWorld, _ number: String) async throws {
        _ = try await world.client().sendEdoc(
            file: world.document(number: number), from: HubWorld.academy, messageType: .document)
    }

    private func states(_ calls: [HTTPCall]) -> [String] {
        calls.map { call in
            let fields = (try? JSONDecoder().decode([String: String].self, from: call.body)) ?? [:]
            return "\(fields["rule"] ?? "") \(fields["subject"] ?? "") \(fields["state"] ?? "")"
        }
    }

    @Test(arguments: Engine.testable)
    func `a packet nobody fetches is told once, again after a day, and when it is gone`(engine: Engine) async throws {
        let inbox = Inbox()
        let world = try await HubWorld.make(
            engine,
            settings: [
                "hub.alert.webhook": "http://alarm.example/hub", "hub.alert.webhook.secret": "chìa",
                "hub.alert.disk.megabytes": "0",
            ], transport: inbox.transport)
        func round() async throws {
            try await world.hub.desk.watch()
            try await Worker(
                database: world.hub.desk.database, clock: world.clock.value, handlers: world.hub.jobs
            ).drain()
        }
        try await send(world, "1")
        try await round()
        #expect(inbox.calls.isEmpty)
        world.clock.advance(by: 3_700)
        try await round()
        try await round()
        #expect(states(inbox.calls) == ["stuck \(HubWorld.institute) raised"])
        world.clock.advance(by: 86_400)
        try await round()
        #expect(inbox.calls.count == 2)
        let row = try #require(try await world.client("vien").receivedList(messageType: .document).first)
        try await world.client("vien").updateStatus(docId: row.docId, to: .done)
        try await round()
        #expect(states(inbox.calls).last == "stuck \(HubWorld.institute) cleared")
        let call = try #require(inbox.calls.first)
        let signature = call.headers.first { $0.0 == "X-Signature" }?.1
        #expect(signature == "sha256=\(Recording.hmac(String(decoding: call.body, as: UTF8.self), "chìa"))")
        let kinds = try await world.hub.desk.events().map(\.kind)
        #expect(kinds.contains(.alertRaised) && kinds.contains(.alertCleared))
    }

    @Test func `each rule finds what it is for, and nothing where all is well`() throws {
        let settings = try AlertSettings(Settings())
        let now = TestClock().now
        func standing(
            systems: [SystemOverview] = [], certificates: [CertificateStanding] = [], free: Int? = nil,
            counts: [HubMeter.Key: Int] = [:]
        ) -> [AlertRule] {
            HubStanding(
                at: now, agencies: [], systems: systems, certificates: certificates, freeBytes: free,
                fiveMinutes: counts, hour: counts, day: counts
            ).findings(settings, stuckMinutes: 60).map(\.rule)
        }
        func system(_ seen: Double, open: Int = 0, skew: Double = 0) -> SystemOverview {
            SystemOverview(
                systemId: "a", name: "A", seenAt: now.addingTimeInterval(-seen), agencies: 1, open: open,
                clockSkew: skew)
        }
        #expect(standing(systems: [system(60, open: 5)], free: 1 << 40) == [])
        #expect(standing(systems: [system(3_600, open: 5)]) == [.silent])
        #expect(standing(systems: [system(3_600)]) == [])
        #expect(standing(systems: [system(1, skew: -61)]) == [.clock])
        #expect(standing(free: 1 << 20) == [.disk])
        #expect(standing(certificates: [CertificateStanding(file: "/không có")]) == [.certificate])
        #expect(standing(counts: [.init(count: .refused, label: "replayed"): 19]) == [])
        #expect(standing(counts: [.init(count: .refused, label: "replayed"): 20]) == [.refused])
        #expect(standing(counts: [.init(count: .failed, label: "x"): 5]) == [.failing])
    }

    @Test func `a certificate that ends soon is noticed`() async throws {
        let folder = try TestOffice.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "truc.pem").path
        _ = try await Judge.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10",
                "-subj", "/CN=truc.example", "-keyout", "/dev/null", "-out", file,
            ])
        let standing = CertificateStanding(file: file)
        #expect(standing.subject == "truc.example")
        let end = try #require(standing.expiresAt)
        let found = HubStanding(
            at: end.addingTimeInterval(-10 * 86_400), agencies: [], systems: [], certificates: [standing],
            freeBytes: nil,
            fiveMinutes: [:], hour: [:], day: [:]
        ).findings(try AlertSettings(Settings()), stuckMinutes: 60)
        #expect(found.map(\.rule) == [.certificate])
        #expect(found.first?.sentence.contains("còn 10 ngày") == true)
    }

    @Test func `metrics count what passed, how long it took, what failed and why calls were refused`() async throws {
        let world = try await HubWorld.make()
        try await send(world, "1")
        try await send(world, "2")
        let rows = try await world.client("vien").receivedList(messageType: .document)
        world.clock.advance(by: 30)
        try await world.client("vien").updateStatus(docId: rows[0].docId, to: .done)
        try await world.client("vien").updateStatus(docId: rows[1].docId, to: .fail)
        _ = try? await world.client("vhl", secret: "sai").agencies()
        let answer = try await Browser(world.hub.router(), clock: world.clock).get("/metrics")
        #expect(answer.status == 200)
        let lines = Set(answer.text.split(separator: "\n").map(String.init))
        for line in [
            #"vast_hub_packets_total{agency="\#(HubWorld.academy)"} 2"#,
            #"vast_hub_delivered_total{agency="\#(HubWorld.institute)"} 1"#,
            #"vast_hub_failed_total{agency="\#(HubWorld.institute)"} 1"#,
            #"vast_hub_delivery_seconds_bucket{le="15"} 0"#, #"vast_hub_delivery_seconds_bucket{le="60"} 1"#,
            #"vast_hub_delivery_seconds_bucket{le="+Inf"} 1"#, "vast_hub_delivery_seconds_count 1",
            #"vast_hub_refused_calls_total{cause="wrong-signature"} 1"#,
            #"vast_hub_open_packets{agency="\#(HubWorld.institute)"} 1"#,
        ] { #expect(lines.contains(line), "\(line)\n\(answer.text)") }
        for line in lines where !line.hasPrefix("#") {
            #expect(line.wholeMatch(of: /[a-z_]+(\{[a-z]+="[^"]*"\})? -?[0-9.e+]+/) != nil, "\(line)")
        }
    }

    @Test func `metrics are for the machine itself and for whoever has the token, not for a proxy's visitors`() {
        let forwarded: HTTPFields = [HTTPFields.Element.Name("X-Forwarded-For") ?? .via: "203.0.113.5"]
        #expect(OperatorPages.mayMeasure([:], peer: "127.0.0.1", token: nil))
        #expect(!OperatorPages.mayMeasure(forwarded, peer: "127.0.0.1", token: nil))
        #expect(!OperatorPages.mayMeasure([:], peer: "203.0.113.5", token: nil))
        #expect(OperatorPages.mayMeasure([.authorization: "Bearer thẻ"], peer: "203.0.113.5", token: "thẻ"))
        #expect(!OperatorPages.mayMeasure([.authorization: "Bearer sai"], peer: "127.0.0.1", token: "thẻ"))
        #expect(!OperatorPages.mayMeasure([.authorization: "Bearer "], peer: "203.0.113.5", token: nil))
    }

    // MARK: Pages

    private func signedIn(_ password: String = "mở ra") -> HTTPFields {
        [.authorization: "Basic \(Data("quantri:\(password)".utf8).base64EncodedString())"]
    }

    @Test func `outside practice nobody sees the board without the password, and a page without it acts on nothing`()
        async throws
    {
        let world = try await HubWorld.make(settings: ["practice": "false", "hub.password": "mở ra"])
        let browser = Browser(world.hub.router(), clock: world.clock)
        for path in ["/", "/bang", "/don-vi", "/su-kien"] {
            #expect(try await browser.get(path).status == 401)
            #expect(try await browser.get(path, headers: signedIn("sai")).status == 401)
            #expect(try await browser.get(path, headers: signedIn()).status == 200)
        }
        let page = try await browser.get("/don-vi", headers: signedIn())
        #expect(page.text.contains("Viện mẫu") && page.text.contains("Hoạt động"))
        #expect(try await browser.post("/don-vi/khoa", ["code": HubWorld.institute]).status == 401)
        let done = try await browser.post("/don-vi/khoa", ["code": HubWorld.institute], headers: signedIn())
        #expect(done.status == 303)
        #expect(try await world.hub.desk.agencies().first { $0.code == HubWorld.institute }?.isLocked == true)
        await browser.forgetSecret()
        let forged = try await browser.post("/don-vi/mo-khoa", ["code": HubWorld.institute], headers: signedIn())
        #expect(forged.status == 403)
        #expect(try await world.hub.desk.agencies().first { $0.code == HubWorld.institute }?.isLocked == true)
    }

    @Test func `a new secret made on the page is shown once and works`() async throws {
        let world = try await HubWorld.make(settings: ["hub.password": "mở ra"])
        let browser = Browser(world.hub.router(), clock: world.clock)
        _ = try await browser.get("/don-vi", headers: signedIn())
        let page = try await browser.post("/don-vi/doi-khoa", ["code": HubWorld.institute], headers: signedIn())
        let secret = try #require(page.text.firstMatch(of: /<code>([A-Za-z0-9_-]{43})<\/code>/)).1
        #expect(try await world.client("vien", secret: String(secret)).count(.document) == 0)
        let log = try await browser.get("/su-kien", headers: signedIn())
        #expect(log.text.contains("Đổi khóa bí mật") && !log.text.contains(secret))
    }

    // MARK: Mail

    @Test func `a mail says what is wrong in letters every program can read`() throws {
        let settings = try AlertSettings(
            Settings([
                "hub.alert.mail.to": "truc@example.vn, dem@example.vn", "hub.alert.mail.from": "hub@example.vn",
                "smtp.host": "localhost",
            ]))
        let job = AlertJob(
            channel: .mail, rule: "stuck", subject: "000.00.91.G31", sentence: "3 gói tin chờ.", isOver: false,
            at: TestClock().now)
        let text = String(decoding: MailMessage(job, try #require(settings.mail), node: "m1").bytes, as: UTF8.self)
        #expect(text.contains("Date: Tue, 24 Nov 2026 09:00:00 +0700\r\n"))
        #expect(text.contains("To: <truc@example.vn>, <dem@example.vn>\r\n"))
        #expect(text.utf8.allSatisfy { $0 < 128 } && text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
        let body = text.components(separatedBy: "\r\n\r\n")[1].replacing("\r\n", with: "")
        let words = String(decoding: Data(base64Encoded: body) ?? Data(), as: UTF8.self)
        #expect(words.hasPrefix("Cảnh báo: Gói tin ứ đọng\nĐối tượng: 000.00.91.G31"))
        #expect(throws: SettingsError.self) {
            try AlertSettings(
                Settings([
                    "hub.alert.mail.to": "a@b\r\nRCPT", "hub.alert.mail.from": "hub@example.vn", "smtp.host": "x",
                ]))
        }
    }

    @Test(.enabled(if: Judge.isPresent, "không có Python của bộ kiểm thử: bỏ qua"))
    func `a mail reaches a mail server`() async throws {
        let folder = try TestOffice.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let box = folder.appending(path: "thu").path
        let ports = folder.appending(path: "cong").path
        mkfifo(ports, 0o600)
        let server = Task.detached { try await Judge.python("mail_server.py", [ports, box]) }
        defer { server.cancel() }
        // Reading waits for the writer.
        let pipe = try #require(FileHandle(forReadingAtPath: ports))
        let port = String(decoding: try pipe.readToEnd() ?? Data(), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let world = try await HubWorld.make(settings: [
            "hub.alert.mail.to": "truc@example.vn", "hub.alert.mail.from": "hub@example.vn", "smtp.host": "127.0.0.1",
            "smtp.port": port, "hub.alert.disk.megabytes": "0",
        ])
        try await send(world, "1")
        world.clock.advance(by: 3_700)
        try await world.hub.desk.watch()
        try await Worker(database: world.hub.desk.database, clock: world.clock.value, handlers: world.hub.jobs).drain()
        _ = try await server.value
        let mail = try String(contentsOfFile: box, encoding: .utf8)
        #expect(mail.contains("MAIL hub@example.vn") && mail.contains("RCPT truc@example.vn"))
        #expect(mail.contains("Subject: =?utf-8?B?"))
    }
}
