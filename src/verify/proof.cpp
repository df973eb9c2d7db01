#include "verify/proof.hpp"

#include <algorithm>
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

struct State {
  std::int32_t consumed = 0;  // operands taken from below the frame's start
  std::vector<Known> stack;
  std::vector<std::pair<std::uint32_t, Known>> variables;  // only those known; sorted by name
  std::vector<TryContext> tries;

  std::int32_t depth() const { return static_cast<std::int32_t>(stack.size()) - consumed; }
  Known pop() {
    if (stack.empty()) {
      ++consumed;
      return {};
    }
    const Known top = stack.back();
    stack.pop_back();
    return top;
  }
  void pop_n(std::uint32_t n) {
    for (std::uint32_t i = 0; i < n; ++i) pop();
  }
  void push(Known known = {}) { stack.push_back(known); }
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
  void step_try(std::uint32_t pc, State& state);
  bool step_spawn(std::uint32_t pc, State& state);
  bool floor_holds(const State& state) const;

  const VerifiedModule& module_;
  const std::vector<Instance>& instances_;
  const std::vector<std::uint32_t>& named_;
  std::uint64_t& budget_;
  std::unordered_map<std::uint32_t, State> at_;
  std::vector<std::uint32_t> work_;
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
  const std::uint64_t cost = 1 + state.stack.size() + state.variables.size();
  if (budget_ < cost || state.stack.size() > kMaxTrackedDepth) {
    failed_ = true;
    return;
  }
  budget_ -= cost;
  const auto [found, added] = at_.try_emplace(pc);
  if (added) {
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
    from.stack.insert(from.stack.begin(), Known{});
    ++from.consumed;
  }
  while (into.consumed < from.consumed) {
    into.stack.insert(into.stack.begin(), Known{});
    ++into.consumed;
    changed = true;
  }
  for (std::size_t i = 0; i < into.stack.size(); ++i) {
    if (into.stack[i].kind != Known::kNothing && !(into.stack[i] == from.stack[i])) {
      into.stack[i] = {};
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

// Handlers that have run their course need no END_TRY: they are dropped where paths meet.
bool Analysis::merge_tries(std::vector<TryContext>& into, std::vector<TryContext> from,
                           bool& failed) {
  bool changed = false;
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
    if (budget_ == 0) {
      failed_ = true;
      return;
    }
    --budget_;
    const bool goes_on = step(pc, state);
    extras_ = std::max(extras_, state.consumed);
    max_depth_ = std::max(max_depth_, state.depth());
    if (!floor_holds(state)) failed_ = true;
    if (!goes_on || failed_ || !falls_through(code[pc])) return;
  }
}

// An active TRY restores the operands below it, so they must stay where they are.
bool Analysis::floor_holds(const State& state) const {
  return std::all_of(state.tries.begin(), state.tries.end(), [&](const TryContext& context) {
    return context.handling || state.depth() >= context.depth;
  });
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
      state.set_variable(instruction.a, state.pop());
      return true;
    case Op::kDelete:
      state.set_variable(instruction.a, {});
      return true;
    case Op::kCatch:
      if (instruction.a != 0) state.set_variable(instruction.a - 1, state.pop());
      return true;
    case Op::kDup: {
      const Known top = state.pop();
      state.push(top);
      state.push(top);
      return true;
    }
    case Op::kSwap: {
      const Known top = state.pop();
      const Known below = state.pop();
      state.push(top);
      state.push(below);
      return true;
    }
    case Op::kTry:
      step_try(pc, state);
      return true;
    case Op::kEndTry:
      if (!state.tries.empty()) state.tries.pop_back();
      return true;
    case Op::kCall:
      return call(module_.instance_of_function(instruction.a), state);
    case Op::kCallFunction: {
      const Known callee = state.pop();
      if (callee.kind != Known::kFunction) {
        failed_ = true;
        return false;
      }
      resolutions_[pc] = {callee.index, 0};
      return call(callee.index, state);
    }
    case Op::kSpawn:
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

void Analysis::step_try(std::uint32_t pc, State& state) {
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
  const Known what = state.pop();
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
  state.push();
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
    } else {
      Analysis(module, instances, named, budget).run(judged, callees);
    }
    for (const std::uint32_t callee : callees) callers[callee].insert(index);
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
}

}  // namespace ttvm::verify
