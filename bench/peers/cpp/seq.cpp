// The sequential workloads for C++: seq NAME [SIZE]. Prints `NAME result=R ms=T` and ends with
// status 1 if the result of the full size is wrong. smap is not here: a fixed map of five keys is a
// struct.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iterator>
#include <memory>
#include <numbers>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using Int = std::int64_t;

// Hides from the optimiser where a value comes from, so that a loop is run and not solved.
template <typename T>
void opaque(T& value) {
  asm volatile("" : "+r"(value) : : "memory");
}

Int fib(Int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

Int loop(Int n) {
  Int s = 0;
  for (int k = 0; k < 3; ++k) {
    for (Int i = 0; i < n; ++i) s += (i * i) % 7;
  }
  return s;
}

struct Body {
  double x, y, z, vx, vy, vz, mass;
};

std::vector<Body> bodies() {
  const double solar = 4 * std::numbers::pi * std::numbers::pi;
  const double days = 365.24;
  std::vector<Body> all = {
      {0, 0, 0, 0, 0, 0, 1},
      {4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
       1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05,
       9.54791938424326609e-04},
      {8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
       -2.76742510726411899e-03, 4.99852801234917238e-03, 2.30417297573763929e-05,
       2.85885980666130812e-04},
      {1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
       2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05,
       4.36624404335156298e-05},
      {1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
       2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05,
       5.15138902046611451e-05},
  };
  double px = 0;
  double py = 0;
  double pz = 0;
  for (Body& b : all) {
    b.vx *= days;
    b.vy *= days;
    b.vz *= days;
    b.mass *= solar;
    px += b.vx * b.mass;
    py += b.vy * b.mass;
    pz += b.vz * b.mass;
  }
  all[0].vx = -px / solar;
  all[0].vy = -py / solar;
  all[0].vz = -pz / solar;
  return all;
}

void advance(std::vector<Body>& all, double dt) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    Body& a = all[i];
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      Body& b = all[j];
      const double dx = a.x - b.x;
      const double dy = a.y - b.y;
      const double dz = a.z - b.z;
      const double square = dx * dx + dy * dy + dz * dz;
      const double force = dt / (square * std::sqrt(square));
      const double fa = b.mass * force;
      const double fb = a.mass * force;
      a.vx -= dx * fa;
      a.vy -= dy * fa;
      a.vz -= dz * fa;
      b.vx += dx * fb;
      b.vy += dy * fb;
      b.vz += dz * fb;
    }
  }
  for (Body& a : all) {
    a.x += dt * a.vx;
    a.y += dt * a.vy;
    a.z += dt * a.vz;
  }
}

