import Foundation
import PDFCore
import SignatureCore

/// Walks from the outermost document timestamp inwards and keeps what each trusted one proves to have existed
/// (ETSI EN 319 102-1 §5.6; EN 319 142-1 §5.5).
struct TimeProofs {
    private let document: PDFDocument
    private(set) var known = ProofsOfExistence()

    init(_ document: PDFDocument) { self.document = document }

    /// `timestamp` is trusted and covers `covered` and everything else in its revision.
    mutating func add(_ timestamp: TimestampReport, of revision: Int, covering covered: [SignatureForm]) {
        for form in covered { add(timestamp.time, of: form) }
        guard let earlier = document.atRevision(revision), let store = try? SecurityStore(earlier) else { return }
        known.add(timestamp.time, of: store.material)
    }

    private mutating func add(_ time: Date, of form: SignatureForm) {
        switch form.structure {
        case .cms(let cms):
            add(time, of: cms)
            for token in cms.timestampTokens.prefix(4) {
                if let token = try? TimestampToken(der: token) { add(time, of: token.cms) }
            }
        case .token(let token): add(time, of: token.cms)
        case .bare(let bare):
            known.add(time, of: bare.signature)
            known.add(time, of: ValidationMaterial(certificates: bare.certificates))
        case nil: break
        }
    }

    private mutating func add(_ time: Date, of cms: CMSFacts) {
        known.add(time, of: cms.signature)
        known.add(time, of: ValidationMaterial(certificates: cms.certificates))
    }
}
