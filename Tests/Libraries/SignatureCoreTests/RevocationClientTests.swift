import Foundation
import Synchronization
import Testing

@testable import SignatureCore

/// Hỏi tình trạng chứng thư qua mạng: có giới hạn, nhớ câu trả lời, chịu được khi mất mạng.
struct RevocationClientTests {
    /// Servers of an authority whose addresses its certificates name; counts what it is asked.
    private final class Servers: Sendable {
        let answers: Mutex<[String: Data]>
        let asked = Mutex<[String]>([])

        init(_ answers: [String: Data]) { self.answers = Mutex(answers) }

        var transport: HTTPFetch {
            HTTPFetch { request in
                let url = request.url.absoluteString
                self.asked.withLock { $0.append(url) }
                guard let data = self.answers.withLock({ $0[url] }) else { throw HTTPFetch.Offline() }
                return data
            }
        }

        var count: Int { asked.withLock { $0.count } }
    }

    private static let ocsp = "http://ocsp.ca.example/"
    private static let crl = "http://crl.ca.example/cp.crl"
    private static let rootList = "http://crl.ca.example/root.crl"
    private static let issuer = "http://aia.ca.example/cp.cer"

    private static func name(_ url: String) -> [UInt8] { DER.element(DERTag.primitive(6), Array(url.utf8)) }

    private static func points(_ url: String) -> [UInt8] {
        let full = DER.element(DERTag.context(0), DER.element(DERTag.context(0), name(url)))
        return TestAuthority.extension(.crlDistributionPoints, DER.sequence(DER.sequence(full)))
    }

    private static func access(ocsp: String?, issuer: String?) -> [UInt8] {
        let members = [(ObjectIdentifier.ocspAccess, ocsp), (.issuerAccess, issuer)].compactMap { method, url in
            url.map { DER.sequence(DER.identifier(method), name($0)) }
        }
        return TestAuthority.extension(.authorityInformationAccess, DER.sequence(of: members))
    }

    /// Signer and authority that say where to ask.
    private struct Scene {
        let root: TestAuthority
        let issuing: TestAuthority
        let signer: Certificate
        var trust: TrustStore { TrustStore(anchors: [root.certificate], intermediates: [issuing.certificate]) }

        init(ocsp: String? = RevocationClientTests.ocsp) throws {
            root = try TestAuthority.root()
            issuing = try root.authority("Phát hành", additions: [points(rootList)])
            signer = try issuing.issue("A", additions: [points(crl), access(ocsp: ocsp, issuer: issuer)]).certificate
        }

        func client(
            _ servers: Servers, cache: FetchCache = .none, nonce: Bool = false, fetching: Bool = false
        )
            -> RevocationClient
        {
            var limits = FetchLimits()
            limits.asksNonce = nonce
            limits.fetchesIssuers = fetching
            return RevocationClient(transport: servers.transport, cache: cache, limits: limits)
        }

        func path(_ material: ValidationMaterial) -> PathReport { trust.path(of: signer, at: now, material: material) }
    }

    @Test func `an answer for the signer and a list for its authority make the path good`() async throws {
        let scene = try Scene()
        let servers = Servers([
            Self.ocsp: try scene.issuing.answer(about: scene.signer), Self.rootList: try scene.root.list(),
        ])
        let fetched = await scene.client(servers).material(for: scene.signer, trust: scene.trust, at: now)
        #expect(fetched.failures.isEmpty)
        #expect(scene.path(fetched.material).isFullyTrusted)
        #expect(servers.asked.withLock { $0 } == [Self.ocsp, Self.rootList])
    }

    @Test(arguments: [(true, true), (false, false)])
    func `an answer longer than allowed is not even read`(isWithinBounds: Bool, counts: Bool) async throws {
        let scene = try Scene()
        let answer = try scene.issuing.answer(about: scene.signer)
        let servers = Servers([Self.ocsp: answer, Self.rootList: try scene.root.list()])
        var limits = FetchLimits()
        limits.answerBytes = isWithinBounds ? answer.count : answer.count - 1
        let fetched = await RevocationClient(transport: servers.transport, limits: limits).material(
            for: scene.signer, trust: scene.trust, at: now)
        #expect(fetched.material.ocspResponses.isEmpty == !counts)
        #expect(fetched.failures.map(\.reason) == (counts ? [] : [.unreadable, .unreachable]))
    }

