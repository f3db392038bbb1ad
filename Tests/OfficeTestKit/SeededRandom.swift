// Randomness that a failing test can repeat: the seed is the test's argument.

/// SplitMix64.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    package init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func bool() -> Bool { Bool.random(using: &self) }
    package mutating func int(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    package mutating func pick<T>(_ items: [T]) -> T? { items.randomElement(using: &self) }
}
