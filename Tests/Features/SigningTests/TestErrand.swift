import Foundation
import OfficeTestKit
import Platform
import Records
import Synchronization

@testable import Signing

/// What an errand took. A class because the desk hands it over in another task.
final class Taken: Sendable {
    private static let next = Mutex(1)
    private let kept = Mutex<[BlobRef?]>([])
    let id: Int
    init() {
        id = Self.next.withLock { next in
            next += 1
            return next
        }
    }
    var results: [BlobRef?] { kept.withLock { $0 } }
    func take(_ results: [BlobRef?]) { kept.withLock { $0 = results } }
}

/// A feature of one document whose way ends with its signature.
enum TestErrand {
    static func make(
        _ parts: [SigningPart], kind: String = "test.sign", isSeal: Bool = false, taken: Taken, database: Database,
        function: AgentFunction = .approve, basis: @escaping @Sendable () -> String = { "như cũ" }
    ) -> SigningErrand {
        SigningErrand(
            kind: kind, label: "Ký số", done: "Đã ký số.", isSeal: isSeal, agentFunction: function,
            order: { id, _, _, _ in
                SigningOrder(
                    subject: RecordRef(kind: "test", id: id), title: "Quyết định thử \(id)", href: "/thu/\(id)",
                    parts: parts, basis: basis(), number: "07")
            },
            accept: { signed, along in
                guard signed.order.basis == basis() else { throw CommonRefusal.conflict("Văn bản đã thay đổi.") }
                try await database.write { try along($0) }
                taken.take(signed.results)
            })
    }
}
