import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Đường dẫn chứng thực theo RFC 5280 §6: mỗi ràng buộc một phép thử, so với openssl.
struct PathTests {
    /// `CA:TRUE` with an optional length, and the usual uses.
    private static func authority(length: Int? = nil, usage: KeyUsage = [.keyCertSign, .crlSign]) -> [[UInt8]] {
        [
            TestAuthority.extension(
                .basicConstraints, isCritical: true, DER.sequence(DER.boolean(true), length.map(DER.integer) ?? [])),
            CertificateTemplate.usage(usage),
        ]
    }

    private static func permitted(_ names: [UInt8]..., excluded: Bool = false) -> [UInt8] {
        let subtrees = DER.element(DERTag.context(excluded ? 1 : 0), names.flatMap { DER.sequence($0) })
        return TestAuthority.extension(.nameConstraints, isCritical: true, DER.sequence(subtrees))
    }

    private static func directory(_ organisation: String) -> [UInt8] {
        let name = DistinguishedName([
            .init(type: .country, value: "VN"), .init(type: .organisation, value: organisation),
        ])
        return DER.element(DERTag.context(4), [UInt8](name.der))
    }

    /// The path of a signer under an authority with these extensions, and what openssl says of the same.
    private func judge(
        middle: [[UInt8]], leaf: [[UInt8]]? = nil, kind: CertificateTemplate.Kind = .signer(emailAddress: "a@vast.vn")
    ) async throws -> (report: PathReport, openssl: Bool) {
        let root = try TestAuthority.root()
        let issuing = try root.authority("Phát hành", .bare, additions: middle)
        let signer = try issuing.issue("A", leaf == nil ? kind : .bare, additions: leaf ?? [])
        return try await compare(signer.certificate, [issuing.certificate], root.certificate)
    }

    private func compare(
        _ leaf: Certificate, _ between: [Certificate], _ root: Certificate
    ) async throws -> (report: PathReport, openssl: Bool) {
        let report = TrustStore(anchors: [root]).path(of: leaf, beside: between, at: now)
        let verified = try await withFolder { folder in
            try Data(root.pem.utf8).write(to: folder.appending(path: "root.pem"))
            try Data(between.map(\.pem).joined().utf8).write(to: folder.appending(path: "ca.pem"))
            try Data(leaf.pem.utf8).write(to: folder.appending(path: "leaf.pem"))
            let time = Int(now.timeIntervalSince1970)
            return try openssl("verify -attime \(time) -CAfile root.pem -untrusted ca.pem leaf.pem", in: folder).status
                == 0
        }
        return (report, verified)
    }

    @Test func `an ordinary authority is accepted, by openssl too`() async throws {
        let (report, openssl) = try await judge(middle: Self.authority())
        #expect(report.status == .trusted && openssl)
    }

    @Test func `who is no authority certifies nobody`() async throws {
        let (report, openssl) = try await judge(middle: [CertificateTemplate.usage([.keyCertSign])])
        #expect(report.problems.map(\.kind) == [.notAnAuthority] && report.status == .untrusted && !openssl)
        #expect(report.subIndication == "CHAIN_CONSTRAINTS_FAILURE")
    }

    @Test func `an authority without the right to sign certificates certifies nobody`() async throws {
        let (report, openssl) = try await judge(middle: Self.authority(usage: [.crlSign]))
        #expect(report.problems.map(\.kind) == [.cannotSignCertificates] && !openssl)
        #expect(report.culprit?.commonName == "Phát hành")
    }

    @Test(arguments: [0, 1]) func `the length an authority allows is kept`(length: Int) async throws {
        let root = try TestAuthority.root()
        let upper = try root.authority("Trên", .bare, additions: Self.authority(length: length))
        let lower = try upper.authority("Dưới", .bare, additions: Self.authority())
        let signer = try lower.issue("A")
        let (report, openssl) = try await compare(
            signer.certificate, [lower.certificate, upper.certificate], root.certificate)
        #expect((report.status == .trusted) == (length == 1) && openssl == (length == 1))
        #expect(report.problems.map(\.kind) == (length == 1 ? [] : [.pathTooLong]))
        // What an anchor says of itself is kept as well.
        let below = TrustStore(anchors: [upper.certificate]).path(
            of: signer.certificate, beside: [lower.certificate], at: now)
        #expect(below.problems.map(\.kind) == (length == 1 ? [] : [.pathTooLong]))
    }

