import Foundation

/// Where the authentication code of a revision stands, as its trailer says (/AuthCode, ISO/TS 32004).
enum RevisionCode: Sendable {
    /// In the trailer itself.
    case standalone(byteCount: Int)
    /// Inside the signature this revision adds.
    case attached(to: PDFReference)

    /// Room for a code that stands by itself; nil for one that does not.
    var room: HoleDictionary? {
        guard case .standalone(let count) = self else { return nil }
        return HoleDictionary(["MACLocation": .name("Standalone")], hole: "MAC", capacity: count)
    }

    var body: Data {
        switch self {
        case .standalone: room?.body ?? Data()
        case .attached(let reference):
            PDFObject.dictionary([
                "MACLocation": .name("AttachedToSig"), "SigObjRef": .reference(reference),
            ]).encoded
        }
    }
}

extension ObjectWriter {
    /// A trailer, or the stream that takes its place, with `code` as its first member; tells where `code` starts.
    ///
    /// It is written byte for byte: the trailer is never encrypted, and the place of its hole must be known.
    mutating func write(trailer: PDFObject, _ code: RevisionCode?) -> Int {
        guard let code else {
            write(trailer)
            return bytes.count
        }
        write("<</AuthCode ")
        let start = bytes.count
        write(raw: code.body)
        write(" ")
        write(raw: trailer.encoded.dropFirst(2))
        return start
    }
}
