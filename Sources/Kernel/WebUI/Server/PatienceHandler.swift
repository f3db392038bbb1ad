// Closes connections on which the other side lets us wait for too long.
internal import NIOCore
internal import NIOHTTPTypes

/// Waits for a head, a body or the next request no longer than the limits say, and for our own answer as long as it takes.
/// The library's single limit for all of them also runs while we read no more because we cannot keep up.
/// A class because channel handlers are.
final class PatienceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Wait { case firstHead, body, answer, nextHead }

    private let limits: ServerLimits
    private var wait = Wait.firstHead
    private var since = NIODeadline.distantPast
    /// Whether a read was asked for and not yet answered; otherwise it is we who are slow.
    private var isListening = true
    /// Requests begun whose answers have not ended.
    private var unanswered = 0
    private var alarm: (at: NIODeadline, task: Scheduled<Void>)?

    init(_ limits: ServerLimits) { self.limits = limits }

    private var deadline: NIODeadline? {
        switch wait {
        case .firstHead: since + limits.head
        case .body: isListening ? since + limits.body : nil
        case .answer: nil
        case .nextHead: since + limits.idle
        }
    }

    // MARK: What happens on the connection

    func channelActive(context: ChannelHandlerContext) {
        since = context.eventLoop.now
        watch(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            wait = .body
        case .body: break
        case .end: requestEnded(context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isListening = false
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if !isListening {
            isListening = true
            if wait == .body { since = context.eventLoop.now }
            watch(context)
        }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            // What cannot be read as a request is answered, too.
            unanswered = max(0, unanswered - 1)
            if wait == .answer, unanswered == 0 { requestEnded(context) }
            watch(context)
        }
        context.write(data, promise: promise)
    }

    private func requestEnded(_ context: ChannelHandlerContext) {
        wait = unanswered > 0 ? .answer : .nextHead
        since = context.eventLoop.now
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    // MARK: The alarm

    /// An alarm that comes too early is set anew when it rings: cheaper than setting it with every request.
    private func watch(_ context: ChannelHandlerContext) {
        guard let deadline, alarm.map({ deadline < $0.at }) ?? true else { return }
        forget()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.ring(context) }
        alarm = (deadline, task)
    }

    private func ring(_ context: ChannelHandlerContext) {
        alarm = nil
        guard let deadline else { return }
        if deadline <= context.eventLoop.now { context.close(promise: nil) } else { watch(context) }
    }

    private func forget() {
        alarm?.task.cancel()
        alarm = nil
    }
}
