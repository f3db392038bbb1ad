// When somebody must be told. Pure: a standing in, findings out.
internal import Foundation
internal import WebUI

/// Raw values are stable: they name the rule in the table and in what is posted.
package enum AlertRule: String, Sendable, CaseIterable {
    case stuck, failing, silent, refused, clock, certificate, disk

    package var label: String {
        switch self {
        case .stuck: "Gói tin ứ đọng"
        case .failing: "Nơi nhận báo lỗi"
        case .silent: "Hệ thống không lấy gói tin"
        case .refused: "Nhiều lời gọi bị từ chối"
        case .clock: "Đồng hồ lệch"
        case .certificate: "Chứng thư sắp hết hạn"
        case .disk: "Đĩa sắp đầy"
        }
    }
}

/// One thing that is wrong now.
struct AlertFinding: Sendable, Hashable {
    let rule: AlertRule
    /// What it concerns: an agency, a system, a file.
    let subject: String
    /// What is wrong and what to do, in Vietnamese.
    let sentence: String
}

extension HubStanding {
    /// Everything that is wrong by these settings.
    func findings(_ settings: AlertSettings, stuckMinutes: Int) -> [AlertFinding] {
        agencies.compactMap { stuck($0, stuckMinutes) } + failing(settings)
            + systems.compactMap { silent($0, settings) }
            + refused(settings) + systems.compactMap { clock($0, settings) }
            + certificates.compactMap { certificate($0, settings) } + disk(settings)
    }

    private func stuck(_ agency: AgencyStanding, _ minutes: Int) -> AlertFinding? {
        guard agency.stuck > 0, !agency.isLocked else { return nil }
        let since = agency.oldestOpenAt.map { ", lâu nhất từ \(Format.time($0))" } ?? ""
        return AlertFinding(
            rule: .stuck, subject: agency.code,
            sentence: """
                \(agency.stuck) gói tin chờ \(agency.name) hơn \(minutes) phút\(since). Hãy liên hệ đơn vị nhận, kiểm tra \
                kết nối và đồng hồ của hệ thống bên đó.
                """)
    }

    private func failing(_ settings: AlertSettings) -> [AlertFinding] {
        Self.byLabel(.failed, hour).filter { $0.count >= settings.failuresPerHour }.map { label, count in
            AlertFinding(
                rule: .failing, subject: label,
                sentence: """
                    Đơn vị \(label) báo nhận lỗi \(count) gói tin trong một giờ. Hãy cùng đơn vị đó xem gói tin nào hỏng \
                    và vì sao.
                    """)
        }
    }

    private func silent(_ system: SystemOverview, _ settings: AlertSettings) -> AlertFinding? {
        guard system.open > 0, let seen = system.seenAt,
            at.timeIntervalSince(seen) > Double(settings.silentMinutes) * 60
        else { return nil }
        return AlertFinding(
            rule: .silent, subject: system.systemId,
            sentence: """
                Hệ thống \(system.name) không gọi trục từ \(Format.time(seen)) trong khi \(system.open) gói tin đang chờ. \
                Hãy kiểm tra hệ thống và đường truyền bên đó.
                """)
    }

    private func refused(_ settings: AlertSettings) -> [AlertFinding] {
        Self.byLabel(.refused, fiveMinutes).filter { $0.count >= settings.refusedPerFiveMinutes }.map { label, count in
            let cause = RefusalCause(rawValue: label)?.sentence ?? label
            return AlertFinding(
                rule: .refused, subject: label,
                sentence: """
                    \(count) lời gọi bị từ chối trong năm phút: \(cause). Hãy xem sổ an toàn thông tin để biết hệ thống nào \
                    gọi; nếu nghi lộ khóa bí mật, hãy khóa đơn vị và đổi khóa.
                    """)
        }
    }

    private func clock(_ system: SystemOverview, _ settings: AlertSettings) -> AlertFinding? {
        guard let skew = system.clockSkew, abs(skew) > Double(settings.clockSeconds) else { return nil }
        return AlertFinding(
            rule: .clock, subject: system.systemId,
            sentence: """
                Đồng hồ của hệ thống \(system.name) \(skew > 0 ? "nhanh" : "chậm") \(Int(abs(skew))) giây so với trục. Hãy \
                đồng bộ giờ (NTP) ở hai bên trước khi lời gọi bị từ chối.
                """)
    }

    private func certificate(_ certificate: CertificateStanding, _ settings: AlertSettings) -> AlertFinding? {
        guard let end = certificate.expiresAt else {
            return AlertFinding(
                rule: .certificate, subject: certificate.file,
                sentence: "Không đọc được chứng thư \(certificate.file). Hãy kiểm tra đường dẫn và quyền đọc tệp.")
        }
        let days = Int((end.timeIntervalSince(at) / 86_400).rounded(.down))
        guard days <= settings.certificateDays else { return nil }
        let state =
            days < 0 ? "đã hết hạn ngày \(Format.day(end))" : "sẽ hết hạn ngày \(Format.day(end)) (còn \(days) ngày)"
        return AlertFinding(
            rule: .certificate, subject: certificate.file,
            sentence: "Chứng thư \(certificate.subject) \(state). Hãy thay chứng thư mới cho kết nối của trục.")
    }

    private func disk(_ settings: AlertSettings) -> [AlertFinding] {
        guard let freeBytes, freeBytes >> 20 < settings.freeMegabytes else { return [] }
        return [
            AlertFinding(
                rule: .disk, subject: "packets",
                sentence: """
                    Đĩa lưu gói tin chỉ còn \(Format.fileSize(freeBytes)). Hãy mở rộng đĩa hoặc giảm số ngày lưu \
                    (hub.retention.days).
                    """)
        ]
    }
}
