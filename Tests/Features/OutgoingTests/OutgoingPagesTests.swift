import Foundation
import Hummingbird
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Outgoing
@testable import Signing

/// Các trang văn bản đi: đúng người mới thấy, đúng việc mới làm.
@Suite struct OutgoingPagesTests {
    static func routes(_ stage: OutgoingStage) -> [Route] {
        OutgoingFeature(ground: stage.office.ground, steps: stage.desk.signing, shell: TestOffice.shell).routes
    }

    static func browser(_ stage: OutgoingStage, _ actor: Actor?) async throws -> Browser {
        try await stage.office.browser(routes(stage), as: actor)
    }

    @Test func `a draft is made by the form, prepared, shown and submitted`() async throws {
        let stage = try await OutgoingStage()
        let browser = try await Self.browser(stage, stage.people.specialist)
        #expect(try await browser.get("/van-ban-di/moi").status == 200)
        let pdf = try stage.office.ground.blobs.get(try stage.pdf())
        let made = try await browser.post(
            "/van-ban-di/moi",
            [
                "type": "decision", "notation": "", "subject": "Về việc <b>thử</b>", "urgency": "1", "secrecy": "0",
                "signer": "\(stage.people.chairman.person)", "capacity": "inOwnRight", "agency": "000.00.97.G31",
                "unit": "\(stage.people.otherHead.unit)", "alsoTo": "Báo Nhân Dân\nLưu trữ",
            ], files: [FormFile("main", name: "quyet-dinh.pdf", bytes: pdf)])
        #expect(made.status == 303)
        let place = try #require(made.location?.split(separator: "?").first.map(String.init))
        let waiting = try await browser.get(place)
        #expect(waiting.text.contains("Đang chuyển tệp sang PDF"))
        #expect(waiting.text.contains("Về việc &lt;b&gt;thử&lt;/b&gt;"))
        try await stage.runJobs()
        let settled = try await browser.get("\(place)/chuan-bi")
        #expect(settled.headers[HTTPFields.Element.Name("HX-Refresh") ?? .via] == "true")
        let page = try await browser.get(place)
        #expect(page.text.contains("/trang/1"))
        #expect(page.text.contains("Báo Nhân Dân"))
        #expect(try await browser.get("\(place)/sua").status == 200)
        #expect(try await browser.get("\(place)/vi-tri").status == 200)
        #expect(try await browser.post("\(place)/submit").status == 303)
        #expect(try await browser.get(place).text.contains("Chờ ký nháy"))
    }

    @Test(arguments: [
        ("secrecy", "7"), ("urgency", "khẩn"), ("capacity", "x"), ("type", "x"), ("replaces", "abc"),
        ("inReplyTo", "abc"), ("signer", "abc"), ("unit", "abc"),
    ])
    func `a draft with a value that cannot be read is refused`(name: String, value: String) async throws {
        let stage = try await OutgoingStage()
        let browser = try await Self.browser(stage, stage.people.specialist)
        let sound = ["type": "decision", "subject": "Về việc thử", "signer": "\(stage.people.chairman.person)"]
        let forged = sound.merging([name: value]) { $1 }
        #expect(try await browser.send(forged, to: "/van-ban-di/moi").status == 422)
        #expect(try await browser.send(sound, to: "/van-ban-di/moi").status == 303)
    }

