// How many CPUs this OS process may use.
#pragma once

#include <string>
#include <string_view>

namespace ttvm::sched {

// The CPUs of the affinity mask, or fewer if a cgroup (v1 or v2, any level above us) has a quota;
// a quota is rounded up. At least 1.
unsigned available_cpus();

// The CPUs that the quotas of a cgroup file system allow, 0 for no limit. `cgroups` is the text of
// /proc/self/cgroup, `root` where the file system is mounted (/sys/fs/cgroup).
unsigned cgroup_cpu_limit(std::string_view cgroups, const std::string& root);

}  // namespace ttvm::sched
