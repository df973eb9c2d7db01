// Spawning: what is to run, with which inputs and options.
#include <algorithm>
#include <array>
#include <optional>

#include "heap/build.hpp"
#include "heap/copy.hpp"
#include "interp/machine.hpp"
#include "process/details.hpp"
#include "process/limit.hpp"
#include "process/registry.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/table.hpp"
#include "process/waiting.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::interp {

using isa::Op;

namespace {

// What is to run in a new process: code, and the values that its captures get.
struct SpawnPlan {
  const FunctionEntry* entry = nullptr;
  Term closure;  // unset, or the closure whose captures come along
  bool takes_name = false;
};

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

Outcome plan_spawn(Machine& m, Op op, Term what, SpawnPlan& plan) {
  if (term::is_string(what)) return plan_by_name(m, what, plan);
  if (!term::is_function(what)) {
    return m.raise(wrong_type(op, "a function or a string", what));
  }
  plan.entry = &entry_of(what);
  plan.closure = what;
  return Outcome::kOk;
}

// ---- Options

// What an instruction asks for beyond SPAWN.
struct SpawnOptions {
  bool link = false;
  bool monitor = false;
  bool trap_exit = false;
  std::uint64_t ref_number = 0;  // of the monitor
  Term ref;                      // SPAWN_MONITOR: what it pushes; else unset
  Term name;                     // Str, or unset
  Term label;                    // Str, or unset
  process::ProcessPriority priority = process::ProcessPriority::kNormal;
  std::optional<std::uint32_t> mailbox_limit;
  process::OnFull on_full = process::OnFull::kBlock;
  std::size_t max_heap_bytes = 0;
};

Outcome bad_option(Machine& m, Op op, std::string_view key, std::string_view expected, Term got) {
  std::string text(isa::info(op).mnemonic);
  text.append(" expects ").append(expected).append(" as ").append(key).append(" but got ");
  if (term::is_string(got)) return m.raise(text.append(term::text_of(got)));
  if (term::is_number(got)) return m.raise(text.append(term::to_text(got)));
  return m.raise(text.append(display_type(got)));
}

template <typename Choice, std::size_t kCount>
bool choose(Term value, const std::array<std::pair<std::string_view, Choice>, kCount>& choices,
            Choice& out) {
  if (!term::is_string(value)) return false;
  for (const auto& [name, choice] : choices) {
    if (term::text_of(value) == name) {
      out = choice;
      return true;
    }
  }
  return false;
}

constexpr std::array<std::pair<std::string_view, process::ProcessPriority>, 3> kPriorities{{
    {"low", process::ProcessPriority::kLow},
    {"normal", process::ProcessPriority::kNormal},
    {"high", process::ProcessPriority::kHigh},
}};
constexpr std::array<std::pair<std::string_view, process::OnFull>, 4> kPolicies{{
    {"block", process::OnFull::kBlock},
    {"drop_newest", process::OnFull::kDropNewest},
    {"drop_oldest", process::OnFull::kDropOldest},
    {"raise", process::OnFull::kRaise},
}};

bool positive(Term value, std::int64_t most, std::int64_t& out) {
  return term::as_int64(value, out) && out >= 1 && out <= most;
}

Outcome read_monitor(Machine& m, Op op, Term value, SpawnOptions& options) {
  if (value.is_bool()) {
    options.monitor = value.is_true();
    if (options.monitor) options.ref_number = process::unique_ref(m.context);
    return Outcome::kOk;
  }
  if (!term::is_kind(value, term::Kind::kRef)) {
    return bad_option(m, op, "monitor", "a bool or a ref", value);
  }
  options.monitor = true;
  options.ref_number = term::ref_number(value);
  return Outcome::kOk;
}

Outcome read_option(Machine& m, Op op, std::string_view key, Term value, SpawnOptions& options) {
  std::int64_t number = 0;
  if (key == "monitor") return read_monitor(m, op, value, options);
  if (key == "link" || key == "trap_exit") {
    if (!value.is_bool()) return bad_option(m, op, key, "a bool", value);
    (key == "link" ? options.link : options.trap_exit) = value.is_true();
  } else if (key == "name" || key == "label") {
    if (!term::is_string(value)) return bad_option(m, op, key, "a string", value);
    (key == "name" ? options.name : options.label) = value;
  } else if (key == "priority") {
    if (!choose(value, kPriorities, options.priority)) {
      return bad_option(m, op, key, "low, normal or high", value);
    }
  } else if (key == "on_full") {
    if (!choose(value, kPolicies, options.on_full)) {
      return bad_option(m, op, key, "block, drop_newest, drop_oldest or raise", value);
    }
  } else if (key == "mailbox_limit") {
    if (!positive(value, INT32_MAX, number)) {
      return bad_option(m, op, key, "an Int from 1 to 2147483647", value);
    }
    options.mailbox_limit = static_cast<std::uint32_t>(number);
  } else if (key == "max_heap_bytes") {
    if (!positive(value, INT64_MAX, number)) {
      return bad_option(m, op, key, "an Int of at least 1", value);
    }
    options.max_heap_bytes = static_cast<std::size_t>(number);
  } else {
    return m.raise(std::string(isa::info(op).mnemonic) + " does not know the option " +
                   std::string(key));
  }
  return Outcome::kOk;
}

// The options in an Object.
Outcome read_object(Machine& m, Op op, Term object, SpawnOptions& options) {
  if (term::type_of(object) != term::Type::kObject) {
    return m.raise(wrong_type(op, "an object of options", object));
  }
  Term key;
  Term value;
  for (term::ObjectReader reader(object); reader.next(key, value);) {
    const Outcome outcome = read_option(m, op, term::text_of(key), value, options);
    if (outcome != Outcome::kOk) return outcome;
  }
  return Outcome::kOk;
}

// The options of the instruction: SPAWN has none, those of SPAWN_WITH are in R[at]. May collect.
Outcome read_options(Machine& m, Op op, std::uint32_t at, std::optional<SpawnOptions>& given) {
  if (op == Op::kSpawn) return Outcome::kOk;
  SpawnOptions& options = given.emplace();
  if (op == Op::kSpawnLink) options.link = true;
  if (op == Op::kSpawnMonitor) {
    if (!make_room_here(m, heap::kRefNeed)) return Outcome::kDie;
    options.monitor = true;
    options.ref_number = process::unique_ref(m.context);
    options.ref = process::make_own_ref(m.process, options.ref_number);
  }
  return op == Op::kSpawnWith ? read_object(m, op, m.reg(at), options) : Outcome::kOk;
}

// What others may rely on as soon as they can find the process.
void configure(Process& child, const SpawnOptions& options) {
  child.priority = options.priority;
  child.traps_exits = options.trap_exit;
  if (options.mailbox_limit.has_value()) {
    process::limit_mailbox(child, *options.mailbox_limit, options.on_full);
  }
  if (options.max_heap_bytes != 0) child.heap.set_max_bytes(options.max_heap_bytes);
  if (!options.label.is_unset()) {
    process::details_of(child).label = term::text_of(options.label);
  }
}

// False: the name cannot be had; the exception is set.
bool register_child(Machine& m, Process& child, Term name) {
  if (name.is_unset()) return true;
  const std::string_view text = term::text_of(name);
  switch (m.context.registry->register_name(text, child, *m.context.epoch)) {
    case process::RegisterResult::kRegistered:
      return true;
    case process::RegisterResult::kTaken:
      m.error = "Name already registered: " + std::string(text);
      break;
    case process::RegisterResult::kIllFormed:
      m.error = "Invalid process name: ";
      term::print_quoted(text, m.error);
      break;
  }
  return false;
}

// What needs the process to be in the table: its name, link and monitor. False: the name cannot be
// had, the exception is set, and the process has ended as if it had run, since it could be found.
bool relate(Machine& m, Process& child, const SpawnOptions& options) {
  RunContext& context = m.context;
  if (!register_child(m, child, options.name)) {
    context.executor->release(child);
    context.table->remove(&child, context.worker, *context.epoch);
    process::end_process(&child, context);
    return false;
  }
  if (options.link) process::link_new(m.process, child);
  if (options.monitor) process::monitor_new(m.process, child, options.ref_number);
  return true;
}

// SPAWN_APPLY of something that takes another number of arguments.
Outcome refuse_arguments(Machine& m, Term what, const SpawnPlan& plan, std::uint64_t given) {
  std::string text(isa::info(Op::kSpawnApply).mnemonic);
  text += " gives " + std::to_string(given) + (given == 1 ? " argument to " : " arguments to ");
  if (plan.takes_name) {
    term::print_quoted(term::text_of(what), text);
    text += ", which takes none";
  } else {
    term::print(term::is_string(what) ? plan.entry->value : what, text, false);
  }
  return m.raise(std::move(text));
}

constexpr const char* kNoMemoryForProcess = "No memory for another process";

std::string too_many_processes(const Machine& m) {
  return "Too many processes: the limit is " + std::to_string(m.context.table->max_processes());
}

// None of them is in a heap: they can be given to another process as they are.
bool are_free(Machine& m, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t i = first; i < first + count; ++i) {
    if (heap::is_in_heap(m.reg(i))) return false;
  }
  return true;
}

