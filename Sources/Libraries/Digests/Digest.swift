// Message digests, message authentication and random bytes from libcrypto, as values.
internal import CLibcrypto
package import Foundation

/// A digest algorithm. MD5 and SHA-1 only to read what old files carry.
package enum DigestAlgorithm: String, Sendable, CaseIterable, Codable {
    case md5, sha1, sha224, sha256, sha384, sha512
    case sha3With256 = "sha3-256"
    case sha3With384 = "sha3-384"
    case sha3With512 = "sha3-512"
    /// SHAKE256 with 512 bits of output, the digest beside Ed448 (RFC 8419 §2.3).
    case shake256

    /// Digest length in bytes.
    package var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256, .sha3With256: 32
        case .sha384, .sha3With384: 48
        case .sha512, .sha3With512, .shake256: 64
        }
    }

    /// The `EVP_MD` of this algorithm, for libraries that call libcrypto themselves; static, never freed.
    package var evp: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha224: EVP_sha224()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        case .sha3With256: EVP_sha3_256()
        case .sha3With384: EVP_sha3_384()
        case .sha3With512: EVP_sha3_512()
        case .shake256: EVP_shake256()
        }
    }
}

/// A running digest: feed it pieces, take the value at the end, or copy it midway and go on.
package struct Hasher: ~Copyable, Sendable {
    /// Of the context, which nobody else has: a hasher may go from thread to thread.
    private let address: UInt
    private let algorithm: DigestAlgorithm

    private var context: OpaquePointer? { OpaquePointer(bitPattern: address) }

    package init(_ algorithm: DigestAlgorithm = .sha256) {
        address = UInt(bitPattern: EVP_MD_CTX_new())
        self.algorithm = algorithm
        EVP_DigestInit_ex(context, algorithm.evp, nil)
    }

    private init(copying other: OpaquePointer?, _ algorithm: DigestAlgorithm) {
        address = UInt(bitPattern: EVP_MD_CTX_new())
        self.algorithm = algorithm
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
    package func copy() -> Hasher { Hasher(copying: context, algorithm) }

    /// The digest of what was fed so far; the hasher may be fed further.
    package func value() -> Data {
        let copy = copy()
        var out = [UInt8](repeating: 0, count: algorithm.byteCount)
        copy.finish(into: &out)
        return Data(out)
    }

    /// The digest of what was fed; nothing is copied.
    package consuming func finalValue() -> Data {
        var out = [UInt8](repeating: 0, count: algorithm.byteCount)
        finish(into: &out)
        return Data(out)
    }

    private borrowing func finish(into out: inout [UInt8]) {
        if algorithm == .shake256 {
            EVP_DigestFinalXOF(context, &out, out.count)
        } else {
            EVP_DigestFinal_ex(context, &out, nil)
        }
    }
}

extension DigestAlgorithm {
    package func digest(_ data: some ContiguousBytes) -> Data {
        var hasher = Hasher(self)
        hasher.update(data)
        return hasher.finalValue()
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

/// A name that nobody else gives: a UUID of version 4 (RFC 9562 §5.4), in small letters. Foundation's own is all zeros when
/// the process has no file descriptor left; this one asks the kernel without any, and rather ends the program than repeats.
package func randomIdentifier() -> String {
    var bytes = [UInt8](randomBytes(16))
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = Array(Data(bytes).hex)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
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
