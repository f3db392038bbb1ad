import Directory
import EdXML
import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Exchange
@testable import Incoming

/// Không trường nào của phần mô tả gói tin bị mất: trường không có trong sổ vẫn xem được trên trang văn bản; ngày giả không thành hạn.
@Suite struct ParticularsTests {
    private static func full() -> DocumentPacket {
        var packet = ExchangeWorld.packet()
        packet.content = "Đề nghị cử cán bộ"
        packet.issuedAt = "Hà Nội"
        packet.steering = .directs
        packet.details = .init(
            urgency: .expressAtSetTime, circulation: "Lưu hành nội bộ, không phổ biến", draftersMark: "NTM", copies: 12,
            pages: 3, appendices: ["Chương trình", "Danh sách"])
        packet.recipients.append(Party(agencyCode: "000.00.00.H41", name: "Tỉnh mẫu"))
        packet.inReplyTo = [.init(agencyCode: "000.00.00.H14", code: "26/TM-VP", documentId: "B-26")]
        packet.operation?.staff = StaffContact(department: "Văn thư", name: "Lê Văn Thử", mobile: "0900000000")
        return packet
    }

    private static func filed(_ packet: DocumentPacket, _ engine: Engine = .sqlite) async throws -> ExchangeWorld {
        let world = try await ExchangeWorld.make(engine)
        try await world.smuggle(PacketWriter().write(packet))
        try await world.settle()
        return world
    }

