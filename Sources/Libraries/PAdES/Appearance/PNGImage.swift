package import Foundation
import PDFCore

/// A PNG file (RFC 2083) read far enough to stand in a PDF: 8 bits a sample (palettes also fewer), not interlaced.
package struct PNGImage: Sendable {
    package let width: Int
    package let height: Int
    /// The colours as an image XObject, without its mask.
    let image: PDFStream
    /// The transparency as a grey image XObject.
    let mask: PDFStream?
    private let parts: Parts

    private static let maximumSide = 8192
    private static let maximumBytes = 32 << 20

    package init(_ file: Data) throws(PAdESError) {
        parts = try Parts(file)
        (width, height) = (parts.width, parts.height)
        switch parts.colourType {
        case 0, 2: (image, mask) = (try parts.kept(colours: parts.colourType == 0 ? 1 : 3), nil)
        case 3: (image, mask) = (try parts.kept(colours: 1), try parts.paletteMask())
        default: (image, mask) = try parts.split()
        }
    }

    /// Writes image and mask; the answer is the image.
    func embedded(in update: inout IncrementalUpdate, of claim: ArchivalClaim) throws(PAdESError) -> PDFReference {
        var image = image
        if let mask, claim.allowsTransparency {
            image.dictionary["SMask"] = .reference(update.add(.stream(mask)))
        } else if let mask {
            image = try parts.flattened(image, over: mask)
        }
        if !claim.allowsDeviceRGB { image.dictionary["ColorSpace"] = Self.calibrated(image.dictionary["ColorSpace"]) }
        return update.add(.stream(image))
    }

    private static func calibrated(_ space: PDFObject?) -> PDFObject? {
        switch space {
        case .name("DeviceRGB"): ArchivalClaim.standardRGB
        case .array(let members) where members.count == 4 && members[1].name == "DeviceRGB":
            .array([members[0], ArchivalClaim.standardRGB, members[2], members[3]])
        default: space
        }
    }

    /// The chunks of the file.
    private struct Parts {
        var width = 0
        var height = 0
        var depth = 0
        var colourType = 0
        var palette = Data()
        var transparency = Data()
        var pixels = Data()

        init(_ file: Data) throws(PAdESError) {
            guard file.count <= PNGImage.maximumBytes, file.starts(with: [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10])
            else {
                throw .image("signature")
            }
            let bytes = Data(file)
            var position = 8
            while position + 12 <= bytes.count {
                let count = Self.number(bytes, position)
                let type = String(decoding: bytes[position + 4..<position + 8], as: UTF8.self)
                guard count <= bytes.count - position - 12 else { throw .image("chunk length") }
                let content = bytes[position + 8..<position + 8 + count]
                switch type {
                case "IHDR": try readHeader(Data(content))
                case "PLTE": palette = Data(content)
                case "tRNS": transparency = Data(content)
                case "IDAT": pixels += content
                case "IEND": position = bytes.count
                default: break
                }
                position += 12 + count
            }
            guard width > 0, !pixels.isEmpty else { throw .image("no pixels") }
            guard colourType != 3 || (palette.count.isMultiple(of: 3) && (3...768).contains(palette.count)) else {
                throw .image("palette")
            }
        }

        private static func number(_ bytes: Data, _ start: Int) -> Int {
            bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        }

        private mutating func readHeader(_ content: Data) throws(PAdESError) {
            guard content.count == 13, width == 0 else { throw .image("IHDR") }
            width = Self.number(content, 0)
            height = Self.number(content, 4)
            depth = Int(content[8])
            colourType = Int(content[9])
            guard (1...PNGImage.maximumSide).contains(width), (1...PNGImage.maximumSide).contains(height) else {
                throw .image("size")
            }
            guard [0, 2, 3, 4, 6].contains(colourType), content[12] == 0 else { throw .image("interlaced") }
            guard depth == 8 || (colourType == 3 && [1, 2, 4].contains(depth)) else { throw .image("depth") }
        }

        private var channels: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colourType] ?? 1 }
        private var rowBytes: Int { (width * channels * depth + 7) / 8 }

        /// Rows without their filters.
        private func rows() throws(PAdESError) -> [UInt8] {
            let expected = (rowBytes + 1) * height
            do throws(PDFError) {
                let parameters: PDFDictionary = [
                    "Predictor": .integer(15), "Colors": .integer(channels), "BitsPerComponent": .integer(depth),
                    "Columns": .integer(width),
                ]
                let stream = PDFStream(
                    ["Filter": .name("FlateDecode"), "DecodeParms": .dictionary(parameters)], encoded: pixels)
                let rows = [UInt8](try stream.decoded(limit: expected))
                guard rows.count == rowBytes * height else { throw PDFError(.corruptStream) }
                return rows
            } catch {
                throw .image("pixels")
            }
        }

        /// As it is or as differences from row to row, whichever comes out smaller.
        private func packed(_ samples: [UInt8], colours: Int) -> PDFStream {
            var dictionary = dictionary(colours: colours, depth: 8)
            let plain = Deflate.deflate(Data(samples), level: 9)
            let rowBytes = width * colours
            var rows: [UInt8] = []
            rows.reserveCapacity(samples.count + height)
            for start in stride(from: 0, to: samples.count, by: rowBytes) {
                rows.append(2)
                for index in start..<start + rowBytes {
                    rows.append(index >= rowBytes ? samples[index] &- samples[index - rowBytes] : samples[index])
                }
            }
            let differences = Deflate.deflate(Data(rows), level: 9)
            guard differences.count < plain.count else { return PDFStream(dictionary, encoded: plain) }
            dictionary["DecodeParms"] = .dictionary([
                "Predictor": .integer(15), "Colors": .integer(colours), "BitsPerComponent": .integer(8),
                "Columns": .integer(width),
            ])
            return PDFStream(dictionary, encoded: differences)
        }

        private func dictionary(colours: Int, depth: Int) -> PDFDictionary {
            [
                "Type": .name("XObject"), "Subtype": .name("Image"), "Width": .integer(width),
                "Height": .integer(height), "BitsPerComponent": .integer(depth), "Filter": .name("FlateDecode"),
                "ColorSpace": .name(colours == 1 ? "DeviceGray" : "DeviceRGB"),
            ]
        }

        /// PNG rows are what FlateDecode with a PNG predictor reads: the compressed bytes go in as they are.
        func kept(colours: Int) throws(PAdESError) -> PDFStream {
            _ = try rows()
            var dictionary = dictionary(colours: colours, depth: depth)
            dictionary["DecodeParms"] = .dictionary([
                "Predictor": .integer(15), "Colors": .integer(colours), "BitsPerComponent": .integer(depth),
                "Columns": .integer(width),
            ])
            if colourType == 3 {
                dictionary["ColorSpace"] = .array([
                    .name("Indexed"), .name("DeviceRGB"), .integer(palette.count / 3 - 1), .string(palette),
                ])
            }
            return PDFStream(dictionary, encoded: pixels)
        }

        func paletteMask() throws(PAdESError) -> PDFStream? {
            guard !transparency.isEmpty else { return nil }
            let rows = try rows()
            var alpha: [UInt8] = []
            alpha.reserveCapacity(width * height)
            for y in 0..<height {
                for x in 0..<width {
                    let index = paletteIndex(x, y, rows)
                    alpha.append(index < transparency.count ? transparency[transparency.startIndex + index] : 255)
                }
            }
            return PDFStream(dictionary(colours: 1, depth: 8), encoded: Deflate.deflate(Data(alpha)))
        }

        /// The picture on white paper, for files that may not be transparent.
        func flattened(_ image: PDFStream, over mask: PDFStream) throws(PAdESError) -> PDFStream {
            let channels = colourType == 4 ? 1 : 3
            do throws(PDFError) {
                let alpha = [UInt8](try mask.decoded())
                let samples = [UInt8](try image.decoded())
                var out = [UInt8](repeating: 255, count: width * height * channels)
                for pixel in 0..<min(width * height, alpha.count) {
                    for channel in 0..<channels {
                        let sample = Int(colour(of: pixel, channel, samples))
                        out[pixel * channels + channel] = UInt8(255 - (255 - sample) * Int(alpha[pixel]) / 255)
                    }
                }
                return PDFStream(dictionary(colours: channels, depth: 8), encoded: Deflate.deflate(Data(out)))
            } catch {
                throw .image("pixels")
            }
        }

        private func colour(of pixel: Int, _ channel: Int, _ samples: [UInt8]) -> UInt8 {
            guard colourType == 3 else { return samples[pixel * (colourType == 4 ? 1 : 3) + channel] }
            let place = paletteIndex(pixel % width, pixel / width, samples) * 3 + channel
            return place < palette.count ? palette[palette.startIndex + place] : 255
        }

        private func paletteIndex(_ x: Int, _ y: Int, _ rows: [UInt8]) -> Int {
            let perByte = 8 / depth
            let byte = rows[y * rowBytes + x / perByte]
            return Int(byte >> (8 - depth * (x % perByte + 1))) & ((1 << depth) - 1)
        }

        /// Grey or colour with alpha: PDF keeps the two apart. What cannot be seen takes the colour before it, which
        /// compresses to next to nothing.
        func split() throws(PAdESError) -> (PDFStream, PDFStream) {
            let rows = try rows()
            let colours = channels - 1
            var colour = [UInt8](repeating: 0, count: width * height * colours)
            var alpha = [UInt8](repeating: 0, count: width * height)
            var source = 0
            var target = 0
            for pixel in 0..<width * height {
                alpha[pixel] = rows[source + colours]
                for channel in 0..<colours {
                    let isHidden = alpha[pixel] == 0 && target >= colours
                    colour[target] = isHidden ? colour[target - colours] : rows[source + channel]
                    target += 1
                }
                source += colours + 1
            }
            return (
                packed(colour, colours: colours), packed(alpha, colours: 1)
            )
        }
    }
}
