package import Foundation

/// The codes platforms answer with, as one provincial platform documents them.
package enum AnswerCode: String, Sendable, CaseIterable {
    case ok = "0"
    case invalidFile = "10"
    case unauthorised = "15"
    case unknownRecipient = "18"
    case unregisteredSender = "19"
    case systemFault = "20"
    case fileFault = "21"
    case malformedPacket = "22"
    case lockedRecipient = "23"

    package var sentence: String {
        switch self {
        case .ok: "Thành công"
        case .invalidFile: "Tệp không hợp lệ"
        case .unauthorised: "Sai mã hệ thống hoặc khóa bí mật"
        case .unknownRecipient: "Đơn vị nhận không tồn tại"
        case .unregisteredSender: "Đơn vị gửi chưa đăng ký"
        case .systemFault: "Lỗi hệ thống"
        case .fileFault: "Lỗi xử lý tệp"
        case .malformedPacket: "Gói tin edXML sai định dạng"
        case .lockedRecipient: "Đơn vị nhận đã bị khóa"
        }
    }
}

/// The frame of every answer: `{"status":"OK","ErrorCode":"0","ErrorDesc":"…", …}`.
package struct Answer<Content: Codable & Sendable>: Codable, Sendable {
    package var isSuccess: Bool
    package var code: String
    package var explanation: String
    package var content: Content?

    private enum Keys: String, CodingKey {
        case status, data
        case errorCode = "ErrorCode"
        case errorDescription = "ErrorDesc"
    }

    package static func success(_ content: Content?) -> Self {
        Self(isSuccess: true, code: "0", explanation: AnswerCode.ok.sentence, content: content)
    }

    package static func refusal(_ code: AnswerCode, _ explanation: String? = nil) -> Self {
        Self(isSuccess: false, code: code.rawValue, explanation: explanation ?? code.sentence, content: nil)
    }

    private init(isSuccess: Bool, code: String, explanation: String, content: Content?) {
        self.isSuccess = isSuccess
        self.code = code
        self.explanation = explanation
        self.content = content
    }

    /// Success is `status` "OK" or, where a platform leaves that out, a code of zero or none. `data` is read even
    /// beside a failure, but never required there.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        let status = try fields.decodeIfPresent(LooseText.self, forKey: .status)?.text
        code = try fields.decodeIfPresent(LooseText.self, forKey: .errorCode)?.text ?? ""
        explanation = try fields.decodeIfPresent(LooseText.self, forKey: .errorDescription)?.text ?? ""
        isSuccess = status.map { $0.uppercased() == "OK" } ?? (code.isEmpty || code == "0")
        content = isSuccess ? try Answer.content(from: decoder, fields) : nil
    }

    private static func content(from decoder: any Decoder, _ fields: KeyedDecodingContainer<Keys>) throws -> Content? {
        // Two answers have their members beside the frame's instead of under `data`.
        if Content.self is any BesideFrame.Type { return try Content(from: decoder) }
        return try fields.decodeIfPresent(Content.self, forKey: .data)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Keys.self)
        try fields.encode(isSuccess ? "OK" : "FAIL", forKey: .status)
        try fields.encode(code, forKey: .errorCode)
        try fields.encode(explanation, forKey: .errorDescription)
        guard let content else { return }
        if content is any BesideFrame { return try content.encode(to: encoder) }
        try fields.encode(content, forKey: .data)
    }

    package var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
            return try encoder.encode(self)
        }
    }
}

/// An answer's members that stand beside `status`, not under `data`.
package protocol BesideFrame {}

/// No content.
package struct NoContent: Codable, Sendable, Hashable {
    package init() {}
}

/// The platform's id for a packet just sent.
package struct SentPacket: Codable, Sendable, Hashable, BesideFrame {
    package var docId: String

    package init(docId: String) { self.docId = docId }

    private enum Keys: String, CodingKey {
        case docId
        case capitalised = "DocId"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        let id = try fields.decodeIfPresent(LooseText.self, forKey: .capitalised)
        docId = try id?.text ?? fields.decode(LooseText.self, forKey: .docId).text
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Keys.self)
        try fields.encode(docId, forKey: .capitalised)
    }
}

package struct PacketCount: Codable, Sendable, Hashable, BesideFrame {
    package var count: Int

    package init(count: Int) { self.count = count }
}

/// Text that some platforms write as a number or a truth value.
struct LooseText: Codable, Sendable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self.text = text
        } else if let number = try? value.decode(Int.self) {
            text = "\(number)"
        } else if let flag = try? value.decode(Bool.self) {
            text = "\(flag)"
        } else {
            text = "\(try value.decode(Double.self))"
        }
    }
}

/// The frame of an answer that was read member by member; judged as `Answer` judges it.
struct AnswerFrame {
    private let members: [String: String]

    init(_ members: [String: String]) { self.members = members }

    func check() throws(VXPFailure) {
        let (code, explanation) = (members["ErrorCode"] ?? "", members["ErrorDesc"] ?? "")
        let isSuccess = members["status"].map { $0.uppercased() == "OK" } ?? (code.isEmpty || code == "0")
        guard !isSuccess else { return }
        if code == AnswerCode.unauthorised.rawValue { throw .unauthorised(explanation) }
        throw .refused(code: code, explanation: explanation)
    }
}
