internal import VXP

/// Why the hub says no, as the answer's code and sentence.
struct HubRefusal: Error, Sendable, Hashable {
    var code: AnswerCode
    var explanation: String

    init(_ code: AnswerCode, _ explanation: String? = nil) {
        self.code = code
        self.explanation = explanation ?? code.sentence
    }
}
