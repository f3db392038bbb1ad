// Pictures of pages and the text's places on them, drawn by poppler in a subprocess and kept as renditions.
package import Foundation
package import Platform

package enum PageImageRefusal: Refusal, Hashable {
    case unreadable
    case tooManyPages

    package var kind: RefusalKind { .invalid }
    package var message: String {
        switch self {
        case .unreadable:
            "Không đọc được các trang của tệp này. Tệp gốc vẫn được giữ nguyên; hãy tải về để xem hoặc yêu cầu gửi lại."
        case .tooManyPages: "Tệp có quá nhiều trang để xem tại đây. Hãy tải tệp về để xem."
        }
    }
}

/// Size of a page in points, as displayed.
package struct PageSize: Sendable, Hashable, Codable {
    package let width: Double
    package let height: Double
}

/// Draws pages of PDF files; every result is kept, so a page is drawn once. So is that a file asks for too much: else
/// each look at it would cost as much again.
package struct PageImages: Sendable {
    private let database: Database
    private let blobs: BlobStore
    private let sandbox: Sandbox
    private let limits: SandboxLimits

    /// - Parameter limits: what is remembered is the processor's limit; the clock's is wide, so that a busy machine does
    ///   not make a file unreadable.
    package init(
        database: Database, blobs: BlobStore, sandbox: Sandbox,
        limits: SandboxLimits = SandboxLimits(seconds: 60, processorSeconds: 20)
    ) {
        self.database = database
        self.blobs = blobs
        self.sandbox = sandbox
        self.limits = limits
    }

    /// Sizes of all pages, in order; at most 2,000 pages.
    package func pages(of file: BlobRef) async throws -> [PageSize] {
        if let known = try await rendition(file, "pages") {
            let sizes = try JSONDecoder().decode([PageSize].self, from: Data(known.detail.utf8))
            guard !sizes.isEmpty else { throw PageImageRefusal.unreadable }
            return sizes
        }
        let text = String(
            decoding: try await drawn(
                "pdfinfo", ["-f", "1", "-l", "2000", blobs.path(file).path], or: (file, "pages", "[]")),
            as: UTF8.self)
        let sizes = Self.sizes(text)
        guard !sizes.isEmpty else { throw PageImageRefusal.unreadable }
        let detail = String(decoding: try JSONEncoder().encode(sizes), as: UTF8.self)
        try await keep(file, "pages", Self.nothing, detail)
        return sizes
    }

    /// nil where there is no PDF or none that can be read: the page says so instead of failing, so that a hostile
    /// file can still be refused.
    package func readablePages(of file: RecordFile?) async throws -> [PageSize]? {
        guard let file, file.isPDF else { return nil }
        do { return try await pages(of: file.blob) } catch is PageImageRefusal {
            return nil
        } catch is SandboxError {
            return nil
        }
    }

    /// PNG of one page, counted from 1.
    /// - Parameter dpi: 60 for thumbnails, 110 for reading; others are rounded to these.
    package func image(of file: BlobRef, page: Int, dpi: Int = 110) async throws -> Data {
        let dpi = dpi <= 60 ? 60 : dpi <= 110 ? 110 : 160
        let kind = "png-\(dpi)-\(page)"
        if let known = try await rendition(file, kind) {
            guard known.blob != Self.nothing else { throw PageImageRefusal.unreadable }
            return try blobs.get(known.blob)
        }
        guard page >= 1, page <= (try await pages(of: file)).count else { throw CommonRefusal.notFound }
        let png = try await drawn(
            "pdftoppm",
            [
                "-png", "-cropbox", "-r", "\(dpi)", "-f", "\(page)", "-l", "\(page)", "-singlefile",
                blobs.path(file).path,
            ], or: (file, kind, ""))
        try await keep(file, kind, try blobs.put(png), "")
        return png
    }

    private static let nothing = BlobRef(sha256: "", byteCount: 0)

    /// What the program writes.
    /// - Parameter rendition: is kept as the one there is where the file asks for too much.
    private func drawn(
        _ program: String, _ arguments: [String], or rendition: (file: BlobRef, kind: String, detail: String)
    ) async throws -> Data {
        do { return try await sandbox.run(program, arguments, limits: limits) } catch let error as SandboxError {
            switch error {
            case .missing: throw error
            case .failed: break
            case .timedOut, .tooMuchOutput:
                try await keep(rendition.file, rendition.kind, Self.nothing, rendition.detail)
            }
            throw PageImageRefusal.unreadable
        }
    }

    private func rendition(_ file: BlobRef, _ kind: String) async throws -> (blob: BlobRef, detail: String)? {
        try await database.readOne { tx in
            try tx.first(
                "SELECT * FROM rendition WHERE source_sha256 = \(file.sha256) AND kind = \(kind)"
            ).map {
                (BlobRef(sha256: try $0.get("sha256"), byteCount: try $0.get("byte_count")), try $0.get("detail"))
            }
        }
    }

    private func keep(_ file: BlobRef, _ kind: String, _ blob: BlobRef, _ detail: String) async throws {
        _ = try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO rendition (source_sha256, kind, sha256, byte_count, detail)
                VALUES (\(file.sha256), \(kind), \(blob.sha256), \(blob.byteCount), \(detail))
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// `Page    3 size:  595.304 x 841.89 pts (A4)` and `Page    3 rot:   90`
    private static func sizes(_ text: String) -> [PageSize] {
        var sizes: [PageSize] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count >= 4, words[0] == "Page" else { continue }
            if words[2] == "size:", words.count >= 6, let width = Double(words[3]), let height = Double(words[5]) {
                sizes.append(PageSize(width: width, height: height))
            } else if words[2] == "rot:", words[3] == "90" || words[3] == "270", let last = sizes.popLast() {
                sizes.append(PageSize(width: last.height, height: last.width))
            }
        }
        return sizes
    }
}
