#include "vm/vm.hpp"

#include "base/clock.hpp"
#include "base/utf8.hpp"
#include "heap/heap.hpp"
#include "interp/interpreter.hpp"
#include "io/output.hpp"
#include "process/registry.hpp"
#include "process/table.hpp"
#include "sched/cpus.hpp"
#include "sched/scheduler.hpp"
#include "term/print.hpp"
#include "vm/code_server.hpp"
#include "vm/crash_dump.hpp"
#include "vm/delayed_reports.hpp"
#include "vm/limited_executor.hpp"
#include "vm/memory.hpp"
#include "vm/reports.hpp"

namespace ttvm::vm {

namespace {

// Arguments come from the system as bytes; a Str is UTF-8.
std::string to_utf8(std::string_view bytes) {
  std::string out;
  for (;;) {
    const std::size_t valid = base::valid_utf8_prefix(bytes);
    out.append(bytes.substr(0, valid));
    if (valid == bytes.size()) return out;
    out.append("\xEF\xBF\xBD");  // U+FFFD
    bytes.remove_prefix(valid + 1);
  }
}

std::uint32_t scheduler_count(const Options& options) {
  if (!options.smp || is_deterministic(options)) return 1;
  return options.schedulers != 0 ? options.schedulers : sched::available_cpus();
}

Ending ending_of(const sched::RunResult& result, bool limit) {
  if (limit) return Ending::kLimit;
  switch (result.reason) {
    case sched::RunReason::kFinished:
      return Ending::kFinished;
    case sched::RunReason::kDeadlock:
      return Ending::kDeadlock;
    case sched::RunReason::kExit:
      return Ending::kExit;
    default:
      return Ending::kStopped;
  }
}

}  // namespace

bool is_deterministic(const Options& options) {
  return options.seed.has_value() || options.script.has_value();
}

std::optional<sched::Script> parse_schedule(std::string_view text) {
  return sched::parse_script(text);
}

std::string crash_dump_problem(const std::string& path) { return CrashDumper::problem_with(path); }

void collect_always() { heap::g_collect_always = true; }

// Members are in the order of their dependence: the scheduler goes first and with it every process,
// the code that they run goes after them.
class Vm::Machine final : public process::Services {
 public:
  explicit Machine(Options options)
      : options_(std::move(options)),
        output_(options_.output, options_.errors),
        errors_(options_.errors),
        reports_(output_, errors_, is_deterministic(options_) ? nullptr : &clock_),
        code_({options_.smp, options_.files, options_.prove, options_.reductions,
               is_deterministic(options_)}),
        schedulers_(scheduler_count(options_)),
        table_(schedulers_, options_.max_processes),
        interpreter_({options_.max_stack_bytes, options_.max_heap_bytes}),
        limited_(interpreter_, options_.max_reductions.value_or(UINT64_MAX)),
        delayed_reports_(limited_, reports_),
        scheduler_(
            {schedulers_, options_.reductions, options_.seed, options_.script, options_.recording},
            executor(), table_, registry_, clock_, *this, output_) {
    for (std::string& argument : options_.arguments) argument = to_utf8(argument);
    if (options_.crash_dump.empty()) return;
    dumper_.emplace(options_.crash_dump);
    dying_ = this;
    base::set_last_words([](const char* reason) noexcept {
      dying_->dumper_->write_last([] { return dying_->view(false); }, reason);
    });
  }

  ~Machine() override {
    if (limits_memory_) set_memory_limit(0, nullptr);
    if (dumper_.has_value()) base::set_last_words(nullptr);
  }

  int run(Verified program, const std::string& folder);
  void stop(int status) { scheduler_.stop(sched::RunReason::kInterrupted, status); }
  void dump(std::string_view reason);
  void limit_memory(std::size_t bytes) {
    limits_memory_ = true;
    set_memory_limit(bytes, &output_);
  }
  Ending ending() const { return ending_; }
  const Reports& reports() const { return reports_; }
  std::uint64_t processes_spawned() const { return table_.spawned_count(); }

  // process::Services
  std::vector<std::uint64_t> dead_letter(std::uint64_t from, std::string_view to,
                                         process::DeadLetterReason reason) override {
    return reports_.dead_letter(from, to, reason);
  }
  void want_dead_letters(std::uint64_t pid, bool wanted) override {
    reports_.want_dead_letters(pid, wanted);
  }
  void print_line(std::string_view text) override { output_.write_line(text); }
  const std::vector<std::string>& arguments() const override { return options_.arguments; }
  std::uint32_t schedulers() const override { return schedulers_; }
  void report_uncaught(const process::Process& process, std::string_view message,
                       const std::vector<std::string>& stack) override {
    const bool delayed = is_deterministic(options_);
    if (!delayed && !reports_.admits_failure(process.pid)) return;
    Failure failure = describe(process, message);
    failure.stack = stack;
    if (delayed) {
      delayed_reports_.failed(std::move(failure));
    } else {
      reports_.failed(failure);
    }
  }
  void report_exit(const process::Process& process, term::Term reason) override {
    if (!reports_.admits_failure(process.pid)) return;
    constexpr std::size_t kMaxText = 4096;
    std::string text;
    term::print(reason, text, false, kMaxText);
    Failure failure = describe(process, text);
    failure.stack = interpreter_.stack_of(process);
    reports_.failed(failure);
  }
  ProcessType find_process_type(std::string_view name) override {
    return code_.find_process_type(name);
  }
  const term::FunctionInfo* find_library_function(std::string_view name) override {
    return code_.find_library_function(name);
  }

