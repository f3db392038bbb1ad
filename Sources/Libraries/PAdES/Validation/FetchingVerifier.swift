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
        let (first, all) = reportWithQuestions(on: source, request)
        let questions = all.filter { client.fetchesIssuers || !$0.missesIssuer }
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
    /// No path leads to an anchor, but the last certificate says where its issuer is to be had. Then a document, not an
    /// authority one trusts, chooses whom to ask.
    package var missesIssuer: Bool

    package init(
        certificate: Certificate, others: [Certificate], usage: TrustStore.Usage, missesIssuer: Bool = false
    ) {
        self.certificate = certificate
        self.others = others
        self.usage = usage
        self.missesIssuer = missesIssuer
    }

    /// Only a path that ends at an anchor, or may be led there, is worth asking about, and only where somebody answers.
    fileprivate init?(_ path: PathReport?, _ usage: TrustStore.Usage) {
        guard let path, let certificate = path.chain.first, let last = path.chain.last else { return nil }
        let missesIssuer =
            path.problems.contains { [.noIssuer, .badSignature].contains($0.kind) }
            && !last.isSelfIssued && !last.issuerURLs.isEmpty
        let missesStatus =
            path.status == .trusted
            && path.revocations.contains { $0.hasNothing && $0.certificate.publishesStatus }
        guard missesIssuer || missesStatus else { return nil }
        self.init(
            certificate: certificate, others: Array(path.chain.dropFirst()), usage: usage, missesIssuer: missesIssuer)
    }
}

extension SignatureFacts {
    fileprivate var openQuestions: [StatusQuestion] {
        let stamps = (cms?.timestamps ?? []) + [documentTimestamp].compactMap(\.self)
        return [StatusQuestion(cms?.path, .signing)].compactMap(\.self)
            + stamps.compactMap { StatusQuestion($0.path, .timestamping) }
    }
}