    @Test func `when the responder is silent or answers nonsense, the list is fetched`() async throws {
        let scene = try Scene()
        let lists = [Self.crl: try scene.issuing.list(), Self.rootList: try scene.root.list()]
        let refusal = Data(DER.sequence(DER.element(DERTag.enumerated, [3])))
        let stranger = try TestAuthority.root("Khác").answer(about: scene.signer)
        let cases: [(Data?, FetchFailure.Reason)] = [
            (nil, .unreachable), (Data("<html>".utf8), .unreadable), (refusal, .refused), (stranger, .unauthorised),
            (Data(count: 100_000), .unreadable),
        ]
        for (answer, reason) in cases {
            var all = lists
            all[Self.ocsp] = answer
            let fetched = await scene.client(Servers(all)).material(for: scene.signer, trust: scene.trust, at: now)
            #expect(fetched.failures.map(\.reason) == [reason])
            #expect(scene.path(fetched.material).revocation == .good)
        }
    }

    @Test func `offline everything fails with its reason and nothing is thrown`() async throws {
        let scene = try Scene()
        let fetched = await RevocationClient(transport: .offline).material(
            for: scene.signer, trust: scene.trust, at: now)
        #expect(fetched.failures.map(\.url) == [Self.ocsp, Self.crl, Self.rootList])
        #expect(fetched.failures.allSatisfy { $0.reason == .unreachable && $0.message.hasPrefix("Không liên lạc") })
        #expect(scene.path(fetched.material).revocation == .notChecked)
    }

    @Test func `an answer is asked for once until its end, a failing server left alone ever longer`() async throws {
        let scene = try Scene()
        let servers = Servers([Self.ocsp: try scene.issuing.answer(about: scene.signer)])
        let client = scene.client(servers, cache: .memory())
        for _ in 0..<3 { _ = await client.material(for: scene.signer, trust: scene.trust, at: now) }
        #expect(servers.asked.withLock { $0 } == [Self.ocsp, Self.rootList])
        let again = await client.material(for: scene.signer, trust: scene.trust, at: now + 20)
        #expect(again.failures.map(\.reason) == [.waiting])
        _ = await client.material(for: scene.signer, trust: scene.trust, at: now + 40)
        #expect(servers.count == 3)
        _ = await client.material(for: scene.signer, trust: scene.trust, at: now + 80)
        #expect(servers.count == 3)
        _ = await client.material(for: scene.signer, trust: scene.trust, at: now + 101)
        #expect(servers.count == 4)
    }

    @Test func `a cache in a folder outlives the client`() async throws {
        let scene = try Scene()
        let servers = Servers([
            Self.ocsp: try scene.issuing.answer(about: scene.signer), Self.rootList: try scene.root.list(),
        ])
        try await withFolder { folder in
            for _ in 0..<2 {
                let client = scene.client(servers, cache: .folder(folder))
                let fetched = await client.material(for: scene.signer, trust: scene.trust, at: now)
                #expect(scene.path(fetched.material).isFullyTrusted)
            }
        }
        #expect(servers.count == 2)
    }

    @Test func `an answer that does not repeat the number asked with is refused`() async throws {
        let scene = try Scene()
        let servers = Servers([
            Self.ocsp: try scene.issuing.answer(about: scene.signer), Self.crl: try scene.issuing.list(),
            Self.rootList: try scene.root.list(),
        ])
        let fetched = await scene.client(servers, nonce: true).material(for: scene.signer, trust: scene.trust, at: now)
        #expect(fetched.failures.map(\.reason) == [.wrongNonce])
        #expect(scene.path(fetched.material).revocation == .good)
    }

    @Test func `certificates of unknown authorities choose nobody to talk to, unless issuers may be fetched`()
        async throws
    {
        let scene = try Scene()
        let servers = Servers([
            Self.issuer: scene.issuing.certificate.der, Self.ocsp: try scene.issuing.answer(about: scene.signer),
            Self.rootList: try scene.root.list(),
        ])
        let stranger = TrustStore(anchors: [try TestAuthority.root("Khác").certificate])
        _ = await scene.client(servers).material(for: scene.signer, trust: stranger, at: now)
        _ = await scene.client(servers).material(
            for: scene.signer, beside: [scene.issuing.certificate], trust: stranger, at: now)
        let rootOnly = TrustStore(anchors: [scene.root.certificate])
        _ = await scene.client(servers).material(for: scene.signer, trust: rootOnly, at: now)
        #expect(servers.count == 0)
        let fetched = await scene.client(servers, fetching: true).material(for: scene.signer, trust: rootOnly, at: now)
        #expect(rootOnly.path(of: scene.signer, at: now, material: fetched.material).isFullyTrusted)
        #expect(servers.asked.withLock { $0 } == [Self.issuer, Self.ocsp, Self.rootList])
    }

