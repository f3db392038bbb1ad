// Hostile files stay out of the server process: poppler, LibreOffice and the like run as subprocesses with
// limits of time, memory and output, and without a network where the system allows it.
package import Foundation
internal import Logging
internal import Subprocess

package enum SandboxError: Error, Sendable {
    /// The program is not installed.
    case missing(String)
    /// By the clock or by the processor.
    case timedOut(String)
    case failed(String, status: String, message: String)
    case tooMuchOutput(String)
}

/// How much one run may take.
package struct SandboxLimits: Sendable {
    package var seconds: Double
    /// Of the processor. What a busy machine makes slow does not use it up, a file that asks for too much does.
    package var processorSeconds: Int
    package var memoryBytes: Int
    package var outputBytes: Int

    package init(
        seconds: Double = 20, processorSeconds: Int? = nil, memoryBytes: Int = 2 << 30, outputBytes: Int = 64 << 20
    ) {
        self.seconds = seconds
        self.processorSeconds = processorSeconds ?? Int(seconds) + 1
        self.memoryBytes = memoryBytes
        self.outputBytes = outputBytes
    }
}

/// How many programs run at a time. Two lines, because a picture of a page is waited for by somebody who reads, and a
/// conversion takes up to two minutes.
package struct SandboxLines: Sendable {
    let light: Turnstile
    let heavy: Turnstile

    package init(light: Int, heavy: Int) {
        self.light = Turnstile(places: light)
        self.heavy = Turnstile(places: heavy)
    }

    /// One more than there are processors, as some programs wait for the disk; two conversions at least, so that one
    /// bad file does not stop every register from being printed.
    package static func ofThisMachine() -> SandboxLines {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        return SandboxLines(light: processors + 1, heavy: max(2, processors / 2))
    }
}

/// Runs other people's programs over other people's files, as many at a time as the node bears: copies of one value
/// stand in the same lines.
package struct Sandbox: Sendable {
    package enum Weight: Sendable { case light, heavy }

    private let withoutNetwork: [String]
    private let lines: SandboxLines

    /// Finds out once how this machine lets a process be cut off from the network.
    package static func detect(_ lines: SandboxLines = .ofThisMachine()) async -> Sandbox {
        for prefix in [["unshare", "--net"], ["unshare", "--map-root-user", "--net"]] {
            let probe = Sandbox(withoutNetwork: prefix, lines: lines)
            if (try? await probe.run("true", [])) != nil { return probe }
        }
        Log.logger("sandbox").warning("subprocesses cannot be cut off from the network on this system")
        return Sandbox(withoutNetwork: [], lines: lines)
    }

    /// Waits for a place, runs `program` and returns what it wrote to standard output. The wait and the program end with
    /// the caller's task.
    package func run(
        _ program: String, _ arguments: [String], input: Data? = nil, limits: SandboxLimits = SandboxLimits(),
        folder: URL? = nil, weight: Weight = .light
    ) async throws -> Data {
        let line =
            ["env", "-C", folder?.path ?? "/"]
            + ["prlimit", "--as=\(limits.memoryBytes)", "--cpu=\(limits.processorSeconds)", "--core=0"]
            + withoutNetwork + ["timeout", "--kill-after=2", "\(limits.seconds)", program] + arguments
        return try await (weight == .light ? lines.light : lines.heavy).pass {
            try await execute(line, program: program, input: input, limits: limits, folder: folder)
        }
    }

    private func execute(
        _ line: [String], program: String, input: Data?, limits: SandboxLimits, folder: URL?
    ) async throws -> Data {
        let configuration = Configuration(
            executable: .name(line[0]), arguments: Arguments(Array(line.dropFirst())),
            environment: .custom(Self.environment(home: folder)), platformOptions: Self.ownGroup)
        do {
            let result = try await Subprocess.run(
                configuration, input: .array(Array(input ?? Data())), output: .bytes(limit: limits.outputBytes),
                error: .string(limit: 65_536))
            // A program that was ended because nobody waits for it any more has not failed.
            try Task.checkCancellation()
            switch result.terminationStatus {
            case .exited(0): return Data(result.standardOutput)
            // `timeout` ends the program by TERM and KILL, the limit of the processor by KILL or XCPU; `timeout` then
            // dies of the same signal or says 128 and its number.
            case .exited(124), .exited(128 + SIGKILL), .exited(128 + SIGXCPU), .signaled(SIGKILL), .signaled(SIGXCPU):
                throw SandboxError.timedOut(program)
            case .exited(127): throw SandboxError.missing(program)
            default:
                throw SandboxError.failed(
                    program, status: "\(result.terminationStatus)", message: result.standardError)
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            if error.code == .outputLimitExceeded { throw SandboxError.tooMuchOutput(program) }
            throw SandboxError.failed(program, status: "not run", message: "\(error)")
        }
    }

    /// The program and whatever it starts are ended together when the task is cancelled or too much is written.
    private static let ownGroup: PlatformOptions = {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        return options
    }()

    private static func environment(home: URL?) -> [Environment.Key: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home?.path ?? "/nonexistent",
            "TMPDIR": (home ?? FileManager.default.temporaryDirectory).path, "OMP_THREAD_LIMIT": "1",
        ]
    }
}