// What nearly every SPAWN is: a function without captures, and inputs that need no copy.
Outcome start_plain(Machine& m, const FunctionEntry& entry, std::uint32_t first,
                    std::uint32_t count) {
  RunContext& context = m.context;
  Process* child = process::new_process(context, m.process.pid);
  if (TTVM_UNLIKELY(child == nullptr)) return m.raise(too_many_processes(m));
  m.interpreter.prepare(*child, entry, std::span<const Term>(&m.reg(first), count));
  if (TTVM_UNLIKELY(!process::publish(context, child))) return m.raise(kNoMemoryForProcess);
  m.reg(first) = Term::pid(child->pid);
  context.wake(child);
  return Outcome::kOk;
}

// Starts the process; SPAWN has no options. R[to] gets its pid; for SPAWN_MONITOR, R[to + 1] the
// ref.
Outcome start(Machine& m, const SpawnPlan& plan, Inputs& inputs, const SpawnOptions* options,
              std::uint32_t to) {
  RunContext& context = m.context;
  Process* child = process::new_process(context, m.process.pid);
  if (child == nullptr) {
    return m.raise(too_many_processes(m));
  }
  for (std::uint32_t i = 0; i < plan.entry->captures; ++i) {
    inputs.add(term::captures(plan.closure)[i]);
  }
  // The frame first: it gives the heap its block, which adoption then adds to.
  m.interpreter.prepare(*child, *plan.entry, {});
  if (options != nullptr) configure(*child, *options);
  copy_inputs(*child, inputs.values());
  m.interpreter.set_inputs(*child, *plan.entry, inputs.values());
  if (!process::publish(context, child)) return m.raise(kNoMemoryForProcess);
  if (options != nullptr && !relate(m, *child, *options)) return Outcome::kRaise;
  m.reg(to) = Term::pid(child->pid);
  if (options != nullptr && !options->ref.is_unset()) m.reg(to + 1) = options->ref;
  context.wake(child);
  return Outcome::kOk;
}

}  // namespace

