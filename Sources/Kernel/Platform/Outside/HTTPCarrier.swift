// Carries calls with URLSession, counting what comes while it comes.
internal import Foundation
internal import FoundationNetworking
internal import Synchronization

/// A class because the session calls it back; its state is what calls are under way.
final class HTTPCarrier: NSObject, URLSessionDataDelegate, Sendable {
    private struct Errand {
        let limit: Int
        let followsRedirects: Bool
        let continuation: CheckedContinuation<HTTPAnswer, any Error>
        var body = Data()
        var isTooLarge = false

        /// Whether it still fits.
        mutating func take(_ data: Data) -> Bool {
            isTooLarge = isTooLarge || body.count + data.count > limit
            if !isTooLarge { body.append(data) }
            return !isTooLarge
        }
    }

    private let errands = Mutex<[Int: Errand]>([:])

    func send(_ call: HTTPCall, over session: URLSession) async throws -> HTTPAnswer {
        let task = session.dataTask(with: Self.request(call))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                errands.withLock {
                    $0[task.taskIdentifier] = Errand(
                        limit: call.answerLimitBytes, followsRedirects: call.followsRedirects,
                        continuation: continuation)
                }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    private static func request(_ call: HTTPCall) -> URLRequest {
        var request = URLRequest(url: call.url, timeoutInterval: call.timeoutSeconds)
        request.httpMethod = call.method
        for (name, value) in call.headers { request.setValue(value, forHTTPHeaderField: name) }
        if call.method != "GET" { request.httpBody = call.body }
        return request
    }

    // MARK: What the session tells

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let fits = errands.withLock { $0[dataTask.taskIdentifier]?.take(data) }
        if fits != true { dataTask.cancel() }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(errands.withLock { $0[task.taskIdentifier]?.followsRedirects } == true ? request : nil)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let errand = errands.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        if errand.isTooLarge {
            errand.continuation.resume(throwing: HTTPTransportError.tooLarge(errand.limit))
        } else if let error {
            let host = task.originalRequest?.url?.host ?? "?"
            errand.continuation.resume(
                throwing: HTTPTransportError.unreachable("\(host): \(error.localizedDescription)"))
        } else {
            let status = (task.response as? HTTPURLResponse)?.statusCode ?? 0
            errand.continuation.resume(returning: HTTPAnswer(status: status, body: errand.body))
        }
    }
}
