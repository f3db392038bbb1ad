// Faults in the user's words: what happened, what is safe, what to do now. Never what is inside.
internal import Foundation
internal import Platform

/// Kinds of fault that the user is told apart.
package enum Fault: String, Sendable, CaseIterable {
    case diskFull, busy, unreachable, unknown

    package init(_ error: any Error) {
        self =
            switch error {
            case let error as DatabaseError: Fault(error)
            case BlobError.full: .diskFull
            case let error as CocoaError where error.code == .fileWriteOutOfSpace: .diskFull
            case let error as POSIXError where error.code == .ENOSPC || error.code == .EDQUOT: .diskFull
            default: .unknown
            }
    }

    private init(_ error: DatabaseError) {
        self =
            switch error {
            case .full: .diskFull
            case .busy: .busy
            case .unreachable: .unreachable
            default: .unknown
            }
    }

    package var title: String {
        switch self {
        case .diskFull: "Máy chủ đang hết chỗ lưu"
        case .busy: "Hệ thống đang bận"
        case .unreachable: "Cơ sở dữ liệu tạm thời không trả lời"
        case .unknown: "Hệ thống gặp lỗi"
        }
    }

    package var sentence: String {
        switch self {
        case .diskFull:
            "Việc của bạn chưa được ghi; dữ liệu cũ vẫn an toàn. Hãy báo quản trị."
        case .busy: "Nhiều người đang ghi cùng lúc. Việc của bạn chưa được ghi; hãy thử lại sau vài giây."
        case .unreachable: "Việc của bạn chưa được ghi; hãy thử lại sau ít phút."
        case .unknown: "Việc của bạn chưa được ghi. Hãy thử lại; nếu vẫn lỗi, báo quản trị kèm mã bên dưới."
        }
    }
}
