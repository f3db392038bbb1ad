import Foundation

/// A name in an extension (RFC 5280 §4.2.1.6).
enum GeneralName: Sendable, Hashable {
    case email(String)
    case dns(String)
    case uri(String)
    case ip(Data)
    case directory(DistinguishedName)
    case other(tag: UInt8, content: Data)

    init(_ value: DERValue) throws(DERError) {
        switch value.tag {
        case DERTag.primitive(1): self = .email(Self.text(value))
        case DERTag.primitive(2): self = .dns(Self.text(value))
        case DERTag.primitive(6): self = .uri(Self.text(value))
        case DERTag.primitive(7): self = .ip(value.contentData)
        case DERTag.context(4):
            var reader = try value.reader()
            self = .directory(try DistinguishedName(try reader.next(DERTag.sequence, "directoryName")))
        default: self = .other(tag: value.tag, content: value.contentData)
        }
    }

    static func list(_ value: DERValue) throws(DERError) -> [GeneralName] {
        var names: [GeneralName] = []
        for member in try value.members() { names.append(try GeneralName(member)) }
        return names
    }

    private static func text(_ value: DERValue) -> String { String(decoding: value.content, as: UTF8.self) }
}

/// Where an authority publishes the list a certificate would be on (RFC 5280 §4.2.1.13).
struct DistributionPoint: Sendable, Hashable {
    var names: [GeneralName] = []
    /// Who signs the list, when it is not the certificate's issuer.
    var listIssuers: [GeneralName] = []
    /// Only these reasons are covered; nil means all.
    var reasons: ReasonSet?

    var urls: [String] {
        names.compactMap {
            if case .uri(let url) = $0 { url } else { nil }
        }
    }

    static func list(_ value: DERValue) throws(DERError) -> [DistributionPoint] {
        var points: [DistributionPoint] = []
        for member in try value.members() {
            var fields = try member.reader()
            var point = DistributionPoint()
            if let name = try fields.nextIf(DERTag.context(0)) { point.names = try fullNames(name) }
            if let reasons = try fields.nextIf(DERTag.primitive(1)) { point.reasons = ReasonSet(bits: reasons.content) }
            if let issuers = try fields.nextIf(DERTag.context(2)) { point.listIssuers = try GeneralName.list(issuers) }
            points.append(point)
        }
        return points
    }

    /// The full names of a DistributionPointName; names relative to the issuer are not used by anybody.
    static func fullNames(_ value: DERValue) throws(DERError) -> [GeneralName] {
        var reader = try value.reader()
        guard let names = try reader.nextIf(DERTag.context(0)) else { return [] }
        return try GeneralName.list(names)
    }
}

/// Revocation reasons as a bit field (RFC 5280 §4.2.1.13).
struct ReasonSet: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    /// Bits 1 to 8; bit 0 is unused.
    static let all = ReasonSet(rawValue: 0x1FE)

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(bits: ArraySlice<UInt8>) {
        let octets = Array(bits.dropFirst().prefix(2))
        var value: UInt16 = 0
        for bit in 0..<min(9, octets.count * 8) where octets[bit / 8] & 0x80 >> (bit % 8) != 0 { value |= 1 << bit }
        rawValue = value
    }
}
