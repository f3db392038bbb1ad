// A security module in software, filled with practice keys by the tools that people use for real ones.
package import Foundation
internal import SignatureCore
internal import Synchronization

/// SoftHSM in a folder of its own, as a copy of the module: it reads its configuration when it is initialised, and sees only
/// the tokens that are there then, so each set of tokens in a test process needs a module of its own, and each copy a
/// variable of its own that names its configuration.
package struct SoftHSM: Sendable {
    /// A token with the keys on it, each with its certificate and those of its issuers.
    package struct Token: Sendable {
        package let label: String
        package let pin: String
        /// PKCS#12 files, opened by `passphrase`.
        package let archives: [Data]

        package init(_ label: String, pin: String, archives: [Data]) {
            self.label = label
            self.pin = pin
            self.archives = archives
        }
    }

    package static let passphrase = "softhsm"
    package static let modulePath = [
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    ].first { FileManager.default.fileExists(atPath: $0) }
    package static let isPresent = modulePath != nil

    package let modulePath: String
    private let folder: URL
    private let variable: String
    private var configuration: URL { folder.appending(path: "softhsm2.conf") }
    private static let count = Mutex(0)

    package init(_ tokens: [Token]) throws {
        guard let original = Self.modulePath else { throw CounterpartError("SoftHSM is not installed") }
        folder = FileManager.default.temporaryDirectory.appending(path: "softhsm-\(UUID().uuidString)")
        modulePath = folder.appending(path: "module.so").path
        try FileManager.default.createDirectory(
            at: folder.appending(path: "tokens"), withIntermediateDirectories: true)
        variable = Self.count.withLock { count in
            count += 1
            return "SOFTHSM2_" + String(String(10_000 + count).suffix(4))
        }
        try Self.copy(original, to: modulePath, reading: variable)
        try Data("directories.tokendir = \(folder.path)/tokens\nlog.level = ERROR\n".utf8).write(to: configuration)
        for token in tokens { try fill(token) }
        setenv(variable, configuration.path, 1)
        _ = try PKCS11Module.at(modulePath)
    }

    private static func copy(_ original: String, to path: String, reading variable: String) throws {
        var module = try Data(contentsOf: URL(filePath: original))
        guard let name = module.range(of: Data("SOFTHSM2_CONF\0".utf8)) else {
            throw CounterpartError("SoftHSM reads no SOFTHSM2_CONF")
        }
        module.replaceSubrange(name, with: Data("\(variable)\0".utf8))
        try module.write(to: URL(filePath: path))
    }

    /// Pulls every token out.
    package func pullOut() throws {
        try FileManager.default.moveItem(at: folder.appending(path: "tokens"), to: folder.appending(path: "pulled"))
        try FileManager.default.createDirectory(at: folder.appending(path: "tokens"), withIntermediateDirectories: true)
    }

    package func putIn() throws {
        try FileManager.default.removeItem(at: folder.appending(path: "tokens"))
        try FileManager.default.moveItem(at: folder.appending(path: "pulled"), to: folder.appending(path: "tokens"))
    }

    private func fill(_ token: Token) throws {
        try run(
            "softhsm2-util", "--init-token", "--free", "--label", token.label, "--so-pin", "12345678", "--pin",
            token.pin)
        for (index, archive) in token.archives.enumerated() {
            try add(archive, to: token, id: index < 9 ? "0\(index + 1)" : "\(index + 1)")
        }
    }

    private func add(_ archive: Data, to token: Token, id: String) throws {
        let file = folder.appending(path: "key.p12").path
        let plain = folder.appending(path: "key.pem").path
        try archive.write(to: URL(filePath: file))
        try Program.run(
            "openssl", "pkcs12", "-in", file, "-nodes", "-nocerts", "-passin", "pass:\(Self.passphrase)", "-out", plain)
        try Program.run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", plain, "-out", plain + "8")
        try run(
            "softhsm2-util", "--import", plain + "8", "--token", token.label, "--label", id, "--id", id, "--pin",
            token.pin)
        let key = try PKCS12Key(data: archive, passphrase: Self.passphrase)
        try write(key.certificate, id: id, to: token)
        for issuer in key.chain { try write(issuer, id: "f" + id.suffix(1), to: token) }
    }

    private func run(_ arguments: String...) throws {
        try Program.run(
            ["env", "SOFTHSM2_CONF=\(configuration.path)", "\(variable)=\(configuration.path)"] + arguments)
    }

    private func write(_ certificate: Certificate, id: String, to token: Token) throws {
        let file = folder.appending(path: "certificate.der").path
        try certificate.der.write(to: URL(filePath: file))
        try run(
            "pkcs11-tool", "--module", modulePath, "--token-label", token.label, "--login", "--pin", token.pin,
            "--write-object", file, "--type", "cert", "--id", id, "--label", id)
    }
}

package struct CounterpartError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

enum Program {
    /// Standard output of a program that must succeed.
    @discardableResult
    static func run(_ arguments: String...) throws -> Data { try run(arguments) }

    @discardableResult
    static func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CounterpartError("\(arguments[0]): \(String(decoding: complaint + said, as: UTF8.self))")
        }
        return said
    }
}
