#include "bench/machine.hpp"

#include <filesystem>

#include "base/assert.hpp"

namespace ttvm::bench {

Machine::Machine(std::uint32_t schedulers, std::vector<std::string> arguments,
                 SliceObserver* observer)
    : arguments_(std::move(arguments)),
      table_(schedulers),
      interpreter_(interp::InterpreterOptions{}),
      observed_(interpreter_, observer),
      scheduler_(sched::SchedulerOptions{schedulers, 1000, {}, {}, nullptr}, executor(observer),
                 table_, registry_, clock_, *this, output_) {}

int Machine::run(const vm::Input& program) {
  base::Expected<vm::Verified> verified = vm::load_program(program);
  if (!verified) {
    errors_.write(base::format(verified.errors()));
    return 65;
  }
  const lower::Program& code = code_.load_main(
      std::move(*verified), std::filesystem::path(program.name).parent_path().string());
  process::Process* main = process::spawn_process(scheduler_.first_context(), 0);
  TTVM_CHECK(main != nullptr);
  interpreter_.prepare(*main, code.main(), {});
  scheduler_.spawn_first(main);
  const base::Nanos start = clock_.now();
  const sched::RunResult result = scheduler_.run();
  run_time_ = clock_.now() - start;
  return result.status;
}

void Machine::report_uncaught(const process::Process& process, std::string_view message,
                              const std::vector<std::string>& stack) {
  std::string text = "process " + std::to_string(process.pid) + ": " + std::string(message);
  for (const std::string& line : stack) text += "\n  " + line;
  errors_.write(text + "\n");
}

}  // namespace ttvm::bench
