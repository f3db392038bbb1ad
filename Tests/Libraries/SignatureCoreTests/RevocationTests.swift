import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Danh sách thu hồi: ai ký, nói về ai, còn mới không (RFC 5280 §5, §6.3).
struct RevocationListTests {
    typealias Line = TestAuthority.Line

    @Test func `a fresh list without the certificate clears it`() throws {
        let path = try { try $0.path([$0.issuing.list()]) }(TestHierarchy())
        #expect(path.status == .trusted && path.revocation == .good && path.isFullyTrusted && path.subIndication == nil)
        #expect(path.revocations.map(\.source) == [.crl, .crl])
        #expect(path.usedMaterial.crls.count == 2)
    }

    @Test func `without anything at hand nothing is said`() throws {
        let hierarchy = try TestHierarchy()
        let path = hierarchy.trust.path(of: hierarchy.signer.certificate, at: now)
        #expect(path.revocation == .notChecked && path.problems.isEmpty)
    }

    @Test func `where one certificate of the path has nothing, the whole is undecided`() throws {
        let path = try TestHierarchy().path()
        #expect(path.revocation == .tryLater && path.subIndication == "TRY_LATER")
    }

    @Test func `a listed certificate is revoked, with its day and reason`() throws {
        let hierarchy = try TestHierarchy()
        let line = Line(certificate: hierarchy.signer.certificate, revokedAt: now - 7200, reason: .keyCompromise)
        let path = try hierarchy.path([hierarchy.issuing.list([line])])
        #expect(path.isRevoked && path.subIndication == "REVOKED_NO_POE")
        #expect(path.revocations.first?.status == .revoked(at: now - 7200, reason: .keyCompromise))
        #expect(path.problems.first?.sentence.contains("lộ khóa bí mật") == true)
    }

    @Test func `a listed authority takes its signers with it`() throws {
        let hierarchy = try TestHierarchy()
        let line = Line(certificate: hierarchy.issuing.certificate, revokedAt: now - 7200)
        let path = hierarchy.trust.path(
            of: hierarchy.signer.certificate, at: now,
            material: ValidationMaterial(crls: [try hierarchy.rootList([line]), try hierarchy.issuing.list()]))
        #expect(path.isRevoked && path.subIndication == "REVOKED_CA_NO_POE")
        #expect(path.problems.first?.certificate == hierarchy.issuing.certificate)
    }

    @Test(arguments: [(UInt8(1), PathReport.Revocation.tryLater), (2, .good)])
    func `a list of users alone does not clear an authority`(flag: UInt8, found: PathReport.Revocation) throws {
        let hierarchy = try TestHierarchy()
        let scope = TestAuthority.scope(TestAuthority.flag(flag))
        let lists = [try hierarchy.root.list(extensions: [scope]), try hierarchy.issuing.list()]
        let path = hierarchy.trust.path(
            of: hierarchy.signer.certificate, at: now, material: ValidationMaterial(crls: lists))
        #expect(path.revocation == found)
        #expect(path.revocations.last?.refusals == (found == .good ? [] : [.outOfScope]))
    }

    @Test func `of two ways one of which is revoked the other is told, though nothing is known of it`() throws {
        let root = try TestAuthority.root()
        let old = try root.authority("Phát hành")
        let template = CertificateTemplate(
            kind: .issuing, subject: old.certificate.subject, notBefore: now - 60, notAfter: now + 86_400)
        let renewed = try root.certify(old.certificate.publicKeyInfo, template)
        let line = Line(certificate: old.certificate, revokedAt: now - 7200)
        let path = TrustStore(anchors: [root.certificate], intermediates: [old.certificate, renewed]).path(
            of: try old.issue("A").certificate, at: now, material: ValidationMaterial(crls: [try root.list([line])]))
        #expect(path.chain.contains(renewed) && path.revocation == .tryLater)
    }

    @Test func `a list past its end, or from the future, decides nothing`() throws {
        let hierarchy = try TestHierarchy()
        let old = try hierarchy.path([hierarchy.issuing.list(from: now - 9000, until: now - 60)])
        #expect(old.revocation == .tryLater && old.revocations.first?.refusals == [.stale])
        let early = try hierarchy.path([hierarchy.issuing.list(from: now + 3600, until: now + 9000)])
        #expect(early.revocation == .tryLater && early.revocations.first?.refusals == [.fromTheFuture])
    }

    @Test func `a list signed by another key, or damaged, decides nothing`() throws {
        let hierarchy = try TestHierarchy()
        let forged = try hierarchy.path([hierarchy.issuing.list(signedBy: hierarchy.signer)])
        #expect(forged.revocation == .tryLater && forged.revocations.first?.refusals == [.badSignature])
        let damaged = try hierarchy.path([hierarchy.issuing.list().flipped(at: -3)])
        #expect(damaged.revocation == .tryLater)
        let unreadable = try hierarchy.path([Data("CRL".utf8)])
        #expect(unreadable.revocation == .tryLater && unreadable.revocations.first?.refusals == [.unreadable])
    }

