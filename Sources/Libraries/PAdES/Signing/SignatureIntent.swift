package import Digests
package import Foundation
package import PDFCore
internal import SignatureCore

/// What is to be signed where, and how it shows.
package struct SignatureIntent: Sendable {
    package enum Target: Sendable, Hashable {
        /// A signature field laid out before.
        case field(String)
        /// A field added by the signature's own update; without a rectangle nothing is shown.
        case newField(name: String, rect: PageRect?)
        /// The field of that name laid out before, or a new one where there is none.
        case fieldOrNew(name: String, rect: PageRect?)

        var name: String {
            switch self {
            case .field(let name), .newField(let name, _), .fieldOrNew(let name, _): name
            }
        }

        /// Where a new field is to be shown.
        var rect: PageRect? {
            switch self {
            case .field: nil
            case .newField(_, let rect), .fieldOrNew(_, let rect): rect
            }
        }
    }

    package var target: Target
    package var appearance: SignatureAppearance?
    package var signerName: String?
    package var reason: String?
    package var location: String?
    package var contact: String?
    /// The time the signature dictionary claims (/M, ETSI EN 319 142-1 Table 1); the CMS claims none.
    package var signedAt: Date
    package var digestAlgorithm: DigestAlgorithm
    package var format = SignatureFormat.cades
    package var usesPSS = false
    /// Makes this the certification of the document: the first signature, which says what may follow.
    package var certification: DocumentPermission?
    /// Fields this signature closes, beside what a field laid out before closes by itself.
    package var lock: LockedFields?
    /// Opens an encrypted file.
    package var password: String?
    /// The maker of the field demands a timestamp.
    var requiresTimestamp = false

    package init(
        target: Target, appearance: SignatureAppearance? = nil, signerName: String? = nil, reason: String? = nil,
        location: String? = nil, contact: String? = nil, signedAt: Date, digestAlgorithm: DigestAlgorithm = .sha256
    ) {
        self.target = target
        self.appearance = appearance
        self.signerName = signerName
        self.reason = reason
        self.location = location
        self.contact = contact
        self.signedAt = signedAt
        self.digestAlgorithm = digestAlgorithm
    }
}

extension SignatureIntent {
    /// The mark of a separate attachment (NĐ 30/2020 Annex I): top right of its first page, no image, 10 pt upright.
    package static func attachmentMark(
        code: String, signedAt: Date, font: FontProgram, firstPage: PDFPage, fieldName: String = "ConDauPhuLuc"
    ) throws(PAdESError) -> SignatureIntent {
        let line = "\(code); \(officeTime(signedAt))"
        return try topRightMark(line, signedAt: signedAt, font: font, firstPage: firstPage, fieldName: fieldName)
    }

    /// One line in the top margin, ending 15 mm from the right edge.
    package static func topRightMark(
        _ line: String, signedAt: Date, font: FontProgram, firstPage: PDFPage, fieldName: String
    ) throws(PAdESError) -> SignatureIntent {
        let (margin, top, height) = (15.0, 8.0, 5.0)
        let size = firstPage.sizeInMillimetres
        let needed = try font.subset(for: [line]).width(line, size: 10) / PageRect.pointsPerMillimetre + 1
        let width = min(needed, max(10, size.width - 2 * margin))
        let rect = PageRect(page: 1, x: size.width - margin - width, y: top, width: width, height: height)
        let text = TextBlock([line], font: font, sizePoints: 10, alignment: .right)
        return SignatureIntent(
            target: .newField(name: fieldName, rect: rect), appearance: SignatureAppearance(text: text),
            signedAt: signedAt)
    }
}

/// `05/03/2026 10:15:30+07:00`, the time as the office shows it.
package func officeTime(_ date: Date) -> String {
    let parts = officeParts(date)
    return "\(parts[2])/\(parts[1])/\(parts[0]) \(parts[3]):\(parts[4]):\(parts[5])+07:00"
}

/// `D:20260305101530+07'00'` (ISO 32000-2 §7.9.4).
func pdfDate(_ date: Date) -> String { "D:\(officeParts(date).joined())+07'00'" }

/// Year, month, day, hour, minute, second at +07:00, padded.
private func officeParts(_ date: Date) -> [String] {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + 7 * 3600
    let (days, rest) = (Int((Double(seconds) / 86_400).rounded(.down)), ((seconds % 86_400) + 86_400) % 86_400)
    let day = civilDate(daysSince1970: days)
    return [day.year, day.month, day.day, rest / 3600, rest / 60 % 60, rest % 60].enumerated().map { index, part in
        let digits = String(part)
        return String(repeating: "0", count: max(0, (index == 0 ? 4 : 2) - digits.count)) + digits
    }
}
