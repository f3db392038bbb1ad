import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

/// Tệp lạ không làm máy chủ bận mãi: trang không vẽ được trong giới hạn thì ghi nhớ, không vẽ lại mỗi lần xem.
@Suite struct PageImageTests {
    @Test(arguments: [
        SandboxLimits(seconds: 60, processorSeconds: 1), SandboxLimits(outputBytes: 500),
    ])
    func `a page that asks for too much is refused as unreadable, and is not drawn again`(
        limits: SandboxLimits
    ) async throws {
        let office = try await TestOffice.make()
        let file = try office.ground.blobs.put(Self.page(limits.processorSeconds == 1 ? Self.endless : []))
        let narrow = PageImages(
            database: office.database, blobs: office.ground.blobs, sandbox: office.ground.sandbox, limits: limits)
        let wide = office.ground.pages
        #expect(try await wide.pages(of: file).count == 1)
        for images in [narrow, wide] {
            await #expect(throws: PageImageRefusal.unreadable) { try await images.image(of: file, page: 1) }
        }
    }

    @Test func `a file whose pages cannot be counted in the limits stays unreadable`() async throws {
        let office = try await TestOffice.make()
        let file = try office.ground.blobs.put(Self.page([]))
        let narrow = PageImages(
            database: office.database, blobs: office.ground.blobs, sandbox: office.ground.sandbox,
            limits: SandboxLimits(outputBytes: 1))
        for images in [narrow, office.ground.pages] {
            await #expect(throws: PageImageRefusal.unreadable) { try await images.pages(of: file) }
        }
    }

    /// Nine forms, each of which draws the next ten times.
    private static let endless = (1...9).map { level in
        let body = level == 9 ? "0 0 9 9 re f" : String(repeating: "/F Do ", count: 10)
        return """
            \(level + 9) 0 obj << /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length \(body.utf8.count) \
            /Resources << /XObject << /F \(level + 10) 0 R >> >> >> stream
            \(body)
            endstream endobj
            """
    }

    /// One page without a table of its objects, which readers find by themselves.
    private static func page(_ forms: [String]) -> Data {
        let body = forms.isEmpty ? "0 0 9 9 re f" : "/F Do"
        return Data(
            """
            %PDF-1.4
            1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
            2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
            3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
            /Resources << /XObject << /F 10 0 R >> >> >> endobj
            4 0 obj << /Length \(body.utf8.count) >> stream
            \(body)
            endstream endobj
            \(forms.joined(separator: "\n"))
            trailer << /Root 1 0 R >>
            %%EOF
            """.utf8)
    }
}
