import Foundation
import FuzzTargets
import Testing

/// Mọi tệp từng làm hỏng một bộ đọc được giữ lại và đọc lại ở đây.
@Suite struct ReplayTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "FailCases")

    static func cases(_ target: FuzzTarget) -> [URL] {
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder.appending(path: target.rawValue), includingPropertiesForKeys: nil)
        return (files ?? []).sorted { $0.path < $1.path }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `what once failed is read within its bounds`(target: FuzzTarget) throws {
        for file in Self.cases(target) {
            let bytes = try Data(contentsOf: file)
            let clock = ContinuousClock()
            let time = clock.measure { target.run(bytes) }
            #expect(time < .seconds(20), "\(file.lastPathComponent)")
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `what the fuzzer begins with, whole and cut off, is read within its bounds`(target: FuzzTarget) {
        for seed in target.seeds {
            target.run(seed)
            for count in stride(from: 0, to: seed.count, by: 37) { target.run(seed.prefix(count)) }
        }
    }
}
