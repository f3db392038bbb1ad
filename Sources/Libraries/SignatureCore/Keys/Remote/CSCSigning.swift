package import Digests
package import Foundation

/// Where a remote signature has got to: small and serialisable, so that another process may go on with it.
package enum CSCProgress: Sendable, Hashable, Codable {
    /// The signer looks at his phone.
    case consent(handle: String)
    /// The signer is to agree on the service's own page.
    case visit(page: String)
    /// He agreed; the service is signing.
    case signing(request: String)
}

package enum CSCOutcome: Sendable, Hashable {
    case signatures([Data])
    case waiting(CSCProgress)
}

/// The signature algorithm the service is asked for.
struct CSCSignAlgorithm: Sendable, Hashable {
    let identifier: String
    /// DER of the parameters, for RSASSA-PSS.
    let parameters: Data?

    init(_ key: PublicKeyAlgorithm, digest: DigestAlgorithm, usesPSS: Bool, offered: [String]) throws(KeyHolderError) {
        do throws(SignatureError) {
            let plain = try SignatureAlgorithm(key: key, digest: digest, usesPSS: usesPSS)
            // Some services list only the key's own algorithm, and take the hash from beside it.
            let combined = try Self.parts(.rsaPKCS1(digest))
            guard case .rsaPKCS1 = plain, offered.contains(combined.identifier) else {
                (identifier, parameters) = try Self.parts(plain)
                return
            }
            (identifier, parameters) = combined
        } catch { throw .unsupported(key.name) }
    }

    /// Identifier and parameters of an AlgorithmIdentifier; parameters are told for RSASSA-PSS alone.
    private static func parts(
        _ algorithm: SignatureAlgorithm
    ) throws(SignatureError) -> (identifier: String, parameters: Data?) {
        do throws(DERError) {
            var outer = try DERReader(algorithm.encodedIdentifier)
            var fields = try outer.next(DERTag.sequence, "AlgorithmIdentifier").reader()
            let identifier = try fields.next().objectIdentifier()
            guard identifier == .rsaPSS else { return (identifier.description, nil) }
            return (identifier.description, Data(try fields.next().encoded))
        } catch { throw .malformed(error) }
    }
}