    @Test(arguments: [
        (TestAuthority.scope(TestAuthority.flag(1)), true), (TestAuthority.scope(TestAuthority.flag(2)), false),
        (TestAuthority.scope(TestAuthority.flag(5)), false),
        (TestAuthority.scope(DER.element(DERTag.primitive(3), [0x00, 0x40])), false),
    ])
    func `a list counts within its scope only`(scope: [UInt8], counts: Bool) throws {
        let hierarchy = try TestHierarchy()
        let path = try hierarchy.path([hierarchy.issuing.list(extensions: [scope])])
        #expect((path.revocation == .good) == counts)
    }

    @Test func `lists for some reasons each clear a certificate together`() throws {
        let hierarchy = try TestHierarchy()
        let parts: [[UInt8]] = [[0x00, 0x70], [0x07, 0x0F, 0x80]]
        let lists = try parts.map { bits in
            try hierarchy.issuing.list(extensions: [TestAuthority.scope(DER.element(DERTag.primitive(3), bits))])
        }
        #expect(try hierarchy.path(lists).revocation == .good)
        #expect(try hierarchy.path([lists[0]]).revocation == .tryLater)
    }

    @Test(arguments: ["http://a.vn/1.crl", "http://a.vn/2.crl"])
    func `a list for one distribution point is for certificates of that point`(url: String) throws {
        let name = DER.element(DERTag.primitive(6), Array("http://a.vn/1.crl".utf8))
        let wanted = DER.element(
            DERTag.context(0), DER.element(DERTag.context(0), DER.element(DERTag.primitive(6), Array(url.utf8))))
        let point = DER.sequence(DER.sequence(DER.element(DERTag.context(0), DER.element(DERTag.context(0), name))))
        let hierarchy = try TestHierarchy(signerAdditions: [TestAuthority.extension(.crlDistributionPoints, point)])
        #expect(hierarchy.signer.certificate.crlURLs == ["http://a.vn/1.crl"])
        let path = try hierarchy.path([hierarchy.issuing.list(extensions: [TestAuthority.scope(wanted)])])
        #expect((path.revocation == .good) == (url == "http://a.vn/1.crl"))
    }

    @Test func `a delta list adds to its base, takes back a hold, and is nothing alone`() throws {
        let hierarchy = try TestHierarchy()
        let certificate = hierarchy.signer.certificate
        let delta = TestAuthority.extension(.deltaCRLIndicator, isCritical: true, DER.integer(5))
        let base = try hierarchy.issuing.list([
            Line(certificate: certificate, revokedAt: now - 7200, reason: .certificateHold)
        ])
        let lifted = try hierarchy.issuing.list(
            [Line(certificate: certificate, revokedAt: now - 900, reason: .removeFromCRL)], from: now - 600, number: 6,
            extensions: [delta])
        #expect(try hierarchy.path([base]).revocation == .tryLater)
        #expect(try hierarchy.path([base]).revocations.first?.isOnHold == true)
        #expect(try hierarchy.path([base, lifted]).revocation == .good)
        let alone = try hierarchy.path([lifted])
        #expect(alone.revocation == .tryLater && alone.revocations.first?.refusals == [.deltaWithoutBase])
        let added = try hierarchy.issuing.list(
            [Line(certificate: certificate, revokedAt: now - 900, reason: .keyCompromise)], from: now - 600, number: 6,
            extensions: [delta])
        #expect(try hierarchy.path([hierarchy.issuing.list(), added]).isRevoked)
    }

    /// RFC 5280 §5.2.4: scope and key are the same, and the number lies between the one it builds on and its own.
    @Test(arguments: [
        (5, [], true), (4, [], false), (6, [], false), (5, [TestAuthority.scope(TestAuthority.flag(1))], false),
        (
            5,
            [
                TestAuthority.extension(
                    .authorityKeyIdentifier, DER.sequence(DER.element(DERTag.primitive(0), [0x07])))
            ], false
        ),
    ])
    func `a delta list adds to no list but its base`(number: Int, extensions: [[UInt8]], adds: Bool) throws {
        let hierarchy = try TestHierarchy()
        let delta = try hierarchy.issuing.list(
            [Line(certificate: hierarchy.signer.certificate, revokedAt: now - 900, reason: .superseded)],
            from: now - 600, number: 6,
            extensions: [TestAuthority.extension(.deltaCRLIndicator, isCritical: true, DER.integer(5))] + extensions)
        let path = try hierarchy.path([hierarchy.issuing.list(number: number), delta])
        #expect(path.isRevoked == adds && (path.revocation == .good) == !adds)
    }

