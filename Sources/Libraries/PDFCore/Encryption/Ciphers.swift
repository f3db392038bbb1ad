internal import CLibcrypto
import Digests
import Foundation

/// RC4, which libcrypto keeps in a provider that need not be there; only to read and continue old files.
struct RC4 {
    private var state = [UInt8](0...255)
    private var (i, j) = (0, 0)

    init(key: [UInt8]) {
        var j = 0
        for i in 0..<256 where !key.isEmpty {
            j = (j + Int(state[i]) + Int(key[i % key.count])) & 255
            state.swapAt(i, j)
        }
    }

    mutating func process(_ input: Data) -> Data {
        Data(
            [UInt8](unsafeUninitializedCapacity: input.count) { out, count in
                for byte in input {
                    i = (i + 1) & 255
                    j = (j + Int(state[i])) & 255
                    state.swapAt(i, j)
                    out[count] = byte ^ state[(Int(state[i]) + Int(state[j])) & 255]
                    count += 1
                }
            })
    }

    static func process(_ input: Data, key: [UInt8]) -> Data {
        var cipher = RC4(key: key)
        return cipher.process(input)
    }
}

/// AES in cipher block chaining, without padding of its own.
enum AES {
    /// `key` of 16 or 32 bytes; whole blocks only, nil otherwise.
    static func cbc(_ input: Data, key: [UInt8], iv: [UInt8], encrypts: Bool) -> Data? {
        guard key.count == 16 || key.count == 32, iv.count == 16, input.count.isMultiple(of: 16),
            let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        let cipher = key.count == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc()
        guard EVP_CipherInit_ex(context, cipher, nil, key, iv, encrypts ? 1 : 0) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else { return nil }
        var isDone = true
        let out = [UInt8](unsafeUninitializedCapacity: input.count + 16) { buffer, count in
            input.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 1 << 24) {
                    let end = min(start + (1 << 24), bytes.count)
                    let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end]).bindMemory(to: UInt8.self)
                    var written: Int32 = 0
                    let place = buffer.baseAddress.map { $0 + count }
                    isDone =
                        isDone
                        && EVP_CipherUpdate(context, place, &written, piece.baseAddress, Int32(piece.count)) == 1
                    count += Int(written)
                }
            }
        }
        return isDone ? Data(out) : nil
    }

    /// An initialisation vector, then the blocks, the last padded as PKCS #7 says (ISO 32000-2 §7.6.3.1).
    static func sealed(_ input: Data, key: [UInt8]) -> Data {
        let iv = randomBytes(16)
        let padding = 16 - input.count % 16
        let padded = input + Data(repeating: UInt8(padding), count: padding)
        return iv + (cbc(padded, key: key, iv: [UInt8](iv), encrypts: true) ?? Data())
    }

    /// What `sealed` made; blocks cut off or badly padded give what can be read, as readers do.
    static func opened(_ input: Data, key: [UInt8]) -> Data {
        guard input.count >= 32 else { return Data() }
        let blocks = input.dropFirst(16)
        let whole = blocks.prefix(blocks.count / 16 * 16)
        guard let plain = cbc(whole, key: key, iv: [UInt8](input.prefix(16)), encrypts: false) else { return Data() }
        guard let padding = plain.last, (1...16).contains(padding) else { return plain }
        return plain.dropLast(Int(padding))
    }
}

/// MD5, only for the keys of old encryption.
func md5(_ input: Data) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 16)
    _ = input.withUnsafeBytes { bytes in
        EVP_Digest(bytes.baseAddress, bytes.count, &out, nil, EVP_md5(), nil)
    }
    return out
}
