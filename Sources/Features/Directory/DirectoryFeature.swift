// The directory as the composition root sees it: agencies, units, people, sign-in.
package import Platform

/// Entry of the feature.
package struct DirectoryFeature: Sendable {
    package static let schema = directorySchema
}