    @Test func `a hold is not ended by a list older than it`() throws {
        let hierarchy = try TestHierarchy()
        let hold = Line(certificate: hierarchy.signer.certificate, revokedAt: now - 4000, reason: .certificateHold)
        let path = try hierarchy.path([hierarchy.issuing.list([hold]), hierarchy.issuing.list(from: now - 7200)])
        #expect(path.revocation == .tryLater && path.revocations.first?.isOnHold == true)
    }

    @Test func `a list whose two algorithm fields differ decides nothing`() throws {
        let hierarchy = try TestHierarchy()
        let list = try hierarchy.issuing.signedAnew(
            hierarchy.issuing.list(), DER.identifier(.ecdsaWithSHA256), by: DER.identifier(.ecdsaWithSHA384))
        let path = try hierarchy.path([list])
        #expect(path.revocation == .tryLater && path.revocations.first?.refusals == [.badSignature])
    }

    /// An authority whose certificates name another one, known to all, as the one who lists them.
    private struct Listed {
        let root: TestAuthority
        let issuing: TestAuthority
        let lister: TestAuthority
        let signer: PKCS12Key

        /// The one who lists is certified by `above`, else by the root itself.
        init(above: (TestAuthority) throws -> TestAuthority = { $0 }) throws {
            root = try TestAuthority.root()
            issuing = try root.authority("Phát hành")
            lister = try above(root).authority("Nơi công bố")
            let issuer = DER.element(
                DERTag.context(2), DER.element(DERTag.context(4), [UInt8](lister.certificate.subject.der)))
            let points = TestAuthority.extension(.crlDistributionPoints, DER.sequence(DER.sequence(issuer)))
            signer = try issuing.issue("A", additions: [points])
        }

        /// The indirect list, with the signer's number on it as one of `owner`'s.
        func list(_ owner: Certificate) throws -> Data {
            let owner = TestAuthority.extension(
                .certificateIssuer, isCritical: true,
                DER.sequence(DER.element(DERTag.context(4), [UInt8](owner.subject.der))))
            return try lister.list(
                [Line(certificate: signer.certificate, revokedAt: now - 900, extensions: [owner])],
                extensions: [TestAuthority.scope(TestAuthority.flag(4))])
        }

        func path(of certificate: Certificate, _ list: Data, beside others: [Certificate] = []) throws -> PathReport {
            TrustStore(
                anchors: [root.certificate], intermediates: [issuing.certificate, lister.certificate] + others
            ).path(of: certificate, at: now, material: ValidationMaterial(crls: [list, try root.list()]))
        }
    }

    @Test func `an indirect list speaks for the authority that names its issuer`() throws {
        let listed = try Listed()
        let list = try listed.list(listed.issuing.certificate)
        let other = try listed.issuing.issue("B").certificate
        #expect(try listed.path(of: listed.signer.certificate, list).isRevoked)
        #expect(try listed.path(of: other, list).revocation == .tryLater)
    }

    /// RFC 5280 §5.3.3: numbers are an authority's own.
    @Test func `a line about that number of another authority revokes nobody`() throws {
        let listed = try Listed()
        let path = try listed.path(of: listed.signer.certificate, listed.list(listed.root.certificate))
        #expect(path.revocation == .good)
    }

    @Test func `an indirect list by one whom no authority certified is not believed`() throws {
        var middle: Certificate?
        let listed = try Listed { root in
            let plain = try root.authority("Không phải cơ quan chứng thực", .signer(emailAddress: nil))
            middle = plain.certificate
            return plain
        }
        let path = try listed.path(
            of: listed.signer.certificate, listed.list(listed.issuing.certificate),
            beside: [middle].compactMap(\.self))
        #expect(path.revocation == .tryLater && path.revocations.first?.refusals == [.notAuthorised])
    }

    @Test func `a list with a demand nobody understands clears nobody, but still revokes`() throws {
        let hierarchy = try TestHierarchy()
        let strange = TestAuthority.extension(ObjectIdentifier("1.3.6.1.4.1.32473.9"), isCritical: true, DER.null)
        let clear = try hierarchy.path([hierarchy.issuing.list(extensions: [strange])])
        #expect(clear.revocation == .tryLater && clear.revocations.first?.refusals == [.unknownCriticalExtension])
        let line = Line(certificate: hierarchy.signer.certificate, revokedAt: now - 900)
        #expect(try hierarchy.path([hierarchy.issuing.list([line], extensions: [strange])]).isRevoked)
    }

