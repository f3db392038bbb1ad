-- What wrk asks for. Either the paths of BENCH_PATHS round and round, as the person of BENCH_COOKIE; or, with
-- BENCH_DOCUMENTS, each document registered once, the clerks of BENCH_CLERKS (cookie, tab, form secret) taking turns.
local lines, clerks, at = {}, {}, 0
local registering = os.getenv("BENCH_DOCUMENTS")

function init()
    for line in io.lines(registering or os.getenv("BENCH_PATHS")) do lines[#lines + 1] = line end
    if not registering then
        wrk.headers["Cookie"] = os.getenv("BENCH_COOKIE")
        return
    end
    for line in io.lines(os.getenv("BENCH_CLERKS")) do
        local cookie, secret = line:match("^(.-)\t(.-)$")
        clerks[#clerks + 1] = {
            ["Cookie"] = cookie, ["X-CSRF-Token"] = secret, ["Content-Type"] = "application/x-www-form-urlencoded"}
    end
end

function request()
    at = at + 1
    if not registering then return wrk.format("GET", lines[(at - 1) % #lines + 1]) end
    if at <= #lines then
        return wrk.format("POST", "/van-ban-den/" .. lines[at] .. "/register", clerks[at % #clerks + 1], "due=")
    end
    wrk.thread:stop()
    return wrk.format("GET", "/song")
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        'RESULT {"requests": %d, "seconds": %.3f, "p50_ms": %.2f, "p95_ms": %.2f, "p99_ms": %.2f, "bytes": %d, "failures": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
        latency:percentile(99) / 1000, summary.bytes,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
