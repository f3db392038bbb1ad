import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Chương trình ngoài chạy trong giới hạn.
@Suite struct SandboxTests {
    @Test func `what a program writes comes back, and it reads what it is given`() async throws {
        let sandbox = await Sandbox.detect()
        #expect(try await sandbox.run("cat", [], input: Data("văn bản".utf8)) == Data("văn bản".utf8))
    }

    @Test func `a program that takes too long is ended`() async throws {
        let sandbox = await Sandbox.detect()
        await #expect { try await sandbox.run("sleep", ["20"], limits: SandboxLimits(seconds: 0.3)) } throws: { error in
            if case SandboxError.timedOut = error { true } else { false }
        }
    }

    @Test func `a program that is not there, fails, or writes too much is told apart`() async throws {
        let sandbox = await Sandbox.detect()
        await #expect { try await sandbox.run("no-such-program", []) } throws: { error in
            if case SandboxError.missing = error { true } else { false }
        }
        await #expect { try await sandbox.run("false", []) } throws: { error in
            if case SandboxError.failed = error { true } else { false }
        }
        await #expect {
            try await sandbox.run("head", ["-c", "200000", "/dev/zero"], limits: SandboxLimits(outputBytes: 1000))
        } throws: { error in
            if case SandboxError.tooMuchOutput = error { true } else { false }
        }
    }

    @Test func `a program sees nothing of the office's environment`() async throws {
        let text = String(decoding: try await (await Sandbox.detect()).run("env", []), as: UTF8.self)
        #expect(!text.contains("VASTOFFICE") && !text.contains("HOME=/root"))
    }

    @Test func `a program that uses up its time of the processor has taken too long`() async throws {
        let sandbox = await Sandbox.detect()
        await #expect {
            try await sandbox.run(
                "sh", ["-c", "while :; do :; done"], limits: SandboxLimits(seconds: 60, processorSeconds: 1))
        } throws: { error in
            if case SandboxError.timedOut = error { true } else { false }
        }
    }

    @Test func `so many run at a time, heavy ones in a line of their own, and all end with their task`() async throws {
        let lines = SandboxLines(light: 2, heavy: 1)
        let sandbox = await Sandbox.detect(lines)
        let endless = (0..<3).map { _ in Task { try await sandbox.run("tail", ["-f", "/dev/null"]) } }
        while await lines.light.waiting < 1 { await Task.yield() }
        #expect(try await sandbox.run("cat", [], input: Data("nặng".utf8), weight: .heavy) == Data("nặng".utf8))
        for task in endless { task.cancel() }
        for task in endless { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(try await sandbox.run("cat", [], input: Data("nhẹ".utf8)) == Data("nhẹ".utf8))
    }

    @Test(.timeLimit(.minutes(1)))
    func `what a program has started ends with it when the task is cancelled`() async throws {
        let sandbox = await Sandbox.detect()
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // The child writes its number in one step; it waits for an input that never comes.
        let script = "tail -f /dev/null & echo $! > part; mv part child; wait"
        let task = Task { try await sandbox.run("sh", ["-c", script], folder: folder) }
        let child = folder.appending(path: "child")
        while !FileManager.default.fileExists(atPath: child.path) { await Task.yield() }
        let number = try String(contentsOf: child, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // It was told to end; on a busy machine it takes its turn to do so.
        while let state = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8), !state.contains(" Z ") {
            await Task.yield()
        }
    }
}