    @Test func `an authority not allowed to sign lists is not believed`() throws {
        let root = try TestAuthority.root()
        let issuing = TestAuthority(
            key: try root.issue(
                "Chỉ cấp", .bare,
                additions: [
                    TestAuthority.extension(.basicConstraints, isCritical: true, DER.sequence(DER.boolean(true))),
                    CertificateTemplate.usage([.keyCertSign]),
                ]))
        let signer = try issuing.issue("A")
        let trust = TrustStore(anchors: [root.certificate], intermediates: [issuing.certificate])
        let path = trust.path(
            of: signer.certificate, at: now,
            material: ValidationMaterial(crls: [try issuing.list(), try root.list()]))
        #expect(path.revocation == .tryLater && path.revocations.first?.refusals == [.notAuthorised])
    }

    @Test func `thousands of lists and of signers do not keep the judge busy`() throws {
        let hierarchy = try TestHierarchy()
        let list = try hierarchy.issuing.list(signedBy: hierarchy.signer)
        let crowd = try (0..<60).map { _ in try hierarchy.root.authority("Phát hành").certificate }
        let began = ContinuousClock.now
        let path = try hierarchy.path(Array(repeating: list, count: 2000), beside: crowd)
        #expect(path.revocation == .tryLater)
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test func `a list made by openssl is read, and its line found`() async throws {
        try await withFolder { folder in
            for command in OpenSSLAuthority.commands {
                #expect(try openssl(command, in: folder).status == 0, "\(command)")
            }
            try OpenSSLAuthority.configuration.write(
                to: folder.appending(path: "ca.cnf"), atomically: true, encoding: .utf8)
            try "".write(to: folder.appending(path: "index.txt"), atomically: true, encoding: .utf8)
            let revoked = try openssl("ca -config ca.cnf -revoke s.pem -crl_reason superseded", in: folder)
            #expect(revoked.status == 0, "\(revoked.text)")
            let made = try openssl("ca -config ca.cnf -gencrl -out c.pem", in: folder)
            #expect(made.status == 0, "\(made.text)")
            _ = try openssl("crl -in c.pem -outform DER -out c.der", in: folder)
            let root = try Certificate.all(in: Data(contentsOf: folder.appending(path: "r.pem")))[0]
            let signer = try Certificate.all(in: Data(contentsOf: folder.appending(path: "s.pem")))[0]
            let list = try Data(contentsOf: folder.appending(path: "c.der"))
            let path = TrustStore(anchors: [root]).path(
                of: signer, at: try CertificateRevocationList(der: list).thisUpdate + 60,
                material: ValidationMaterial(crls: [list]))
            #expect(path.isRevoked)
            guard case .revoked(_, .superseded) = path.revocations.first?.status else {
                Issue.record("no reason")
                return
            }
        }
    }

    @Test(arguments: 1...30)
    func `a damaged list is refused or read, never a crash, and never clears a revoked certificate`(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let hierarchy = try TestHierarchy()
        let line = Line(certificate: hierarchy.signer.certificate, revokedAt: now - 900)
        let list = try hierarchy.issuing.list([line])
        for _ in 0..<20 {
            #expect(try hierarchy.path([list.damaged(by: &generator)]).revocation != .good)
        }
    }
}

enum OpenSSLAuthority {
    static let configuration = """
        [ca]
        default_ca = own
        [own]
        database = index.txt
        certificate = r.pem
        private_key = r.key
        default_md = sha256
        default_crl_days = 7

        """
    static let commands = [
        "req -x509 -newkey rsa:2048 -nodes -keyout r.key -out r.pem -days 30 -subj /CN=Root",
        "req -new -newkey rsa:2048 -nodes -keyout s.key -out s.csr -subj /CN=Signer",
        "x509 -req -in s.csr -CA r.pem -CAkey r.key -set_serial 4660 -days 20 -out s.pem",
    ]
}

/// Câu trả lời OCSP: chỉ tin nơi có thẩm quyền, đúng chứng thư, còn mới (RFC 6960).
struct OCSPTests {
    typealias Answer = TestAuthority.Answer

    @Test(arguments: [DigestAlgorithm.sha1, .sha256])
    func `the authority's own answer clears its certificate`(digest: DigestAlgorithm) throws {
        let hierarchy = try TestHierarchy()
        let answer = try hierarchy.issuing.answer(about: hierarchy.signer.certificate, Answer(digest: digest))
        let path = try hierarchy.path(ocsp: [answer])
        #expect(path.revocation == .good)
        #expect(path.revocations.first?.source == .ocsp)
        #expect(path.revocations.first?.authority == hierarchy.issuing.certificate)
        #expect(path.usedMaterial.ocspResponses == [answer])
    }

    @Test func `an appointed responder answers for its authority`() throws {
        let hierarchy = try TestHierarchy()
        let responder = try hierarchy.issuing.issue("OCSP", .ocspResponder)
        let path = try hierarchy.path(ocsp: [
            hierarchy.issuing.answer(about: hierarchy.signer.certificate, signedBy: responder)
        ])
        #expect(path.revocation == .good && path.revocations.first?.authority == responder.certificate)
        #expect(path.revocations.first?.responderIsUnchecked == false)
    }

