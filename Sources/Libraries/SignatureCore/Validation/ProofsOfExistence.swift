import Digests
package import Foundation

/// Times at which things are proven to have existed, from trusted timestamps over them (ETSI EN 319 102-1 §5.6.2.3).
package struct ProofsOfExistence: Sendable, Hashable {
    private var times: [Data: Date] = [:]

    package init() {}

    package var isEmpty: Bool { times.isEmpty }

    /// A signature is known by its raw value, everything else by its DER; the earliest time counts.
    package mutating func add(_ time: Date, of object: Data) {
        let key = DigestAlgorithm.sha256.digest(object)
        times[key] = min(times[key] ?? time, time)
    }

    package mutating func add(_ time: Date, of material: ValidationMaterial) {
        for certificate in material.certificates { add(time, of: certificate.der) }
        for data in material.crls + material.ocspResponses { add(time, of: data) }
    }

    package func time(of object: Data) -> Date? {
        times.isEmpty ? nil : times[DigestAlgorithm.sha256.digest(object)]
    }
}
