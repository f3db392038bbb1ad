/// Turns the indefinite lengths and pieced octet strings that some signers still write (BER, X.690 §8) into definite
/// ones. Elements without either are copied byte for byte, so what was signed stays what was signed.
struct BERNormaliser {
    private let bytes: [UInt8]
    private var elements = 0

    private struct Piece {
        var encoded: [UInt8]
        var end: Int
    }

    /// The first element of `bytes` with definite lengths, and how many bytes it took in the input.
    static func normalise(_ bytes: [UInt8]) throws(DERError) -> (encoded: [UInt8], consumed: Int) {
        guard bytes.count <= DERLimit.bytes else { throw DERError(reason: .tooLarge, offset: 0) }
        var normaliser = BERNormaliser(bytes: bytes)
        let piece = try normaliser.element(at: 0, end: bytes.count, depth: 0)
        return (piece.encoded, piece.end)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func element(at offset: Int, end: Int, depth: Int) throws(DERError) -> Piece {
        guard depth < DERLimit.depth else { throw DERError(reason: .tooDeep, offset: offset) }
        elements += 1
        guard elements <= DERLimit.elements else { throw DERError(reason: .tooMany, offset: offset) }
        let header = try DERHeader(bytes: bytes, offset: offset, end: end)
        let isConstructed = header.tag & 0x20 != 0
        if let length = header.length {
            guard length <= end - header.contentStart else { throw DERError(reason: .truncated, offset: offset) }
            let stop = header.contentStart + length
            guard isConstructed else { return Piece(encoded: Array(bytes[offset..<stop]), end: stop) }
            return try definite(header, at: offset, stop: stop, depth: depth)
        }
        guard isConstructed else { throw DERError(reason: .badLength, offset: offset) }
        return try indefinite(header, end: end, depth: depth)
    }

    private mutating func definite(
        _ header: DERHeader, at offset: Int, stop: Int, depth: Int
    ) throws(DERError) -> Piece {
        var content: [UInt8] = []
        var position = header.contentStart
        while position < stop {
            let piece = try element(at: position, end: stop, depth: depth + 1)
            content += piece.encoded
            position = piece.end
        }
        let isUnchanged =
            header.tag != DERTag.constructedOctetString
            && content.elementsEqual(bytes[header.contentStart..<stop])
        if isUnchanged { return Piece(encoded: Array(bytes[offset..<stop]), end: stop) }
        return Piece(encoded: try Self.join(header.tag, content, at: offset), end: stop)
    }

    private mutating func indefinite(_ header: DERHeader, end: Int, depth: Int) throws(DERError) -> Piece {
        var content: [UInt8] = []
        var position = header.contentStart
        while true {
            guard end - position >= 2 else { throw DERError(reason: .truncated, offset: position) }
            if bytes[position] == 0, bytes[position + 1] == 0 { break }
            let piece = try element(at: position, end: end, depth: depth + 1)
            content += piece.encoded
            position = piece.end
        }
        return Piece(encoded: try Self.join(header.tag, content, at: header.contentStart), end: position + 2)
    }

    /// A constructed OCTET STRING becomes the primitive one it stands for; anything else keeps its tag.
    private static func join(_ tag: UInt8, _ content: [UInt8], at offset: Int) throws(DERError) -> [UInt8] {
        guard tag == DERTag.constructedOctetString else { return DER.element(tag, content) }
        var reader = try DERReader(content)
        var joined: [UInt8] = []
        while !reader.isAtEnd { joined += try reader.next(DERTag.octetString, "OCTET STRING").content }
        return DER.element(DERTag.octetString, joined)
    }
}
