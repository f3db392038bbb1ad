// The ways alerts go out: a mail, a call to another system.
internal import Digests
internal import Foundation
internal import Platform
internal import Subprocess
internal import VXP

/// Hands alerts over. Mail goes through curl, which speaks SMTP with TLS and sign-in.
struct AlertChannels: Sendable {
    let settings: AlertSettings
    let node: String
    let folder: URL
    let transport: HTTPTransport

    var handler: JobHandler {
        JobHandler(AlertJob.self) { job in
            switch job.channel {
            case .mail: try await mail(job)
            case .webhook: try await post(job)
            }
        }
    }

    // MARK: Mail

    private func mail(_ job: AlertJob) async throws {
        guard let mail = settings.mail else { throw JobRefused("no mail is configured") }
        let file = folder.appending(path: "mail-\(randomIdentifier())")
        try MailMessage(job, mail, node: node).bytes.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var options = [
            ("url", "smtp://\(mail.host):\(mail.port)"), ("mail-from", mail.from), ("upload-file", file.path),
            ("connect-timeout", "20"), ("max-time", "120"),
        ]
        options += mail.to.map { ("mail-rcpt", $0) }
        if let user = mail.user { options.append(("user", "\(user):\(mail.password ?? "")")) }
        // On standard input: a command line is read by everybody on the machine.
        let config =
            "silent\nshow-error\n" + (mail.requiresTLS ? "ssl-reqd\n" : "")
            + options.map { "\($0.0) = \(Self.quoted($0.1))\n" }.joined()
        let result = try await Subprocess.run(
            .name("curl"), arguments: ["--disable", "--config", "-"], input: .string(config),
            output: .discarded, error: .string(limit: 4096))
        guard result.terminationStatus.isSuccess else {
            throw AlertFailure(description: "mail: \(result.standardError.prefix(500))")
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").filter { !$0.isNewline })\""
    }

    // MARK: Webhook

    private struct Posted: Encodable {
        let rule: String
        let title: String
        let subject: String
        let sentence: String
        let state: String
        let at: String
        let node: String
    }

    private func post(_ job: AlertJob) async throws {
        guard let url = settings.webhook else { throw JobRefused("no webhook is configured") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(
            Posted(
                rule: job.rule, title: job.title, subject: job.subject, sentence: job.sentence,
                state: job.isOver ? "cleared" : "raised", at: job.at.formatted(.iso8601), node: node))
        var headers = [("Content-Type", "application/json; charset=utf-8")]
        if let secret = settings.webhookSecret {
            headers.append(("X-Signature", "sha256=\(hmacSHA256(key: Data(secret.utf8), message: body).hex)"))
        }
        let answer = try await transport.send(HTTPCall(method: "POST", url: url, headers: headers, body: body))
        guard (200..<300).contains(answer.status) else {
            throw AlertFailure(description: "webhook: HTTP \(answer.status)")
        }
    }
}

struct AlertFailure: Error, CustomStringConvertible {
    let description: String
}

/// A mail in plain text (RFC 5322, RFC 2047 for its subject), base64 so that every letter survives.
struct MailMessage {
    let bytes: Data

    init(_ job: AlertJob, _ mail: AlertSettings.Mail, node: String) {
        let state = job.isOver ? "Hết cảnh báo" : "Cảnh báo"
        let text = """
            \(state): \(job.title)
            Đối tượng: \(job.subject)
            Lúc: \(LocalTime(job.at).printed)

            \(job.sentence)

            Trục liên thông, máy \(node). Thư tự động, không trả lời.
            """
        let subject = Self.encodedWords("[Trục liên thông] \(state): \(job.title) – \(job.subject)")
        let body = Data(text.utf8).base64EncodedString(options: [.lineLength76Characters])
        let lines = [
            "Date: \(Self.date(job.at))", "From: <\(mail.from)>",
            "To: \(mail.to.map { "<\($0)>" }.joined(separator: ", "))", "Subject: \(subject)",
            "Message-ID: <\(randomBytes(12).hex)@\(mail.from.split(separator: "@").last ?? "hub")>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64", "", body, "",
        ]
        bytes = Data(lines.joined(separator: "\r\n").utf8)
    }

    /// Words of at most 75 characters each, folded.
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var part = ""
        for character in text.filter({ !$0.isNewline }) {
            if part.utf8.count + String(character).utf8.count > 42 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// `Tue, 24 Nov 2026 09:00:00 +0700`
    private static func date(_ instant: Date) -> String {
        let time = LocalTime(instant)
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = time.day
        return
            "\(days[((day.ordinal % 7) + 7) % 7]), \(day.day) \(months[day.month - 1]) \(day.year) \(time.clock) +0700"
    }
}
