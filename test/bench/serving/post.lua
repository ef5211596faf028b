-- POSTs the JSON in the file named by the first argument; every hundredth request is that of the second, if there is one.
-- The last line on stdout is the result as JSON; latencies are in microseconds.

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  wrk.body = read(args[1])
  if args[2] then
    local usual, hundredth, sent = wrk.format(), wrk.format(nil, nil, nil, read(args[2])), 0
    request = function()
      sent = sent + 1
      return sent % 100 == 0 and hundredth or usual
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"failedConnections":%d,"refusals":%d,"timeouts":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write, errors.status, errors.timeout
  ))
end
