import Foundation
import PAdES
import SignatureCore
import Testing

/// Files of other projects with the verdicts they must get; read where they are, never copied here.
@Suite struct ForeignFileTests {
    struct Expectation: Decodable, Sendable, CustomTestStringConvertible {
        var file: String
        var verdict: Verdict
        var accept: [Verdict]
        var mustNot: [Verdict]
        var anchors: [String]
        var testDescription: String { file }
    }

    static let folder = URL(filePath: "../shared/data/pdf")
    static let expectations: [Expectation] = {
        guard let data = try? Data(contentsOf: folder.appending(path: "expected.json")) else { return [] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode([Expectation].self, from: data)) ?? []
    }()

    @Test(.enabled(if: !expectations.isEmpty, "the shared sample files are not here"), arguments: expectations)
    func `every sample gets a verdict its authors accept`(expectation: Expectation) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: expectation.file))
        let anchors = try expectation.anchors.flatMap {
            try Certificate.all(in: try Data(contentsOf: Self.folder.appending(path: $0)))
        }
        // A day all test certificates of that project are valid at.
        let date = Date(timeIntervalSince1970: 1_604_188_800)
        let report = SignatureVerifier.report(on: data, trust: TrustStore(anchors: anchors), at: date)
        let problems = report.signatures.flatMap(\.checks).filter { $0.result == .failed || $0.result == .undecided }
        let comment = Comment(rawValue: "\(report.sentence) \(problems.map(\.sentence))")
        // Some of the files end at a root that is not among the anchors given; then only trust may be missing.
        let lacksOnlyTrust =
            !problems.isEmpty && problems.allSatisfy { $0.subIndication == "NO_CERTIFICATE_CHAIN_FOUND" }
        let accepted = [expectation.verdict] + expectation.accept + (lacksOnlyTrust ? [.indeterminate] : [])
        #expect(accepted.contains(report.verdict), comment)
        #expect(!expectation.mustNot.contains(report.verdict), comment)
        if expectation.verdict != report.verdict { print("\(expectation.file): \(report.verdict) \(comment)") }
    }
}
