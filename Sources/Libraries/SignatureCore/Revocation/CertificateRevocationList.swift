package import Foundation

/// A list of revoked certificates (RFC 5280 §5). Facts only; its lines stay encoded until one is looked for.
package struct CertificateRevocationList: Sendable {
    package struct Entry: Sendable, Hashable {
        package var revokedAt: Date
        package var reason: RevocationReason?
        package var invalidSince: Date?
        var hasUnknownCritical = false
    }

    /// Which certificates and reasons the list covers (§5.2.5).
    struct Scope: Sendable, Hashable {
        var names: [GeneralName] = []
        var onlyUsers = false
        var onlyAuthorities = false
        var onlyAttributes = false
        var isIndirect = false
        var reasons: ReasonSet?
    }

    package let der: Data
    package let issuer: DistinguishedName
    package let thisUpdate: Date
    package let nextUpdate: Date?
    /// Content octets of the list's number.
    let number: Data?
    /// Of the full list that this one only adds to.
    let baseNumber: Data?
    let scope: Scope
    let unknownCritical: [String]
    /// Certificates that expired since then are still on the list (X.509 §9.5.2.8).
    let expiredSince: Date?
    let authorityKeyIdentifier: Data?
    let signatureAlgorithm: SignatureAlgorithm
    let isConsistent: Bool
    private let lines: DERValue?
    private let signature: Data
    private let signedPart: Data

    var isDelta: Bool { baseNumber != nil }

    /// At most 48 MiB.
    package init(der: Data) throws(DERError) {
        var outer = try DERReader([UInt8](der), limit: DERLimit.revocationListBytes)
        let whole = try outer.next(DERTag.sequence, "CertificateList")
        try outer.finish()
        self.der = der
        var list = try whole.reader()
        let body = try list.next(DERTag.sequence, "TBSCertList")
        let algorithm = try list.next(DERTag.sequence, "signatureAlgorithm")
        signatureAlgorithm = try SignatureAlgorithm(algorithm)
        signature = Data(try list.next(DERTag.bitString, "signature").bitStringOctets())
        signedPart = body.encodedData
        var fields = try body.reader()
        _ = try fields.nextIf(DERTag.integer)
        isConsistent = try fields.next(DERTag.sequence, "signature").encoded == algorithm.encoded
        issuer = try DistinguishedName(try fields.next(DERTag.sequence, "issuer"))
        thisUpdate = try fields.next().time()
        let isTime = fields.nextTag == DERTag.utcTime || fields.nextTag == DERTag.generalizedTime
        nextUpdate = isTime ? try fields.next().time() : nil
        lines = try fields.nextIf(DERTag.sequence)
        let extensions = try Extensions(try fields.nextIf(DERTag.context(0)))
        try fields.finish()
        (number, baseNumber, scope) = (extensions.number, extensions.baseNumber, extensions.scope)
        (unknownCritical, expiredSince) = (extensions.unknownCritical, extensions.expiredSince)
        authorityKeyIdentifier = extensions.authorityKeyIdentifier
    }

    func isSigned(by authority: Certificate) -> Bool {
        isConsistent && signatureAlgorithm.check(signature, over: signedPart, by: authority) == .valid
    }

    /// The line about a certificate; on an indirect list a line belongs to the issuer named last (§5.3.3).
    package func entry(for serialNumber: Data, of issuer: DistinguishedName) throws(DERError) -> Entry? {
        guard let lines else { return nil }
        let wanted = [UInt8](serialNumber)
        var reader = try lines.reader()
        var currentIssuer = self.issuer
        var found: Entry?
        while !reader.isAtEnd {
            let line = try reader.next()
            var fields = try line.reader()
            let number = try fields.next(DERTag.integer, "userCertificate")
            let isWanted = number.content.elementsEqual(wanted)
            if !scope.isIndirect, !isWanted { continue }
            let entry = try Self.entry(&fields, &currentIssuer)
            if isWanted, currentIssuer.matches(issuer) { found = entry }
        }
        return found
    }

    private static func entry(
        _ fields: inout DERReader, _ issuer: inout DistinguishedName
    ) throws(DERError) -> Entry {
        var entry = Entry(revokedAt: try fields.next().time())
        guard let extensions = try fields.nextIf(DERTag.sequence) else { return entry }
        for member in try ExtensionList.members(ofSequence: extensions) {
            switch member.type {
            case .reasonCode: entry.reason = RevocationReason(rawValue: try member.value.wrapped().enumeration())
            case .invalidityDate: entry.invalidSince = try member.value.wrapped().time()
            case .certificateIssuer:
                for case .directory(let name) in try GeneralName.list(try member.value.wrapped()) { issuer = name }
            case .holdInstruction: break
            default: entry.hasUnknownCritical = entry.hasUnknownCritical || member.isCritical
            }
        }
        return entry
    }
}

extension CertificateRevocationList {
    private struct Extensions {
        var number: Data?
        var baseNumber: Data?
        var scope = Scope()
        var unknownCritical: [String] = []
        var expiredSince: Date?
        var authorityKeyIdentifier: Data?

        init(_ value: DERValue?) throws(DERError) {
            guard let value else { return }
            for member in try ExtensionList.members(of: value) { try read(member) }
        }

        private mutating func read(_ member: ExtensionList.Member) throws(DERError) {
            switch member.type {
            case .crlNumber: number = try member.value.wrapped().contentData
            case .deltaCRLIndicator: baseNumber = try member.value.wrapped().contentData
            case .issuingDistributionPoint: scope = try Scope(try member.value.wrapped())
            case .expiredCertificatesOnCRL: expiredSince = try member.value.wrapped().time()
            case .authorityKeyIdentifier:
                var fields = try member.value.wrapped().reader()
                authorityKeyIdentifier = try fields.nextIf(DERTag.primitive(0)).map(\.contentData)
            case .issuerAlternativeName, .freshestCRL, .authorityInformationAccess: break
            default: if member.isCritical { unknownCritical.append(member.type.description) }
            }
        }
    }
}

extension CertificateRevocationList.Scope {
    init(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        if let name = try fields.nextIf(DERTag.context(0)) { names = try DistributionPoint.fullNames(name) }
        onlyUsers = try Self.flag(1, &fields)
        onlyAuthorities = try Self.flag(2, &fields)
        if let bits = try fields.nextIf(DERTag.primitive(3)) { reasons = ReasonSet(bits: bits.content) }
        isIndirect = try Self.flag(4, &fields)
        onlyAttributes = try Self.flag(5, &fields)
        try fields.finish()
    }

    private static func flag(_ number: UInt8, _ fields: inout DERReader) throws(DERError) -> Bool {
        try fields.nextIf(DERTag.primitive(number))?.content.first.map { $0 != 0 } ?? false
    }

    /// Whether the list can speak of `certificate` at all (RFC 5280 §6.3.3 b 2).
    func covers(_ certificate: Certificate) -> Bool {
        if onlyAttributes || (onlyUsers && certificate.isAuthority) || (onlyAuthorities && !certificate.isAuthority) {
            return false
        }
        guard !names.isEmpty else { return true }
        let points = certificate.extensions.distributionPoints
        let wanted = points.flatMap { $0.names.isEmpty ? $0.listIssuers : $0.names }
        return !Set(wanted).isDisjoint(with: names)
    }
}

extension DERValue {
    /// A small ENUMERATED.
    func enumeration() throws(DERError) -> Int {
        guard tag == DERTag.enumerated, content.count == 1, let value = content.first, value < 0x80 else {
            throw DERError(reason: .expected("ENUMERATED"), offset: start)
        }
        return Int(value)
    }
}
