// The XML signature of packets, made and looked at by xmlsec1 in a process of its own. Information only: nothing is
// accepted or refused for it (standards: the packet does not survive transport unchanged).
internal import EdXML
internal import Foundation
internal import Platform
internal import Records

/// The key under which this office signs its packets, where it does.
struct PacketSigner: Sendable {
    private let sandbox: Sandbox
    private let key: String
    private let certificate: String

    /// nil where `packet.signature.key` and `packet.signature.certificate` (PEM files) are not set.
    init?(_ ground: Groundwork) throws(SettingsError) {
        guard let key = ground.settings.text("packet.signature.key") else { return nil }
        certificate = try ground.settings.required("packet.signature.certificate")
        for (name, path) in [("key", key), ("certificate", certificate)]
        where !FileManager.default.isReadableFile(atPath: path) {
            throw .value(key: "packet.signature.\(name)", reason: "the file \(path) cannot be read")
        }
        sandbox = ground.sandbox
        self.key = key
    }

    /// Writes the packet in `file`, which has room for a signature, with its signature into `signed`. The largest packet
    /// takes xmlsec1 about twice its size of memory.
    func sign(_ file: URL, into signed: URL) async throws {
        _ = try await sandbox.run(
            "xmlsec1", ["--sign", "--privkey-pem", "\(key),\(certificate)", "--output", signed.path, file.path],
            limits: SandboxLimits(seconds: 60, memoryBytes: 1 << 30, outputBytes: 1 << 20))
    }
}

/// What can be told of the signature of a received packet.
enum PacketSignatureVerdict: Sendable, Hashable {
    case intact, altered
    case unverifiable(String)

    /// For the clerk.
    var sentence: String {
        switch self {
        case .intact: "Gói tin có chữ ký XML còn nguyên vẹn (chỉ để tham khảo)."
        case .altered: "Chữ ký XML của gói tin không còn khớp; gói có thể đã được trục viết lại (chỉ để tham khảo)."
        case .unverifiable(let reason): "Không kiểm tra được chữ ký XML của gói tin: \(reason) (chỉ để tham khảo)."
        }
    }
}

struct PacketSignatureCheck: Sendable {
    let sandbox: Sandbox

    /// nil where the packet carries no signature. What may not be given to the tool is told without asking it.
    func verdict(on packet: Packet?, in file: URL) async -> PacketSignatureVerdict? {
        guard case .document(let document) = packet, let claim = document.signatureClaim else { return nil }
        if let objection = claim.objection { return .unverifiable(objection.sentence) }
        do {
            // Only the whole document may be referred to. The certificate is not believed by this: whoever signed, it is
            // told whether the bytes are his.
            _ = try await sandbox.run(
                "xmlsec1",
                [
                    "--verify", "--insecure", "--enabled-reference-uris", "empty", "--enabled-key-data", "x509",
                    file.path,
                ],
                limits: SandboxLimits(seconds: 60, memoryBytes: 1 << 30, outputBytes: 1 << 20))
            return .intact
        } catch SandboxError.failed {
            return .altered
        } catch {
            return .unverifiable("công cụ kiểm tra không chạy được")
        }
    }
}
