internal import Foundation
internal import VXP
internal import WebUI

/// The live board: what is wrong first, then figures, then what waits, who calls and what passed last.
struct BoardView {
    let standing: HubStanding
    let alerts: [OpenAlert]
    let recent: [DeliveryRecord]

    var html: HTML {
        """
        \(alertList)\(figures)\(waiting)\(systems)\(refusals)\(passed)\
        <p class="hint">Cập nhật lúc \(Marks.time(standing.at)); trang tự làm mới.</p>
        """
    }

    private var alertList: HTML {
        guard !alerts.isEmpty else { return Marks.message(.ok, "Không có cảnh báo nào.") }
        let messages = alerts.map { alert -> HTML in
            let title = AlertRule(rawValue: alert.rule)?.label ?? alert.rule
            return Marks.message(.bad, "<strong>\(title)</strong> từ \(Marks.time(alert.since)): \(alert.sentence)")
        }
        return "\(messages)"
    }

    private var figures: HTML {
        let day = standing.day
        return Marks.facts([
            (
                "Nhận trong ngày",
                "\(Format.count(HubStanding.sum(.packets, day))) gói, \(Format.fileSize(HubStanding.sum(.bytes, day)))"
            ),
            ("Giao trong ngày", "\(Format.count(HubStanding.sum(.delivered, day))) gói, trung bình \(meanDelay)"),
            ("Đang chờ nhận", "\(Format.count(standing.open)) gói, trong đó \(Format.count(standing.stuck)) ứ đọng"),
            ("Bị từ chối trong giờ", "\(Format.count(HubStanding.sum(.refused, standing.hour))) lời gọi"),
            ("Đĩa còn trống", standing.freeBytes.map { "\(Format.fileSize($0))" }),
        ])
    }

    private var meanDelay: String {
        let count = HubStanding.sum(.delivered, standing.day)
        guard count > 0 else { return "chưa có" }
        let seconds = HubStanding.sum(.delaySum, standing.day) / count / 1000
        return seconds < 120 ? "\(seconds) giây" : seconds < 7_200 ? "\(seconds / 60) phút" : "\(seconds / 3_600) giờ"
    }

    private var waiting: HTML {
        guard !standing.agencies.isEmpty else { return .empty }
        return Lists.table(
            caption: "Gói tin đang chờ nhận", columns: ["Đơn vị", "Tên", "Chờ", "Ứ đọng", "Lâu nhất từ", "Báo lỗi"],
            rows: standing.agencies.map { agency in
                [
                    "\(agency.code)", "\(agency.name)", "\(Format.count(agency.open))",
                    agency.stuck > 0 ? Tag(Format.count(agency.stuck), .bad).html : "0",
                    "\(agency.oldestOpenAt.map(Marks.time))",
                    agency.failed > 0 ? Tag("\(agency.failed)", .warn).html : "0",
                ]
            })
    }

    private var systems: HTML {
        Lists.table(
            caption: "Hệ thống kết nối",
            columns: ["Hệ thống", "Tên", "Đơn vị", "Chờ nhận", "Liên lạc gần nhất", "Lệch đồng hồ"],
            rows: standing.systems.map { system in
                [
                    "\(system.systemId)", "\(system.name)", "\(system.agencies)", "\(Format.count(system.open))",
                    "\(system.seenAt.map(Format.time) ?? "chưa có")",
                    "\(system.clockSkew.map { "\(Int($0.rounded())) giây" } ?? "")",
                ]
            })
    }

    private var refusals: HTML {
        let causes = HubStanding.byLabel(.refused, standing.day)
        guard !causes.isEmpty else { return .empty }
        return Lists.table(
            caption: "Lời gọi bị từ chối trong ngày", columns: ["Lý do", "Số lần"],
            rows: causes.map {
                ["\(RefusalCause(rawValue: $0.label)?.sentence ?? $0.label)", "\(Format.count($0.count))"]
            })
    }

    private var passed: HTML {
        guard !recent.isEmpty else {
            return Lists.empty("Chưa có gói tin nào", "Gói tin các đơn vị gửi nhau sẽ hiện ở đây.")
        }
        return Lists.table(
            caption: "Gói tin gần đây", columns: ["Gửi lúc", "Từ", "Đến", "Loại", "Nội dung", "Trạng thái"],
            rows: recent.map { delivery in
                [
                    "\(Format.time(delivery.sentAt))", "\(delivery.senderCode)", "\(delivery.recipientCode)",
                    "\(delivery.type == .document ? "Văn bản" : "Trạng thái")",
                    "\(delivery.notation) \(delivery.title)", Tag(delivery.state.label, level(delivery.state)).html,
                ]
            })
    }

    private func level(_ state: DeliveryState) -> Level {
        switch state {
        case .waiting, .processing: .neutral
        case .done: .ok
        case .failed: .bad
        }
    }
}
