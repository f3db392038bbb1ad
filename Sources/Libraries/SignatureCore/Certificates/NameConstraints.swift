import Foundation

/// The names an authority may issue certificates for (RFC 5280 §4.2.1.10).
struct NameConstraints: Sendable, Hashable {
    private(set) var permitted: [GeneralName] = []
    private(set) var excluded: [GeneralName] = []

    init(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        if let subtrees = try fields.nextIf(DERTag.context(0)) { permitted = try Self.bases(subtrees) }
        if let subtrees = try fields.nextIf(DERTag.context(1)) { excluded = try Self.bases(subtrees) }
    }

    private static func bases(_ value: DERValue) throws(DERError) -> [GeneralName] {
        var bases: [GeneralName] = []
        for member in try value.members() {
            var fields = try member.reader()
            bases.append(try GeneralName(try fields.next()))
        }
        return bases
    }

    /// Whether every name of `certificate` is one the authority may give.
    func allow(_ certificate: Certificate) -> Bool { Self.names(of: certificate).allSatisfy(allow) }

    /// Subject and alternative names; each e-mail address in the subject counts where there is none beside it.
    private static func names(of certificate: Certificate) -> [GeneralName] {
        var names = certificate.extensions.alternativeNames
        if !certificate.subject.isEmpty { names.append(.directory(certificate.subject)) }
        let hasMail = names.contains { if case .email = $0 { true } else { false } }
        if !hasMail { names += certificate.subject.emailAddresses.map(GeneralName.email) }
        return names
    }

    private func allow(_ name: GeneralName) -> Bool {
        // What nobody here can compare is refused as soon as it is constrained (RFC 5280 §4.2.1.10).
        if case .other = name { return !(permitted + excluded).contains { Self.isSameKind($0, name) } }
        if excluded.contains(where: { Self.isSameKind($0, name) && Self.contains($0, name) }) { return false }
        let bases = permitted.filter { Self.isSameKind($0, name) }
        return bases.isEmpty || bases.contains { Self.contains($0, name) }
    }

    private static func isSameKind(_ base: GeneralName, _ name: GeneralName) -> Bool {
        switch (base, name) {
        case (.email, .email), (.dns, .dns), (.uri, .uri), (.ip, .ip), (.directory, .directory): true
        case (.other(let a, _), .other(let b, _)): a == b
        default: false
        }
    }

    /// Whether `name` lies in the subtree of `base`.
    private static func contains(_ base: GeneralName, _ name: GeneralName) -> Bool {
        switch (base, name) {
        case (.directory(let base), .directory(let name)): name.isWithin(base)
        case (.email(let base), .email(let name)): mail(base.lowercased(), name.lowercased())
        case (.dns(let base), .dns(let name)): domain(base.lowercased(), name.lowercased())
        case (.uri(let base), .uri(let name)): host(base.lowercased(), of: name)
        case (.ip(let base), .ip(let name)): address(base, name)
        default: false
        }
    }

    private static func mail(_ base: String, _ name: String) -> Bool {
        if base.contains("@") { return base == name }
        guard let host = name.split(separator: "@", omittingEmptySubsequences: false).last else { return false }
        return base.hasPrefix(".") ? host.hasSuffix(base) : host == base
    }

    private static func domain(_ base: String, _ name: String) -> Bool {
        base.isEmpty || name == base || name.hasSuffix("." + base)
    }

    private static func host(_ base: String, of url: String) -> Bool {
        guard let host = URLComponents(string: url)?.host?.lowercased() else { return false }
        return base.hasPrefix(".") ? host.hasSuffix(base) : host == base
    }

    /// Address and mask of one length, four or sixteen octets each.
    private static func address(_ base: Data, _ name: Data) -> Bool {
        guard base.count == name.count * 2 else { return false }
        let (network, mask) = (base.prefix(name.count), base.suffix(name.count))
        return zip(zip(name, network), mask).allSatisfy { $0.0 & $1 == $0.1 & $1 }
    }
}