    /// RFC 5280 §6.1.4 l: who certifies his own next key is one authority still.
    @Test func `an authority's own renewal takes no place in the length allowed`() async throws {
        let root = try TestAuthority.root()
        let old = try root.authority("Phát hành", .bare, additions: Self.authority(length: 0))
        let renewed = try old.authority("Phát hành", .bare, additions: Self.authority(length: 0))
        let signer = try renewed.issue("A").certificate
        let (report, openssl) = try await compare(signer, [renewed.certificate, old.certificate], root.certificate)
        #expect(report.chain == [signer, renewed.certificate, old.certificate, root.certificate])
        #expect(report.status == .trusted && openssl)
    }

    @Test(arguments: [true, false]) func `an unknown extension matters only when critical`(
        isCritical: Bool
    ) async throws {
        let strange = TestAuthority.extension(
            ObjectIdentifier("1.3.6.1.4.1.32473.7"), isCritical: isCritical, DER.null)
        let (report, openssl) = try await judge(middle: Self.authority() + [strange])
        #expect((report.status == .trusted) == !isCritical && openssl == !isCritical)
        let leaf = try await judge(
            middle: Self.authority(), leaf: [CertificateTemplate.usage([.digitalSignature]), strange])
        #expect((leaf.report.status == .trusted) == !isCritical)
    }

    @Test func `names outside what an authority may give are refused`() async throws {
        let cases: [([UInt8], Bool)] = [
            (Self.permitted(Self.directory("Viện")), true), (Self.permitted(Self.directory("viện")), true),
            (Self.permitted(Self.directory("Khác")), false),
            (Self.permitted(Self.directory("Viện"), excluded: true), false),
            (Self.permitted(DER.element(DERTag.primitive(1), Array("vast.vn".utf8))), true),
            (Self.permitted(DER.element(DERTag.primitive(1), Array("other.vn".utf8))), false),
            (Self.permitted(DER.element(DERTag.primitive(1), Array("a@vast.vn".utf8)), excluded: true), false),
            (Self.permitted(DER.element(DERTag.primitive(2), Array("vast.vn".utf8))), true),
        ]
        for (constraints, isAllowed) in cases {
            let (report, openssl) = try await judge(middle: Self.authority() + [constraints])
            #expect((report.status == .trusted) == isAllowed && openssl == isAllowed, "\(Data(constraints).hex)")
            #expect(report.problems.map(\.kind) == (isAllowed ? [] : [.nameNotPermitted]))
        }
    }

    @Test(arguments: [(["a@evil.vn", "a@vast.vn"], false), (["b@vast.vn", "a@vast.vn"], true)])
    func `every address in the subject is one the authority may give`(addresses: [String], isAllowed: Bool) throws {
        let root = try TestAuthority.root()
        let constraint = Self.permitted(DER.element(DERTag.primitive(1), Array("vast.vn".utf8)))
        let issuing = try root.authority("CA", .bare, additions: Self.authority() + [constraint])
        let subject = DistinguishedName(addresses.map { .init(type: .emailAddress, value: $0) })
        let key = try issuing.issue("A")
        let leaf = try issuing.certify(
            key.certificate.publicKeyInfo,
            CertificateTemplate(
                kind: .bare, subject: subject, notBefore: now - 60, notAfter: now + 86_400,
                additions: [CertificateTemplate.usage([.nonRepudiation])]))
        let path = TrustStore(anchors: [root.certificate]).path(of: leaf, beside: [issuing.certificate], at: now)
        #expect(path.problems.map(\.kind) == (isAllowed ? [] : [.nameNotPermitted]))
    }

