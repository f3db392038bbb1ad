// A remote signing service as a process of its own: Tests/Judges/signing_service.py.
package import Foundation
package import SignatureCore

/// Speaks the Cloud Signature Consortium API v2 over HTTP, holds real keys, and does wrong what it is told to.
package final class SigningServiceProcess: Sendable {
    package let url: URL
    /// Its standard input: closed with this process, which ends it.
    private let life = Pipe()

    package static let (clientID, clientSecret) = ("vien-han-lam", "bi-mat-cua-co-quan")
    package static let isPresent = FileManager.default.isExecutableFile(atPath: interpreter)
    private static let interpreter =
        ProcessInfo.processInfo.environment["VASTOFFICE_PYTHON"] ?? "\(root.path)/.tools/venv/bin/python"
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter archives: PKCS#12 files by the names of their credentials, opened by `SoftHSM.passphrase`.
    package init(_ archives: [String: Data]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "csc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, archive) in archives { try archive.write(to: folder.appending(path: "\(name).p12")) }
        let process = Process()
        process.executableURL = URL(filePath: Self.interpreter)
        process.arguments = [
            "-B", "\(Self.root.path)/Tests/Judges/signing_service.py", "--keys", folder.path, "--passphrase",
            SoftHSM.passphrase, "--client", Self.clientID, "--secret", Self.clientSecret,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = life
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)),
            let url = URL(string: "http://127.0.0.1:\(port)/csc/v2")
        else { throw CounterpartError("the signing service did not start: \(line)") }
        self.url = url
    }

    deinit { try? life.fileHandleForWriting.close() }

    package var service: CSCService {
        CSCService(url: url, clientID: Self.clientID, clientSecret: Self.clientSecret)
    }

    /// Tells how it is to behave from now on; see the script.
    package func behave(_ how: [String: String]) async throws {
        _ = try await Self.post(
            url.deletingLastPathComponent().deletingLastPathComponent().appending(path: "behave"),
            try JSONEncoder().encode(how), [("Content-Type", "application/json")])
    }

    /// Real calls over HTTP.
    package static let transport = RemoteTransport { call in
        let (status, body) = try await post(call.url, call.body, call.headers)
        return RemoteAnswer(status: status, body: body)
    }
}
