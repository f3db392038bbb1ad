// Who gets a document, as a form tells it: rows with a role each, pickers for the rest, deadlines of either.
internal import Platform
internal import Records
internal import WebUI

extension Holder {
    /// `p12` is a person, `u3` a unit.
    init?(formValue text: String) {
        guard let kind = text.first, let id = Int64(text.dropFirst()), id > 0 else { return nil }
        switch kind {
        case "p": self = .person(PersonID(id))
        case "u": self = .unit(UnitID(id))
        default: return nil
        }
    }

    var formValue: String {
        switch self {
        case .person(let id): "p\(id)"
        case .unit(let id): "u\(id)"
        }
    }
}

/// Fields `role.u3=lead`, `due.u3=2026-12-01` for the rows; repeated `lead`, `support`, `information` for the pickers;
/// `due` and `due.support` hold for those without a deadline of their own.
struct AssignmentForm {
    let assignments: [Assignment]

    /// More than anybody hands out at once.
    static let most = 200

    init(_ form: Form) throws(CommonRefusal) {
        var found: [Assignment] = []
        for (name, value) in form.fields where name.hasPrefix("role.") && !value.isEmpty {
            guard let holder = Holder(formValue: String(name.dropFirst(5))), let role = BranchRole(rawValue: value)
            else {
                throw .invalid("Vai trò không hợp lệ. Hãy mở lại trang rồi chọn lại.")
            }
            found.append(Assignment(holder, role))
        }
        for role in [BranchRole.lead, .support, .information] {
            for value in form.all(role.rawValue) {
                guard let holder = Holder(formValue: value) else {
                    throw .invalid("Người nhận không hợp lệ. Hãy mở lại trang rồi chọn lại.")
                }
                found.append(Assignment(holder, role))
            }
        }
        guard found.count <= Self.most else { throw .invalid("Chỉ giao được cho tối đa \(Self.most) nơi một lần.") }
        guard found.allSatisfy({ $0.role != .decide }) else { throw .invalid("Vai trò không hợp lệ.") }
        for index in found.indices { found[index].dueOn = try Self.due(of: found[index], form) }
        assignments = found
    }

    /// What is for information has no deadline.
    private static func due(of one: Assignment, _ form: Form) throws(CommonRefusal) -> Day? {
        guard one.role != .information else { return nil }
        if let own = try form.day("due.\(one.holder.formValue)", "Hạn xử lý") { return own }
        if one.role == .support, let due = try form.day("due.support", "Hạn phối hợp") { return due }
        return try form.day("due", "Hạn xử lý")
    }
}
