import Digests
package import Foundation

/// What may help to judge certificates: from a CMS, a PDF's security store, configuration or the network. Nothing in it
/// is trusted for being here.
package struct ValidationMaterial: Sendable, Hashable, Codable {
    package var certificates: [Certificate]
    /// CertificateList (RFC 5280 §5.1), DER each.
    package var crls: [Data]
    /// OCSPResponse (RFC 6960 §4.2.1), DER each.
    package var ocspResponses: [Data]

    package init(certificates: [Certificate] = [], crls: [Data] = [], ocspResponses: [Data] = []) {
        self.certificates = certificates
        self.crls = crls
        self.ocspResponses = ocspResponses
    }

    package var isEmpty: Bool { certificates.isEmpty && crls.isEmpty && ocspResponses.isEmpty }

    /// Both, each thing once, in order.
    package func merging(_ other: Self) -> Self {
        Self(
            certificates: (certificates + other.certificates).uniqued(), crls: (crls + other.crls).uniqued(),
            ocspResponses: (ocspResponses + other.ocspResponses).uniqued())
    }
}

extension [Data] {
    /// Each once, at its first place. Data is hashed by its first bytes alone, which in lists of one authority are all
    /// the same.
    func uniqued() -> [Data] {
        if count < 2 { return self }
        var seen: Set<Data> = []
        return filter { seen.insert(DigestAlgorithm.sha256.digest($0)).inserted }
    }
}

extension Array where Element: Hashable {
    /// Each element once, at its first place.
    func uniqued() -> [Element] {
        if count < 2 { return self }
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