    @Test func `a responder without appointment, of another authority, or out of date is not believed`() throws {
        let hierarchy = try TestHierarchy()
        let subject = hierarchy.signer.certificate
        let stranger = try TestAuthority.root("Khác").issue("OCSP", .ocspResponder)
        let plain = try hierarchy.issuing.issue("Không được cử")
        let old = try hierarchy.issuing.issue(
            "OCSP cũ", .ocspResponder, validity: .init(from: now - 86_400 * 40, days: 30))
        let early = try hierarchy.issuing.issue(
            "OCSP mới", .ocspResponder, validity: .init(from: now - 60, days: 30))
        for responder in [stranger, plain, old, early] {
            let path = try hierarchy.path(ocsp: [hierarchy.issuing.answer(about: subject, signedBy: responder)])
            #expect(path.revocation == .tryLater && path.revocations.first?.refusals == [.notAuthorised])
        }
    }

    @Test func `a responder whose key may not sign, or of whom something unknown is demanded, is not believed`() throws
    {
        let hierarchy = try TestHierarchy()
        let appointment = TestAuthority.extension(.extendedKeyUsage, DER.sequence(DER.identifier(.ocspSigning)))
        let strange = TestAuthority.extension(ObjectIdentifier("1.3.6.1.4.1.32473.9"), isCritical: true, DER.null)
        let cases: [([[UInt8]], Bool)] = [
            ([CertificateTemplate.usage([.digitalSignature])], true),
            ([CertificateTemplate.usage([.keyEncipherment])], false),
            ([CertificateTemplate.usage([.digitalSignature]), strange], false),
        ]
        for (additions, isBelieved) in cases {
            let responder = try hierarchy.issuing.issue("OCSP", .bare, additions: additions + [appointment])
            let path = try hierarchy.path(ocsp: [
                hierarchy.issuing.answer(about: hierarchy.signer.certificate, signedBy: responder)
            ])
            #expect(path.revocation == (isBelieved ? .good : .tryLater))
            #expect(path.revocations.first?.refusals == (isBelieved ? [] : [.notAuthorised]))
        }
    }

    /// RFC 6960 §4.2.2.2: the appointment is by the authority that issued, by its name as much as by its key.
    @Test func `a responder appointed under another name of the authority's key is not believed`() throws {
        let hierarchy = try TestHierarchy()
        let responder = try hierarchy.issuing.issue("OCSP", .ocspResponder)
        let (own, other) = (hierarchy.issuing.certificate, try hierarchy.root.authority("Phát hánh").certificate)
        let renamed = try Certificate(
            der: try hierarchy.issuing.signedAnew(
                responder.certificate.der, [UInt8](own.subject.der), by: [UInt8](other.subject.der)))
        #expect(renamed.isSigned(by: own))
        let path = try hierarchy.path(ocsp: [
            hierarchy.issuing.answer(about: hierarchy.signer.certificate, signedBy: responder, showing: renamed)
        ])
        #expect(path.revocation == .tryLater && path.revocations.first?.refusals == [.notAuthorised])
    }

    @Test func `a responder that nobody vouches for is noted, and refused when it is on a list`() throws {
        let hierarchy = try TestHierarchy()
        let appointed = [
            CertificateTemplate.usage([.digitalSignature]),
            TestAuthority.extension(.extendedKeyUsage, DER.sequence(DER.identifier(.ocspSigning))),
        ]
        let responder = try hierarchy.issuing.issue("OCSP", .bare, additions: appointed)
        let answer = try hierarchy.issuing.answer(about: hierarchy.signer.certificate, signedBy: responder)
        let unchecked = try hierarchy.path(ocsp: [answer])
        #expect(unchecked.revocation == .good && unchecked.revocations.first?.responderIsUnchecked == true)
        let line = TestAuthority.Line(certificate: responder.certificate, revokedAt: now - 9000)
        let scoped = try hierarchy.issuing.list([line], from: now - 86_400 * 2, until: now - 86_400)
        let refused = try hierarchy.path([scoped], ocsp: [answer])
        #expect(refused.revocation == .tryLater)
        #expect(refused.revocations.first?.refusals.contains(.responderRevoked) == true)
    }

