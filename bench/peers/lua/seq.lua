-- The sequential workloads for Lua 5.4 and LuaJIT: seq.lua NAME [SIZE].
-- Prints `NAME result=R ms=T wall_s=W`: T is CPU time, since Lua has no fine wall clock, W wall time in
-- whole seconds; with one thread they agree. Ends with status 1 if the result of the full size is wrong.
local concat, byte = table.concat, string.byte
local sqrt = math.sqrt

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

local function loop(n)
  local s = 0
  for _ = 1, 3 do
    for i = 0, n - 1 do s = s + (i * i) % 7 end
  end
  return s
end

-- n-body -------------------------------------------------------------------------------------------

local SOLAR_MASS, DAYS = 4 * math.pi * math.pi, 365.24

local function bodies()
  local all = {
    { x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = 1 },
    { x = 4.84143144246472090e+00, y = -1.16032004402742839e+00, z = -1.03622044471123109e-01,
      vx = 1.66007664274403694e-03, vy = 7.69901118419740425e-03, vz = -6.90460016972063023e-05,
      mass = 9.54791938424326609e-04 },
    { x = 8.34336671824457987e+00, y = 4.12479856412430479e+00, z = -4.03523417114321381e-01,
      vx = -2.76742510726411899e-03, vy = 4.99852801234917238e-03, vz = 2.30417297573763929e-05,
      mass = 2.85885980666130812e-04 },
    { x = 1.28943695621391310e+01, y = -1.51111514016986312e+01, z = -2.23307578892655734e-01,
      vx = 2.96460137564761618e-03, vy = 2.37847173959480950e-03, vz = -2.96589568540237556e-05,
      mass = 4.36624404335156298e-05 },
    { x = 1.53796971148509165e+01, y = -2.59193146099879641e+01, z = 1.79258772950371181e-01,
      vx = 2.68067772490389322e-03, vy = 1.62824170038242295e-03, vz = -9.51592254519715870e-05,
      mass = 5.15138902046611451e-05 },
  }
  local px, py, pz = 0, 0, 0
  for _, b in ipairs(all) do
    b.vx, b.vy, b.vz, b.mass = b.vx * DAYS, b.vy * DAYS, b.vz * DAYS, b.mass * SOLAR_MASS
    px, py, pz = px + b.vx * b.mass, py + b.vy * b.mass, pz + b.vz * b.mass
  end
  all[1].vx, all[1].vy, all[1].vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
  return all
end

local function advance(all, count, dt)
  for i = 1, count do
    local a = all[i]
    local ax, ay, az, amass = a.x, a.y, a.z, a.mass
    local avx, avy, avz = a.vx, a.vy, a.vz
    for j = i + 1, count do
      local b = all[j]
      local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
      local square = dx * dx + dy * dy + dz * dz
      local force = dt / (sqrt(square) * square)
      local fa, fb = b.mass * force, amass * force
      avx, avy, avz = avx - dx * fa, avy - dy * fa, avz - dz * fa
      b.vx, b.vy, b.vz = b.vx + dx * fb, b.vy + dy * fb, b.vz + dz * fb
    end
    a.vx, a.vy, a.vz = avx, avy, avz
  end
  for i = 1, count do
    local a = all[i]
    a.x, a.y, a.z = a.x + dt * a.vx, a.y + dt * a.vy, a.z + dt * a.vz
  end
end

