import Foundation
import Testing

@testable import SignatureCore

/// Chứng thư số được đọc đúng và chứng thư thực hành luôn ghi rõ là thực hành.
struct CertificateTests {
    @Test(arguments: PracticeKeyKind.allCases)
    func `a practice certificate carries its holder's Vietnamese names`(keys: PracticeKeyKind) throws {
        let certificate = try Practice.of(keys).leader.certificate
        #expect(certificate.subject.commonName == "Nguyễn Văn Đức")
        #expect(certificate.organisation == "Viện Hàn lâm Khoa học")
        #expect(certificate.subject.title == "Chủ tịch")
        #expect(certificate.subject.serialNumber == "CCCD:001080000001")
        #expect(certificate.subject.emailAddress == "nvduc@vast.example")
        #expect(certificate.issuer.commonName == "THỰC HÀNH – CA phát hành")
        #expect(certificate.subject.organisationalUnit == "THỰC HÀNH")
        #expect(certificate.subject.display.hasPrefix("CN=Nguyễn Văn Đức, E=nvduc@vast.example"))
    }

    @Test func `usage and identifiers are those of a signing certificate`() throws {
        let practice = try Practice.of(.rsa2048)
        let certificate = practice.leader.certificate
        #expect(certificate.keyUsage == [.digitalSignature, .nonRepudiation])
        #expect(certificate.publicKey == .rsa(bits: 2048))
        #expect(!certificate.isAuthority)
        #expect(certificate.authorityKeyIdentifier == practice.pki.issuingCertificate.subjectKeyIdentifier)
        #expect(practice.pki.root.isAuthority && practice.pki.root.isSelfIssued)
        #expect(practice.responder.certificate.allowsTimestamping)
        #expect(!certificate.allowsTimestamping)
    }

    @Test func `the key file holds the intermediate in the chain and the root apart`() throws {
        let practice = try Practice.of(.p256)
        #expect(practice.leader.chain == [practice.pki.issuingCertificate])
        #expect(practice.leader.roots == [practice.pki.root])
    }

    @Test(arguments: PracticeKeyKind.allCases)
    func `openssl finds the path to the practice root sound, strictly`(keys: PracticeKeyKind) async throws {
        let practice = try Practice.of(keys)
        try await withFolder { folder in
            try Data(practice.pki.root.pem.utf8).write(to: folder.appending(path: "root.pem"))
            try Data(practice.pki.issuingCertificate.pem.utf8).write(to: folder.appending(path: "ca.pem"))
            try Data(practice.leader.certificate.pem.utf8).write(to: folder.appending(path: "leaf.pem"))
            let output = try openssl(
                "verify -x509_strict -check_ss_sig -attime \(Int(now.timeIntervalSince1970)) -CAfile root.pem -untrusted ca.pem leaf.pem",
                in: folder)
            #expect(output.text == "leaf.pem: OK\n")
        }
    }

    @Test func `PEM and JSON give the certificate back`() throws {
        let practice = try Practice.of(.p256)
        let bundle = practice.pki.root.pem + "\n# ghi chú\n" + practice.leader.certificate.pem
        #expect(try Certificate.all(in: Data(bundle.utf8)) == [practice.pki.root, practice.leader.certificate])
        #expect(try Certificate.all(in: practice.pki.root.der) == [practice.pki.root])
        let json = try JSONEncoder().encode(practice.pki.root)
        #expect(try JSONDecoder().decode(Certificate.self, from: json) == practice.pki.root)
    }

    @Test func `a file without a certificate is refused`() {
        #expect(throws: DERError.self) { try Certificate.all(in: Data("không có gì".utf8)) }
        #expect(throws: DERError.self) { try Certificate.all(in: Data(count: 2 << 20)) }
    }

    @Test func `fitness names expiry, a start still to come, and a wrong usage`() throws {
        let practice = try Practice.of(.p256)
        let certificate = practice.leader.certificate
        // Both ends belong to it (RFC 5280 §4.1.2.5).
        for date in [certificate.notBefore, now, certificate.notAfter] {
            #expect(certificate.fitness(at: date).isEmpty)
        }
        #expect(certificate.fitness(at: certificate.notAfter + 1) == [.expired(on: certificate.notAfter)])
        #expect(certificate.fitness(at: certificate.notBefore - 1) == [.notYetValid(until: certificate.notBefore)])
        #expect(practice.pki.root.fitness(at: now) == [.wrongKeyUsage])
        let date = Date(timeIntervalSince1970: 1_772_731_800)  // 00:30 on 6 March at +07:00
        #expect(FitnessProblem.expired(on: date).message.contains("06/03/2026"))
    }

