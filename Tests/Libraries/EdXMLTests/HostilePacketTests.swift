import Foundation
import Testing

@testable import EdXML

/// Gói hỏng hay cố ý phá hoại luôn có câu trả lời, không bao giờ làm dừng chương trình.
@Suite struct HostilePacketTests {
    private func isAnswered(_ data: Data) -> Bool {
        let result = PacketReader().read(data)
        return (result.packet == nil) == (result.refused != nil)
    }

    @Test(arguments: 1...120)
    func `bytes changed, removed, doubled or moved always get an answer`(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array((Fixture.all.randomElement(using: &generator) ?? "").utf8)
        for _ in 0..<Int.random(in: 1...12, using: &generator) where bytes.count > 8 {
            generator.mutate(&bytes)
        }
        #expect(isAnswered(Data(bytes)))
    }

    @Test(arguments: Fixture.all.indices)
    func `a packet cut anywhere always gets an answer`(index: Int) {
        let bytes = Array(Fixture.all[index].utf8)
        for length in stride(from: 0, to: bytes.count, by: 97) {
            #expect(isAnswered(Data(bytes[..<length])))
        }
    }

    @Test func `random bytes after a valid start always get an answer`() {
        for seed in 1...200 {
            var generator = SeededGenerator(seed: seed)
            let tail = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(isAnswered(Data("<edXML><edXMLEnvelope>".utf8) + Data(tail)))
        }
    }

    @Test(arguments: 1...200)
    func `damaged archives never crash the reader`(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(Fixture.data(Fixture.zippedPDF))
        for _ in 0..<Int.random(in: 1...6, using: &generator) where bytes.count > 8 { generator.mutate(&bytes) }
        let attachment = PacketAttachment.decoded(Data(bytes).base64EncodedString(), name: "a.pdf")
        #expect(attachment.content.count < 1 << 20)
    }
}

extension SeededGenerator {
    mutating func mutate(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0..<bytes.count, using: &self)
        switch Int.random(in: 0...4, using: &self) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &self)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + 60))
        default: bytes[place] = Array("<>&/\"='; \u{0}".utf8).randomElement(using: &self) ?? 0
        }
    }
}
