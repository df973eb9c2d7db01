// One virtual machine: everything that a run of one program needs, wired together.
//
// Thread safety: construct, run() once and destroy on one thread, which becomes the first
// scheduler; stop() and dump() by others while the object lives. Several machines may live one
// after the other, or side by side (symbols, shapes and the memory limit are shared by all of
// them).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sched/script.hpp"
#include "vm/loader.hpp"

namespace ttvm::vm {

inline constexpr std::uint64_t kMaxProcesses = 134'217'727;

struct Options {
  bool smp = false;                // false: a sequential program, one scheduler
  std::uint32_t schedulers = 0;    // 0: as many as there are CPUs to use
  std::int32_t reductions = 1000;  // of a slice
  std::uint64_t max_processes = kMaxProcesses;
  // Set: the deterministic scheduler. A script goes before a seed.
  std::optional<std::uint64_t> seed;
  std::optional<sched::Script> script;
  sched::Recording* recording = nullptr;  // with a script: what else the run could have done
  std::size_t max_stack_bytes = std::size_t{256} << 20U;
  std::optional<std::uint64_t> max_reductions;  // of all processes together
  std::size_t max_heap_bytes = 0;               // of each process; 0: no limit
  bool files = true;                            // false: the program cannot touch files
  bool prove = true;                            // lower::LowerOptions::prove
  std::vector<std::string> arguments;           // what ARGS gives
  std::string crash_dump;                       // the file for it; empty: none
  int output = 1;                               // descriptors
  int errors = 2;
};

bool is_deterministic(const Options& options);

// Why the run ended.
enum class Ending : std::uint8_t {
  kFinished,
  kDeadlock,
  kExit,
  kStopped,  // stop(), or output that could not be written
  kLimit,    // max_reductions
};

// The text form of a script, "12:3,40:0" or "default". Empty if it is none.
std::optional<sched::Script> parse_schedule(std::string_view text);

// Why no crash dump could be written to that file, as far as can be seen before; empty: it can.
std::string crash_dump_problem(const std::string& path);

// Collects at each allocation from now on, in all machines: a stress test.
void collect_always();

class Vm {
 public:
  explicit Vm(Options options);
  ~Vm();  // flushes the output
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  // Runs the program to the end of the run and gives its status (LANGUAGE, section 8). `folder` is
  // where SPAWN looks for files.
  int run(Verified program, const std::string& folder);

  // How that run ended.
  Ending ending() const;

  // Ends the run with that status.
  void stop(int status);

  // Writes the crash dump of the running machine, which goes on. By one thread at a time, which is
  // not the one that runs it. Nothing happens without Options::crash_dump or after the run.
  void dump(std::string_view reason);

  // The memory limit's handler flushes this machine's output before it ends the OS process.
  void limit_memory(std::size_t bytes);

  std::uint64_t dead_letters() const;
  std::uint64_t processes_spawned() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace ttvm::vm
