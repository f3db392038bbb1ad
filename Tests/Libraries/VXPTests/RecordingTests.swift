import Digests
import Foundation
import Testing

@testable import VXP

/// Các lời gọi ghi lại từ bộ công cụ của trục, khi có sẵn bên cạnh mã nguồn.
@Suite(.enabled(if: Recording.isPresent, "không có ../shared/data/vxp: bỏ qua"))
struct RecordingTests {
    @Test func `every recorded call is believed`() throws {
        let calls = try Recording.calls()
        #expect(calls.count == 13)
        for call in calls {
            let presented = try PresentedCall(headers: call.headers)
            let claimed = call.headers.first { $0.name == "XroadVnpt-timestamp" }?.value ?? ""
            let now = try #require(WireTime.date(claimed), "\(call.line)")
            let verified = try presented.verified(secret: "practice-secret", now: now)
            #expect(verified.systemId == "practice.system")
        }
    }

    @Test func `every recorded path is an operation we know`() throws {
        for call in try Recording.calls() {
            let words = call.line.split(separator: " ")
            #expect(VXPOperation(path: String(words[2])) != nil, "\(call.line)")
        }
    }
}

enum Recording {
    static let file = URL(filePath: FileManager.default.currentDirectoryPath)
        .appending(path: "../shared/data/vxp/calls.txt")
    static var isPresent: Bool { FileManager.default.fileExists(atPath: file.path()) }

    static func calls() throws -> [(line: String, headers: [(name: String, value: String)])] {
        let text = try String(contentsOf: file, encoding: .utf8)
        var found: [(line: String, headers: [(name: String, value: String)])] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("=== ") {
                found.append((String(line), []))
            } else if let colon = line.firstRange(of: ": "), !line.hasPrefix("["), !found.isEmpty {
                found[found.count - 1].headers.append(
                    (String(line[..<colon.lowerBound]), String(line[colon.upperBound...])))
            }
        }
        return found
    }
}
