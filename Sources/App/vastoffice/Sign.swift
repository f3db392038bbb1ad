// vastoffice sign IN OUT --p12 KEY --passfile PIN
import ArgumentParser
import Foundation
import PAdES
import Platform
import SignatureCore

struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign a PDF file (PAdES B-B, or B-T with --tsa) by incremental update.")

    @Argument(help: "The file to sign; it is never changed.", completion: .file()) var input: String
    @Argument(help: "Where to write the signed file.", completion: .file()) var output: String
    @Option(help: "PKCS#12 file with key and certificate.", completion: .file()) var p12: String
    @Option(help: "File whose first line is the passphrase.", completion: .file()) var passfile: String
    @Option(help: "An existing empty signature field, or the name of a new one.") var field = "Signature1"
    @Option(help: "Show the signature: page,x,y,width,height in millimetres from the top left corner.") var visible:
        String?
    @Option(help: "PNG image of a visible signature.", completion: .file()) var image: String?
    @Option(help: "Reason for signing.") var reason: String?
    @Option(help: "Address of a timestamp authority (RFC 3161).") var tsa: String?

    func run() async throws {
        guard URL(filePath: input).standardized.path != URL(filePath: output).standardized.path else {
            throw ValidationError("Input and output are the same file; a file is never signed in place.")
        }
        do {
            let key = try PKCS12Key(data: try contents(p12), passphrase: try passphrase())
            if let problem = key.certificate.fitness(at: Date()).first { throw Failure(problem.message) }
            let data = try contents(input)
            let signed = try await sign(data, with: key)
            try signed.write(to: URL(filePath: output), options: .atomic)
        } catch let error as SignatureError {
            throw Failure(error.message)
        } catch let error as PAdESError {
            throw Failure(error.message)
        }
    }

    private func sign(_ data: Data, with key: PKCS12Key) async throws -> Data {
        let authority = try tsa.map(timestampAuthority)
        do {
            return try await PDFSigner.sign(data, try intent(.field(field), key), with: key, timestampedBy: authority)
        } catch PAdESError.noSuchField {
            let target = SignatureIntent.Target.newField(name: field, rect: try visible.map(rect))
            return try await PDFSigner.sign(data, try intent(target, key), with: key, timestampedBy: authority)
        }
    }

    private func intent(_ target: SignatureIntent.Target, _ key: PKCS12Key) throws -> SignatureIntent {
        let appearance = try image.map { SignatureAppearance(image: try PNGImage(try contents($0))) }
        return SignatureIntent(
            target: target, appearance: appearance, signerName: key.certificate.commonName, reason: reason,
            signedAt: Date(),
            digestAlgorithm: key.certificate.preferredDigest)
    }

    private func rect(_ text: String) throws -> PageRect {
        let numbers = text.split(separator: ",").compactMap { Double($0) }
        guard numbers.count == 5, let page = Int(exactly: numbers[0]), page >= 1 else {
            throw ValidationError("--visible takes page,x,y,width,height in millimetres.")
        }
        return PageRect(page: page, x: numbers[1], y: numbers[2], width: numbers[3], height: numbers[4])
    }

    private func timestampAuthority(_ text: String) throws -> TimestampAuthority {
        guard let url = URL(string: text), url.host != nil else {
            throw ValidationError("--tsa takes an http(s) address.")
        }
        let transport = HTTPTransport.live()
        return .http(url: url) { url, body, contentType in
            try await transport.send(HTTPCall(url: url, headers: [("Content-Type", contentType)], body: body)).body
        }
    }

    private func passphrase() throws -> String {
        let text = String(decoding: try contents(passfile), as: UTF8.self)
        return String(text.split(separator: "\n", omittingEmptySubsequences: false).first ?? "")
    }

    private func contents(_ path: String) throws -> Data {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else {
            throw ValidationError("Cannot read \(path).")
        }
        return data
    }
}

/// A sentence for the person at the terminal; exit code 1.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
