// A posted form as values: fields in their order, files waiting in a temporary folder.
package import Foundation
package import Platform
package import Records

/// What a form may carry; beyond it the request is refused.
package struct FormLimits: Sendable, Hashable {
    package var fieldBytes: Int
    /// Fields and files together.
    package var parts: Int
    package var fileBytes: Int
    package var totalBytes: Int
    /// From the first byte of a multipart body to the last.
    package var seconds: Double

    package init(
        fieldBytes: Int = 256 << 10, parts: Int = 1000, fileBytes: Int = 200 << 20, totalBytes: Int = 500 << 20,
        seconds: Double = 3600
    ) {
        self.fieldBytes = fieldBytes
        self.parts = parts
        self.fileBytes = fileBytes
        self.totalBytes = totalBytes
        self.seconds = seconds
    }
    package static let standard = FormLimits()
}

/// A file as it was sent; the temporary file lives until the request is answered.
package struct UploadedFile: Sendable, Hashable {
    /// Name without folders, as the sender's computer had it.
    package let name: String
    /// As claimed by the sender: never to be trusted.
    package let mediaType: String
    package let url: URL
    package let byteCount: Int
    /// Lower-case hexadecimal.
    package let sha256: String
}

/// Fields and files of a form; a field may repeat.
package struct Form: Sendable {
    package private(set) var fields: [(name: String, value: String)] = []
    package private(set) var files: [(name: String, file: UploadedFile)] = []

    package init() {}
    package init(_ fields: KeyValuePairs<String, String>) { self.fields = fields.map { ($0.key, $0.value) } }

    /// From `application/x-www-form-urlencoded`; nil when broken or beyond the limits.
    package init?(urlEncoded text: some StringProtocol, limits: FormLimits = .standard) {
        do { try self.init(reading: text, limits: limits) } catch { return nil }
    }

    /// The same, telling what is wrong with it.
    init(reading text: some StringProtocol, limits: FormLimits) throws(FormProblem) {
        for pair in text.split(separator: "&") {
            guard fields.count < limits.parts else { throw .tooManyParts }
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = halves.first.flatMap({ formDecoded($0) }),
                let value = formDecoded(halves.count > 1 ? halves[1] : "")
            else { throw .malformed }
            guard value.utf8.count <= limits.fieldBytes else { throw .fieldTooLarge }
            fields.append((name, value))
        }
    }

    mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }
    mutating func add(_ name: String, _ file: UploadedFile) { files.append((name, file)) }

    /// First value of the field, trimmed; nil when absent or blank.
    package subscript(name: String) -> String? {
        guard let value = fields.first(where: { $0.name == name })?.value.trimmingSpaces, !value.isEmpty else {
            return nil
        }
        return value
    }

    /// Every value of a repeated field, trimmed, without blanks.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value.trimmingSpaces).filter { !$0.isEmpty }
    }

    /// A ticked box or pressed button.
    package func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    /// The value of a field that must be filled in; `label` is what the screen calls it.
    package func required(_ name: String, _ label: String) throws(CommonRefusal) -> String {
        guard let value = self[name] else { throw .invalid("Chưa nhập \(Self.inSentence(label)).") }
        return value
    }

    package func id<Subject>(_ name: String, of subject: Subject.Type = Subject.self) -> ID<Subject>? {
        self[name].flatMap { ID<Subject>($0) }
    }
    /// nil when absent: what is there and cannot be read is never taken for absent.
    package func id<Subject>(
        _ name: String, _ label: String, of subject: Subject.Type = Subject.self
    ) throws(CommonRefusal) -> ID<Subject>? {
        guard self[name] != nil else { return nil }
        return try requiredID(name, label)
    }
    /// Each once, in their order.
    package func ids<Subject>(_ name: String, of subject: Subject.Type = Subject.self) -> [ID<Subject>] {
        var seen: Set<ID<Subject>> = []
        return all(name).compactMap { ID<Subject>($0) }.filter { seen.insert($0).inserted }
    }
    /// The same where each is somebody's decision: one that cannot be read refuses all.
    package func ids<Subject>(
        _ name: String, _ label: String, of subject: Subject.Type = Subject.self
    ) throws(CommonRefusal) -> [ID<Subject>] {
        guard all(name).allSatisfy({ ID<Subject>($0) != nil }) else { throw Self.unreadable(label) }
        return ids(name)
    }
    package func requiredID<Subject>(
        _ name: String, _ label: String, of subject: Subject.Type = Subject.self
    ) throws(CommonRefusal) -> ID<Subject> {
        guard let id = ID<Subject>(try required(name, label)) else {
            throw Self.unreadable(label)
        }
        return id
    }

    private static func unreadable(_ label: String) -> CommonRefusal {
        .invalid("\(label) không hợp lệ. Hãy chọn lại.")
    }

    /// A day; nil when absent. What is no day – the thirty-first of February, one written another way – is refused: an act
    /// must not go through without the deadline that its author believes to have set.
    package func day(_ name: String, _ label: String) throws(CommonRefusal) -> Day? {
        guard let text = self[name] else { return nil }
        guard let day = Day(text) else {
            throw .invalid("\(label) “\(text.cut(to: 20))” không phải là một ngày có thật. Hãy chọn lại ngày.")
        }
        return day
    }

    /// A choice among the cases of an enumeration; nil when absent or unknown.
    package func choice<Choice: RawRepresentable<String>>(_ name: String, as: Choice.Type = Choice.self) -> Choice? {
        self[name].flatMap { Choice(rawValue: $0) }
    }
    package func choice<Choice: RawRepresentable<Int>>(_ name: String, as: Choice.Type = Choice.self) -> Choice? {
        self[name].flatMap { Int($0) }.flatMap { Choice(rawValue: $0) }
    }

    /// The same for what somebody decides: absent is nil, unknown is refused, for it must not become the default.
    package func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ label: String, as: Choice.Type = Choice.self
    ) throws(CommonRefusal) -> Choice? { try known(choice(name), name, label) }
    package func choice<Choice: RawRepresentable<Int>>(
        _ name: String, _ label: String, as: Choice.Type = Choice.self
    ) throws(CommonRefusal) -> Choice? { try known(choice(name), name, label) }

    private func known<Choice>(_ choice: Choice?, _ name: String, _ label: String) throws(CommonRefusal) -> Choice? {
        guard choice != nil || self[name] == nil else { throw Self.unreadable(label) }
        return choice
    }

    /// A file that has content; an empty file input sends an unnamed, empty part and counts as none.
    package func file(_ name: String) -> UploadedFile? { allFiles(name).first }
    package func allFiles(_ name: String) -> [UploadedFile] {
        files.filter { $0.name == name && $0.file.byteCount > 0 }.map(\.file)
    }
    package func requiredFile(_ name: String, _ label: String) throws(CommonRefusal) -> UploadedFile {
        guard let file = file(name) else { throw .invalid("Chưa chọn tệp cho mục “\(label)”.") }
        return file
    }

    /// A label inside a sentence begins with a small letter, unless it is an abbreviation.
    private static func inSentence(_ label: String) -> String {
        guard let first = label.first, label.dropFirst().first?.isUppercase != true else { return label }
        return first.lowercased() + label.dropFirst()
    }
}
