import Foundation

/// The extensions a signature is judged by; all others are left to path building.
struct CertificateExtensions {
    var keyUsage: KeyUsage?
    var extendedKeyUsage: [ObjectIdentifier]?
    var extendedKeyUsageIsCritical = false
    var isAuthority = false
    var subjectKeyIdentifier: Data?
    var authorityKeyIdentifier: Data?

    init(_ value: DERValue?) throws(DERError) {
        guard let value else { return }
        var outer = try value.reader()
        for member in try outer.next(DERTag.sequence, "extensions").members() {
            var fields = try member.reader()
            let type = try fields.next().objectIdentifier()
            let isCritical = try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
            try read(type, isCritical: isCritical, try fields.next(DERTag.octetString, "extnValue"))
        }
    }

    private mutating func read(_ type: ObjectIdentifier, isCritical: Bool, _ value: DERValue) throws(DERError) {
        switch type {
        case .keyUsage: keyUsage = Self.keyUsage(bits: try value.wrapped().content)
        case .extendedKeyUsage:
            var identifiers: [ObjectIdentifier] = []
            for member in try value.wrapped().members() { identifiers.append(try member.objectIdentifier()) }
            extendedKeyUsage = identifiers
            extendedKeyUsageIsCritical = isCritical
        case .basicConstraints:
            var fields = try value.wrapped().reader()
            isAuthority = try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
        case .subjectKeyIdentifier: subjectKeyIdentifier = Data(try value.wrapped().content)
        case .authorityKeyIdentifier:
            var fields = try value.wrapped().reader()
            authorityKeyIdentifier = try fields.nextIf(DERTag.primitive(0)).map { Data($0.content) }
        default: break
        }
    }

    /// Bit 0 of the BIT STRING is the highest bit of its first octet.
    private static func keyUsage(bits: ArraySlice<UInt8>) -> KeyUsage {
        guard let octet = bits.dropFirst().first else { return [] }
        return KeyUsage(rawValue: (0..<8).reduce(0) { $0 | (octet & (0x80 >> $1) == 0 ? 0 : 1 << UInt16($1)) })
    }
}
