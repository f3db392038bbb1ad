import Digests
import Foundation

/// Opens the standard security handler's dictionary with a password (ISO 32000-2 §7.6.4).
struct StandardPassword {
    private let revision: Int
    private let keyBytes: Int
    private let owner: Data
    private let user: Data
    private let ownerKey: Data
    private let userKey: Data
    private let permissions: Int
    private let identifier: Data
    private let encryptsMetadata: Bool

    init(
        _ dictionary: PDFDictionary, keyBytes: Int, identifier: Data, encryptsMetadata: Bool
    ) throws(PDFError) {
        revision = dictionary["R"]?.integer ?? 0
        guard (2...6).contains(revision) else { throw PDFError(.unsupportedEncryption("R \(revision)")) }
        self.keyBytes = revision == 2 ? 5 : keyBytes
        self.identifier = identifier
        self.encryptsMetadata = encryptsMetadata
        let verifierBytes = revision >= 5 ? 48 : 32
        owner = Data((dictionary["O"]?.string ?? Data()).prefix(verifierBytes))
        user = Data((dictionary["U"]?.string ?? Data()).prefix(verifierBytes))
        ownerKey = dictionary["OE"]?.string ?? Data()
        userKey = dictionary["UE"]?.string ?? Data()
        permissions = dictionary["P"]?.integer ?? 0
        // Some writers leave off the arbitrary half of /U.
        let leastUserBytes = revision == 3 || revision == 4 ? 16 : verifierBytes
        guard owner.count == verifierBytes, user.count >= leastUserBytes else {
            throw PDFError(.unsupportedEncryption("O, U"))
        }
    }

    /// The file's key by `password` as user's or owner's; nil when it is neither.
    func key(_ password: String) -> [UInt8]? {
        for bytes in revision >= 5 ? [Self.prepared(password)] : Self.legacyForms(password) {
            let key = revision >= 5 ? modernKey(bytes) : legacyKey(bytes)
            if let key { return key }
        }
        return nil
    }

    /// SASLprep as far as it matters to what people type: compatibility composition (§7.6.4.3.3).
    private static func prepared(_ password: String) -> Data {
        Data(password.precomposedStringWithCompatibilityMapping.utf8.prefix(127))
    }

    /// One byte a character where that is possible, and what writers do where it is not.
    private static func legacyForms(_ password: String) -> [Data] {
        let latin = password.data(using: .isoLatin1).map { [$0] } ?? []
        return latin + [Data(password.utf8)]
    }

    // MARK: revisions 2 to 4

    private static let padding = Data([
        0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08, 0x2E, 0x2E,
        0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
    ])

    private static func padded(_ password: Data) -> Data { (password + padding).prefix(32) }

    private func legacyKey(_ password: Data) -> [UInt8]? {
        if let key = userKey(Self.padded(password)) { return key }
        return userKey(userPassword(byOwner: password))
    }

    /// Algorithms 2 and 6.
    private func userKey(_ padded: Data) -> [UInt8]? {
        var input = padded + owner
        input += (0..<4).map { UInt8(truncatingIfNeeded: permissions >> ($0 * 8)) }
        input += identifier
        if revision >= 4, !encryptsMetadata { input += [0xFF, 0xFF, 0xFF, 0xFF] }
        var digest = md5(input)
        if revision >= 3 { for _ in 0..<50 { digest = md5(Data(digest.prefix(keyBytes))) } }
        let key = Array(digest.prefix(keyBytes))
        let count = revision == 2 ? 32 : 16
        return verifier(key).prefix(count) == user.prefix(count) ? key : nil
    }

    /// Algorithms 4 and 5.
    private func verifier(_ key: [UInt8]) -> Data {
        if revision == 2 { return RC4.process(Self.padding, key: key) }
        return (0..<20).reduce(Data(md5(Self.padding + identifier))) { value, round in
            RC4.process(value, key: key.map { $0 ^ UInt8(round) })
        }
    }

    /// Algorithm 7: the user's padded password as the owner's opens it.
    private func userPassword(byOwner password: Data) -> Data {
        var digest = md5(Self.padded(password))
        if revision >= 3 { for _ in 0..<50 { digest = md5(Data(digest.prefix(keyBytes))) } }
        let key = Array(digest.prefix(keyBytes))
        if revision == 2 { return RC4.process(owner, key: key) }
        return (0..<20).reversed().reduce(owner) { value, round in
            RC4.process(value, key: key.map { $0 ^ UInt8(round) })
        }
    }

    // MARK: revisions 5 and 6

    /// Algorithm 2.A: verifier, validation salt and key salt are 32, 8 and 8 bytes.
    private func modernKey(_ password: Data) -> [UInt8]? {
        if hash(password, user.piece(32..<40)) == user.prefix(32) {
            return unwrapped(userKey, hash(password, user.piece(40..<48)))
        }
        if hash(password, owner.piece(32..<40), user) == owner.prefix(32) {
            return unwrapped(ownerKey, hash(password, owner.piece(40..<48), user))
        }
        return nil
    }

    private func unwrapped(_ wrapped: Data, _ key: Data) -> [UInt8]? {
        guard wrapped.count >= 32 else { return nil }
        let zero = [UInt8](repeating: 0, count: 16)
        return AES.cbc(wrapped.prefix(32), key: [UInt8](key), iv: zero, encrypts: false).map { [UInt8]($0) }
    }

    /// SHA-256 in revision 5; in revision 6 algorithm 2.B, made to take its time.
    private func hash(_ password: Data, _ salt: Data, _ extra: Data = Data()) -> Data {
        var key = DigestAlgorithm.sha256.digest(password + salt + extra)
        guard revision == 6 else { return key }
        var (round, last) = (0, 0)
        while round < 64 || last > round - 32 {
            let unit = password + key + extra
            let repeated = Data((0..<64).flatMap { _ in unit })
            let sealed = AES.cbc(
                repeated, key: [UInt8](key.prefix(16)), iv: [UInt8](key.piece(16..<32)), encrypts: true)
            guard let sealed else { return Data() }
            let remainder = sealed.prefix(16).reduce(0) { $0 + Int($1) } % 3
            key = [DigestAlgorithm.sha256, .sha384, .sha512][remainder].digest(sealed)
            last = Int(sealed.last ?? 0)
            round += 1
        }
        return key.prefix(32)
    }
}
