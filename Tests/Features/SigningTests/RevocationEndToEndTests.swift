import Digests
import Foundation
import OfficeTestKit
import PAdES
import Platform
import Records
import SignatureCore
import Synchronization
import Testing

@testable import Signing

/// Từ đầu đến cuối với phần mềm của người khác: CA, OCSP và máy cấp dấu thời gian của OpenSSL. Ký có dấu thời gian, hỏi tình
/// trạng, thu hồi chứng thư, rồi thấy việc ký bị từ chối và chữ ký sau khi thu hồi không còn tin cậy.
@Suite struct RevocationEndToEndTests {
    @Test
    func `a certificate is good until openssl revokes it: then it signs nothing, and what it signs counts for nothing`()
        async throws
    {
        let authority = try OpenSSLAuthority()
        defer { authority.stop() }
        let office = try await TestOffice.make(
            schema: SigningDesk.schema, settings: ["revocation.private.hosts": "true"], transport: .live())
        office.clock.set(Date())
        let trusted = TrustDesk(ground: office.ground)
        try await trusted.trust(try authority.certificate("root"), isAnchor: true)
        let key = try PKCS12Key(data: authority.file("signer.p12"), passphrase: "123456")
        let holder = KeyHolder.person(PersonID(1))
        let readiness = Readiness(
            ground: office.ground, statuses: RevocationDesk(ground: office.ground, patience: .seconds(120)))
        let desk = VerificationDesk(ground: office.ground, judge: .inside)
        let worker = Worker(
            database: office.database, clock: office.clock.value,
            handlers: [JobHandler(CompleteCheckJob.self, backOff: .none) { try await desk.complete($0) }])

        func signed(field: String) async throws -> BlobRef {
            let intent = SignatureIntent(
                target: .newField(name: field, rect: nil), appearance: nil, signerName: "Nguyễn Văn Đức",
                reason: "Ký", signedAt: Date(), digestAlgorithm: .sha256)
            return try office.ground.blobs.put(
                try await PDFSigner.sign(SampleFile.plain, intent, with: key, timestampedBy: authority.timestamps))
        }
        func verdict(of file: BlobRef) async throws -> CheckRecord {
            #expect(try await desk.check(file, name: "a.pdf").isAwaitingStatus)
            #expect(try await worker.drain() == 1)
            return try await desk.check(file, name: "a.pdf")
        }

        // Good: it may sign, the answer is kept as evidence, and the verdict knows it.
        try await readiness.demand(key.certificate, holder: holder, personName: "Nguyễn Văn Đức")
        let early = try await signed(field: "Som")
        let evidence = Evidence(ground: office.ground)
        try await evidence.record([early], certificate: key.certificate, holder: holder, by: nil, personName: "")
        let kept = try #require(try await evidence.of([early.sha256]).first)
        #expect(kept.status.answer == .good && kept.status.source == "OCSP" && kept.material != nil)
        let before = try await verdict(of: early)
        #expect(before.verdict.level == .trusted, "\(before.verdict.sentence)")
        #expect(before.report.signatures.first?.level != nil)
        #expect(before.report.signatures.first?.facts.revocation.first?.status == .good)
        #expect(before.report.signatures.first?.time?.source == .timestamp)

        // Revoked, and the answers that were relied on have run out.
        try authority.revoke("signer")
        try await office.database.write { tx in
            try tx.execute("DELETE FROM certificate_status")
            try tx.execute("DELETE FROM fetched")
            try tx.execute("DELETE FROM verdict")
        }
        office.clock.set(Date())
        await #expect {
            try await readiness.demand(key.certificate, holder: holder, personName: "Nguyễn Văn Đức")
        } throws: { error in
            guard case .revoked(let sentence) = error as? SigningRefusal else { return false }
            return sentence.contains("đã bị thu hồi từ") && sentence.contains("OCSP")
        }
        let late = try await signed(field: "Muon")
        let after = try await verdict(of: late)
        #expect(after.verdict.level != .trusted, "\(after.verdict.sentence)")
        #expect(after.report.signatures.first?.facts.revocation.first?.status == .revoked)
        let facts = SignatureDetails(signature: try #require(after.report.signatures.first)).facts
        #expect(facts.contains { $0.label == "Tình trạng thu hồi" && $0.value.contains("đã bị thu hồi từ") })
    }
}

/// A certification authority, an OCSP responder and a timestamp authority of the `openssl` program on loopback.
private final class OpenSSLAuthority: Sendable {
    let folder: URL
    private let port: Int
    private let responder = Mutex<Process?>(nil)