    @Test(arguments: [(UInt8(1), false), (2, true)])
    func `a list vouches for a responder within its scope only`(flag: UInt8, isUnchecked: Bool) throws {
        let hierarchy = try TestHierarchy()
        let responder = try hierarchy.issuing.issue(
            "OCSP", .bare,
            additions: [
                CertificateTemplate.usage([.digitalSignature]),
                TestAuthority.extension(.extendedKeyUsage, DER.sequence(DER.identifier(.ocspSigning))),
            ])
        // Too old to clear anybody itself.
        let list = try hierarchy.issuing.list(
            from: now - 86_400 * 2, until: now - 86_400,
            extensions: [TestAuthority.scope(TestAuthority.flag(flag))])
        let answer = try hierarchy.issuing.answer(about: hierarchy.signer.certificate, signedBy: responder)
        let facts = try #require(try hierarchy.path([list], ocsp: [answer]).revocations.first)
        #expect(facts.source == .ocsp && facts.isGood && facts.responderIsUnchecked == isUnchecked)
    }

    /// RFC 6960 §4.1.1: name, key and number together say which certificate is meant.
    @Test func `an answer about that number of another authority's name or key decides nothing`() throws {
        let hierarchy = try TestHierarchy()
        let other = try hierarchy.root.authority("Khác").certificate
        for answer in [Answer(issuerKey: other.publicKeyBits), Answer(issuerName: other.subject.der)] {
            let path = try hierarchy.path(ocsp: [
                hierarchy.issuing.answer(about: hierarchy.signer.certificate, answer)
            ])
            #expect(path.revocation == .tryLater && path.revocations.first?.hasNothing == true)
        }
    }

    @Test func `an answer with a changed signature, about another certificate, or unknown decides nothing`() throws {
        let hierarchy = try TestHierarchy()
        let subject = hierarchy.signer.certificate
        let damaged = try hierarchy.path(ocsp: [hierarchy.issuing.answer(about: subject).flipped(at: -2)])
        #expect(damaged.revocations.first?.refusals == [.badSignature])
        let other = try hierarchy.issuing.issue("Người khác")
        let elsewhere = try hierarchy.path(ocsp: [hierarchy.issuing.answer(about: other.certificate)])
        #expect(elsewhere.revocation == .tryLater && elsewhere.revocations.first?.hasNothing == true)
        let unknown = try hierarchy.path(ocsp: [hierarchy.issuing.answer(about: subject, Answer(status: .unknown))])
        #expect(unknown.revocation == .tryLater && unknown.revocations.first?.status == .unknown)
        let strange = TestAuthority.extension(ObjectIdentifier("1.3.6.1.4.1.32473.9"), isCritical: true, DER.null)
        let demanding = try hierarchy.path(ocsp: [
            hierarchy.issuing.answer(about: subject, Answer(extensions: [strange]))
        ])
        #expect(demanding.revocations.first?.refusals == [.unknownCriticalExtension])
        let inPart = try hierarchy.path(ocsp: [
            hierarchy.issuing.answer(about: subject, Answer(singleExtensions: [strange]))
        ])
        #expect(inPart.revocations.first?.refusals == [.unknownCriticalExtension])
    }

    @Test(arguments: [false, true])
    func `of two answers in one the worse counts, whichever comes first`(isReversed: Bool) throws {
        let hierarchy = try TestHierarchy()
        let revoked = TestAuthority.Answer(status: .revoked(at: now - 7200, reason: nil))
        let (first, second) = isReversed ? (revoked, TestAuthority.Answer()) : (TestAuthority.Answer(), revoked)
        let answer = try hierarchy.issuing.answer(about: hierarchy.signer.certificate, first, and: [second])
        #expect(try hierarchy.path(ocsp: [answer]).isRevoked)
        let good = try hierarchy.issuing.answer(
            about: hierarchy.signer.certificate, TestAuthority.Answer(), and: [TestAuthority.Answer()])
        #expect(try hierarchy.path(ocsp: [good]).revocation == .good)
    }

    @Test func `an answer is believed until its end, without one for a day`() throws {
        let hierarchy = try TestHierarchy()
        let subject = hierarchy.signer.certificate
        let stale = try hierarchy.path(ocsp: [hierarchy.issuing.answer(about: subject, Answer(nextUpdate: now - 1))])
        #expect(stale.revocation == .tryLater && stale.revocations.first?.refusals == [.stale])
        let endless = try hierarchy.issuing.answer(about: subject, Answer(nextUpdate: nil))
        #expect(try hierarchy.path(ocsp: [endless]).revocation == .good)
        #expect(try hierarchy.path(ocsp: [endless], at: now + 86_400).revocation == .tryLater)
    }

    @Test func `a revoked answer counts even past its end, and an older good one does not undo it`() throws {
        let hierarchy = try TestHierarchy()
        let subject = hierarchy.signer.certificate
        let revoked = try hierarchy.issuing.answer(
            about: subject, Answer(status: .revoked(at: now - 7200, reason: nil), nextUpdate: now - 60))
        let good = try hierarchy.issuing.answer(about: subject, Answer(thisUpdate: now - 9000))
        #expect(try hierarchy.path(ocsp: [good, revoked]).isRevoked)
        #expect(try hierarchy.path([hierarchy.issuing.list()], ocsp: [revoked]).isRevoked)
    }

