// Spawn, send, receive, sleep.
#include <algorithm>
#include <array>
#include <cmath>

#include "heap/build.hpp"
#include "heap/copy.hpp"
#include "interp/machine.hpp"
#include "process/registry.hpp"
#include "process/table.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::interp {

using isa::Op;
using process::Message;

namespace {

// What is to run in a new process: code, and the values that its captures get.
struct SpawnPlan {
  const FunctionEntry* entry = nullptr;
  Term closure;  // unset, or the closure whose captures come along
  bool takes_name = false;
};

std::uint64_t unique_number(RunContext& context, std::uint64_t& counter) {
  return (++counter << 10U) | context.worker;
}

// Inputs of a new process. Most have few: no memory is allocated for those.
class Inputs {
 public:
  void add(Term value) {
    if (more_.empty() && count_ < kFew) {
      few_[count_++] = value;
      return;
    }
    if (more_.empty()) more_.assign(few_.begin(), few_.begin() + count_);
    more_.push_back(value);
    ++count_;
  }
  std::span<Term> values() { return {more_.empty() ? few_.data() : more_.data(), count_}; }

 private:
  static constexpr std::size_t kFew = 8;
  std::array<Term, kFew> few_;
  std::size_t count_ = 0;
  std::vector<Term> more_;
};

// Copies the inputs into the heap of the new process.
void copy_inputs(Process& child, std::span<Term> inputs) {
  if (std::none_of(inputs.begin(), inputs.end(), [](Term t) { return t.is_box(); })) return;
  heap::MessageCopy copy{std::span<const Term>(inputs)};
  const std::size_t words = copy.words();
  if (words == 0) return;  // all static
  heap::Fragment* fragment = heap::allocate_fragment(words);
  std::vector<Term> copies(inputs.size());
  copy.copy_to(*fragment, copies);
  std::copy(copies.begin(), copies.end(), inputs.begin());
  child.heap.adopt(fragment);
}

// Starts the process; `pid` gets its number.
Outcome start(Machine& m, const SpawnPlan& plan, Inputs& inputs, Term& pid) {
  Process* child = process::spawn_process(m.context, m.process.pid);
  if (child == nullptr) {
    return m.raise("Too many processes: the limit is " +
                   std::to_string(m.context.table->max_processes()));
  }
  for (std::uint32_t i = 0; i < plan.entry->captures; ++i) {
    inputs.add(term::captures(plan.closure)[i]);
  }
  // The frame first: it gives the heap its block, which adoption then adds to.
  m.interpreter.prepare(*child, *plan.entry, {});
  copy_inputs(*child, inputs.values());
  m.interpreter.set_inputs(*child, *plan.entry, inputs.values());
  pid = Term::pid(child->pid);
  m.context.wake(child);
  return Outcome::kOk;
}

Outcome plan_by_name(Machine& m, Term name, SpawnPlan& plan) {
  const std::string text(term::text_of(name));
  const auto& named = m.safepoint().code->program->named;
  const auto found = named.find(text);
  if (found != named.end()) {
    plan.entry = found->second;
    return Outcome::kOk;
  }
  const process::Services::ProcessType type = m.context.services->find_process_type(text);
  if (type.function == nullptr) return m.raise(type.error);
  plan.entry = static_cast<const FunctionEntry*>(type.function);
  plan.takes_name = type.takes_name;
  return Outcome::kOk;
}

Outcome plan_spawn(Machine& m, Term what, SpawnPlan& plan) {
  if (term::is_string(what)) return plan_by_name(m, what, plan);
  if (!term::is_function(what)) {
    return m.raise(wrong_type(Op::kSpawn, "a function or a string", what));
  }
  plan.entry = static_cast<const FunctionEntry*>(term::function_info(what));
  plan.closure = what;
  return Outcome::kOk;
}

void dead_letter(Machine& m, const std::string& to, const char* why) {
  m.context.services->dead_letter(m.process.pid, to, why);
}

void send_value(Machine& m, Term value, std::uint64_t pid) {
  Process* receiver = m.context.table->find(pid);
  if (receiver == nullptr) {
    dead_letter(m, "process " + std::to_string(static_cast<std::int64_t>(pid)), "no such process");
    return;
  }
  Message* message = nullptr;
  if (!value.is_box()) {
    message = process::make_message(0);
    message->value = value;
  } else {
    heap::MessageCopy copy(value);
    message = process::make_message(static_cast<std::uint32_t>(copy.words()));
    message->value = copy.copy_to(message->fragment);
  }
  message->sender = m.process.pid;
  message->id = unique_number(m.context, m.context.next_message_id);
  if (!m.context.deliver(*receiver, message)) {
    process::free_message(message);
    dead_letter(m, "process " + std::to_string(pid), "no such process");
  }
}

// The oldest message, adopted; false if there is none.
bool take_message(Machine& m, Term& value) {
  Process& process = m.process;
  if (process.mailbox.empty()) process::fetch_signals(process);
  Message* message = process.mailbox.pop();
  if (message == nullptr) return false;
  value = message->value;
  if (message->fragment.words == 0) {
    process::free_message(message);
  } else {
    process.heap.adopt(&message->fragment);
  }
  return true;
}

// Milliseconds from a program to a deadline; false if they are no number of at least 0.
bool deadline_after(Machine& m, Term ms, base::Nanos& deadline) {
  double value = 0;
  if (!term::as_double(ms, value) || !(value >= 0)) return false;
  // 285 years. A logical clock gets there; then it is late, but the sum stays in range.
  constexpr double kMaxMs = 9e12;
  constexpr base::Nanos kEndOfTime = 9'100'000'000'000'000'000;
  const auto nanos = static_cast<base::Nanos>(std::min(value, kMaxMs) * 1e6);
  const base::Nanos now = m.context.clock->now();
  deadline = nanos < kEndOfTime - now ? now + nanos : std::max(now, kEndOfTime);
  return true;
}

std::string bad_milliseconds(Op op, Term value) {
  std::string text(isa::info(op).mnemonic);
  text += " expects milliseconds of at least 0 but got ";
  if (term::is_number(value)) return text + term::to_text(value);
  return text.append(display_type(value));
}

}  // namespace

