// Who may see and do what with an outgoing document, each rule with its sentence; pure.
internal import Foundation
package import Records

/// What a user can be told about an outgoing document.
package enum OutgoingRefusal: Refusal, Hashable {
    case notFound
    case notPossible(OutgoingDocument.Action, String)
    /// Something is missing before it may be submitted.
    case incomplete([String])
    case reasonMissing
    /// Somebody else changed the document meanwhile.
    case changedMeanwhile
    case unsuitableFile(String)
    /// It may not travel over the exchange (QĐ 28/2018 Art. 1.2).
    case secret

    package var kind: RefusalKind {
        switch self {
        case .notFound: .notFound
        case .notPossible, .changedMeanwhile, .secret: .conflict
        case .incomplete, .reasonMissing, .unsuitableFile: .invalid
        }
    }

    package var message: String {
        switch self {
        case .notFound: CommonRefusal.notFound.message
        case .notPossible(let action, let why): "Chưa thể “\(action.label)”. \(why)"
        case .incomplete(let gaps): "Chưa trình được: \(gaps.joined(separator: "; "))."
        case .reasonMissing: "Hãy ghi lý do, ít nhất 10 ký tự; lý do được lưu cùng văn bản."
        case .changedMeanwhile:
            "Văn bản vừa thay đổi trong lúc bạn đang xem. Chưa có gì được ghi; hãy mở lại trang, xem bản mới rồi thực hiện lại."
        case .unsuitableFile(let why): why
        case .secret: SecrecyRule.sentence
        }
    }
}

extension OutgoingDocument {
    func isPerformed(by performer: Performer, _ actor: Actor) -> Bool {
        switch performer {
        case .drafter: actor.person == drafter
        case .unitHead: initialUnit.map(actor.heads.contains) ?? actor.heads.contains(unit)
        case .signer: actor.person == content.signer
        case .recordsClerk: actor.has(.recordsClerk)
        case .clerkOrSigner: actor.has(.recordsClerk) || actor.person == content.signer
        }
    }

    /// Who it is that acts, in words: also the answer to "who can help".
    func name(of performer: Performer) -> String {
        switch performer {
        case .drafter: "người soạn (\(drafterName))"
        case .unitHead: "Trưởng đơn vị \(unitName)"
        case .signer: content.signerName.isEmpty ? "người ký" : "người ký (\(content.signerName))"
        case .recordsClerk: "văn thư"
        case .clerkOrSigner: "văn thư hoặc \(name(of: .signer))"
        }
    }

    /// Why the action is not possible now for this person, and who can help; nil when it is.
    package func obstacle(to action: Action, for actor: Actor) -> String? {
        guard let transition = Self.transition(action, from: state) else { return obstacleOfState(action) }
        guard isPerformed(by: transition.by, actor) else {
            return "Việc này của \(name(of: transition.by)); hãy liên hệ nếu bạn cần."
        }
        if state == .issued, let frozen = obstacleOfEnding(action) { return frozen }
        return obstacleOfLength(action)
    }

    /// A draft may be older than the limits. What is signed and numbered is changed no more, so it stops before each.
    private func obstacleOfLength(_ action: Action) -> String? {
        guard [.sign, .number, .issue].contains(action), let problem = content.lengthProblem else { return nil }
        let wayOut =
            action == .issue
            ? "Hãy hủy số kèm lý do rồi soạn lại với nội dung ngắn hơn." : "Hãy trả lại để người soạn rút gọn."
        return "\(problem) \(wayOut)"
    }

    private func obstacleOfState(_ action: Action) -> String {
        switch (action, state) {
        case (_, .issued): "Văn bản đã ban hành; nội dung chỉ được sửa bằng văn bản mới (NĐ 30/2020, Điều 18)."
        case (_, .cancelled): "Văn bản đã hủy."
        case (.cancel, .numbered), (.cancel, .sealed): "Văn bản đã có số; văn thư có thể hủy số kèm lý do."
        case (.voidNumber, _): "Văn bản chưa được cấp số."
        case (.resend, _), (.distribute, _), (.recall, _), (.amend, _): "Văn bản chưa ban hành."
        case (.edit, _): "Văn bản đang ở bước “\(state.label)”; người soạn rút lại hoặc chờ trả lại thì mới sửa được."
        default:
            if let waited = Self.lifecycle.first(where: { $0.action == action }) {
                "Văn bản đang ở bước “\(state.label)”; việc này làm ở bước “\(waited.from.label)”, bởi \(name(of: waited.by))."
            } else {
                "Văn bản đang ở bước “\(state.label)”."
            }
        }
    }