local function energy(all, count)
  local e = 0
  for i = 1, count do
    local a = all[i]
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, count do
      local b = all[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      e = e - a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function nbody(n, all)
  for _ = 1, n do advance(all, #all, 0.01) end
  return string.format("%.9f", energy(all, #all))
end

-- --------------------------------------------------------------------------------------------------

local function mandel(n)
  local sum = 0
  for y = 0, n - 1 do
    local ci = 2.0 * y / n - 1.0
    for x = 0, n - 1 do
      local cr = 2.0 * x / n - 1.5
      local zr, zi, rr, ii, count = 0.0, 0.0, 0.0, 0.0, 0
      while count < 100 and rr + ii <= 4.0 do
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
        rr, ii = zr * zr, zi * zi
        count = count + 1
      end
      sum = sum + count
    end
  end
  return sum
end

local function map(list, f)
  local out = {}
  for i = 1, #list do out[i] = f(list[i]) end
  return out
end

local function filter(list, f)
  local out, n = {}, 0
  for i = 1, #list do
    local x = list[i]
    if f(x) then
      n = n + 1
      out[n] = x
    end
  end
  return out
end

local function fold(list, value, f)
  for i = 1, #list do value = f(value, list[i]) end
  return value
end

local function list(n)
  local sum = 0
  for _ = 1, 20 do
    local numbers = {}
    for i = 1, n do numbers[i] = i end
    local tripled = map(numbers, function(x) return x * 3 + 1 end)
    local even = filter(tripled, function(x) return x % 2 == 0 end)
    sum = sum + fold(even, 0, function(a, b) return a + b end)
  end
  return sum
end

local function keys(n)
  local all = {}
  for i = 0, n - 1 do all[i + 1] = "key" .. i end
  return all
end

local function map_str(n, all)
  local total = 0
  for _ = 1, 10 do
    local m = {}
    for i = 1, n do m[all[i]] = i - 1 end
    for i = 1, n do
      local key = all[i]
      m[key] = m[key] + 1
    end
    local sum = 0
    for i = 1, n do sum = sum + m[all[i]] end
    total = total + sum
  end
  return total
end

local function record(n)
  local r = { a = 0, b = 1, c = 2, d = 3, e = 4 }
  for _ = 1, n do
    r.a = r.a + 1
    r.c = r.c + r.b
  end
  return r.a + r.c
end

local function smap(n)
  local m = {}
  m["a"], m["b"], m["c"], m["d"], m["e"] = 0, 1, 2, 3, 4
  for _ = 1, n do
    m["a"] = m["a"] + 1
    m["c"] = m["c"] + m["b"]
  end
  return m["a"] + m["c"]
end

local function length_and_last(text) return #text + byte(text, #text) end

local function str_append(n)
  local sum = 0
  for _ = 1, 20 do
    local parts, count = { "0" }, 1
    for i = 1, n - 1 do
      parts[count + 1] = ","
      parts[count + 2] = tostring(i)
      count = count + 2
    end
    sum = sum + length_and_last(concat(parts))
  end
  return sum
end

local function numbers_text(n)
  local digits = {}
  for i = 0, n - 1 do digits[i + 1] = tostring(i) end
  return concat(digits, ",")
end

local function str_join(n)
  local sum = 0
  for _ = 1, 5 do sum = sum + length_and_last(numbers_text(n)) end
  return sum
end

local function str_hash(_, text)
  local h = 0
  for _ = 1, 40 do
    for i = 1, #text do h = (h * 31 + byte(text, i)) % 4294967296 end
  end
  return h
end

-- A row is { column, the rows before it }.
local function safe(placed, column)
  local distance = 1
  while placed do
    local other = placed[1]
    if other == column or other + distance == column or other - distance == column then
      return false
    end
    distance = distance + 1
    placed = placed[2]
  end
  return true
end

local function solutions(n, rows, placed)
  if rows == 0 then return 1 end
  local count = 0
  for column = 1, n do
    if safe(placed, column) then count = count + solutions(n, rows - 1, { column, placed }) end
  end
  return count
end

local function queens(n) return solutions(n, n, nil) + solutions(n, n, nil) end

local function tree(depth)
  if depth == 0 then return {} end
  return { tree(depth - 1), tree(depth - 1) }
end

local function nodes(t)
  if not t[1] then return 1 end
  return 1 + nodes(t[1]) + nodes(t[2])
end

local function bintrees(n)
  local long_lived = tree(n + 2)
  local sum = 0
  for _ = 1, 512 do sum = sum + nodes(tree(n)) end
  return sum + nodes(long_lived)
end

-- name: function, full size, its result, set-up
local workloads = {
  fib = { fib, 40, "102334155" },
  loop = { loop, 90000000, "540000003" },
  nbody = { nbody, 1000000, "-0.169086185", bodies },
  mandel = { mandel, 1000, "43930374" },
  list = { list, 1000000, "15000010000000" },
  map_str = { map_str, 100000, "50000500000", keys },
  record = { record, 100000000, "200000002" },
  smap = { smap, 50000000, "100000002" },
  str_append = { str_append, 1000000, "137778920" },
  str_join = { str_join, 1000000, "34444730" },
  str_hash = { str_hash, 1000000, "3681986304", numbers_text },
  queens = { queens, 12, "28400" },
  bintrees = { bintrees, 16, "67632639" },
}

local name, size = arg[1], tonumber(arg[2])
local workload = workloads[name]
if not workload then
  io.stderr:write("usage: seq.lua NAME [SIZE]\n")
  os.exit(2)
end
local run, full, expected, set_up = workload[1], workload[2], workload[3], workload[4]
size = size or full
local prepared = set_up and set_up(size)
collectgarbage()

local start, start_wall = os.clock(), os.time()
local result = run(size, prepared)
local ms, wall = (os.clock() - start) * 1000, os.time() - start_wall

-- LuaJIT's numbers are all floats; those of the workloads are whole.
if type(result) == "number" then result = string.format("%.0f", result) end
print(string.format("%s result=%s ms=%.3f wall_s=%d", name, result, ms, wall))
if size == full and result ~= expected then
  io.stderr:write("expected " .. expected .. "\n")
  os.exit(1)
end
