// swift-tools-version: 6.2
import PackageDescription

// The floors of the house, lowest first. A target may use only targets of its own floor or below;
// `Tests/App/TidyTests` checks the arrows file by file.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
    // That the keys of a dictionary can be hashed is known when it is compiled. Written down by name, as is usual to save
    // space, the Swift runtime looks for it in all 12,400 conformances of the program, 40 microseconds for each type.
    .unsafeFlags(
        ["-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"], .when(configuration: .release)),
]

// A program is started for every file a script signs. Its addresses are written packed, as the loader of Debian 12 reads
// them, its names are not offered to the libraries it loads, and the C++ library is not one of these; it still lies at
// another address each time.
let quickStart: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic",
            "-L\(Context.packageDirectory)/Sources/System/static",
        ],
        .when(configuration: .release))
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func module(_ name: String, _ floor: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: floor.isEmpty ? "Sources/\(name)" : "Sources/\(floor)/\(name)",
        exclude: floor == "Features" || floor.isEmpty ? ["README.md"] : [], swiftSettings: strict)
}

func tests(_ name: String, _ floor: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + (name == "OfficeTestKit" ? [] : []),
        path: "Tests/\(floor)/\(name)Tests", swiftSettings: strict)
}

var targets: [Target] = [
    system("CLibcrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    .target(name: "CLazy", path: "Sources/System/CLazy"),
    .target(name: "CPQ", dependencies: ["CLazy"], path: "Sources/System/CPQ"),
    system("CArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
    .target(name: "CHarfBuzz", dependencies: ["CLazy"], path: "Sources/System/CHarfBuzz"),
    // A header alone: nothing is linked, the module is loaded while the program runs.
    .systemLibrary(name: "CPKCS11", path: "Sources/System/CPKCS11", providers: [.apt(["libp11-kit-dev"])]),
    module("Digests", "Libraries", ["CLibcrypto"]),
    module("PDFCore", "Libraries", ["Digests", "CLibcrypto", "CZlib"]),
    module("SignatureCore", "Libraries", ["Digests", "CLibcrypto", "CPKCS11"]),
    module("PAdES", "Libraries", ["PDFCore", "SignatureCore", "Digests", "CHarfBuzz"]),
    module("EdXML", "Libraries", ["Digests", "CZlib"]),
    module("VXP", "Libraries", ["Digests"]),

    module(
        "Platform", "Kernel",
        [
            "Digests", "CPQ", logging,
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOFoundationCompat", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "GRDBSQLite", package: "GRDB.swift"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "Subprocess", package: "swift-subprocess"),
        ]),
    module("Records", "Kernel", ["Platform", "Digests"]),
    module(
        "WebUI", "Kernel",
        [
            "Records", "Platform", "Digests", hummingbird, logging,
            .product(name: "HummingbirdCore", package: "hummingbird"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        ]),

    module("Directory", "Features", ["Records", "Platform", "WebUI", "Digests", "CArgon2", hummingbird]),
    module(
        "Signing", "Features",
        ["Records", "Platform", "WebUI", "PAdES", "SignatureCore", "PDFCore", "Digests", hummingbird, logging]),
    module("Outgoing", "Features", ["Records", "Platform", "WebUI", "Directory", "Signing", hummingbird]),
    module("Incoming", "Features", ["Records", "Platform", "WebUI", "Directory", "Signing", hummingbird]),
    module(
        "Exchange", "Features",
        ["Records", "Platform", "WebUI", "Directory", "Incoming", "Outgoing", "EdXML", "VXP", hummingbird, logging]),

    module(
        "Hub", "",
        [
            "Platform", "Records", "WebUI", "EdXML", "VXP", "Digests", "SignatureCore", hummingbird, logging,
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            .product(name: "Subprocess", package: "swift-subprocess"),
        ]),

    module(
        "OfficeApp", "App",
        [
            "Directory", "Incoming", "Outgoing", "Signing", "Exchange", "Hub", "Platform", "Records", "WebUI",
            "SignatureCore", "Digests", hummingbird, logging,
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ]),
    .executableTarget(
        name: "vastoffice",
        dependencies: [
            "OfficeApp", "Hub", "Signing", "PAdES", "PDFCore", "SignatureCore", "Digests", "EdXML", "VXP", "Records",
            "Platform", hummingbird,
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Sources/App/vastoffice", swiftSettings: strict, linkerSettings: quickStart),
    .executableTarget(
        name: "PDFBench", dependencies: ["PDFCore", "Digests"], path: "bench/PDFBench", swiftSettings: strict),
    .executableTarget(
        name: "SignatureBench", dependencies: ["PAdES", "SignatureCore", "Digests"], path: "bench/SignatureBench",
        swiftSettings: strict),
    .executableTarget(
        name: "ExchangeBench", dependencies: ["EdXML", "Exchange", "Directory", "Records", "Platform", "Digests"],
        path: "bench/ExchangeBench", swiftSettings: strict),

    .executableTarget(
        name: "HubLoad", dependencies: ["VXP", "EdXML"], path: "bench/HubLoad", swiftSettings: strict),

    .target(
        name: "OfficeTestKit",
        dependencies: [
            "Platform", "Records", "WebUI", "Directory", "Digests", "SignatureCore", "PDFCore", hummingbird, logging,
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "Subprocess", package: "swift-subprocess"),
        ],
        path: "Tests/OfficeTestKit", swiftSettings: strict),
    .target(
        name: "SamplePDFs", dependencies: ["PDFCore"], path: "Tests/Libraries/SamplePDFs", swiftSettings: strict),
    .target(
        name: "FuzzTargets", dependencies: ["PDFCore", "SignatureCore", "Digests", "SamplePDFs"],
        path: "Tests/Fuzz/FuzzTargets", swiftSettings: strict),
    tests("FuzzTargets", "Fuzz", ["FuzzTargets"]),
    tests("Digests", "Libraries", ["Digests"]),
    .target(
        name: "KeyCounterparts", dependencies: ["SignatureCore"], path: "Tests/Libraries/KeyCounterparts",
        swiftSettings: strict),
    tests("PDFCore", "Libraries", ["PDFCore", "SamplePDFs", "Digests"]),
    tests("SignatureCore", "Libraries", ["SignatureCore", "Digests", "KeyCounterparts"]),
    tests("PAdES", "Libraries", ["PAdES", "SamplePDFs", "PDFCore", "SignatureCore", "Digests"]),
    tests("EdXML", "Libraries", ["EdXML", "Digests"]),
    tests("VXP", "Libraries", ["VXP", "Digests"]),
    tests(
        "Platform", "Kernel",
        [
            "Platform", "OfficeTestKit", "Digests", hummingbird,
            .product(name: "HummingbirdCore", package: "hummingbird"),
            .product(name: "HummingbirdTLS", package: "hummingbird"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ]),
    tests("Records", "Kernel", ["Records", "Platform", "OfficeTestKit"]),
    tests(
        "WebUI", "Kernel",
        [
            "WebUI", "Records", "Platform", "OfficeTestKit", hummingbird, logging,
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOEmbedded", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        ]),
    tests("Directory", "Features", ["Directory", "Records", "Platform", "WebUI", "OfficeTestKit", hummingbird]),
    tests(
        "Signing", "Features",
        [
            "Signing", "Records", "Platform", "WebUI", "PAdES", "SignatureCore", "PDFCore", "Digests", "OfficeTestKit",
            "KeyCounterparts", "SamplePDFs", hummingbird,
        ]),
    tests("Outgoing", "Features", ["Outgoing", "Signing", "Directory", "Records", "Platform", "OfficeTestKit"]),
    tests("Incoming", "Features", ["Incoming", "Signing", "Directory", "Records", "Platform", "OfficeTestKit"]),
    tests(
        "Exchange", "Features",
        [
            "Exchange", "Incoming", "Outgoing", "Signing", "Directory", "Records", "Platform", "EdXML", "VXP", "Hub",
            "Digests",
            "OfficeTestKit", hummingbird,
        ]),
    tests("Hub", "Hub", ["Hub", "EdXML", "VXP", "Digests", "Platform", "OfficeTestKit", hummingbird]),
    tests(
        "OfficeApp", "App",
        [
            "OfficeApp", "OfficeTestKit", "Directory", "Incoming", "Outgoing", "Exchange", "Records", "Platform",
            "WebUI", "EdXML", hummingbird,
        ]),
]

// `scripts/fuzz` sets VASTOFFICE_FUZZ: the readers of foreign bytes watched by libFuzzer, in a build of their own.
if Context.environment["VASTOFFICE_FUZZ"] != nil {
    let watched: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])]
    let fuzzer = Target.executableTarget(
        name: "Fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Fuzzer",
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
    targets.append(fuzzer)
    for target in targets where ["Digests", "PDFCore", "SignatureCore", "FuzzTargets", "Fuzzer"].contains(target.name) {
        target.swiftSettings = strict + watched
    }
}

// `VASTOFFICE_ONLY=PDFCoreTests,EdXMLTests swift test` builds those targets and what they stand on, nothing else.
if let only = Context.environment["VASTOFFICE_ONLY"], !only.isEmpty {
    let byName = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, $0) })
    var wanted: Set<String> = []
    var queue = only.split(separator: ",").map(String.init)
    while let name = queue.popLast() {
        guard let target = byName[name], wanted.insert(name).inserted else { continue }
        for dependency in target.dependencies {
            switch dependency {
            case .byNameItem(let next, _), .targetItem(let next, _): queue.append(next)
            default: continue
            }
        }
    }
    targets.removeAll { !wanted.contains($0.name) }
}

let package = Package(
    name: "VAST-Office",
    products: targets.contains { $0.name == "vastoffice" }
        ? [.executable(name: "vastoffice", targets: ["vastoffice"])] : [],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
    ],
    targets: targets,
    swiftLanguageModes: [.v6]
)
