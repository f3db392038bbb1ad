// Feeds one target with libFuzzer: FUZZ_TARGET=document Fuzzer CORPUS… ; FUZZ_SEEDS=FOLDER writes what it begins with.
import Foundation
import FuzzTargets

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

private let environment = ProcessInfo.processInfo.environment
private let target = environment["FUZZ_TARGET"].flatMap { FuzzTarget(rawValue: $0) } ?? .document

/// The package manager's name for `main` of this target; the fuzzer's library has one of its own.
@_cdecl("Fuzzer_main")
public func fuzzerMain(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    if let folder = environment["FUZZ_SEEDS"] {
        for (index, seed) in target.seeds.enumerated() {
            try? seed.write(to: URL(filePath: folder).appending(path: "seed-\(index)"))
        }
        return 0
    }
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments) { bytes, count in
        target.run(bytes.map { Data(bytes: $0, count: count) } ?? Data())
        return 0
    }
}
