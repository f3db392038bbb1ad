// Why the signing program on a person's computer did not sign, from what the page saw of it; pure.
internal import Foundation
internal import Records

package struct AgentTrouble: Sendable, Hashable {
    /// The names travel in the page's form.
    package enum Kind: String, Sendable, CaseIterable {
        /// The socket could not be opened.
        case absent = "khong-goi-duoc"
        /// Opened, and closed without an answer.
        case closed = "dong-giua-chung"
        /// No answer in time.
        case slow = "qua-lau"
        case unreadable = "khong-doc-duoc"
        /// It said so itself.
        case said = "bao-loi"
    }

    package let kind: Kind
    /// `Status` of its answer.
    package let status: String
    /// `Message` or `Error` of its answer.
    package let words: String

    package init(_ kind: Kind, status: String = "", words: String = "") {
        self.kind = kind
        self.status = status.cut(to: 20)
        self.words = words.withoutHiddenMarks.trimmingSpaces.cut(to: 200)
    }

    var failure: SigningFailure {
        switch kind {
        case .absent:
            SigningFailure(
                .agentAbsent,
                "Không gọi được phần mềm ký số trên máy này: phần mềm chưa cài, chưa chạy, hoặc trình duyệt chưa được phép gọi nó. Chưa có gì được ký; hãy cài hoặc mở VGCASignService (biểu tượng cạnh đồng hồ) rồi bấm “Ký lại”. Nếu vẫn không được, chọn chứng thư số khác hoặc báo quản trị."
            )
        case .closed:
            SigningFailure(
                .agent,
                "Phần mềm ký trên máy chưa chạy hoặc đã đóng trước khi ký xong. Chưa có gì được ký; hãy mở lại phần mềm rồi bấm “Ký lại”."
            )
        case .slow: .agentTimedOut
        case .unreadable:
            SigningFailure(
                .badAnswer,
                "Phần mềm ký trên máy trả lời không đọc được nên chữ ký không được nhận. Văn bản không thay đổi; hãy cập nhật phần mềm ký rồi bấm “Ký lại”."
            )
        case .said: said
        }
    }

    private var said: SigningFailure {
        let quoted = words.isEmpty ? (status.isEmpty ? "" : " (mã \(status))") : " (“\(words)”)"
        switch cause {
        case .cancelled:
            return SigningFailure(
                .cancelled, "Bạn đã hủy ở phần mềm ký\(quoted). Chưa có gì được ký; bấm “Ký lại” khi cần.")
        case .wrongPIN:
            return SigningFailure(
                .wrongPIN,
                "Phần mềm ký báo mã PIN không đúng\(quoted). Chưa có gì được ký; hãy bấm “Ký lại” và nhập cẩn thận: sai nhiều lần token sẽ bị khóa."
            )
        case .locked:
            return SigningFailure(
                .locked,
                "Token đã bị khóa vì nhập sai mã PIN quá nhiều lần\(quoted). Chưa có gì được ký; hãy liên hệ quản trị hoặc nơi cấp để mở khóa."
            )
        case .tokenGone:
            return SigningFailure(
                .tokenGone,
                "Phần mềm ký không thấy token\(quoted). Chưa có gì được ký; hãy cắm token, chờ máy nhận rồi bấm “Ký lại”."
            )
        case .noCertificate:
            return SigningFailure(
                .certificateUnfit,
                "Phần mềm ký không thấy chứng thư số dùng được trong token\(quoted). Chưa có gì được ký; hãy cắm đúng token hoặc liên hệ nơi cấp chứng thư."
            )
        case nil:
            return SigningFailure(
                .agent,
                "Phần mềm ký trên máy không ký\(quoted). Chưa có gì được ký; hãy kiểm tra phần mềm đang chạy, token đã cắm rồi bấm “Ký lại”."
            )
        }
    }
}

extension AgentTrouble {
    enum Cause: Sendable, CaseIterable {
        case cancelled, locked, wrongPIN, tokenGone, noCertificate
    }

    /// The program passes on what Windows and the token's driver say: by number (winerror.h), in English or Vietnamese.
    /// What is more particular comes first.
    private static let signs: [(cause: Cause, numbers: [String], phrases: [String])] = [
        (.cancelled, ["8010006e", "800704c7"], ["huy", "cancel", "tu choi", "khong dong y"]),
        (.locked, ["8010006c"], ["bi khoa", "blocked", "locked"]),
        (.wrongPIN, ["8010006b"], ["pin", "mat khau", "password"]),
        (.noCertificate, ["80092004", "8009200b"], ["chung thu", "certificate"]),
        (
            .tokenGone, ["80100069", "8010000c", "8010001d", "8010002e", "80100017", "80090016"],
            ["token", "smart card", "smartcard", "thiet bi", "the thong minh", "reader", "keyset"]
        ),
    ]

    var cause: Cause? {
        let said = " " + Folding.words("\(number) \(words)").joined(separator: " ")
        return Self.signs.first { sign in
            sign.numbers.contains(where: said.contains) || sign.phrases.contains { said.contains(" \($0)") }
        }?.cause
    }

    /// Windows' results are often written as negative decimal numbers.
    private var number: String {
        Int32(status).map { String(UInt32(bitPattern: $0), radix: 16) } ?? status
    }
}
