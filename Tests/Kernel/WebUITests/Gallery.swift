// Sample pages with everything the components can draw: read by the layout tests, looked at by people.
//
// `VASTOFFICE_GALLERY=folder swift test --filter GalleryTests` writes them as files.
import Foundation
import Hummingbird
import Platform
import Testing

@testable import Records
@testable import WebUI

enum Gallery {
    static let now = Date(timeIntervalSince1970: 1_795_486_500)
    static let today = Day(at: now)
    static let page = PageSize(width: 595.3, height: 841.9)

    static var everything: HTML { pages.map(\.content).joined() + ActionBar(actions, csrf: "s").html }

    static var pages: [(name: String, title: String, isWide: Bool, content: HTML)] {
        [
            ("home", "Trang đầu", false, home), ("list", "Văn bản đến chờ xử lý", false, list),
            ("empty", "Nhận để biết", false, empty), ("document", "Quyết định", true, document),
            ("form", "Dự thảo mới", false, form), ("placement", "Vị trí chữ ký", true, placement),
            ("register", "Sổ văn bản đến", false, register),
        ]
    }

    static func frame(_ path: String) -> Frame {
        func box(_ title: String, _ href: String, _ count: Int? = nil) -> NavBox {
            NavBox(title: title, href: href, count: count, isCurrent: href == path)
        }
        return Frame(
            site: Site(agencyName: "Viện Hàn lâm Khoa học và Công nghệ Việt Nam", isPractice: true, assetVersion: "0"),
            session: Browser.session,
            sections: [
                NavSection(
                    title: "Văn bản đến", icon: .inbox,
                    boxes: [
                        box("Chờ tiếp nhận", "/tiep-nhan", 3), box("Chờ xử lý", "list", 28),
                        box("Bị trả lại", "/tra-lai", 0),
                        box("Nhận để biết", "empty", 0), box("Tất cả", "/tat-ca"), box("Sổ văn bản đến", "register"),
                    ]),
                NavSection(
                    title: "Văn bản đi", icon: .outbox,
                    boxes: [
                        box("Dự thảo của tôi", "form", 4), box("Chờ cấp số", "/cap-so", 12),
                        box("Đã phát hành", "/phat-hanh"),
                    ]),
                NavSection(
                    title: "Ký số", icon: .sign, boxes: [box("Cần ký", "/ky", 130), box("Vị trí chữ ký", "placement")]),
                NavSection(title: "Liên thông", icon: .exchange, boxes: [box("Gửi lỗi", "/loi", 1)]),
            ],
            creations: [
                NavBox(title: "Dự thảo văn bản đi", href: "/di/moi"),
                NavBox(title: "Vào sổ văn bản giấy", href: "/den/moi"),
            ],
            waiting: NavBox(title: "Chờ xử lý", href: "home", count: 28, isCurrent: path == "home"),
            signing: NavBox(title: "Ký", href: "/ky", count: 5),
            delegation: path == "home" ? "Đang thay mặt Trần Quốc Toàn đến 30/11/2026" : nil,
            flash: path == "document" ? "Đã vào sổ văn bản đến, số đến 128." : nil)
    }

    static let home: HTML = """
        \(Lists.heading("Việc của tôi"))
        \(Lists.tiles([
            BoxCount(name: "a", title: "Văn bản đến chờ xử lý", href: "/a", count: 28, whenEmpty: ""),
            BoxCount(name: "b", title: "Chờ bút phê", href: "/b", count: 6, whenEmpty: ""),
            BoxCount(name: "c", title: "Cần ký số", href: "/c", count: 1204, whenEmpty: ""),
            BoxCount(name: "d", title: "Quá hạn", href: "/d", count: 0, whenEmpty: "Không có việc nào quá hạn."),
            BoxCount(name: "e", title: "Bị trả lại", href: "/e", count: 0, whenEmpty: "Không có văn bản nào bị trả lại."),
        ]))
        """

    static let list: HTML = """
        \(Lists.heading("Văn bản đến chờ xử lý", count: 1428, actions: #"<a class="button" href="/xuat">Xuất Excel</a>"#))
        \(Lists.chips([
            Chip("Tất cả", href: "?", isOn: true, count: 28), Chip("Chưa đọc", href: "?doc=0", count: 5),
            Chip("Sắp đến hạn", href: "?han=sap"), Chip("Quá hạn", href: "?han=qua", count: 2), Chip("Hoả tốc, khẩn", href: "?khan=1"),
        ]))
        \(Lists.batch("/nhieu", csrf: "s", buttons: Fields.submit("Đánh dấu đã đọc", level: .neutral, name: "viec", value: "doc") + Fields.submit("Chuyển", name: "viec", value: "chuyen"), rows: Lists.rows(rows, today: today, label: "Văn bản đến chờ xử lý")))
        \(Lists.pager(next: PageKey(key: 20_261_120, id: 40), path: "/van-ban-den?han=sap", isFirst: false))
        """