 private:
  MachineView view(bool at_rest);
  Failure describe(const process::Process& process, std::string_view reason) const;
  process::Executor& executor() {
    if (is_deterministic(options_)) return delayed_reports_;
    if (options_.max_reductions.has_value()) return limited_;
    return interpreter_;
  }

  Options options_;
  base::SystemClock clock_;
  io::Output output_;
  io::ErrorOutput errors_;
  Reports reports_;
  CodeServer code_;
  std::uint32_t schedulers_;
  process::ProcessTable table_;
  process::Registry registry_;
  interp::Interpreter interpreter_;
  LimitedExecutor limited_;
  DelayedReports delayed_reports_;
  bool limits_memory_ = false;
  std::optional<CrashDumper> dumper_;
  // Whose crash dump the last words are; set before and used after set_last_words.
  static inline Machine* dying_ = nullptr;
  Ending ending_ = Ending::kFinished;
  sched::Scheduler scheduler_;
};

// By the worker that runs the process.
Failure Vm::Machine::describe(const process::Process& process, std::string_view reason) const {
  Failure failure = failure_of(process, registry_);
  failure.reason = reason;
  // The parent may be running elsewhere: what is read of it is constant, or the registry's.
  const process::Process* parent = table_.find(process.parent);
  if (parent != nullptr && code_.is_supervisor(parent->initial_function)) {
    const std::vector<std::string> names = registry_.names_of(parent->pid);
    failure.supervisor = "process " + std::to_string(parent->pid);
    if (!names.empty()) failure.supervisor += " (" + names.front() + ")";
  }
  return failure;
}

MachineView Vm::Machine::view(bool at_rest) {
  const process::RunContext& context = scheduler_.first_context();
  return {table_,
          registry_,
          interpreter_,
          scheduler_.states(),
          context.clock->now(),
          context.start_time,
          reports_.dead_letters(),
          at_rest};
}

void Vm::Machine::dump(std::string_view reason) {
  if (!dumper_.has_value()) return;
  scheduler_.look_at_rest(
      [&](bool all) { dumper_->write_in_child([&] { return view(all); }, reason); });
}

int Vm::Machine::run(Verified program, const std::string& folder) {
  const lower::Program& code = code_.load_main(std::move(program), folder);
  process::Process* main = process::spawn_process(scheduler_.first_context(), 0);
  TTVM_CHECK(main != nullptr && main->pid == 1);
  interpreter_.prepare(*main, code.main(), {});
  if (code_.receives_commute()) scheduler_.receives_commute();
  scheduler_.spawn_first(main);
  const sched::RunResult result = scheduler_.run();
  delayed_reports_.drop();
  if (options_.recording != nullptr && code_.was_wrong_about_receives()) {
    options_.recording->truncated = true;
  }
  ending_ = ending_of(result, limited_.exceeded());
  if (!result.schedule_fits) {
    reports_.write(
        "ttvm: the schedule is not one of this program: a process that it names could "
        "not run at that step\n");
  }
  if (result.reason == sched::RunReason::kDeadlock) {
    reports_.write(deadlock_report(table_, registry_, interpreter_));
    if (dumper_.has_value()) dumper_->write(view(true), "deadlock");
  } else if (limited_.exceeded()) {
    reports_.write("ttvm: stopped after " + std::to_string(*options_.max_reductions) +
                   " reductions (--max-reductions)\n");
  }
  reports_.finish();
  if (dumper_.has_value()) dumper_->wait();
  // Output that could not be written is no success, whatever the program thinks; nor is another
  // run than the one that was asked for.
  output_.flush();
  const bool failed = output_.failed() || !result.schedule_fits;
  return result.status == 0 && failed ? 1 : result.status;
}

Vm::Vm(Options options) : machine_(std::make_unique<Machine>(std::move(options))) {}
Vm::~Vm() = default;

int Vm::run(Verified program, const std::string& folder) {
  return machine_->run(std::move(program), folder);
}
Ending Vm::ending() const { return machine_->ending(); }
void Vm::stop(int status) { machine_->stop(status); }
void Vm::dump(std::string_view reason) { machine_->dump(reason); }
void Vm::limit_memory(std::size_t bytes) { machine_->limit_memory(bytes); }
std::uint64_t Vm::dead_letters() const { return machine_->reports().dead_letters(); }
std::uint64_t Vm::processes_spawned() const { return machine_->processes_spawned(); }

}  // namespace ttvm::vm
