// What the demo tells about each practice office: its place on the hub and the accounts worth trying.
internal import Directory
internal import Hub
internal import Records

extension DemoOfficeKind {
    /// Name by which the office signs its calls to the hub.
    var systemID: String {
        switch self {
        case .academy: "practice.academy"
        case .institute: "practice.institute"
        }
    }

    func system(secret: String) -> HubSystem { HubSystem(systemId: systemID, secret: secret, name: agency.name) }

    var member: HubAgency {
        HubAgency(
            code: agency.code.rawValue, shortCode: agency.shortCode?.rawValue, name: agency.name, email: agency.email)
    }

    /// Accounts for each role, in the order the main journey needs them.
    var accountLines: [String] {
        switch self {
        case .academy:
            [
                "chuyenvien    Chuyên viên (specialist)", "chanhvp       Chánh Văn phòng (unit head)",
                "chutich       Chủ tịch (leader)", "vanthu        Văn thư (records clerk)",
                "quantri       Quản trị (administrator)",
            ]
        case .institute:
            [
                "vanthu        Văn thư (records clerk)", "vientruong    Viện trưởng (leader)",
                "truongphong.qlth Trưởng phòng (unit head)", "chuyenvien    Chuyên viên (specialist)",
            ]
        }
    }
}