    static let rows = [
        ListRow(
            href: "document", number: "128", date: "24/11/2026",
            subject:
                "V/v báo cáo kết quả thực hiện nhiệm vụ khoa học và công nghệ cấp quốc gia năm 2026 và đề xuất danh mục nhiệm vụ đặt hàng thực hiện từ năm 2027 thuộc Chương trình phát triển vật lý, toán học",
            issuer: "Bộ Khoa học và Công nghệ", detail: "Công văn 4512/BKHCN-KHTC", role: "Chủ trì",
            dueOn: today.adding(days: 2), urgency: .express,
            state: Tag("Chờ xử lý", .active), isUnread: true, attachmentCount: 3, selection: "1"),
        ListRow(
            href: "document", number: "127", date: "23/11/2026", subject: "Giấy mời họp Hội đồng khoa học",
            issuer: "Viện Toán học",
            detail: "Giấy mời 15/GM-VTH", role: "Để biết", isUnread: true, selection: "2"),
        ListRow(
            href: "document", number: "119", date: "20/11/2026",
            subject: "Quyết định về việc ban hành Quy chế công tác văn thư, lưu trữ",
            issuer: "Văn phòng Chính phủ", detail: "Quyết định 28/2026/QĐ-TTg", role: "Phối hợp",
            dueOn: today.adding(days: -3), urgency: .urgent,
            security: .confidential, state: Tag("Đang xử lý"), attachmentCount: 1, selection: "3"),
        ListRow(
            href: "document", number: "098", date: "12/11/2026", subject: "Báo cáo tháng",
            issuer: "Phòng Kế hoạch – Tài chính", role: "Chủ trì",
            dueOn: today.adding(days: 12), urgency: .veryUrgent, state: Tag("Đã chuyển", .neutral), selection: "4"),
    ]

    static let empty: HTML = """
        \(Lists.heading("Nhận để biết", count: 0))
        \(Lists.tabs([Chip("Chưa đọc", href: "?", isOn: true, count: 0), Chip("Đã đọc", href: "?doc=1", count: 52)], label: "Trạng thái"))
        \(Lists.empty("Bạn đã đọc hết", "Văn bản gửi để biết sẽ hiện ở đây và tự kết thúc khi bạn mở xem.", isGood: true))
        """

    static let actions: [ActionItem] = [
        ActionItem(ActionOffer(name: "direct", label: "Cho ý kiến chỉ đạo", obstacle: nil), .form(directive)),
        ActionItem(ActionOffer(name: "forward", label: "Chuyển cho lãnh đạo khác", obstacle: nil), .link("/chuyen")),
        ActionItem(
            ActionOffer(name: "return", label: "Trả lại", obstacle: nil),
            .form(
                Fields.form(
                    "/tra", csrf: "s",
                    Fields.area("reason", "Lý do trả lại", isRequired: true)
                        + Fields.buttons(Fields.submit("Trả lại", level: .bad))))),
        ActionItem(
            ActionOffer(name: "close", label: "Kết thúc, lưu tham khảo", obstacle: nil), .post("/luu"), level: .bad),
        ActionItem(
            ActionOffer(
                name: "complete", label: "Hoàn thành",
                obstacle: "Còn 2 đơn vị chưa báo cáo kết quả; hãy hỏi Viện Toán học."), .post("/xong")),
        ActionItem(
            ActionOffer(name: "recall", label: "Thu hồi", obstacle: "Chỉ văn thư thu hồi được văn bản đã phát hành."),
            .post("/thu-hoi")),
    ]

    static let directive = Fields.form(
        "/chi-dao", csrf: "s", draftKey: "direct-1",
        """
        \(Fields.area("note", "Ý kiến chỉ đạo", isRequired: true, phrases: ["Nghiên cứu, tham mưu.", "Giao chủ trì, báo cáo kết quả.", "Để biết."]))
        \(Picker("lead", "Chủ trì", searchHref: "/tim", chosen: [Option("u:3", "Phòng Quản lý khoa học")], allowsMany: false, isRequired: true, all: people).html)
        \(Picker("support", "Phối hợp", searchHref: "/tim", suggestions: people, all: people).html)
        \(Fields.date("due", "Hạn xử lý", value: today.adding(days: 3), least: today, today: today))
        \(Fields.secret("pin", "Mã PIN ký số", isPIN: true))
        \(Fields.buttons(Fields.submit("Ký và chuyển")))
        """)

