// What the person in charge sees.
internal import Foundation
internal import Platform

extension HubStore {
    func recentDeliveries(limit: Int) throws -> [DeliveryRecord] {
        try tx.rows(
            """
            \(HubStore.deliveries) ORDER BY d.id DESC \(SQL.limit(limit))
            """
        ).map(DeliveryRecord.init)
    }

    func systemOverview() throws -> [SystemOverview] {
        try tx.rows(
            """
            SELECT s.system_id, s.name, s.seen_at, s.clock_skew,
                (SELECT COUNT(*) FROM hub_agency a
                    WHERE a.system_id = s.system_id AND a.is_deleted = \(false)) AS agencies,
                (SELECT COUNT(*) FROM hub_delivery d WHERE d.system_id = s.system_id AND d.state <> 'done') AS open
            FROM hub_system s ORDER BY s.system_id LIMIT 500
            """
        ).map {
            let skew: Int64? = try $0.optional("clock_skew")
            return SystemOverview(
                systemId: try $0.get("system_id"), name: try $0.get("name"), seenAt: try $0.optional("seen_at"),
                agencies: try $0.get("agencies"), open: try $0.get("open"), clockSkew: skew.map { Double($0) / 1000 })
        }
    }
}