Outcome spawn(Machine& m) {
  const std::uint32_t first = m.operand(0);
  const std::uint32_t count = m.operand(1);
  const auto op = static_cast<Op>(m.operand(3));
  const auto* named = reinterpret_cast<const FunctionEntry*>(m.immediate(0));
  if (op == Op::kSpawn) {
    const Term function = m.reg(first + count);
    const FunctionEntry* entry = term::is_function(function) ? &entry_of(function) : named;
    if (entry != nullptr && entry->captures == 0 && are_free(m, first, count)) {
      TTVM_CHECK(count == entry->arity);
      return start_plain(m, *entry, first, count);
    }
  }
  std::optional<SpawnOptions> options;
  const Outcome read = read_options(m, op, first + count + 1, options);
  if (read != Outcome::kOk) return read;
  const Term what = m.reg(first + count);
  SpawnPlan plan;
  plan.entry = named;
  if (plan.entry == nullptr || !term::is_string(what)) {
    const Outcome planned = plan_spawn(m, op, what, plan);
    if (planned != Outcome::kOk) return planned;
  }
  Inputs inputs;
  for (std::uint32_t i = 0; i < count; ++i) inputs.add(m.reg(first + i));
  if (plan.takes_name) inputs.add(what);
  TTVM_CHECK(inputs.values().size() == plan.entry->arity);
  return start(m, plan, inputs, options ? &*options : nullptr, first);
}

