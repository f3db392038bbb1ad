import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Dấu thời gian RFC 3161: hỏi, trả lời và kiểm tra, hai chiều với openssl.
struct TimestampTests {
    private static let at = "-attime \(Int(now.timeIntervalSince1970))"

    @Test(arguments: [PracticeKeyKind.rsa2048, .p256], ["sha256", "sha512"])
    func `openssl asks, our responder answers, openssl verifies`(keys: PracticeKeyKind, digest: String) async throws {
        let practice = try Practice.of(keys)
        try await withFolder { folder in
            try document.write(to: folder.appending(path: "d"))
            try Data(practice.pki.root.pem.utf8).write(to: folder.appending(path: "root.pem"))
            _ = try openssl("ts -query -data d -\(digest) -cert -out q.tsq", in: folder)
            let query = try Data(contentsOf: folder.appending(path: "q.tsq"))
            try practice.responder.respond(to: query, at: now).write(to: folder.appending(path: "r.tsr"))
            let output = try openssl("ts -verify -queryfile q.tsq -in r.tsr -CAfile root.pem \(Self.at)", in: folder)
            #expect(output.text.contains("Verification: OK"), "\(output.text)")
        }
    }

    @Test func `our client asks openssl's authority and its token verifies here`() async throws {
        let practice = try Practice.of(.rsa2048)
        try await withFolder { folder in
            let file = try practice.pki.issue(
                to: .timestampAuthority(agency: "Viện"), validity: .init(from: now - 3600, days: 3600),
                passphrase: "1234")
            try file.write(to: folder.appending(path: "t.p12"))
            _ = try openssl("pkcs12 -in t.p12 -passin pass:1234 -nokeys -clcerts -out t.pem", in: folder)
            _ = try openssl("pkcs12 -in t.p12 -passin pass:1234 -nocerts -nodes -out k.pem", in: folder)
            try Data(practice.pki.issuingCertificate.pem.utf8).write(to: folder.appending(path: "ca.pem"))
            try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
            try Data(Self.configuration.utf8).write(to: folder.appending(path: "ts.cnf"))
            let authority = TimestampAuthority.http(url: URL(filePath: "/tsa")) { _, body, type in
                #expect(type == "application/timestamp-query")
                try body.write(to: folder.appending(path: "q.tsq"))
                let reply = try openssl("ts -reply -config ts.cnf -queryfile q.tsq -out r.tsr", in: folder)
                #expect(reply.status == 0, "\(reply.text)")
                return try Data(contentsOf: folder.appending(path: "r.tsr"))
            }
            let digest = DigestAlgorithm.sha256.digest(document)
            let token = try TimestampToken(der: try await authority.stamp(digest))
            // openssl stamps by the clock on the wall.
            let report = token.verify(imprint: { $0.digest(document) }, trust: practice.pki.trust, at: token.time)
            #expect(report.isTrusted)
            #expect(report.policy == "1.2.3.4.1")
        }
    }

    private static let configuration = """
        [tsa]
        default_tsa = authority
        [authority]
        serial = serial
        crypto_device = builtin
        signer_cert = t.pem
        signer_key = k.pem
        certs = ca.pem
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256
        ess_cert_id_alg = sha256

        """

    private func token(_ practice: Practice) async throws -> Data {
        try await TimestampAuthority.local(practice.responder) { now }.stamp(DigestAlgorithm.sha256.digest(document))
    }

    @Test func `a token tells its time, authority and number, and is trusted to the practice root`() async throws {
        let practice = try Practice.of(.p256)
        let report = try TimestampToken(der: try await token(practice)).verify(
            imprint: { $0.digest(document) }, trust: practice.pki.trust, at: now)
        #expect(report.time == now)
        #expect(report.authority == practice.responder.certificate)
        #expect(report.isTrusted && report.essMatches == .present)
        #expect(report.serialHex.count >= 14)
    }

