// Independent programs that judge what we sign and write.
package import Foundation
internal import Subprocess

/// Runs pyHanko and the PDF programs of Debian.
package enum Judge {
    /// Python with pyHanko: named by `VASTOFFICE_PYTHON`, else where set-up puts it.
    package static let interpreter =
        ProcessInfo.processInfo.environment["VASTOFFICE_PYTHON"] ?? "\(packageFolder.path)/.tools/venv/bin/python"

    package static let isPresent = FileManager.default.isExecutableFile(atPath: interpreter)

    /// The folder of Package.swift.
    package static let packageFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What pyHanko says of one signature, named as it names things.
    package struct Opinion: Decodable, Sendable {
        package struct Timestamp: Decodable, Sendable {
            package let intact: Bool
            package let trusted: Bool
        }
        package let field: String
        package let signer: String?
        package let intact: Bool
        package let valid: Bool
        package let trusted: Bool
        package let modificationLevel: String?
        package let timestamp: Timestamp?
    }

    private struct Opinions: Decodable {
        let problem: String?
        let signatures: [Opinion]
    }

    package static func pyHanko(_ file: URL, root: URL, at time: Date) async throws -> [Opinion] {
        let answer = try await python(
            "pyhanko_verdict.py", [file.path, "--trust", root.path, "--at", time.formatted(.iso8601)])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let opinions = try decoder.decode(Opinions.self, from: Data(answer.utf8))
        if let problem = opinions.problem { throw JudgeError(description: problem) }
        return opinions.signatures
    }

    /// A script of Tests/Judges.
    @discardableResult
    package static func python(_ script: String, _ arguments: [String]) async throws -> String {
        try await run(interpreter, ["\(packageFolder.path)/Tests/Judges/\(script)"] + arguments)
    }

    /// Standard output of a program; its failure is the test's failure.
    package static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments([program] + arguments),
            output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw JudgeError(description: "\(program): \(result.terminationStatus) \(result.standardError)")
        }
        return result.standardOutput
    }
}

package struct JudgeError: Error, CustomStringConvertible {
    package let description: String
}
