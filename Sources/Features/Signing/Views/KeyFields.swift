// What a form asks whoever signs: which key, and its PIN, a code, a look at the phone, or the program on his computer.
internal import Platform
package import WebUI

package struct KeyFields {
    private let keys: [KeyChoice]
    private let pinLabel: String
    private let hint: String?

    package init(_ keys: [KeyChoice], pinLabel: String = "Mã PIN", hint: String? = nil) {
        self.keys = keys
        self.pinLabel = pinLabel
        self.hint = hint
    }

    /// Only what the chosen key asks for is shown (by style alone); where there is but one key, nothing is chosen.
    package var html: HTML {
        guard let first = keys.first else { return Fields.secret("pin", pinLabel, hint: hint, isPIN: true) }
        if keys.count == 1 {
            return """
                <div class="key-fields">\(Fields.hidden("key", "\(first.state.id)"))\
                \(first.state.problem.map { Marks.message(.bad, .text($0)) } ?? asked(first.asks.words))</div>
                """
        }
        let all = Set(usable.flatMap(\.asks.words))
        return """
            <div class="key-fields several"><fieldset class="field choices"><legend>Ký bằng</legend>\
            <div class="group column">\(keys.map(choice))</div></fieldset>\(asked(all.sorted()))</div>
            """
    }

    private var usable: [KeyChoice] { keys.filter { $0.state.problem == nil } }

    /// Two of one kind are told apart by end and number; one that cannot sign says why.
    private func choice(_ key: KeyChoice) -> HTML {
        let state = key.state
        let detail = state.problem ?? "Hết hạn \(Day(at: state.validUntil).printed), số …\(state.serial)"
        return """
            <label class="choice"><input type="radio" name="key" value="\(state.id)" data-asks="\(key.asks.words.joined(separator: " "))"\
            \(.flag("checked", when: state.id == usable.first?.state.id))\(.flag("disabled", when: state.problem != nil))>\
            <span>\(state.title) <small>\(detail)</small></span></label>
            """
    }

    private func asked(_ words: [String]) -> HTML {
        let isAlwaysPIN = usable.allSatisfy { $0.asks.words.contains("pin") }
        func part(_ word: StaticString, _ content: HTML) -> HTML {
            words.contains("\(word)") ? #"<div class="asks \#(HTML.raw(word))">\#(content)</div>"# : .empty
        }
        let otp = Fields.text("otp", "Mã OTP", maxLength: 20)
        return """
            \(part("phone", Marks.message(.neutral, "Yêu cầu ký được gửi đến điện thoại của bạn; bạn có 3 phút để xác nhận, có thể rời trang này.")))\
            \(part("page", Marks.message(.neutral, "Bạn sẽ xác nhận trên trang của dịch vụ ký số rồi quay lại đây.")))\
            \(part("agent", Marks.message(.neutral, "Phần mềm ký số trên máy này sẽ được gọi. Hãy cắm token trước khi bấm.")))\
            \(part("pin", Fields.secret("pin", pinLabel, hint: hint, isPIN: true, isRequired: isAlwaysPIN)))\(part("otp", otp))
            """
    }
}

extension KeyChoice.Asks {
    /// Names of what is shown, as the style sheet knows them.
    var words: [String] {
        switch self {
        case .pin: ["pin"]
        case .agent: ["agent"]
        case .page: ["page"]
        case .phone(let pin, let otp): ["phone"] + (pin ? ["pin"] : []) + (otp ? ["otp"] : [])
        }
    }
}
