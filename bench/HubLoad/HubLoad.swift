// Offices in a crowd: sends packets through a running hub and takes them on the other side, as fast as it goes.
import EdXML
import Foundation
import Synchronization
import VXP

/// `HubLoad PORT DIRECTORY PACKETS BYTES SENDERS through|backlog`: the directory file names the sender first, then the
/// receivers. Prints one line of JSON. With `backlog` everything is sent before anybody takes anything.
@main
enum HubLoad {
    struct Directory: Decodable {
        struct Entry: Decodable {
            struct System: Decodable {
                let systemId: String
                let secret: String
            }
            struct Agency: Decodable { let code: String }
            let system: System
            let agencies: [Agency]
        }
        let systems: [Entry]
    }

    static func main() throws {
        let words = CommandLine.arguments.dropFirst().map { $0 }
        guard words.count == 6, let port = UInt16(words[0]), let packets = Int(words[2]), let bytes = Int(words[3]),
            let senders = Int(words[4])
        else { return print("HubLoad PORT DIRECTORY PACKETS BYTES SENDERS through|backlog") }
        let data = try Data(contentsOf: URL(filePath: words[1]))
        let load = Load(
            port: port, directory: try JSONDecoder().decode(Directory.self, from: data), packets: packets, bytes: bytes,
            senders: senders)
        try load.run(isBacklog: words[5] == "backlog")
    }
}

/// A class because its threads share the counts.
final class Load: Sendable {
    let port: UInt16
    let directory: HubLoad.Directory
    let packets: Int
    let bytes: Int
    let senders: Int
    private let next = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let faults = Mutex<[String]>([])
    /// Ranks in the order in which one receiver took them: urgent ones must come first out of a backlog.
    private let order = Mutex<[String: [Int]]>([:])

    init(port: UInt16, directory: HubLoad.Directory, packets: Int, bytes: Int, senders: Int) {
        (self.port, self.directory, self.packets) = (port, directory, packets)
        (self.bytes, self.senders) = (bytes, senders)
    }

    func run(isBacklog: Bool) throws {
        let began = ContinuousClock.now
        let sending = threads(senders) { _ in try self.send() }
        if isBacklog { sending.forEach { $0.wait() } }
        let sent = ContinuousClock.now
        let receivers = Array(directory.systems.dropFirst())
        let taking = threads(receivers.count) { try self.take(receivers[$0]) }
        if !isBacklog { sending.forEach { $0.wait() } }
        taking.forEach { $0.wait() }
        let seconds = (ContinuousClock.now - (isBacklog ? sent : began)) / .seconds(1)
        let isOrdered = order.withLock { $0.values.allSatisfy { $0 == $0.sorted(by: >) } }
        let problems = faults.withLock { $0 }
        print(
            """
            {"packets": \(taken.load(ordering: .relaxed)), "seconds": \(seconds), "faults": \(problems.count), \
            "urgentFirst": \(isOrdered), "sendSeconds": \((sent - began) / .seconds(1))}
            """)
        for problem in problems.prefix(5) { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }
        if !problems.isEmpty || taken.load(ordering: .relaxed) != packets { exit(1) }
    }