    /// RFC 5280 §4.2.1.12; Vietnamese authorities write clientAuth and emailProtection.
    @Test(arguments: [
        (["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4"], true), (["1.3.6.1.5.5.7.3.36"], true), (["2.5.29.37.0"], true),
        (["1.2.840.113583.1.1.5"], true), (["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"], true),
        (["1.3.6.1.5.5.7.3.1"], false), (["1.3.6.1.5.5.7.3.3"], false), (["1.3.6.1.5.5.7.3.8"], false),
        (["1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.3.1"], false),
    ])
    func `a certificate for other purposes alone signs no documents`(purposes: [String], signs: Bool) throws {
        let list = DER.sequence(of: purposes.map { DER.identifier(ObjectIdentifier($0)) })
        let root = try TestAuthority.root()
        for isCritical in [false, true] {
            let purpose = TestAuthority.extension(.extendedKeyUsage, isCritical: isCritical, list)
            let certificate = try root.issue("A", additions: [purpose]).certificate
            let path = TrustStore(anchors: [root.certificate]).path(of: certificate, at: now)
            #expect(certificate.allowsSigning == signs && path.status == (signs ? .trusted : .badUsage))
        }
    }

    @Test func `control characters in a name do not reach the screen or the log`() throws {
        let name = DistinguishedName([.init(type: .commonName, value: "A\nB\u{1B}[31m")])
        var reader = try DERReader([UInt8](name.der))
        #expect(try DistinguishedName(reader.next()).commonName == "A\u{FFFD}B\u{FFFD}[31m")
    }

    @Test(arguments: 1...60)
    func `a damaged certificate is read or refused, never a crash`(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let certificate = try Practice.of(.rsa2048).leader.certificate
        for _ in 0..<50 {
            guard let read = try? Certificate(der: certificate.der.damaged(by: &generator)) else { continue }
            _ = TrustStore(anchors: [certificate]).path(of: read, at: now)
        }
    }
}

/// Đường dẫn chứng thực tới gốc tin cậy và lý do khi không tới được.
struct TrustStoreTests {
    @Test func `a path with the intermediate beside it or configured is trusted`() throws {
        let practice = try Practice.of(.rsa2048)
        let leaf = practice.leader.certificate
        let beside = TrustStore(anchors: [practice.pki.root]).path(of: leaf, beside: practice.leader.chain, at: now)
        #expect(beside.status == .trusted)
        #expect(beside.chain == [leaf, practice.pki.issuingCertificate, practice.pki.root])
        #expect(practice.pki.trust.path(of: leaf, at: now).status == .trusted)
        #expect(beside.revocation == .notChecked)
    }

    @Test func `without the intermediate or with another root there is no trust`() throws {
        let practice = try Practice.of(.rsa2048)
        let leaf = practice.leader.certificate
        #expect(TrustStore(anchors: [practice.pki.root]).path(of: leaf, at: now).status == .untrusted)
        let stranger = TrustStore(anchors: [try Practice.of(.p256).pki.root])
        #expect(stranger.path(of: leaf, beside: practice.leader.chain, at: now).status == .untrusted)
        #expect(
            TrustStore().path(of: leaf, beside: practice.leader.chain + [practice.pki.root], at: now).status
                == .untrusted)
    }

    @Test func `an intermediate or the certificate itself may be the anchor`() throws {
        let practice = try Practice.of(.p256)
        let leaf = practice.leader.certificate
        #expect(TrustStore(anchors: [practice.pki.issuingCertificate]).path(of: leaf, at: now).status == .trusted)
        #expect(TrustStore(anchors: [leaf]).path(of: leaf, at: now).status == .trusted)
    }

    @Test func `time decides between expired and not yet valid and names the certificate`() throws {
        let practice = try Practice.of(.p256)
        let leaf = practice.leader.certificate
        let late = practice.pki.trust.path(of: leaf, at: leaf.notAfter + 60)
        #expect(late.status == .expired && late.culprit == leaf)
        #expect(practice.pki.trust.path(of: leaf, at: leaf.notBefore - 60).status == .notYetValid)
    }

    @Test func `an authority's certificate may not sign documents, nor a signer's stamp times`() throws {
        let practice = try Practice.of(.p256)
        #expect(practice.pki.trust.path(of: practice.pki.issuingCertificate, at: now).status == .badUsage)
        let stamp = practice.pki.trust.path(of: practice.leader.certificate, at: now, usage: .timestamping)
        #expect(stamp.status == .badUsage)
        #expect(
            practice.pki.trust.path(of: practice.responder.certificate, at: now, usage: .timestamping).status
                == .trusted)
    }

    @Test func `a certificate signed by a signer's key is no path`() async throws {
        let practice = try Practice.of(.p256)
        let leader = practice.leader
        let template = CertificateTemplate(
            kind: .signer(emailAddress: nil), subject: leader.certificate.subject, notBefore: now,
            notAfter: now + 86_400)
        let forged = try leader.withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            try template.issued(to: try key.publicKeyInfo(), by: leader.certificate, with: key)
        }
        let path = practice.pki.trust.path(of: forged, beside: [leader.certificate], at: now + 60)
        #expect(path.status == .untrusted)
    }
}
