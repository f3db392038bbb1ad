package import Foundation

extension PDFStream {
    /// The stream's content after its filters; those for images are reported, not guessed.
    ///
    /// Filter and parameters must be direct; `PDFDocument.decoded` resolves them first.
    package func decoded(limit: Int = PDFLimits.decodedBytes) throws(PDFError) -> Data {
        var work = 0
        return try decoded(limit: limit, work: &work)
    }

    /// The same; `work` grows by the bytes every filter gave, or may have given before it failed.
    func decoded(limit: Int, work: inout Int) throws(PDFError) -> Data {
        let filters = Self.list(dictionary["Filter"])
        let parameters = Self.list(dictionary["DecodeParms"])
        guard filters.count <= 8 else { throw PDFError(.limit(.depth)) }
        var data = encoded
        for (index, filter) in filters.enumerated() {
            let values = index < parameters.count ? parameters[index].dictionary ?? [:] : [:]
            do throws(PDFError) {
                data = try Self.undone(filter.name ?? "?", values, data, limit)
            } catch {
                work += min(limit, data.count * Self.mostPerByte)
                throw error
            }
            work += data.count
            guard data.count <= limit else { throw PDFError(.limit(.decodedBytes)) }
        }
        return data
    }

    /// What LZW, the densest of the filters, makes of a byte: an entry of its table has 12 bits and up to 3,839 bytes.
    private static let mostPerByte = 2560

    private static func undone(
        _ filter: PDFName, _ parameters: PDFDictionary, _ data: Data, _ limit: Int
    ) throws(PDFError) -> Data {
        switch filter {
        case "FlateDecode", "Fl": return try Predictor(parameters).undone(try Deflate.inflate(data, limit: limit))
        case "LZWDecode", "LZW":
            let isEarly = parameters["EarlyChange"]?.integer != 0
            return try Predictor(parameters).undone(try LZW.decoded(data, isEarly: isEarly, limit: limit))
        case "ASCIIHexDecode", "AHx": return ASCIIFilters.hexadecimal(data)
        case "ASCII85Decode", "A85": return try ASCIIFilters.base85(data, limit: limit)
        case "RunLengthDecode", "RL": return try RunLength.decoded(data, limit: limit)
        // Undone when the stream was read.
        case "Crypt": return data
        default: throw PDFError(.unsupportedFilter(filter.text))
        }
    }

    private static func list(_ object: PDFObject?) -> [PDFObject] {
        switch object {
        case nil, .null: []
        case .array(let values): values
        case .some(let value): [value]
        }
    }
}

/// Row predictors of FlateDecode and LZWDecode (ISO 32000-2 §7.4.4.4).
struct Predictor {
    private let kind: Int
    private let pixelBytes: Int
    private let rowBytes: Int

    init(_ parameters: PDFDictionary) throws(PDFError) {
        kind = parameters["Predictor"]?.integer ?? 1
        if kind == 1 {
            (pixelBytes, rowBytes) = (1, 1)
            return
        }
        let colors = parameters["Colors"]?.integer ?? 1
        let bits = parameters["BitsPerComponent"]?.integer ?? 8
        let columns = parameters["Columns"]?.integer ?? 1
        guard (1...32).contains(colors), [1, 2, 4, 8, 16].contains(bits), (1...1_000_000).contains(columns) else {
            throw PDFError(.corruptStream)
        }
        pixelBytes = max(1, colors * bits / 8)
        rowBytes = (colors * bits * columns + 7) / 8
        if kind == 2, bits != 8 { throw PDFError(.unsupportedFilter("TIFF predictor")) }
    }

    func undone(_ data: Data) throws(PDFError) -> Data {
        switch kind {
        case 1: return data
        case 2: return tiff([UInt8](data))
        case 10...15: return Predictor.png([UInt8](data), rowBytes: rowBytes, pixelBytes: pixelBytes)
        default: throw PDFError(.unsupportedFilter("Predictor \(kind)"))
        }
    }

    private func tiff(_ input: [UInt8]) -> Data {
        var out = input
        for row in stride(from: 0, to: out.count, by: rowBytes) {
            let end = min(row + rowBytes, out.count)
            var index = row + pixelBytes
            while index < end {
                out[index] &+= out[index - pixelBytes]
                index += 1
            }
        }
        return Data(out)
    }

    /// Each row leads with its filter type (RFC 2083 §6); a short last row is read as far as it goes. In place of rows of
    /// their own, which a file may ask for by the million, the rows already written are looked back at.
    static func png(_ input: [UInt8], rowBytes: Int, pixelBytes: Int) -> Data {
        let rows = (input.count + rowBytes) / (rowBytes + 1)
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, input.count - rows)) { out, count in
            input.withUnsafeBufferPointer { input in
                count = png(input, rowBytes: rowBytes, pixelBytes: pixelBytes, to: out)
            }
        }
        return Data(bytes)
    }

    private static func png(
        _ input: UnsafeBufferPointer<UInt8>, rowBytes: Int, pixelBytes: Int, to out: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var (position, start) = (0, 0)
        while position < input.count - 1 {
            let filter = input[position]
            let count = min(rowBytes, input.count - position - 1)
            for index in 0..<count {
                let place = start + index
                let left = index >= pixelBytes ? out[place - pixelBytes] : 0
                let up = start > 0 ? out[place - rowBytes] : 0
                let value = input[position + 1 + index]
                switch filter {
                case 1: out[place] = value &+ left
                case 2: out[place] = value &+ up
                case 3: out[place] = value &+ UInt8((Int(left) + Int(up)) / 2)
                case 4:
                    let corner = start > 0 && index >= pixelBytes ? out[place - rowBytes - pixelBytes] : 0
                    out[place] = value &+ paeth(left, up, corner)
                default: out[place] = value
                }
            }
            start += count
            position += 1 + count
        }
        return start
    }

    private static func paeth(_ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
        let estimate = Int(left) + Int(up) - Int(corner)
        let distances = (abs(estimate - Int(left)), abs(estimate - Int(up)), abs(estimate - Int(corner)))
        if distances.0 <= distances.1, distances.0 <= distances.2 { return left }
        return distances.1 <= distances.2 ? up : corner
    }
}
