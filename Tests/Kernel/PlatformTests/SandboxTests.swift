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
        await #expect(throws: SandboxError.self) {
            try await sandbox.run("head", ["-c", "200000", "/dev/zero"], limits: SandboxLimits(outputBytes: 1000))
        }
    }

    @Test func `a program sees nothing of the office's environment`() async throws {
        let text = String(decoding: try await (await Sandbox.detect()).run("env", []), as: UTF8.self)
        #expect(!text.contains("VASTOFFICE") && !text.contains("HOME=/root"))
    }
}
