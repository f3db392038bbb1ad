import Digests
package import Foundation

/// Where a signing service is and how this office is known to it.
package struct CSCService: Sendable, Hashable {
    /// Who is let in (RFC 6749 §4): the office itself, a person by name and password, or a person who was sent to the
    /// service's own page.
    package enum Grant: Sendable, Hashable {
        case clientCredentials
        case password(account: String, password: String)
        /// - Parameter verifier: what the challenge in the address of that page was made from (RFC 7636).
        case code(String, redirect: String, verifier: String)
        case refresh(String)
        /// A token got elsewhere.
        case token(String)
    }

    /// Ends with `/csc/v2`.
    package let url: URL
    package let clientID: String
    package let clientSecret: String
    package var grant: Grant

    package init(url: URL, clientID: String, clientSecret: String, grant: Grant = .clientCredentials) {
        self.url = url
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.grant = grant
    }
}

/// One way of a person to the service's own page and back.
package struct CSCVisit: Sendable, Hashable {
    package let redirect: String
    package let state: String
    package let verifier: String

    package init(redirect: String, state: String, verifier: String) {
        self.redirect = redirect
        self.state = state
        self.verifier = verifier
    }

    /// S256 (RFC 7636 §4.2).
    var challenge: String { DigestAlgorithm.sha256.digest(Data(verifier.utf8)).base64URL }
}

/// What the person is asked to allow there (§8.3.2): that the office uses his account, or one signature of these hashes.
enum CSCVisitScope: Sendable {
    case service
    case credential(String, hashes: [Data], digest: DigestAlgorithm)

    var fields: [(String, String)] {
        switch self {
        case .service: [("scope", "service")]
        case .credential(let id, let hashes, let digest):
            [
                ("scope", "credential"), ("credentialID", id), ("numSignatures", String(hashes.count)),
                ("hashes", hashes.map(\.base64URL).joined(separator: ",")),
                ("hashAlgorithmOID", digest.identifier.description),
            ]
        }
    }
}

/// A person's access tokens, where they outlive this process.
package struct CSCTokenStore: Sendable {
    package var current: @Sendable () async throws -> String
    /// In place of one that the service no longer takes.
    package var renewed: @Sendable (_ stale: String) async throws -> String

    package init(
        current: @escaping @Sendable () async throws -> String,
        renewed: @escaping @Sendable (_ stale: String) async throws -> String
    ) {
        self.current = current
        self.renewed = renewed
    }
}

/// What the signer brings to an authorisation.
package struct CSCAuthorization: Sendable {
    package var pin: String
    package var otp: String
    /// Shown to the signer on his phone.
    package var description: String

    package init(pin: String = "", otp: String = "", description: String = "") {
        self.pin = pin
        self.otp = otp
        self.description = description
    }
}

