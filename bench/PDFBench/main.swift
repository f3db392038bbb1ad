// Times opening files and reading their pages, and tells what is found: one line of JSON a file.
//
//     PDFBench ROUNDS FILE… [--password WORD]
import Digests
import Foundation
import PDFCore

/// What one file gives, and how long it takes.
struct Reading: Encodable {
    var file: String
    var openMilliseconds = 0.0
    var firstPageMilliseconds = 0.0
    var allMilliseconds = 0.0
    var revisions = 0
    var kinds: [String] = []
    var pages: Int?
    var isLocked = false
    var isSound = false
    var problems: [String] = []
    var error: String?
    var peakMegabytes = 0.0
}

func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
}

func read(_ path: String, password: String?, rounds: Int) -> Reading {
    var reading = Reading(file: (path as NSString).lastPathComponent)
    do {
        let source = try ByteSource(contentsOf: URL(filePath: path))
        var times: [[Double]] = []
        for _ in 0..<rounds {
            let began = now()
            let document = try PDFDocument(source, password: password, toleratesLock: true)
            let opened = now()
            let first = Result { try document.page(0) }
            let shown = now()
            reading.pages = try? document.pageReferences().count
            times.append([opened - began, shown - began, now() - began])
            reading.revisions = document.revisions.count
            reading.kinds = document.revisions.map(\.kind.rawValue)
            reading.isLocked = document.isLocked
            reading.problems = document.problems.prefix(8).map(\.description)
            reading.isSound = (try? IncrementalUpdate(continuing: document)) != nil
            if case .failure(let error) = first { reading.error = "\(error)" }
        }
        let medians = (0..<3).map { column in times.map { $0[column] }.sorted()[rounds / 2] }
        (reading.openMilliseconds, reading.firstPageMilliseconds, reading.allMilliseconds) =
            (medians[0], medians[1], medians[2])
    } catch {
        reading.error = "\(error)"
    }
    var used = rusage()
    getrusage(.init(RUSAGE_SELF.rawValue), &used)
    reading.peakMegabytes = Double(used.ru_maxrss) / 1024
    return reading
}

var files = Array(CommandLine.arguments.dropFirst(2))
var password: String?
if let place = files.firstIndex(of: "--password"), place + 1 < files.count {
    password = files[place + 1]
    files.removeSubrange(place...place + 1)
}
let encoder = JSONEncoder()
encoder.outputFormatting = [.sortedKeys]
for file in files {
    let reading = read(
        file, password: password, rounds: CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1)
    print(String(decoding: try encoder.encode(reading), as: UTF8.self))
}
