// Alerts: found by rule, told once, told again while they last, and told when they are over; each telling is a job.
internal import Digests
internal import Foundation
internal import Logging
internal import Platform

/// Tells of one alert over one channel.
struct AlertJob: JobPayload {
    static let kind = "hub.alert"
    enum Channel: String, Codable, Sendable { case mail, webhook }

    let channel: Channel
    let rule: String
    let subject: String
    let sentence: String
    let isOver: Bool
    let at: Date

    var title: String { AlertRule(rawValue: rule)?.label ?? rule }
}

extension HubDesk {
    /// Compares what is wrong now with what was wrong before; what is new, lasts too long, or is over is told.
    func watch() async throws {
        try await tally()
        let standing = try await standing()
        let found = standing.findings(settings.alerts, stuckMinutes: settings.stuckMinutes)
        let (now, settings) = (standing.at, settings)
        try await database.write { tx in
            try tx.lock("hub.alert", 0)
            let store = AlertStore(tx: tx)
            var before = try store.all()
            for finding in found {
                let known = before.removeValue(forKey: finding.key)
                let isDue =
                    known.map { now.timeIntervalSince($0.toldAt) >= Double(settings.alerts.repeatHours) * 3600 } ?? true
                guard isDue else { continue }
                try store.save(finding, since: known?.since ?? now, at: now)
                if known == nil {
                    try EventLog(tx: tx, node: settings.node).append(
                        .alertRaised, "\(finding.rule.rawValue) \(finding.subject)", finding.sentence, at: now)
                }
                try Self.tell(finding, isOver: false, settings.alerts, tx, now)
            }
            for (key, old) in before {
                guard let rule = AlertRule(rawValue: key.rule) else { continue }
                try store.remove(key)
                try EventLog(tx: tx, node: settings.node).append(
                    .alertCleared, "\(key.rule) \(key.subject)", "", at: now)
                let finding = AlertFinding(rule: rule, subject: key.subject, sentence: old.sentence)
                try Self.tell(finding, isOver: true, settings.alerts, tx, now)
            }
        }
    }

    private static func tell(
        _ finding: AlertFinding, isOver: Bool, _ settings: AlertSettings, _ tx: Transaction, _ now: Date
    ) throws {
        var channels: [AlertJob.Channel] = []
        if settings.mail != nil { channels.append(.mail) }
        if settings.webhook != nil { channels.append(.webhook) }
        for channel in channels {
            try JobQueue(tx, now: now).enqueue(
                AlertJob(
                    channel: channel, rule: finding.rule.rawValue, subject: finding.subject, sentence: finding.sentence,
                    isOver: isOver, at: now))
        }
    }

    /// What is wrong now, with since when.
    func openAlerts() async throws -> [OpenAlert] {
        try await database.read { tx in
            try AlertStore(tx: tx).all().map { key, row in
                OpenAlert(rule: key.rule, subject: key.subject, sentence: row.sentence, since: row.since)
            }.sorted { $0.since < $1.since }
        }
    }
}

struct OpenAlert: Sendable, Hashable {
    let rule: String
    let subject: String
    let sentence: String
    let since: Date
}

extension AlertFinding {
    var key: AlertStore.Key { .init(rule: rule.rawValue, subject: subject) }
}

struct AlertStore {
    struct Key: Hashable, Sendable {
        let rule: String
        let subject: String
    }

    struct Row: Sendable {
        let sentence: String
        let since: Date
        let toldAt: Date
    }

    let tx: Transaction

    func all() throws -> [Key: Row] {
        var found: [Key: Row] = [:]
        for row in try tx.rows("SELECT rule, subject, sentence, since, told_at FROM hub_alert") {
            found[Key(rule: try row.get("rule"), subject: try row.get("subject"))] = Row(
                sentence: try row.get("sentence"), since: try row.get("since"), toldAt: try row.get("told_at"))
        }
        return found
    }

    func save(_ finding: AlertFinding, since: Date, at now: Date) throws {
        try tx.execute(
            """
            INSERT INTO hub_alert (rule, subject, sentence, since, told_at)
            VALUES (\(finding.rule.rawValue), \(finding.subject), \(finding.sentence), \(since), \(now))
            ON CONFLICT (rule, subject) DO UPDATE SET sentence = excluded.sentence, told_at = excluded.told_at
            """)
    }

    func remove(_ key: Key) throws {
        try tx.execute("DELETE FROM hub_alert WHERE rule = \(key.rule) AND subject = \(key.subject)")
    }
}
