package import Foundation

/// Certificates the office trusts (anchors) and such as help to reach them (intermediates).
package struct TrustStore: Sendable {
    package enum Usage: String, Sendable, Hashable, Codable, CaseIterable { case signing, timestamping }

    package var anchors: [Certificate]
    package var intermediates: [Certificate]
    /// What anchors are trusted for, by `Certificate.fingerprint`; one that is not named here is trusted for everything.
    package var limits: [String: AnchorLimit]
    /// What all questions about the file at hand share; nil where each question stands for itself.
    private(set) var common: CommonGround?

    package init(
        anchors: [Certificate] = [], intermediates: [Certificate] = [], limits: [String: AnchorLimit] = [:]
    ) {
        self.anchors = anchors
        self.intermediates = intermediates
        self.limits = limits
    }

    /// Whether paths for this usage, judged at this date, may end at `anchor`.
    package func trusts(_ anchor: Certificate, for usage: Usage, at date: Date) -> Bool {
        guard !limits.isEmpty, let limit = limits[anchor.fingerprint] else { return true }
        return limit.allows(usage, at: date)
    }

    /// The same trust for all questions about one file, for which `material` is at hand: it is read once, no signature is
    /// checked twice, and together the questions may cost what one file may.
    package func sharing(_ material: ValidationMaterial) -> TrustStore { sharing(CommonGround(material)) }

    func sharing(_ common: CommonGround) -> TrustStore {
        var store = self
        store.common = common
        return store
    }

    var all: [Certificate] { anchors + intermediates + (common?.material.certificates ?? []) }
}
