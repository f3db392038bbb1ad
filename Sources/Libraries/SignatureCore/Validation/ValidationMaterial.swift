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

    /// Both, each thing once.
    package func merging(_ other: Self) -> Self {
        Self(
            certificates: Self.union(certificates, other.certificates), crls: Self.union(crls, other.crls),
            ocspResponses: Self.union(ocspResponses, other.ocspResponses))
    }

    private static func union<Element: Hashable>(_ first: [Element], _ second: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return (first + second).filter { seen.insert($0).inserted }
    }
}
