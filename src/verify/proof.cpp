#include "verify/proof.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "verify/flow.hpp"

namespace ttvm::verify {

using bytecode::Instruction;
using isa::Op;

namespace {

constexpr std::size_t kMaxTrackedDepth = 4096;
constexpr std::uint32_t kMaxExtras = 255;
constexpr int kMaxAnalyses = 16;

// What is known of a value without running the program.
struct Known {
  enum Kind : std::uint8_t { kNothing, kString, kFunction } kind = kNothing;
  std::uint32_t index = 0;  // string, or instance
  bool operator==(const Known&) const = default;
};

// `home`: the position (relative to the frame's start) whose register holds the operand, if it has
// not been anywhere else since the block's start or the last TRY.
constexpr std::int32_t kAway = std::numeric_limits<std::int32_t>::min();
struct Operand {
  Known known;
  std::int32_t home = kAway;
};

struct State {
  std::int32_t consumed = 0;  // operands taken from below the frame's start
  std::int32_t lowest = 0;    // depth that the current instruction has gone down to
  std::vector<Operand> stack;
  std::vector<std::pair<std::uint32_t, Known>> variables;  // only those known; sorted by name
  std::vector<TryContext> tries;

  std::int32_t depth() const { return static_cast<std::int32_t>(stack.size()) - consumed; }
  Operand pop() {
    Operand top;
    if (stack.empty()) {
      ++consumed;
      top.home = depth();
    } else {
      top = stack.back();
      stack.pop_back();
    }
    lowest = std::min(lowest, depth());
    return top;
  }
  void pop_n(std::uint32_t n) {
    for (std::uint32_t i = 0; i < n; ++i) pop();
  }
  void push(Known known = {}) { stack.push_back({known, kAway}); }
  void put_back(const Operand& operand) { stack.push_back(operand); }
  // Every operand is in the register of its place: so lowering leaves it at a block's end, and at a
  // TRY.
  void settle() {
    for (std::size_t i = 0; i < stack.size(); ++i) {
      stack[i].home = static_cast<std::int32_t>(i) - consumed;
    }
  }
  void set_variable(std::uint32_t name, Known known) {
    const auto at =
        std::lower_bound(variables.begin(), variables.end(), std::pair{name, Known{}},
                         [](const auto& x, const auto& y) { return x.first < y.first; });
    const bool there = at != variables.end() && at->first == name;
    if (known.kind == Known::kNothing) {
      if (there) variables.erase(at);
    } else if (there) {
      at->second = known;
    } else {
      variables.insert(at, {name, known});
    }
  }
  Known variable(std::uint32_t name) const {
    for (const auto& [key, known] : variables) {
      if (key == name) return known;
    }
    return {};
  }
};

// One instance, analysed once with what is known of the others now.
class Analysis {
 public:
  Analysis(const VerifiedModule& module, const std::vector<Instance>& instances,
           const std::vector<std::uint32_t>& named, std::uint64_t& budget)
      : module_(module), instances_(instances), named_(named), budget_(budget) {}

  // Fills in the judgement of `out`. `callees` gets every instance whose judgement was used.
  void run(Instance& out, std::set<std::uint32_t>& callees);

 private:
  void reach(std::uint32_t pc, State state);
  static bool merge(State& into, State& from, bool& failed);
  static bool merge_tries(std::vector<TryContext>& into, std::vector<TryContext> from,
                          bool& failed);
  void walk(std::uint32_t pc);
  bool step(std::uint32_t pc, State& state);  // false: control does not go on behind
  bool call(std::uint32_t callee, State& state);
  static void shuffle(Op op, State& state);
  void step_try(std::uint32_t pc, State& state);
  bool step_spawn(std::uint32_t pc, State& state);
  bool floor_holds(const State& state) const;