double energy(const std::vector<Body>& all) {
  double e = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Body& a = all[i];
    e += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Body& b = all[j];
      const double dx = a.x - b.x;
      const double dy = a.y - b.y;
      const double dz = a.z - b.z;
      e -= a.mass * b.mass / std::sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

std::string nbody(Int n, std::vector<Body>& all) {
  for (Int i = 0; i < n; ++i) advance(all, 0.01);
  char text[32];
  std::snprintf(text, sizeof text, "%.9f", energy(all));
  return text;
}

Int mandel(Int n) {
  Int sum = 0;
  for (Int y = 0; y < n; ++y) {
    const double ci = 2.0 * static_cast<double>(y) / static_cast<double>(n) - 1.0;
    for (Int x = 0; x < n; ++x) {
      const double cr = 2.0 * static_cast<double>(x) / static_cast<double>(n) - 1.5;
      double zr = 0;
      double zi = 0;
      double rr = 0;
      double ii = 0;
      int count = 0;
      while (count < 100 && rr + ii <= 4.0) {
        zi = 2.0 * zr * zi + ci;
        zr = rr - ii + cr;
        rr = zr * zr;
        ii = zi * zi;
        ++count;
      }
      sum += count;
    }
  }
  return sum;
}

Int list(Int n) {
  Int sum = 0;
  for (int k = 0; k < 20; ++k) {
    std::vector<Int> numbers;
    for (Int i = 1; i <= n; ++i) numbers.push_back(i);
    std::vector<Int> tripled;
    tripled.reserve(numbers.size());
    std::transform(numbers.begin(), numbers.end(), std::back_inserter(tripled),
                   [](Int x) { return x * 3 + 1; });
    std::vector<Int> even;
    std::copy_if(tripled.begin(), tripled.end(), std::back_inserter(even),
                 [](Int x) { return x % 2 == 0; });
    sum += std::accumulate(even.begin(), even.end(), Int{0});
  }
  return sum;
}

std::vector<std::string> keys(Int n) {
  std::vector<std::string> all;
  for (Int i = 0; i < n; ++i) all.push_back("key" + std::to_string(i));
  return all;
}

Int map_str(const std::vector<std::string>& all) {
  Int total = 0;
  for (int k = 0; k < 10; ++k) {
    std::unordered_map<std::string, Int> map;
    Int i = 0;
    for (const std::string& key : all) map[key] = i++;
    for (const std::string& key : all) map[key] += 1;
    for (const std::string& key : all) total += map[key];
  }
  return total;
}

struct Fields {
  Int a = 0, b = 1, c = 2, d = 3, e = 4;
};

Int record(Int n) {
  const auto owned = std::make_unique<Fields>();
  Fields* fields = owned.get();
  for (Int i = 0; i < n; ++i) {
    opaque(fields);
    fields->a += 1;
    fields->c += fields->b;
  }
  return fields->a + fields->c;
}

Int length_and_last(const std::string& text) {
  return static_cast<Int>(text.size()) + static_cast<unsigned char>(text.back());
}

Int str_append(Int n) {
  Int sum = 0;
  for (int k = 0; k < 20; ++k) {
    std::string text = "0";
    for (Int i = 1; i < n; ++i) {
      char digits[20];
      const char* const end = std::to_chars(digits, digits + sizeof digits, i).ptr;
      text += ',';
      text.append(digits, static_cast<std::size_t>(end - digits));
    }
    sum += length_and_last(text);
  }
  return sum;
}

std::string numbers_text(Int n) {
  std::vector<std::string> digits;
  for (Int i = 0; i < n; ++i) digits.push_back(std::to_string(i));
  std::size_t size = 0;
  for (const std::string& part : digits) size += part.size() + 1;
  std::string text;
  text.reserve(size);
  for (const std::string& part : digits) {
    if (!text.empty()) text += ',';
    text += part;
  }
  return text;
}

Int str_join(Int n) {
  Int sum = 0;
  for (int k = 0; k < 5; ++k) sum += length_and_last(numbers_text(n));
  return sum;
}

Int str_hash(const std::string& text) {
  std::uint32_t h = 0;
  for (int k = 0; k < 40; ++k) {
    for (const char c : text) h = h * 31 + static_cast<unsigned char>(c);
  }
  return h;
}

// A queen's column and the rows before it.
struct Row {
  Int column;
  const Row* before;
};

bool safe(const Row* placed, Int column) {
  Int distance = 1;
  for (; placed != nullptr; placed = placed->before) {
    const Int other = placed->column;
    if (other == column || other + distance == column || other - distance == column) return false;
    ++distance;
  }
  return true;
}

Int solutions(Int n, Int rows, const Row* placed) {
  if (rows == 0) return 1;
  Int count = 0;
  for (Int column = 1; column <= n; ++column) {
    if (!safe(placed, column)) continue;
    const Row row{column, placed};
    count += solutions(n, rows - 1, &row);
  }
  return count;
}

struct Node {
  std::unique_ptr<Node> left, right;
};

std::unique_ptr<Node> tree(Int depth) {
  auto node = std::make_unique<Node>();
  if (depth > 0) {
    node->left = tree(depth - 1);
    node->right = tree(depth - 1);
  }
  return node;
}

Int nodes(const Node& node) {
  return node.left == nullptr ? 1 : 1 + nodes(*node.left) + nodes(*node.right);
}

Int bintrees(Int n) {
  const std::unique_ptr<Node> long_lived = tree(n + 2);
  Int sum = 0;
  for (int k = 0; k < 512; ++k) sum += nodes(*tree(n));
  return sum + nodes(*long_lived);
}

using Run = std::function<std::string()>;

// Makes the set-up and returns the measured part.
struct Workload {
  std::string_view name;
  Int full;
  std::string_view expected;
  std::function<Run(Int)> prepare;
};

std::function<Run(Int)> plain(Int (*f)(Int)) {
  return [f](Int n) -> Run { return [f, n] { return std::to_string(f(n)); }; };
}

std::vector<Workload> workloads() {
  return {
      {"fib", 40, "102334155", plain(fib)},
      {"loop", 90000000, "540000003", plain(loop)},
      {"nbody", 1000000, "-0.169086185",
       [](Int n) -> Run { return [n, all = bodies()]() mutable { return nbody(n, all); }; }},
      {"mandel", 1000, "43930374", plain(mandel)},
      {"list", 1000000, "15000010000000", plain(list)},
      {"map_str", 100000, "50000500000",
       [](Int n) -> Run { return [all = keys(n)] { return std::to_string(map_str(all)); }; }},
      {"record", 100000000, "200000002", plain(record)},
      {"str_append", 1000000, "137778920", plain(str_append)},
      {"str_join", 1000000, "34444730", plain(str_join)},
      {"str_hash", 1000000, "3681986304",
       [](Int n) -> Run {
         return [text = numbers_text(n)] { return std::to_string(str_hash(text)); };
       }},
      {"queens", 12, "28400",
       plain([](Int n) { return solutions(n, n, nullptr) + solutions(n, n, nullptr); })},
      {"bintrees", 16, "67632639", plain(bintrees)},
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: seq NAME [SIZE]\n", stderr);
    return 2;
  }
  for (const Workload& workload : workloads()) {
    if (workload.name != argv[1]) continue;
    const Int n = argc > 2 ? std::stoll(argv[2]) : workload.full;
    const Run run = workload.prepare(n);
    const auto start = std::chrono::steady_clock::now();
    const std::string result = run();
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    std::printf("%s result=%s ms=%.3f\n", argv[1], result.c_str(), taken.count());
    if (n == workload.full && result != workload.expected) {
      std::fprintf(stderr, "expected %s\n", std::string(workload.expected).c_str());
      return 1;
    }
    return 0;
  }
  std::fprintf(stderr, "no workload %s\n", argv[1]);
  return 2;
}