    @Test(arguments: 1...20)
    func `a damaged answer never clears a revoked certificate, and never a crash`(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let hierarchy = try TestHierarchy()
        let answer = try hierarchy.issuing.answer(
            about: hierarchy.signer.certificate, Answer(status: .revoked(at: now - 900, reason: .superseded)))
        for _ in 0..<30 {
            #expect(try hierarchy.path(ocsp: [answer.damaged(by: &generator)]).revocation != .good)
        }
    }

    @Test func `an answer by openssl's responder to our question is understood`() async throws {
        try await withFolder { folder in
            for command in OpenSSLAuthority.commands {
                #expect(try openssl(command, in: folder).status == 0, "\(command)")
            }
            let root = try Certificate.all(in: Data(contentsOf: folder.appending(path: "r.pem")))[0]
            let signer = try Certificate.all(in: Data(contentsOf: folder.appending(path: "s.pem")))[0]
            try "V\t491231235959Z\t\t1234\tunknown\t/CN=Signer\n".write(
                to: folder.appending(path: "index.txt"), atomically: true, encoding: .utf8)
            let request = OCSPRequest(about: signer, issuedBy: root, asksNonce: true)
            try request.der.write(to: folder.appending(path: "q.der"))
            let made = try openssl(
                "ocsp -index index.txt -rsigner r.pem -rkey r.key -CA r.pem -reqin q.der -respout a.der -ndays 1",
                in: folder)
            #expect(made.status == 0, "\(made.text)")
            let data = try Data(contentsOf: folder.appending(path: "a.der"))
            let answer = try OCSPResponse(der: data)
            #expect(answer.nonce == request.nonce)
            let path = TrustStore(anchors: [root]).path(
                of: signer, at: answer.producedAt + 1, material: ValidationMaterial(ocspResponses: [data]))
            #expect(path.revocation == .good, "\(path)")
        }
    }
}

/// Xét chữ ký theo thời điểm đã được chứng minh (EN 319 102-1 §5.6).
struct PastTimeTests {
    typealias Answer = TestAuthority.Answer
    let later = now + 86_400 * 500

    @Test func `an expired signer with a proof and data of that time is valid, without proof out of bounds`() throws {
        let hierarchy = try TestHierarchy()
        let answer = try hierarchy.issuing.answer(about: hierarchy.signer.certificate)
        let proven = try hierarchy.path(ocsp: [answer], at: later, proof: now)
        #expect(proven.isFullyTrusted && proven.judgedAt == now)
        let unproven = try hierarchy.path(ocsp: [answer], at: later)
        #expect(unproven.status == .expired && unproven.subIndication == "OUT_OF_BOUNDS_NO_POE")
        let tooLate = try hierarchy.path(ocsp: [answer], at: later, proof: now + 86_400 * 400)
        #expect(tooLate.status == .expired)
    }

    @Test func `data issued after the proof clears, unless the certificate had run out by then`() throws {
        let hierarchy = try TestHierarchy()
        let certificate = hierarchy.signer.certificate
        let during = Answer(thisUpdate: now + 86_400, nextUpdate: nil, producedAt: now + 86_400)
        let answer = try hierarchy.issuing.answer(about: certificate, during)
        #expect(try hierarchy.path(ocsp: [answer], at: later, proof: now).revocation == .good)
        let end = certificate.notAfter
        let after = Answer(thisUpdate: end + 9000, nextUpdate: nil, producedAt: end + 9000)
        let late = try hierarchy.path(
            ocsp: [hierarchy.issuing.answer(about: certificate, after)], at: later, proof: now)
        #expect(late.revocation == .tryLater && late.revocations.first?.refusals == [.afterExpiry])
        for (cutoff, isKept) in [(now - 86_400, true), (end, true), (end + 60, false)] {
            var kept = after
            kept.archiveCutoff = cutoff
            let archived = try hierarchy.issuing.answer(about: certificate, kept)
            let path = try hierarchy.path(ocsp: [archived], at: later, proof: now)
            #expect(path.revocation == (isKept ? .good : .tryLater))
        }
    }

    @Test func `a revocation after the proof does no harm, one before it does`() throws {
        let hierarchy = try TestHierarchy()
        let certificate = hierarchy.signer.certificate
        for (offset, isRevoked) in [(3600.0, false), (-3600.0, true), (0.0, true)] {
            let line = TestAuthority.Line(certificate: certificate, revokedAt: now + offset, reason: .keyCompromise)
            let list = try hierarchy.issuing.list([line], from: now + 7200, until: now + 86_400)
            let path = try hierarchy.path([list], at: now + 9000, proof: now)
            #expect(path.isRevoked == isRevoked)
            #expect(path.subIndication == (isRevoked ? "REVOKED_NO_POE" : nil))
        }
    }

