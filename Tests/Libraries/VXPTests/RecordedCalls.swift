import Foundation

/// Calls in the kit's recorded shape: signed under this secret by another program (openssl), so that our own signer
/// is not its own judge.
enum RecordedCalls {
    static let secret = "bi-mat-thu-nghiem"

    /// The kit sends the parameters of earlier calls again (`from`, `hash-file`) and signs them with the rest.
    static let updateStatus: [(name: String, value: String)] = [
        ("XroadVnpt-systemid", "mau.system"), ("XroadVnpt-servicetype", "eDoc"), ("XroadVnpt-messagetype", "edoc"),
        ("XroadVnpt-hash-file", "6f62f49714"), ("XroadVnpt-docId", "d-1"), ("XroadVnpt-from", "000.00.00.G31"),
        ("XroadVnpt-timestamp", "05032026T101530+0042"), ("Content-Type", "application/json"),
        ("XroadVnpt-Content-Type", "application/json"), ("XroadVnpt-status", "done"),
        (
            "XroadVnpt-sign-header-key",
            "systemid;servicetype;messagetype;hash-file;docId;from;timestamp;Content-Type;status"
        ),
        ("XroadVnpt-sign-header", signHeader),
        ("XroadVnpt-hash-header", "52988b0b8baadd1bafb91ccf8de48fe016ea6867f3259acd17ed074320415013"),
        ("User-Agent", "JAVASDKAgent/1.0.0 XRoad/VPCP"), ("XroadVnpt-version", "3.0.201608"),
    ]

    static let signHeader =
        #"{"XroadVnpt-systemid":"mau.system","XroadVnpt-servicetype":"eDoc","XroadVnpt-messagetype":"edoc","#
        + #""XroadVnpt-hash-file":"6f62f49714","XroadVnpt-docId":"d-1","XroadVnpt-from":"000.00.00.G31","#
        + #""XroadVnpt-timestamp":"05032026T101530+0042","XroadVnpt-Content-Type":"application/json","#
        + #""XroadVnpt-status":"done"}"#

    /// 10:15:30.042 on 5 March 2026, Vietnamese time.
    static let time = Date(timeIntervalSince1970: 1_772_680_530.042)
}
