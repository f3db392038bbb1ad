// Office files become PDF in a subprocess.
internal import Digests
package import Foundation

extension Sandbox {
    /// Runs LibreOffice over one file. One run at a time a profile, so each run has its own folder.
    /// - Parameters:
    ///   - ending: of the file's name; LibreOffice chooses its reader by it.
    ///   - put: puts the file at the place it is given.
    /// - Throws: `SandboxError`; `failed` also where the program ends well without a result.
    package func officePDF(ending: String, put: @Sendable (URL) throws -> Void) async throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vastoffice-pdf-\(randomIdentifier())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "file.\(ending)")
        try put(input)
        _ = try await run(
            "soffice",
            [
                "-env:UserInstallation=file://\(folder.path)/profile", "--headless", "--norestore", "--convert-to",
                "pdf", "--outdir", folder.path, input.path,
            ], limits: SandboxLimits(seconds: 120, memoryBytes: 8 << 30), folder: folder, weight: .heavy)
        guard let pdf = try? Data(contentsOf: folder.appending(path: "file.pdf")), pdf.starts(with: Data("%PDF-".utf8))
        else { throw SandboxError.failed("soffice", status: "0", message: "no PDF was written") }
        return pdf
    }
}
