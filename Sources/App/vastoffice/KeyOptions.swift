// Which key signs: a file, a token or security module, or a service that keeps it.
import ArgumentParser
import Digests
import Foundation
import Platform
import SignatureCore

struct KeyOptions: ParsableArguments {
    @Option(help: "PKCS#12 file with key and certificate.", completion: .file()) var p12: String?
    @Option(help: "File whose first line is the passphrase of the PKCS#12 file.", completion: .file())
    var passfile: String?

    @Option(help: "PKCS#11 module of a token or security module.", completion: .file()) var pkcs11Module: String?
    @Option(help: "Label of the token.") var token: String?
    @Option(help: "Label of the certificate on the token, where it has several.") var keyLabel: String?
    @Option(help: "Its identifier in hexadecimal.") var keyID: String?
    @Option(help: "File whose first line is the PIN of the token or of the remote key.", completion: .file())
    var pinFile: String?

    @OptionGroup(title: "Remote key") var service: ServiceOptions

    func validate() throws {
        let ways = [p12, pkcs11Module, service.cscURL].compactMap(\.self)
        guard ways.count == 1 else {
            throw ValidationError("Cần đúng một khóa ký: --p12, --pkcs11-module hoặc --csc-url.")
        }
        if p12 != nil, passfile == nil { throw ValidationError("--p12 cần --passfile: tệp có mã PIN ở dòng đầu.") }
        if pkcs11Module != nil, token == nil || pinFile == nil {
            throw ValidationError("--pkcs11-module cần --token và --pin-file.")
        }
    }

    func open() async throws -> any SigningKey {
        if let p12, let passfile {
            return try PKCS12Key(data: try contents(p12), passphrase: try secret(passfile))
        }
        if let pkcs11Module, let token, let pinFile {
            let certificate = try await fingerprint(pkcs11Module, token)
            return try await PKCS11Key.open(
                modulePath: pkcs11Module, token: TokenName(label: token), fingerprint: certificate,
                pin: try secret(pinFile))
        }
        return try await service.open(pin: try pinFile.map(secret) ?? "")
    }

    /// The certificate meant by label or identifier; nil leaves the choice to the token, which then has one only.
    private func fingerprint(_ module: String, _ token: String) async throws -> String? {
        guard keyLabel != nil || keyID != nil else { return nil }
        let facts = try await PKCS11Module.at(module).present().filter { $0.name.label == token }
        let meant = facts.flatMap(\.certificates).filter { found in
            (keyLabel == nil || found.label == keyLabel)
                && (keyID == nil || found.id == Data(hex: (keyID ?? "").lowercased()))
        }
        guard let certificate = meant.first?.certificate else { throw KeyHolderError.noSuchKey }
        return certificate.fingerprint
    }
}

/// A key kept by a signing service (Cloud Signature Consortium API v2).
struct ServiceOptions: ParsableArguments {
    @Option(name: .customLong("csc-url"), help: "Address of the service, up to /csc/v2.") var cscURL: String?
    @Option(help: "Identifier of this client at the service.") var cscClient: String?
    @Option(help: "File whose first line is the client's secret.", completion: .file()) var cscSecretFile: String?
    @Option(help: "The credential that signs; the only one of the account unless given.") var credential: String?
    @Option(help: "One-time password, where the credential asks for one.") var otp: String?

    func open(pin: String) async throws -> any SigningKey {
        guard let cscURL, let url = URL(string: cscURL), url.host != nil, let cscClient, let cscSecretFile else {
            throw ValidationError("--csc-url cần một địa chỉ, --csc-client và --csc-secret-file.")
        }
        let service = CSCService(url: url, clientID: cscClient, clientSecret: try secret(cscSecretFile))
        let client = CSCClient(service, transport: Self.transport)
        var known = [credential].compactMap(\.self)
        if known.isEmpty { known = try await client.credentials(userID: nil) }
        guard known.count == 1, let id = known.first else {
            throw ValidationError("Tài khoản có \(known.count) chứng thư số; hãy chọn một bằng --credential.")
        }
        return try CSCKey(
            try await client.credential(id), client: client,
            authorization: CSCAuthorization(pin: pin, otp: otp ?? "", description: "vastoffice sign"))
    }

    private static var transport: RemoteTransport {
        let live = HTTPTransport.live(answerLimitBytes: RemoteCall.answerLimitBytes)
        return RemoteTransport { call in
            let answer = try await live.send(
                HTTPCall(
                    url: call.url, headers: call.headers, body: call.body, timeoutSeconds: RemoteCall.timeoutSeconds))
            return RemoteAnswer(status: answer.status, body: answer.body)
        }
    }
}

/// A key whose holder keeps its own certificate only, as tokens often do, with the issuers named beside it.
struct CompletedKey: SigningKey {
    private let key: any SigningKey
    let chain: [Certificate]
    var certificate: Certificate { key.certificate }

    init(_ key: any SigningKey, issuers: [Certificate]) {
        self.key = key
        var chain = key.chain
        while chain.count < 8, let last = chain.last ?? Optional(key.certificate), !last.isSelfIssued,
            let issuer = issuers.first(where: { $0.subject == last.issuer && !$0.isSelfIssued })
        {
            chain.append(issuer)
        }
        self.chain = chain
    }

    func sign(_ message: Data, digest: DigestAlgorithm) async throws -> Data {
        try await key.sign(message, digest: digest)
    }

    func signPSS(_ message: Data, digest: DigestAlgorithm) async throws -> Data {
        try await key.signPSS(message, digest: digest)
    }
}
