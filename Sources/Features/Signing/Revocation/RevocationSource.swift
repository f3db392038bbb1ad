// The office's way to certification authorities: their OCSP responders, revocation lists and issuers' certificates.
internal import Foundation
internal import PAdES
internal import Platform
internal import Records
internal import SignatureCore

struct RevocationSource: Sendable {
    private let ground: Groundwork
    private let client: RevocationClient

    init(_ ground: Groundwork) {
        self.ground = ground
        client = RevocationClient(
            transport: Self.isOffline(ground.settings) ? .offline : .office(ground), cache: .office(ground),
            limits: Self.limits(ground.settings))
    }

    /// The setting `revocation.offline`: authorities are never asked, e.g. in a network without a way out.
    static func isOffline(_ settings: Settings) -> Bool { isOn("revocation.offline", settings) }

    private static func limits(_ settings: Settings) -> FetchLimits {
        var limits = FetchLimits()
        limits.allowsPrivateHosts = isOn("revocation.private.hosts", settings)
        limits.fetchesIssuers = isOn("revocation.fetch.issuers", settings)
        return limits
    }

    private static func isOn(_ key: String, _ settings: Settings) -> Bool {
        (try? settings.flag(key, default: false)) ?? false
    }

    /// The setting `revocation.fetch.issuers`: what is missing between a signer and an anchor is fetched.
    var fetchesIssuers: Bool { client.fetchesIssuers }

    /// Everything that can be had about the certificates a file asks about.
    func material(
        for questions: [StatusQuestion], trust: TrustStore, at now: Date
    ) async -> (material: ValidationMaterial, failures: [FetchFailure]) {
        var (material, failures) = (ValidationMaterial(), [FetchFailure]())
        for question in questions {
            let fetched = await client.material(
                for: question.certificate, beside: question.others, trust: trust, at: now, usage: question.usage,
                having: material)
            material = fetched.material
            failures += fetched.failures
        }
        return (material, failures)
    }

    /// For lifting signatures: certificates, lists and answers about one certificate.
    func proofs(_ certificate: Certificate, _ beside: [Certificate]) async throws -> ValidationMaterial {
        let trust = try await TrustDesk(ground: ground).current().list.store
        let question = StatusQuestion(
            certificate: certificate, others: beside,
            usage: certificate.allowsTimestamping ? .timestamping : .signing)
        return await material(for: [question], trust: trust, at: ground.clock.now()).material
    }

    func status(
        of certificate: Certificate, beside: [Certificate], trust: TrustStore, at now: Date
    ) async -> StatusFinding {
        let question = StatusQuestion(certificate: certificate, others: beside, usage: .signing)
        let (material, failures) = await material(for: [question], trust: trust, at: now)
        let path = trust.path(of: certificate, beside: beside, at: now, material: material)
        return StatusFinding(
            status: CertificateStatus(of: certificate, path, failures, at: now), material: path.usedMaterial)
    }
}

extension StatusLookup {
    static func live(_ ground: Groundwork) -> StatusLookup {
        let source = RevocationSource(ground)
        return StatusLookup { await source.status(of: $0, beside: $1, trust: $2, at: $3) }
    }
}

extension CertificateStatus {
    /// What a path says of its first certificate; revoked too when an authority above it is.
    init(of certificate: Certificate, _ path: PathReport, _ failures: [FetchFailure], at now: Date) {
        let own = path.revocations.first { $0.certificate == certificate }
        let counting = path.revocations.first(where: \.countsAsRevoked) ?? (own?.isOnHold == true ? own : nil)
        if let counting, case .revoked(let date, _) = counting.status {
            self.init(
                .revoked, revokedAt: date, source: counting.source.label, thisUpdate: counting.thisUpdate,
                nextUpdate: counting.nextUpdate, checkedAt: now)
        } else if let own, own.isGood {
            self.init(
                .good, source: own.source.label, thisUpdate: own.thisUpdate ?? own.producedAt,
                nextUpdate: own.nextUpdate, checkedAt: now)
        } else if certificate.namesNobodyToAsk {
            self.init(.nobodyToAsk, checkedAt: now)
        } else {
            let untrusted = path.status == .untrusted ? ["path: \(path.reason)"] : []
            let reasons = untrusted + failures.map { "\($0.reason.rawValue) \($0.url)" }
            self.init(.unknown, checkedAt: now, detail: reasons.joined(separator: "; "))
        }
    }

    /// Nothing came in time. That nobody can be asked about a certificate needs no time to be known: on a busy machine
    /// its holder signs as on an idle one.
    static func late(_ certificate: Certificate, at now: Date) -> CertificateStatus {
        CertificateStatus(
            certificate.namesNobodyToAsk ? .nobodyToAsk : .unknown, checkedAt: now, detail: "no answer in time")
    }
}

extension Certificate {
    var namesNobodyToAsk: Bool { ocspURLs.isEmpty && crlURLs.isEmpty }
}

extension RevocationFacts.Source {
    fileprivate var label: String {
        switch self {
        case .none: ""
        case .crl: "danh sách thu hồi (CRL)"
        case .ocsp: "OCSP"
        }
    }
}

extension HTTPFetch {
    /// Over the office's transport. A certificate names the host: one that leads into a private network is not asked.
    static func office(_ ground: Groundwork) -> HTTPFetch {
        let allowsPrivate = (try? ground.settings.flag("revocation.private.hosts", default: false)) ?? false
        return HTTPFetch { request in
            if !allowsPrivate, let host = request.url.host(), await NetworkAddress.isPrivate(host: host) {
                throw HTTPTransportError.unreachable("\(host) is in a private network")
            }
            let headers = request.contentType.map { [("Content-Type", $0)] } ?? []
            var call = HTTPCall(
                method: request.body == nil ? "GET" : "POST", url: request.url, headers: headers,
                body: request.body ?? Data(), timeoutSeconds: request.timeoutSeconds)
            call.answerLimitBytes = request.maximumByteCount
            call.followsRedirects = false
            let answer = try await ground.transport.send(call)
            guard answer.status == 200 else { throw HTTPTransportError.unreachable("HTTP \(answer.status)") }
            return answer.body
        }
    }
}
