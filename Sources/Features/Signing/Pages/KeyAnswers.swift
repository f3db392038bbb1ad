// From a form to a key holder's answer, and on to the page that fits its outcome.
package import Hummingbird
package import Records
package import WebUI

extension KeyAnswer {
    package init(_ form: Form) throws(CommonRefusal) {
        self.init(credential: form["key"].flatMap { Int64($0) }, pin: form["pin"] ?? "", otp: form["otp"] ?? "")
    }
}

extension OfficeContext {
    /// To the document when it is signed, else to where one waits for the key holder.
    package func redirect(after outcome: SigningOutcome, to path: String, saying done: String) -> Response {
        switch outcome {
        case .signed: redirect(to: path, saying: done)
        case .pending(let task): .redirect(to: "/ky-so/viec/\(task)")
        }
    }
}
