import Digests
package import Foundation

/// Why a server does not believe a call.
package enum SignatureRefusal: String, Error, Sendable, Hashable, CaseIterable {
    case missingHeaders, malformed, wrongSignature, headersDiffer, badTimestamp, outsideWindow

    package var sentence: String {
        switch self {
        case .missingHeaders: "thiếu phần ký của lời gọi"
        case .malformed: "phần ký của lời gọi sai cấu trúc"
        case .wrongSignature: "sai mã hệ thống hoặc khóa bí mật"
        case .headersDiffer: "tham số gửi đi khác tham số đã ký"
        case .badTimestamp: "thời điểm gọi sai định dạng"
        case .outsideWindow: "thời điểm gọi lệch quá xa giờ máy chủ"
        }
    }
}

/// A call as it arrived, not yet believed: it says who it claims to be, so that the secret can be looked up.
package struct PresentedCall: Sendable {
    package let systemId: String
    private let signHeader: String
    private let hash: String
    private let signed: [(name: String, value: String)]
    private let headers: [String: [String]]

    /// Sizes: 64 KB of signed text, 100 parameters.
    package init(headers: [(name: String, value: String)]) throws(SignatureRefusal) {
        var byName: [String: [String]] = [:]
        for header in headers { byName[header.name.lowercased(), default: []].append(header.value) }
        guard let text = byName[Wire.signHeader.lowercased()]?.only,
            let hash = byName[Wire.hashHeader.lowercased()]?.only
        else { throw .missingHeaders }
        guard text.utf8.count <= 65_536, let members = JSONText.members(text) else { throw .malformed }
        var signed: [(name: String, value: String)] = []
        for member in members {
            guard member.name.hasPrefix(Wire.prefix) else { throw .malformed }
            signed.append((String(member.name.dropFirst(Wire.prefix.count)), member.value))
        }
        guard let systemId = signed.first(where: { $0.name == "systemid" })?.value, !systemId.isEmpty else {
            throw .malformed
        }
        self.systemId = systemId
        signHeader = text
        self.hash = hash
        self.signed = signed
        self.headers = byName
    }

    /// Believes the call if the HMAC over exactly the transmitted text matches, the plain headers say the same as the
    /// signed ones, and it was made within `windowSeconds` of `now`. Replays within the window are the caller's to
    /// notice, by `VerifiedCall.proof`.
    /// - Parameter zones: minutes east of Greenwich in which callers may keep their clocks; the timestamp does not tell.
    package func verified(
        secret: String, now: Date, windowSeconds: Double = 300, zones: [Int] = [WireTime.zoneOfTheCountry]
    ) throws(SignatureRefusal) -> VerifiedCall {
        let expected = hmacSHA256(key: Data(secret.utf8), message: Data(signHeader.utf8)).hex
        guard constantTimeEqual(Data(expected.utf8), Data(hash.utf8)) else { throw .wrongSignature }
        guard headersAgree else { throw .headersDiffer }
        let written = signed.first { $0.name == "timestamp" }?.value ?? ""
        let dates = zones.compactMap { WireTime.date(written, zone: $0) }
        guard !dates.isEmpty else { throw .badTimestamp }
        guard let date = dates.first(where: { abs($0.timeIntervalSince(now)) <= windowSeconds }) else {
            throw .outsideWindow
        }
        return VerifiedCall(systemId: systemId, calledAt: date, signed: signed, proof: hash)
    }

    /// Every signed value that is also sent as a header must be the same there; a header that is not signed is
    /// never read.
    private var headersAgree: Bool {
        let names = signed.map(\.name).joined(separator: ";")
        if let key = headers[Wire.signHeaderKey.lowercased()]?.only, key != names { return false }
        return signed.allSatisfy { entry in
            guard let sent = headers[(Wire.prefix + entry.name).lowercased()] else { return true }
            return sent == [entry.value]
        }
    }
}

/// A call whose sender is proved.
package struct VerifiedCall: Sendable {
    package let systemId: String
    package let calledAt: Date
    private let signed: [(name: String, value: String)]
    /// The HMAC: the same value twice within the window is the same call again. The kit reads its clock once in its life
    /// and so makes the same call word for word when it asks again: only operations with an effect need care.
    package let proof: String

    init(systemId: String, calledAt: Date, signed: [(name: String, value: String)], proof: String) {
        self.systemId = systemId
        self.calledAt = calledAt
        self.signed = signed
        self.proof = proof
    }

    /// The parameters that `operation` knows; those left over from the caller's earlier calls are dropped.
    package func parameters(of operation: VXPOperation) -> [String: String] {
        let known = operation.parameterNames
        return Dictionary(
            signed.filter { known.contains($0.name) }.map { ($0.name, $0.value) },
            uniquingKeysWith: { first, _ in first })
    }
}

extension [String] {
    fileprivate var only: String? { count == 1 ? first : nil }
}
