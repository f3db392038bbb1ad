// A report as PDF: drawn by librsvg in a subprocess, in well under a second, with nothing kept.
internal import Digests
internal import Foundation
internal import Platform
internal import Records

struct ReportPrinter: Sendable {
    let sandbox: Sandbox
    let agencyName: String

    func pdf(_ record: CheckRecord) async throws -> Data {
        let blocks = ReportContent(record: record, agencyName: agencyName).blocks
        let pages = ReportPaper(blocks, fonts: try ReportFonts(for: blocks)).svg
        let folder = FileManager.default.temporaryDirectory.appending(path: "vastoffice-report-\(randomIdentifier())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = try pages.enumerated().map { index, page in
            let url = folder.appending(path: "\(index).svg")
            try Data(page.utf8).write(to: url)
            return url.path
        }
        return try await sandbox.run("rsvg-convert", ["--format", "pdf"] + names, folder: folder)
    }
}