    @Test(arguments: OutgoingDocument.State.allCases.filter { $0 != .returned && $0 != .cancelled })
    func `everybody who may see a document gets its page, whatever its state`(
        state: OutgoingDocument.State
    ) async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(state)
        for actor in [stage.people.specialist, stage.people.officeHead, stage.people.chairman, stage.people.clerk] {
            let allowed = (try? await stage.find(id, for: actor)) != nil
            let answer = try await Self.browser(stage, actor).get("/van-ban-di/\(id)")
            #expect(answer.status == (allowed ? 200 : 404), "\(actor.name)")
        }
    }

    @Test func `pages, files and pictures of a stranger's document are not there`() async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(.issued)
        let main = try #require(try await stage.desk.open(id, for: stage.people.specialist).main)
        let paths = [
            "/van-ban-di/\(id)", "/van-ban-di/\(id)/tep/\(main.id)", "/van-ban-di/\(id)/tep/\(main.id)/trang/1",
            "/van-ban-di/\(id)/sua", "/van-ban-di/\(id)/vi-tri", "/van-ban-di/\(id)/chuan-bi", "/van-ban-di/999999",
            "/van-ban-di/khong-phai-so",
        ]
        for stranger in [stage.people.otherSpecialist, stage.people.administrator, stage.people.deputy] {
            let browser = try await Self.browser(stage, stranger)
            for path in paths { #expect(try await browser.get(path).status == 404, "\(path)") }
        }
        let own = try await Self.browser(stage, stage.people.specialist)
        let file = try await own.get(paths[1])
        #expect(file.status == 200)
        #expect(file.body.starts(with: Data("%PDF-".utf8)))
        #expect(file.headers[.contentDisposition]?.contains("filename*=UTF-8''quyet-dinh.pdf") == true)
        #expect(try await own.get(paths[2]).body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func `what went wrong on the way stands on the page in words`() async throws {
        let stage = try await OutgoingStage()
        let people = stage.people
        let returned = try await stage.document(.submitted)
        try await stage.desk.returnDraft(returned, by: people.officeHead, reason: "Bổ sung căn cứ pháp lý.")
        let page = try await Self.browser(stage, people.specialist).get("/van-ban-di/\(returned)").text
        #expect(page.contains("Lý do trả lại"))
        #expect(page.contains("Bổ sung căn cứ pháp lý."))
        let issued = try await stage.document(.issued)
        let now = stage.office.now
        try await stage.office.database.write { tx in
            let delivery = OutgoingDelivery(tx)
            let agency = AgencyCode("000.00.97.G31")
            try delivery.recordSent(issued.rawValue, to: agency, exchangeID: "X", packedAt: now, at: now)
            _ = try delivery.recordStatus(
                documentID: "000.00.00.G31,2026/11/24,01/QĐ-VHL", from: agency, status: .refused,
                description: "Sai nơi nhận", at: now)
        }
        let clerk = try await Self.browser(stage, people.clerk).get("/van-ban-di/\(issued)").text
        #expect(clerk.contains("Bị từ chối"))
        #expect(clerk.contains("Sai nơi nhận"))
        #expect(clerk.contains("/van-ban-di/\(issued)/resend"))
        let drafter = try await Self.browser(stage, people.specialist).get("/van-ban-di/\(issued)").text
        #expect(!drafter.contains("/van-ban-di/\(issued)/resend"))
    }

    @Test func `a file of one document is not reached through another`() async throws {
        let stage = try await OutgoingStage()
        let (one, two) = (try await stage.document(.draft), try await stage.document(.draft))
        let main = try #require(try await stage.desk.open(two, for: stage.people.specialist).main)
        let browser = try await Self.browser(stage, stage.people.specialist)
        #expect(try await browser.get("/van-ban-di/\(one)/tep/\(main.id)").status == 404)
    }

    @Test func `the clerk's acts are the clerk's`() async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(.signed)
        let browser = try await Self.browser(stage, stage.people.specialist)
        for act in ["number", "seal", "issue", "resend", "void"] {
            #expect(try await browser.post("/van-ban-di/\(id)/\(act)").status == 403, "\(act)")
        }
        #expect(try await browser.get("/van-ban-di/so").status == 403)
        let clerk = try await Self.browser(stage, stage.people.clerk)
        #expect(try await clerk.post("/van-ban-di/\(id)/number").status == 303)
        #expect(try await clerk.post("/van-ban-di/\(id)/seal", ["pin": "1"]).status == 422)
        #expect(try await clerk.post("/van-ban-di/\(id)/seal", ["pin": OutgoingStage.pin]).status == 303)
        #expect(try await clerk.post("/van-ban-di/\(id)/issue").status == 303)
        #expect(try await clerk.post("/van-ban-di/\(id)/issue").status == 409)
        #expect(try await clerk.get("/van-ban-di/so").text.contains("01/QĐ-VHL"))
    }

    @Test func `nobody gets in without signing in`() async throws {
        let stage = try await OutgoingStage()
        let browser = try await Self.browser(stage, nil)
        for route in Self.routes(stage) {
            let path = route.path.replacing("{id}", with: "1").replacing("{file}", with: "1").replacing(
                "{page}", with: "1"
            )
            .replacing("{box}", with: "cho-ky")
            let status =
                route.method == .get ? try await browser.get(path).status : try await browser.post(path).status
            #expect([303, 401, 403].contains(status), "\(route.method) \(path): \(status)")
        }
    }

    @Test(arguments: OutgoingBox.allCases)
    func `every box opens for everybody, full or empty`(box: OutgoingBox) async throws {
        let stage = try await BoxTests.filled(.sqlite)
        for actor in [stage.people.clerk, stage.people.specialist, stage.people.otherHead, stage.people.administrator] {
            let answer = try await Self.browser(stage, actor).get(box.href + "?q=hoi+dong&khan=0&loai=decision")
            #expect(answer.status == 200)
        }
    }

    @Test func `pickers find without tones`() async throws {
        let stage = try await OutgoingStage()
        let browser = try await Self.browser(stage, stage.people.specialist)
        #expect(try await browser.get("/van-ban-di/tim/co-quan?q=noi+vu&ten=agency").text.contains("000.00.00.G09"))
        #expect(try await browser.get("/van-ban-di/tim/don-vi?q=ke+hoach&ten=unit").text.contains("Kế hoạch"))
        #expect(try await browser.get("/van-ban-di/tim/nguoi-ky?q=hong+van&ten=signer").text.contains("Hồng Vân"))
    }

    @Test func `places corrected by hand are kept; one off the page is refused`() async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(.draft)
        let browser = try await Self.browser(stage, stage.people.specialist)
        var good: [String: String] = [:]
        for kind in PlaceKind.allCases {
            good.merge([
                "\(kind.rawValue).page": "1", "\(kind.rawValue).x": "20.5", "\(kind.rawValue).y": "30",
                "\(kind.rawValue).width": "40",
                "\(kind.rawValue).height": "20",
            ]) { $1 }
        }
        #expect(try await browser.send(good, to: "/van-ban-di/\(id)/vi-tri").status == 303)
        let places = DocumentPlaces(json: try await stage.find(id, for: stage.people.specialist).places)
        #expect(places?[.signature] == PlacedRect(page: 1, x: 20.5, y: 30, width: 40, height: 20))
        good["seal.x"] = "500"
        #expect(try await browser.send(good, to: "/van-ban-di/\(id)/vi-tri").status == 422)
    }
}

extension Browser {
    /// A form from a dictionary.
    func send(_ fields: [String: String], to path: String) async throws -> Answer {
        let page = try await get(path).text
        let start = try #require(page.range(of: "name=\"_csrf\" value=\""))
        let secret = String(page[start.upperBound...].prefix { $0 != "\"" })
        let body = (["_csrf": secret].merging(fields) { $1 }).map { "\(percentEncoded($0))=\(percentEncoded($1))" }
            .joined(separator: "&")
        return try await send(
            .post, path, headers: [.contentType: "application/x-www-form-urlencoded"], body: Data(body.utf8))
    }
}
