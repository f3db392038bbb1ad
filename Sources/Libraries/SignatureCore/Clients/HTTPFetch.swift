package import Foundation

/// One question to a server that a certificate names.
package struct FetchRequest: Sendable, Hashable {
    package var url: URL
    /// Posted when there is one.
    package var body: Data?
    package var contentType: String?
    /// The carrier stops reading an answer that grows beyond this.
    package var maximumByteCount: Int
    package var timeoutSeconds: Double
}

/// Carries questions over HTTP. It throws on any status but 200, on answers that are too large, and on time-outs; where
/// private networks are to be out of reach, it also refuses names that resolve to them.
package struct HTTPFetch: Sendable {
    package var send: @Sendable (FetchRequest) async throws -> Data

    package init(send: @escaping @Sendable (FetchRequest) async throws -> Data) { self.send = send }

    package struct Offline: Error { package init() {} }
    /// Nothing is asked of anybody.
    package static let offline = HTTPFetch { _ in throw Offline() }
}

/// Bounds on what is asked and taken.
package struct FetchLimits: Sendable, Hashable {
    package var answerBytes = 64 << 10
    package var listBytes = 32 << 20
    package var certificateBytes = 256 << 10
    package var timeoutSeconds = 10.0
    /// Questions for one certificate's whole path.
    package var maximumRequests = 12
    /// Addresses inside private networks may be asked: a test, or an authority of one's own.
    package var allowsPrivateHosts = false
    /// Missing issuers may be fetched from where a certificate of an unknown authority says. The document then chooses
    /// whom this machine talks to.
    package var fetchesIssuers = false
    /// Answers must repeat a number of ours, so they cannot come from a cache, theirs or ours.
    package var asksNonce = false

    package init() {}
}

/// Why something could not be fetched.
package struct FetchFailure: Sendable, Hashable, Codable, Error {
    package enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        case forbiddenAddress, unreachable, unreadable, refused, wrongNonce, unauthorised, waiting, tooManyRequests,
            noAddress
    }

    package var url: String
    package var reason: Reason

    /// For the user.
    package var message: String {
        let text =
            switch reason {
            case .forbiddenAddress: "Địa chỉ trong chứng thư số không được phép truy cập"
            case .unreachable: "Không liên lạc được với máy chủ"
            case .unreadable: "Câu trả lời của máy chủ không đọc được"
            case .refused: "Máy chủ từ chối trả lời"
            case .wrongNonce: "Câu trả lời của máy chủ không phải cho câu hỏi vừa gửi"
            case .unauthorised: "Câu trả lời không do nơi có thẩm quyền ký hoặc đã cũ"
            case .waiting: "Máy chủ vừa không trả lời, sẽ hỏi lại sau"
            case .tooManyRequests: "Phải hỏi quá nhiều máy chủ"
            case .noAddress: "Chứng thư số không cho biết hỏi tình trạng ở đâu"
            }
        return url.isEmpty ? "\(text)." : "\(text) (\(url))."
    }
}

/// Whether an address named by a certificate may be asked at all.
enum FetchAddress {
    static func allowed(_ text: String, _ limits: FetchLimits) -> URL? {
        guard text.utf8.count <= 2048, let url = URL(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host?.lowercased(), !host.isEmpty, url.user == nil
        else { return nil }
        return limits.allowsPrivateHosts || !isPrivate(host) ? url : nil
    }

    /// Names of this machine or of a local network, and numeric addresses of any notation outside the public ranges.
    private static func isPrivate(_ host: String) -> Bool {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        // Literal IPv6, and names without a dot, never stand in a public authority's certificates.
        guard name.contains("."), !name.contains(":") else { return true }
        if ["local", "localhost", "internal", "lan", "home", "arpa"].contains(name.split(separator: ".").last ?? "") {
            return true
        }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ $0.first?.isNumber ?? true }), labels.last?.first?.isNumber == true else {
            return false
        }
        let numbers = labels.map { UInt8($0) }
        guard numbers.count == 4, let first = numbers[0], let second = numbers[1], !numbers.contains(nil),
            labels.allSatisfy({ $0 == "0" || $0.first != "0" })
        else { return true }
        switch (first, second) {
        case (0, _), (10, _), (127, _), (100, 64...127), (169, 254), (172, 16...31), (192, 168), (192, 0),
            (198, 18...19),
            (224..., _):
            return true
        default: return false
        }
    }
}
