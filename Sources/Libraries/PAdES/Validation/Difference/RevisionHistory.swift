import PDFCore

/// What happened to a file after one of its signatures.
struct RevisionFindings {
    var changes: [DocumentChange] = []
    var warnings: [String] = []
    /// Notes were drawn over the signed page.
    var isDrawnOver = false
}

/// All steps of a file from one revision on, each compared once, for all its signatures together.
struct RevisionHistory {
    private(set) var steps: [Int: RevisionStepReport] = [:]
    private let last: Int

    /// Fields looked at in all steps together.
    private static let fieldBudget = 2_000_000

    /// Compares every revision from `first` on with the one before it.
    init(_ document: PDFDocument, from first: Int) {
        last = document.revisionIndex
        guard first < last else { return }
        do throws(PDFError) {
            try compare(document, from: first)
        } catch {
            let change = RevisionChange(level: .other, sentence: "Không đối chiếu được với bản đã ký: \(error.message)")
            for step in first..<last where steps[step] == nil { steps[step] = RevisionStepReport(changes: [change]) }
        }
    }

    private mutating func compare(_ document: PDFDocument, from first: Int) throws(PDFError) {
        guard var old = document.atRevision(first) else { return }
        var index = try ReferenceIndex(old)
        var (pages, fields) = (try PageTree(old), try FieldTree(old))
        var budget = Self.fieldBudget
        for step in first..<last {
            guard let new = document.atRevision(step + 1) else { return }
            let touched = new.numbersTouched(after: step)
            let nextFields = try FieldTree(new)
            budget -= nextFields.nodes.count
            guard budget > 0 else { throw PDFError(.limit(.objects)) }
            var comparison = try RevisionStep(
                from: old, to: new, touched: touched, index: index, pages: pages, fields: (fields, nextFields))
            let report = try comparison.explain()
            steps[step] = report
            guard step + 1 < last else { return }
            try index.advance(to: new, touched: touched)
            // Only a change nobody explains touches the pages themselves.
            if report.changes.contains(where: { $0.level == .other }) { pages = try PageTree(new) }
            (old, fields) = (new, nextFields)
        }
    }

    /// What happened after `revision`, judged by what its signature forbids.
    func changes(
        since revision: Int, under restrictions: SignatureRestrictions
    ) -> RevisionFindings {
        var findings = RevisionFindings()
        for step in revision..<max(revision, last) {
            guard let report = steps[step] else { continue }
            for change in report.changes {
                let judged = Self.judged(change, under: restrictions)
                if !findings.changes.contains(judged) { findings.changes.append(judged) }
                findings.isDrawnOver = findings.isDrawnOver || change.drawsOverPage
            }
            findings.warnings += report.warnings.filter { !findings.warnings.contains($0) }
        }
        return findings
    }

    private static func judged(_ change: RevisionChange, under restrictions: SignatureRestrictions) -> DocumentChange {
        if let field = change.field, !change.holdsWhenLocked, restrictions.locks(field) {
            return DocumentChange(
                level: .other, sentence: "Trường “\(field)” đã bị khóa bởi chữ ký nhưng vẫn bị thay đổi.")
        }
        // What a certification foresees stands in the file already; a field laid over it is not foreseen.
        if change.addsVisibleField, restrictions.permission != nil {
            return DocumentChange(
                level: .other,
                sentence: change.sentence + " Chữ ký mới hiện trên trang không được phép ở tệp đã chứng thực.")
        }
        return DocumentChange(level: change.level, sentence: change.sentence)
    }
}
