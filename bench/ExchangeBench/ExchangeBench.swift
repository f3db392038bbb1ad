// Times packets and the directory inside one process: `ExchangeBench TASK name=value …` prints JSON.
import Digests
import Directory
import EdXML
import Exchange
import Foundation
import Platform
import Records

/// What one run is told, by name.
struct Arguments {
    private let values: [String: String]

    init(_ words: some Sequence<String>) {
        let pairs = words.map { word in word.split(separator: "=", maxSplits: 1).map(String.init) }
        values = Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }

    func text(_ name: String) throws -> String {
        guard let value = values[name] else { throw Usage() }
        return value
    }

    func number(_ name: String) throws -> Int { try Int(text(name)) ?? 1 }
    func folder(_ name: String) throws -> URL { URL(filePath: try text(name)) }
}

struct Usage: Error, CustomStringConvertible {
    let description = """
        ExchangeBench packet megabytes= rounds= folder=     reading and writing beside base64 and SHA-256 alone
        ExchangeBench idle                                  does nothing: what a process needs to be there
        ExchangeBench write megabytes= folder=              writes folder/packet.edxml from a file
        ExchangeBench read folder=                          reads it into files of the folder
        ExchangeBench directory agencies= keys= folder= database=
        """
}

@main struct ExchangeBench {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let arguments = Arguments(words.dropFirst())
        let told: [String: Double] =
            switch words.first {
            case "packet": try PacketTimes(arguments).told
            case "idle": [:]
            case "write": try PacketFiles.write(arguments)
            case "read": try PacketFiles.read(arguments)
            case "directory": try await DirectoryTimes(arguments).told()
            default: throw Usage()
            }
        print(String(decoding: try JSONSerialization.data(withJSONObject: told, options: .sortedKeys), as: UTF8.self))
    }

    /// Bytes that no compression makes smaller, the same every time.
    static func noise(_ count: Int) -> Data {
        var state: UInt64 = 42
        var out = Data(capacity: count)
        while out.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            withUnsafeBytes(of: state) { out.append(contentsOf: $0.prefix(count - out.count)) }
        }
        return out
    }

    static func packet(_ source: ByteSource) -> DocumentPacket {
        DocumentPacket(
            sender: Party(agencyCode: "000.00.00.G31", name: "Viện Hàn lâm"),
            recipients: [Party(agencyCode: "000.00.97.G31")], code: .init(number: "7", notation: "VHL-VP"),
            issuedOn: PacketDay(year: 2026, month: 11, day: 23), documentType: .init(number: 18, name: "Công văn"),
            subject: "Về việc kiểm tra", documentId: "000.00.00.G31,2026/11/23,7/VHL-VP",
            attachments: [PacketAttachment(contentId: "1", name: "a.bin", source: source)])
    }

    /// Milliseconds of the middle one of many.
    static func median(_ rounds: Int, _ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0..<rounds {
            let time = try clock.measure { try body() }
            times.append(Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1000)
        }
        return times.sorted()[rounds / 2]
    }
}

/// Reading and writing one packet beside what cannot be saved: base64 of the attachment and its digest.
struct PacketTimes {
    let told: [String: Double]

    init(_ arguments: Arguments) throws {
        let (rounds, folder) = (try arguments.number("rounds"), try arguments.folder("folder"))
        let content = ExchangeBench.noise(try arguments.number("megabytes") << 20)
        let file = folder.appending(path: "one.edxml")
        let packet = ExchangeBench.packet(ByteSource(content))
        let bytes = PacketWriter().write(packet)
        try bytes.write(to: file)
        let (text, source) = (content.base64EncodedData(), ByteSource(bytes))
        told = [
            "decode_floor_ms": ExchangeBench.median(rounds) {
                let decoded = Data(base64Encoded: text) ?? Data()
                precondition(DigestAlgorithm.sha256.digest(decoded).count == 32)
            },
            "encode_floor_ms": ExchangeBench.median(rounds) {
                precondition(content.base64EncodedData().count + DigestAlgorithm.sha256.digest(content).count > 0)
            },
            "file_floor_ms": try ExchangeBench.median(rounds) {
                let decoded = Data(base64Encoded: text) ?? Data()
                precondition(DigestAlgorithm.sha256.digest(decoded).count == 32)
                // Given up at once: written like an attachment that nobody takes over.
                var draft = try FileDraft(for: folder.appending(path: "floor.bin"))
                try draft.append(decoded)
            },
            "read_ms": try ExchangeBench.median(rounds) {
                let packet = try PacketReader().read(source, attachments: .memory).packet
                precondition(packet != nil)
            },
            "read_to_file_ms": try ExchangeBench.median(rounds) {
                let source = try ByteSource(contentsOf: file)
                let packet = try PacketReader().read(source, attachments: .folder(folder)).packet
                precondition(packet != nil)
            },
            "write_ms": try ExchangeBench.median(rounds) {
                var hasher = Digests.Hasher(.sha256)
                try PacketWriter().write(.document(packet)) { hasher.update($0) }
                precondition(hasher.value().count == 32)
            },
        ]
    }
}

/// One large packet from file to file, for its peak of memory.
enum PacketFiles {
    static func write(_ arguments: Arguments) throws -> [String: Double] {
        let folder = try arguments.folder("folder")
        let attachment = folder.appending(path: "attachment.bin")
        var draft = try FileDraft(for: attachment)
        let piece = ExchangeBench.noise(1 << 20)
        for _ in 0..<(try arguments.number("megabytes")) { try draft.append(piece) }
        try draft.commit()
        var out = try FileDraft(for: folder.appending(path: "packet.edxml"))
        try PacketWriter().write(.document(ExchangeBench.packet(try ByteSource(contentsOf: attachment)))) {
            try out.append(Data($0))
        }
        let count = out.count
        try out.commit()
        return ["bytes": Double(count)]
    }

    static func read(_ arguments: Arguments) throws -> [String: Double] {
        let folder = try arguments.folder("folder")
        let result = try PacketReader().read(
            try ByteSource(contentsOf: folder.appending(path: "packet.edxml")), attachments: .folder(folder))
        guard case .document(let packet) = result.packet else { throw Usage() }
        return ["bytes": Double(packet.attachments[0].byteCount)]
    }
}
