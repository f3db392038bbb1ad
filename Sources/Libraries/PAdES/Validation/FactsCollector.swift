import Digests
import Foundation
import PDFCore
import SignatureCore

/// Reads all signatures of a file into facts.
struct FactsCollector {
    private let document: PDFDocument
    private let fields: FieldTree
    private let trust: TrustStore
    private let date: Date
    private static let maximumSignatures = 100

    init(_ document: PDFDocument, trust: TrustStore, at date: Date) throws(PDFError) {
        self.document = document
        self.trust = trust
        self.date = date
        fields = try FieldTree(document)
    }

    var unsignedFields: [String] { fields.fields.filter { $0.isSignature && $0.value == nil }.map(\.name) }

    func facts() throws(PDFError) -> [SignatureFacts] {
        var signed: [FormFieldNode] = []
        for field in fields.fields where field.isSignature || field.value?.reference != nil {
            guard let value = try document.resolve(field.value).dictionary else { continue }
            if field.isSignature || value["ByteRange"] != nil { signed.append(field) }
        }
        // Each signature costs a digest of the file and a comparison of its revisions.
        guard signed.count <= Self.maximumSignatures else { throw PDFError(.limit(.objects)) }
        let permission = try document.certificationPermission() ?? 2
        var facts: [SignatureFacts] = []
        for field in signed { facts.append(try self.facts(of: field, permission: permission)) }
        markShared(signed, &facts)
        markCollisions(&facts)
        return facts.sorted { $0.end < $1.end }
    }

    private func markShared(_ signed: [FormFieldNode], _ facts: inout [SignatureFacts]) {
        let uses = Dictionary(grouping: signed.indices) { signed[$0].value }
        for indices in uses.values where indices.count > 1 {
            for index in indices { facts[index].formProblems.insert(.sharedBetweenFields) }
        }
    }

    /// Of two signatures one covers the other whole, its hole too.
    private func markCollisions(_ facts: inout [SignatureFacts]) {
        let order = facts.indices.filter { facts[$0].byteRange.count == 4 }.sorted { facts[$0].end < facts[$1].end }
        for (earlier, later) in zip(order, order.dropFirst()) where facts[later].byteRange[1] < facts[earlier].end {
            facts[later].formProblems.insert(.collidingByteRange)
        }
    }

    // MARK: one signature

    private func facts(of field: FormFieldNode, permission: Int) throws(PDFError) -> SignatureFacts {
        var facts = SignatureFacts(fieldName: field.name)
        facts.permission = permission
        if !field.isSignature { facts.formProblems.insert(.wrongFieldType) }
        guard let signature = try document.resolve(field.value).dictionary else {
            facts.formProblems.insert(.noDictionary)
            return facts
        }
        try readClaims(signature, field, &facts)
        guard let hole = try readByteRange(signature, field, &facts) else { return facts }
        readCoverage(&facts)
        readCMS(try document.value("Contents", of: signature).string ?? Data(), hole, &facts)
        try readChanges(signature, field, &facts)
        return facts
    }

    private func readClaims(
        _ signature: PDFDictionary, _ field: FormFieldNode, _ facts: inout SignatureFacts
    ) throws(PDFError) {
        facts.subFilter = try document.value("SubFilter", of: signature).name
        facts.claimedName = try document.value("Name", of: signature).text
        facts.reason = try document.value("Reason", of: signature).text
        facts.location = try document.value("Location", of: signature).text
        facts.claimedTime = try document.value("M", of: signature).text.flatMap(Date.init(pdfDate:))
        let permissions = try document.value("Perms", of: document.catalog()).dictionary ?? [:]
        if facts.subFilter == "ETSI.RFC3161" {
            facts.kind = .timestamp
        } else if let reference = permissions["DocMDP"], reference == field.value {
            facts.kind = .certification
        }
    }

    /// Shape of the range, and the hole as the very bytes of /Contents inside the dictionary's own object.
    private func readByteRange(
        _ signature: PDFDictionary, _ field: FormFieldNode, _ facts: inout SignatureFacts
    ) throws(PDFError) -> Range<Int>? {
        guard let values = try document.value("ByteRange", of: signature).array else {
            facts.formProblems.insert(.noByteRange)
            return nil
        }
        let range = values.map { $0.integer ?? -1 }
        guard range.count == 4, range.allSatisfy({ $0 >= 0 }), range[0] == 0,
            let end = range[2].adding(range[3]), range[1] + 2 <= range[2], end <= document.data.count
        else {
            facts.formProblems.insert(.badByteRange)
            return nil
        }
        facts.byteRange = range
        let hole = range[1]..<range[2]
        let holder = field.value?.reference ?? field.reference
        let object = try holder.flatMap { reference throws(PDFError) in try document.range(of: reference) }
        if object == nil || object.map({ $0.lowerBound > hole.lowerBound || $0.upperBound < hole.upperBound }) == true {
            facts.formProblems.insert(.holeIsNotContents)
        }
        guard let bytes = document.hexadecimal(in: hole) else {
            facts.formProblems.insert(.holeNotHexadecimal)
            return hole
        }
        let contents = try document.value("Contents", of: signature).string
        if bytes != contents {
            facts.formProblems.insert(.holeIsNotContents)
        }
        return hole
    }

