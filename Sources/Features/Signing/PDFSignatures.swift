// The office's signatures on PDF files: from places and keys to bytes, by incremental update only.
internal import Foundation
internal import Logging
internal import PAdES
internal import PDFCore
internal import Platform
internal import Records
internal import SignatureCore

struct PDFSignatures: Sendable {
    let ground: Groundwork
    let timestamps: TimestampAuthority?

    private static let limitBytes = 200 << 20
    /// Number and date are written as the form prescribes: 13 points (NĐ 30/2020 Annex I, boxes 3 and 4).
    private static let stampPoints = 13.0

    func layOut(_ pdf: BlobRef, places: DocumentPlaces) async throws -> BlobRef {
        let fields = PlaceKind.allCases.compactMap { kind -> FormField? in
            let rect = places[kind].map {
                PageRect(page: $0.page, x: $0.x, y: $0.y, width: $0.width, height: $0.height)
            }
            switch kind {
            case .initials: return FormField(name: kind.fieldName, kind: .signature, rect: nil, tooltip: kind.label)
            case .signature, .seal:
                return FormField(name: kind.fieldName, kind: .signature, rect: rect, tooltip: kind.label)
            case .number, .day, .month, .year:
                let text = FormField.Kind.text(sizePoints: Self.stampPoints, alignment: .centre)
                return rect.map { FormField(name: kind.fieldName, kind: text, rect: $0, tooltip: kind.label) }
            }
        }
        return try await changing(pdf) { try FormLayout(fields).applied(to: $0) }
    }

    func sign(
        _ pdf: BlobRef, place: PlaceKind, key: PKCS12Key, image: BlobRef?, reason: String, signerName: String
    ) async throws -> BlobRef {
        let picture = try image.map { try PNGImage(try ground.blobs.get($0)) }
        let intent = SignatureIntent(
            target: .field(place.fieldName), appearance: picture.map { SignatureAppearance(image: $0) },
            signerName: signerName, reason: reason, signedAt: ground.clock.now(),
            digestAlgorithm: key.certificate.preferredDigest)
        return try await changing(pdf) { try await signed($0, intent, key) }
    }

    func stamp(_ pdf: BlobRef, number: String, day: Day) async throws -> BlobRef {
        try await changing(pdf) { file in
            let numbered = try FormFilling([Self.value(.number, number)], font: try OfficeFont.upright.program())
                .applied(to: file)
            let date = [
                Self.value(.day, Self.printed(day.day, below: 10)),
                Self.value(.month, Self.printed(day.month, below: 3)),
            ]
            let font = try OfficeFont.italic.program()
            do {
                return try FormFilling(date + [Self.value(.year, "\(day.year)")], font: font).applied(to: numbered)
            } catch PAdESError.noSuchField(PlaceKind.year.fieldName) {
                // The draft has its year printed already.
                return try FormFilling(date, font: font).applied(to: numbered)
            }
        }
    }

    private static func value(_ place: PlaceKind, _ text: String) -> FieldValue {
        FieldValue(
            name: place.fieldName, text: text, sizePoints: stampPoints, alignment: .centre, hasWhiteBackground: true)
    }

    func mark(_ pdf: BlobRef, key: PKCS12Key, line: String, reason: String) async throws -> BlobRef {
        try await changing(pdf) { file in
            let document = try PDFDocument(data: file)
            var intent = try SignatureIntent.topRightMark(
                line, signedAt: ground.clock.now(), font: try OfficeFont.upright.program(),
                firstPage: try document.page(0),
                fieldName: "ConDauPhuLuc")
            intent.reason = reason
            intent.signerName = key.certificate.commonName
            return try await signed(file, intent, key)
        }
    }

    func checkImage(_ image: Data) throws {
        do { _ = try PNGImage(image) } catch { throw SigningRefusal.badImage(error.message) }
    }

    /// Days below 10 and the months 1 and 2 carry a leading zero (NĐ 30/2020 Annex I, II.4).
    private static func printed(_ value: Int, below limit: Int) -> String { value < limit ? "0\(value)" : "\(value)" }

    private func signed(_ file: Data, _ intent: SignatureIntent, _ key: PKCS12Key) async throws -> Data {
        try await PDFSigner.sign(file, intent, with: key, timestampedBy: refusingTimestamps)
    }

    /// The authority, whose silence is a refusal to sign and not a fault.
    private var refusingTimestamps: TimestampAuthority? {
        timestamps.map { authority in
            TimestampAuthority { digest in
                do { return try await authority.stamp(digest) } catch {
                    Log.logger("signing").error("no timestamp: \(error)")
                    throw SigningRefusal.noTimestamp
                }
            }
        }
    }

    private func changing(_ pdf: BlobRef, _ change: (Data) async throws -> Data) async throws -> BlobRef {
        guard pdf.byteCount <= Self.limitBytes else { throw SigningRefusal.tooLarge }
        do {
            return try ground.blobs.put(try await change(try ground.blobs.get(pdf)))
        } catch PAdESError.noSuchField(let name) {
            throw SigningRefusal.fieldMissing(Self.label(name))
        } catch PAdESError.fieldAlreadySigned(let name) {
            throw SigningRefusal.alreadySigned(Self.label(name))
        } catch let error as PAdESError {
            throw SigningRefusal.damaged(error.message)
        } catch let error as PDFError {
            throw SigningRefusal.damaged("\(error.reason)")
        }
    }

    private static func label(_ field: String) -> String {
        PlaceKind.allCases.first { $0.fieldName == field }?.label ?? field
    }
}
