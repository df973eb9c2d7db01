// Processes written in C++ for tests of the scheduler: an Actor's step() plays the part of a slice.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "process/executor.hpp"
#include "process/registry.hpp"
#include "process/signals.hpp"
#include "process/table.hpp"
#include "sched/scheduler.hpp"

namespace ttvm::sched::testing {

using process::Message;
using process::Process;
using process::RunContext;
using process::SliceEnd;

// What a process does. One object for each process; step() is called for each slice.
class Actor {
 public:
  virtual ~Actor() = default;
  virtual SliceEnd step(Process& self, RunContext& context, std::int32_t budget) = 0;
};

// An actor from a lambda: SliceEnd(Process&, RunContext&, int32_t budget).
template <typename Step>
class LambdaActor final : public Actor {
 public:
  explicit LambdaActor(Step step) : step_(std::move(step)) {}
  SliceEnd step(Process& self, RunContext& context, std::int32_t budget) override {
    return step_(self, context, budget);
  }

 private:
  Step step_;
};

template <typename Step>
std::unique_ptr<Actor> actor(Step step) {
  return std::make_unique<LambdaActor<Step>>(std::move(step));
}

inline void install(Process& process, std::unique_ptr<Actor> what) {
  process.initial_block[0] = reinterpret_cast<process::Word>(what.release());
}

// Spawns and makes runnable; 0 at the limit.
inline std::uint64_t spawn(RunContext& context, std::uint64_t parent, std::unique_ptr<Actor> what) {
  Process* process = process::spawn_process(context, parent, 2);
  if (process == nullptr) return 0;
  install(*process, std::move(what));
  const std::uint64_t pid = process->pid;
  context.wake(process);
  return pid;
}

// False: nobody there.
inline bool send(RunContext& context, std::uint64_t from, std::uint64_t to, std::int64_t value) {
  Process* receiver = context.table->find(to);
  if (receiver == nullptr) return false;
  Message* message = process::make_message(0);
  message->sender = from;
  message->value = term::Term::small(value);
  if (context.deliver(*receiver, message)) return true;
  process::free_message(message);
  return false;
}

struct Received {
  bool ok = false;
  std::uint64_t sender = 0;
  std::int64_t value = 0;
};

inline Received receive(Process& self, RunContext& context) {
  process::fetch_signals(self, context);
  Message* message = self.mailbox.pop();
  if (message == nullptr) return {};
  const Received received{true, message->sender, message->value.as_small()};
  process::free_message(message);
  return received;
}

class FakeExecutor final : public process::Executor {
 public:
  SliceEnd run(Process& process, RunContext& context, std::int32_t budget) override {
    ++process.reductions;
    const SliceEnd end = actor_of(process)->step(process, context, budget);
    if (end == SliceEnd::kExited && process.exit_kind == process::ExitKind::kNone) {
      process.exit_kind = process::ExitKind::kNormal;
    }
    return end;
  }
  void collect(Process& process, const process::Collection& collection) override {
    on_collect(process, collection);
  }
  void release(Process& process) override { delete actor_of(process); }
  Place locate(const Process&) const override { return {}; }
  std::vector<std::string> stack_of(const Process&) const override { return {}; }

  std::function<void(Process&, const process::Collection&)> on_collect;

 private:
  static Actor* actor_of(Process& process) {
    return reinterpret_cast<Actor*>(process.initial_block[0]);
  }
};

class FakeServices final : public process::Services {
 public:
  std::vector<std::uint64_t> dead_letter(std::uint64_t, std::string_view,
                                         process::DeadLetterReason) override {
    return {};
  }
  void want_dead_letters(std::uint64_t, bool) override {}
  void report_exit(const Process&, term::Term) override {}
  void print_line(std::string_view) override {}
  const std::vector<std::string>& arguments() const override { return arguments_; }
  void report_uncaught(const Process&, std::string_view, const std::vector<std::string>&) override {
  }
  ProcessType find_process_type(std::string_view) override { return {}; }

 private:
  std::vector<std::string> arguments_;
};

// Which driver: `seed` 0 is SMP with that many workers.
struct Mode {
  std::uint32_t schedulers = 1;
  std::uint64_t seed = 0;
  std::int32_t budget = 1000;
};

inline std::string name_of(const Mode& mode) {
  return (mode.seed != 0 ? "seed" + std::to_string(mode.seed)
                         : "workers" + std::to_string(mode.schedulers)) +
         (mode.budget == 1 ? "budget1" : "");
}

// A whole world for one run.
class World {
 public:
  explicit World(const Mode& mode, int output_descriptor = 2)
      : table_(mode.schedulers), output_(output_descriptor) {
    SchedulerOptions options;
    options.schedulers = mode.schedulers;
    options.budget = mode.budget;
    if (mode.seed != 0) options.seed = mode.seed;
    scheduler_ = std::make_unique<Scheduler>(options, executor_, table_, registry_, clock_,
                                             services_, output_);
  }

  RunResult run(std::unique_ptr<Actor> main) {
    RunContext& context = scheduler_->first_context();
    Process* process = process::spawn_process(context, 0, 2);
    install(*process, std::move(main));
    scheduler_->spawn_first(process);
    return scheduler_->run();
  }

  FakeExecutor& executor() { return executor_; }
  Scheduler& scheduler() { return *scheduler_; }
  process::ProcessTable& table() { return table_; }
  process::Registry& registry() { return registry_; }
  io::Output& output() { return output_; }

 private:
  base::SystemClock clock_;
  FakeExecutor executor_;
  FakeServices services_;
  process::ProcessTable table_;
  process::Registry registry_;
  io::Output output_;
  std::unique_ptr<Scheduler> scheduler_;
};

}  // namespace ttvm::sched::testing
