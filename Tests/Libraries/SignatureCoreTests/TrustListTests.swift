import Foundation
import Testing

@testable import SignatureCore

/// Tổ chức chứng thực tin cậy: mỗi gốc chỉ được tin cho mục đích và trong thời gian đã ghi.
@Suite struct TrustListTests {
    @Test func `an anchor trusted for timestamps alone ends no signer's path`() throws {
        let practice = try Practice.of(.p256)
        let store = TrustStore(
            anchors: [practice.pki.root], intermediates: [practice.pki.issuingCertificate],
            limits: [practice.pki.root.fingerprint: AnchorLimit(usages: [.timestamping])])
        #expect(store.path(of: practice.leader.certificate, at: now).status == .untrusted)
        #expect(store.path(of: practice.responder.certificate, at: now, usage: .timestamping).status == .trusted)
    }

    @Test func `an anchor counts from its first day until its last, judged at the time of the signature`() throws {
        let practice = try Practice.of(.p256)
        let limit = AnchorLimit(from: now.addingTimeInterval(-60), until: now.addingTimeInterval(60))
        let store = TrustStore(
            anchors: [practice.pki.root], intermediates: [practice.pki.issuingCertificate],
            limits: [practice.pki.root.fingerprint: limit])
        let leaf = practice.leader.certificate
        for (offset, status) in [(-61.0, PathStatus.untrusted), (-60, .trusted), (59, .trusted), (60, .untrusted)] {
            #expect(store.path(of: leaf, at: now.addingTimeInterval(offset)).status == status)
        }
    }

    @Test func `a list is written and read back as it was`() async throws {
        let practice = try Practice.of(.p256)
        let list = TrustList(entries: [
            .init(certificate: practice.pki.root, isAnchor: true, limit: AnchorLimit(usages: [.signing], from: now)),
            .init(certificate: practice.pki.issuingCertificate, isAnchor: false),
        ])
        try await withFolder { folder in
            let file = folder.appending(path: "trust.json")
            try list.write(to: file)
            let read = try TrustList(file: file)
            #expect(read.entries.map(\.certificate) == list.entries.map(\.certificate))
            #expect(read.store.limits[practice.pki.root.fingerprint]?.usages == [.signing])
            #expect(read.store.path(of: practice.leader.certificate, at: now + 1).status == .trusted)
        }
    }

    @Test func `the configured list is the named one, else that of the data folder, and a broken one is an error`()
        async throws
    {
        let practice = try Practice.of(.p256)
        try await withFolder { folder in
            #expect(try TrustList.configured(["VASTOFFICE_DATA": folder.path]) == nil)
            let list = TrustList(entries: [.init(certificate: practice.pki.root, isAnchor: true)])
            try list.write(to: folder.appending(path: "trust.json"))
            #expect(try TrustList.configured(["VASTOFFICE_DATA": folder.path]) == list)
            let named = folder.appending(path: "named.json")
            try Data("{".utf8).write(to: named)
            #expect(throws: (any Error).self) {
                try TrustList.configured(["VASTOFFICE_DATA": folder.path, "VASTOFFICE_TRUST_FILE": named.path])
            }
        }
    }

    @Test(arguments: ["DER", "PEM"]) func `a PKCS#7 collection made by openssl gives its certificates`(
        form: String
    )
        async throws
    {
        let practice = try Practice.of(.rsa2048)
        let both = [practice.pki.root, practice.pki.issuingCertificate]
        try await withFolder { folder in
            try Data(both.map(\.pem).joined().utf8).write(to: folder.appending(path: "both.pem"))
            let made = try openssl(
                "crl2pkcs7 -nocrl -certfile both.pem -outform \(form) -out both.p7b", in: folder)
            #expect(made.status == 0, "\(made.text)")
            let read = try Certificate.all(in: try Data(contentsOf: folder.appending(path: "both.p7b")))
            #expect(Set(read) == Set(both))
        }
    }

    @Test func `a damaged collection is refused or read, never a crash`() async throws {
        let practice = try Practice.of(.p256)
        var generator = SeededGenerator(seed: 7)
        try await withFolder { folder in
            try Data(practice.pki.root.pem.utf8).write(to: folder.appending(path: "root.pem"))
            let made = try openssl("crl2pkcs7 -nocrl -certfile root.pem -outform DER -out root.p7b", in: folder)
            #expect(made.status == 0, "\(made.text)")
            let whole = try Data(contentsOf: folder.appending(path: "root.p7b"))
            for _ in 0..<500 { _ = try? Certificate.all(in: whole.damaged(by: &generator)) }
            for count in 0..<whole.count {
                #expect(throws: DERError.self) { try Certificate.all(in: whole.prefix(count)) }
            }
        }
    }
}
