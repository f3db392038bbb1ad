// Foreign files are judged outside the server process where that can be done: a subprocess of this very program, with
// limits of time and memory and without a network.
internal import Digests
package import Foundation
internal import Logging
internal import PAdES
internal import Platform
internal import SignatureCore

/// What a judgement needs; everything travels on standard input, so that no password stands in a list of processes.
struct JudgeRequest: Sendable, Codable {
    var path: String
    var trust: TrustList
    var at: Date
    var password: String?
    /// Lists and answers at hand.
    var material = ValidationMaterial()
}

/// A report, and whose status would have to be asked for a fuller one.
struct Judgement: Sendable, Codable {
    var report: VerificationReport
    var questions: [StatusQuestion]
}

/// Why there is no verdict at all.
enum JudgeProblem: Error, Sendable {
    case tooSlow
    /// The judge broke over the file, or took more memory than it may.
    case broken
}

/// Judges one file.
package struct FileJudge: Sendable {
    var judge: @Sendable (JudgeRequest) async throws -> Judgement

    /// In this process; for programs that are not `vastoffice` (tests) and for files the office itself made.
    static let inside = FileJudge { try Self.judged($0) }

    /// In a subprocess `PROGRAM judge`.
    static func outside(_ program: String, _ sandbox: Sandbox, seconds: Double = 15) -> FileJudge {
        FileJudge { request in
            let limits = SandboxLimits(seconds: seconds, memoryBytes: 2 << 30, outputBytes: 16 << 20)
            do {
                let answer = try await sandbox.run(
                    program, ["judge"], input: try encoder.encode(request), limits: limits)
                return try decoder.decode(Judgement.self, from: answer)
            } catch SandboxError.timedOut {
                throw JudgeProblem.tooSlow
            } catch SandboxError.tooMuchOutput {
                throw JudgeProblem.broken
            } catch SandboxError.failed(_, let status, let message) {
                Log.logger("judge").error("the judge ended with \(status): \(message.prefix(500))")
                throw JudgeProblem.broken
            }
        }
    }

    /// Outside where this process is the program itself.
    static func fitting(_ sandbox: Sandbox) -> FileJudge {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            program.hasSuffix("/vastoffice")
        else { return .inside }
        return .outside(program, sandbox)
    }

    /// The subprocess's whole work: a request in, a report out.
    package static func answer(to request: Data) throws -> Data {
        try encoder.encode(try judged(try decoder.decode(JudgeRequest.self, from: request)))
    }

    private static func judged(_ request: JudgeRequest) throws -> Judgement {
        guard let source = try? ByteSource(contentsOf: URL(filePath: request.path)) else { throw JudgeProblem.broken }
        let (report, questions) = SignatureVerifier.reportWithQuestions(
            on: source,
            VerificationRequest(
                trust: request.trust.store, date: request.at, password: request.password, material: request.material))
        return Judgement(report: report, questions: questions)
    }

    private static var encoder: JSONEncoder { JSONEncoder() }
    private static var decoder: JSONDecoder { JSONDecoder() }
}
