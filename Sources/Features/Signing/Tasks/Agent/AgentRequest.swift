// What the page hands to the signing program on a person's own computer (VGCASignService): one string for each question.
internal import Foundation
internal import Digests
internal import Platform
internal import SignatureCore

/// Functions of the signing program, each a path of its socket.
package enum AgentFunction: String, Codable, Sendable, CaseIterable {
    /// A person with authority signs a file.
    case approve = "SignApproved"
    /// The clerk seals a file with its number and date.
    case issue = "SignIssued"
    /// The mark on a separate attachment.
    case appendix = "SignAppendix"
    /// The seal on a copy of a scan.
    case copy = "SignCopy"
    /// A hash, or a text, in place of a file.
    case message = "SignMsg"
}

/// One question. A file is fetched and brought back by the program itself; a value is signed and handed to the page.
package struct AgentRequest: Encodable, Sendable, Hashable {
    package let function: String
    /// Set for a file; the page makes its addresses absolute.
    package var file: AgentFile?
    /// Set for a value: the very string that is sent.
    package var message: String?
    /// Where the page brings the value that comes back.
    package var answerTo: String?
}

/// The members are the program's own.
package struct AgentFile: Encodable, Sendable, Hashable {
    struct MetaData: Encodable, Sendable, Hashable {
        let Key: String
        let Value: String
    }
    let FileName: String
    let FileUploadHandler: String
    var SessionId = ""
    var JWTToken = ""
    let DocNumber: String
    let IssuedDate: String
    let MetaData: [MetaData]
}

/// How the program is asked, as the settings have it.
struct AgentManner: Sendable {
    /// PDF files: handed over as files, or signed by their hashes alone.
    let signsHashes: Bool
    /// Directives: by their hash, or as texts for programs whose `SignMsg` knows no hashes and answers a CMS.
    let signsTexts: Bool

    init(_ settings: Settings) throws(SettingsError) {
        signsHashes = try Self.choice(settings, "agent.signs", ["files", "hashes"]) == "hashes"
        signsTexts = try Self.choice(settings, "agent.directives", ["hashes", "texts"]) == "texts"
    }

    private static func choice(
        _ settings: Settings, _ key: String, _ choices: [String]
    ) throws(SettingsError) -> String? {
        guard let value = settings.text(key) else { return nil }
        guard choices.contains(value) else {
            throw .value(key: key, reason: "must be one of \(choices.joined(separator: ", "))")
        }
        return value
    }
}

/// The question of `SignMsg` for one hash.
struct AgentHash: Encodable {
    let Encode: String
    let HashAlg: String
    let HashValue: String

    init(_ request: CMSSignatureRequest) {
        Encode = if case .ecdsa = request.certificate.publicKey { "ECDSA" } else { "RSA" }
        HashAlg = request.digestAlgorithm.rawValue.uppercased()
        HashValue = request.digestAlgorithm.digest(request.messageToSign).base64EncodedString()
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self)
    }
}