    @Test(arguments: Engine.testable)
    func `what has no field in the register is kept with the document`(engine: Engine) async throws {
        let world = try await Self.filed(Self.full(), engine)
        let said = try #require(try await world.received().document.content.particulars)
        #expect(said.circulation == "Lưu hành nội bộ, không phổ biến")
        #expect(said.contact == "Lê Văn Thử; Văn thư; 0900000000")
        #expect(
            said.lines == [
                .init("Nội dung", "Đề nghị cử cán bộ"), .init("Nơi ban hành", "Hà Nội"),
                .init("Chỉ đạo", "văn bản chỉ đạo"), .init("Độ khẩn trong gói tin", "Hỏa tốc hẹn giờ"),
                .init("Số trang", "3"), .init("Số bản phát hành", "12"), .init("Phụ lục", "Chương trình; Danh sách"),
                .init("Ký hiệu người soạn thảo", "NTM"),
                .init("Trả lời, liên quan", "26/TM-VP, mã B-26, của 000.00.00.H14"),
                .init("Các nơi nhận qua trục", "000.00.97.G31; Tỉnh mẫu (000.00.00.H41)"),
            ])
    }

    @Test func `a restriction of circulation stands above everything that may be done`() async throws {
        let world = try await Self.filed(Self.full())
        let view = try await world.received()
        let html = IncomingPageView(
            view: view, actor: world.institute.people.clerk, csrf: "", pages: nil, verdicts: [], directives: [],
            choices: IncomingChoices(), keys: [], sealKeys: nil, now: world.institute.office.now
        ).html
        let page = String(decoding: html.utf8, as: UTF8.self)
        let warning = try #require(page.range(of: "<p>Phạm vi lưu hành: Lưu hành nội bộ, không phổ biến</p>"))
        let actions = try #require(page.range(of: "class=\"deeds\""))
        #expect(warning.lowerBound < actions.lowerBound)
        #expect(page.contains("Thông tin khác trong gói tin") && page.contains("Chương trình; Danh sách"))
    }

    @Test(arguments: [
        // Its own name, however written, is nothing to tell; another is kept beside it; another agency's is told.
        ("VIEN HAN LAM KHOA HOC VA CONG NGHE VIET NAM", false, false), ("Văn phòng Viện", true, false),
        (DemoOfficeKind.institute.agency.name, true, true),
    ])
    func `a known code has the directory's name, whatever its packet calls itself`(
        name: String, isKept: Bool, isTold: Bool
    ) async throws {
        var packet = ExchangeWorld.packet()
        packet.sender.name = name
        let world = try await Self.filed(packet)
        let document = try await world.received().document
        let known = DemoOfficeKind.academy.agency.name
        #expect(document.content.senderName == known)
        let kept = document.content.particulars?.lines ?? []
        #expect(kept == (isKept ? [.init("Tên bên gửi trong gói tin", name)] : []))
        let claimed = "“\(name)” (mã \(ExchangeWorld.instituteCode))"
        let told = "Gói tin ghi tên bên gửi là \(claimed), nhưng mã là của “\(known)”. Hãy kiểm tra kỹ chữ ký."
        #expect(document.notes == (isTold ? [told] : []))
        let today = Day(at: world.hubClock.now)
        let figures = try await world.institute.desk.figures(StatisticsPeriod(from: today, to: today))
        #expect(figures.received.map(\.name) == [known])
    }

    @Test func `a packet that says no more than the register holds leaves no block`() async throws {
        let world = try await Self.filed(ExchangeWorld.packet())
        #expect(try await world.received().document.content.particulars == nil)
    }

    @Test func `an update carries them, shows what it changes, and a recall destroys them`() async throws {
        let world = try await Self.filed(Self.full())
        var update = Self.full()
        update.operation?.kind = .amend
        update.operation?.staff = StaffContact(name: "Người khác")
        update.details?.circulation = "Không hạn chế"
        update.details?.pages = 4
        try await world.smuggle(PacketWriter().write(update))
        try await world.settle()
        let asked = try await world.received()
        let request = try #require(asked.changes.first)
        #expect(
            request.proposal?.changes(of: asked.document, files: asked.files).map(\.label) == [
                "Phạm vi lưu hành", "Thông tin khác",
            ])
        let clerk = world.institute.people.clerk
        try await world.receiver.agree(request.id, by: clerk)
        #expect(try await world.received().document.content.particulars?.circulation == "Không hạn chế")

        var recall = Self.full()
        recall.operation?.kind = .recall
        try await world.smuggle(PacketWriter().write(recall))
        try await world.settle()
        try await world.receiver.agree(try #require(try await world.received().changes.first).id, by: clerk)
        #expect(try await world.received().document.content.particulars == nil)
    }

    @Test func `an update that waits from before they were kept takes nothing away`() throws {
        let json = """
            {"senderName":"A","documentID":"","code":{"number":"1","notation":"VP"},"typeLabel":"","subject":"B",\
            "signerName":"","signerPosition":"","urgency":0,"secrecy":0,"toPlaces":[]}
            """
        let content = try JSONDecoder().decode(IncomingDocument.Content.self, from: Data(json.utf8))
        #expect(content.particulars == nil)
    }

    // MARK: Days

    private static let days: [(due: PacketDay?, kept: Day?, note: String?)] = [
        (PacketDay("0001/01/01"), nil, "Gói tin ghi hạn xử lý 01/01/0001, không phải ngày thật; ở đây không đặt hạn."),
        (PacketDay("1900/01/01"), nil, "Gói tin ghi hạn xử lý 01/01/1900, không phải ngày thật; ở đây không đặt hạn."),
        (
            PacketDay("2020/01/01"), nil,
            "Gói tin ghi hạn xử lý 01/01/2020, trước ngày của văn bản; ở đây không đặt hạn."
        ),
        (PacketDay("2026/11/23"), Day(year: 2026, month: 11, day: 23), nil),
        (PacketDay("2026/12/30"), Day(year: 2026, month: 12, day: 30), nil), (nil, nil, nil),
    ]

    @Test(arguments: days)
    func `a day that a system writes for none is no deadline`(due: PacketDay?, kept: Day?, note: String?) async throws {
        var packet = ExchangeWorld.packet()
        packet.dueOn = due
        let document = try await Self.filed(packet).received().document
        #expect(document.content.dueOn == kept)
        #expect(document.notes.filter { $0.contains("hạn xử lý") } == [note].compactMap(\.self))
    }

    @Test(arguments: [
        ("0001/01/01", nil, "Gói tin ghi ngày văn bản 01/01/0001, không phải ngày thật; ở đây để trống."),
        ("2099/01/01", Day(year: 2099, month: 1, day: 1), "Ngày văn bản 01/01/2099 sau ngày đến. Hãy kiểm tra lại."),
    ])
    func `a date of issue that cannot be is told`(text: String, kept: Day?, note: String) async throws {
        var packet = ExchangeWorld.packet()
        packet.issuedOn = PacketDay(text)
        let document = try await Self.filed(packet).received().document
        #expect(document.content.day == kept && document.notes.contains(note))
    }
}
