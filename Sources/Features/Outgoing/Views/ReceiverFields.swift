// The pickers of receivers: for a draft, and for who is to get an issued document too.
internal import Records
internal import WebUI

struct ReceiverFields {
    struct Choices: Sendable {
        let units: [Option]
        let agencies: [Option]
        var suggestedAgencies: [Option] = []
    }

    let choices: Choices
    let chosen: [Recipient]

    var html: HTML {
        let units = "/van-ban-di/tim/don-vi"
        let agency = Picker(
            "agency", "Cơ quan (gửi liên thông)", searchHref: "/van-ban-di/tim/co-quan", chosen: agencies,
            suggestions: choices.suggestedAgencies, all: merged(choices.agencies, agencies))
        let lead = Picker(
            "leadUnit", "Đơn vị trong cơ quan để xử lý", searchHref: units, chosen: self.units(.lead),
            all: choices.units)
        let information = Picker(
            "unit", "Đơn vị trong cơ quan để biết", searchHref: units, chosen: self.units(.information),
            all: choices.units)
        return [agency.html, lead.html, information.html].joined()
    }

    private var agencies: [Option] {
        chosen.compactMap { recipient in
            recipient.agency.map { Option($0.rawValue, recipient.name, detail: $0.rawValue) }
        }
    }

    private func units(_ role: BranchRole) -> [Option] {
        chosen.compactMap { recipient in
            guard let unit = recipient.unit, recipient.role == role else { return nil }
            return choices.units.first { $0.value == unit.description } ?? Option(unit.description, recipient.name)
        }
    }

    /// Chosen ones may lie beyond the first of the directory; without scripts they must stand in the list too.
    private func merged(_ all: [Option], _ chosen: [Option]) -> [Option] {
        all + chosen.filter { one in !all.contains { $0.value == one.value } }
    }
}

/// Who is to get an issued document too.
struct MoreReceiversView {
    let document: OutgoingDocument
    let choices: ReceiverFields.Choices
    let csrf: String

    static func path(_ id: OutgoingID) -> String { "/van-ban-di/\(id)/noi-nhan/them" }
    var title: String { "Gửi thêm nơi nhận – \(document.title)" }

    var html: HTML {
        let base = "/van-ban-di/\(document.id)"
        let content: HTML = """
            \(ReceiverFields(choices: choices, chosen: []).html)\
            \(Fields.buttons(#"\#(Fields.submit("Gửi")) <a class="button" href="\#(href: "\(base)/noi-nhan")">Bỏ qua</a>"#))
            """
        return """
            \(Lists.heading("Gửi thêm nơi nhận"))
            <p class="kicker"><a href="\(href: base)">\(document.linkLabel)</a> \(document.content.subject)</p>
            <p class="quiet">Nơi nhận mới được gửi văn bản đã ban hành, nguyên như các nơi đã gửi; phần “Nơi nhận” trên trang đã \
            ký không đổi.</p>
            \(Fields.form(Self.path(document.id), csrf: csrf, content))
            """
    }
}