    @Test func `the way up to unknown authorities has an end`() async throws {
        let root = try TestAuthority.root()
        var (above, answers): (TestAuthority, [String: Data]) = (root, [:])
        for number in 1...8 {
            let url = "http://aia.ca.example/\(number).cer"
            answers[url] = above.certificate.der
            above = try above.authority("CA \(number)", additions: [Self.access(ocsp: nil, issuer: url)])
        }
        answers[Self.issuer] = above.certificate.der
        let signer = try above.issue("A", additions: [Self.access(ocsp: nil, issuer: Self.issuer)]).certificate
        let servers = Servers(answers)
        var limits = FetchLimits()
        limits.fetchesIssuers = true
        let fetched = await RevocationClient(transport: servers.transport, limits: limits).material(
            for: signer, trust: TrustStore(anchors: [root.certificate]), at: now)
        #expect(fetched.material.certificates.count == 5 && servers.count == 5)
    }

    @Test func `what an issuer's address gives is not taken for an issuer that signed nothing`() async throws {
        let scene = try Scene()
        let stranger = try scene.root.authority("Phát hành").certificate
        let servers = Servers([Self.issuer: stranger.der])
        let fetched = await scene.client(servers, fetching: true).material(
            for: scene.signer, trust: TrustStore(anchors: [scene.root.certificate]), at: now)
        #expect(fetched.failures.map(\.reason) == [.unreadable] && fetched.material.certificates.isEmpty)
    }

    @Test(arguments: [
        "ftp://ca.example/", "file:///etc/passwd", "http://localhost/", "http://127.0.0.1/x", "http://10.1.2.3/",
        "http://192.168.1.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://intranet/", "http://0x7f.1/",
        "http://2130706433/", "http://user@ca.example/", "http://172.20.0.1/", "http://0177.0.0.1/", "ldap://ca.vn/",
        "",
        "http://127.0.0.1./", "http://printer.local/", "http://100.64.0.1/", "http://192.0.0.8/", "http://198.18.0.1/",
        "http://224.0.0.1/", "http://1.2.3/",
    ])
    func `addresses inside, and those that are none, are never asked`(url: String) async throws {
        #expect(FetchAddress.allowed(url, FetchLimits()) == nil)
        let scene = try Scene(ocsp: url)
        let servers = Servers([:])
        let fetched = await scene.client(servers).material(for: scene.signer, trust: scene.trust, at: now)
        #expect(fetched.failures.first?.reason == .forbiddenAddress)
        #expect(!servers.asked.withLock { $0 }.contains(url))
    }

    @Test(arguments: ["http://ocsp.ca.gov.vn/", "https://ca.example:8080/a", "http://1.2.3.4/", "http://8.8.8.8.vn/"])
    func `addresses of public servers may be asked`(url: String) {
        #expect(FetchAddress.allowed(url, FetchLimits()) != nil)
    }

    @Test func `no more questions are asked than the limit`() async throws {
        let scene = try Scene()
        let servers = Servers([:])
        var limits = FetchLimits()
        limits.maximumRequests = 1
        let fetched = await RevocationClient(transport: servers.transport, limits: limits).material(
            for: scene.signer, trust: scene.trust, at: now)
        #expect(servers.count == 1)
        #expect(fetched.failures.map(\.reason) == [.unreachable, .tooManyRequests, .tooManyRequests])
    }

    @Test func `of several timestamp authorities the first that answers stamps`() async throws {
        let practice = try Practice.of(.p256)
        let silent = TimestampAuthority { _ in throw HTTPFetch.Offline() }
        let digest = Data(count: 32)
        let token = try await TimestampAuthority.firstAnswering([silent, .local(practice.responder) { now }]).stamp(
            digest)
        #expect(try TimestampToken(der: token).imprint == digest)
        await #expect(throws: HTTPFetch.Offline.self) {
            try await TimestampAuthority.firstAnswering([silent]).stamp(digest)
        }
        await #expect(throws: SignatureError.self) { try await TimestampAuthority.firstAnswering([]).stamp(digest) }
    }
}

