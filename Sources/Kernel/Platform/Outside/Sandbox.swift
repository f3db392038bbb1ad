// Hostile files stay out of the server process: poppler, LibreOffice and the like run as subprocesses with
// limits of time, memory and output, and without a network where the system allows it.
package import Foundation
internal import Logging
internal import Subprocess

package enum SandboxError: Error, Sendable {
    /// The program is not installed.
    case missing(String)
    case timedOut(String)
    case failed(String, status: String, message: String)
    case tooMuchOutput(String)
}

/// How much one run may take.
package struct SandboxLimits: Sendable {
    package var seconds: Double
    package var memoryBytes: Int
    package var outputBytes: Int

    package init(seconds: Double = 20, memoryBytes: Int = 2 << 30, outputBytes: Int = 64 << 20) {
        self.seconds = seconds
        self.memoryBytes = memoryBytes
        self.outputBytes = outputBytes
    }
}

/// Runs other people's programs over other people's files.
package struct Sandbox: Sendable {
    private let withoutNetwork: [String]

    /// Finds out once how this machine lets a process be cut off from the network.
    package static func detect() async -> Sandbox {
        for prefix in [["unshare", "--net"], ["unshare", "--map-root-user", "--net"]] {
            let probe = Sandbox(withoutNetwork: prefix)
            if (try? await probe.run("true", [])) != nil { return probe }
        }
        Log.logger("sandbox").warning("subprocesses cannot be cut off from the network on this system")
        return Sandbox(withoutNetwork: [])
    }

    /// Runs `program` and returns what it wrote to standard output.
    package func run(
        _ program: String, _ arguments: [String], input: Data? = nil, limits: SandboxLimits = SandboxLimits(),
        folder: URL? = nil
    ) async throws -> Data {
        let line =
            ["env", "-C", folder?.path ?? "/"]
            + ["prlimit", "--as=\(limits.memoryBytes)", "--cpu=\(Int(limits.seconds) + 1)", "--core=0"]
            + withoutNetwork + ["timeout", "--kill-after=2", "\(limits.seconds)", program] + arguments
        return try await execute(line, program: program, input: input, limits: limits, folder: folder)
    }

    private func execute(
        _ line: [String], program: String, input: Data?, limits: SandboxLimits, folder: URL?
    ) async throws -> Data {
        let configuration = Configuration(
            executable: .name(line[0]), arguments: Arguments(Array(line.dropFirst())),
            environment: .custom(Self.environment(home: folder)))
        do {
            let result = try await Subprocess.run(
                configuration, input: .array(Array(input ?? Data())), output: .bytes(limit: limits.outputBytes),
                error: .string(limit: 65_536))
            switch result.terminationStatus {
            case .exited(0): return Data(result.standardOutput)
            case .exited(124), .exited(137): throw SandboxError.timedOut(program)
            case .exited(127): throw SandboxError.missing(program)
            default:
                throw SandboxError.failed(
                    program, status: "\(result.terminationStatus)", message: result.standardError)
            }
        } catch let error as SubprocessError {
            throw SandboxError.failed(program, status: "not run", message: "\(error)")
        }
    }

    private static func environment(home: URL?) -> [Environment.Key: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home?.path ?? "/nonexistent",
            "OMP_THREAD_LIMIT": "1",
        ]
    }
}