/// The key of one credential at a signing service.
package struct CSCKey: SigningKey {
    package let credential: CSCCredential
    private let client: CSCClient
    private let authorization: CSCAuthorization
    private let isAsynchronous: Bool
    private let patience: CSCPatience

    package var certificate: Certificate { credential.certificate }
    package var chain: [Certificate] { credential.chain }

    /// - Parameters:
    ///   - isAsynchronous: asks for `operationMode` A; the service answers with a number to poll for.
    ///   - patience: for `sign`, which waits for the phone; `begin` and `goOn` wait for nothing.
    package init(
        _ credential: CSCCredential, client: CSCClient, authorization: CSCAuthorization = CSCAuthorization(),
        isAsynchronous: Bool = false, patience: CSCPatience = CSCPatience()
    ) throws(KeyHolderError) {
        if let refusal = credential.refusal { throw refusal }
        guard credential.authorizationMode == "explicit" || credential.isAgreedOnPage else {
            throw .unsupported(credential.authorizationMode)
        }
        self.credential = credential
        self.client = client
        self.authorization = authorization
        self.isAsynchronous = isAsynchronous
        self.patience = patience
    }

    /// Asks for signatures over `messages`, all by one consent.
    /// - Parameter visit: for a key whose holder agrees on the service's page.
    package func begin(
        _ messages: [Data], digest: DigestAlgorithm, usesPSS: Bool = false, visit: CSCVisit? = nil
    ) async throws -> CSCOutcome {
        let hashes = messages.map(digest.digest)
        guard hashes.count <= credential.mostSignatures else {
            throw KeyHolderError.unsupported("\(hashes.count) chữ ký")
        }
        if credential.isAgreedOnPage {
            guard let visit else { throw KeyHolderError.unsupported(credential.authorizationMode) }
            let scope = CSCVisitScope.credential(credential.id, hashes: hashes, digest: digest)
            return .waiting(.visit(page: try await client.authorizationPage(visit, scope).absoluteString))
        }
        let consent = try await client.consent(credential, hashes: hashes, digest: digest, authorization)
        return try await followed(consent, hashes, digest, usesPSS)
    }

    /// Looks again how far it has come; the hashes must be those it began with.
    package func goOn(
        _ progress: CSCProgress, _ messages: [Data], digest: DigestAlgorithm, usesPSS: Bool = false
    ) async throws -> CSCOutcome {
        let hashes = messages.map(digest.digest)
        switch progress {
        case .visit: return .waiting(progress)
        case .consent(let handle):
            return try await followed(try await client.consent(handle), hashes, digest, usesPSS)
        case .signing(let request):
            guard let signed = try await client.poll(request, count: hashes.count) else { return .waiting(progress) }
            return try outcome(signed)
        }
    }

    /// Goes on with what the signer brought back from the service's page (§8.3.3: the token is the activation data).
    package func activated(
        _ activation: String, _ messages: [Data], digest: DigestAlgorithm, usesPSS: Bool = false
    ) async throws -> CSCOutcome {
        try await followed(.given(activation), messages.map(digest.digest), digest, usesPSS)
    }

    private func followed(
        _ consent: CSCConsent, _ hashes: [Data], _ digest: DigestAlgorithm, _ usesPSS: Bool
    ) async throws -> CSCOutcome {
        switch consent {
        case .pending(let handle): return .waiting(.consent(handle: handle))
        case .given(let activation):
            let algorithm = try CSCSignAlgorithm(
                certificate.publicKey, digest: digest, usesPSS: usesPSS, offered: credential.algorithms)
            return try outcome(
                try await client.sign(
                    credential, hashes: hashes, digest: digest, algorithm: algorithm, activation: activation,
                    isAsynchronous: isAsynchronous))
        }
    }

    private func outcome(_ signed: CSCSigned) throws(KeyHolderError) -> CSCOutcome {
        switch signed {
        case .pending(let request): return .waiting(.signing(request: request))
        case .signatures(let values):
            var signatures: [Data] = []
            for value in values { signatures.append(try certificate.publicKey.signatureValue(value)) }
            return .signatures(signatures)
        }
    }
}

extension PublicKeyAlgorithm {
    /// A value as CMS wants it: some services and programs answer ECDSA as two numbers side by side.
    package func signatureValue(_ value: Data) throws(KeyHolderError) -> Data {
        guard case .ecdsa(let curve) = self, value.count == curve.pairByteCount else { return value }
        return try ecdsaSignature(fromPair: value)
    }
}

extension PublicKeyAlgorithm.Curve {
    fileprivate var pairByteCount: Int {
        switch self {
        case .p256: 64
        case .p384: 96
        case .p521: 132
        case .other: 0
        }
    }
}

/// How long `CSCKey.sign` waits for the phone.
package struct CSCPatience: Sendable {
    package var seconds: Double
    package var everySeconds: Double
    package var pause: @Sendable (_ seconds: Double) async throws -> Void

    package init(
        seconds: Double = 180, everySeconds: Double = 2,
        pause: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    ) {
        self.seconds = seconds
        self.everySeconds = everySeconds
        self.pause = pause
    }
}

extension CSCKey {
    package func sign(_ message: Data, digest: DigestAlgorithm) async throws -> Data {
        try await waitedFor(message, digest, usesPSS: false)
    }

    package func signPSS(_ message: Data, digest: DigestAlgorithm) async throws -> Data {
        try await waitedFor(message, digest, usesPSS: true)
    }

    private func waitedFor(_ message: Data, _ digest: DigestAlgorithm, usesPSS: Bool) async throws -> Data {
        var outcome = try await begin([message], digest: digest, usesPSS: usesPSS)
        var left = patience.seconds
        while case .waiting(let progress) = outcome {
            guard left > 0 else { throw KeyHolderError.timedOut }
            try await patience.pause(patience.everySeconds)
            left -= patience.everySeconds
            outcome = try await goOn(progress, [message], digest: digest, usesPSS: usesPSS)
        }
        guard case .signatures(let values) = outcome, let value = values.first else {
            throw KeyHolderError.badAnswer("no signature")
        }
        return value
    }
}
