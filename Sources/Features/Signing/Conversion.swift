// Other people's office files become PDF in a subprocess.
internal import Foundation
internal import Platform
internal import Records

/// DOCX and ODT to PDF through LibreOffice.
struct Conversion: Sendable {
    let ground: Groundwork

    static let accepted = ["docx", "doc", "odt", "rtf"]

    func pdf(from source: BlobRef, name: String) async throws -> BlobRef {
        let ending = (name as NSString).pathExtension.lowercased()
        guard Self.accepted.contains(ending) else {
            throw SigningRefusal.cannotConvert("chỉ nhận tệp PDF, DOCX, DOC, ODT, RTF.")
        }
        let path = ground.blobs.path(source)
        do {
            return try ground.blobs.put(
                try await ground.sandbox.officePDF(ending: ending) {
                    try FileManager.default.copyItem(at: path, to: $0)
                })
        } catch SandboxError.timedOut {
            throw SigningRefusal.cannotConvert("quá thời gian chuyển đổi (2 phút).")
        } catch SandboxError.missing {
            throw SigningRefusal.cannotConvert("máy chủ chưa cài bộ chuyển đổi LibreOffice; hãy báo quản trị.")
        } catch SandboxError.failed, SandboxError.tooMuchOutput {
            throw SigningRefusal.cannotConvert("tệp bị hỏng hoặc có mật khẩu.")
        }
    }
}
