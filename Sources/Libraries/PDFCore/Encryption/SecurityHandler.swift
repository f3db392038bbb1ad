import Digests
import Foundation

/// Whether a file is encrypted, and whether it could be opened.
enum Security: Sendable {
    case none
    case unlocked(SecurityHandler)
    /// Names, numbers and places can be read, strings and streams cannot.
    case locked
}

/// Decrypts what is read from an encrypted file, and encrypts what is appended to it (ISO 32000-2 §7.6).
struct SecurityHandler: Sendable {
    enum Method: Sendable { case identity, rc4, aes128, aes256 }

    private let key: [UInt8]
    private let strings: Method
    private let streams: Method
    private let embeddedFiles: Method
    private let filters: [PDFName: Method]
    private let encryptsMetadata: Bool
    /// The encryption dictionary itself is in the clear.
    private let ownReference: PDFReference?
    /// What the keys of authentication codes are made with beside the file's key.
    private let codeSalt: Data?

    /// `dictionary` must hold no references. Without a password the empty one is tried.
    init(
        _ dictionary: PDFDictionary, identifier: Data, password: String?, reference: PDFReference?
    ) throws(PDFError) {
        let version = dictionary["V"]?.integer ?? 0
        encryptsMetadata = version < 4 || dictionary["EncryptMetadata"] != .boolean(false)
        ownReference = reference
        codeSalt = dictionary.integritySalt
        let methods = Methods(dictionary, version)
        filters = methods.named
        strings = methods["StrF"]
        streams = methods["StmF"]
        embeddedFiles = dictionary["EFF"] == nil ? streams : methods["EFF"]
        // Where only attached files are encrypted, the document itself is open to all.
        guard strings != .identity || streams != .identity else {
            key = []
            return
        }
        guard dictionary["Filter"]?.name == "Standard" else {
            throw PDFError(.unsupportedEncryption(dictionary["Filter"]?.name?.text ?? "?"))
        }
        guard [1, 2, 4, 5].contains(version) else { throw PDFError(.unsupportedEncryption("V \(version)")) }
        let opener = try StandardPassword(
            dictionary, keyBytes: Self.keyBytes(dictionary, version), identifier: identifier,
            encryptsMetadata: encryptsMetadata)
        guard let key = opener.key(password ?? "") ?? opener.key("") else {
            throw PDFError(password == nil ? .encrypted : .wrongPassword)
        }
        self.key = key
    }

    private static func keyBytes(_ dictionary: PDFDictionary, _ version: Int) -> Int {
        switch version {
        case 1: return 5
        case 2:
            let bits = dictionary["Length"]?.integer ?? 40
            return (5...16).contains(bits) ? bits : min(max(bits / 8, 5), 16)
        case 4: return 16
        default: return 32
        }
    }

    /// Crypt filters by name (§7.6.6).
    private struct Methods {
        private let dictionary: PDFDictionary
        private let version: Int
        let named: [PDFName: Method]

        init(_ dictionary: PDFDictionary, _ version: Int) {
            self.dictionary = dictionary
            self.version = version
            named = (dictionary["CF"]?.dictionary ?? [:]).mapValues { filter in
                switch filter.dictionary?["CFM"]?.name {
                case "V2": .rc4
                case "AESV2": .aes128
                case "AESV3": .aes256
                default: .identity
                }
            }
        }

        subscript(use: PDFName) -> Method {
            if version < 4 { return .rc4 }
            return named[dictionary[use]?.name ?? "Identity"] ?? .identity
        }
    }

    // MARK: reading

    func decrypted(_ found: IndirectObject) -> IndirectObject {
        var found = found
        found.object = transformed(found.object, found.reference, method: methodFound(in:)) { $0.opened($1, $2) }
        if let stream = found.object.stream { found.ownedBytes = stream.encoded.count }
        return found
    }

    /// Some programs (pyHanko is one) encrypt metadata that the file says is clear: it does not begin as such data do.
    private func methodFound(in stream: PDFStream) -> Method {
        let method = method(of: stream)
        let isSaidToBeClear = method == .identity && stream.dictionary["Type"]?.name == "Metadata" && !encryptsMetadata
        return isSaidToBeClear && !Self.beginsClear(stream.encoded) ? streams : method
    }

    /// Whether it begins as XML does, in UTF-8 or UTF-16, or as deflated data do (RFC 1950).
    private static func beginsClear(_ metadata: Data) -> Bool {
        let blanks: Set<UInt8> = [0x00, 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF]
        let head = metadata.prefix(64).filter { !blanks.contains($0) }.prefix(2)
        guard head.count == 2, let first = head.first, let second = head.last else { return true }
        let isXML = first == 0x3C && (second == 0x3F || second == 0x21 || (0x41...0x7A).contains(second))
        return isXML || first == 0x78 && (Int(first) << 8 | Int(second)).isMultiple(of: 31)
    }

