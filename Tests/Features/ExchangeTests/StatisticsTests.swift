import Directory
import Foundation
import Hummingbird
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Incoming
@testable import Outgoing

/// Thống kê theo QĐ 28/2018, Điều 10 và 11: số liệu khớp với những gì đã gửi, đã nhận.
@Suite struct StatisticsTests {
    private static let november = StatisticsPeriod(
        from: Day(at: Date(timeIntervalSince1970: 1_793_466_000)),
        to: Day(at: Date(timeIntervalSince1970: 1_796_000_000)))

    /// One accepted and completed, one refused, one recalled, one to a stranger.
    private static func world(_ engine: Engine) async throws -> ExchangeWorld {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.institute.people.clerk
        for number in 15...17 {
            let id = try await world.issue(number)
            let now = world.academy.office.now
            _ = try await world.academy.office.database.write { tx in
                try tx.execute(
                    "UPDATE outgoing_document SET signed_at = \(now - 1800), send_due_at = \(now + 60) WHERE id = \(id)"
                )
            }
            try await world.settle()
            let document = try await world.received().document.id
            world.advance(by: 1800)
            switch number {
            case 15:
                try await world.receiver.register(document, by: clerk)
                try await world.report([.assigned, .inProgress, .completed], of: document.rawValue)
            case 16: try await world.receiver.refuse(document, by: clerk, reason: "Gửi nhầm nơi nhận.")
            default:
                try await world.sender.recall(
                    id, by: world.academy.people.clerk, reason: "Có sai sót về nội dung.")
                try await world.settle()
                let change = try #require(try await world.received().changes.first)
                try await world.receiver.agree(change.id, by: clerk)
            }
            try await world.settle()
        }
        _ = try await world.issue(18, to: [AgencyCode("000.00.88.G31")])
        try await world.settle()
        return world
    }

    @Test(arguments: Engine.testable)
    func `both sides count the same documents, and know how long each step took`(engine: Engine) async throws {
        let world = try await Self.world(engine)
        let here = try await world.academy.desk.figures(Self.november)
        let institute = try #require(here.sent.first { $0.agency == ExchangeWorld.instituteCode })
        #expect(
            institute[.documents] == 3 && institute[.sent] == 3 && institute[.onTime] == 3 && institute[.notSent] == 0)
        #expect(
            institute[.arrived] == 3 && institute[.accepted] == 1 && institute[.inWork] == 1
                && institute[.completed] == 1)
        #expect(institute[.refused] == 1 && institute[.recalled] == 1)
        #expect(institute[.sending].hours == 0.5 && institute[.accepting].hours == 0.5)
        let total = SentFigures(sumOf: here.sent)
        #expect(total[.documents] == 4 && total[.notSent] == 1 && total[.sending].hours == 0.5)
        #expect(here.received.isEmpty)

        let there = try await world.institute.desk.figures(Self.november)
        let academy = try #require(there.received.first)
        #expect(there.received.count == 1 && academy.agency == ExchangeWorld.academyCode)
        #expect(
            academy[.documents] == 3 && academy[.registered] == 1 && academy[.refused] == 1 && academy[.recalled] == 1)
        #expect(academy[.onTime] == 2 && academy[.waiting] == 0 && academy[.registering].hours == 0.5)
    }

    @Test func `who takes or refuses in time keeps to the law; who does it late does not`() async throws {
        let world = try await ExchangeWorld.make()
        for number in 15...18 { _ = try await world.issue(number) }
        try await world.settle()
        let clerk = world.institute.people.clerk
        for (index, arrival) in try await world.institute.arrivals().enumerated() {
            let document = IncomingID(try #require(arrival.record).id)
            if index == 2 { world.advance(by: 5 * 86_400) }
            if index.isMultiple(of: 2) {
                try await world.receiver.register(document, by: clerk)
            } else {
                try await world.receiver.refuse(document, by: clerk, reason: "Gửi nhầm nơi nhận.")
            }
        }
        let line = try #require(try await world.institute.desk.figures(Self.november).received.first)
        #expect(line[.documents] == 4 && line[.registered] == 2 && line[.refused] == 2 && line[.onTime] == 2)
    }

    @Test func `nothing of another period is counted`() async throws {
        let world = try await Self.world(.sqlite)
        let october = StatisticsPeriod(
            from: try #require(Day("2026-10-01")), to: try #require(Day("2026-10-31")))
        let figures = try await world.academy.desk.figures(october)
        #expect(figures.sent.isEmpty && figures.received.isEmpty)
        #expect(SentFigures(sumOf: [])[.documents] == 0 && SentFigures(sumOf: [])[.sending].hours == nil)
    }

    @Test func `clerks and leaders open them on screen and as a workbook; others may not`() async throws {
        let world = try await Self.world(.sqlite)
        let academy = world.academy
        for actor in [academy.people.clerk, academy.people.chairman] {
            let browser = try await academy.office.browser(academy.feature.routes, as: actor)
            let page = try await browser.get("/lien-thong/thong-ke?tu=2026-11-01&den=2026-11-30")
            #expect(page.status == 200 && page.text.contains(DemoOfficeKind.institute.agency.name))
            let book = try await browser.get("/lien-thong/thong-ke/xlsx?tu=2026-11-01&den=2026-11-30")
            #expect(book.headers[.contentType] == Spreadsheet.mediaType && book.body.prefix(2) == Data("PK".utf8))
        }
        for actor in [academy.people.specialist, academy.people.administrator] {
            let browser = try await academy.office.browser(academy.feature.routes, as: actor)
            for path in ["/lien-thong/thong-ke", "/lien-thong/thong-ke/xlsx", "/lien-thong/thong-ke/pdf"] {
                #expect(try await browser.get(path).status == 403)
            }
        }
    }

    @Test(arguments: [
        ("", "2026-11-01", "2026-11-24"), ("tu=2026-01-01", "2026-01-01", "2026-11-24"),
        ("tu=2026-12-31&den=2026-01-01", "2026-01-01", "2026-12-31"),
        ("tu=x&den=2026-02-30", "2026-11-01", "2026-11-24"),
    ])
    func `a period is this month unless the address says otherwise`(
        query: String, from: String, to: String
    ) async throws {
        let world = try await ExchangeWorld.make()
        let browser = try await world.academy.office.browser(
            world.academy.feature.routes, as: world.academy.people.clerk)
        let page = try await browser.get("/lien-thong/thong-ke?\(query)")
        #expect(page.text.contains("value=\"\(from)\"") && page.text.contains("value=\"\(to)\""))
    }

    @Test func `averages of lines are joined by what they stand for`() {
        var sum = Span(count: 1, milliseconds: 3_600_000)
        sum += Span(count: 3, milliseconds: 0)
        #expect(sum.hours == 0.3 && sum.printedHours == "0,3" && Span().printedHours.isEmpty)
    }
}