    /// RFC 5280 §6.1.3 b: an authority's own renewals are spared, never the certificate that signs.
    @Test(arguments: [("a@vast.vn", true), ("a@other.vn", false)])
    func `a signer of the authority's own name is held to its constraints`(
        address: String, isAllowed: Bool
    ) async throws {
        let root = try TestAuthority.root()
        let mail = DER.element(DERTag.primitive(1), Array("vast.vn".utf8))
        let issuing = try root.authority("Phát hành", .bare, additions: Self.authority() + [Self.permitted(mail)])
        let signer = try issuing.issue("Phát hành", .signer(emailAddress: address)).certificate
        let (report, openssl) = try await compare(signer, [issuing.certificate], root.certificate)
        #expect(signer.isSelfIssued && openssl == isAllowed)
        #expect(report.problems.map(\.kind) == (isAllowed ? [] : [.nameNotPermitted]))
    }

    private static func policies(_ names: String...) -> [UInt8] {
        TestAuthority.extension(
            .certificatePolicies, DER.sequence(of: names.map { DER.sequence(DER.identifier(ObjectIdentifier($0))) }))
    }

    /// What is demanded: a policy after so many further certificates.
    private static func explicit(after count: UInt8) -> [UInt8] {
        TestAuthority.extension(
            .policyConstraints, isCritical: true, DER.sequence(DER.element(DERTag.primitive(0), [count])))
    }

    @Test func `a policy that an authority demands is there`() async throws {
        let (one, two, any) = (
            Self.policies("1.3.6.1.4.1.32473.1"), Self.policies("1.3.6.1.4.1.32473.2"), "2.5.29.32.0"
        )
        let sign = CertificateTemplate.usage([.digitalSignature])
        let cases: [([[UInt8]], [[UInt8]], Bool)] = [
            ([Self.explicit(after: 0), one], [sign, one], true), ([Self.explicit(after: 0), one], [sign], false),
            ([Self.explicit(after: 0), one], [sign, two], false), ([one], [sign, two], true),
            ([Self.explicit(after: 0), Self.policies(any)], [sign, two], true),
            ([Self.explicit(after: 0)], [sign, one], false), ([Self.explicit(after: 5), one], [sign], true),
            ([one], [sign, Self.explicit(after: 0)], false),
            (
                [Self.explicit(after: 0), one, TestAuthority.extension(.policyMappings, DER.sequence())], [sign, one],
                false
            ),
        ]
        for (middle, leaf, holds) in cases {
            let (report, _) = try await judge(middle: Self.authority() + middle, leaf: leaf)
            #expect(report.problems.map(\.kind) == (holds ? [] : [.noCommonPolicy]))
        }
    }

    private static func inhibitingAny(after count: Int) -> [UInt8] {
        TestAuthority.extension(.inhibitAnyPolicy, isCritical: true, DER.integer(count))
    }

    /// RFC 5280 §6.1.3 d, §6.1.4 h to j: what an authority says of policies binds those below it; its own renewals are no
    /// further step.
    @Test func `what an authority demands of policies is kept below it, its renewals apart`() throws {
        let (one, any) = (Self.policies("1.3.6.1.4.1.32473.1"), Self.policies("2.5.29.32.0"))
        let cases: [(upper: [[UInt8]], lower: (String, [[UInt8]]), leaf: [[UInt8]], holds: Bool)] = [
            ([Self.explicit(after: 0), one], ("Dưới", [any]), [any], true),
            ([Self.explicit(after: 0), one, Self.inhibitingAny(after: 0)], ("Dưới", [any]), [one], false),
            ([Self.explicit(after: 0), one, Self.inhibitingAny(after: 0)], ("Trên", [any]), [one], true),
            ([Self.explicit(after: 0), one, Self.inhibitingAny(after: 0)], ("Trên", [any]), [any], false),
            ([Self.explicit(after: 2), one], ("Dưới", [one]), [], false),
            ([Self.explicit(after: 2), one], ("Trên", [one]), [], true),
            ([Self.explicit(after: 0), one], ("Dưới", [one, Self.explicit(after: 5)]), [], false),
        ]
        for (upper, lower, leaf, holds) in cases {
            let root = try TestAuthority.root()
            let first = try root.authority("Trên", .bare, additions: Self.authority() + upper)
            let second = try first.authority(lower.0, .bare, additions: Self.authority() + lower.1)
            let signer = try second.issue("A", additions: leaf).certificate
            let path = TrustStore(anchors: [root.certificate]).path(
                of: signer, beside: [first.certificate, second.certificate], at: now)
            #expect(path.problems.map(\.kind) == (holds ? [] : [.noCommonPolicy]), "\(lower.0) \(upper.count)")
        }
    }

