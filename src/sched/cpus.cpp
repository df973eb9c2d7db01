#include "sched/cpus.hpp"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

namespace ttvm::sched {

namespace {

unsigned cpus_for(double quota, double period) {
  if (quota <= 0 || period <= 0) return 0;
  const auto cpus = static_cast<unsigned>((quota + period - 1) / period);
  return std::max(cpus, 1U);
}

// cgroup v2: "max 100000" or "150000 100000".
unsigned limit_v2(const std::string& directory) {
  std::ifstream file(directory + "/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max") return 0;
  return cpus_for(std::strtod(quota.c_str(), nullptr), period);
}

// cgroup v1: two files; -1 is no limit.
unsigned limit_v1(const std::string& directory) {
  std::ifstream quota_file(directory + "/cpu.cfs_quota_us");
  std::ifstream period_file(directory + "/cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period)) return 0;
  return cpus_for(quota, period);
}

unsigned smaller_limit(unsigned a, unsigned b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

// The smallest limit from `path` up to the root of the file system.
template <typename Limit>
unsigned limit_on_path(const std::string& root, std::string path, Limit limit) {
  unsigned smallest = 0;
  for (;;) {
    if (path == "/") path.clear();
    smallest = smaller_limit(smallest, limit(root + path));
    if (path.empty()) return smallest;
    const std::size_t slash = path.rfind('/');
    path.erase(slash == std::string::npos ? 0 : slash);
  }
}

bool has_cpu_controller(const std::string& controllers) {
  std::istringstream names(controllers);
  std::string name;
  while (std::getline(names, name, ',')) {
    if (name == "cpu") return true;
  }
  return false;
}

}  // namespace

// Lines are "0::/path" (v2) or "4:cpu,cpuacct:/path" (v1).
unsigned cgroup_cpu_limit(std::string_view cgroups, const std::string& root) {
  unsigned smallest = 0;
  std::istringstream lines{std::string(cgroups)};
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      smallest = smaller_limit(smallest, limit_on_path(root, path, limit_v2));
    } else if (has_cpu_controller(controllers)) {
      std::string folder = root + "/";
      folder += controllers;
      smallest = smaller_limit(smallest, limit_on_path(folder, path, limit_v1));
      smallest = smaller_limit(smallest, limit_on_path(root + "/cpu", path, limit_v1));
    }
  }
  return smallest;
}

unsigned available_cpus() {
  unsigned cpus = std::max(1U, std::thread::hardware_concurrency());
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) {
    cpus = std::max(1, CPU_COUNT(&set));
  }
  std::ifstream file("/proc/self/cgroup");
  std::stringstream text;
  text << file.rdbuf();
  const unsigned limit = cgroup_cpu_limit(text.str(), "/sys/fs/cgroup");
  return limit == 0 ? cpus : std::min(cpus, limit);
}

}  // namespace ttvm::sched
