import Digests
package import Foundation
import PDFCore
package import SignatureCore

extension SignatureVerifier {
    /// Signers and authorities asked about; a file chooses how many it has.
    private static let maximumQuestions = 8

    /// The same after asking for the status of certificates the file says nothing about. What cannot be had is told in
    /// the report.
    package static func report(
        onFile file: URL, _ request: VerificationRequest, asking client: RevocationClient
    ) async -> VerificationReport {
        let source = (try? ByteSource(contentsOf: file)) ?? ByteSource(Data())
        let reading: Reading
        do throws(PDFError) {
            reading = try Reading(source, request)
        } catch {
            return refusal(error)
        }
        let questions = reading.facts.flatMap(\.openQuestions).prefix(maximumQuestions)
        guard request.judgesTrust, !questions.isEmpty else { return reading.report(request) }
        var request = request
        for question in questions {
            request.material = await client.material(
                for: question.certificate, beside: question.others, trust: request.trust, at: request.date,
                usage: question.usage, having: request.material
            ).material
        }
        return report(on: source, request)
    }
}

private struct StatusQuestion {
    var certificate: Certificate
    var others: [Certificate]
    var usage: TrustStore.Usage

    /// Only a path that ends at an anchor is worth asking about, and only where somebody answers.
    init?(_ path: PathReport?, _ usage: TrustStore.Usage) {
        guard let path, let certificate = path.chain.first, path.status == .trusted,
            path.revocations.contains(where: { $0.hasNothing && $0.certificate.publishesStatus })
        else { return nil }
        self.certificate = certificate
        others = Array(path.chain.dropFirst())
        self.usage = usage
    }
}

extension SignatureFacts {
    fileprivate var openQuestions: [StatusQuestion] {
        let stamps = (cms?.timestamps ?? []) + [documentTimestamp].compactMap(\.self)
        return [StatusQuestion(cms?.path, .signing)].compactMap(\.self)
            + stamps.compactMap { StatusQuestion($0.path, .timestamping) }
    }
}
