import Digests
import Foundation
import KeyCounterparts
import Testing

@testable import SignatureCore

/// Ký số từ xa (CSC API v2): khóa ở dịch vụ, người ký đồng ý bằng PIN, OTP hoặc trên điện thoại; trả lời sai thì không ghi.
@Suite(.enabled(if: SigningServiceProcess.isPresent, "needs Python (VASTOFFICE_PYTHON)"), .serialized)
struct RemoteKeyTests {
    static let counterpart: Result<SigningServiceProcess, any Error> = Result {
        var archives: [String: Data] = [:]
        for kind in [PracticeKeyKind.rsa2048, .p256, .p384] {
            archives[kind.rawValue] = try PKCS11KeyTests.archive("Nguyễn Văn Đức", kind)
        }
        return try SigningServiceProcess(archives)
    }

    let process: SigningServiceProcess
    let client: CSCClient
    static let authorization = CSCAuthorization(pin: "2580", otp: "135791", description: "Ký Quyết định 01/QĐ-VHL")
    static let hurried = CSCPatience(seconds: 4, everySeconds: 1, pause: { _ in })

    init() throws {
        process = try Self.counterpart.get()
        client = CSCClient(process.service, transport: SigningServiceProcess.transport)
    }

    func key(
        _ name: String = "p256", _ authorization: CSCAuthorization = authorization, isAsynchronous: Bool = false
    ) async throws -> CSCKey {
        try CSCKey(
            try await client.credential(name), client: client, authorization: authorization,
            isAsynchronous: isAsynchronous, patience: Self.hurried)
    }

    @Test func `the service tells what it is, what keys it holds and what it asks of the signer`() async throws {
        try await process.behave(["auth": "PIN,OTP", "multisign": "7"])
        #expect(try await client.info().methods?.contains("signatures/signHash") == true)
        #expect(try await client.credentials() == ["p256", "p384", "rsa2048"])
        let credential = try await client.credential("p256")
        #expect(credential.certificate.commonName == "Nguyễn Văn Đức")
        #expect(credential.asksPIN && credential.asksOTP && !credential.asksOnPhone)
        #expect(credential.mostSignatures == 7)
        try await client.sendOTP(credential)
    }

    @Test(arguments: ["p256", "p384", "rsa2048"], [false, true])
    func `a remote key signs at once or by polling, and the signature verifies`(
        name: String, isAsynchronous: Bool
    ) async throws {
        try await process.behave([:])
        let key = try await key(name, isAsynchronous: isAsynchronous)
        let cms = try await key.signDetached(document)
        let kind = try #require(PracticeKeyKind(rawValue: name))
        let report = try CMSFacts(der: cms).verify(
            documentDigest: { $0.digest(document) }, trust: try Practice.of(kind).pki.trust, at: now)
        #expect(report.signatureValid && report.path?.status == .trusted)
    }

    @Test func `a remote key signs by RSASSA-PSS`() async throws {
        try await process.behave([:])
        let key = try await key("rsa2048")
        let request = try CMSSignatureRequest.prepare(
            documentDigest: DigestAlgorithm.sha256.digest(document), digestAlgorithm: .sha256,
            certificate: key.certificate, chain: key.chain, usesPSS: true)
        _ = try request.finish(signature: try await key.signPSS(request.messageToSign, digest: .sha256))
    }

    @Test func `the signer is asked on the phone; what waits can be written down and gone on with`() async throws {
        try await process.behave(["phone": "wait", "auth": "mobile"])
        let key = try await key()
        #expect(key.credential.asksOnPhone)
        let messages = [document, Data("Phụ lục".utf8)]
        guard case .waiting(let progress) = try await key.begin(messages, digest: .sha256) else {
            Issue.record("the phone was not waited for")
            return
        }
        let kept = try JSONDecoder().decode(CSCProgress.self, from: try JSONEncoder().encode(progress))
        #expect(try await key.goOn(kept, messages, digest: .sha256) == .waiting(kept))
        try await process.behave(["phone": "agree", "auth": "mobile"])
        let another = try await self.key()
        guard case .signatures(let values) = try await another.goOn(kept, messages, digest: .sha256) else {
            Issue.record("the phone agreed")
            return
        }
        #expect(values.count == 2)
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        let how: [String: String]
        let error: KeyHolderError
        var testDescription: String { "\(how)" }
    }

    static let troubles = [
        Trouble(how: ["phone": "refuse"], error: .refusedByHolder),
        Trouble(how: ["phone": "expire"], error: .timedOut), Trouble(how: ["phone": "wait"], error: .timedOut),
        Trouble(how: ["fault": "locked"], error: .pinLocked),
        Trouble(how: ["fault": "too-few"], error: .badAnswer("0 signatures")),
        Trouble(how: ["fault": "http-500"], error: .unreachable("HTTP 503 service_unavailable")),
        Trouble(how: ["fault": "no-token"], error: .notAuthorised("HTTP 401 invalid_token")),
        Trouble(how: ["status": "revoked"], error: .credentialUnusable("revoked")),
        Trouble(how: ["status": "suspended"], error: .credentialUnusable("suspended")),
    ]

