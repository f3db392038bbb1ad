import Foundation

/// Whether bytes are an XMP packet and nothing else: one element `xmpmeta` or `RDF` whose tags match, without entities
/// or document type (ISO 16684-1 §7).
enum XMPPacket {
    static func isWellFormed(_ data: Data) -> Bool {
        data.withUnsafeBytes { bytes in
            var scanner = Scanner(bytes: bytes)
            return scanner.run()
        }
    }

    private struct Scanner {
        let bytes: UnsafeRawBufferPointer
        private var position = 0
        private var open: [Range<Int>] = []
        private var rootSeen = false

        private static let maximumDepth = 64

        init(bytes: UnsafeRawBufferPointer) {
            self.bytes = bytes
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        }

        mutating func run() -> Bool {
            while position < bytes.count {
                if bytes[position] == 0x3C {
                    guard tag() else { return false }
                } else {
                    // Outside the root only white space may stand; padding with zeros is known from writers.
                    guard !open.isEmpty || bytes[position] <= 0x20 else { return false }
                    position += 1
                }
            }
            return rootSeen && open.isEmpty
        }

        private mutating func tag() -> Bool {
            if skip("<?", to: "?>") || skip("<!--", to: "-->") || (!open.isEmpty && skip("<![CDATA[", to: "]]>")) {
                return true
            }
            guard position + 1 < bytes.count, bytes[position + 1] != 0x21 else { return false }
            return bytes[position + 1] == 0x2F ? close() : start()
        }

        private func has(_ word: StaticString, at place: Int) -> Bool {
            let count = word.utf8CodeUnitCount
            guard place + count <= bytes.count else { return false }
            return (0..<count).allSatisfy { bytes[place + $0] == word.utf8Start[$0] }
        }

        private mutating func skip(_ opening: StaticString, to closing: StaticString) -> Bool {
            guard has(opening, at: position) else { return false }
            var place = position + opening.utf8CodeUnitCount
            while place < bytes.count, !has(closing, at: place) { place += 1 }
            guard place < bytes.count else { return false }
            position = place + closing.utf8CodeUnitCount
            return true
        }

        private func name(from start: Int) -> Range<Int> {
            var end = start
            while end < bytes.count, bytes[end] > 0x20, bytes[end] != 0x2F, bytes[end] != 0x3E, bytes[end] != 0x3C {
                end += 1
            }
            return start..<end
        }

        private mutating func start() -> Bool {
            let name = name(from: position + 1)
            guard !name.isEmpty, open.count < Self.maximumDepth, let end = endOfTag(from: name.upperBound) else {
                return false
            }
            if open.isEmpty {
                guard !rootSeen, isRoot(name) else { return false }
                rootSeen = true
            }
            if bytes[end - 1] != 0x2F { open.append(name) }
            position = end + 1
            return true
        }

        private func isRoot(_ name: Range<Int>) -> Bool {
            let local = bytes[name].split(separator: 0x3A).last.map { String(decoding: $0, as: UTF8.self) }
            return local == "xmpmeta" || local == "RDF"
        }

        /// The closing bracket, quoted values skipped.
        private func endOfTag(from start: Int) -> Int? {
            var quote: UInt8 = 0
            for place in start..<bytes.count {
                let byte = bytes[place]
                if quote != 0 {
                    if byte == quote { quote = 0 }
                } else if byte == 0x22 || byte == 0x27 {
                    quote = byte
                } else if byte == 0x3E {
                    return place
                } else if byte == 0x3C {
                    return nil
                }
            }
            return nil
        }

        private mutating func close() -> Bool {
            let name = name(from: position + 2)
            guard let last = open.popLast(), bytes[last].elementsEqual(bytes[name]),
                let end = endOfTag(from: name.upperBound)
            else { return false }
            position = end + 1
            return true
        }
    }
}
