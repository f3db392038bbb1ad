// What went wrong, told to the person at the terminal in one sentence.
import Digests
import Foundation
import PAdES
import PDFCore
import SignatureCore

/// A sentence for the person at the terminal; exit code 1.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Runs `body` and turns what the libraries refuse into their own sentences.
func telling<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as SignatureError {
        throw Failure(error.message)
    } catch let error as PAdESError {
        throw Failure(error.message)
    } catch let error as PDFError {
        throw Failure(error.message)
    } catch let error as KeyHolderError {
        throw Failure(error.message)
    } catch let error as FileFault {
        throw Failure("Không đọc hoặc không ghi được tệp (\(error)).")
    } catch is MissingFont {
        throw Failure("Máy chưa có phông chữ Times; hãy cài gói fonts-croscore hoặc fonts-liberation2.")
    }
}