/// Speaks to a remote signing service: Cloud Signature Consortium API v2.
///
/// An actor because the access token is what it remembers.
package actor CSCClient {
    private let service: CSCService
    private let transport: RemoteTransport
    private let tokens: CSCTokenStore?
    private var token: String?
    private var oauthURL: URL?

    /// - Parameter tokens: of the person for whom it speaks; without them the office itself is let in by its grant.
    package init(_ service: CSCService, transport: RemoteTransport, tokens: CSCTokenStore? = nil) {
        self.service = service
        self.transport = transport
        self.tokens = tokens
    }

    // MARK: The service

    package func info() async throws -> CSCServiceInfo {
        try await decoded(try await posted("info", CSCQuestion(), bearer: nil), as: CSCServiceInfo.self)
    }

    /// Gets an access token by the configured grant (§8.3.3); also the proof that the office is known there.
    @discardableResult
    package func authorize() async throws -> CSCToken {
        if case .token(let given) = service.grant {
            token = given
            return CSCToken(accessToken: given, refreshToken: nil, expiresInSeconds: nil)
        }
        let fresh = try await token(service.grant)
        token = fresh.accessToken
        return fresh
    }

    /// A token by this grant, which is not remembered here.
    package func token(_ grant: CSCService.Grant) async throws -> CSCToken {
        try await decoded(try await oauth("oauth2/token", grant.fields), as: CSCToken.self)
    }

    /// Tells the service that a token is no longer used (RFC 7009).
    package func revoke(_ token: String) async throws { _ = try await oauth("oauth2/revoke", [("token", token)]) }

    private func oauth(_ method: String, _ fields: [(String, String)]) async throws -> RemoteAnswer {
        let own = [("client_id", service.clientID), ("client_secret", service.clientSecret)].filter { !$0.1.isEmpty }
        let call = RemoteCall(
            url: try await oauthBase().appending(path: method),
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: formEncoded(fields + own))
        return try await answer(to: call)
    }

    /// The service's page on which a person lets this office in (§8.3.2); he comes back with a code.
    package func authorizationPage(_ visit: CSCVisit) async throws -> URL {
        try await authorizationPage(visit, .service)
    }

    func authorizationPage(_ visit: CSCVisit, _ scope: CSCVisitScope) async throws -> URL {
        let fields =
            [("response_type", "code"), ("client_id", service.clientID), ("redirect_uri", visit.redirect)]
            + scope.fields + [
                ("code_challenge", visit.challenge), ("code_challenge_method", "S256"), ("state", visit.state),
            ]
        let query = String(decoding: formEncoded(fields), as: UTF8.self)
        let text = try await oauthBase().appending(path: "oauth2/authorize").absoluteString + "?" + query
        guard let page = URL(string: text) else { throw KeyHolderError.badAnswer("oauth2") }
        return page
    }

    /// The address of OAuth 2.0 is the service's own unless it names another (§11.1, `oauth2`).
    private func oauthBase() async throws -> URL {
        if let oauthURL { return oauthURL }
        let named = try await info().oauth2.flatMap { URL(string: $0) }
        let base = named.map { $0.lastPathComponent == "oauth2" ? $0.deletingLastPathComponent() : $0 } ?? service.url
        oauthURL = base
        return base
    }

    // MARK: Credentials

    /// - Parameter userID: whose; nil when the token is a person's own.
    package func credentials(userID: String? = nil) async throws -> [String] {
        let answer = try await ask("credentials/list", CSCQuestion(userID: userID))
        return Array((answer.credentialIDs ?? []).prefix(100))
    }

    package func credential(_ id: String) async throws -> CSCCredential {
        let question = CSCQuestion(credentialID: id, certificates: "chain", certInfo: true, authInfo: true)
        let body = try await authorized("credentials/info", question).body
        return try await decoded(RemoteAnswer(status: 200, body: body), as: CSCCredentialAnswer.self).credential(id)
    }

    /// Has a one-time code sent to the signer: credentials/getChallenge (§11.10), credentials/sendOTP at older services.
    package func sendOTP(_ credential: CSCCredential) async throws {
        let object = credential.authObjects.first { $0.isOTP }?.id
        do {
            _ = try await authorized(
                "credentials/getChallenge", CSCQuestion(credentialID: credential.id, authObjectID: object))
        } catch KeyHolderError.badAnswer {
            _ = try await authorized("credentials/sendOTP", CSCQuestion(credentialID: credential.id))
        }
    }

    // MARK: Signing

    /// The signer's consent to exactly these hashes (§11.8): at once, or to be asked for again while he looks at his phone.
    func consent(
        _ credential: CSCCredential, hashes: [Data], digest: DigestAlgorithm, _ authorization: CSCAuthorization
    ) async throws -> CSCConsent {
        var question = CSCQuestion(credentialID: credential.id, numSignatures: hashes.count)
        question.hashes = hashes.map { $0.base64EncodedString() }
        question.hashAlgorithmOID = digest.identifier.description
        question.authData = credential.authObjects.map { object in
            let value = object.isOTP ? authorization.otp : object.isPIN ? authorization.pin : nil
            return .init(id: object.id, value: value)
        }
        question.description = String(authorization.description.prefix(500))
        return try CSCConsent(try await ask("credentials/authorize", question))
    }

    func consent(_ handle: String) async throws -> CSCConsent {
        try CSCConsent(try await ask("credentials/authorizeCheck", CSCQuestion(handle: handle)))
    }

    /// Signature values of `hashes` (§11.11): at once or, where the service works asynchronously, to be polled for.
    func sign(
        _ credential: CSCCredential, hashes: [Data], digest: DigestAlgorithm, algorithm: CSCSignAlgorithm,
        activation: String, isAsynchronous: Bool
    ) async throws -> CSCSigned {
        var question = CSCQuestion(credentialID: credential.id)
        question.hashes = hashes.map { $0.base64EncodedString() }
        question.hashAlgorithmOID = digest.identifier.description
        question.SAD = activation
        question.signAlgo = algorithm.identifier
        question.signAlgoParams = algorithm.parameters?.base64EncodedString()
        question.operationMode = isAsynchronous ? "A" : "S"
        question.validity_period = isAsynchronous ? 600_000 : nil
        return try CSCSigned(try await ask("signatures/signHash", question), count: hashes.count)
    }

    /// - Returns: nil while the service is still at it (202, §11.13).
    func poll(_ request: String, count: Int) async throws -> CSCSigned? {
        let answer = try await authorized("signatures/signPolling", CSCQuestion(requestID: request))
        guard answer.status != 202 else { return nil }
        return try CSCSigned(try await decoded(answer, as: CSCAnswer.self), count: count)
    }

    // MARK: Carrying

    private func ask(_ method: String, _ question: CSCQuestion) async throws -> CSCAnswer {
        try await decoded(try await authorized(method, question), as: CSCAnswer.self)
    }

    /// With an access token; one that has run out is replaced once.
    private func authorized(_ method: String, _ question: CSCQuestion) async throws -> RemoteAnswer {
        if let tokens {
            let bearer = try await tokens.current()
            do { return try await posted(method, question, bearer: bearer) } catch KeyHolderError.notAuthorised {
                return try await posted(method, question, bearer: try await tokens.renewed(bearer))
            }
        }
        if token == nil { try await authorize() }
        do { return try await posted(method, question, bearer: token) } catch KeyHolderError.notAuthorised {
            try await authorize()
            return try await posted(method, question, bearer: token)
        }
    }

    private func posted(_ method: String, _ question: CSCQuestion, bearer: String?) async throws -> RemoteAnswer {
        var headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        if let bearer { headers.append(("Authorization", "Bearer \(bearer)")) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let call = RemoteCall(
            url: service.url.appending(path: method), headers: headers, body: try encoder.encode(question))
        return try await answer(to: call)
    }

    private func answer(to call: RemoteCall) async throws -> RemoteAnswer {
        let answer: RemoteAnswer
        do { answer = try await transport.send(call) } catch let error as KeyHolderError { throw error } catch {
            throw KeyHolderError.unreachable("\(error)")
        }
        guard answer.body.count <= RemoteCall.answerLimitBytes else { throw KeyHolderError.badAnswer("too large") }
        guard (200..<300).contains(answer.status) else {
            let said = try? JSONDecoder().decode(CSCAnswer.self, from: answer.body)
            throw KeyHolderError(
                status: answer.status, error: said?.error ?? "", description: said?.error_description ?? "")
        }
        return answer
    }

    private func decoded<Value: Decodable>(_ answer: RemoteAnswer, as: Value.Type) async throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: answer.body.isEmpty ? Data("{}".utf8) : answer.body)
        } catch { throw KeyHolderError.badAnswer("\(error)") }
    }
}

