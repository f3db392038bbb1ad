import CLibcrypto
package import Foundation

/// Where a certificate's path led.
package enum PathStatus: String, Sendable, Hashable, Codable {
    case trusted, untrusted, expired, notYetValid, badUsage
}

/// Result of building a path from a certificate to a configured anchor. Revocation is not looked at.
package struct PathReport: Sendable, Hashable {
    package enum Revocation: String, Sendable, Hashable, Codable { case notChecked }

    package var status: PathStatus
    /// From the certificate to the anchor as far as the path went.
    package var chain: [Certificate]
    /// The certificate at fault, when there is one.
    package var culprit: Certificate?
    /// libcrypto's own words, for the log.
    package var reason: String
    /// The time the path was judged at.
    package var judgedAt: Date
    package var revocation: Revocation = .notChecked
}

/// Certificates the office trusts (anchors) and such as help to reach them (intermediates).
package struct TrustStore: Sendable {
    package enum Usage: String, Sendable, Hashable, Codable, CaseIterable { case signing, timestamping }

    package var anchors: [Certificate]
    package var intermediates: [Certificate]
    /// What anchors are trusted for, by `Certificate.fingerprint`; one that is not named here is trusted for everything.
    package var limits: [String: AnchorLimit]

    package init(
        anchors: [Certificate] = [], intermediates: [Certificate] = [], limits: [String: AnchorLimit] = [:]
    ) {
        self.anchors = anchors
        self.intermediates = intermediates
        self.limits = limits
    }

    /// Whether paths for this usage, judged at this date, may end at `anchor`.
    package func trusts(_ anchor: Certificate, for usage: Usage, at date: Date) -> Bool {
        guard !limits.isEmpty, let limit = limits[anchor.fingerprint] else { return true }
        return limit.allows(usage, at: date)
    }

    var all: [Certificate] { anchors + intermediates }

    /// Builds and judges the path of `certificate` at `date` (RFC 5280 §6), with the certificates found beside it.
    ///
    /// Any configured anchor ends the path, self-signed or not.
    package func path(
        of certificate: Certificate, beside others: [Certificate] = [], at date: Date, usage: Usage = .signing
    ) -> PathReport {
        let isFit = usage == .signing ? certificate.allowsSigning : certificate.allowsTimestamping
        do throws(SignatureError) {
            var report = try build(certificate, others, date, usage)
            if report.status == .trusted, !isFit {
                report.status = .badUsage
                report.culprit = certificate
            }
            return report
        } catch {
            return PathReport(status: .untrusted, chain: [certificate], reason: "\(error)", judgedAt: date)
        }
    }

    private func build(
        _ certificate: Certificate, _ others: [Certificate], _ date: Date, _ usage: Usage
    ) throws(SignatureError) -> PathReport {
        let leaf = try X509Handle(certificate.der)
        let helpers = try X509StackHandle.holding(relevant(others + intermediates, above: certificate))
        let ends = relevant(anchors, above: certificate, through: others + intermediates)
        let trusted = try X509StackHandle.holding(ends.filter { trusts($0, for: usage, at: date) })
        guard let context = X509_STORE_CTX_new() else { throw libraryFault("X509_STORE_CTX_new") }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_CTX_init(context, nil, leaf.pointer, helpers.pointer) == 1 else {
            throw libraryFault("X509_STORE_CTX_init")
        }
        X509_STORE_CTX_set0_trusted_stack(context, trusted.pointer)
        let parameters = X509_STORE_CTX_get0_param(context)
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY)
        X509_VERIFY_PARAM_set_depth(parameters, 10)
        X509_VERIFY_PARAM_set_time(parameters, Int(date.timeIntervalSince1970.clamped()))
        let isVerified = X509_verify_cert(context) == 1
        ERR_clear_error()
        return try report(context, isVerified: isVerified, date)
    }

    private func report(_ context: OpaquePointer, isVerified: Bool, _ date: Date) throws(SignatureError) -> PathReport {
        let code = X509_STORE_CTX_get_error(context)
        var chain: [Certificate] = []
        if let built = X509_STORE_CTX_get1_chain(context) {
            chain = try X509StackHandle(owning: built).certificates()
        }
        let status: PathStatus =
            switch code {
            case X509_V_OK where isVerified: .trusted
            case X509_V_ERR_CERT_HAS_EXPIRED: .expired
            case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
            default: .untrusted
            }
        var culprit: Certificate?
        if status != .trusted, let current = X509_STORE_CTX_get_current_cert(context) {
            culprit = try Certificate(copying: current)
        }
        let reason = X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? ""
        return PathReport(status: status, chain: chain, culprit: culprit, reason: reason, judgedAt: date)
    }

    /// Only what may stand above `leaf` is handed to libcrypto: parsing a hundred anchors costs more than a signature.
    private func relevant(
        _ candidates: [Certificate], above leaf: Certificate, through steps: [Certificate] = []
    ) -> [Certificate] {
        var wanted: Set = [leaf.issuer]
        var frontier = wanted
        for _ in 0..<10 where !frontier.isEmpty {
            let issuers = (candidates + steps).filter { frontier.contains($0.subject) }.map(\.issuer)
            frontier = Set(issuers).subtracting(wanted)
            wanted.formUnion(frontier)
        }
        return candidates.filter { wanted.contains($0.subject) || $0 == leaf }
    }
}

extension Double {
    /// Inside what a signed 64-bit count of seconds and X.509 can carry.
    fileprivate func clamped() -> Double { isFinite ? min(max(self, -62_135_596_800), 253_402_300_799) : 0 }
}
