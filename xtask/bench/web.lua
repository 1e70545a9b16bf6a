-- What wrk asks of the pages: a random address of a list, as a random one of those signed in.
-- PAYUNG_BENCH_PATHS and PAYUNG_BENCH_COOKIES name files with one to a line.

local function lines_of(name)
  local found = {}
  local file = os.getenv(name)
  if file and file ~= "" then
    for line in io.lines(file) do
      found[#found + 1] = line
    end
  end
  return found
end

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init()
  math.randomseed(os.time() * 8 + number)
  local paths, cookies = lines_of("PAYUNG_BENCH_PATHS"), lines_of("PAYUNG_BENCH_COOKIES")
  asked = {}
  for at, path in ipairs(paths) do
    local headers = {}
    if #cookies > 0 then
      headers["Cookie"] = cookies[(at * 7 + number) % #cookies + 1]
    end
    asked[at] = wrk.format("GET", path, headers)
  end
end

function request()
  return asked[math.random(#asked)]
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\n",
    summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    failed.status + failed.connect + failed.read + failed.write + failed.timeout))
end
