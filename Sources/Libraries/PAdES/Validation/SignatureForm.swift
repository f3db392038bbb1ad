import Digests
import Foundation
import PDFCore
import SignatureCore

/// One signature as it stands in the file: its dictionary, the bytes it claims to cover and the structure in its hole.
struct SignatureForm {
    enum Structure {
        case cms(CMSFacts)
        case token(TimestampToken)
        case bare(BareSignature)
    }

    let field: FormFieldNode
    let dictionary: PDFDictionary
    private(set) var facts: SignatureFacts
    private(set) var hole: Range<Int>?
    private(set) var structure: Structure?

    /// `document` shows the revision in which the field is looked at.
    init(of field: FormFieldNode, in document: PDFDocument) throws(PDFError) {
        self.field = field
        facts = SignatureFacts(fieldName: field.name)
        dictionary = try document.resolve(field.value).dictionary ?? [:]
        if !field.isSignature { facts.formProblems.insert(.wrongFieldType) }
        guard !dictionary.isEmpty else {
            facts.formProblems.insert(.noDictionary)
            return
        }
        if try isAmbiguous(document) { facts.formProblems.insert(.repeatedKeys) }
        try readClaims(document)
        try readByteRange(document)
        guard hole != nil else { return }
        readCoverage(document)
        try readStructure(try document.value("Contents", of: dictionary).string ?? Data(), document)
    }

    mutating func note(_ problem: SignatureFacts.FormProblem) { facts.formProblems.insert(problem) }

    /// The digests the structure will ask for, of the bytes covered.
    var digests: [RangeDigest] {
        guard let hole, !facts.formProblems.contains(.collidingByteRange) else { return [] }
        let algorithms: [DigestAlgorithm?] =
            switch structure {
            case .cms(let cms): [cms.signedDigest == nil ? cms.digestAlgorithm : .sha1]
            case .token(let token): [token.imprintAlgorithm]
            case .bare: BareSignature.digests
            case nil: []
            }
        return algorithms.compactMap(\.self).map { RangeDigest($0, before: facts.end, without: hole) }
    }

    /// The value other signatures and timestamps prove the existence of.
    var signatureValue: Data? {
        switch structure {
        case .cms(let cms): cms.signature
        case .token(let token): token.cms.signature
        case .bare(let bare): bare.signature
        case nil: nil
        }
    }

    // MARK: reading

    /// Whether what leads to the signature, or the signature itself, is written in two ways.
    private func isAmbiguous(_ document: PDFDocument) throws(PDFError) -> Bool {
        let form = try document.catalog()["AcroForm"]?.reference
        let parts = [field.value?.reference, field.reference, document.catalogReference, form]
        return parts.contains { $0.map(document.repeatsKeys) ?? false }
    }

    private mutating func readClaims(_ document: PDFDocument) throws(PDFError) {
        facts.subFilter = try document.value("SubFilter", of: dictionary).name?.text
        facts.claimedName = try document.value("Name", of: dictionary).text
        facts.reason = try document.value("Reason", of: dictionary).text
        facts.location = try document.value("Location", of: dictionary).text
        facts.claimedTime = try document.value("M", of: dictionary).text.flatMap(Date.init(pdfDate:))
        let permissions = try document.value("Perms", of: document.catalog()).dictionary ?? [:]
        if facts.subFilter == "ETSI.RFC3161" {
            facts.kind = .timestamp
        } else if let reference = permissions["DocMDP"], reference == field.value {
            facts.kind = .certification
        }
    }

    /// Shape of the range, and the hole as the very bytes of /Contents inside the dictionary's own object.
    private mutating func readByteRange(_ document: PDFDocument) throws(PDFError) {
        guard let values = try document.value("ByteRange", of: dictionary).array else {
            return note(.noByteRange)
        }
        let range = values.map { $0.integer ?? -1 }
        guard range.count == 4, range.allSatisfy({ $0 >= 0 }), range[0] == 0,
            let end = range[2].adding(range[3]), range[1] + 2 <= range[2], end <= document.data.count
        else { return note(.badByteRange) }
        facts.byteRange = range
        let hole = range[1]..<range[2]
        self.hole = hole
        let holder = field.value?.reference ?? field.reference
        let object = try holder.flatMap { reference throws(PDFError) in try document.range(of: reference) }
        if object.map({ $0.lowerBound > hole.lowerBound || $0.upperBound < hole.upperBound }) ?? true {
            note(.holeIsNotContents)
        }
        guard let bytes = document.hexadecimal(in: hole) else { return note(.holeNotHexadecimal) }
        if try bytes != document.value("Contents", of: dictionary).string { note(.holeIsNotContents) }
    }

    private mutating func readCoverage(_ document: PDFDocument) {
        let end = facts.end
        guard let index = document.revisions.lastIndex(where: { $0.endOfMarker <= end }),
            document.revisions[index].isSelfContained, document.endsRevision(index, at: end)
        else { return }
        facts.revisionIndex = index
        let isLast = index == document.revisions.count - 1
        if isLast, end < document.data.count, document.trailingByteCount > 0 { return }
        facts.coverage = isLast ? .wholeFile : .wholeRevision
    }

    private mutating func readStructure(_ contents: Data, _ document: PDFDocument) throws(PDFError) {
        let certificates = facts.isBare ? try statedCertificates(document) : []
        do throws(DERError) {
            if facts.kind == .timestamp {
                let token = try TimestampToken(der: contents)
                structure = .token(token)
                if !token.cms.paddingIsZero { note(.nonZeroPadding) }
            } else if facts.isBare {
                let bare = try BareSignature(der: contents, certificates: certificates)
                structure = .bare(bare)
                if !bare.paddingIsZero { note(.nonZeroPadding) }
            } else {
                let cms = try CMSFacts(der: contents, content: facts.isOfDigest ? .digest : .detached)
                structure = .cms(cms)
                if !cms.paddingIsZero { note(.nonZeroPadding) }
            }
        } catch {
            note(.unreadableCMS)
        }
    }

    /// The signer's certificate, or the signer's and its issuers' (ISO 32000-2 Table 255, /Cert).
    private func statedCertificates(_ document: PDFDocument) throws(PDFError) -> [Data] {
        let stated = try document.value("Cert", of: dictionary)
        if let one = stated.string { return [one] }
        var certificates: [Data] = []
        for member in (stated.array ?? []).prefix(16) {
            if let certificate = try document.resolve(member).string { certificates.append(certificate) }
        }
        return certificates
    }
}

extension SignatureFacts {
    /// First byte after the signed range.
    var end: Int { byteRange.count == 4 ? byteRange[2] + byteRange[3] : 0 }
}

extension Int {
    fileprivate func adding(_ other: Int) -> Int? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? nil : sum
    }
}