    static let people = [
        Option("p:4", "Lê Văn Bình", detail: "Phó Trưởng phòng, Phòng Kế hoạch"),
        Option("p:5", "Phạm Thuỳ Dung", detail: "Chuyên viên"),
        Option("u:6", "Viện Toán học", detail: "Đơn vị trực thuộc"),
    ]

    static let document: HTML = DocumentPage.layout(
        header: DocumentPage.head(
            kicker: "Công văn 4512/BKHCN-KHTC · 20/11/2026 · Bộ Khoa học và Công nghệ",
            subject: "V/v báo cáo kết quả thực hiện nhiệm vụ khoa học và công nghệ cấp quốc gia năm 2026",
            urgency: .express,
            tags: [Tag("Số đến 128"), Tag("Chờ xử lý", .active)]),
        pages: DocumentPage.viewer(pages: [page, page, page], title: "Công văn 4512/BKHCN-KHTC") { "/pages/\($0).png" },
        panel: [
            ActionBar(actions, csrf: "s").html,
            DocumentPage.section("Chữ ký số", icon: .shield, signatures),
            DocumentPage.section(
                "Tệp", icon: .attachment,
                DocumentPage.files([
                    ("Công văn 4512.pdf", "/tep/1", 1_258_291, Tag("Bản chính")),
                    ("Phụ lục 1 – Danh mục nhiệm vụ.xlsx", "/tep/2", 48_120, nil),
                ])),
            DocumentPage.section(
                "Thông tin", icon: .file,
                Marks.facts([
                    ("Số, ký hiệu", "4512/BKHCN-KHTC"), ("Ngày văn bản", Marks.day(today)),
                    ("Người ký", "TS. Nguyễn Văn Nam"), ("Ghi chú", nil),
                    ("Hạn xử lý", Marks.deadline(today.adding(days: -1), today: today)), ("Độ mật", "Thường"),
                ])),
            DocumentPage.section("Luân chuyển", icon: .tree, Circulation.tree(tree, today: today)),
            DocumentPage.section("Lịch sử", icon: .history, isOpen: false, Circulation.history(events)),
        ])

    static let signatures =
        SignaturePanel(
            level: .ok, sentence: "Còn nguyên vẹn, 2 chữ ký tin cậy",
            signers: [
                .init(
                    name: "Nguyễn Văn Nam", level: .ok, sentence: "Ký số cá nhân, 20/11/2026 10:02",
                    facts: [
                        ("Chứng thư", "VGCA – Ban Cơ yếu Chính phủ"), ("Hiệu lực", "01/01/2025 – 31/12/2027"),
                        ("Dấu thời gian", "20/11/2026 10:02:11"),
                    ]),
                .init(
                    name: "Bộ Khoa học và Công nghệ", level: .warn,
                    sentence: "Chữ ký cơ quan; chưa kiểm tra được thu hồi", facts: [("Chứng thư", "VGCA")]),
            ]
        ).html + SignaturePanel(level: .bad, sentence: "Đã bị sửa sau khi ký: nội dung trang 2 thay đổi").html
        + SignaturePanel(level: .neutral, sentence: "Văn bản không có chữ ký số").html

    static let tree = RoutingTree([
        branch(1, nil, "Trần Quốc Toàn", .decide, .passed, note: ""),
        branch(
            2, 1, "Phòng Quản lý khoa học", .lead, .passed, due: -1,
            note: "Giao chủ trì, báo cáo kết quả trước hội nghị."),
        branch(3, 2, "Lê Văn Bình", .lead, .pending, due: 2, note: ""),
        branch(4, 1, "Viện Toán học", .support, .completed, note: "", outcome: "Đã gửi số liệu bằng công văn 15/VTH."),
        branch(5, 1, "Phạm Thuỳ Dung", .information, .returned, note: "", outcome: "Không đúng lĩnh vực."),
    ])

    private static func branch(
        _ id: Int64, _ parent: Int64?, _ name: String, _ role: BranchRole, _ state: BranchState, due: Int? = nil,
        note: String, outcome: String = ""
    ) -> Branch {
        Branch(
            id: BranchID(id), subject: RecordRef(kind: "incoming", id: 1), parent: parent.map { BranchID($0) },
            holder: .person(PersonID(id)),
            holderName: name, role: role, state: state, dueOn: due.map { today.adding(days: $0) }, note: note,
            createdBy: nil, createdByName: "Hệ thống",
            createdAt: now, readAt: id == 3 ? nil : now, closedAt: state.isOpen ? nil : now, outcome: outcome)
    }

    static let events = [
        Event(
            id: 1, subject: RecordRef(kind: "incoming", id: 1), kind: "received", person: nil, personName: "Hệ thống",
            at: now, detail: "Nhận từ trục liên thông"),
        Event(
            id: 2, subject: RecordRef(kind: "incoming", id: 1), kind: "registered", person: PersonID(7),
            personName: "Nguyễn Thị Hạnh", at: now, detail: "Vào sổ, số đến 128"),
    ]

