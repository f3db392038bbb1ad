import Digests
import EdXML
import Foundation
import OfficeTestKit
import Testing
import VXP

@testable import Hub

/// Bộ công cụ đã công bố của trục gọi thế nào thì trục này phải nhận thế ấy, kể cả những chỗ lạ.
@Suite struct RecordedCallsTests {
    /// Calls as the platform's kit makes them: one map of headers for its whole life, the hash without padding, a line
    /// break after the file.
    private struct Kit {
        var kept: [(name: String, value: String)] = []
        var moment: Date

        mutating func request(
            _ operation: String, _ parameters: [(String, String)] = [], body: Data = Data(),
            type: String = "application/json", secret: String = "practice-secret"
        ) -> VXPRequest {
            moment += 0.007
            for (name, value) in parameters {
                kept.removeAll { $0.name == name }
                kept.append((name, value))
            }
            let entries =
                [(name: "systemid", value: "practice.system")] + kept
                + [("timestamp", WireTime.text(moment)), ("Content-Type", type)]
            let signed = "{" + entries.map { #""XroadVnpt-\#($0.name)":"\#($0.value)""# }.joined(separator: ",") + "}"
            let headers =
                entries.map { (name: "XroadVnpt-\($0.name)", value: $0.value) } + [
                    ("Content-Type", type),
                    ("XroadVnpt-sign-header-key", entries.map(\.name).joined(separator: ";")),
                    ("XroadVnpt-sign-header", signed),
                    ("XroadVnpt-hash-header", Recording.hmac(signed, secret)),
                    ("User-Agent", "JAVASDKAgent/1.0.0 XRoad/VPCP"), ("Expect", "100-continue"),
                ]
            return VXPRequest(method: "POST", path: "/\(operation)", headers: headers, body: body)
        }
    }

    @Test func `a kit that repeats old parameters, leaves out zeros and adds a line break is understood`() async throws
    {
        let world = try await HubWorld.make()
        try await Recording.enrolPractice(in: world)
        let packet = world.document(from: HubWorld.practice, to: [HubWorld.institute])
        var kit = Kit(moment: world.clock.now)
        func answer(_ request: VXPRequest) async -> String {
            String(decoding: await world.hub.api.answer(request).body, as: UTF8.self)
        }
        let sent = await answer(
            kit.request(
                "sendEdoc",
                [
                    ("servicetype", "eDoc"), ("messagetype", "edoc"), ("hash-file", FileHash.unpadded(packet)),
                    ("from", HubWorld.practice),
                ],
                body: packet + Data("\r\n".utf8), type: "application/octet-stream"))
        #expect(sent.contains(#""status":"OK""#) && sent.contains("DocId"))
        let row = try #require(try await world.client("vien").receivedList(messageType: .document).first)
        #expect(try await world.client("vien").getEdoc(docId: row.docId) == packet)
        // hash-file, from, docId of earlier calls mean nothing here.
        for operation in ["getReceivedEdocList", "countReceiveEdoc", "countReceiveStatus", "getAgenciesList"] {
            #expect(await answer(kit.request(operation, [("docId", "d-1"), ("status", "done")])).contains(#""OK""#))
        }
        #expect(await answer(kit.request("getAgenciesListQD20", [("level", "1")])).contains("code102"))
        #expect(await answer(kit.request("getSynchronizeUnit")).contains("modifyDate"))
        #expect(
            await answer(kit.request("countReceiveEdoc", secret: "sai")).contains(#""ErrorCode":"15""#))
    }

    @Test func `a line break more is no part of the packet, anything else more is a damaged file`() throws {
        let file = Data("<edXML/>".utf8)
        for end in ["", "\r\n", "\n"] {
            let body = ByteSource(file + Data(end.utf8))
            #expect(
                try PacketUpload.range(in: body, contentType: "", hash: FileHash.unpadded(file)) == 0..<file.count)
        }
        for end in [" ", "\r\n\r\n", "x"] {
            let body = ByteSource(file + Data(end.utf8))
            #expect(throws: HubRefusal.self) {
                try PacketUpload.range(in: body, contentType: "", hash: FileHash.padded(file))
            }
        }
    }

