import Foundation
import Testing

@testable import SignatureCore

/// Bộ đọc DER không bao giờ đọc quá cuối dữ liệu và có giới hạn.
struct DERTests {
    @Test(arguments: [0, 1, 127, 128, 255, 256, 65_535, 65_536, 16_777_216])
    func `an integer is written with as few octets as its sign allows`(value: Int) throws {
        var reader = try DERReader(DER.integer(value))
        let number = try reader.next()
        #expect(try number.smallInteger() == value)
        #expect(number.content.count == 1 || number.content.first != 0 || number.content.dropFirst().first ?? 0 >= 0x80)
    }
}