    // MARK: writing

    func encrypted(_ object: PDFObject, as reference: PDFReference) -> PDFObject {
        transformed(object, reference, method: method(of:)) { $0.sealed($1, $2) }
    }

    // MARK: authentication

    /// Made of the file's key for this one purpose (ISO/TS 32004, pdfMacWrapKdf).
    var codeWrappingKey: Data? {
        guard let codeSalt, key.count == 32 else { return nil }
        return derivedKey(from: Data(key), salt: codeSalt, purpose: "PDFMAC")
    }

    // MARK: both ways

    private typealias Step = (Method, Data, [UInt8]) -> Data

    private func transformed(
        _ object: PDFObject, _ reference: PDFReference, method: (PDFStream) -> Method, _ step: Step
    ) -> PDFObject {
        if reference == ownReference { return object }
        guard case .stream(let stream) = object else { return strings(in: object, reference, step) }
        // Cross reference streams are never encrypted (§7.5.8.2).
        if stream.dictionary["Type"]?.name == "XRef" { return object }
        let dictionary = strings(in: .dictionary(stream.dictionary), reference, step).dictionary ?? [:]
        let method = method(stream)
        guard method != .identity, !key.isEmpty else { return .stream(PDFStream(dictionary, encoded: stream.encoded)) }
        return .stream(PDFStream(dictionary, encoded: step(method, stream.encoded, key(for: reference, method))))
    }

    private func strings(in object: PDFObject, _ reference: PDFReference, _ step: Step) -> PDFObject {
        if strings == .identity { return object }
        return Self.mapped(object, key(for: reference, strings)) { step(strings, $0, $1) }
    }

    /// All strings but the value of a signature, which holds what the signature is (§7.6.2).
    private static func mapped(_ object: PDFObject, _ key: [UInt8], _ step: (Data, [UInt8]) -> Data) -> PDFObject {
        switch object {
        case .string(let bytes): return .string(step(bytes, key))
        case .array(let values): return .array(values.map { mapped($0, key, step) })
        case .dictionary(let values):
            let isSignature = values["ByteRange"] != nil
            var made = values
            for (name, value) in values where !(isSignature && name == "Contents") && value.mayHoldStrings {
                made[name] = mapped(value, key, step)
            }
            return .dictionary(made)
        default: return object
        }
    }

    /// A stream's own crypt filter comes first (§7.6.6), then what its type asks for.
    private func method(of stream: PDFStream) -> Method {
        let dictionary = stream.dictionary
        let filters = dictionary["Filter"]?.array ?? dictionary["Filter"].map { [$0] } ?? []
        if filters.first?.name == "Crypt" {
            let parameters = dictionary["DecodeParms"]?.array?.first ?? dictionary["DecodeParms"]
            return self.filters[parameters?.dictionary?["Name"]?.name ?? "Identity"] ?? .identity
        }
        switch dictionary["Type"]?.name {
        case "Metadata" where !encryptsMetadata: return .identity
        case "EmbeddedFile": return embeddedFiles
        default: return streams
        }
    }

    /// Algorithm 1: a key of its own for each object, except with AES-256.
    private func key(for reference: PDFReference, _ method: Method) -> [UInt8] {
        if method == .aes256 { return key }
        var input = Data(key)
        input += (0..<3).map { UInt8(truncatingIfNeeded: reference.number >> ($0 * 8)) }
        input += (0..<2).map { UInt8(truncatingIfNeeded: reference.generation >> ($0 * 8)) }
        if method == .aes128 { input += Data("sAlT".utf8) }
        return Array(md5(input).prefix(min(key.count + 5, 16)))
    }
}

extension SecurityHandler.Method {
    fileprivate func opened(_ data: Data, _ key: [UInt8]) -> Data {
        switch self {
        case .identity: data
        case .rc4: RC4.process(data, key: key)
        case .aes128, .aes256: AES.opened(data, key: key)
        }
    }

    fileprivate func sealed(_ data: Data, _ key: [UInt8]) -> Data {
        switch self {
        case .identity: data
        case .rc4: RC4.process(data, key: key)
        case .aes128, .aes256: AES.sealed(data, key: key)
        }
    }
}

extension PDFObject {
    fileprivate var mayHoldStrings: Bool {
        switch self {
        case .string, .array, .dictionary: true
        default: false
        }
    }
}
