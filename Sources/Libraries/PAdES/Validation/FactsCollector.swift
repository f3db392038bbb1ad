import Digests
import Foundation
import PDFCore
import SignatureCore

/// Reads all signatures of a file into facts.
struct FactsCollector {
    private let document: PDFDocument
    private let fields: FieldTree
    private let request: VerificationRequest
    /// The security store of the newest revision.
    let stored: ValidationMaterial
    private static let maximumSignatures = 100

    init(_ document: PDFDocument, _ request: VerificationRequest) throws(PDFError) {
        self.document = document
        fields = try FieldTree(document)
        stored = (try? SecurityStore(document))?.material ?? ValidationMaterial()
        var request = request
        request.trust = request.trust.sharing(request.material.merging(stored))
        self.request = request
    }

    var unsignedFields: [String] { fields.fields.filter { $0.isSignature && $0.value == nil }.map(\.name) }

    /// - Parameter begun: digests that another core has begun with.
    func facts(_ begun: DigestsAhead? = nil) throws(PDFError) -> [SignatureFacts] {
        var forms = try forms(of: fields, in: document) + removedForms()
        // Each signature costs a digest of the file and a comparison of its revisions.
        guard forms.count <= Self.maximumSignatures else { throw PDFError(.limit(.objects)) }
        markShared(&forms)
        markCollisions(&forms)
        let code = forms.isEmpty ? nil : try CodeCheck(document)
        // What needs no digest comes first: a large file's are taken by another core meanwhile.
        let asked = Set(forms.flatMap(\.digests) + (code?.digests ?? []))
        let digests = begun?.covering(asked) ?? DigestsAhead(asked, of: document.source)
        let history = RevisionHistory(document, from: forms.compactMap(\.facts.revisionIndex).min() ?? .max)
        let suspicions = suspicions(forms)
        var facts = verified(forms, digests)
        for index in facts.indices { try readChanges(forms[index], history, &facts[index]) }
        let finding = code?.finding(digests)
        for index in facts.indices { facts[index].code = finding }
        if let suspicions { facts[suspicions.index].warnings += suspicions.sentences }
        if document.isReconstructed {
            for index in facts.indices { facts[index].formProblems.insert(.reconstructed) }
        }
        return facts.sorted { $0.end < $1.end }
    }

    // MARK: all signatures

    private func forms(of tree: FieldTree, in document: PDFDocument) throws(PDFError) -> [SignatureForm] {
        var forms: [SignatureForm] = []
        for field in tree.fields where field.isSignature || field.value?.reference != nil {
            guard let value = try document.resolve(field.value).dictionary else { continue }
            guard field.isSignature || value["ByteRange"] != nil else { continue }
            forms.append(try SignatureForm(of: field, in: document))
        }
        return forms
    }

    /// Signatures of earlier revisions that the newest one no longer has.
    private func removedForms() throws(PDFError) -> [SignatureForm] {
        // A field whose value is gone has none, whatever number it still names.
        var known = Set(
            fields.fields.compactMap { field in
                (try? document.resolve(field.value).dictionary) == nil ? nil : field.value?.reference
            })
        var removed: [SignatureForm] = []
        var budget = 2_000_000
        for index in document.revisions.indices.dropLast().reversed() {
            guard let earlier = document.atRevision(index), let tree = try? FieldTree(earlier) else { continue }
            budget -= tree.nodes.count
            guard budget > 0 else { throw PDFError(.limit(.objects)) }
            for field in tree.fields where field.isSignature {
                guard let value = field.value?.reference, known.insert(value).inserted,
                    try earlier.resolve(field.value).dictionary?["ByteRange"] != nil
                else { continue }
                var form = try SignatureForm(of: field, in: earlier)
                form.note(.removedLater)
                removed.append(form)
            }
        }
        return removed
    }

    private func markShared(_ forms: inout [SignatureForm]) {
        let uses = Dictionary(grouping: forms.indices) { forms[$0].field.value }
        for indices in uses.values where indices.count > 1 {
            for index in indices { forms[index].note(.sharedBetweenFields) }
        }
    }

