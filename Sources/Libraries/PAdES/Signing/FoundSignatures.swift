import Digests
import Foundation
import PDFCore
import SignatureCore

/// Validation material and for which /Contents each part of it was gathered.
struct GatheredMaterial {
    var bySignature: [(contents: Data, material: ValidationMaterial)] = []
}

/// The signatures and document timestamps of a file, as far as extending them needs to know; nothing is verified.
struct FoundSignatures {
    private struct Signature {
        var contents: Data
        var end: Int
        var isTimestamp: Bool
        var cms: CMSFacts
        var tokens: [TimestampToken]
    }

    private var signatures: [Signature] = []
    /// Certificates of the security store that is there already.
    private var stored: [Certificate] = []

    /// Throws `nothingToExtend` for a file without signatures.
    init(in document: PDFDocument) throws(PAdESError) {
        try reading { () throws(PDFError) in
            stored = try SecurityStore(document)?.material.certificates ?? []
            for field in try FieldTree(document).fields where field.isSignature {
                guard let dictionary = try document.resolve(field.value).dictionary else { continue }
                try add(dictionary, document)
            }
        }
        if signatures.isEmpty { throw .nothingToExtend }
    }

    private mutating func add(_ dictionary: PDFDictionary, _ document: PDFDocument) throws(PDFError) {
        guard let contents = try document.value("Contents", of: dictionary).string else { return }
        let range = try document.value("ByteRange", of: dictionary).array?.compactMap(\.integer) ?? []
        let isTimestamp = try document.value("SubFilter", of: dictionary).name == "ETSI.RFC3161"
        let end = range.count == 4 ? range[2] &+ range[3] : 0
        if isTimestamp {
            guard let token = try? TimestampToken(der: contents) else { return }
            signatures.append(
                Signature(contents: contents, end: end, isTimestamp: true, cms: token.cms, tokens: []))
        } else if let cms = try? CMSFacts(der: contents) {
            let tokens = cms.timestampTokens.prefix(4).compactMap { try? TimestampToken(der: $0) }
                .filter { isIntact($0, over: cms.signature) }
            signatures.append(
                Signature(contents: contents, end: end, isTimestamp: false, cms: cms, tokens: tokens))
        }
    }

    /// One of other bytes, or broken, proves nothing: nobody would count it.
    private func isIntact(_ token: TimestampToken, over signature: Data) -> Bool {
        let material = ValidationMaterial(certificates: token.cms.certificates + stored)
        return token.verify(
            imprint: { $0.digest(signature) }, trust: TrustStore(), at: token.time, material: material
        ).isIntact
    }

    /// Every signature has a timestamp of its own or a later document timestamp over it.
    var hasProofOfTime: Bool {
        let covered = signatures.filter(\.isTimestamp).map(\.end).max() ?? 0
        return signatures.allSatisfy { $0.isTimestamp || !$0.tokens.isEmpty || $0.end < covered }
    }

    /// Asks for the certificates and their status of every signer and timestamp authority.
    func material(from proofs: ProofSources) async throws -> GatheredMaterial {
        var gathered = GatheredMaterial()
        for signature in signatures {
            var material = ValidationMaterial()
            for cms in [signature.cms] + signature.tokens.map(\.cms) {
                guard let signer = cms.resolvingSigner(among: stored).signer else {
                    throw PAdESError.statusMissing("?")
                }
                let beside = (cms.certificates + stored).filter { $0 != signer }
                let found = try await proofs.material(signer, beside)
                if found.crls.isEmpty, found.ocspResponses.isEmpty, !signer.isSelfIssued {
                    throw PAdESError.statusMissing(signer.commonName)
                }
                material = material.merging(ValidationMaterial(certificates: cms.certificates)).merging(found)
            }
            gathered.bySignature.append((signature.contents, material))
        }
        return gathered
    }
}
