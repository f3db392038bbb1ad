// Message digests, message authentication and random bytes from libcrypto, as values.
internal import CLibcrypto
package import Foundation

/// A digest algorithm of the SHA family; SHA-1 only to read what old files carry.
package enum DigestAlgorithm: String, Sendable, CaseIterable, Codable {
    case sha1, sha256, sha384, sha512

    /// Digest length in bytes.
    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The `EVP_MD` of this algorithm, for libraries that call libcrypto themselves; static, never freed.
    package var evp: OpaquePointer? {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}

/// A running digest: feed it pieces, take the value at the end, or copy it midway and go on.
package struct Hasher: ~Copyable {
    private let context: OpaquePointer?
    private let byteCount: Int

    package init(_ algorithm: DigestAlgorithm = .sha256) {
        context = EVP_MD_CTX_new()
        byteCount = algorithm.byteCount
        EVP_DigestInit_ex(context, algorithm.evp, nil)
    }

    private init(copying other: OpaquePointer?, byteCount: Int) {
        context = EVP_MD_CTX_new()
        self.byteCount = byteCount
        EVP_MD_CTX_copy_ex(context, other)
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        EVP_DigestUpdate(context, base, bytes.count)
    }

    package mutating func update(_ data: some ContiguousBytes) {
        data.withUnsafeBytes { update($0) }
    }

    /// A second digest that has read the same so far.
    package func copy() -> Hasher { Hasher(copying: context, byteCount: byteCount) }

    /// The digest of what was fed so far; the hasher may be fed further.
    package func value() -> Data {
        let copy = copy()
        var out = [UInt8](repeating: 0, count: byteCount)
        EVP_DigestFinal_ex(copy.context, &out, nil)
        return Data(out)
    }
}

extension DigestAlgorithm {
    package func digest(_ data: some ContiguousBytes) -> Data {
        var hasher = Hasher(self)
        hasher.update(data)
        return hasher.value()
    }
}

/// Lower-case hexadecimal SHA-256 of `data`: 64 characters.
package func sha256Hex(_ data: some ContiguousBytes) -> String {
    DigestAlgorithm.sha256.digest(data).hex
}

/// HMAC-SHA256 (RFC 2104): 32 bytes.
package func hmacSHA256(key: Data, message: Data) -> Data {
    var out = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    key.withUnsafeBytes { keyBytes in
        message.withUnsafeBytes { bytes in
            _ = HMAC(
                EVP_sha256(), keyBytes.baseAddress, Int32(keyBytes.count),
                bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &out, &length)
        }
    }
    return Data(out)
}

/// Cryptographically strong random bytes.
package func randomBytes(_ count: Int) -> Data {
    var out = [UInt8](repeating: 0, count: count)
    precondition(RAND_bytes(&out, Int32(count)) == 1, "the system's random generator failed")
    return Data(out)
}

/// Compares without telling by its duration where the two differ.
package func constantTimeEqual(_ a: Data, _ b: Data) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}

extension Data {
    /// Lower-case hexadecimal text, two characters a byte.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var out = [UInt8]()
        out.reserveCapacity(count * 2)
        for byte in self {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Bytes from hexadecimal text; nil for an odd length or any other character.
    package init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var out = [UInt8]()
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
            out.append(high << 4 | low)
        }
        self.init(out)
    }
}

private func nibble(_ character: UInt8) -> UInt8? {
    switch character {
    case 48...57: character - 48
    case 97...102: character - 87
    case 65...70: character - 55
    default: nil
    }
}
