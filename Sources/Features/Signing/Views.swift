// Ký số on screen.
internal import Records
internal import WebUI

/// A person's own key, and the seal for those who operate it.
func keysPage(own: CredentialState?, seal: CredentialState?, isClerk: Bool) -> HTML {
    """
    \(Lists.heading("Chứng thư số của tôi"))
    \(card(own, image: "/ky-so/anh", alt: "Ảnh chữ ký của bạn", absent: "Bạn chưa có chứng thư số trong hệ thống. Hãy liên hệ quản trị để được cấp."))
    \(HTML.when(isClerk, sealCard(seal)))
    """
}

private func sealCard(_ seal: CredentialState?) -> HTML {
    """
    <h2>Con dấu của cơ quan</h2>
    \(card(seal, image: "/ky-so/anh-dau", alt: "Ảnh con dấu", absent: "Cơ quan chưa có chứng thư số của con dấu. Hãy liên hệ quản trị."))
    """
}

private func card(_ credential: CredentialState?, image: String, alt: String, absent: String) -> HTML {
    guard let credential else { return Marks.message(.warn, .text(absent)) }
    let facts: [(label: String, value: HTML?)] = [
        ("Người được cấp", .text(credential.subject)), ("Cơ quan cấp", .text(credential.issuer)),
        ("Có giá trị đến", Marks.time(credential.validUntil)),
    ]
    return """
        \(Marks.message(credential.problem == nil ? .neutral : .bad, .text(credential.problem ?? "Chứng thư số còn hạn, dùng để ký được.")))
        \(Marks.facts(facts))
        \(HTML.when(credential.image != nil, #"<p><img class="signature-image" src="\#(image)" alt="\#(alt)" width="240"></p>"#))
        """
}