    /// Everything that can be done with the document, in the order of its way, each possible or with its reason.
    package func offers(for actor: Actor, recipients: [Recipient]) -> [ActionOffer] {
        let gaps = gaps(recipients: recipients)
        return Action.allCases.filter { isMeant($0, for: actor) }.map { action in
            var obstacle = obstacle(to: action, for: actor)
            if action == .submit, obstacle == nil, !gaps.isEmpty { obstacle = OutgoingRefusal.incomplete(gaps).message }
            return ActionOffer(name: action.rawValue, label: action.label, obstacle: obstacle)
        }
    }

    /// Acts nobody in this person's place would look for are left out: a list of everything explains nothing.
    private func isMeant(_ action: Action, for actor: Actor) -> Bool {
        if Self.transition(action, from: state) != nil { return true }
        return Self.lifecycle.contains { $0.action == action && isPerformed(by: $0.by, actor) }
    }

    /// What is printed and what is registered must be the same; said to everybody on the document's way, who may judge
    /// better than a search in the page's words.
    var notationProblem: String? {
        guard state != .issued, state != .cancelled, let printed = printedNotation, printed != content.notation else {
            return nil
        }
        return
            "Trên trang in ký hiệu “\(printed)”, dự thảo ghi “\(content.notation)”. Hãy sửa cho thống nhất trước khi cấp số."
    }

    /// What is missing before the draft may be submitted; empty when nothing is.
    func gaps(recipients: [Recipient]) -> [String] {
        var gaps: [String] = []
        if content.subject.trimmingSpaces.isEmpty { gaps.append("chưa có trích yếu") }
        if content.notation.trimmingSpaces.isEmpty { gaps.append("chưa có ký hiệu") }
        if content.subject.isLonger(than: .sentSubject) {
            gaps.append("trích yếu dài quá \(TextLimit.sentSubject.most) ký tự, hãy rút gọn")
        }
        if content.notation.isLonger(than: .sentNotation) {
            gaps.append("ký hiệu dài quá \(TextLimit.sentNotation.most) ký tự, hãy rút gọn")
        }
        if content.signer == nil { gaps.append("chưa chọn người ký") }
        if recipients.isEmpty && content.alsoTo.trimmingSpaces.isEmpty { gaps.append("chưa có nơi nhận") }
        switch preparation {
        case .none: gaps.append("chưa có tệp văn bản")
        case .running: gaps.append("tệp văn bản đang được chuyển sang PDF, hãy đợi trong giây lát")
        case .failed: gaps.append("tệp văn bản không chuyển được sang PDF, hãy tải lên tệp khác")
        case .ready: if places == nil { gaps.append("chưa có vị trí số, ngày, chữ ký và dấu") }
        }
        return gaps
    }
}

extension TextLimit {
    /// What a packet and the register have room for (QCVN 102:2016 1.6 and 1.3.2, NĐ 30/2020 Annex VI): receivers that
    /// check refuse what is longer.
    static let sentSubject = TextLimit(500)
    static let sentNotation = TextLimit(30)
}

extension String {
    /// Counted as when it is entered.
    fileprivate func isLonger(than limit: TextLimit) -> Bool { unicodeScalars.count { $0 != "\r" } > limit.most }
}

extension DraftContent {
    /// What receivers would not take; nil when they will.
    var lengthProblem: String? {
        for (text, name, limit) in [
            (subject, "Trích yếu", TextLimit.sentSubject), (notation, "Ký hiệu", .sentNotation),
        ]
        where text.isLonger(than: limit) {
            return
                "\(name) dài \(text.unicodeScalars.count) ký tự; nơi nhận chỉ nhận đến \(limit.most) (QCVN 102:2016)."
        }
        return nil
    }
}

/// Where a secret document may not go (QĐ 28/2018/QĐ-TTg Art. 1.2).
package enum SecrecyRule {
    package static let sentence =
        "Văn bản mật không gửi qua trục liên thông (QĐ 28/2018/QĐ-TTg, Điều 1); văn thư chuyển theo đường văn bản mật."

    package static func delivery(to recipient: Recipient.Target, of document: OutgoingDocument) -> Delivery {
        switch recipient {
        case .unit: .direct
        case .agency: document.isSecret ? .byHand : .waiting
        }
    }
}

/// Notation proposed from kind and unit (NĐ 30/2020 Annex I, II.3): `QĐ-VHL`; letters `VHL-VP`.
package enum NotationRule {
    package static func propose(_ type: DocumentType, agency: String, unit: String) -> String {
        let parts = type.abbreviation.map { [$0, agency] } ?? [agency, unit]
        return parts.filter { !$0.isEmpty }.joined(separator: "-")
    }
}

