import PDFCore
package import SignatureCore

/// How the CMS signature of a PDF is formed: its /SubFilter.
package enum SignatureFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// PAdES baseline (ETSI EN 319 142-1).
    case cades = "ETSI.CAdES.detached"
    /// The form of older programs (ISO 32000-2 §12.8.3.3), with the time among its signed attributes.
    case adbe = "adbe.pkcs7.detached"
}

/// The baseline levels of ETSI EN 319 142-1 §6, each holding the ones before.
package enum SignatureLevel: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// The signature alone.
    case bB = "B-B"
    /// With proof of the time it existed.
    case bT = "B-T"
    /// With certificates and their status in the file.
    case bLT = "B-LT"
    /// With a timestamp over everything, to be renewed before its authority's certificate runs out.
    case bLTA = "B-LTA"

    package static func < (a: Self, b: Self) -> Bool {
        (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
}

/// What a certification lets later hands do (ISO 32000-2 Table 257).
package enum DocumentPermission: Int, Sendable, Hashable, Codable, Comparable {
    case nothing = 1
    case fillingAndSigning = 2
    case annotating = 3

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Where the proofs of the higher levels come from.
package struct ProofSources: Sendable {
    /// Certificates and their status for a certificate, given those found beside it.
    package typealias Material =
        @Sendable (_ certificate: Certificate, _ beside: [Certificate]) async throws -> ValidationMaterial

    package var timestamps: TimestampAuthority?
    package var material: Material

    package init(timestamps: TimestampAuthority? = nil, material: @escaping Material = { _, _ in ValidationMaterial() })
    {
        self.timestamps = timestamps
        self.material = material
    }
}
