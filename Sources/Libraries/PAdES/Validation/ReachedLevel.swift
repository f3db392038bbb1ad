import Foundation
import PDFCore
import SignatureCore

/// Which baseline level a signature's conditions hold for (ETSI EN 319 142-1 §6.3).
struct ReachedLevel {
    /// The security store of the newest revision.
    private let store: ValidationMaterial
    /// Stores that a trusted document timestamp covers.
    private let stampedStores: [(end: Int, material: ValidationMaterial)]

    init(_ document: PDFDocument, _ facts: [SignatureFacts], stored: ValidationMaterial) {
        store = stored
        stampedStores = facts.compactMap { facts in
            guard facts.documentTimestamp?.isTrusted == true, facts.formProblems.isDisjoint(with: SignatureFacts.fatal),
                let index = facts.revisionIndex, let revision = document.atRevision(index),
                let store = try? SecurityStore(revision)
            else { return nil }
            return (facts.end, store.material)
        }
    }

    func name(of facts: SignatureFacts) -> String? {
        guard facts.isCAdES, facts.formProblems.isDisjoint(with: SignatureFacts.fatal), let cms = facts.cms,
            cms.signatureValid, cms.messageDigestMatches, cms.essMatches == .present, cms.signingTimeClaimed == nil,
            facts.claimedTime != nil
        else { return nil }
        guard cms.provenTime != nil else { return "B-B" }
        guard isComplete(cms, in: store) else { return "B-T" }
        let isArchived = stampedStores.contains { $0.end > facts.end && isComplete(cms, in: $0.material) }
        return isArchived ? "B-LTA" : "B-LT"
    }

    /// Everything the result rests on, revocation of every certificate included, is in the store; certificates may be in
    /// the signature, anchors are known anyway.
    private func isComplete(_ cms: CMSReport, in store: ValidationMaterial) -> Bool {
        let paths = [cms.path, cms.timestamp?.path].compactMap(\.self)
        guard !store.isEmpty, paths.allSatisfy(\.isFullyTrusted) else { return false }
        let used = cms.usedMaterial
        return used.crls.allSatisfy(store.crls.contains) && used.ocspResponses.allSatisfy(store.ocspResponses.contains)
    }
}