extension NotationRule {
    /// The identity on the exchange separates its parts by commas, so a notation has none, nor any space.
    package static func isWellFormed(_ notation: String) -> Bool {
        !notation.isEmpty && !notation.isLonger(than: .sentNotation)
            && notation.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "/" || $0 == "." }
    }
}

extension NotationRule {
    /// The notation after `Số:` on a page: `Số:       /QĐ-VHL` gives `QĐ-VHL`.
    static func printed(in text: String) -> String? {
        for line in text.precomposedStringWithCanonicalMapping.split(separator: "\n").prefix(60) {
            guard let label = line.range(of: "Số:"), let slash = line[label.upperBound...].firstIndex(of: "/"),
                line[label.upperBound..<slash].allSatisfy({
                    $0.isNumber || $0.isWhitespace || $0 == "." || $0 == "…" || $0 == "_"
                })
            else { continue }
            let notation = line[line.index(after: slash)...].drop { $0.isWhitespace }
                .prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "–" || $0 == "/" }
            return notation.isEmpty ? nil : String(notation.replacing("–", with: "-"))
        }
        return nil
    }
}

// Frozen: what was taken back or replaced is kept as it was sent, and goes nowhere any more.
extension OutgoingDocument {
    func obstacleOfEnding(_ action: Action) -> String? {
        switch (ending, action) {
        case (nil, .recall) where isSecret: "Văn bản mật chuyển theo đường văn bản mật; hãy thu hồi theo đường đó."
        case (nil, .amend), (nil, .resend), (nil, .distribute): isSecret ? SecrecyRule.sentence : nil
        case (nil, _): nil
        case (.recalled, .recall): "Văn bản đã được thu hồi; hãy xem trả lời của từng nơi nhận."
        case (.recalled, _): "Văn bản đã được thu hồi; bản lưu giữ nguyên, không gửi lại và không sửa."
        case (.replaced, .recall): nil
        case (.replaced, _): "Văn bản đã được thay thế; hãy gửi văn bản thay thế."
        }
    }

    /// Why no other document may replace it; nil when one may.
    var obstacleToReplacement: String? {
        if isSecret { return SecrecyRule.sentence }
        guard state == .issued else { return "Chỉ thay thế được văn bản đã ban hành." }
        switch ending {
        case nil: return nil
        case .recalled: return "Văn bản đã được thu hồi, không thay thế được nữa; hãy ban hành văn bản mới."
        case .replaced: return "Văn bản này đã có văn bản thay thế."
        }
    }
}

/// Codes of tasks as they are typed: separated by commas or spaces, each once, at most twenty of 100 characters.
package enum TaskCodes {
    package static func read(_ text: String) -> [String] {
        var seen: Set<String> = []
        return text.split { $0 == "," || $0 == ";" || $0.isWhitespace }.map { String($0).cut(to: 100) }
            .filter { seen.insert($0).inserted }.prefix(20).map(\.self)
    }
}

extension OutgoingDelivery {
    /// How far a packet got with its receiver, as the platform tells.
    package enum Arrival: Sendable, Hashable, CaseIterable {
        /// The receiver's system has stored it.
        case taken
        /// The receiver's system could not make anything of it.
        case failed
        /// It lies on the platform.
        case waiting
        /// The platform does not tell.
        case unknown
    }
}

/// When a document that was sent counts as not arrived (QĐ 28/2018 Art. 8.2: the sender sees to it that it arrives).
struct ArrivalRule {
    enum Judgement: Sendable, Hashable {
        case arrived, waiting
        /// - Parameter isLast: it is not asked about any more.
        case missing(String, isLast: Bool)
    }

    private let timer: LegalTimer
    init(_ timer: LegalTimer) { self.timer = timer }

    /// For how long the platform is asked.
    static let askedFor: TimeInterval = 30 * 86_400

    /// Whoever has not taken a document by noon of the next working day has not kept the law's time for receiving it.
    func judge(_ arrival: OutgoingDelivery.Arrival, sentAt: Date, now: Date) -> Judgement {
        let isLate = now >= timer.due(.send, .normal, since: sentAt)
        let isLast = now >= sentAt + Self.askedFor
        return switch arrival {
        case .taken: .arrived
        case .failed:
            .missing(
                "Hệ thống của nơi nhận báo lỗi khi nhận gói tin. Hãy liên hệ nơi nhận, hoặc gửi lại.", isLast: isLast)
        case .waiting where isLate:
            .missing("Nơi nhận chưa lấy văn bản về từ trục liên thông. Hãy liên hệ nơi nhận.", isLast: isLast)
        case .unknown where isLate:
            .missing("Nơi nhận chưa báo đã nhận văn bản. Hãy liên hệ nơi nhận.", isLast: isLast)
        case .waiting, .unknown: .waiting
        }
    }
}
