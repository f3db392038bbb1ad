import Digests
package import Foundation

/// Asks the servers that certificates name for what is missing to judge them: answers (OCSP), lists (CRL), issuers.
///
/// Documents from outside choose these addresses. So only certificates whose path already ends at a configured anchor
/// are asked about, whose addresses an authority the office trusts wrote in; everything is bounded.
package struct RevocationClient: Sendable {
    private let transport: HTTPFetch
    private let cache: FetchCache
    private let limits: FetchLimits

    package init(transport: HTTPFetch, cache: FetchCache = .none, limits: FetchLimits = FetchLimits()) {
        self.transport = transport
        self.cache = cache
        self.limits = limits
    }

    /// Whether missing issuers are fetched from where certificates say.
    package var fetchesIssuers: Bool { limits.fetchesIssuers }

    package struct Fetched: Sendable {
        /// What was at hand and what came.
        package var material: ValidationMaterial
        package var failures: [FetchFailure]
    }

    /// Everything needed to judge `certificate` at `date`, as far as it can be had. Being offline is a failure told,
    /// not thrown.
    package func material(
        for certificate: Certificate, beside others: [Certificate] = [], trust: TrustStore, at date: Date,
        usage: TrustStore.Usage = .signing, having material: ValidationMaterial = ValidationMaterial()
    ) async -> Fetched {
        var errand = RevocationErrand(
            transport: transport, cache: cache, limits: limits, trust: trust, date: date, usage: usage,
            material: material)
        await errand.run(for: certificate, beside: others)
        return Fetched(material: errand.material, failures: errand.failures)
    }
}

/// One round of questions about one path.
private struct RevocationErrand {
    let transport: HTTPFetch
    let cache: FetchCache
    let limits: FetchLimits
    let trust: TrustStore
    let date: Date
    let usage: TrustStore.Usage
    var material: ValidationMaterial
    var failures: [FetchFailure] = []
    private var requests = 0

    init(
        transport: HTTPFetch, cache: FetchCache, limits: FetchLimits, trust: TrustStore, date: Date,
        usage: TrustStore.Usage, material: ValidationMaterial
    ) {
        self.transport = transport
        self.cache = cache
        self.limits = limits
        self.trust = trust
        self.date = date
        self.usage = usage
        self.material = material
    }

    mutating func run(for certificate: Certificate, beside others: [Certificate]) async {
        var path = report(certificate, others)
        if path.status == .untrusted, limits.fetchesIssuers {
            await fetchIssuers(above: path.chain)
            path = report(certificate, others)
        }
        // Beyond the trusted hierarchy nobody is asked.
        guard path.status != .untrusted else { return }
        for (certificate, issuer) in zip(path.chain, path.chain.dropFirst()) {
            let facts = report(path.chain[0], others).revocations.first { $0.certificate == certificate }
            if facts?.isGood != true, facts?.countsAsRevoked != true { await ask(about: certificate, issuer, others) }
        }
    }

    private func report(_ certificate: Certificate, _ others: [Certificate]) -> PathReport {
        trust.path(of: certificate, beside: others, at: date, usage: usage, material: material)
    }

    // MARK: answers and lists

    private mutating func ask(about certificate: Certificate, _ issuer: Certificate, _ others: [Certificate]) async {
        if certificate.extensions.hasNoCheck { return }
        if certificate.ocspURLs.isEmpty, certificate.crlURLs.isEmpty {
            failures.append(FetchFailure(url: "", reason: .noAddress))
        }
        for url in certificate.ocspURLs.prefix(2) where await askResponder(url, certificate, issuer, others) { return }
        for url in certificate.crlURLs.prefix(3) where await fetchList(url, certificate, issuer, others) { return }
    }

    private mutating func askResponder(
        _ url: String, _ certificate: Certificate, _ issuer: Certificate, _ others: [Certificate]
    ) async -> Bool {
        let request = OCSPRequest(about: certificate, issuedBy: issuer, asksNonce: limits.asksNonce)
        let question = Question(
            url: url, body: request.der, contentType: OCSPRequest.contentType, maximumByteCount: limits.answerBytes,
            isCacheable: request.nonce == nil)
        let check = { (data: Data) throws(FetchFailure) -> Date? in
            guard let answer = try? OCSPResponse(der: data) else { throw FetchFailure(url: url, reason: .unreadable) }
            guard answer.responseStatus == 0 else { throw FetchFailure(url: url, reason: .refused) }
            if let nonce = request.nonce, answer.nonce != nonce { throw FetchFailure(url: url, reason: .wrongNonce) }
            return answer.single(for: certificate, issuedBy: issuer)?.nextUpdate
        }
        guard let data = await fetch(question, check) else { return false }
        return decides(ValidationMaterial(ocspResponses: [data]), url, certificate, issuer, others)
    }

