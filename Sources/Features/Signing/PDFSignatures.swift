// The office's signatures on PDF files: from places and keys to bytes, by incremental update only.
internal import Digests
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

    func layOut(_ pdf: BlobRef, places: DocumentPlaces) throws -> BlobRef {
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
        return try changing(pdf) { try FormLayout(fields).applied(to: $0) }
    }

    /// The name of the field that marks a separate attachment.
    static let markField = "ConDauPhuLuc"

    /// Everything of a signature but its value: what the key holder is asked to sign, and the bytes it will stand in.
    func prepare(
        _ part: SigningPart, certificate: Certificate, chain: [Certificate], image: BlobRef?
    ) async throws -> PreparedPart {
        guard part.file.byteCount <= Self.limitBytes else { throw SigningRefusal.tooLarge }
        let original = try ground.blobs.get(part.file)
        if part.place == .detached { return try detached(original, certificate, chain) }
        return try Self.refusing {
            let intent = try intent(part, certificate, image, original)
            let capacity = CMSSignatureRequest.estimatedSize(
                certificate: certificate, chain: chain, withTimestamp: timestamps != nil)
            let (prepared, file) = try PDFSigner.prepare(original, intent, capacity: capacity)
            return PreparedPart(
                request: try prepared.request(certificate: certificate, chain: chain), prepared: prepared,
                tail: Data(file.dropFirst(original.count)))
        }
    }

    private func detached(
        _ payload: Data, _ certificate: Certificate, _ chain: [Certificate]
    ) throws -> PreparedPart {
        let digest = certificate.preferredDigest
        let request = try CMSSignatureRequest.prepare(
            documentDigest: digest.digest(payload), digestAlgorithm: digest, certificate: certificate, chain: chain)
        return PreparedPart(request: request, prepared: nil, tail: Data())
    }

    /// The signed file, or the signature beside it. A value that does not verify is refused and never written.
    func finish(_ part: SigningPart, _ waiting: PreparedPart, signature: Data) async throws -> BlobRef {
        let token = try await refusingTimestamps?.stamp(DigestAlgorithm.sha256.digest(signature))
        let cms = try waiting.request.finish(signature: signature, timestampToken: token)
        guard let prepared = waiting.prepared else { return try ground.blobs.put(cms) }
        var file = Data(try ground.blobs.get(part.file))
        file += waiting.tail
        return try ground.blobs.put(try Self.refusing { try prepared.finish(file, cms: cms) })
    }

    private func intent(
        _ part: SigningPart, _ certificate: Certificate, _ image: BlobRef?, _ file: Data
    ) throws -> SignatureIntent {
        var intent: SignatureIntent
        if case .mark(let line) = part.place {
            intent = try SignatureIntent.topRightMark(
                line, signedAt: ground.clock.now(), font: try OfficeFont.upright.program(),
                firstPage: try PDFDocument(data: file).page(0), fieldName: Self.markField)
        } else {
            let picture = try image.map { try PNGImage(try ground.blobs.get($0)) }
            intent = SignatureIntent(
                target: .field(part.fieldName), appearance: picture.map { SignatureAppearance(image: $0) },
                signedAt: ground.clock.now())
        }
        intent.digestAlgorithm = certificate.preferredDigest
        intent.signerName = part.signerName ?? certificate.commonName
        intent.reason = part.reason
        return intent
    }

    func stamp(_ pdf: BlobRef, number: String, day: Day) throws -> BlobRef {
        try changing(pdf) { file in
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

    func checkImage(_ image: Data) throws {
        do { _ = try PNGImage(image) } catch { throw SigningRefusal.badImage(error.message) }
    }

    /// Days below 10 and the months 1 and 2 carry a leading zero (NĐ 30/2020 Annex I, II.4).
    private static func printed(_ value: Int, below limit: Int) -> String { value < limit ? "0\(value)" : "\(value)" }

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

    private func changing(_ pdf: BlobRef, _ change: (Data) throws -> Data) throws -> BlobRef {
        guard pdf.byteCount <= Self.limitBytes else { throw SigningRefusal.tooLarge }
        let original = try ground.blobs.get(pdf)
        return try ground.blobs.put(try Self.refusing { try change(original) })
    }

    /// What a file cannot have done to it, in the user's words.
    private static func refusing<Value>(_ work: () throws -> Value) throws -> Value {
        do { return try work() } catch PAdESError.noSuchField(let name) {
            throw SigningRefusal.fieldMissing(label(name))
        } catch PAdESError.fieldAlreadySigned(let name) {
            throw SigningRefusal.alreadySigned(label(name))
        } catch let error as PAdESError {
            throw SigningRefusal.damaged(error.message)
        } catch let error as PDFError {
            throw SigningRefusal.damaged(error.message)
        }
    }

    private static func label(_ field: String) -> String {
        PlaceKind.allCases.first { $0.fieldName == field }?.label ?? field
    }
}
