// What the signatures of a file come to: one sentence first, details one click deeper.

package struct SignaturePanel: Sendable {
    /// One step of the judgement.
    package struct Check: Sendable {
        package let name: String
        /// "Đạt", "Không đạt"
        package let word: String
        package let level: Level
        package let sentence: String

        package init(name: String, word: String, level: Level, sentence: String) {
            self.name = name
            self.word = word
            self.level = level
            self.sentence = sentence
        }
    }

    package struct Signer: Sendable {
        package let name: String
        package let level: Level
        /// "Còn nguyên vẹn, tin cậy, ký lúc …"
        package let sentence: String
        package let facts: [(label: String, value: HTML)]
        package let checks: [Check]
        /// What may be done with this signature: see the document as it was signed.
        package let act: HTML

        package init(
            name: String, level: Level, sentence: String, facts: [(label: String, value: HTML)], checks: [Check] = [],
            act: HTML = .empty
        ) {
            self.name = name
            self.level = level
            self.sentence = sentence
            self.facts = facts
            self.checks = checks
            self.act = act
        }
    }

    package var level: Level
    package var sentence: String
    package var signers: [Signer]
    /// What else is to be known of the file.
    package var notes: [String]
    package var isOpen: Bool
    /// Reports, and when it was checked.
    package var footer: HTML

    /// - Parameter level: `.ok` only when trust was checked and holds.
    package init(
        level: Level, sentence: String, signers: [Signer] = [], notes: [String] = [], isOpen: Bool = false,
        footer: HTML = .empty
    ) {
        self.level = level
        self.sentence = sentence
        self.signers = signers
        self.notes = notes
        self.isOpen = isOpen
        self.footer = footer
    }

    package var html: HTML {
        """
        <div class="signatures"><p class="verdict \(level.rawValue)">\(icon(level))<span>\(sentence)</span></p>\
        \(signers.map(signer))\(list(notes))\(footer)</div>
        """
    }

    private func icon(_ level: Level) -> HTML { (level.icon ?? .shield).html }

    private func list(_ notes: [String]) -> HTML {
        guard !notes.isEmpty else { return .empty }
        return #"<ul class="notes">\#(notes.map { "<li>\($0)</li>" as HTML })</ul>"#
    }

    private func signer(_ signer: Signer) -> HTML {
        """
        <details class="signer \(signer.level.rawValue)"\(.flag("open", when: isOpen))><summary>\(icon(signer.level))\
        <span><strong>\(signer.name)</strong> <span class="quiet">\(signer.sentence)</span></span></summary>\
        \(Marks.facts(signer.facts.map { ($0.label, $0.value) }))\(checks(signer.checks))\(signer.act)</details>
        """
    }

    private func checks(_ checks: [Check]) -> HTML {
        guard !checks.isEmpty else { return .empty }
        let lines = checks.map { check -> HTML in
            """
            <li class="\(check.level.rawValue)"><span class="word">\(check.word)</span> \
            <span><b>\(check.name).</b> \(check.sentence)</span></li>
            """
        }
        return """
            <details class="checks"><summary>Các bước kiểm tra (\(checks.count))\(Icon.down.html)</summary><ul>\(lines)</ul></details>
            """
    }
}
