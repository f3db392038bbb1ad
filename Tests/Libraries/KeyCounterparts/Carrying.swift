internal import Foundation
internal import FoundationNetworking

extension SigningServiceProcess {
    static func post(_ url: URL, _ body: Data, _ headers: [(String, String)]) async throws -> (Int, Data) {
        var request = URLRequest(url: url, timeoutInterval: RemoteCallSeconds.most)
        request.httpMethod = "POST"
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, data)
    }
}

enum RemoteCallSeconds {
    static let most = 20.0
}