    private mutating func fetchList(
        _ url: String, _ certificate: Certificate, _ issuer: Certificate, _ others: [Certificate]
    ) async -> Bool {
        let question = Question(url: url, maximumByteCount: limits.listBytes)
        let check = { (data: Data) throws(FetchFailure) -> Date? in
            guard let list = try? CertificateRevocationList(der: data) else {
                throw FetchFailure(url: url, reason: .unreadable)
            }
            return list.nextUpdate
        }
        guard let data = await fetch(question, check) else { return false }
        return decides(ValidationMaterial(crls: [data]), url, certificate, issuer, others)
    }

    /// Keeps what came, and tells whether it settles the certificate's state.
    private mutating func decides(
        _ found: ValidationMaterial, _ url: String, _ certificate: Certificate, _ issuer: Certificate,
        _ others: [Certificate]
    ) -> Bool {
        material = material.merging(found)
        let only = TrustStore(anchors: [issuer], intermediates: trust.all)
        let facts = only.path(of: certificate, beside: others, at: date, usage: usage, material: found).revocations
            .first
        let isSettled = facts.map { $0.isGood || $0.countsAsRevoked } ?? false
        if !isSettled { failures.append(FetchFailure(url: url, reason: .unauthorised)) }
        return isSettled
    }

    // MARK: issuers

    /// Goes up from the last certificate known, each issuer from where the one below says, until a configured anchor is
    /// reached. Authorities that name each other lead nowhere: the way has an end, and nobody is asked twice.
    private mutating func fetchIssuers(above chain: [Certificate]) async {
        var way = chain
        var asked: Set<String> = []
        while way.count < Self.maximumWay, let last = way.last, !last.isSelfIssued {
            guard let issuer = await fetchIssuer(of: last, notAmong: way, &asked) else { return }
            way.append(issuer)
            if trust.path(of: issuer, at: date, material: material).status != .untrusted { return }
        }
    }

    private static let maximumWay = 6

    private mutating func fetchIssuer(
        of certificate: Certificate, notAmong way: [Certificate], _ asked: inout Set<String>
    ) async -> Certificate? {
        for url in certificate.issuerURLs.prefix(2) where asked.insert(url).inserted {
            let check = { (data: Data) throws(FetchFailure) -> Date? in
                guard let found = try? Certificate.all(in: data), found.contains(where: certificate.isSigned) else {
                    throw FetchFailure(url: url, reason: .unreadable)
                }
                return nil
            }
            let question = Question(url: url, maximumByteCount: limits.certificateBytes)
            guard let data = await fetch(question, check), let found = try? Certificate.all(in: data) else { continue }
            // What else such a collection holds nobody has asked for.
            guard let issuer = found.first(where: certificate.isSigned), !way.contains(issuer) else { continue }
            material = material.merging(ValidationMaterial(certificates: [issuer]))
            return issuer
        }
        return nil
    }

    // MARK: asking

    private struct Question {
        var url: String
        var body: Data?
        var contentType: String?
        var maximumByteCount: Int
        var isCacheable = true

        /// Safe as the name of a file.
        var key: String { sha256Hex(Data(url.utf8) + (body ?? Data())) }
    }

    /// `check` refuses useless answers and says until when a good one holds.
    private mutating func fetch(
        _ question: Question, _ check: (Data) throws(FetchFailure) -> Date?
    ) async -> Data? {
        guard let url = FetchAddress.allowed(question.url, limits) else {
            failures.append(FetchFailure(url: question.url, reason: .forbiddenAddress))
            return nil
        }
        let known = await cache.load(question.key)
        if let known, known.holdsUntil > date {
            if let data = known.data, question.isCacheable { return data }
            if known.data == nil {
                failures.append(FetchFailure(url: question.url, reason: .waiting))
                return nil
            }
        }
        return await send(question, to: url, failuresBefore: known?.failures ?? 0, check)
    }

    private mutating func send(
        _ question: Question, to url: URL, failuresBefore: Int, _ check: (Data) throws(FetchFailure) -> Date?
    ) async -> Data? {
        guard requests < limits.maximumRequests else {
            failures.append(FetchFailure(url: question.url, reason: .tooManyRequests))
            return nil
        }
        requests += 1
        do {
            let request = FetchRequest(
                url: url, body: question.body, contentType: question.contentType,
                maximumByteCount: question.maximumByteCount, timeoutSeconds: limits.timeoutSeconds)
            let data = try await transport.send(request)
            guard data.count <= question.maximumByteCount else {
                throw FetchFailure(url: question.url, reason: .unreadable)
            }
            let end = try check(data)
            if question.isCacheable { await cache.save(question.key, .answered(data, until: end, at: date)) }
            return data
        } catch {
            failures.append(error as? FetchFailure ?? FetchFailure(url: question.url, reason: .unreachable))
            await cache.save(question.key, .failed(after: failuresBefore, at: date))
            return nil
        }
    }
}