Outcome spawn(Machine& m) {
  const std::uint32_t first = m.operand(0);
  const std::uint32_t count = m.operand(1);
  const Term what = m.reg(first + count);
  SpawnPlan plan;
  plan.entry = reinterpret_cast<const FunctionEntry*>(m.immediate(0));
  if (plan.entry == nullptr || !term::is_string(what)) {
    const Outcome planned = plan_spawn(m, what, plan);
    if (planned != Outcome::kOk) return planned;
  }
  Inputs inputs;
  for (std::uint32_t i = 0; i < count; ++i) inputs.add(m.reg(first + i));
  if (plan.takes_name) inputs.add(what);
  TTVM_CHECK(inputs.values().size() == plan.entry->arity);
  return start(m, plan, inputs, m.reg(first));
}

Outcome spawn_from_operands(Machine& m) {
  auto& operands = extras_of(m.process).operands;
  if (operands.empty()) return m.raise("Stack underflow during SPAWN");
  const Term what = operands.back();
  SpawnPlan plan;
  const Outcome planned = plan_spawn(m, what, plan);
  if (planned != Outcome::kOk) return planned;
  const std::size_t count = plan.takes_name ? 0 : plan.entry->arity;
  if (operands.size() < count + 1) return m.raise("Stack underflow during SPAWN");
  const auto first = operands.end() - 1 - static_cast<std::ptrdiff_t>(count);
  Inputs inputs;
  std::for_each(first, operands.end() - 1, [&](Term value) { inputs.add(value); });
  if (plan.takes_name) inputs.add(what);
  operands.erase(first, operands.end());
  return start(m, plan, inputs, m.reg(m.operand(0)));
}

Outcome send(Machine& m) {
  const auto op = static_cast<Op>(m.operand(3));
  const Term value = m.reg(m.operand(0));
  const Term target = m.reg(m.operand(1));
  std::int64_t number = 0;
  if (target.is_pid()) {
    send_value(m, value, target.as_pid());
  } else if (op == Op::kSend && term::as_int64(target, number)) {
    send_value(m, value, static_cast<std::uint64_t>(number));
  } else if (term::is_string(target)) {
    const std::string_view name = term::text_of(target);
    const std::uint64_t pid = m.context.registry->whereis(name);
    if (pid != 0) {
      send_value(m, value, pid);
    } else {
      dead_letter(m, "\"" + std::string(name) + "\"", "no process has that name");
    }
  } else {
    return m.raise(
        wrong_type(op, op == Op::kSend ? "a pid, number or name as its target" : "a name", target));
  }
  return Outcome::kOk;
}

Outcome send_to_pid(Machine& m) {
  send_value(m, m.reg(m.operand(0)), m.immediate(0));
  return Outcome::kOk;
}

Outcome receive_slow(Machine& m) {
  // Adopted messages count towards the next collection; who only receives has it here.
  if (!make_room(m, 1)) return Outcome::kDie;
  return take_message(m, m.reg(m.operand(0))) ? Outcome::kOk : Outcome::kWait;
}

Outcome receive_after(Machine& m, bool& timed_out) {
  if (!make_room(m, 1)) return Outcome::kDie;
  Process& process = m.process;
  if (take_message(m, m.reg(m.operand(0)))) {
    process.wait_deadline = process::kNoDeadline;
    return Outcome::kOk;
  }
  if (process.wait_deadline == process::kNoDeadline) {
    const Term ms = m.reg(m.operand(1));
    if (!deadline_after(m, ms, process.wait_deadline)) {
      return m.raise(bad_milliseconds(Op::kReceiveAfter, ms));
    }
  }
  if (m.context.clock->now() < process.wait_deadline) return Outcome::kWait;
  process.wait_deadline = process::kNoDeadline;
  timed_out = true;
  return Outcome::kOk;
}

Outcome sleep(Machine& m) {
  Process& process = m.process;
  if (process.wait_deadline == process::kNoDeadline) {
    const Term ms = m.reg(m.operand(0));
    if (!deadline_after(m, ms, process.wait_deadline)) {
      return m.raise(bad_milliseconds(Op::kSleep, ms));
    }
  }
  if (m.context.clock->now() < process.wait_deadline) {
    process::fetch_signals(process);  // messages wait in the mailbox, so that the inbox is empty
    return Outcome::kWait;
  }
  process.wait_deadline = process::kNoDeadline;
  return Outcome::kOk;
}

Outcome make_ref(Machine& m) {
  if (!make_room(m, heap::kRefNeed)) return Outcome::kDie;
  m.reg(m.operand(0)) =
      heap::make_ref(m.process.heap, unique_number(m.context, m.context.next_ref));
  return Outcome::kOk;
}

Outcome exit_status(Machine& m) {
  const Term status = m.reg(m.operand(0));
  std::int64_t value = 0;
  if (!term::as_int64(status, value) || value < 0 || value > 255) {
    std::string text = "EXIT expects a status from 0 to 255 but got ";
    if (term::as_int64(status, value)) return m.raise(text + std::to_string(value));
    return m.raise(text.append(display_type(status)));
  }
  m.context.exit_status = static_cast<int>(value);
  return Outcome::kOk;
}

}  // namespace ttvm::interp