/// Kiểm tra trước khi ký (TT 15/2025/TT-BKHCN).
struct SigningReadinessTests {
    private func check(
        _ hierarchy: TestHierarchy, _ certificate: Certificate? = nil, lists: [Data], at date: Date = now,
        trust: TrustStore? = nil, isHolders: Bool = true
    ) throws -> SigningReadiness {
        let material = ValidationMaterial(crls: try lists + [hierarchy.rootList()])
        return SigningReadiness.check(
            certificate ?? hierarchy.signer.certificate, trust: trust ?? hierarchy.trust, at: date, material: material,
            isHolders: { _ in isHolders })
    }

    @Test func `a sound certificate of one's own may sign, and the record says on what grounds`() throws {
        let hierarchy = try TestHierarchy()
        let readiness = try check(hierarchy, lists: [hierarchy.issuing.list()])
        #expect(readiness.problems.isEmpty && readiness.maySign && readiness.revocation == .good)
        #expect(readiness.statuses.count == 2 && readiness.material.crls.count == 2)
        let thawed = try JSONDecoder().decode(SigningReadiness.self, from: try JSONEncoder().encode(readiness))
        #expect(thawed == readiness)
    }

    @Test func `each obstacle is named`() throws {
        let hierarchy = try TestHierarchy()
        let certificate = hierarchy.signer.certificate
        let clear = try hierarchy.issuing.list(from: now - 86_400 * 30, until: now + 86_400 * 3000)
        let line = TestAuthority.Line(certificate: certificate, revokedAt: now - 7200)
        let revoked = try check(hierarchy, lists: [hierarchy.issuing.list([line])])
        #expect(revoked.problems == [.revoked] && !revoked.maySign)
        let hold = TestAuthority.Line(certificate: certificate, revokedAt: now - 7200, reason: .certificateHold)
        let held = try check(hierarchy, lists: [hierarchy.issuing.list([hold])])
        #expect(held.problems == [.onHold] && !held.maySign)
        #expect(try check(hierarchy, lists: [clear], at: certificate.notAfter + 60).problems.first == .expired)
        #expect(try check(hierarchy, lists: [clear], at: certificate.notBefore - 60).problems.first == .notYetValid)
        #expect(try check(hierarchy, lists: [clear], isHolders: false).problems == [.otherHolder])
        #expect(try check(hierarchy, lists: [clear], trust: TrustStore()).problems == [.untrusted])
        let stamp = try hierarchy.issuing.issue(
            "TSA", .bare, additions: [CertificateTemplate.usage([.keyEncipherment])])
        #expect(try check(hierarchy, stamp.certificate, lists: [clear]).problems == [.wrongUsage])
    }

    @Test func `a certificate signs no longer than the authority that issued it`() throws {
        let root = try TestAuthority.root()
        let issuing = try root.authority("Phát hành", validity: .init(from: now - 86_400, days: 30))
        let certificate = try issuing.issue("A").certificate
        let trust = TrustStore(anchors: [root.certificate], intermediates: [issuing.certificate])
        let end = issuing.certificate.notAfter
        #expect(SigningReadiness.check(certificate, trust: trust, at: end).maySign)
        let late = SigningReadiness.check(certificate, trust: trust, at: end + 60)
        #expect(late.problems == [.untrusted] && !late.maySign)
    }

    @Test func `an unknown state is told and left to the office`() throws {
        let hierarchy = try TestHierarchy()
        let readiness = SigningReadiness.check(hierarchy.signer.certificate, trust: hierarchy.trust, at: now)
        #expect(readiness.problems == [.statusUnknown] && readiness.maySign)
    }

    @Test(arguments: SigningReadiness.Problem.allCases)
    func `every obstacle but an unknown state keeps from signing`(problem: SigningReadiness.Problem) {
        #expect(problem.isFatal == (problem != .statusUnknown))
    }

    @Test(arguments: SigningReadiness.Problem.allCases)
    func `every obstacle tells what to do`(problem: SigningReadiness.Problem) {
        #expect(problem.message.contains("Hãy"))
    }
}
