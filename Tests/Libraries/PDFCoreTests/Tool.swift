import Foundation

/// Programs that judge what we read and write.
enum Tool {
    static let hasQPDF = FileManager.default.isExecutableFile(atPath: "/usr/bin/qpdf")

    /// Exit code and everything qpdf says.
    static func qpdf(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/qpdf")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// `data` as qpdf rewrites it.
    static func rewritten(_ data: Data, _ options: [String]) throws -> Data {
        try withFolder { folder in
            let (before, after) = (folder.appending(path: "a.pdf"), folder.appending(path: "b.pdf"))
            try data.write(to: before)
            _ = try qpdf(options + ["--", before.path, after.path])
            return try Data(contentsOf: after)
        }
    }

    static func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pdf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
