import Digests
import Foundation
import Testing

/// Khóa sinh từ khóa và khóa được bọc, theo các ví dụ của chuẩn.
@Suite struct KeyWrappingTests {
    private static let wrapping = Data(0..<32)
    private static let key = Data((0..<16).map { $0 * 0x11 }) + Data(0..<16)

    @Test func `the example of RFC 3394 is wrapped as it says, and unwrapped`() {
        let wrapped = KeyWrap.wrap(Self.key, under: Self.wrapping)
        #expect(
            wrapped?.hex
                == "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21")
        #expect(wrapped.flatMap { KeyWrap.unwrap($0, under: Self.wrapping) } == Self.key)
    }

    @Test func `a wrapped key that changed, or another's, is not unwrapped`() throws {
        var wrapped = try #require(KeyWrap.wrap(Self.key, under: Self.wrapping))
        #expect(KeyWrap.unwrap(wrapped, under: Data(count: 32)) == nil)
        wrapped[3] ^= 1
        #expect(KeyWrap.unwrap(wrapped, under: Self.wrapping) == nil)
    }

    @Test(arguments: [0, 8, 20, 33, 5000])
    func `what cannot be a key is neither wrapped nor unwrapped`(byteCount: Int) {
        #expect(KeyWrap.unwrap(Data(count: byteCount), under: Self.wrapping) == nil)
        #expect(byteCount == 5000 || KeyWrap.wrap(Data(count: byteCount), under: Self.wrapping) == nil)
        #expect(KeyWrap.wrap(Self.key, under: Data(count: 16)) == nil)
    }

    /// RFC 5869 appendix A.3, its first 32 bytes.
    @Test func `the example of RFC 5869 gives the key it says, and another purpose another one`() {
        let secret = Data(repeating: 0x0B, count: 22)
        #expect(
            derivedKey(from: secret, salt: Data(), purpose: "").hex
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
        #expect(
            derivedKey(from: secret, salt: Data(), purpose: "a") != derivedKey(from: secret, salt: Data(), purpose: ""))
    }
}
