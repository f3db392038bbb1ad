package import Digests
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
        let (first, questions) = reportWithQuestions(on: source, request)
        guard !questions.isEmpty else { return first }
        var request = request
        for question in questions {
            request.material = await client.material(
                for: question.certificate, beside: question.others, trust: request.trust, at: request.date,
                usage: question.usage, having: request.material
            ).material
        }
        return report(on: source, request)
    }

    /// What holds by what is at hand, and what would have to be asked for a fuller report; for callers who ask in their
    /// own time.
    package static func reportWithQuestions(
        on source: ByteSource, _ request: VerificationRequest
    ) -> (report: VerificationReport, questions: [StatusQuestion]) {
        do throws(PDFError) {
            let reading = try Reading(source, request)
            let questions = request.judgesTrust ? reading.facts.flatMap(\.openQuestions) : []
            return (reading.report(request), Array(questions.prefix(maximumQuestions)))
        } catch {
            return (refusal(error), [])
        }
    }
}

/// A certificate whose status a fuller report needs.
package struct StatusQuestion: Sendable, Hashable, Codable {
    package var certificate: Certificate
    /// What stands above it in its path.
    package var others: [Certificate]
    package var usage: TrustStore.Usage

    package init(certificate: Certificate, others: [Certificate], usage: TrustStore.Usage) {
        self.certificate = certificate
        self.others = others
        self.usage = usage
    }

    /// Only a path that ends at an anchor is worth asking about, and only where somebody answers.
    fileprivate init?(_ path: PathReport?, _ usage: TrustStore.Usage) {
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
