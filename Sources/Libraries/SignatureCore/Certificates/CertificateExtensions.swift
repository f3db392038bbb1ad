import Foundation

/// The extensions of a certificate that paths, revocation and signatures are judged by (RFC 5280 §4.2).
struct CertificateExtensions: Sendable {
    var isPresent = false
    var keyUsage: KeyUsage?
    var extendedKeyUsage: [ObjectIdentifier]?
    var extendedKeyUsageIsCritical = false
    var hasBasicConstraints = false
    var isAuthority = false
    var pathLength: Int?
    var subjectKeyIdentifier: Data?
    var authorityKeyIdentifier: Data?
    var nameConstraints: NameConstraints?
    var alternativeNames: [GeneralName] = []
    var distributionPoints: [DistributionPoint] = []
    var ocspURLs: [String] = []
    var issuerURLs: [String] = []
    var policies: [String] = []
    /// Certificates below that may go without a policy all of them share (RFC 5280 §4.2.1.11); nil for any number.
    var explicitPolicySkip: Int?
    /// The same for `anyPolicy` to count (§4.2.1.14).
    var anyPolicySkip: Int?
    var mapsPolicies = false
    /// The issuer vouches for a responder until it expires (RFC 6960 §4.2.2.2.1).
    var hasNoCheck = false
    /// Critical extensions nobody here understands, dotted: the certificate must be refused (RFC 5280 §4.2).
    var unknownCritical: [String] = []
    var repeated: [String] = []

    init(_ value: DERValue?) throws(DERError) {
        guard let value else { return }
        isPresent = true
        var seen: Set<ObjectIdentifier> = []
        for member in try ExtensionList.members(of: value) {
            if !seen.insert(member.type).inserted { repeated.append(member.type.description) }
            try read(member)
        }
    }

    private mutating func read(_ member: ExtensionList.Member) throws(DERError) {
        let value = member.value
        switch member.type {
        case .keyUsage: keyUsage = Self.keyUsage(bits: try value.wrapped().content)
        case .extendedKeyUsage:
            var identifiers: [ObjectIdentifier] = []
            for member in try value.wrapped().members() { identifiers.append(try member.objectIdentifier()) }
            extendedKeyUsage = identifiers
            extendedKeyUsageIsCritical = member.isCritical
        case .basicConstraints: try readBasicConstraints(try value.wrapped())
        case .subjectKeyIdentifier: subjectKeyIdentifier = try value.wrapped().contentData
        case .authorityKeyIdentifier:
            var fields = try value.wrapped().reader()
            authorityKeyIdentifier = try fields.nextIf(DERTag.primitive(0)).map(\.contentData)
        case .nameConstraints: nameConstraints = try NameConstraints(try value.wrapped())
        case .subjectAlternativeName: alternativeNames = try GeneralName.list(try value.wrapped())
        case .ocspNoCheck: hasNoCheck = true
        case .policyConstraints:
            var fields = try value.wrapped().reader()
            explicitPolicySkip = try fields.nextIf(DERTag.primitive(0)).map { number throws(DERError) in
                try number.smallInteger()
            }
        case .inhibitAnyPolicy: anyPolicySkip = try value.wrapped().smallInteger()
        case .policyMappings: mapsPolicies = true
        case .crlDistributionPoints, .authorityInformationAccess, .certificatePolicies: readHints(member)
        case .freshestCRL, .issuerAlternativeName, .subjectDirectoryAttributes, .qualifiedStatements:
            break
        default: if member.isCritical { unknownCritical.append(member.type.description) }
        }
    }

    /// Addresses and policies only help or inform: one that cannot be read is as good as none.
    private mutating func readHints(_ member: ExtensionList.Member) {
        guard let value = try? member.value.wrapped() else { return }
        switch member.type {
        case .crlDistributionPoints: distributionPoints = (try? DistributionPoint.list(value)) ?? []
        case .authorityInformationAccess: try? readAccess(value)
        default: policies = (try? Self.policies(value)) ?? []
        }
    }

    private mutating func readBasicConstraints(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        hasBasicConstraints = true
        isAuthority = try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
        pathLength = try fields.nextIf(DERTag.integer)?.smallInteger()
    }

    private mutating func readAccess(_ value: DERValue) throws(DERError) {
        for member in try value.members() {
            var fields = try member.reader()
            let method = try fields.next().objectIdentifier()
            guard case .uri(let url) = try GeneralName(try fields.next()) else { continue }
            if method == .ocspAccess { ocspURLs.append(url) }
            if method == .issuerAccess { issuerURLs.append(url) }
        }
    }

    private static func policies(_ value: DERValue) throws(DERError) -> [String] {
        var policies: [String] = []
        for member in try value.members() {
            var fields = try member.reader()
            policies.append(try fields.next().objectIdentifier().description)
        }
        return policies
    }

    /// Bit 0 of the BIT STRING is the highest bit of its first octet.
    private static func keyUsage(bits: ArraySlice<UInt8>) -> KeyUsage {
        guard let octet = bits.dropFirst().first else { return [] }
        return KeyUsage(rawValue: (0..<8).reduce(0) { $0 | (octet & (0x80 >> $1) == 0 ? 0 : 1 << UInt16($1)) })
    }
}

/// Extensions as certificates, revocation lists and OCSP carry them (RFC 5280 §4.2).
enum ExtensionList {
    struct Member {
        var type: ObjectIdentifier
        var isCritical: Bool
        /// The OCTET STRING around the extension's own value.
        var value: DERValue
    }

    /// `value` is the explicit tag around the sequence of extensions.
    static func members(of value: DERValue) throws(DERError) -> [Member] {
        var outer = try value.reader()
        return try members(ofSequence: try outer.next(DERTag.sequence, "extensions"))
    }

    static func members(ofSequence sequence: DERValue) throws(DERError) -> [Member] {
        var members: [Member] = []
        for member in try sequence.members() {
            var fields = try member.reader()
            let type = try fields.next().objectIdentifier()
            let isCritical = try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
            members.append(
                Member(type: type, isCritical: isCritical, value: try fields.next(DERTag.octetString, "extnValue")))
        }
        return members
    }
}
