// What a browser does with an answer that sends it elsewhere, as far as tests need it.
package import Foundation
internal import FoundationNetworking
internal import Synchronization

/// Does not follow the redirect but tells where it leads.
package enum Redirects {
    /// `Location` of the answer to a posted form.
    package static func answer(to url: URL, _ form: Data) async throws -> String {
        var request = URLRequest(url: url, timeoutInterval: 20)
        request.httpMethod = "POST"
        request.httpBody = form
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        let session = URLSession(configuration: .ephemeral, delegate: Unfollowed(), delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let (_, response) = try await session.data(for: request)
        guard let location = (response as? HTTPURLResponse)?.value(forHTTPHeaderField: "Location") else {
            throw CounterpartError("not sent anywhere by \(url)")
        }
        return location
    }
}

private final class Unfollowed: NSObject, URLSessionTaskDelegate, Sendable {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) { completionHandler(nil) }
}

/// A value that a closure changes.
package final class Box<Value: Sendable>: Sendable {
    private let kept: Mutex<Value>
    package init(_ value: Value) { kept = Mutex(value) }
    package var value: Value {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}
