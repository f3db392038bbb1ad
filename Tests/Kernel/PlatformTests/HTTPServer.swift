import Digests
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOSSL
import Synchronization

@testable import Platform

/// A real server on a free port of this machine, with or without TLS, that notes what was asked of it. A class because
/// it stops with its last owner.
final class HTTPServer: Sendable {
    let address: URL
    private let task: Task<Void, any Error>
    private let note: Note

    /// What was asked for, in order.
    var asked: [String] { note.paths.withLock { $0 } }

    private final class Note: Sendable {
        let paths = Mutex<[String]>([])
        func add(_ path: String) { paths.withLock { $0.append(path) } }
    }

    private init(address: URL, task: Task<Void, any Error>, note: Note) {
        self.address = address
        self.task = task
        self.note = note
    }

    deinit { task.cancel() }

    static func start(_ tls: TLSConfiguration? = nil) async throws -> HTTPServer {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let note = Note()
        let server: HTTPServerBuilder = try tls.map { try .tls(.http1(), tlsConfiguration: $0) } ?? .http1()
        let application = Application(
            router: router(note), server: server, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) })
        let task = Task { try await application.runService() }
        let number = await ports.first { _ in true } ?? 0
        guard let url = URL(string: "\(tls == nil ? "http" : "https")://localhost:\(number)") else {
            throw HTTPTransportError.unreachable("no port")
        }
        return HTTPServer(address: url, task: task, note: note)
    }

    private static func router(_ note: Note) -> Router<BasicRequestContext> {
        let router = Router()
        router.get("hello") { _, _ in
            note.add("hello")
            return "xin chào"
        }
        router.get("big") { _, _ in
            note.add("big")
            return ByteBuffer(repeating: 65, count: 1 << 20)
        }
        router.get("broken") { _, _ -> Response in
            note.add("broken")
            return Response(
                status: .ok,
                body: ResponseBody(contentLength: 9) { writer in
                    try await writer.write(ByteBuffer(string: "xin"))
                    throw CancellationError()
                })
        }
        router.get("silent") { _, _ -> Response in
            note.add("silent")
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        router.post("digest") { request, _ in
            note.add("digest")
            var hasher = Digests.Hasher(.sha256)
            var count = 0
            for try await piece in request.body {
                hasher.update(Data(piece.readableBytesView))
                count += piece.readableBytes
            }
            return "\(hasher.value().hex) \(count)"
        }
        router.get("moved") { request, _ -> Response in
            note.add("moved")
            let place = request.uri.queryParameters.get("to") ?? "/hello"
            return Response(status: .found, headers: [.location: place])
        }
        return router
    }
}

/// Certificates of a day, made by OpenSSL.
struct TLSParty {
    let certificate: Data
    let key: Data
    /// Hexadecimal SHA-256 of the public key.
    let pin: String

    var chain: [NIOSSLCertificateSource] {
        get throws { try NIOSSLCertificate.fromPEMBytes([UInt8](certificate)).map { .certificate($0) } }
    }

    func server() throws -> TLSConfiguration {
        .makeServerConfiguration(
            certificateChain: try chain,
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: [UInt8](key), format: .pem)))
    }

    /// A self-made certificate for `localhost`, or for the name of a client.
    static func make(_ name: String, in folder: URL) throws -> TLSParty {
        let (key, certificate) = (folder.appending(path: "\(name).key"), folder.appending(path: "\(name).crt"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key.path, "-out", certificate.path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let pem = try Data(contentsOf: certificate)
        let spki = try NIOSSLCertificate.fromPEMBytes([UInt8](pem))[0].extractPublicKey().toSPKIBytes()
        return TLSParty(certificate: pem, key: try Data(contentsOf: key), pin: sha256Hex(spki))
    }
}
