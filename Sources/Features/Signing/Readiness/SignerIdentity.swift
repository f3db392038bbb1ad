// Whose certificate it is: what was recorded when a holder's first key was enrolled, and how a later certificate is
// recognised as the same holder's. Pure.
internal import Foundation
internal import Records
internal import SignatureCore

struct SignerIdentity: Sendable, Hashable {
    var name: String
    /// Personal or tax number as certificates carry it, e.g. `CCCD:001080000001`.
    var identifier: String?
    var email: String?
    var organisation: String?

    init(_ certificate: Certificate) {
        name = certificate.commonName
        identifier = certificate.subject.serialNumber
        email = certificate.subject.emailAddress
        organisation = certificate.organisation
    }

    init(name: String, identifier: String?, email: String?, organisation: String?) {
        self.name = name
        self.identifier = identifier
        self.email = email
        self.organisation = organisation
    }

    /// The strongest thing both name decides: number, then e-mail address, then the name itself.
    func isHolder(of certificate: Certificate) -> Bool {
        let other = SignerIdentity(certificate)
        if let mine = identifier, let theirs = other.identifier { return Self.same(mine, theirs) }
        if let mine = email, let theirs = other.email { return Self.same(mine, theirs) }
        return Self.sameName(name, other.name)
    }

    /// What keeps a certificate from signing for this holder whatever its dates; nil when nothing does.
    /// - Parameter known: what was recorded, if anything was.
    static func mismatch(_ certificate: Certificate, known: SignerIdentity?, personName: String?) -> String? {
        if let personName, !bearsName(certificate, personName) {
            return "Cấp cho “\(certificate.commonName)”, không phải cho bạn: không dùng để ký được."
        }
        guard let known, !known.isHolder(of: certificate) else { return nil }
        return
            "Cấp cho người khác với người đã ghi nhận cùng chứng thư số đầu tiên (\(known.display)): không dùng để ký được."
    }

    func refusal(of certificate: Certificate) -> SigningRefusal {
        .otherHolder(certificate.commonName, recorded: display)
    }

    /// `“Nguyễn Văn Đức”, CCCD:001080000001`
    var display: String { (["“\(name)”"] + [identifier ?? email].compactMap(\.self)).joined(separator: ", ") }

    /// Tones count: they tell Vietnamese names apart. Case, spacing and the order of family and given name do not.
    static func sameName(_ a: String, _ b: String) -> Bool {
        let (mine, theirs) = (words(a), words(b))
        return !mine.isEmpty && mine == theirs
    }

    /// Some authorities write names without any tones: then the bare letters decide.
    static func bearsName(_ certificate: Certificate, _ name: String) -> Bool {
        let own = certificate.commonName
        if sameName(own, name) { return true }
        return own.unicodeScalars.allSatisfy(\.isASCII)
            && words(Folding.fold(own)) == words(Folding.fold(name))
    }

    private static func words(_ text: String) -> [String] {
        text.precomposedStringWithCanonicalMapping.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
            .filter { !titles.contains($0.filter(\.isLetter)) }.sorted()
    }

    /// What stands before names in certificates and is no part of them.
    private static let titles: Set = [
        "ts", "ths", "gs", "pgs", "pgsts", "gsts", "gsvs", "tskh", "gstskh", "pgstskh", "ks", "cn", "bs", "ông", "bà",
    ]

    private static func same(_ a: String, _ b: String) -> Bool {
        a.lowercased().filter { !$0.isWhitespace } == b.lowercased().filter { !$0.isWhitespace }
    }
}
