// A sentence carried over a redirect in the address, sealed so that nobody else can put words into our mouth.
internal import Digests
internal import Foundation
package import Hummingbird

extension OfficeContext {
    /// Leads to `path` and tells there, once, that something was done: "Đã vào sổ, số đến 15."
    package func redirect(to path: String, saying message: String) -> Response {
        guard let session else { return .redirect(to: path) }
        return .redirect(to: address(path, ["ok": message, "okk": Flash.seal(message, session)]))
    }

    /// The sentence this request brought along, when it is truly ours.
    package func flash(_ request: Request) -> String? {
        guard let query = request.uri.query, query.contains("okk="), let session, let message = request.query["ok"],
            let seal = request.query["okk"], constantTimeEqual(Data(seal.utf8), Data(Flash.seal(message, session).utf8))
        else { return nil }
        return message
    }
}

enum Flash {
    static func seal(_ message: String, _ session: Session) -> String {
        String(hmacSHA256(key: Data(session.csrfToken.utf8), message: Data(message.utf8)).hex.prefix(24))
    }
}
