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

    func sources() throws -> ProofSources {
        let given = ValidationMaterial(
            certificates: try (trust + intermediate).flatMap(certificates), crls: try crl.map(binary),
            ocspResponses: try ocsp.map(binary))
        return ProofSources(timestamps: try authority()) { _, _ in given }
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