    @Test func `two tokens never share a number`() async throws {
        let practice = try Practice.of(.p256)
        var numbers: Set<Data> = []
        for _ in 0..<50 { numbers.insert(try TimestampToken(der: try await token(practice)).serialNumber) }
        #expect(numbers.count == 50)
    }

    @Test func `a token of an unknown authority is intact but not trusted`() async throws {
        let report = try TimestampToken(der: try await token(try Practice.of(.p256))).verify(
            imprint: { $0.digest(document) }, trust: try Practice.of(.rsa2048).pki.trust, at: now)
        #expect(report.isIntact && !report.isTrusted)
    }

    @Test func `a token made with a signer's key is not intact`() async throws {
        let practice = try Practice.of(.p256)
        let impostor = TimestampResponder(key: practice.leader)
        #expect(throws: SignatureError.self) {
            try impostor.respond(to: TimestampRequest(imprint: Data(count: 32)).der, at: now)
        }
    }

    @Test func `an answer to another question is refused`() async throws {
        let practice = try Practice.of(.p256)
        let question = TimestampRequest(imprint: DigestAlgorithm.sha256.digest(document))
        let again = TimestampRequest(imprint: question.imprint)
        let answer = try practice.responder.respond(to: again.der, at: now)
        #expect(throws: SignatureError.timestampMismatch("nonce")) { try question.token(in: answer) }
        let other = TimestampRequest(imprint: Data(count: 32))
        #expect(throws: SignatureError.timestampMismatch("imprint")) { try other.token(in: answer) }
        // The same bytes as the digest of another algorithm.
        let third = TimestampRequest(imprint: question.imprint, algorithm: .sha3With256)
        var asked = third.der
        let place = try #require(asked.range(of: Data(DER.identifier(DigestAlgorithm.sha3With256.identifier))))
        asked.replaceSubrange(place, with: DER.identifier(DigestAlgorithm.sha256.identifier))
        let answered = try practice.responder.respond(to: asked, at: now)
        #expect(throws: SignatureError.timestampMismatch("imprint")) { try third.token(in: answered) }
    }

    @Test func `an answer whose signature does not hold is refused`() throws {
        let question = TimestampRequest(imprint: DigestAlgorithm.sha256.digest(document))
        let answer = try Practice.of(.p256).responder.respond(to: question.der, at: now)
        #expect(try question.token(in: answer).isEmpty == false)
        #expect(throws: SignatureError.timestampMismatch("token")) {
            try question.token(in: answer.flipped(at: -1))
        }
    }

    @Test func `a refusal is told with its status`() throws {
        let practice = try Practice.of(.p256)
        let question = TimestampRequest(imprint: Data(count: 20), algorithm: .sha1)
        let answer = try practice.responder.respond(to: question.der, at: now)
        #expect { try question.token(in: answer) } throws: { error in
            guard case SignatureError.timestampRefused(status: 2, failure: _) = error else { return false }
            return true
        }
    }

    @Test func `a request that cannot be read is answered with a refusal`() throws {
        let answer = try Practice.of(.p256).responder.respond(to: Data("không phải yêu cầu".utf8), at: now)
        #expect(throws: SignatureError.self) { try TimestampRequest(imprint: Data(count: 32)).token(in: answer) }
    }

    @Test(arguments: 1...30)
    func `a damaged token is never trusted for another imprint, and never a crash`(seed: Int) async throws {
        var generator = SeededGenerator(seed: seed)
        let practice = try Practice.of(.p256)
        let token = try await token(practice)
        let question = TimestampRequest(imprint: Data(count: 32))
        for _ in 0..<40 {
            let damaged = token.damaged(by: &generator)
            let report = try? TimestampToken(der: damaged).verify(
                imprint: { $0.digest(document + [1]) }, trust: practice.pki.trust, at: now)
            #expect(report?.isIntact != true)
            _ = try? question.token(in: damaged)
            _ = try? practice.responder.respond(to: question.der.damaged(by: &generator), at: now)
        }
    }
}