/// An answer to the question for consent.
enum CSCConsent: Sendable, Hashable {
    /// Signature activation data.
    case given(String)
    case pending(handle: String)

    init(_ answer: CSCAnswer) throws(KeyHolderError) {
        if let activation = answer.SAD {
            self = .given(activation)
        } else if let handle = answer.handle {
            self = .pending(handle: handle)
        } else {
            throw .badAnswer("neither SAD nor handle")
        }
    }
}

/// An answer to the question for signatures.
enum CSCSigned: Sendable, Hashable {
    case signatures([Data])
    case pending(request: String)

    init(_ answer: CSCAnswer, count: Int) throws(KeyHolderError) {
        if let texts = answer.signatures {
            let values = texts.compactMap { Data(base64Encoded: $0, options: .ignoreUnknownCharacters) }
            guard values.count == count, texts.count == count else { throw .badAnswer("\(texts.count) signatures") }
            self = .signatures(values)
        } else if let request = answer.responseID {
            self = .pending(request: request)
        } else {
            throw .badAnswer("no signatures")
        }
    }
}

extension CSCService.Grant {
    fileprivate var fields: [(String, String)] {
        switch self {
        case .clientCredentials, .token: [("grant_type", "client_credentials"), ("scope", "service")]
        case .password(let account, let password):
            [("grant_type", "password"), ("username", account), ("password", password), ("scope", "service")]
        case .code(let code, let redirect, let verifier):
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
                ("code_verifier", verifier),
            ]
        case .refresh(let token): [("grant_type", "refresh_token"), ("refresh_token", token)]
        }
    }
}

/// `application/x-www-form-urlencoded`.
private func formEncoded(_ fields: [(String, String)]) -> Data {
    let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    let pairs = fields.map { name, value in
        "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
    }
    return Data(pairs.joined(separator: "&").utf8)
}

extension Data {
    /// RFC 4648 §5, without padding.
    fileprivate var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