    private func threads(_ count: Int, _ work: @escaping @Sendable (Int) throws -> Void) -> [DispatchSemaphore] {
        (0..<count).map { index in
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                do { try work(index) } catch { self.faults.withLock { $0.append("\(error)") } }
                done.signal()
            }
            return done
        }
    }

    private func send() throws {
        let sender = directory.systems[0]
        var caller = try Caller(port: port, sender.system)
        let filling = Data((0..<max(0, bytes * 3 / 4 - 1_800)).map { _ in UInt8.random(in: 0...255) })
        while true {
            let number = next.add(1, ordering: .relaxed).newValue
            guard number <= packets else { return }
            let receivers = directory.systems.count - 1
            let receiver = directory.systems[1 + number % receivers].agencies[0].code
            let packet = PacketWriter().write(
                DocumentPacket(
                    sender: Party(agencyCode: sender.agencies[0].code), recipients: [Party(agencyCode: receiver)],
                    code: .init(number: "\(number)", notation: "BENCH"),
                    documentType: .init(number: 18, name: "Công văn"),
                    subject: "Đo tốc độ", details: .init(urgency: number.isMultiple(of: 10) ? .express : .normal),
                    documentId: "bench-\(number)-\(getpid())",
                    attachments: [PacketAttachment(contentId: "1", name: "a.bin", content: filling)]))
            let answer: Answer<SentPacket> = try caller.ask(
                .send(packet, from: sender.agencies[0].code, messageType: .document))
            guard answer.isSuccess else { throw LoadFault(what: "sendEdoc: \(answer.code) \(answer.explanation)") }
        }
    }

    private func take(_ receiver: HubLoad.Directory.Entry) throws {
        var caller = try Caller(port: port, receiver.system)
        while taken.load(ordering: .relaxed) < packets, faults.withLock({ $0.isEmpty }) {
            let list: Answer<[ReceivedRow]> = try caller.ask(.receivedList(.document))
            guard let rows = list.content, !rows.isEmpty else {
                usleep(5_000)
                continue
            }
            for row in rows {
                let packet: Answer<String> = try caller.ask(.getEdoc(docId: row.docId))
                guard let file = packet.content.flatMap({ Data(base64Encoded: $0) }), file.count > bytes / 2 else {
                    throw LoadFault(what: "getEdoc \(packet.explanation)")
                }
                note(file.range(of: Data("Priority>3<".utf8)) != nil ? 1 : 0, by: receiver.system.systemId)
                let done: Answer<NoContent> = try caller.ask(.updateStatus(docId: row.docId, to: .done))
                guard done.isSuccess else { throw LoadFault(what: "updateStatus \(done.explanation)") }
                taken.add(1, ordering: .relaxed)
            }
        }
    }

    private func note(_ rank: Int, by receiver: String) { order.withLock { $0[receiver, default: []].append(rank) } }
}

struct LoadFault: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}

/// One office's connection: plain HTTP/1.1, kept open.
struct Caller: ~Copyable {
    private let descriptor: Int32
    private let signer: RequestSigner
    private var last = 0.0

    init(port: UInt16, _ system: HubLoad.Directory.Entry.System) throws {
        signer = RequestSigner(systemId: system.systemId, secret: system.secret)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
        }
        guard isOpen else { throw LoadFault(what: "connect: \(errno)") }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    }

    deinit { close(descriptor) }

    mutating func ask<Content: Codable & Sendable>(_ call: VXPCall) throws -> Answer<Content> {
        last = max(Date().timeIntervalSince1970, last + 0.001)
        let request = try signer.sign(call, at: Date(timeIntervalSince1970: last))
        var head =
            "\(request.method) \(request.path) HTTP/1.1\r\nHost: hub\r\nContent-Length: \(request.body.count)\r\n"
        for header in request.headers { head += "\(header.name): \(header.value)\r\n" }
        try write(Data((head + "\r\n").utf8) + request.body)
        return try JSONDecoder().decode(Answer<Content>.self, from: try read())
    }

    private func write(_ data: Data) throws {
        try data.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Foundation.send(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, Int32(MSG_NOSIGNAL))
                guard count > 0 else { throw LoadFault(what: "send: \(errno)") }
                done += count
            }
        }
    }

    private func read() throws -> Data {
        var data = Data()
        var wanted = Int.max
        var body = 0
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while data.count < wanted {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw LoadFault(what: "recv: \(errno)") }
            data.append(contentsOf: buffer.prefix(count))
            if wanted == Int.max, let end = data.range(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: data[..<end.lowerBound], as: UTF8.self).lowercased()
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
                guard let length else { throw LoadFault(what: "no length: \(head.prefix(80))") }
                body = end.upperBound
                wanted = body + length
            }
        }
        return data[body...]
    }
}
