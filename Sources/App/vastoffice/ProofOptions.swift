// Where timestamps and the status of certificates come from.
import ArgumentParser
import Foundation
import PAdES
import Platform
import SignatureCore

struct ProofOptions: ParsableArguments {
    @Option(help: "Address of a timestamp authority (RFC 3161). May be repeated: the first that answers is taken.")
    var tsa: [String] = []
    @Option(help: "PEM or DER file of trusted certificates. May be repeated.", completion: .file())
    var trust: [String] = []
    @Option(help: "PEM or DER file of intermediate certificates. May be repeated.", completion: .file())
    var intermediate: [String] = []
    @Option(help: "Certificate revocation list, PEM or DER. May be repeated.", completion: .file()) var crl: [String] =
        []
    @Option(help: "OCSP response, DER. May be repeated.", completion: .file()) var ocsp: [String] = []
    @Flag(help: "Ask nobody for the status of certificates; what is handed over must do.") var offline = false
    @Flag(help: "Also ask addresses inside private networks that certificates name.") var privateHosts = false

    func sources() throws -> ProofSources {
        let (store, given, client) = (try store(), try given(), client)
        return ProofSources(timestamps: try authority()) { certificate, beside in
            // Without anchors nothing can be told apart: everything handed over goes into the file.
            guard !store.anchors.isEmpty else { return given }
            let usage: TrustStore.Usage = certificate.allowsTimestamping ? .timestamping : .signing
            let (now, known) = (Date(), given)
            let fetched = await client.material(
                for: certificate, beside: beside, trust: store, at: now, usage: usage, having: known)
            let path = store.path(
                of: certificate, beside: beside, at: now, usage: usage, material: fetched.material)
            if path.status == .trusted, path.revocation != .good {
                throw PAdESError.statusMissing(path.culprit?.commonName ?? certificate.commonName)
            }
            try Self.demandGood(path)
            return ValidationMaterial(certificates: path.chain).merging(path.usedMaterial)
        }
    }

    /// Refuses a signer whose certificate does not lead to an anchor given, or is known to be revoked
    /// (TT 15/2025/TT-BKHCN: checked before signing).
    func demandReady(_ key: some SigningKey) async throws {
        let (store, now) = (try store(), Date())
        guard !store.anchors.isEmpty else {
            if let problem = key.certificate.fitness(at: now).first {
                throw Failure("\(problem.message) Chưa có gì được ký.")
            }
            return
        }
        let fetched = await client.material(
            for: key.certificate, beside: key.chain, trust: store, at: now, having: try given())
        let ready = SigningReadiness.check(
            key.certificate, beside: key.chain, trust: store, at: now, material: fetched.material)
        if let problem = ready.problems.first(where: \.isFatal) {
            throw Failure("\(problem.message) Chưa có gì được ký.")
        }
    }

    private static func demandGood(_ path: PathReport) throws {
        guard path.status == .trusted, !path.isRevoked else {
            throw Failure(path.problems.first?.sentence ?? "Chứng thư số không dẫn tới tổ chức chứng thực tin cậy.")
        }
    }

    /// Asks the servers that trusted certificates name; nobody when offline.
    private var client: RevocationClient {
        offline ? RevocationClient(transport: .offline) : .overNetwork(privateHosts: privateHosts)
    }

    private func store() throws -> TrustStore {
        TrustStore(anchors: try trust.flatMap(certificates), intermediates: try intermediate.flatMap(certificates))
    }

    private func given() throws -> ValidationMaterial {
        ValidationMaterial(
            certificates: try (trust + intermediate).flatMap(certificates), crls: try crl.map(binary),
            ocspResponses: try ocsp.map(binary))
    }

    /// Asks one authority after the other until one answers.
    private func authority() throws -> TimestampAuthority? {
        let urls = try tsa.map { text in
            guard let url = URL(string: text), url.host != nil, ["http", "https"].contains(url.scheme) else {
                throw ValidationError("--tsa cần một địa chỉ http hoặc https, không phải “\(text)”.")
            }
            return url
        }
        guard !urls.isEmpty else { return nil }
        let transport = HTTPTransport.live(answerLimitBytes: 1 << 20)
        let authorities = urls.map { url in
            TimestampAuthority.http(url: url) { url, body, contentType in
                try await transport.send(HTTPCall(url: url, headers: [("Content-Type", contentType)], body: body)).body
            }
        }
        return .first(of: authorities)
    }
}

extension TimestampAuthority {
    fileprivate static func first(of authorities: [TimestampAuthority]) -> TimestampAuthority {
        TimestampAuthority { digest in
            var refusal: (any Error)?
            for authority in authorities {
                do { return try await authority.stamp(digest) } catch { refusal = refusal ?? error }
            }
            if let error = refusal as? SignatureError { throw error }
            throw Failure("Không lấy được dấu thời gian: máy chủ không trả lời.")
        }
    }
}
