package import Digests
package import Foundation

/// A request to a timestamp authority (RFC 3161 §2.4.1), asking for the authority's certificate.
package struct TimestampRequest: Sendable, Hashable {
    package let imprint: Data
    package let algorithm: DigestAlgorithm
    /// Content octets of the nonce, a positive INTEGER.
    let nonce: Data

    package init(imprint: Data, algorithm: DigestAlgorithm = .sha256) {
        self.imprint = imprint
        self.algorithm = algorithm
        var octets = randomBytes(8)
        // Positive and without leading zero octets, so that the answer repeats it byte for byte.
        octets[octets.startIndex] = octets[octets.startIndex] & 0x7F | 0x40
        nonce = octets
    }

    package var der: Data {
        Data(
            DER.sequence(
                DER.integer(1),
                DER.sequence(
                    DER.sequence(DER.identifier(algorithm.identifier), DER.null), DER.octets(imprint)),
                DER.element(DERTag.integer, nonce), DER.boolean(true)))
    }

    /// The token inside an authority's answer, refused unless it is granted, intact and about this request.
    package func token(in response: Data) throws(SignatureError) -> Data {
        let (status, failure, encoded) = try Self.read(response)
        guard status <= 1, let encoded else { throw .timestampRefused(status: status, failure: failure) }
        let token = try reading { () throws(DERError) in try TimestampToken(der: encoded) }
        guard token.imprintAlgorithm == algorithm, token.imprint == imprint else { throw .timestampMismatch("imprint") }
        guard token.nonce == nonce else { throw .timestampMismatch("nonce") }
        let report = token.verify(imprint: { _ in imprint }, trust: TrustStore(), at: token.time)
        guard report.isIntact else { throw .timestampMismatch("token") }
        return encoded
    }

    /// PKIStatusInfo and TimeStampToken of a TimeStampResp (RFC 3161 §2.4.2).
    private static func read(_ response: Data) throws(SignatureError) -> (Int, String, Data?) {
        try reading { () throws(DERError) in
            var outer = try DERReader([UInt8](response))
            var fields = try outer.next(DERTag.sequence, "TimeStampResp").reader()
            var info = try fields.next(DERTag.sequence, "PKIStatusInfo").reader()
            let status = try info.next(DERTag.integer, "status").smallInteger()
            let texts = try info.nextIf(DERTag.sequence)?.members() ?? []
            var failure: [String] = []
            for text in texts { failure.append(try text.text()) }
            if let bits = try info.nextIf(DERTag.bitString) { failure.append("failInfo " + Data(bits.content).hex) }
            let token = fields.isAtEnd ? nil : Data(try fields.next(DERTag.sequence, "timeStampToken").encoded)
            return (status, failure.joined(separator: "; "), token)
        }
    }
}

extension TimestampAuthority {
    package static let queryContentType = "application/timestamp-query"
    package static let replyContentType = "application/timestamp-reply"

    /// An authority reached by HTTP (RFC 3161 §3.4); `post` does the carrying and may throw what it likes.
    package static func http(
        url: URL, post: @escaping @Sendable (_ url: URL, _ body: Data, _ contentType: String) async throws -> Data
    ) -> Self {
        Self { digest in
            let request = TimestampRequest(imprint: digest)
            return try request.token(in: try await post(url, request.der, queryContentType))
        }
    }

    /// A responder in the same process, for practice and tests.
    package static func local(
        _ responder: TimestampResponder, clock: @escaping @Sendable () -> Date = { Date() }
    ) -> Self {
        Self { digest in
            let request = TimestampRequest(imprint: digest)
            return try request.token(in: try responder.respond(to: request.der, at: clock()))
        }
    }
}
