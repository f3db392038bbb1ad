package import Digests
package import Foundation
import PDFCore
package import SignatureCore

/// What a verification is asked to judge by.
package struct VerificationRequest: Sendable {
    package var trust: TrustStore
    /// The time it is taken to be.
    package var date: Date
    /// Otherwise only the file is judged, not who signed it.
    package var judgesTrust: Bool
    package var password: String?
    /// What may help to judge besides the file: certificates, lists and answers at hand.
    package var material: ValidationMaterial

    package init(
        trust: TrustStore, date: Date, judgesTrust: Bool = true, password: String? = nil,
        material: ValidationMaterial = ValidationMaterial()
    ) {
        self.trust = trust
        self.date = date
        self.judgesTrust = judgesTrust
        self.password = password
        self.material = material
    }
}

/// Verifies all signatures of PDF files. Nothing is fetched unless a client is handed over; every input gives a report.
package enum SignatureVerifier {
    package static func report(on data: Data, trust: TrustStore, at date: Date) -> VerificationReport {
        report(on: ByteSource(data), VerificationRequest(trust: trust, date: date))
    }

    /// Reads the file in pieces: memory does not follow its size.
    package static func report(onFile file: URL, _ request: VerificationRequest) -> VerificationReport {
        do {
            return report(on: try ByteSource(contentsOf: file), request)
        } catch {
            return report(on: ByteSource(Data()), request)
        }
    }

    package static func report(on source: ByteSource, _ request: VerificationRequest) -> VerificationReport {
        do throws(PDFError) {
            return try Reading(source, request).report(request)
        } catch {
            return refusal(error)
        }
    }

    /// A file that was read, with what was found in it.
    struct Reading {
        private let document: PDFDocument
        private let unsignedFields: [String]
        private let stored: ValidationMaterial
        let facts: [SignatureFacts]

        init(_ source: ByteSource, _ request: VerificationRequest) throws(PDFError) {
            let digests = DigestsAhead(of: source, guessing: Self.likelyDigests)
            defer { digests.giveUp() }
            document = try PDFDocument(source, password: request.password)
            let collector = try FactsCollector(document, request)
            facts = try collector.facts(digests)
            (unsignedFields, stored) = (collector.unsignedFields, collector.stored)
            if facts.isEmpty, try document.pageReferences().isEmpty { throw PDFError(.expected("page")) }
        }

        /// What the newest signature will ask for: a wrong guess costs a part of a pass over the file, and nothing else.
        private static func likelyDigests(of source: ByteSource) -> Set<RangeDigest> {
            guard let range = TrailingByteRange(in: source),
                let algorithm = CMSFacts.announcedDigest(in: range.contents)
            else { return [] }
            return [RangeDigest(algorithm, before: range.end, without: range.hole)]
        }

        func report(_ request: VerificationRequest) -> VerificationReport {
            VerificationReport(facts, unsignedFields, stored: stored, document, request)
        }
    }

    static func refusal(_ error: PDFError) -> VerificationReport {
        VerificationReport(
            verdict: verdict(on: error), sentence: error.message, level: nil, warnings: [], signatures: [],
            unsignedFields: [])
    }

    /// What is only locked may well be sound.
    private static func verdict(on error: PDFError) -> Verdict {
        switch error.reason {
        case .encrypted, .wrongPassword, .unsupportedEncryption: .indeterminate
        default: .malformed
        }
    }

    /// The facts alone, for callers with a policy of their own.
    package static func facts(of data: Data, trust: TrustStore, at date: Date) throws(PAdESError) -> [SignatureFacts] {
        try reading { () throws(PDFError) in
            let request = VerificationRequest(trust: trust, date: date)
            return try FactsCollector(try PDFDocument(data: data), request).facts()
        }
    }

    /// The file as it was when `signature` was made: a beginning of its bytes, which is a PDF file itself.
    package static func signedDocument(_ data: Data, of signature: VerificationReport.Signature) -> Data {
        data.prefix(signature.signedByteCount)
    }
}
