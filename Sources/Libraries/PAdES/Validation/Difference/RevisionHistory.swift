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
    /// What stands after the newest revision keeps readers from finding its end.
    private let isEndBuried: Bool

    /// Fields looked at in all steps together.
    private static let fieldBudget = 2_000_000
    /// Changes, and warnings, told in so many words for one signature.
    private static let maximumTold = 500

    /// Compares every revision from `first` on with the one before it.
    init(_ document: PDFDocument, from first: Int) {
        last = document.revisionIndex
        isEndBuried = document.isEndBuried
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
        var trailers = TrailerEntries(of: document, before: first)
        var budget = Self.fieldBudget
        for step in first..<last {
            guard let new = document.atRevision(step + 1) else { return }
            let touched = new.numbersTouched(after: step)
            let nextFields = try FieldTree(new)
            budget -= nextFields.nodes.count
            guard budget > 0 else { throw PDFError(.limit(.objects)) }
            trailers.add(old.trailer)
            let report = try Self.report(
                on: RevisionStep(
                    from: old, to: new, touched: touched, index: index, pages: pages, fields: (fields, nextFields),
                    trailers: trailers))
            steps[step] = report
            guard step + 1 < last else { return }
            try index.advance(to: new, touched: touched)
            // Only a change nobody explains touches the pages themselves.
            if report.changes.contains(where: { $0.level == .other }) { pages = try PageTree(new) }
            (old, fields) = (new, nextFields)
        }
    }

    /// Takes the comparison with it when it is done: what it shares with the next one can then go on without a copy.
    private static func report(on step: consuming RevisionStep) throws(PDFError) -> RevisionStepReport {
        try step.explain()
    }

    /// What happened after `revision`, judged by what its signature forbids. Of very many changes some are told one by
    /// one and the rest as a number; none is left out of the judgement.
    func changes(
        since revision: Int, under restrictions: SignatureRestrictions
    ) -> RevisionFindings {
        var findings = RevisionFindings()
        var (changes, warnings): (Set<DocumentChange>, Set<String>) = ([], [])
        var rest = (count: 0, level: ModificationLevel.none)
        var ledger = NoteLedger()
        for step in revision..<max(revision, last) {
            guard let report = steps[step] else { continue }
            for trace in report.traces { ledger.add(trace) }
            for change in report.changes {
                findings.isDrawnOver = findings.isDrawnOver || change.drawsOverPage
                let judged = Self.judged(change, under: restrictions)
                guard changes.insert(judged).inserted else { continue }
                if findings.changes.count < Self.maximumTold {
                    findings.changes.append(judged)
                } else {
                    rest = (rest.count + 1, max(rest.level, judged.level))
                }
            }
            for warning in report.warnings
            where findings.warnings.count < Self.maximumTold && warnings.insert(warning).inserted {
                findings.warnings.append(warning)
            }
        }
        if ledger.mayCover { findings.isDrawnOver = true }
        if isEndBuried {
            let sentence = "Phần thêm vào cuối tệp sau khi ký khiến có phần mềm không tìm thấy chỗ kết thúc của tệp."
            findings.changes.append(DocumentChange(level: .other, sentence: sentence))
        }
        if rest.count > 0 {
            findings.changes.append(DocumentChange(level: rest.level, sentence: "Và \(rest.count) thay đổi khác."))
        }
        return findings
    }

    private static func judged(_ change: RevisionChange, under restrictions: SignatureRestrictions) -> DocumentChange {
        if let field = change.field, !change.holdsWhenLocked, restrictions.locks(field) {
            return DocumentChange(
                level: .other, sentence: "Trường “\(field)” đã bị khóa bởi chữ ký nhưng vẫn bị thay đổi.")
        }
        if change.touchesAllFields, restrictions.locksFields {
            return DocumentChange(
                level: .other, sentence: "Trường đã bị khóa bởi chữ ký nhưng cách hiển thị của biểu mẫu bị thay đổi.")
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

/// Entries that the trailers of a file have had: writers differ in which they carry over.
struct TrailerEntries {
    private struct Entry: Hashable {
        var key: PDFName
        var value: PDFObject
    }

    private var entries: Set<Entry> = []

    /// Those of all revisions before `index`.
    init(of document: PDFDocument, before index: Int) {
        for revision in document.revisions.prefix(max(index, 0)) { add(revision.trailer) }
    }

    mutating func add(_ trailer: PDFDictionary) {
        for (key, value) in trailer where key == "Info" || !RevisionStep.structuralKeys.contains(key) {
            entries.insert(Entry(key: key, value: value))
        }
    }

    func contain(_ key: PDFName, _ value: PDFObject) -> Bool { entries.contains(Entry(key: key, value: value)) }
}