    @Test func `addresses, hosts and machines are compared as RFC 5280 has it`() throws {
        func allows(_ constraint: [UInt8], _ name: [UInt8]) throws -> Bool {
            let names = TestAuthority.extension(.subjectAlternativeName, DER.sequence(name))
            let root = try TestAuthority.root()
            let issuing = try root.authority("CA", .bare, additions: Self.authority() + [constraint])
            let leaf = try issuing.issue("A", .bare, additions: [CertificateTemplate.usage([.nonRepudiation]), names])
            return TrustStore(anchors: [root.certificate]).path(
                of: leaf.certificate, beside: [issuing.certificate], at: now
            ).status == .trusted
        }
        func text(_ tag: UInt8, _ value: String) -> [UInt8] { DER.element(DERTag.primitive(tag), Array(value.utf8)) }
        func ip(_ octets: [UInt8]) -> [UInt8] { DER.element(DERTag.primitive(7), octets) }
        let rows: [([UInt8], [UInt8], Bool)] = [
            (text(2, "vast.vn"), text(2, "a.vast.vn"), true), (text(2, "vast.vn"), text(2, "xvast.vn"), false),
            (text(6, ".vast.vn"), text(6, "http://a.vast.vn/x"), true),
            (text(6, "vast.vn"), text(6, "http://a.vast.vn/"), false),
            (text(1, ".vast.vn"), text(1, "a@b.vast.vn"), true), (text(1, ".vast.vn"), text(1, "a@vast.vn"), false),
            (ip([10, 0, 0, 0, 255, 0, 0, 0]), ip([10, 1, 2, 3]), true),
            (ip([10, 0, 0, 0, 255, 0, 0, 0]), ip([11, 1, 2, 3]), false),
            (DER.element(DERTag.primitive(8), [0x2A, 3]), DER.element(DERTag.primitive(8), [0x2A, 3]), false),
        ]
        for (base, name, isAllowed) in rows { #expect(try allows(Self.permitted(base), name) == isAllowed) }
        let unknown = DER.element(DERTag.primitive(8), [0x2A, 3])
        #expect(try !allows(Self.permitted(unknown, excluded: true), unknown))
        #expect(try allows(Self.permitted(unknown, excluded: true), text(2, "vast.vn")))
    }

    /// RFC 5280 §4.2.1.10: the old place of an address is constrained where the new one is empty.
    @Test(arguments: [("a@vast.vn", true), ("a@other.vn", false)])
    func `an address in the subject is constrained too`(address: String, isAllowed: Bool) throws {
        let mail = DER.element(DERTag.primitive(1), Array("vast.vn".utf8))
        let root = try TestAuthority.root()
        let issuing = try root.authority("CA", .bare, additions: Self.authority() + [Self.permitted(mail)])
        let handle = try PrivateKeyHandle.generated(.p256)
        let leaf = try issuing.certify(
            try handle.publicKeyInfo(),
            CertificateTemplate(
                kind: .signer(emailAddress: nil),
                subject: DistinguishedName([
                    .init(type: .commonName, value: "A"), .init(type: .emailAddress, value: address),
                ]), notBefore: now - 60, notAfter: now + 86_400))
        let path = TrustStore(anchors: [root.certificate]).path(of: leaf, beside: [issuing.certificate], at: now)
        #expect(path.problems.map(\.kind) == (isAllowed ? [] : [.nameNotPermitted]))
    }

    @Test(arguments: [(8, true), (9, false)])
    func `a path longer than any real hierarchy is not followed`(authorities: Int, isFollowed: Bool) throws {
        let root = try TestAuthority.root()
        var chain = [root]
        for number in 1...authorities {
            chain.append(try chain[number - 1].authority("CA \(number)", .bare, additions: Self.authority()))
        }
        let leaf = try chain[authorities].issue("A").certificate
        let path = TrustStore(anchors: [root.certificate]).path(
            of: leaf, beside: chain.dropFirst().map(\.certificate), at: now)
        #expect((path.status == .trusted) == isFollowed)
        #expect(path.problems.map(\.kind) == (isFollowed ? [] : [.pathTooLong]))
    }

    @Test func `names are compared without regard to case, spaces and kind of string`() throws {
        func name(_ tag: UInt8, _ text: String) throws -> DistinguishedName {
            let pair = DER.sequence(DER.identifier(.commonName), DER.element(tag, Array(text.utf8)))
            var reader = try DERReader(DER.sequence(DER.set(of: [pair])))
            return try DistinguishedName(try reader.next())
        }
        let printable = try name(DERTag.printableString, "Co quan  CHUNG thuc")
        #expect(printable.matches(try name(DERTag.utf8String, " co quan chung thuc ")))
        #expect(!printable.matches(try name(DERTag.utf8String, "co quan chung thu")))
        #expect(printable != (try name(DERTag.utf8String, "Co quan  CHUNG thuc")))
    }

    @Test func `letters with marks are compared whether written in one piece or in several`() {
        func name(_ text: String) -> DistinguishedName { DistinguishedName([.init(type: .commonName, value: text)]) }
        let marked = "Cơ quan chứng thực số Chính phủ".decomposedStringWithCanonicalMapping
        #expect(name("CƠ QUAN CHỨNG THỰC SỐ CHÍNH PHỦ").matches(name(marked)))
        #expect(!name("CƠ QUAN CHỨNG THỨC SỐ CHÍNH PHỦ").matches(name(marked)))
        #expect(name("ＶＧＣＡ ①").matches(name("vgca 1")))
    }

    @Test func `what passes for composed is its own compatibility composition`() {
        let letters = (0...0x1FFF).compactMap(Unicode.Scalar.init).filter(\.isComposedLetter)
        let text = String(String.UnicodeScalarView(letters))
        #expect(letters.count == 128 + 64 + 12 + 90)
        #expect(text.precomposedStringWithCompatibilityMapping.unicodeScalars.elementsEqual(letters))
        #expect(text.lowercased().unicodeScalars.count == letters.count)
    }

    @Test func `of two authorities of one name the one whose signature holds is found`() throws {
        let root = try TestAuthority.root()
        let (old, new) = (try root.authority("CA"), try root.authority("CA"))
        let signer = try new.issue("A").certificate
        let path = TrustStore(anchors: [root.certificate]).path(
            of: signer, beside: [old.certificate, new.certificate], at: now)
        #expect(path.chain == [signer, new.certificate, root.certificate])
        let lost = TrustStore(anchors: [root.certificate]).path(of: signer, beside: [old.certificate], at: now)
        #expect(lost.problems.map(\.kind) == [.badSignature])
    }

    @Test func `a renewed authority with the old key gives a second way when the first has run out`() throws {
        let root = try TestAuthority.root()
        let old = try root.authority("CA", validity: .init(from: now - 86_400, days: 1))
        let template = CertificateTemplate(
            kind: .issuing, subject: old.certificate.subject, notBefore: now - 60, notAfter: now + 86_400 * 100)
        let renewed = try root.certify(old.certificate.publicKeyInfo, template)
        let signer = try old.issue("A").certificate
        let path = TrustStore(anchors: [root.certificate]).path(
            of: signer, beside: [old.certificate, renewed], at: now + 3600)
        #expect(path.status == .trusted && path.chain.contains(renewed))
    }

    /// Another certificate for the same authority, its name and its key.
    private func certified(_ authority: TestAuthority, by issuer: TestAuthority) throws -> Certificate {
        try issuer.certify(
            authority.certificate.publicKeyInfo,
            CertificateTemplate(
                kind: .bare, subject: authority.certificate.subject, notBefore: now - 60, notAfter: now + 86_400,
                additions: Self.authority()))
    }

    @Test func `authorities that certify each other lead nowhere, and to an end`() throws {
        let root = try TestAuthority.root()
        let (a, b) = (
            try root.authority("A", .bare, additions: Self.authority()),
            try root.authority("B", .bare, additions: Self.authority())
        )
        let circle = [try certified(a, by: b), try certified(b, by: a)]
        let signer = try a.issue("Người ký").certificate
        let stranger = TrustStore(anchors: [try TestAuthority.root("Khác").certificate])
        let lost = stranger.path(of: signer, beside: circle, at: now)
        #expect(lost.problems.map(\.kind) == [.noIssuer] && lost.chain == [signer] + circle)
        #expect(TrustStore(anchors: [b.certificate]).path(of: signer, beside: circle, at: now).status == .trusted)
    }

    @Test func `hundreds of certificates of the right name do not keep the search busy`() throws {
        let root = try TestAuthority.root()
        let signer = try root.authority("CA").issue("A").certificate
        let crowd = try (0..<150).map { _ in try root.authority("CA").certificate }
        let path = TrustStore(anchors: [root.certificate]).path(of: signer, beside: crowd, at: now)
        #expect(path.status == .untrusted)
    }

    /// Renewals of one key are all signed rightly: eleven ways that end nowhere before the one that arrives.
    @Test(arguments: [(7, true), (12, false)])
    func `a hundred links are tried for one path, and no more`(renewals: Int, isFound: Bool) throws {
        let root = try TestAuthority.root()
        let upper = try TestAuthority.root("Khác").authority("Trên", .bare, additions: Self.authority())
        let issuing = try upper.authority("CA", .bare, additions: Self.authority())
        let stranger = try TestAuthority.root("Khác")
        let crowd =
            try (0..<11).map { _ in try certified(issuing, by: upper) }
            + (0..<renewals).map { _ in try certified(upper, by: stranger) }
        let path = TrustStore(anchors: [root.certificate]).path(
            of: try issuing.issue("A").certificate, beside: crowd + [try certified(issuing, by: root)], at: now)
        #expect((path.status == .trusted) == isFound)
    }

    @Test func `a certificate whose two algorithm fields differ is refused`() throws {
        let root = try TestAuthority.root()
        let signer = try root.issue("A").certificate
        let changed = try Certificate(
            der: try root.signedAnew(
                signer.der, DER.identifier(.ecdsaWithSHA256), by: DER.identifier(.ecdsaWithSHA384)))
        // The signature holds: nothing else tells.
        #expect(changed.isSigned(by: root.certificate))
        let path = TrustStore(anchors: [root.certificate]).path(of: changed, at: now)
        #expect(path.problems.map(\.kind) == [.inconsistentAlgorithm] && path.status == .untrusted)
    }

    @Test func `an extension that stands twice is refused`() async throws {
        let usage = CertificateTemplate.usage([.digitalSignature])
        let (report, _) = try await judge(middle: Self.authority(), leaf: [usage, usage])
        #expect(report.problems.map(\.kind) == [.repeatedExtension])
    }

    @Test(arguments: PathProblem.Kind.allCases)
    func `every problem has a sentence that names the certificate and a sub-indication`(kind: PathProblem.Kind) throws {
        let certificate = try Practice.of(.p256).leader.certificate
        let problem = PathProblem(kind: kind, certificate: certificate)
        #expect(problem.sentence.contains("Nguyễn Văn Đức") && !problem.subIndication.isEmpty)
    }
}
