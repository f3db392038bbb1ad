import Foundation

/// What a signing service says of itself (CSC API v2 §11.1).
package struct CSCServiceInfo: Sendable, Hashable, Decodable {
    package let specs: String?
    package let name: String?
    package let authType: [String]?
    /// Where OAuth 2.0 is spoken, when not below the service's own address.
    package let oauth2: String?
    package let methods: [String]?
}

/// One thing the signer must bring: a PIN, a one-time code, or a device of his that asks him (§11.4, auth/objects).
package struct CSCAuthObject: Sendable, Hashable, Codable {
    package let type: String?
    package let id: String
    package let label: String?
    package let generator: String?
}

/// A key at a signing service as the service describes it (§11.5).
package struct CSCCredential: Sendable, Hashable {
    package let id: String
    package let description: String
    package let isEnabled: Bool
    /// Object identifiers of the algorithms the key may be used with.
    package let algorithms: [String]
    package let certificate: Certificate
    package let chain: [Certificate]
    /// `valid`, `expired`, `revoked`, `suspended`; nil when the service does not say.
    package let certificateStatus: String?
    /// `explicit` or `oauth2code`.
    package let authorizationMode: String
    package let authObjects: [CSCAuthObject]
    /// How many signatures one authorisation may be for.
    package let mostSignatures: Int

    /// Why the service would not sign with this key now; nil when it would.
    package var refusal: KeyHolderError? {
        guard isEnabled else { return .credentialUnusable("disabled") }
        guard let status = certificateStatus, status != "valid" else { return nil }
        return .credentialUnusable(status)
    }

    package var asksPIN: Bool { authObjects.contains { $0.isPIN } }
    package var asksOTP: Bool { authObjects.contains { $0.isOTP } }
    /// The signer agrees to each signature on the service's own page (§8.3.2, scope `credential`).
    package var isAgreedOnPage: Bool { authorizationMode == "oauth2code" }
    /// Neither PIN nor code stands for the signer: he is asked on his own device.
    package var asksOnPhone: Bool { authObjects.isEmpty || authObjects.contains { !$0.isPIN && !$0.isOTP } }
}

extension CSCAuthObject {
    var isOTP: Bool { generator != nil || id.uppercased().contains("OTP") }
    var isPIN: Bool { !isOTP && (type == "Password" || id.uppercased().contains("PIN")) }
}

/// The answer of credentials/info, as it is on the wire.
struct CSCCredentialAnswer: Decodable {
    struct Key: Decodable {
        let status: String
        let algo: [String]
    }
    struct Certificates: Decodable {
        let status: String?
        let certificates: [String]?
    }
    struct Authorization: Decodable {
        let mode: String
        let objects: [CSCAuthObject]?
    }
    let description: String?
    let key: Key
    let cert: Certificates
    let auth: Authorization
    let multisign: Int?

    func credential(_ id: String) throws(KeyHolderError) -> CSCCredential {
        var certificates: [Certificate] = []
        for text in cert.certificates ?? [] {
            guard let der = Data(base64Encoded: text, options: .ignoreUnknownCharacters),
                let certificate = try? Certificate(der: der)
            else { throw .badAnswer("certificate") }
            certificates.append(certificate)
        }
        guard let leaf = certificates.first else { throw .badAnswer("no certificate") }
        return CSCCredential(
            id: id, description: description ?? "", isEnabled: key.status == "enabled", algorithms: key.algo,
            certificate: leaf, chain: certificates.dropFirst().filter { !$0.isSelfIssued }.ordered(after: leaf),
            certificateStatus: cert.status, authorizationMode: auth.mode, authObjects: auth.objects ?? [],
            mostSignatures: max(1, multisign ?? 1))
    }
}

/// What the service is asked, as it is on the wire; members that are nil are not sent.
struct CSCQuestion: Encodable {
    struct AuthData: Encodable {
        let id: String
        let value: String?
    }

    var credentialID: String?
    var userID: String?
    var certificates: String?
    var certInfo: Bool?
    var authInfo: Bool?
    var authObjectID: String?
    var numSignatures: Int?
    var hashes: [String]?
    var hashAlgorithmOID: String?
    var authData: [AuthData]?
    var description: String?
    var handle: String?
    var SAD: String?
    var signAlgo: String?
    var signAlgoParams: String?
    var operationMode: String?
    var validity_period: Int?
    var requestID: String?
}

/// What comes back of authorisations and signatures: members are there or not, by the call and its state.
struct CSCAnswer: Decodable {
    let credentialIDs: [String]?
    let SAD: String?
    let handle: String?
    let signatures: [String]?
    let responseID: String?
    let error: String?
    let error_description: String?
}

/// What OAuth 2.0 gives (RFC 6749 §5.1).
package struct CSCToken: Sendable, Hashable, Codable {
    package let accessToken: String
    package let refreshToken: String?
    package let expiresInSeconds: Int?

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresInSeconds = "expires_in"
    }
}
