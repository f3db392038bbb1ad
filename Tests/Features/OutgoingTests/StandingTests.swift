import Records
import Testing

@testable import Outgoing

/// Tình trạng của một nơi nhận và của một đợt thu hồi: bảng thuần, thử hết mọi trường hợp.
@Suite struct StandingTests {
    private static let recalls: [ChangeAnswer.State?] = [nil] + ChangeAnswer.State.allCases

    @Test(arguments: Delivery.allCases, [false, true])
    func `until it was sent the delivery alone decides`(delivery: Delivery, isHeld: Bool) {
        for recall in Self.recalls {
            let standing = RecipientStanding(
                delivery: delivery, isHeld: isHeld, statuses: [.completed], recall: recall)
            let expected: RecipientStanding? =
                switch (delivery, isHeld) {
                case (.none, _): recall == .agreed ? .givenBack : .inside
                case (.direct, _), (.byHand, _): .inside
                case (.waiting, false): .waiting
                case (.failed, false): .trouble
                case (.waiting, true), (.failed, true): .held
                case (.refused, _): .refused
                case (.sent, _): nil
                }
            if let expected { #expect(standing == expected) }
        }
    }

    @Test(arguments: [Delivery.waiting, .failed], recalls)
    func `what was not sent when the document ended is stopped, unless it may have arrived and is asked for`(
        delivery: Delivery, recall: ChangeAnswer.State?
    ) {
        for isHeld in [false, true] {
            let standing = RecipientStanding(
                delivery: delivery, isHeld: isHeld, statuses: [], recall: recall, isEnded: true)
            let expected: RecipientStanding =
                switch recall {
                case nil: .stopped
                case .waiting, .sent, .failed: .recalling
                case .agreed: .givenBack
                case .refused: .kept
                }
            #expect(standing == expected)
        }
    }

    @Test(arguments: [
        ("Văn thư đồng ý yêu cầu lấy lại; văn bản điện tử đã được hủy trên hệ thống", DocumentChange.recall),
        ("Văn thư từ chối yêu cầu lấy lại: đã cập nhật vào hồ sơ", .recall), ("Đồng ý THU HỒI", .recall),
        ("Văn thư đồng ý yêu cầu cập nhật; thông tin đã được cập nhật", .amend),
        ("Văn thư từ chối yêu cầu cập nhật: đề nghị thu hồi văn bản", .amend),
        ("Văn thư đồng ý thay thế; văn bản cũ đã ngừng xử lý", .replace),
        ("Văn thư đồng ý yêu cầu cập nhật, lấy lại", nil), ("Đồng ý", nil), ("", nil),
    ])
    func `an answer is told by its first words`(answer: String, expected: DocumentChange?) {
        #expect(DocumentChange(namedIn: answer) == expected)
    }

    @Test(arguments: [nil] + ChangeAnswer.State.allCases, [false, true])
    func `what was sent and did not arrive says so, unless it was asked back or ended`(
        recall: ChangeAnswer.State?, isEnded: Bool
    ) {
        let standing = RecipientStanding(
            delivery: .sent, isHeld: false, statuses: [], recall: recall, isUnreached: true, isEnded: isEnded)
        #expect((standing == .unreached) == (recall == nil && !isEnded))
    }

    private static let reported: [(Set<ExchangeStatus>, RecipientStanding)] = [
        ([], .sent), ([.arrived], .arrived), ([.arrived, .accepted], .accepted),
        ([.arrived, .accepted, .assigned], .working), ([.accepted, .inProgress], .working),
        ([.arrived, .accepted, .assigned, .inProgress, .completed], .completed), ([.completed], .completed),
        ([.inProgress], .working), ([.assigned], .working),
    ]

    @Test(arguments: reported)
    func `after sending the furthest status tells`(statuses: Set<ExchangeStatus>, expected: RecipientStanding) {
        #expect(
            RecipientStanding(delivery: .sent, isHeld: false, statuses: statuses, recall: nil) == expected)
    }

    @Test(arguments: ChangeAnswer.State.allCases)
    func `a recall outweighs how far the document had come`(state: ChangeAnswer.State) {
        let standing = RecipientStanding(delivery: .sent, isHeld: false, statuses: [.completed], recall: state)
        let expected: RecipientStanding =
            switch state {
            case .waiting, .sent, .failed: .recalling
            case .agreed: .givenBack
            case .refused: .kept
            }
        #expect(standing == expected)
    }

    /// All answers of up to three receivers.
    private static let combinations: [[ChangeAnswer.State]] = {
        let one = ChangeAnswer.State.allCases.map { [$0] }
        let two = one.flatMap { first in ChangeAnswer.State.allCases.map { first + [$0] } }
        let three = two.flatMap { first in ChangeAnswer.State.allCases.map { first + [$0] } }
        return [[]] + one + two + three
    }()

    @Test(arguments: combinations) func `a recall stands as its answers say`(answers: [ChangeAnswer.State]) {
        let open = answers.contains { $0 == .waiting || $0 == .sent || $0 == .failed }
        let expected: RecallStanding =
            if answers.isEmpty { .nobodyHadIt } else if open { .waiting } else if !answers.contains(.refused) {
                .agreedByAll
            } else if answers.contains(.agreed) { .agreedBySome } else { .refusedByAll }
        #expect(RecallStanding(answers) == expected)
        #expect(!expected.sentence(answers).isEmpty)
    }
}
