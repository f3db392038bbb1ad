import Digests
import Foundation
import Testing

@testable import VXP

/// Ký và kiểm tra lời gọi: chữ ký tính trên đúng những byte đã gửi.
@Suite struct SigningTests {
    private let signer = RequestSigner(systemId: "mau.system", secret: RecordedCalls.secret)
    private let now = RecordedCalls.time

    private func refusal(
        of headers: [(name: String, value: String)], secret: String = RecordedCalls.secret, now: Date? = nil
    ) -> SignatureRefusal? {
        do throws(SignatureRefusal) {
            _ = try PresentedCall(headers: headers).verified(secret: secret, now: now ?? self.now)
            return nil
        } catch {
            return error
        }
    }

    private func changed(_ name: String, to value: String?) -> [(name: String, value: String)] {
        RecordedCalls.updateStatus.compactMap { header in
            header.name == name ? value.map { (name, $0) } : header
        }
    }

    @Test func `a call in the kit's shape is believed`() throws {
        let call = try PresentedCall(headers: RecordedCalls.updateStatus)
            .verified(secret: RecordedCalls.secret, now: now)
        #expect(call.systemId == "mau.system")
        #expect(abs(call.calledAt.timeIntervalSince(now)) < 0.001)
    }

    @Test func `parameters left over from earlier calls are dropped`() throws {
        let call = try PresentedCall(headers: RecordedCalls.updateStatus)
            .verified(secret: RecordedCalls.secret, now: now)
        #expect(call.parameters(of: .updateStatus) == ["status": "done", "docId": "d-1"])
        #expect(call.parameters(of: .getAgenciesList).isEmpty)
    }

    @Test(arguments: VXPOperation.allCases)
    func `what our client signs our server believes`(operation: VXPOperation) throws {
        let call = VXPCall(operation, parameters: [("docId", "d/1"), ("to", #"["000.00.01.G31"]"#)])
        let request = try signer.sign(call, at: now)
        let verified = try PresentedCall(headers: request.headers).verified(secret: RecordedCalls.secret, now: now)
        #expect(verified.systemId == "mau.system")
        #expect(request.path == "/\(operation.rawValue)")
        let expected = ["docId": "d/1", "to": #"["000.00.01.G31"]"#]
            .filter { operation.parameterNames.contains($0.key) }
        #expect(verified.parameters(of: operation) == expected)
    }

    @Test func `a wrong secret is refused`() {
        #expect(refusal(of: RecordedCalls.updateStatus, secret: "khác") == .wrongSignature)
    }

    @Test func `a changed signed text or proof is refused`() {
        let text = RecordedCalls.signHeader.replacingOccurrences(of: "done", with: "fail")
        #expect(refusal(of: changed("XroadVnpt-sign-header", to: text)) == .wrongSignature)
        #expect(refusal(of: changed("XroadVnpt-hash-header", to: "00")) == .wrongSignature)
    }

    @Test func `a header that differs from what was signed is refused`() {
        #expect(refusal(of: changed("XroadVnpt-docId", to: "d-2")) == .headersDiffer)
        #expect(refusal(of: RecordedCalls.updateStatus + [("XroadVnpt-docId", "d-2")]) == .headersDiffer)
        #expect(refusal(of: changed("XroadVnpt-sign-header-key", to: "systemid")) == .headersDiffer)
    }

    @Test func `header names are compared without regard to case`() {
        let lower = RecordedCalls.updateStatus.map { (name: $0.name.lowercased(), value: $0.value) }
        #expect(refusal(of: lower) == nil)
    }

    @Test func `a call too old or from the future is refused`() {
        #expect(refusal(of: RecordedCalls.updateStatus, now: now.addingTimeInterval(301)) == .outsideWindow)
        #expect(refusal(of: RecordedCalls.updateStatus, now: now.addingTimeInterval(-301)) == .outsideWindow)
        #expect(refusal(of: RecordedCalls.updateStatus, now: now.addingTimeInterval(299)) == nil)
    }

    @Test func `unsigned, doubled or malformed signing headers are refused`() {
        #expect(refusal(of: []) == .missingHeaders)
        #expect(refusal(of: changed("XroadVnpt-hash-header", to: nil)) == .missingHeaders)
        for more in [("XroadVnpt-hash-header", "00"), ("XroadVnpt-sign-header", "{}")] {
            #expect(refusal(of: RecordedCalls.updateStatus + [more]) == .missingHeaders)
        }
        for text in [
            "", "{", "[]", #"{"a":"b"}"#, #"{"XroadVnpt-a":1}"#, #"{"XroadVnpt-systemid":""}"#,
            #"{"XroadVnpt-systemid":"a","XroadVnpt-systemid":"b"}"#, #"{"XroadVnpt-systemid":"a"}x"#,
            #"{"XroadVnpt-systemid":"a","other":"b"}"#,
            #"{"XroadVnpt-systemid":"\#(String(repeating: "a", count: 65_536))"}"#,
        ] {
            #expect(refusal(of: changed("XroadVnpt-sign-header", to: text)) == .malformed, "\(text)")
        }
    }

    @Test func `a value that would break a header is not sent`() {
        #expect(throws: VXPFailure.malformedParameter("docId")) {
            try signer.sign(VXPCall(.getEdoc, parameters: [("docId", "1\r\nX: y")]), at: now)
        }
    }

    @Test(arguments: 1...200)
    func `damaged signing headers always get an answer`(seed: Int) {
        var state = UInt64(seed)
        var bytes = Array(RecordedCalls.signHeader.utf8)
        for _ in 0..<4 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(refusal(of: changed("XroadVnpt-sign-header", to: text)) != nil || text == RecordedCalls.signHeader)
    }

    @Test func `the file's hash is accepted padded and unpadded and in no other form`() {
        let file = Data("gói tin 7".utf8)
        let padded = FileHash.padded(file)
        #expect(padded.count == 64)
        #expect(FileHash.matches(padded, file))
        #expect(FileHash.matches(FileHash.unpadded(file), file))
        #expect(!FileHash.matches(padded.uppercased(), file) || padded == padded.uppercased())
        #expect(!FileHash.matches(String(padded.dropLast()), file))
        #expect(!FileHash.matches("", file))
    }

    @Test func `unpadded means each byte without its leading zero`() {
        let digest = DigestAlgorithm.sha256.digest(Data("abc".utf8))
        #expect(FileHash.unpadded(Data("abc".utf8)) == digest.map { String($0, radix: 16) }.joined())
        // SHA-256("abc") begins ba7816bf8f01cfea: its 01 loses a digit.
        #expect(FileHash.unpadded(Data("abc".utf8)).hasPrefix("ba7816bf8f1cfea"))
    }

    @Test func `timestamps are local time with four digits of milliseconds`() {
        #expect(WireTime.text(RecordedCalls.time) == "05032026T101530+0042")
        #expect(WireTime.date("05032026T101530+0042") == RecordedCalls.time)
        for text in [
            "05032026T101530", "30022026T101530+0042", "05132026T101530+0042", "05032026T251530+0042", "",
            "05032026T101530-0042", "05032026T101530+1000", "0503２026T101530+042",
        ] {
            #expect(WireTime.date(text) == nil, "\(text)")
        }
    }
}