    @Test(arguments: troubles) func `each trouble is told as what it is, and nothing is signed`(
        one: Trouble
    ) async throws {
        try await process.behave(one.how)
        await #expect(throws: one.error) { _ = try await key().sign(document, digest: .sha256) }
    }

    @Test(arguments: ["wrong-signature", "other-key"])
    func `a value that does not verify is never written`(fault: String) async throws {
        try await process.behave(["fault": fault])
        let key = try await key()
        await #expect(throws: SignatureError.signatureDoesNotVerify) { _ = try await key.signDetached(document) }
    }

    @Test func `what is no JSON is a wrong answer`() async throws {
        try await process.behave(["fault": "garbage"])
        let key = try await key()
        await #expect {
            _ = try await key.sign(document, digest: .sha256)
        } throws: { error in
            guard case KeyHolderError.badAnswer = error else { return false }
            return true
        }
    }

    @Test func `wrong PIN and wrong code are told apart`() async throws {
        try await process.behave(["auth": "PIN,OTP"])
        await #expect(throws: KeyHolderError.wrongPIN(.unknown)) {
            _ = try await key("p256", CSCAuthorization(pin: "1", otp: "135791")).sign(document, digest: .sha256)
        }
        await #expect(throws: KeyHolderError.wrongOTP) {
            _ = try await key("p256", CSCAuthorization(pin: "2580", otp: "1")).sign(document, digest: .sha256)
        }
    }

    @Test func `more signatures than one consent covers are not asked for`() async throws {
        try await process.behave(["multisign": "1"])
        let key = try await key()
        await #expect(throws: KeyHolderError.unsupported("2 chữ ký")) {
            _ = try await key.begin([document, document], digest: .sha256)
        }
    }

    @Test func `an office the service does not know, and a service that is not there`() async throws {
        try await process.behave([:])
        let stranger = CSCClient(
            CSCService(url: process.url, clientID: "ai-do", clientSecret: "x"),
            transport: SigningServiceProcess.transport)
        await #expect(throws: KeyHolderError.notAuthorised("HTTP 401 invalid_client")) {
            try await stranger.credentials()
        }
        let nowhere = CSCClient(
            CSCService(url: try #require(URL(string: "http://127.0.0.1:1/csc/v2")), clientID: "a", clientSecret: "b"),
            transport: SigningServiceProcess.transport)
        await #expect {
            try await nowhere.credentials()
        } throws: { error in
            guard case KeyHolderError.unreachable = error else { return false }
            return true
        }
    }

    static let visit = CSCVisit(
        redirect: "https://office/về", state: "a/b", verifier: String(repeating: "v", count: 64))

    /// What the person's browser does at the service: fills in his name and presses a button; the answer is where it is
    /// sent to.
    func agree(_ page: URL, as name: String = "p", word: String = "agree") async throws -> [String: String] {
        let query = try #require(URLComponents(url: page, resolvingAgainstBaseURL: false)?.percentEncodedQuery)
        let body = Data("\(query)&name=\(name)&word=\(word)".utf8)
        let location = try await Redirects.answer(to: page, body)
        let items = URLComponents(string: location)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    @Test func `a person is let in by password, or by a code and its proof that he brings back`() async throws {
        try await process.behave([:])
        var service = process.service
        service.grant = .password(account: "an", password: "mat-khau")
        let byPassword = CSCClient(service, transport: SigningServiceProcess.transport)
        #expect(!(try await byPassword.credentials()).isEmpty)
        let page = try await client.authorizationPage(Self.visit)
        #expect(page.absoluteString.hasPrefix("\(process.url)/oauth2/authorize?response_type=code&client_id="))
        #expect(page.absoluteString.hasSuffix("&code_challenge_method=S256&state=a%2Fb"))
        let back = try await agree(page)
        #expect(back["state"] == "a/b")
        let code = try #require(back["code"])
        let token = try await client.token(.code(code, redirect: Self.visit.redirect, verifier: Self.visit.verifier))
        #expect(token.refreshToken != nil && token.expiresInSeconds == 3600)
        let his = CSCClient(
            process.service, transport: SigningServiceProcess.transport,
            tokens: CSCTokenStore(current: { token.accessToken }, renewed: { _ in token.accessToken }))
        #expect(try await his.credentials() == ["p256", "p384"])
        // A code is good once.
        await #expect(throws: KeyHolderError.notAuthorised("invalid_grant")) {
            try await client.token(.code(code, redirect: Self.visit.redirect, verifier: Self.visit.verifier))
        }
    }

    @Test(arguments: ["redirect", "verifier"])
    func `a code that somebody else came by is worth nothing`(what: String) async throws {
        try await process.behave([:])
        let back = try await agree(try await client.authorizationPage(Self.visit))
        let grant = CSCService.Grant.code(
            back["code"] ?? "", redirect: what == "redirect" ? "https://khac/ve" : Self.visit.redirect,
            verifier: what == "verifier" ? String(repeating: "w", count: 64) : Self.visit.verifier)
        await #expect(throws: KeyHolderError.notAuthorised("invalid_grant")) { try await client.token(grant) }
    }

    @Test func `whoever says no at the service comes back with an error`() async throws {
        try await process.behave([:])
        let back = try await agree(try await client.authorizationPage(Self.visit), word: "refuse")
        #expect(back["error"] == "access_denied" && back["state"] == "a/b" && back["code"] == nil)
    }

    @Test func `tokens are renewed, each refresh token once, and revoked`() async throws {
        try await process.behave([:])
        let back = try await agree(try await client.authorizationPage(Self.visit))
        let first = try await client.token(
            .code(back["code"] ?? "", redirect: Self.visit.redirect, verifier: Self.visit.verifier))
        try await process.behave(["forget": "access"])
        let tokens = Box(first)
        let office = client
        let his = CSCClient(
            process.service, transport: SigningServiceProcess.transport,
            tokens: CSCTokenStore(
                current: { tokens.value.accessToken },
                renewed: { _ in
                    tokens.value = try await office.token(.refresh(tokens.value.refreshToken ?? ""))
                    return tokens.value.accessToken
                }))
        #expect(!(try await his.credentials()).isEmpty)
        #expect(tokens.value.accessToken != first.accessToken)
        await #expect(throws: KeyHolderError.notAuthorised("invalid_grant")) {
            try await client.token(.refresh(first.refreshToken ?? ""))
        }
        try await client.revoke(tokens.value.refreshToken ?? "")
        await #expect(throws: KeyHolderError.notAuthorised("invalid_grant")) {
            try await client.token(.refresh(tokens.value.refreshToken ?? ""))
        }
    }

    @Test(arguments: ["p256", "rsa2048"])
    func `a key whose holder agrees on the service's page signs what he agreed to, and nothing else`(
        name: String
    ) async throws {
        try await process.behave(["auth": "oauth2code"])
        let key = try await key(name)
        #expect(key.credential.isAgreedOnPage)
        let messages = [document, Data("Phụ lục".utf8)]
        guard case .waiting(.visit(let page)) = try await key.begin(messages, digest: .sha256, visit: Self.visit),
            let url = URL(string: page)
        else {
            Issue.record("nobody was sent anywhere")
            return
        }
        #expect(try await key.goOn(.visit(page: page), messages, digest: .sha256) == .waiting(.visit(page: page)))
        let back = try await agree(url)
        let token = try await client.token(
            .code(back["code"] ?? "", redirect: Self.visit.redirect, verifier: Self.visit.verifier))
        await #expect(throws: (any Error).self) {
            _ = try await key.activated(token.accessToken, [Data("khác".utf8)], digest: .sha256)
        }
        let again = try await agree(url)
        let other = try await client.token(
            .code(again["code"] ?? "", redirect: Self.visit.redirect, verifier: Self.visit.verifier))
        guard case .signatures(let values) = try await key.activated(other.accessToken, messages, digest: .sha256)
        else {
            Issue.record("not signed")
            return
        }
        #expect(values.count == 2)
        // Without a way there nothing can be begun.
        await #expect(throws: KeyHolderError.unsupported("oauth2code")) {
            _ = try await key.begin(messages, digest: .sha256)
        }
    }

    @Test func `a token that has run out is replaced once and the call goes through`() async throws {
        try await process.behave([:])
        var service = process.service
        service.grant = .token("het-han")
        let dead = CSCClient(service, transport: SigningServiceProcess.transport)
        await #expect(throws: KeyHolderError.notAuthorised("HTTP 401 invalid_token")) { try await dead.credentials() }
        try await client.authorize()
        #expect(!(try await client.credentials()).isEmpty)
    }
}

/// Lời lỗi của dịch vụ ký thành lời cho người dùng.
@Suite struct RemoteErrorTests {
    static let cases: [(Int, String, String, KeyHolderError)] = [
        (400, "invalid_otp", "", .wrongOTP), (400, "invalid_pin", "", .wrongPIN(.unknown)),
        (400, "invalid_request", "Credential locked", .pinLocked), (400, "access_denied", "", .refusedByHolder),
        (400, "invalid_request", "SAD expired", .timedOut),
        (
            400, "invalid_request", "Signing certificate is expired",
            .credentialUnusable("Signing certificate is expired")
        ),
        (401, "invalid_token", "", .notAuthorised("HTTP 401 invalid_token")), (504, "", "", .timedOut),
        (500, "server_error", "", .unreachable("HTTP 500 server_error")), (429, "", "", .unreachable("HTTP 429 ")),
        (400, "invalid_request", "Empty hash array", .badAnswer("HTTP 400 invalid_request: Empty hash array")),
    ]

    @Test(arguments: cases) func `each error has its sentence`(one: (Int, String, String, KeyHolderError)) {
        let error = KeyHolderError(status: one.0, error: one.1, description: one.2)
        #expect(error == one.3)
        #expect(!error.message.isEmpty)
    }
}