  const VerifiedModule& module_;
  const std::vector<Instance>& instances_;
  const std::vector<std::uint32_t>& named_;
  std::uint64_t& budget_;
  std::unordered_map<std::uint32_t, State> at_;
  std::vector<std::uint32_t> work_;
  std::uint64_t kept_ = 0;  // size of at_
  std::unordered_map<std::uint32_t, Resolution> resolutions_;
  std::set<std::uint32_t> callees_;
  bool failed_ = false;
  bool returns_ = false;
  std::int32_t return_depth_ = 0;
  std::int32_t max_depth_ = 0;
  std::int32_t extras_ = 0;
};

void Analysis::run(Instance& out, std::set<std::uint32_t>& callees) {
  reach(out.entry, State{});
  while (!work_.empty() && !failed_) {
    const std::uint32_t pc = work_.back();
    work_.pop_back();
    walk(pc);
  }
  callees = std::move(callees_);
  if (failed_ || extras_ > static_cast<std::int32_t>(kMaxExtras)) {
    out.proven = false;
    out.blocks.clear();
    out.resolutions.clear();
    return;
  }
  out.extras = static_cast<std::uint32_t>(extras_);
  out.returns = returns_;
  out.results = returns_ ? static_cast<std::uint32_t>(extras_ + return_depth_) : 0;
  out.max_depth = extras_ + max_depth_;
  out.resolutions = std::move(resolutions_);
  out.blocks.clear();
  for (auto& [pc, state] : at_) out.blocks[pc] = BlockEntry{state.depth(), std::move(state.tries)};
}

void Analysis::reach(std::uint32_t pc, State state) {
  const std::uint64_t cost =
      1 + state.stack.size() + state.variables.size() + 2 * state.tries.size();
  if (budget_ < cost || state.stack.size() > kMaxTrackedDepth) {
    failed_ = true;
    return;
  }
  budget_ -= cost;
  state.settle();
  const auto [found, added] = at_.try_emplace(pc);
  if (added) {
    kept_ += cost;
    if (kept_ > 1'000'000 + 16 * static_cast<std::uint64_t>(module_.module().code.size())) {
      failed_ = true;
    }
    found->second = std::move(state);
    work_.push_back(pc);
  } else if (merge(found->second, state, failed_)) {
    work_.push_back(pc);
  }
}

// Returns whether `into` changed (it only ever loses knowledge).
bool Analysis::merge(State& into, State& from, bool& failed) {
  if (into.depth() != from.depth()) {
    failed = true;
    return false;
  }
  bool changed = false;
  // An extra that one path consumed and the other did not is an unknown operand on the latter.
  while (from.consumed < into.consumed) {
    from.stack.insert(from.stack.begin(), Operand{});
    ++from.consumed;
  }
  while (into.consumed < from.consumed) {
    into.stack.insert(into.stack.begin(), Operand{});
    ++into.consumed;
    changed = true;
  }
  for (std::size_t i = 0; i < into.stack.size(); ++i) {
    Known& known = into.stack[i].known;
    if (known.kind != Known::kNothing && !(known == from.stack[i].known)) {
      known = {};
      changed = true;
    }
  }
  const auto lost = std::remove_if(
      into.variables.begin(), into.variables.end(),
      [&](const auto& entry) { return !(from.variable(entry.first) == entry.second); });
  changed |= lost != into.variables.end();
  into.variables.erase(lost, into.variables.end());
  return merge_tries(into.tries, std::move(from.tries), failed) || changed;
}

// Handlers that have run their course need no END_TRY: they are dropped where paths meet. But not
// inside of a TRY in force, whose END_TRY would end that handler on one of the ways and the TRY on
// the other.
bool Analysis::merge_tries(std::vector<TryContext>& into, std::vector<TryContext> from,
                           bool& failed) {
  bool changed = false;
  const bool differ = into != from;
  while (into != from) {
    if (from.size() >= into.size() && !from.empty() && from.back().handling) {
      from.pop_back();
    } else if (!into.empty() && into.back().handling) {
      into.pop_back();
      changed = true;
    } else if (!from.empty() && from.back().handling) {
      from.pop_back();
    } else {
      failed = true;
      return false;
    }
  }
  if (differ && std::any_of(into.begin(), into.end(),
                            [](const TryContext& context) { return !context.handling; })) {
    failed = true;
  }
  return changed;
}

void Analysis::walk(std::uint32_t pc) {
  State state = at_.at(pc);
  const auto& code = module_.module().code;
  for (bool first = true; !failed_; first = false, ++pc) {
    if (!first && module_.is_leader(pc)) {
      reach(pc, std::move(state));
      return;
    }
    // Lowering's work at an instruction grows with the operands below it.
    const std::uint64_t cost = 1 + state.stack.size() / 16 + state.tries.size() / 4;
    if (budget_ < cost) {
      failed_ = true;
      return;
    }
    budget_ -= cost;
    state.lowest = state.depth();
    const bool goes_on = step(pc, state);
    extras_ = std::max(extras_, state.consumed);
    max_depth_ = std::max(max_depth_, state.depth());
    if (!floor_holds(state)) failed_ = true;
    if (!goes_on || failed_ || !falls_through(code[pc])) return;
  }
}

// The handler of an active TRY finds the operands below it in their registers, so what the
// instruction has taken from there must be back in its place.
bool Analysis::floor_holds(const State& state) const {
  std::int32_t floor = std::numeric_limits<std::int32_t>::min();
  for (const TryContext& context : state.tries) {
    if (!context.handling) floor = std::max(floor, context.depth);
  }
  if (state.depth() < floor) return false;
  for (std::int32_t at = state.lowest; at < floor; ++at) {
    if (state.stack[static_cast<std::size_t>(at + state.consumed)].home != at) return false;
  }
  return true;
}

bool Analysis::step(std::uint32_t pc, State& state) {
  const Instruction& instruction = module_.module().code[pc];
  switch (instruction.op) {
    case Op::kPushStr:
      state.push({Known::kString, instruction.a});
      return true;
    case Op::kMakeFunction:
      state.push({Known::kFunction, module_.instance_of_function(instruction.a)});
      return true;
    case Op::kMakeLambda:
      state.push({Known::kFunction, module_.instance_of_lambda(pc)});
      return true;
    case Op::kLoad:
      state.push(state.variable(instruction.a));
      return true;
    case Op::kStore:
      state.set_variable(instruction.a, state.pop().known);
      return true;
    case Op::kDelete:
      state.set_variable(instruction.a, {});
      return true;
    case Op::kCatch:
      if (instruction.a != 0) state.set_variable(instruction.a - 1, state.pop().known);
      return true;
    case Op::kDup:
    case Op::kSwap:
    case Op::kOver:
    case Op::kRot:
      shuffle(instruction.op, state);
      return true;
    case Op::kTry:
      step_try(pc, state);
      return true;
    case Op::kEndTry:
      if (!state.tries.empty()) state.tries.pop_back();
      return true;
    case Op::kCall:
      return call(module_.instance_of_function(instruction.a), state);
    case Op::kCallFunction: {
      const Known callee = state.pop().known;
      if (callee.kind != Known::kFunction) {
        failed_ = true;
        return false;
      }
      resolutions_[pc] = {callee.index, 0};
      return call(callee.index, state);
    }
    case Op::kSpawn:
    case Op::kSpawnLink:
    case Op::kSpawnMonitor:
    case Op::kSpawnWith:
      return step_spawn(pc, state);
    case Op::kRet:
      if (returns_ && return_depth_ != state.depth()) failed_ = true;
      returns_ = true;
      return_depth_ = state.depth();
      return false;
    default:
      break;
  }
  const StackEffect effect = stack_effect(instruction);
  state.pop_n(static_cast<std::uint32_t>(effect.pops));
  if (has_jump(instruction)) {
    extras_ = std::max(extras_, state.consumed);
    reach(instruction.a, state);
  }
  for (std::int32_t i = 0; i < effect.pushes; ++i) state.push();
  return true;
}

void Analysis::shuffle(Op op, State& state) {
  const Operand top = state.pop();
  if (op == Op::kDup) {
    state.put_back(top);
    state.put_back(top);
    return;
  }
  const Operand second = state.pop();
  if (op == Op::kSwap) {
    state.put_back(top);
    state.put_back(second);
  } else if (op == Op::kOver) {
    state.put_back(second);
    state.put_back(top);
    state.put_back(second);
  } else {
    const Operand third = state.pop();
    state.put_back(second);
    state.put_back(top);
    state.put_back(third);
  }
}

void Analysis::step_try(std::uint32_t pc, State& state) {
  state.settle();
  // A TRY that is executed again in the same frame replaces itself.
  const auto again = std::find_if(state.tries.begin(), state.tries.end(),
                                  [&](const TryContext& context) { return context.try_pc == pc; });
  state.tries.erase(again, state.tries.end());
  if (state.tries.size() >= 256) failed_ = true;
  state.tries.push_back({pc, state.depth(), true});
  State handler = state;
  handler.variables.clear();
  handler.push();
  reach(module_.module().code[pc].a, std::move(handler));
  state.tries.back().handling = false;
}

bool Analysis::step_spawn(std::uint32_t pc, State& state) {
  const Op op = module_.module().code[pc].op;
  if (op == Op::kSpawnWith) state.pop();
  const Known what = state.pop().known;
  Resolution resolution;
  if (what.kind == Known::kFunction) {
    resolution.instance = what.index;
  } else if (what.kind == Known::kString) {
    if (named_[what.index] != kNone) {
      resolution.instance = module_.instance_of_function(named_[what.index]);
    }
  } else {
    failed_ = true;
    return false;
  }
  if (resolution.instance != kNone) {
    resolution.arguments =
        static_cast<std::uint32_t>(instances_[resolution.instance].params.size());
  }
  resolutions_[pc] = resolution;
  state.pop_n(resolution.arguments);
  for (std::int32_t i = 0; i < isa::info(op).pushes; ++i) state.push();
  return true;
}

bool Analysis::call(std::uint32_t callee, State& state) {
  const Instance& instance = instances_[callee];
  callees_.insert(callee);
  if (!instance.proven) {
    failed_ = true;
    return false;
  }
  state.pop_n(instance.extras + static_cast<std::uint32_t>(instance.params.size()));
  if (!instance.returns) return false;
  for (std::uint32_t i = 0; i < instance.results; ++i) state.push();
  return true;
}

// Lowering makes code for each proven instance: together they may reach only a few times as many
// instructions as there are. Callees of proven code are proven, so all of it is given up or
// nothing.
bool is_affordable(const VerifiedModule& module, const std::vector<Instance>& instances) {
  const auto& code = module.module().code;
  std::vector<std::uint32_t> length(code.size(), 1);  // of the block from here on
  for (std::size_t pc = code.size() - 1; pc-- > 0;) {
    if (falls_through(code[pc]) && !module.is_leader(static_cast<std::uint32_t>(pc + 1))) {
      length[pc] = length[pc + 1] + 1;
    }
  }
  std::uint64_t total = 0;
  for (const Instance& instance : instances) {
    for (const auto& [pc, entry] : instance.blocks) total += length[pc];
  }
  return total <= 65536 + 8 * static_cast<std::uint64_t>(code.size());
}

void give_up(std::vector<Instance>& instances) {
  for (Instance& instance : instances) {
    instance.proven = false;
    instance.blocks = {};
    instance.resolutions = {};
  }
}

bool same_judgement(const Instance& x, const Instance& y) {
  return x.proven == y.proven && x.extras == y.extras && x.returns == y.returns &&
         x.results == y.results;
}

}  // namespace

void prove_instances(const VerifiedModule& module, std::vector<Instance>& instances) {
  const auto& program = module.module();
  std::uint64_t budget = 1'000'000 + 256 * static_cast<std::uint64_t>(program.code.size());

  std::vector<std::uint32_t> named(program.strings.size(), kNone);
  for (std::uint32_t i = 0; i < program.functions.size(); ++i) {
    const auto& function = program.functions[i];
    if (function.named && named[function.name] == kNone) named[function.name] = i;
  }

  std::vector<std::set<std::uint32_t>> callers(instances.size());
  std::vector<int> analyses(instances.size(), 0);
  std::vector<bool> queued(instances.size(), true);
  std::vector<std::uint32_t> work;
  std::uint64_t kept_blocks = 0;
  for (auto i = static_cast<std::uint32_t>(instances.size()); i-- > 0;) work.push_back(i);
  for (Instance& instance : instances) instance.proven = true;

  while (!work.empty()) {
    const std::uint32_t index = work.back();
    work.pop_back();
    queued[index] = false;
    if (!instances[index].proven) continue;
    Instance judged = instances[index];
    std::set<std::uint32_t> callees;
    if (++analyses[index] > kMaxAnalyses) {
      judged.proven = false;
      judged.blocks.clear();
      judged.resolutions.clear();
    } else {
      Analysis(module, instances, named, budget).run(judged, callees);
    }
    for (const std::uint32_t callee : callees) callers[callee].insert(index);
    kept_blocks = kept_blocks + judged.blocks.size() - instances[index].blocks.size();
    if (kept_blocks > 65536 + 8 * static_cast<std::uint64_t>(program.code.size())) {
      return give_up(instances);
    }
    const bool changed = !same_judgement(judged, instances[index]);
    instances[index] = std::move(judged);
    if (!changed) continue;
    for (const std::uint32_t caller : callers[index]) {
      if (!queued[caller]) {
        queued[caller] = true;
        work.push_back(caller);
      }
    }
  }
  if (!is_affordable(module, instances)) give_up(instances);
}

}  // namespace ttvm::verify
