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

    @Test(arguments: [0, 127, 128, 255, 256, 70_000])
    func `an element of any length is read back whole`(count: Int) throws {
        let content = [UInt8](repeating: 7, count: count)
        var reader = try DERReader(DER.octets(content))
        #expect(try Array(reader.next().content) == content)
        #expect(reader.isAtEnd)
    }

    @Test(
        arguments: [
            [0x30], [0x30, 0x05], [0x30, 0x80], [0x30, 0x82, 0x01], [0x30, 0x85, 1, 1, 1, 1, 1], [0x1F, 0x01, 0x00],
            [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func `a header that promises more than there is is refused`(bytes: [UInt8]) throws {
        var reader = try DERReader(bytes)
        #expect(throws: DERError.self) { try reader.next() }
    }

    @Test func `nesting beyond the limit is refused when read and when normalised`() throws {
        var nested = DER.null
        for _ in 0..<100 { nested = DER.sequence(nested) }
        #expect(throws: DERError.self) { try descend(nested) }
        #expect(throws: DERError.self) { try BERNormaliser.normalise(nested) }
        #expect(throws: DERError.self) { try BERNormaliser.normalise([UInt8](repeating: 0x30, count: 1 << 16)) }
        #expect(throws: DERError.self) {
            try BERNormaliser.normalise(Array([UInt8](repeating: 0x30, count: 64).flatMap { [$0, 0x80] }))
        }
    }

    private func descend(_ bytes: [UInt8]) throws {
        var reader = try DERReader(bytes)
        while true { reader = try reader.next().reader() }
    }

    @Test func `more members than the limit are refused`() throws {
        var reader = try DERReader(DER.sequence(of: Array(repeating: DER.null, count: 300)))
        let value = try reader.next()
        #expect(throws: DERError.self) { try value.members() }
    }

    @Test func `indefinite lengths and pieced octet strings become definite and whole`() throws {
        let pieced: [UInt8] = [0x30, 0x80, 0x24, 0x80, 0x04, 2, 1, 2, 0x04, 1, 3, 0, 0, 0x02, 1, 5, 0, 0, 0, 0, 0]
        let (encoded, consumed) = try BERNormaliser.normalise(pieced)
        #expect(encoded == DER.sequence(DER.octets([1, 2, 3]), DER.integer(5)))
        #expect(consumed == 18)
    }

    @Test func `a set is written in the order of its encodings`() {
        #expect(DER.set(of: [DER.integer(3), DER.integer(1), DER.null]) == [0x31, 8, 2, 1, 1, 2, 1, 3, 5, 0])
    }

    @Test(arguments: [
        "1.2.840.113549.1.7.2", "2.5.29.15", "0.4.0.2023.1.1", "2.16.840.1.101.3.4.2.1", "1.3.6.1.4.1.32473.1.1",
    ])
    func `an object identifier is shown as it was given`(dotted: String) {
        #expect(ObjectIdentifier(dotted).description == dotted)
    }

    @Test func `an arc too big for a number is shown as unknown`() {
        let oversized = ObjectIdentifier(content: [0x2A] + [UInt8](repeating: 0xFF, count: 12) + [0x7F])
        #expect(oversized.description == "1.2.?")
    }

    @Test(arguments: [0.0, 951_782_400, 951_868_799, 1_772_680_530, 2_524_607_999, 2_524_608_000, 4_107_542_399])
    func `a time is read back to the second`(seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        var reader = try DERReader(DER.time(date))
        #expect(try reader.next().time() == date)
    }

    @Test(arguments: [
        ("20260305031530.25Z", 1_772_680_530.25), ("20260305101530+0700", 1_772_680_530),
        ("202603050315Z", 1_772_680_500),
    ])
    func `fractions, zones and missing seconds are understood`(text: String, seconds: Double) throws {
        var reader = try DERReader(DER.element(DERTag.generalizedTime, Array(text.utf8)))
        #expect(try reader.next().time().timeIntervalSince1970 == seconds)
    }

    @Test(arguments: ["", "2026", "20261305031530Z", "20260305251530Z", "2026030503153xZ", "20260305031530Zjunk"])
    func `what is no time is refused`(text: String) throws {
        var reader = try DERReader(DER.element(DERTag.generalizedTime, Array(text.utf8)))
        let value = try reader.next()
        #expect(throws: DERError.self) { try value.time() }
    }
}