    init() throws {
        folder = try TestOffice.temporaryFolder()
        port = try Self.freePort()
        try Data(Self.configuration(port).utf8).write(to: folder.appending(path: "ca.cnf"))
        for name in ["index.txt", "index.txt.attr"] { try Data().write(to: folder.appending(path: name)) }
        try Data("1000\n".utf8).write(to: folder.appending(path: "serial"))
        try Data("01\n".utf8).write(to: folder.appending(path: "tsaserial"))
        try run(
            "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -config ca.cnf -extensions root -utf8 -subj",
            "/C=VN/CN=Gốc OpenSSL")
        try issue("signer", "/C=VN/O=Viện Hàn lâm/CN=Nguyễn Văn Đức", "signer")
        try issue("ocsp", "/C=VN/CN=OCSP OpenSSL", "ocsp")
        try issue("tsa", "/C=VN/CN=TSA OpenSSL", "stamping")
        try run(
            "pkcs12 -export -in signer.pem -inkey signer.key -certfile root.pem -passout pass:123456 -out", "signer.p12"
        )
        try start()
    }

    func stop() {
        responder.withLock { $0?.terminate() }
        try? FileManager.default.removeItem(at: folder)
    }

    func file(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

    func certificate(_ name: String) throws -> Certificate {
        try #require(try Certificate.all(in: try file("\(name).pem")).first)
    }

    func revoke(_ name: String) throws {
        try run("ca -config ca.cnf -crl_reason keyCompromise -revoke", "\(name).pem")
        // The responder looks at its index before it waits for a question, so the first answer is still the old one.
        try ask(name)
    }

    private func ask(_ name: String) throws {
        try run("ocsp -issuer root.pem -cert \(name).pem -noverify -url", "http://127.0.0.1:\(port)")
    }

    var timestamps: TimestampAuthority {
        TimestampAuthority { digest in
            let request = TimestampRequest(imprint: digest)
            let name = UUID().uuidString
            try request.der.write(to: self.folder.appending(path: "\(name).tsq"))
            try self.run("ts -reply -config ca.cnf -queryfile \(name).tsq -out", "\(name).tsr")
            return try request.token(in: try self.file("\(name).tsr"))
        }
    }

    private func issue(_ name: String, _ subject: String, _ extensions: String) throws {
        try run(
            "req -new -newkey rsa:2048 -nodes -keyout \(name).key -out \(name).csr -config ca.cnf -utf8 -subj", subject)
        try run("ca -batch -notext -utf8 -config ca.cnf -extensions \(extensions) -in \(name).csr -out", "\(name).pem")
    }

    private func start() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = "ocsp -index index.txt -port \(port) -rsigner ocsp.pem -rkey ocsp.key -CA root.pem -nmin 60"
            .split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        responder.withLock { $0 = process }
        // It says nothing when it is ready: ask until it answers.
        for _ in 0..<200 {
            if (try? ask("signer")) != nil { return }
        }
        throw OpenSSLProblem(description: "openssl ocsp does not answer")
    }

    private func run(_ arguments: String, _ last: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init) + [last]
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw OpenSSLProblem(description: "openssl \(arguments): \(text)") }
    }

    /// A port nobody listens on.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(descriptor, generic, size) == 0, getsockname(descriptor, generic, &size) == 0 else {
                    throw OpenSSLProblem(description: "no free port")
                }
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }

    private static func configuration(_ port: Int) -> String {
        """
        [req]
        distinguished_name = name
        string_mask = utf8only
        [name]
        [ca]
        default_ca = office
        [office]
        database = index.txt
        serial = serial
        new_certs_dir = .
        certificate = root.pem
        private_key = root.key
        default_md = sha256
        default_days = 20
        policy = any
        unique_subject = no
        [any]
        countryName = optional
        organizationName = optional
        commonName = supplied
        [root]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        [signer]
        keyUsage = critical,digitalSignature,nonRepudiation
        authorityKeyIdentifier = keyid
        authorityInfoAccess = OCSP;URI:http://127.0.0.1:\(port)
        [ocsp]
        keyUsage = critical,digitalSignature
        extendedKeyUsage = OCSPSigning
        noCheck = ignored
        authorityKeyIdentifier = keyid
        [stamping]
        keyUsage = critical,digitalSignature
        extendedKeyUsage = critical,timeStamping
        authorityKeyIdentifier = keyid
        authorityInfoAccess = OCSP;URI:http://127.0.0.1:\(port)
        [tsa]
        default_tsa = stamps
        [stamps]
        serial = tsaserial
        crypto_device = builtin
        signer_cert = tsa.pem
        certs = root.pem
        signer_key = tsa.key
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256, sha384, sha512
        accuracy = secs:1
        ordering = no
        tsa_name = no
        ess_cert_id_chain = no
        ess_cert_id_alg = sha256
        """
    }
}

private struct OpenSSLProblem: Error {
    let description: String
}