    @Test(arguments: [0, 1, 262_060, 262_100, 262_144, 262_150])
    func `the file of a form is found wherever a piece of it ends`(padding: Int) throws {
        let file = Data("<edXML>\r\n--khac\r\n</edXML>".utf8)
        var body = Data("--ranh\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".utf8)
        body += Data(repeating: 65, count: padding)
        body += Data("\r\n--ranh\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n".utf8)
        let start = body.count
        body += file + Data("\r\n--ranh--\r\n".utf8)
        let found = try PacketUpload.range(
            in: ByteSource(body), contentType: "multipart/form-data; boundary=\"ranh\"", hash: FileHash.padded(file))
        #expect(found == start..<start + file.count)
    }

    @Test(.enabled(if: Recording.isPresent, "không có ../shared/data/vxp: bỏ qua"))
    func `every recorded call is accepted, and one that changes something once`() async throws {
        let world = try await HubWorld.make()
        world.clock.set(try #require(WireTime.date("24112026T001056+0000")))
        try await Recording.enrolPractice(in: world)
        let calls = try Recording.calls()
        #expect(calls.count == 13)
        for call in calls {
            let answer = String(decoding: await world.hub.api.answer(call).body, as: UTF8.self)
            // d-1 is a packet that only the recorder had.
            let isKnown = !["/getEdoc", "/updateStatus"].contains(call.path)
            #expect(
                answer.contains(isKnown ? #""status":"OK""# : "Không có gói tin này"),
                "\(call.path): \(answer)")
        }
        // The kit asks again by the same call, word for word: its timestamp is that of its set-up.
        for call in calls {
            let hasEffect = try #require(VXPOperation(path: call.path)).hasEffect
            #expect(await world.hub.api.answer(call).status == (hasEffect ? 401 : 200), "\(call.path) again")
        }
    }
}

/// The calls recorded from the platform's kit, where they are at hand.
enum Recording {
    static let shared = Judge.packageFolder.deletingLastPathComponent().appending(path: "shared/data")
    static let isPresent = FileManager.default.fileExists(atPath: shared.appending(path: "vxp/calls.txt").path)

    static func hmac(_ text: String, _ secret: String) -> String {
        hmacSHA256(key: Data(secret.utf8), message: Data(text.utf8)).hex
    }

    /// The kit's system with every agency that its calls and sample packets speak of.
    static func enrolPractice(in world: HubWorld) async throws {
        let own = ["000.00.00.G22", "000.00.00.H41", "000.00.00.H14", "000.00.00.G17", HubWorld.practice]
        try await world.hub.desk.enrol(
            HubSystem(systemId: "practice.system", secret: "practice-secret", name: "Thực hành"),
            agencies: own.map { HubAgency(code: $0, name: "Đơn vị \($0)") })
        if isPresent {
            try await world.hub.desk.enrol(
                HubSystem(systemId: "practice.system", secret: "practice-secret", name: "Thực hành"),
                agencies: [HubAgency(code: "000.00.00.G31", name: "Viện Hàn lâm")])
        }
    }

    /// Method, path, headers and body of each; a packet's body from the samples, by its hash and length.
    static func calls() throws -> [VXPRequest] {
        let text = try String(contentsOf: shared.appending(path: "vxp/calls.txt"), encoding: .utf8)
        let packets = try FileManager.default.contentsOfDirectory(
            at: shared.appending(path: "edxml"), includingPropertiesForKeys: nil
        ).map { try Data(contentsOf: $0) }
        return try text.split(separator: "=== ", omittingEmptySubsequences: true).map { part in
            let lines = part.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let first = lines[0].split(separator: " ")
            let headers = lines.dropFirst().prefix { !$0.isEmpty }.map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return (name: String(line[..<colon]), value: String(line[colon...].dropFirst(2)))
            }
            var body = Data()
            let hash = headers.first { $0.name == "XroadVnpt-hash-file" }?.value
            if first[1] == "/sendEdoc", let packet = packets.first(where: { FileHash.unpadded($0) == hash }) {
                let length = headers.first { $0.name == "Content-Length" }.flatMap { Int($0.value) } ?? 0
                body = packet + Data("\r\n".utf8)
                try #require(body.count == length)
            } else if first[1] == "/registerAgency" {
                body = Data(
                    #"{"id":"","pcode":"000.00.00.G31","code":"000.00.01.G31","name":"Viện thực hành","mail":"vt@example.vn","mobile":"024","fax":"024"}"#
                        .utf8)
            }
            return VXPRequest(method: String(first[0]), path: String(first[1]), headers: headers, body: body)
        }
    }
}
