import Foundation
import Testing

@testable import Digests

/// Mã do máy đặt không bao giờ trùng.
@Suite struct RandomIdentifierTests {
    @Test func `an identifier is a random UUID in small letters`() {
        let identifier = randomIdentifier()
        #expect(UUID(uuidString: identifier)?.uuidString.lowercased() == identifier)
        let characters = Array(identifier)
        #expect(characters[14] == "4" && "89ab".contains(characters[19]))
    }

    @Test func `no two are alike, and each digit varies but those that tell the version`() {
        let many = (0..<1_000).map { _ in Array(randomIdentifier()) }
        #expect(Set(many).count == many.count)
        let fixed = many[0].indices.filter { place in many.allSatisfy { $0[place] == many[0][place] } }
        #expect(fixed == [8, 13, 14, 18, 23])
    }
}