    /// Of two signatures one covers the other whole, its hole too; a certification is the first of all.
    private func markCollisions(_ forms: inout [SignatureForm]) {
        let order = forms.indices.filter { forms[$0].hole != nil }.sorted { forms[$0].facts.end < forms[$1].facts.end }
        for (earlier, later) in zip(order, order.dropFirst()) {
            if forms[later].facts.byteRange[1] < forms[earlier].facts.end { forms[later].note(.collidingByteRange) }
        }
        for index in order.dropFirst() where forms[index].facts.kind == .certification {
            if order.prefix(while: { $0 != index }).contains(where: { forms[$0].facts.kind != .timestamp }) {
                forms[index].note(.certificationNotFirst)
            }
        }
    }

    /// What was signed first holds whatever the pages show; what came later is compared with it.
    private func suspicions(_ forms: [SignatureForm]) -> (index: Int, sentences: [String])? {
        let first = forms.indices.filter { forms[$0].facts.revisionIndex != nil }
            .min { (forms[$0].facts.revisionIndex ?? 0) < (forms[$1].facts.revisionIndex ?? 0) }
        guard let first, let revision = forms[first].facts.revisionIndex, let signed = document.atRevision(revision)
        else { return nil }
        return (first, Suspicions(signed).sentences)
    }

    // MARK: one signature

    /// From the outermost inwards, so that each is judged by what later timestamps prove.
    private func verified(_ forms: [SignatureForm], _ digests: DigestsAhead) -> [SignatureFacts] {
        var proofs = TimeProofs(document)
        var facts = forms.map(\.facts)
        for index in forms.indices.sorted(by: { facts[$0].end > facts[$1].end }) {
            verify(forms[index], digests, proofs.known, &facts[index])
            guard let token = facts[index].documentTimestamp, token.isTrusted,
                let revision = facts[index].revisionIndex,
                facts[index].formProblems.isDisjoint(with: SignatureFacts.fatal)
            else { continue }
            let covered = forms.filter { $0.hole != nil && $0.facts.end <= facts[index].byteRange[1] }
            proofs.add(token, of: revision, covering: covered)
        }
        return facts
    }

    private func verify(
        _ form: SignatureForm, _ digests: DigestsAhead, _ proofs: ProofsOfExistence,
        _ facts: inout SignatureFacts
    ) {
        let digest: (DigestAlgorithm) -> Data = { algorithm in
            form.digests.first { $0.algorithm == algorithm }.flatMap(digests.value) ?? Data()
        }
        let (trust, date) = (request.trust, request.date)
        switch form.structure {
        case .cms(let cms):
            facts.cms = cms.verify(documentDigest: digest, trust: trust, at: date, proofs: proofs)
        case .bare(let bare):
            facts.cms = bare.verify(documentDigest: digest, trust: trust, at: date, proofs: proofs)
        case .token(let token):
            facts.documentTimestamp = token.verify(imprint: digest, trust: trust, at: date, proofs: proofs)
        case nil: break
        }
    }

    private func readChanges(
        _ form: SignatureForm, _ history: RevisionHistory, _ facts: inout SignatureFacts
    ) throws(PDFError) {
        guard let index = facts.revisionIndex, let signed = document.atRevision(index) else { return }
        let before = try (signed.isLatest ? fields : FieldTree(signed)).field(named: form.field.name)
        // A dictionary that was not in the signed revision speaks for bytes it did not sign.
        let dictionary = try signed.resolve(before?.value).dictionary
        if before?.value != form.field.value || dictionary != form.dictionary {
            facts.formProblems.insert(.notInSignedRevision)
        }
        // Two readers may see two documents; nobody can say which of them was signed.
        if document.revisions.contains(where: \.hasHybridConflict) { facts.formProblems.insert(.hybridConflict) }
        if document.revisions.contains(where: { $0.kind == .hybrid }) { facts.formProblems.insert(.hybridReference) }
        let restrictions = try SignatureRestrictions(
            form.dictionary, field: before?.dictionary ?? [:], in: signed)
        facts.permission = try min(restrictions.permission ?? 2, document.certificationPermission() ?? 3)
        let findings = history.changes(since: index, under: restrictions)
        (facts.changes, facts.warnings) = (findings.changes, findings.warnings)
        facts.isDrawnOver = findings.isDrawnOver
    }
}
