import Digests
package import Foundation
package import PDFCore
package import SignatureCore

/// The document security store (/DSS, ISO 32000-2 §12.8.4.3; ETSI EN 319 142-1 §5.4.2): validation material kept in the
/// file for the years after. Read tolerantly: what cannot be read is left out and counted.
package struct SecurityStore: Sendable {
    /// Everything in the store, whether or not an entry of /VRI names it.
    package private(set) var material = ValidationMaterial()
    /// Streams that are missing, broken or no certificate.
    package private(set) var unreadableCount = 0
    /// The store's streams by the SHA-256 of their content, so that an update adds nothing twice.
    private(set) var streams: [Part: [Data: PDFReference]] = [:]
    private(set) var dictionary: PDFDictionary = [:]
    /// The object that holds the store when it is one of its own.
    private(set) var reference: PDFReference?
    private var related: PDFDictionary = [:]

    /// The three lists, with their keys in the store and in an entry of /VRI.
    enum Part: String, CaseIterable {
        case certificates = "Certs"
        case crls = "CRLs"
        case ocspResponses = "OCSPs"

        var key: PDFName { PDFName(rawValue) }

        /// What one certificate, list or answer may take; lists are the only ones that grow.
        fileprivate var maximumBytes: Int { self == .crls ? 48 << 20 : 1 << 20 }

        var relatedKey: PDFName {
            switch self {
            case .certificates: "Cert"
            case .crls: "CRL"
            case .ocspResponses: "OCSP"
            }
        }
    }

    /// What one store may cost to read. A stream is unpacked once, however often it is named, and one that cannot be
    /// unpacked costs what was tried.
    private struct Budget {
        var entries = 4096
        var bytes = 64 << 20
        var seen: Set<PDFReference> = []

        mutating func spend(_ most: Int, on read: (_ limit: Int) throws(PDFError) -> Data) -> Data? {
            let limit = min(bytes, most)
            entries -= 1
            guard limit > 0, entries >= 0 else { return nil }
            do throws(PDFError) {
                let content = try read(limit)
                bytes -= content.count
                return content
            } catch {
                if error.reason == .limit(.decodedBytes) { bytes -= limit }
                return nil
            }
        }
    }

    /// Nil when the revision shown has no store.
    package init?(_ document: PDFDocument) throws(PDFError) {
        let catalog = try document.catalog()
        guard let store = try document.value("DSS", of: catalog).dictionary else { return nil }
        dictionary = store
        reference = catalog["DSS"]?.reference
        related = try document.value("VRI", of: store).dictionary ?? [:]
        var budget = Budget()
        for part in Part.allCases {
            budget.seen = []
            for object in try document.value(part.key, of: store).array ?? [] {
                read(object, as: part, document, &budget)
            }
        }
    }

    private mutating func read(
        _ object: PDFObject, as part: Part, _ document: PDFDocument, _ budget: inout Budget
    ) {
        if let reference = object.reference, !budget.seen.insert(reference).inserted { return }
        let content = budget.spend(part.maximumBytes) { limit throws(PDFError) in
            try Self.content(object, document, limit: limit)
        }
        guard let content else {
            unreadableCount += 1
            return
        }
        let digest = DigestAlgorithm.sha256.digest(content)
        if streams[part]?[digest] == nil { streams[part, default: [:]][digest] = object.reference }
        switch part {
        case .crls: material.crls.append(content)
        case .ocspResponses: material.ocspResponses.append(content)
        case .certificates:
            guard let certificate = try? Certificate(der: content) else {
                unreadableCount += 1
                return
            }
            material.certificates.append(certificate)
        }
    }

    private static func content(_ object: PDFObject, _ document: PDFDocument, limit: Int) throws(PDFError) -> Data {
        guard case .stream(let stream) = try document.resolve(object) else { throw PDFError(.expected("stream")) }
        return try document.decoded(stream, limit: limit)
    }

    // MARK: what belongs to one signature

    /// Names of the entries of /VRI: each the SHA-1 of a signature's /Contents, in capitals.
    package var relatedNames: Set<String> { Set(related.keys.map(\.text)) }

    /// Whether an entry of /VRI speaks of the signature with these /Contents, padding included.
    package func names(_ contents: Data) -> Bool { related[PDFName(Self.name(of: contents))] != nil }

    static func name(of contents: Data) -> String { DigestAlgorithm.sha1.digest(contents).hex.uppercased() }
}
