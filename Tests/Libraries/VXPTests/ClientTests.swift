import Foundation
import Testing

@testable import VXP

/// Máy khách: mỗi câu trả lời của trục thành giá trị hoặc một lý do rõ ràng.
@Suite struct ClientTests {
    private func client(
        status: Int = 200, _ json: String, seen: @escaping @Sendable (VXPRequest) -> Void = { _ in }
    ) -> VXPClient {
        VXPClient(systemId: "s", secret: "k", now: { RecordedCalls.time }) { request in
            seen(request)
            return VXPResponse(status: status, body: Data(json.utf8))
        }
    }

    private static let ok = #""status":"OK","ErrorCode":"0","ErrorDesc":"Thành công""#

    @Test func `sending gives the platform's id`() async throws {
        let id = try await client(#"{\#(Self.ok),"DocId":"d-9"}"#) { request in
            #expect(request.body == Data("gói".utf8))
            let names = request.headers.map(\.name)
            #expect(names.contains("XroadVnpt-hash-file"))
            #expect(request.headers.contains { $0 == ("Content-Type", "application/octet-stream") })
        }
        .sendEdoc(file: Data("gói".utf8), from: "000.00.00.G31", messageType: .document)
        #expect(id == "d-9")
    }

    @Test func `the list of received packets is read, numbers and nulls included`() async throws {
        let json = """
            {\(Self.ok),"data":[{"docId":17,"serviceType":"eDoc","messageType":"edoc","created_time":"x","from":"A",
            "to":"B","status":"initial","status_desc":null},{"docId":"b"}]}
            """
        let rows = try await client(json).receivedList(messageType: .document)
        #expect(rows.map(\.docId) == ["17", "b"])
        #expect(rows.first?.from == "A")
        #expect(try await client("{\(Self.ok)}").receivedList(messageType: .status).isEmpty)
    }

    @Test func `a packet comes back byte for byte`() async throws {
        let packet = Data([0, 255, 10, 13, 128])
        let data = try await client(#"{\#(Self.ok),"data":"\#(packet.base64EncodedString())"}"#).getEdoc(docId: "1")
        #expect(data == packet)
    }

    @Test func `the directory gives both codes`() async throws {
        let json = #"{\#(Self.ok),"data":[{"id":1,"pid":0,"code":"G31","name":"Viện","code102":"000.00.00.G31"}]}"#
        let rows = try await client(json).agenciesQD20()
        #expect(rows == [AgencyRow(id: "1", pid: "0", code: "G31", name: "Viện", code102: "000.00.00.G31")])
    }

    @Test func `counters stand beside the frame or alone`() async throws {
        #expect(try await client(#"{"count":3}"#).count(.document) == 3)
        #expect(try await client(#"{\#(Self.ok),"count":4}"#).count(.status) == 4)
    }

    @Test(arguments: [
        (
            200, #"{"status":"FAIL","ErrorCode":"18","ErrorDesc":"không có"}"#,
            VXPFailure.refused(code: "18", explanation: "không có"), false, false
        ),
        (200, #"{"status":"FAIL","ErrorCode":15,"ErrorDesc":"sai"}"#, .unauthorised("sai"), false, false),
        (401, "", .unauthorised("HTTP 401"), false, false),
        (
            400, #"{"status":"FAIL","ErrorCode":"22","ErrorDesc":"sai gói"}"#,
            .refused(code: "22", explanation: "sai gói"), false, false
        ),
        (503, "bảo trì", .unreachable("updateStatus: HTTP 503"), true, false),
        (429, "", .unreachable("updateStatus: HTTP 429"), true, false),
        (504, "", .unanswered("updateStatus: HTTP 504"), true, true),
        (500, "", .unanswered("updateStatus: HTTP 500"), true, true),
        (200, "<html>", .malformedAnswer("updateStatus"), true, true),
        (
            200, #"{"status":"FAIL","ErrorCode":"20","ErrorDesc":"lỗi"}"#,
            .refused(code: "20", explanation: "lỗi"), true, true
        ),
    ])
    func `failures are told apart: whether to try again, and whether the call may have done its work`(
        status: Int, json: String, expected: VXPFailure, isRetryable: Bool, leavesOpen: Bool
    ) async {
        await #expect(throws: expected) {
            try await client(status: status, json).updateStatus(docId: "1", to: .done)
        }
        #expect(expected.isWorthRetrying == isRetryable)
        #expect(expected.leavesOpen == leavesOpen)
    }

    @Test func `a transport that fails may have done its work, unless it says that the call never went out`() async {
        struct Broken: Error {}
        let broken = VXPClient(systemId: "s", secret: "k", transport: { _ in throw Broken() })
        await #expect(throws: VXPFailure.unanswered("Broken()")) { try await broken.agencies() }
        let away = VXPClient(systemId: "s", secret: "k", transport: { _ in throw VXPFailure.unreachable("away") })
        await #expect(throws: VXPFailure.unreachable("away")) { try await away.agencies() }
    }

    @Test func `answers are written as the kit reads them`() throws {
        let sent = Answer.success(SentPacket(docId: "d/1"))
        #expect(
            String(decoding: try sent.json, as: UTF8.self)
                == #"{"DocId":"d/1","ErrorCode":"0","ErrorDesc":"Thành công","status":"OK"}"#)
        let refused = Answer<NoContent>.refusal(.unknownRecipient)
        #expect(
            String(decoding: try refused.json, as: UTF8.self)
                == #"{"ErrorCode":"18","ErrorDesc":"Đơn vị nhận không tồn tại","status":"FAIL"}"#)
        let rows = Answer.success([ReceivedRow(docId: "1", createdAt: "t")])
        #expect(
            String(decoding: try rows.json, as: UTF8.self)
                == #"{"ErrorCode":"0","ErrorDesc":"Thành công","data":"#
                + #"[{"created_time":"t","docId":"1","serviceType":"eDoc"}],"status":"OK"}"#)
    }

    @Test(arguments: [
        (#"["A","B"]"#, ["A", "B"]), (#"[{"code":"A"},{"OrganId":"B"}]"#, ["A", "B"]), ("A; B,C", ["A", "B", "C"]),
        ("", []),
    ])
    func `recipients beside the packet are read in the forms that occur`(text: String, expected: [String]) {
        #expect(RecipientList.codes(text) == expected)
    }

    @Test func `recipients written are read back, nonsense is none`() {
        #expect(RecipientList.codes(RecipientList.text(["000.00.01.G31", "A\"B"])) == ["000.00.01.G31", "A\"B"])
        #expect(RecipientList.codes("[1,2]") == nil)
        #expect(RecipientList.codes("[") == nil)
    }
}
