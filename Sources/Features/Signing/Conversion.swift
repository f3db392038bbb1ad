// Other people's office files become PDF in a subprocess.
internal import Foundation
internal import Platform
internal import Records

/// DOCX and ODT to PDF through LibreOffice; one run at a time a profile, so each run has its own.
struct Conversion: Sendable {
    let ground: Groundwork

    static let accepted = ["docx", "doc", "odt", "rtf"]

    func pdf(from source: BlobRef, name: String) async throws -> BlobRef {
        let ending = (name as NSString).pathExtension.lowercased()
        guard Self.accepted.contains(ending) else {
            throw SigningRefusal.cannotConvert("chỉ nhận tệp PDF, DOCX, DOC, ODT, RTF.")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "vastoffice-convert-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "draft.\(ending)")
        try FileManager.default.copyItem(at: ground.blobs.path(source), to: input)
        try await convert(input, in: folder)
        guard let pdf = try? Data(contentsOf: folder.appending(path: "draft.pdf")), pdf.starts(with: Data("%PDF-".utf8))
        else {
            throw SigningRefusal.cannotConvert("tệp bị hỏng hoặc có mật khẩu.")
        }
        return try ground.blobs.put(pdf)
    }

    private func convert(_ input: URL, in folder: URL) async throws {
        do {
            _ = try await ground.sandbox.run(
                "soffice",
                [
                    "-env:UserInstallation=file://\(folder.path)/profile", "--headless", "--norestore", "--convert-to",
                    "pdf",
                    "--outdir", folder.path, input.path,
                ], limits: SandboxLimits(seconds: 120, memoryBytes: 8 << 30), folder: folder)
        } catch SandboxError.timedOut {
            throw SigningRefusal.cannotConvert("quá thời gian chuyển đổi (2 phút).")
        } catch SandboxError.missing {
            throw SigningRefusal.cannotConvert("máy chủ chưa cài bộ chuyển đổi LibreOffice; hãy báo quản trị.")
        } catch SandboxError.failed {
            throw SigningRefusal.cannotConvert("tệp bị hỏng hoặc có mật khẩu.")
        }
    }
}
