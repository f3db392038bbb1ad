import Digests
import Foundation
import Synchronization
import Testing

@testable import VXP

/// Câu trả lời lớn được đọc trong khi nó đến: gói tin, danh sách hai trăm nghìn đơn vị.
@Suite struct StreamTests {
    /// What was taken. A class because the client's closure shares it.
    private final class Taken: Sendable {
        private let bytes = Mutex(Data())
        var data: Data { bytes.withLock { $0 } }
        func take(_ piece: UnsafeRawBufferPointer) { bytes.withLock { $0.append(contentsOf: piece) } }
    }

    private func client(_ answer: String, status: Int = 200, pieces: Int? = nil) -> VXPClient {
        VXPClient(systemId: "s", secret: "k", now: { RecordedCalls.time }) { request in
            let bytes = Data(answer.utf8)
            guard let pieces, (200..<300).contains(status), let download = request.download else {
                return VXPResponse(status: status, body: bytes)
            }
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                try bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { try download($0) }
            }
            return VXPResponse(status: status, body: Data())
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64, 10_000])
    func `a packet is decoded while it comes, wherever the pieces end`(pieces: Int) async throws {
        let packet = Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        let base64 = packet.base64EncodedString().replacing("/", with: "\\/").replacing("+", with: "\\u002B")
        let answer = """
            { "ErrorDesc" : "Thành c\\u00f4ng \\"x\\"", "data":"\(base64)", "status":"OK", "ErrorCode":"0", "more":[1,{"a":null}] }
            """
        let taken = Taken()
        try await client(answer, pieces: pieces).getEdoc(docId: "1") { taken.take($0) }
        #expect(taken.data == packet)
    }

    @Test func `a transport that gives the whole body serves as well`() async throws {
        let taken = Taken()
        try await client(#"{"status":"OK","data":"QUJD"}"#).getEdoc(docId: "1") { taken.take($0) }
        #expect(taken.data == Data("ABC".utf8))
    }

    @Test(arguments: [
        (#"{"status":"FAIL","ErrorCode":"10","ErrorDesc":"x"}"#, VXPFailure.refused(code: "10", explanation: "x")),
        (#"{"status":"FAIL","ErrorCode":"15","ErrorDesc":"x"}"#, .unauthorised("x")),
        (#"{"status":"OK","ErrorCode":"0"}"#, .malformedAnswer("getEdoc: no data")),
        (#"{"status":"OK","data":"Q*=="}"#, .malformedAnswer("getEdoc")),
        (#"{"status":"OK","data":"QUJD""#, .malformedAnswer("getEdoc")),
        (#"{"status":"OK",}"#, .malformedAnswer("getEdoc")), ("<html>", .malformedAnswer("getEdoc")),
        ("", .malformedAnswer("getEdoc")),
    ])
    func `a refusal or a broken answer is told as what it is`(answer: String, failure: VXPFailure) async throws {
        await #expect(throws: failure) { try await client(answer, pieces: 5).getEdoc(docId: "1") { _ in } }
    }

    @Test func `what the taker throws is not the platform's fault`() async throws {
        struct DiskFull: Error {}
        await #expect(throws: DiskFull.self) {
            try await client(#"{"status":"OK","data":"QUJD"}"#, pieces: 4).getEdoc(docId: "1") { _ in throw DiskFull() }
        }
    }

    @Test func `nesting and members beyond the limits are refused`() {
        func problem(_ text: String) -> AnswerStream.Problem? {
            var stream = AnswerStream()
            do {
                try Data(text.utf8).withUnsafeBytes { try stream.feed($0) }
                try stream.finish()
                return nil
            } catch { return error as? AnswerStream.Problem }
        }
        #expect(problem("{\"a\":" + String(repeating: "[", count: 20)) == .tooDeep)
        #expect(problem("{\"a\":\"\(String(repeating: "x", count: 70_000))\"}") == .tooLong)
        #expect(problem("[1]") == .malformed)
        #expect(problem("{\"a\":tru}") == .malformed)
        #expect(problem("{\"a\":1} x") == .malformed)
        #expect(problem("{\"a\":\"\n\"}") == .malformed)
    }

    @Test func `a file goes out as it lies on the disk, under its own digest`() async throws {
        let bytes = Data("gói tin".utf8)
        let client = VXPClient(systemId: "s", secret: "k", now: { RecordedCalls.time }) { request in
            let call = try PresentedCall(headers: request.headers).verified(secret: "k", now: RecordedCalls.time)
            let hash = call.parameters(of: .sendEdoc)["hash-file"] ?? ""
            guard let upload = request.upload, FileHash.matches(hash, sha256: try upload.digest(.sha256)) else {
                return VXPResponse(status: 400, body: Data())
            }
            return VXPResponse(status: 200, body: Data(#"{"status":"OK","DocId":"7"}"#.utf8))
        }
        #expect(try await client.sendEdoc(file: ByteSource(bytes), from: "A", messageType: .document) == "7")
    }

    @Test func `the other call for a packet answers with the file itself`() async throws {
        let taken = Taken()
        try await client("<edXML/>").downloadEdoc(docId: "1") { taken.take($0) }
        #expect(taken.data == Data("<edXML/>".utf8))
    }

    @Test func `a long list of agencies is read some at a time`() throws {
        let rows = (0..<2_500).map {
            #"{"id":\#($0),"pid":null,"code":"H\#($0)","name":"Đơn vị \#($0)","deleted":false,"extra":[{"x":"y"}]}"#
        }
        let list = ByteSource(Data(#"{"data":[\#(rows.joined(separator: ","))],"status":"OK","ErrorCode":"0"}"#.utf8))
        var (reader, read) = (AgencyListReader(list), [AgencyRow]())
        while case let more = try reader.next(100), !more.isEmpty { read += more }
        #expect(read.count == 2_500)
        #expect(read.first == AgencyRow(id: "0", code: "H0", name: "Đơn vị 0", deleted: "false"))
        #expect(read.last?.code == "H2499")
    }

    @Test func `a list that was cut short or refused is no list`() {
        func read(_ text: String) throws {
            var reader = AgencyListReader(ByteSource(Data(text.utf8)))
            while !(try reader.next(10)).isEmpty {}
        }
        #expect(throws: VXPFailure.malformedAnswer("agencies")) { try read(#"{"status":"OK","data":[{"id":1}"#) }
        #expect(throws: VXPFailure.refused(code: "20", explanation: "")) {
            try read(#"{"status":"FAIL","ErrorCode":"20","data":[]}"#)
        }
        #expect(throws: Never.self) { try read(#"{"status":"OK","data":null}"#) }
    }
}