    static let form: HTML = """
        \(Lists.heading("Dự thảo văn bản đi"))
        \(Fields.form("/di", csrf: "s", hasFiles: true, draftKey: "draft-new", """
            \(Fields.pair(Fields.select("type", "Loại văn bản", options: DocumentType.allCases.map { Option($0.rawValue, $0.label) }, selected: "officialLetter", isRequired: true)
                + Fields.date("date", "Hạn phát hành", today: today)))
            \(Fields.area("subject", "Trích yếu", isRequired: true, hint: "Như in trên văn bản, không kèm “V/v”."))
            \(Fields.choices("urgency", "Độ khẩn", options: Urgency.allCases.map { Option("\($0.rawValue)", $0.label) }, selected: "0"))
            \(Picker("to", "Nơi nhận", searchHref: "/tim", chosen: people, isRequired: true, hint: "Cơ quan ngoài nhận qua trục liên thông.", all: people).html)
            \(Fields.group("Tệp", Fields.file("main", "Văn bản chính", accept: ".pdf,.docx", isRequired: true, hint: "PDF hoặc DOCX, tối đa 50 MB.") + Fields.file("extra", "Tài liệu kèm theo", accept: ".pdf", allowsMany: true)))
            \(Fields.check("paper", "Gửi thêm bản giấy"))
            \(Fields.buttons(Fields.submit("Lưu dự thảo") + Fields.submit("Trình ngay", level: .neutral, name: "then", value: "submit")))
            """))
        \(Marks.message(.warn, "Trùng số, ký hiệu với văn bản đến số 96 ngày 20/11/2026."))
        \(Waiting.poll("Đang chuyển DOCX sang PDF.", href: "/cho"))
        <p>Còn \(Waiting.countdown(to: now))</p>
        """

    static let placement: HTML = """
        \(Lists.heading("Vị trí số, ngày, chữ ký và con dấu"))
        \(Fields.form("/vi-tri", csrf: "s", PlacementEditor(fields: [
            PlacedField(name: "number", label: "Số", page: 1, x: 30, y: 42, width: 20, height: 6),
            PlacedField(name: "signature", label: "Chữ ký", page: 1, x: 120, y: 220, width: 50, height: 25),
            PlacedField(name: "seal", label: "Con dấu", page: 1, x: 100, y: 212, width: 36, height: 36),
        ], pages: [page, page]) { "/pages/\($0).png" }.html + Fields.buttons(Fields.submit("Lưu vị trí"))))
        """

    static let register: HTML =
        Lists.heading("Sổ văn bản đến")
        + Lists.table(
            caption: "Sổ đăng ký văn bản đến năm 2026",
            columns: [
                "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Ngày tháng", "Tên loại và trích yếu",
                "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
            ],
            rows: rows.map { row in
                [
                    .text(row.date), .text(row.number), .text(row.issuer), .text(row.detail), .text(row.date),
                    .text(row.subject), "Văn phòng", .text(row.date), "", "",
                ]
            })
}

/// Writes the sample pages where people can look at them.
@Suite struct GalleryTests {
    static let folder = ProcessInfo.processInfo.environment["VASTOFFICE_GALLERY"]

    @Test(.enabled(if: folder != nil)) func `the gallery is written`() throws {
        let folder = URL(filePath: try #require(Self.folder))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for page in Gallery.pages {
            let html = Layout.page(
                title: page.title, frame: Gallery.frame(page.name), isWide: page.isWide,
                scripts: page.name == "placement" ? [.placement] : [],
                content: page.content)
            try Data(html.utf8).write(to: folder.appending(path: "\(page.name).html"))
        }
        let problem = Problem(
            status: .internalServerError, title: "Hệ thống gặp lỗi", message: Fault.unknown.sentence, code: "89abcdef")
        try Data(ProblemViews.page(problem, site: Browser.site, frame: nil).utf8).write(
            to: folder.appending(path: "problem.html"))
        let signIn = Fields.form(
            "/dang-nhap", csrf: "",
            Fields.text("name", "Tên đăng nhập", isRequired: true)
                + Fields.secret("password", "Mật khẩu", autocomplete: "current-password")
                + Fields.buttons(Fields.submit("Đăng nhập")))
        try Data(Layout.signedOut(title: "Đăng nhập", site: Browser.site, content: "<h1>Đăng nhập</h1>" + signIn).utf8)
            .write(to: folder.appending(path: "signin.html"))
        try Data(ProblemViews.fragment(problem).utf8).write(to: folder.appending(path: "fragment.html"))
    }
}
