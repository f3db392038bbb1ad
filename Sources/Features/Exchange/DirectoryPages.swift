// What the platform's list of agencies lacks, and the administrator's word on it.
internal import Directory
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

extension ExchangePages {
    private static let administrators = Audience.roles([.administrator])

    var directoryRoutes: [Route] {
        [
            .get(MissingAgencies.path, Self.administrators, missing),
            .post("\(MissingAgencies.path)/ngung-dung", Self.administrators, closeMissing),
        ]
    }

    @Sendable private func missing(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (session, key) = (try context.requireSession(), request.query["sau"].flatMap { PageKey($0) })
        let view = MissingAgencies(
            standing: try await desk.directoryStanding(after: key), isFirst: key == nil, csrf: session.csrfToken)
        return try await shell.page("Danh bạ của trục liên thông", request, context, content: view.html)
    }

    @Sendable private func closeMissing(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let seen = try context.form()["so"].flatMap { Int($0) } ?? 0
        try await desk.closeMissingAgencies(seen: seen, by: try context.requireActor())
        return context.redirect(to: MissingAgencies.path, saying: "Đã ngừng dùng \(seen) cơ quan.")
    }
}

/// How the directory stands to the platform's list.
struct DirectoryStanding: Sendable {
    let reading: DirectoryReading?
    /// Agencies taken from the list that take documents, those below among them.
    let active: Int
    let missing: Int
    let page: ListPage<Agency>
    let history: [Event]
}

/// Agencies that the platform's last whole list has no more, while it lacks too many to be believed.
struct MissingAgencies {
    let standing: DirectoryStanding
    let isFirst: Bool
    let csrf: String

    static let path = "/lien-thong/danh-ba"

    var html: HTML {
        """
        \(Lists.heading("Danh bạ của trục liên thông"))
        \(Marks.facts([
            ("Tải đủ danh sách lần gần nhất", standing.reading.map { Marks.time($0.wholeAt) } ?? "chưa tải lần nào"),
            ("Cơ quan đang dùng", "\(standing.active)"), ("Vắng trong danh sách", "\(standing.missing)")]))
        \(standing.page.items.isEmpty ? empty : list)
        \(DocumentPage.section("Lịch sử", icon: .history, isOpen: false, Circulation.history(standing.history)))
        """
    }

    private var empty: HTML {
        Lists.empty("Danh bạ khớp với trục", "Mọi cơ quan đang dùng đều có trong danh sách của trục.", isGood: true)
    }

    private var list: HTML {
        """
        \(Marks.message(.warn, """
            Danh sách trục gửi lần gần nhất thiếu \(standing.missing) trên \(standing.active) cơ quan đang dùng, nhiều hơn mức \
            thường thấy; có thể danh sách tải về không đủ. Các cơ quan này vẫn được dùng cho đến khi có danh sách đủ, hoặc đến \
            khi quản trị xác nhận rằng chúng đã giải thể, sáp nhập.
            """))
        \(agencyRows(standing.page.items, label: "Cơ quan vắng trong danh sách của trục"))
        \(Lists.pager(next: standing.page.next, path: Self.path, isFirst: isFirst))
        \(Fields.form(
            "\(Self.path)/ngung-dung", csrf: csrf,
            Fields.hidden("so", "\(standing.missing)")
                + Fields.buttons(Fields.submit("Ngừng dùng \(standing.missing) cơ quan này", level: .bad))))
        """
    }
}

extension ExchangeDesk {
    func directoryStanding(after key: PageKey?) async throws -> DirectoryStanding {
        try await ground.database.read { tx in
            let store = DirectoryStore(tx)
            return DirectoryStanding(
                reading: try DirectoryLog(tx).last(), active: try store.countListedActive(),
                missing: try store.countMissing(), page: try store.missingAgencies(after: key),
                history: try EventHistory(tx).of(Self.directory))
        }
    }
}
