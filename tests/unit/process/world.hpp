// A worker without a scheduler: processes that a test moves by hand, one step at a time.
//
// Thread safety: none; one test, one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "process/details.hpp"
#include "process/executor.hpp"
#include "process/registry.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/table.hpp"
#include "term/access.hpp"
#include "term/symbols.hpp"

namespace ttvm::process {

// Keeps what it is told.
class RecordingServices final : public Services {
 public:
  std::vector<std::uint64_t> dead_letter(std::uint64_t from, std::string_view to,
                                         DeadLetterReason reason) override {
    dead_letters.push_back(std::to_string(from) + " to " + std::string(to) + ": " +
                           std::string(text_of(reason)));
    return {};
  }
  void want_dead_letters(std::uint64_t, bool) override {}
  void print_line(std::string_view) override {}
  const std::vector<std::string>& arguments() const override { return none_; }
  void report_uncaught(const Process&, std::string_view, const std::vector<std::string>&) override {
  }
  void report_exit(const Process&, term::Term) override {}
  ProcessType find_process_type(std::string_view) override { return {}; }

  std::vector<std::string> dead_letters;

 private:
  std::vector<std::string> none_;
};

class World {
 public:
  World() {
    domain_.participant(0).go_online();
    context.epoch = &domain_.participant(0);
    context.table = &table;
    context.registry = &registry_;
    context.services = &services;
  }
  ~World() {
    for (Process* process : living_) remove(*process);
    domain_.participant(0).go_offline();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // A process that traps exits: what ends it otherwise is seen as a message.
  Process& spawn() {
    Process* process = spawn_process(context, 0);
    process->traps_exits = true;
    living_.push_back(process);
    return *process;
  }
  // What a process does at the begin of its slice.
  void fetch(Process& process) { fetch_signals(process, context); }
  void end(Process& process, std::string_view reason) {
    begin_exit(process, term::intern(reason));
    std::erase(living_, &process);
    remove(process);
  }
  // Until nothing is on its way to these two.
  void settle(Process& a, Process& b) {
    while (a.inbox.has_signals() || b.inbox.has_signals()) {
      fetch(a);
      fetch(b);
    }
  }

  SendResult send(Process& from, Process& to, int value) {
    return process::send(from, context, {to.pid, {}}, make_message_of(Term::small(value)));
  }
  // Takes the next message out of the mailbox; its Int, or -1 if there is none.
  std::int64_t receive(Process& process) {
    Message* message = take_next(process, context);
    if (message == nullptr) return -1;
    std::int64_t value = -2;
    static_cast<void>(term::as_int64(message->value, value));
    free_message(message);
    return value;
  }
  // Takes all messages of {type: `type`} out of the mailbox; their reasons.
  std::vector<std::string> reasons(Process& process, std::string_view type) {
    std::vector<std::string> found;
    while (Message* message = take_next(process, context)) {
      if (term::text_of(term::object_get(message->value, "type")) == type) {
        found.emplace_back(term::text_of(term::object_get(message->value, "reason")));
      }
      free_message(message);
    }
    return found;
  }

  static bool is_linked(Process& process, const Process& to) {
    if (process.details == nullptr) return false;
    const std::uint64_t* state = process.details->relations.find(Relation::kLink, to.pid);
    return state != nullptr && *state == 0;
  }
  static std::size_t relations_of(const Process& process) {
    return process.details == nullptr ? 0 : process.details->relations.used();
  }

  RecordingServices services;
  RunContext context;
  ProcessTable table{1};

 private:
  void remove(Process& process) {
    table.remove(&process, 0, *context.epoch);
    end_process(&process, context);
  }

  EpochDomain domain_{1};
  Registry registry_;
  std::vector<Process*> living_;
};

}  // namespace ttvm::process
