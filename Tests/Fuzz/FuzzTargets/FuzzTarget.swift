import Digests
package import Foundation
import PDFCore
import SignatureCore

/// A reader of foreign bytes that a fuzzer feeds; whatever comes, it must come back, soon and in bounds.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// One object of the PDF syntax.
    case object
    /// A whole PDF file, with all the readers do with it.
    case document
    /// What stands after the objects of a sound file: cross references, trailers, more objects.
    case crossReference
    /// The encryption dictionary of a file, and a string and a stream under it.
    case encryption
    case cms
    case timestamp
    case certificate
    case revocationList
    case ocsp

    package func run(_ bytes: Data) {
        switch self {
        case .object: Self.readObject(bytes)
        case .document: Self.read(bytes)
        case .crossReference: Self.read(Self.body + bytes + Self.end)
        case .encryption: Self.readEncrypted(bytes)
        case .cms: Self.readCMS(bytes)
        case .timestamp: Self.readTimestamp(bytes)
        case .certificate: Self.readCertificate(bytes)
        case .revocationList: _ = try? CertificateRevocationList(der: bytes)
        case .ocsp: _ = try? OCSPResponse(der: bytes)
        }
    }
}

// MARK: - PDF

extension FuzzTarget {
    private static func readObject(_ bytes: Data) {
        guard let object = try? PDFObject(parsing: bytes) else { return }
        // What was read and written reads back as the same, but for numbers that lose digits.
        let written = object.encoded
        guard let again = try? PDFObject(parsing: written) else { fatalError("what was written cannot be read") }
        guard again.encoded == written else { fatalError("what was written reads as something else") }
        _ = object.text
    }

    /// Everything the readers offer, whatever comes of it.
    private static func read(_ bytes: Data, password: String? = nil) {
        guard let document = try? PDFDocument(data: bytes, password: password, toleratesLock: true) else { return }
        for index in document.revisions.indices.prefix(4) {
            document.atRevision(index).map(readPages)
            _ = document.numbersTouched(after: index).count
        }
        readObjects(document)
        guard var update = try? IncrementalUpdate(continuing: document) else { return }
        let note = update.add(.dictionary(["Note": .text("Số")]))
        guard let again = try? PDFDocument(data: update.file(), password: password) else {
            fatalError("an update cannot be read")
        }
        guard let read = try? again.object(note), read.dictionary?["Note"]?.text == "Số" else {
            fatalError("what was appended is not there")
        }
    }

    private static func readPages(_ document: PDFDocument) {
        for page in 0..<3 { _ = try? document.page(page) }
        _ = try? document.pageCount()
    }

    private static func readObjects(_ document: PDFDocument) {
        for number in 0..<40 {
            let reference = document.reference(number)
            _ = try? document.range(of: reference)
            guard let stream = try? document.object(reference).stream else { continue }
            _ = try? document.decoded(stream, limit: 1 << 20)
        }
    }

    private static let body = Data(
        """
        %PDF-1.7
        1 0 obj
        <</Type/Catalog/Pages 2 0 R>>
        endobj
        2 0 obj
        <</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>
        endobj
        3 0 obj
        <</Type/Page/Parent 2 0 R>>
        endobj

        """.utf8)
    private static let end = Data("\nstartxref\n\(body.count)\n%%EOF\n".utf8)

    private static func readEncrypted(_ bytes: Data) {
        let tail = " /ID[<00><00>]>>\n4 0 obj\n(abc)endobj 5 0 obj<<>>stream\nabc\nendstream endobj"
        read(body + Data("trailer<</Root 1 0 R/Encrypt ".utf8) + bytes + Data(tail.utf8), password: "user")
    }
}

// MARK: - signatures

extension FuzzTarget {
    /// Some moment in the life of the certificates the corpus begins with.
    private static let moment = Date()

    private static func readCMS(_ bytes: Data) {
        let key = Data(count: 32)
        _ = try? AuthenticatedCode(der: bytes).finding(under: key, documentDigest: key, signature: bytes)
        _ = try? IntegrityCode.carried(by: bytes, .sha256, documentDigest: key, under: key)
        guard let facts = try? CMSFacts(der: bytes) else { return }
        // Whoever is inside is trusted, so that paths are built and judged.
        let trust = TrustStore(anchors: facts.certificates, intermediates: [])
        _ = facts.verify(documentDigest: { Data(count: $0.byteCount) }, trust: trust, at: moment)
    }

    private static func readTimestamp(_ bytes: Data) {
        _ = try? TimestampRequest(imprint: Data(count: 32)).token(in: bytes)
        guard let token = try? TimestampToken(der: bytes) else { return }
        let trust = TrustStore(anchors: token.cms.certificates, intermediates: [])
        _ = token.verify(imprint: { Data(count: $0.byteCount) }, trust: trust, at: moment)
    }

    private static func readCertificate(_ bytes: Data) {
        guard let certificate = try? Certificate(der: bytes) else { return }
        _ = (certificate.commonName, certificate.preferredDigest, certificate.pem)
    }
}
