// Carries calls over the network, counting what comes while it comes.
internal import AsyncHTTPClient
internal import Digests
internal import Foundation
internal import NIOCore
internal import NIOFoundationCompat
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// A class because its client must be shut down with its last owner; connections are kept open between calls.
final class HTTPCarrier: Sendable {
    /// One for all calls that believe the system's authorities; lives as long as the process.
    static let shared = HTTPCarrier(HTTPClient(configuration: configuration(trust: HTTPTrust(), tls: nil)))

    private static let redirects = 5

    private let client: HTTPClient

    private init(_ client: HTTPClient) { self.client = client }

    convenience init(_ trust: HTTPTrust) throws {
        let tls = try trust.configuration()
        self.init(HTTPClient(configuration: Self.configuration(trust: trust, tls: tls)))
    }

    deinit { client.shutdown { _ in } }

    private static func configuration(trust: HTTPTrust, tls: TLSConfiguration?) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(120)), decompression: .disabled)
        configuration.httpVersion = .http1Only
        // Whoever calls knows best when to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        if !trust.pins.isEmpty { configuration.http1_1ConnectionDebugInitializer = { trust.check($0) } }
        return configuration
    }

    func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        var call = call
        for _ in 0...Self.redirects {
            let (answer, next) = try await sendOnce(call)
            guard let next else { return answer }
            call = next
        }
        throw HTTPTransportError.unreachable("\(call.url.host() ?? "?"): too many redirects")
    }

    /// The answer, or the call to make instead.
    private func sendOnce(_ call: HTTPCall) async throws -> (HTTPAnswer, HTTPCall?) {
        let deadline = NIODeadline.now() + .milliseconds(Int64((call.totalSeconds ?? call.timeoutSeconds) * 1000))
        do {
            let response = try await client.execute(Self.request(call), deadline: deadline)
            if let next = Self.redirected(call, by: response) { return (HTTPAnswer(status: 0, body: Data()), next) }
            return (try await Self.answer(response, to: call), nil)
        } catch let error as HTTPTransportError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch let error as DownloadFault {
            throw error.cause
        } catch {
            try Task.checkCancellation()
            let sentence = "\(call.url.host() ?? "?"): \(error)"
            throw Self.isBeforeTheCall(error)
                ? HTTPTransportError.unreachable(sentence) : HTTPTransportError.interrupted(sentence)
        }
    }

    /// Whether an error can only come while the connection is being made. What is not known to be such may have come later.
    private static func isBeforeTheCall(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError:
            [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error)
        case let error as IOError:
            [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN].contains(error.errnoCode)
        case let error as NIOSSLError:
            if case .handshakeFailed = error { true } else { false }
        case is NIOConnectionError, is NIOSSLExtraError: true
        default: false
        }
    }

    private static func request(_ call: HTTPCall) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: call.url.absoluteString)
        request.method = HTTPMethod(rawValue: call.method)
        for (name, value) in call.headers { request.headers.add(name: name, value: value) }
        guard call.method != "GET" else { return request }
        if let upload = call.upload {
            request.body = .stream(Pieces(source: upload), length: .known(Int64(upload.count)))
        } else {
            request.body = .bytes(ByteBuffer(data: call.body))
        }
        return request
    }

    /// Same host, same port, and never from TLS to none.
    private static func redirected(_ call: HTTPCall, by response: HTTPClientResponse) -> HTTPCall? {
        guard call.followsRedirects, [301, 302, 303, 307, 308].contains(Int(response.status.code)),
            let place = response.headers.first(name: "location"),
            let url = URL(string: place, relativeTo: call.url)?.absoluteURL,
            url.scheme == call.url.scheme, url.host() == call.url.host(), url.port == call.url.port
        else { return nil }
        var next = call
        next.url = url
        if response.status.code <= 303, call.method != "HEAD" {
            (next.method, next.body, next.upload) = ("GET", Data(), nil)
        }
        return next
    }

    private static func answer(_ response: HTTPClientResponse, to call: HTTPCall) async throws -> HTTPAnswer {
        let status = Int(response.status.code)
        let announced = response.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard announced <= call.answerLimitBytes else { throw HTTPTransportError.tooLarge(call.answerLimitBytes) }
        let download = (200..<300).contains(status) ? call.download : nil
        var (body, count) = (Data(), 0)
        for try await piece in response.body {
            count += piece.readableBytes
            guard count <= call.answerLimitBytes else { throw HTTPTransportError.tooLarge(call.answerLimitBytes) }
            guard let download else {
                body.append(contentsOf: piece.readableBytesView)
                continue
            }
            do { try piece.withUnsafeReadableBytes { try download($0) } } catch { throw DownloadFault(cause: error) }
        }
        return HTTPAnswer(status: status, body: body)
    }
}

/// What the taker of an answer said against it: no trouble of the connection.
private struct DownloadFault: Error {
    let cause: any Error
}

/// A file on its way out, read as it goes.
private struct Pieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let source: ByteSource

    private static let bytes = 64 << 10

    struct AsyncIterator: AsyncIteratorProtocol {
        let source: ByteSource
        var offset = 0

        mutating func next() async throws -> ByteBuffer? {
            var buffer = ByteBufferAllocator().buffer(capacity: Pieces.bytes)
            let (source, offset) = (self.source, self.offset)
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Pieces.bytes) {
                try source.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(Pieces.bytes)))
            }
            self.offset += count
            return count > 0 ? buffer : nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }
}