    private func readCoverage(_ facts: inout SignatureFacts) {
        let end = facts.end
        let index = document.revisions.firstIndex { $0.endOfMarker <= end && end <= $0.end && $0.isSelfContained }
        guard let index else { return }
        facts.revisionIndex = index
        let isLast = index == document.revisions.count - 1
        if isLast, document.trailingByteCount > 0 { return }
        facts.coverage = isLast ? .wholeFile : .wholeRevision
    }

    private func readCMS(_ contents: Data, _ hole: Range<Int>, _ facts: inout SignatureFacts) {
        let end = facts.end
        let digest: (DigestAlgorithm) -> Data = { $0.digest(document.data.prefix(end), without: hole) }
        do throws(DERError) {
            if facts.kind == .timestamp {
                let token = try TimestampToken(der: contents)
                facts.documentTimestamp = token.verify(imprint: digest, trust: trust, at: date)
                if !token.cms.paddingIsZero { facts.formProblems.insert(.nonZeroPadding) }
            } else {
                let cms = try CMSFacts(der: contents)
                facts.cms = cms.verify(documentDigest: digest, trust: trust, at: date)
                if !cms.paddingIsZero { facts.formProblems.insert(.nonZeroPadding) }
            }
        } catch {
            facts.formProblems.insert(.unreadableCMS)
        }
    }

    private func readChanges(
        _ signature: PDFDictionary, _ field: FormFieldNode, _ facts: inout SignatureFacts
    ) throws(PDFError) {
        guard let index = facts.revisionIndex, let signed = document.atRevision(index) else { return }
        let before = try FieldTree(signed).field(named: field.name)
        // A dictionary that was not in the signed revision speaks for bytes it did not sign.
        let dictionary = try signed.resolve(before?.value).dictionary
        if before?.value != field.value || dictionary != signature {
            facts.formProblems.insert(.notInSignedRevision)
        }
        // Two readers may see two documents; nobody can say which of them was signed.
        if document.revisions.contains(where: \.hasHybridConflict) { facts.formProblems.insert(.hybridConflict) }
        let lock = try FieldLock(signature, document)
        let (changes, warnings) = RevisionDifference.changes(since: signed, in: document, isLocked: lock.covers)
        facts.changes = changes
        facts.warnings += warnings
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

/// Fields a signature closes by FieldMDP (ISO 32000-2 §12.8.2.4).
private struct FieldLock {
    private var action: String?
    private var names: [String] = []

    init(_ signature: PDFDictionary, _ document: PDFDocument) throws(PDFError) {
        for member in try document.value("Reference", of: signature).array ?? [] {
            guard let reference = try document.resolve(member).dictionary,
                try document.value("TransformMethod", of: reference).name == "FieldMDP"
            else { continue }
            let parameters = try document.value("TransformParams", of: reference).dictionary ?? [:]
            action = try document.value("Action", of: parameters).name
            for name in try document.value("Fields", of: parameters).array ?? [] {
                if let name = try document.resolve(name).text { names.append(name) }
            }
        }
    }

    func covers(_ field: String) -> Bool {
        let isNamed = names.contains { field == $0 || field.hasPrefix($0 + ".") }
        return switch action {
        case "All": true
        case "Include": isNamed
        case "Exclude": !isNamed
        default: false
        }
    }
}

extension Date {
    /// `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2 §7.9.4); what is missing is its smallest value.
    init?(pdfDate text: String) {
        var rest = Substring(text.hasPrefix("D:") ? String(text.dropFirst(2)) : text)
        func number(_ count: Int) -> Int? {
            guard rest.count >= count, let value = Int(rest.prefix(count)), value >= 0 else { return nil }
            rest = rest.dropFirst(count)
            return value
        }
        guard let year = number(4) else { return nil }
        var parts = DateComponents(timeZone: .gmt, year: year, month: 1, day: 1)
        parts.month = number(2) ?? 1
        parts.day = number(2) ?? 1
        parts.hour = number(2) ?? 0
        parts.minute = number(2) ?? 0
        parts.second = number(2) ?? 0
        guard let date = Calendar(identifier: .gregorian).date(from: parts) else { return nil }
        let sign: Double = rest.first == "+" ? -1 : rest.first == "-" ? 1 : 0
        rest = rest.dropFirst()
        let hours = Double(number(2) ?? 0)
        if rest.first == "'" { rest = rest.dropFirst() }
        self = date.addingTimeInterval(sign * (hours * 3600 + Double(number(2) ?? 0) * 60))
    }
}