    @Test(arguments: [(-60.0, "REVOKED_NO_POE"), (0, "REVOKED"), (60, "REVOKED")])
    func `a revocation is certain once the signature is proven to be younger`(offset: Double, found: String) throws {
        let hierarchy = try TestHierarchy()
        let line = TestAuthority.Line(certificate: hierarchy.signer.certificate, revokedAt: now - 7200)
        var path = try hierarchy.path([hierarchy.issuing.list([line])])
        path.conclude(signedAfter: now - 7200 + offset)
        #expect(path.subIndication == found)
    }

    /// ETSI EN 319 102-1 §5.3.4 speaks of the signer's certificate alone.
    @Test func `an authority that ran out before the signature leaves its expiry without proof`() throws {
        let root = try TestAuthority.root()
        let issuing = try root.authority("Phát hành", validity: .init(from: now - 86_400, days: 30))
        let signer = try issuing.issue("A").certificate
        let trust = TrustStore(anchors: [root.certificate], intermediates: [issuing.certificate])
        var path = trust.path(of: signer, at: issuing.certificate.notAfter + 9000)
        path.conclude(signedAfter: issuing.certificate.notAfter + 60)
        #expect(path.culprit == issuing.certificate && path.subIndication == "OUT_OF_BOUNDS_NO_POE")
    }

    @Test func `an authority revoked after the proof needs everything below it to be older`() throws {
        let hierarchy = try TestHierarchy()
        let line = TestAuthority.Line(certificate: hierarchy.issuing.certificate, revokedAt: now + 3600)
        let lists = [try hierarchy.rootList([line], from: now + 7200), try hierarchy.issuing.list()]
        func path(_ proofs: ProofsOfExistence) -> PathReport {
            hierarchy.trust.path(
                of: hierarchy.signer.certificate, at: now + 9000, material: ValidationMaterial(crls: lists),
                proof: now, proofs: proofs)
        }
        let unproven = path(ProofsOfExistence())
        #expect(unproven.revocation == .tryLater && unproven.subIndication == "NO_POE")
        var proofs = ProofsOfExistence()
        proofs.add(now + 60, of: lists[1])
        #expect(path(proofs).isFullyTrusted)
    }

    /// Whoever holds a revoked authority's key can make a certificate that looks old (ETSI EN 319 102-1 §5.6.2.2).
    @Test(arguments: [(true, false, true), (false, false, false), (false, true, true)])
    func `under a revoked authority the signature names its certificate, or that is proven to be older`(
        isNamed: Bool, isProven: Bool, isValid: Bool
    ) throws {
        let hierarchy = try TestHierarchy()
        let line = TestAuthority.Line(certificate: hierarchy.issuing.certificate, revokedAt: now + 3600)
        let lists = [try hierarchy.rootList([line], from: now + 7200), try hierarchy.issuing.list()]
        var proofs = ProofsOfExistence()
        proofs.add(now + 60, of: lists[1])
        if isProven { proofs.add(now + 60, of: hierarchy.signer.certificate.der) }
        let path = hierarchy.trust.answer(
            PathQuestion(
                certificate: hierarchy.signer.certificate, usage: .signing, now: now + 9000, proof: now,
                isBound: isNamed, material: ValidationMaterial(crls: lists), proofs: proofs))
        #expect(path.problems.map(\.kind) == (isValid ? [] : [.certificateWithoutProof]))
        #expect(path.subIndication == (isValid ? nil : "NO_POE"))
    }

    @Test func `of an expired authority only data proven to be older counts`() throws {
        let root = try TestAuthority.root()
        let issuing = try root.authority("Phát hành", validity: .init(from: now - 86_400, days: 100))
        let signer = try issuing.issue("A", validity: .init(from: now - 86_400, days: 90))
        let lists = [try root.list(until: now + 86_400 * 3000), try issuing.list()]
        let trust = TrustStore(anchors: [root.certificate], intermediates: [issuing.certificate])
        var proofs = ProofsOfExistence()
        func path() -> PathReport {
            trust.path(
                of: signer.certificate, at: later, material: ValidationMaterial(crls: lists), proof: now, proofs: proofs
            )
        }
        #expect(path().subIndication == "NO_POE")
        proofs.add(now + 3600, of: ValidationMaterial(crls: lists))
        #expect(path().isFullyTrusted)
    }

    @Test func `the earliest proof of a thing counts`() {
        var proofs = ProofsOfExistence()
        proofs.add(now, of: document)
        proofs.add(now + 60, of: document)
        proofs.add(now - 60, of: document)
        #expect(proofs.time(of: document) == now - 60)
        #expect(proofs.time(of: Data()) == nil)
    }
}
