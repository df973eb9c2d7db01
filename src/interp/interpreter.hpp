// The interpreter: runs register code, one slice at a time. Thread-safe: holds nothing but options;
// everything it works on is in the Process and the RunContext it is given.
#pragma once

#include <cstddef>
#include <span>

#include "lower/code.hpp"
#include "process/executor.hpp"
#include "process/process.hpp"

namespace ttvm::interp {

struct InterpreterOptions {
  std::size_t max_stack_bytes = std::size_t{256} << 20U;  // past it: `Stack overflow`
  std::size_t max_heap_bytes = 0;  // of each process, 0: no limit; past it: `out_of_memory`
};

class Interpreter final : public process::Executor {
 public:
  explicit Interpreter(const InterpreterOptions& options) : options_(options) {}

  process::SliceEnd run(process::Process& process, process::RunContext& context,
                        std::int32_t budget) override;
  void collect(process::Process& process, const process::Collection& collection) override;
  void release(process::Process& process) override;
  Place locate(const process::Process& process) const override;
  std::vector<std::string> stack_of(const process::Process& process) const override;

  // Sets up the first frame of a new process. `inputs`: arguments, then the captured values of a
  // closure; they must be in the new process's heap already (or immediate, or static).
  void prepare(process::Process& process, const lower::FunctionEntry& entry,
               std::span<const term::Term> inputs) const;

  // The inputs alone, for a process that prepare() was given none for.
  void set_inputs(process::Process& process, const lower::FunctionEntry& entry,
                  std::span<const term::Term> inputs) const;

  const InterpreterOptions& options() const { return options_; }

  // Handler addresses by RCode, for lowering.
  static const void* const* handlers();

 private:
  InterpreterOptions options_;
};

}  // namespace ttvm::interp
