// All code of one VM: the program, the predefined process types, and the files beside the program
// that SPAWN names. Each is loaded and lowered once and kept for the VM's life, because functions
// and running processes point into it.
//
// Thread safety: load_main before anything runs; find_process_type by any worker (one mutex; a name
// that has been looked up before costs one hash look-up under it).
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.hpp"
#include "lower/lower.hpp"
#include "process/executor.hpp"
#include "vm/loader.hpp"
#include "vm/std_sources.hpp"

namespace ttvm::vm {

class CodeServer {
 public:
  struct Settings {
    bool smp = true;    // whether the code may use instructions that need the scheduler
    bool files = true;  // false: reading, writing and spawning files raises
    bool prove = true;  // LowerOptions::prove
    std::int32_t reductions = 1000;  // of a slice; code looks at least that often
    bool points = false;             // LowerOptions::points
  };
  explicit CodeServer(const Settings& settings);
  ~CodeServer();
  CodeServer(const CodeServer&) = delete;
  CodeServer& operator=(const CodeServer&) = delete;

  // `folder`: where files that SPAWN names are looked for.
  const lower::Program& load_main(Verified program, std::string folder);

  // Whether the main program's RECEIVEs do the same whatever others do meanwhile, so that they are
  // no scheduling points.
  bool receives_commute() const { return options_.receives_commute; }
  // Whether that did not hold for a file loaded later.
  bool was_wrong_about_receives() const;

  // A predefined type, else a file, else the basic process.
  process::Services::ProcessType find_process_type(std::string_view name);
  // A function of asm/std/supervisor.ttvm, which SPAWN does not see; null if there is none.
  const term::FunctionInfo* find_library_function(std::string_view name);
  // Whether a process that began with `function` is a supervisor.
  bool is_supervisor(const term::FunctionInfo* function) const;

 private:
  using ProcessType = process::Services::ProcessType;

  // Names that mean nothing are remembered as well, up to so many.
  static constexpr std::size_t kMaxRemembered = 4096;

  const lower::Program& add(Verified module) TTVM_REQUIRES(mutex_);
  const lower::Program& load_source(const StdSource& source) TTVM_REQUIRES(mutex_);
  void load_std() TTVM_REQUIRES(mutex_);
  ProcessType look_up(const std::string& name) TTVM_REQUIRES(mutex_);
  ProcessType load_file(const std::string& name, bool& found) TTVM_REQUIRES(mutex_);

  lower::LowerOptions options_;
  bool files_;
  std::string folder_;
  mutable base::Mutex mutex_;
  std::deque<std::unique_ptr<lower::Program>> programs_ TTVM_GUARDED_BY(mutex_);
  std::unordered_map<std::string, ProcessType> types_ TTVM_GUARDED_BY(mutex_);
  ProcessType basic_ TTVM_GUARDED_BY(mutex_);
  bool loaded_other_ TTVM_GUARDED_BY(mutex_) = false;  // see was_wrong_about_receives
  bool std_loaded_ TTVM_GUARDED_BY(mutex_) = false;
  // Loaded when it is first needed: programs without supervisors are explored without it.
  const lower::Program* library_ TTVM_GUARDED_BY(mutex_) = nullptr;
};

// Letters, digits, `_` and `-`: a name that may also be that of a file.
bool is_file_name(std::string_view name);

}  // namespace ttvm::vm
