// Whom a connection over TLS may reach, and as whom.
internal import AsyncHTTPClient
internal import Digests
package import Foundation
internal import NIOCore
internal import NIOSSL

/// How one server proves itself, and we to it.
package struct HTTPTrust: Sendable, Hashable {
    /// PEM of the authorities that are believed; nil for those of the system.
    package var roots: Data?
    /// Lower-case hexadecimal SHA-256 of public keys (SubjectPublicKeyInfo): the server must have one of them. With
    /// pins and no `roots` the key alone decides, so that a certificate may be self-made.
    package var pins: Set<String>
    /// PEM of our certificate with its chain, and of its private key.
    package var certificate: Data?
    package var privateKey: Data?

    package init(roots: Data? = nil, pins: Set<String> = [], certificate: Data? = nil, privateKey: Data? = nil) {
        self.roots = roots
        self.pins = pins
        self.certificate = certificate
        self.privateKey = privateKey
    }

    /// A pin as people write it: hexadecimal with or without colons, or the base64 of HPKP and curl; nil for anything
    /// else.
    package static func pin(_ text: String) -> String? {
        let plain = text.replacing("sha256//", with: "").filter { $0 != ":" && !$0.isWhitespace }
        if let bytes = Data(hex: plain.lowercased()), bytes.count == 32 { return bytes.hex }
        return Data(base64Encoded: plain).flatMap { $0.count == 32 ? $0.hex : nil }
    }
}

extension HTTPTrust {
    /// TLS 1.2 or better (TT 15/2025/TT-BKHCN).
    func configuration() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        do {
            if let roots { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes([UInt8](roots))) }
            if let certificate, let privateKey {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes([UInt8](certificate)).map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: [UInt8](privateKey), format: .pem))
            }
        } catch {
            throw HTTPTransportError.untrusted("the certificates or the key of the connection cannot be read: \(error)")
        }
        if roots == nil, !pins.isEmpty { tls.certificateVerification = .none }
        return tls
    }

    /// Looks at the server's key before anything is said to it.
    func check(_ channel: any Channel) -> EventLoopFuture<Void> {
        let pins = pins
        guard !pins.isEmpty else { return channel.eventLoop.makeSucceededVoidFuture() }
        return channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
            let key = try certificate?.extractPublicKey().toSPKIBytes()
            guard let key, pins.contains(sha256Hex(key)) else {
                channel.close(promise: nil)
                throw HTTPTransportError.untrusted("the server's key is not the one that was agreed")
            }
        }.flatMapErrorThrowing { error in
            channel.close(promise: nil)
            throw error as? HTTPTransportError ?? .untrusted("the connection has no key to compare")
        }
    }
}
