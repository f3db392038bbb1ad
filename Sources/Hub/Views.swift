internal import Foundation
internal import VXP
internal import WebUI

enum HubViews {
    static func overview(systems: [SystemOverview], deliveries: [DeliveryRecord], site: Site) -> HTML {
        let content: HTML = """
            \(Lists.heading("Trục liên thông"))
            \(Lists.table(
                caption: "Hệ thống kết nối", columns: ["Hệ thống", "Tên", "Đơn vị", "Chờ nhận", "Liên lạc gần nhất"],
                rows: systems.map(row)))
            \(deliveries.isEmpty ? noDeliveries : table(deliveries))
            """
        return Layout.signedOut(title: "Trục liên thông", site: site, content: content)
    }

    private static func row(_ system: SystemOverview) -> [HTML] {
        [
            "\(system.systemId)", "\(system.name)", "\(system.agencies)", "\(system.open)",
            "\(system.seenAt.map(Format.time) ?? "chưa có")",
        ]
    }

    private static let noDeliveries = Lists.empty("Chưa có gói tin nào", "Gói tin các đơn vị gửi nhau sẽ hiện ở đây.")

    private static func table(_ deliveries: [DeliveryRecord]) -> HTML {
        Lists.table(
            caption: "Gói tin gần đây", columns: ["Gửi lúc", "Từ", "Đến", "Loại", "Nội dung", "Trạng thái"],
            rows: deliveries.map { delivery in
                [
                    "\(Format.time(delivery.sentAt))", "\(delivery.senderCode)", "\(delivery.recipientCode)",
                    "\(delivery.type == .document ? "Văn bản" : "Trạng thái")",
                    "\(delivery.notation) \(delivery.title)", Tag(delivery.state.label, level(delivery.state)).html,
                ]
            })
    }

    private static func level(_ state: DeliveryState) -> Level {
        switch state {
        case .waiting, .processing: .neutral
        case .done: .ok
        case .failed: .bad
        }
    }
}