Outcome spawn_from_operands(Machine& m) {
  process::ExecutionExtras& extras = extras_of(m.process);
  auto& operands = extras.operands;
  const auto op = static_cast<Op>(m.operand(3));
  const std::uint32_t to = m.operand(0);
  const std::size_t above = op == Op::kSpawnWith ? 1 : 0;  // the options
  const auto underflow = [&] {
    return m.raise("Stack underflow during " + std::string(isa::info(op).mnemonic));
  };
  if (extras.reachable() < 1 + above) return underflow();
  if (above != 0) m.reg(to) = operands.back();
  std::optional<SpawnOptions> options;
  const Outcome read = read_options(m, op, to, options);
  if (read != Outcome::kOk) return read;
  const std::size_t at = operands.size() - 1 - above;
  const Term what = operands[at];
  SpawnPlan plan;
  const Outcome planned = plan_spawn(m, op, what, plan);
  if (planned != Outcome::kOk) return planned;
  const std::size_t count = plan.takes_name ? 0 : plan.entry->arity;
  if (at < extras.fence + count) return underflow();
  Inputs inputs;
  for (std::size_t i = at - count; i < at; ++i) inputs.add(operands[i]);
  if (plan.takes_name) inputs.add(what);
  operands.resize(at - count);
  return start(m, plan, inputs, options ? &*options : nullptr, to);
}

Outcome spawn_apply(Machine& m) {
  constexpr Op kOp = Op::kSpawnApply;
  const std::uint32_t first = m.operand(0);
  const Term arguments = m.reg(first);
  const Term what = m.reg(first + 1);
  SpawnOptions options;
  const Outcome read = read_object(m, kOp, m.reg(first + 2), options);
  if (read != Outcome::kOk) return read;
  if (!term::is_list(arguments)) {
    return m.raise(wrong_type(kOp, "a list of arguments", arguments));
  }
  SpawnPlan plan;
  const Outcome planned = plan_spawn(m, kOp, what, plan);
  if (planned != Outcome::kOk) return planned;
  const std::uint64_t given = term::list_length(arguments);
  if (given != (plan.takes_name ? 0 : plan.entry->arity)) {
    return refuse_arguments(m, what, plan, given);
  }
  Inputs inputs;
  for (term::ListReader reader(arguments); !reader.done();) inputs.add(reader.next());
  if (plan.takes_name) inputs.add(what);
  return start(m, plan, inputs, &options, first);
}

bool find_runnable(Machine& m, Term name, process::NativeCall::Runnable& out, std::string& error) {
  SpawnPlan plan;
  if (plan_by_name(m, name, plan) != Outcome::kOk) {
    error = std::move(m.error);
    m.error.clear();
    return false;
  }
  out = {plan.entry->value, plan.takes_name};
  return true;
}

Process* spawn_linked(Machine& m, const term::FunctionInfo& function, std::string& error) {
  RunContext& context = m.context;
  Process* child = process::new_process(context, m.process.pid);
  if (child == nullptr) {
    error = too_many_processes(m);
    return nullptr;
  }
  m.interpreter.prepare(*child, static_cast<const FunctionEntry&>(function), {});
  if (!process::publish(context, child)) {
    error = kNoMemoryForProcess;
    return nullptr;
  }
  process::link_new(m.process, *child);
  return child;
}

}  // namespace ttvm::interp
