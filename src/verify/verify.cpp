#include "verify/verify.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

#include "verify/flow.hpp"
#include "verify/proof.hpp"
#include "verify/verifier.hpp"

namespace ttvm::verify {

using bytecode::Instruction;
using bytecode::Module;
using isa::Op;

namespace {

// Registers are numbered with 16 bits; the rest is room for operands.
constexpr std::size_t kMaxVariables = 32768;
constexpr std::size_t kMaxCaptures = 1024;
constexpr std::size_t kMaxTotalCaptures = std::size_t{1} << 20U;

// Disjoint sets with path halving.
class UnionFind {
 public:
  explicit UnionFind(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }
  std::uint32_t find(std::uint32_t x) {
    while (parent_[x] != x) x = parent_[x] = parent_[parent_[x]];
    return x;
  }
  void unite(std::uint32_t x, std::uint32_t y) { parent_[find(x)] = find(y); }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace

std::uint32_t find_named_function(const Module& module, std::string_view name) {
  for (std::uint32_t i = 0; i < module.functions.size(); ++i) {
    const bytecode::Function& function = module.functions[i];
    if (function.named && module.strings[function.name] == name) return i;
  }
  return kNone;
}

Verifier::Verifier(Module module) : result_(std::make_shared<VerifiedModule>()) {
  result_->module_ = std::move(module);
  // Whatever runs off the end, or jumps there, finds a HALT.
  result_->module_.code.push_back(Instruction{Op::kHalt, 0, 0});
  flow_.budget = 16'000'000 + 64 * static_cast<std::uint64_t>(result_->module_.code.size());
}

base::Expected<std::shared_ptr<const VerifiedModule>> Verifier::run() {
  find_leaders();
  find_regions();
  make_instances();
  flow_captures();
  if (!errors_.empty()) return errors_;
  bind_variables();
  if (!errors_.empty()) return errors_;
  prove_instances(*result_, result_->instances_);
  return std::shared_ptr<const VerifiedModule>(std::move(result_));
}

void Verifier::error_at(std::uint32_t instruction, std::string message) {
  const Module& module = result_->module_;
  base::Diagnostic diagnostic;
  diagnostic.file = module.source_name.empty() ? "program" : module.source_name;
  diagnostic.line = module.line_of(instruction);
  diagnostic.message = std::move(message);
  errors_.push_back(std::move(diagnostic));
}

void Verifier::find_leaders() {
  const auto& code = result_->module_.code;
  auto& leaders = result_->leaders_;
  leaders.assign(code.size(), false);
  leaders[0] = true;
  for (const auto& function : result_->module_.functions) leaders[function.entry] = true;
  for (std::uint32_t pc = 0; pc < code.size(); ++pc) {
    const bool jumps = has_jump(code[pc]);
    if (jumps) leaders[code[pc].a] = true;
    if ((jumps || !falls_through(code[pc])) && pc + 1 < code.size()) leaders[pc + 1] = true;
  }
}

void Verifier::find_regions() {
  const auto& code = result_->module_.code;
  const auto last = static_cast<std::uint32_t>(code.size() - 1);
  UnionFind sets(code.size());
  for (std::uint32_t pc = 0; pc < code.size(); ++pc) {
    if (has_jump(code[pc]) && code[pc].a != last) sets.unite(pc, code[pc].a);
    if (falls_through(code[pc]) && pc + 1 < last) sets.unite(pc, pc + 1);
  }
  // The added HALT is reached from many places; it joins whatever falls into it, or stands alone.
  if (last > 0 && falls_through(code[last - 1])) sets.unite(last - 1, last);

  std::vector<std::uint32_t> region_at_root(code.size(), kNone);
  result_->region_of_.resize(code.size());
  for (std::uint32_t pc = 0; pc < code.size(); ++pc) {
    std::uint32_t& region = region_at_root[sets.find(pc)];
    if (region == kNone) {
      region = static_cast<std::uint32_t>(result_->regions_.size());
      result_->regions_.emplace_back();
    }
    result_->region_of_[pc] = region;
    result_->regions_[region].instructions.push_back(pc);
    if (code[pc].op == Op::kTry) result_->regions_[region].has_try = true;
  }
}

void Verifier::make_instances() {
  const Module& module = result_->module_;
  result_->instances_.reserve(module.functions.size() + 1);
  result_->instances_.emplace_back();
  for (std::uint32_t i = 0; i < module.functions.size(); ++i) {
    Instance instance;
    instance.function = i;
    instance.entry = module.functions[i].entry;
    instance.params = module.functions[i].params;
    result_->instances_.push_back(std::move(instance));
  }
}

// Which captures may be pending at each MAKE_LAMBDA: a forward flow over the whole module. Where
// paths meet, the union counts: what was not captured on the path taken is unset. So too many names
// are no harm, and where the flow would take too long, all that the region captures is taken.
void Verifier::flow_captures() {
  const auto& code = result_->module_.code;
  for (std::uint32_t pc = 0; pc < code.size(); ++pc) {
    if (code[pc].op != Op::kMakeLambda) continue;
    // What control never reaches captures nothing.
    result_->pending_captures_[pc] = {};
    result_->lambdas_[pc] = result_->instance_of_function(code[pc].a);
  }
  if (result_->lambdas_.empty()) return;
  for (const Instance& instance : result_->instances_) reach_with({}, instance.entry);
  while (!flow_.work.empty() && flow_.budget > 0) {
    const std::uint32_t pc = flow_.work.back();
    flow_.work.pop_back();
    walk_captures(pc, false);
  }
  if (flow_.budget == 0) {
    flow_.at_leader.clear();
    for (const auto& [pc, instance] :
         std::map(result_->lambdas_.begin(), result_->lambdas_.end())) {
      record_captures(pc, captured_in_region(pc));
    }
    return;
  }
  for (const auto& [pc, names] : flow_.at_leader) walk_captures(pc, true);
}

void Verifier::reach_with(const Names& names, std::uint32_t pc) {
  flow_.budget -= std::min<std::uint64_t>(flow_.budget, 1 + names.size());
  const auto [found, added] = flow_.at_leader.try_emplace(pc, names);
  if (!added) {
    Names merged;
    std::set_union(names.begin(), names.end(), found->second.begin(), found->second.end(),
                   std::back_inserter(merged));
    flow_.budget -= std::min<std::uint64_t>(flow_.budget, merged.size());
    if (merged == found->second) return;
    found->second = std::move(merged);
  }
  flow_.work.push_back(pc);
}

// The block at `pc`: hands on what is pending at its end, or records what its lambdas take.
void Verifier::walk_captures(std::uint32_t pc, bool record) {
  const auto& code = result_->module_.code;
  Names names = flow_.at_leader.at(pc);
  for (bool first = true;; first = false, ++pc) {
    if (!first && result_->leaders_[pc]) {
      if (!record) reach_with(names, pc);
      return;
    }
    flow_.budget -= std::min<std::uint64_t>(flow_.budget, 1);
    if (code[pc].op == Op::kCapture) {
      flow_.budget -= std::min<std::uint64_t>(flow_.budget, names.size() / 16);
      add_name(names, code[pc].a);
    }
    if (code[pc].op == Op::kMakeLambda) {
      if (record) record_captures(pc, names);
      names.clear();
    }
    if (has_jump(code[pc]) && !record) {
      if (code[pc].op == Op::kTry) {  // whatever the protected code captures before it raises
        Names there;
        const Names& captured = captured_in_region(pc);
        std::set_union(names.begin(), names.end(), captured.begin(), captured.end(),
                       std::back_inserter(there));
        reach_with(there, code[pc].a);
      } else {
        reach_with(names, code[pc].a);
      }
    }
    if (!falls_through(code[pc]) || (!record && flow_.budget == 0)) return;
  }
}

void Verifier::add_name(Names& names, std::uint32_t name) {
  const auto at = std::lower_bound(names.begin(), names.end(), name);
  if (at == names.end() || *at != name) names.insert(at, name);
}

const Verifier::Names& Verifier::captured_in_region(std::uint32_t pc) {
  const std::uint32_t region = result_->region_of_[pc];
  const auto [found, added] = region_captures_.try_emplace(region);
  if (added) {
    Names& names = found->second;
    for (const std::uint32_t at : result_->regions_[region].instructions) {
      if (result_->module_.code[at].op == Op::kCapture) {
        names.push_back(result_->module_.code[at].a);
      }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  return found->second;
}

void Verifier::record_captures(std::uint32_t pc, const Names& names) {
  if (names.size() > kMaxCaptures) {
    error_at(pc, "more than " + std::to_string(kMaxCaptures) + " captures are pending");
    return;
  }
  total_captures_ += names.size();
  if (total_captures_ > kMaxTotalCaptures) {
    if (total_captures_ - names.size() <= kMaxTotalCaptures) {
      error_at(pc, "the program's closures have more than " + std::to_string(kMaxTotalCaptures) +
                       " captures together");
    }
    return;
  }
  result_->pending_captures_[pc] = names;
  result_->lambdas_[pc] = lambda_instance(result_->module_.code[pc].a, names);
}

std::uint32_t Verifier::lambda_instance(std::uint32_t function,
                                        const std::vector<std::uint32_t>& captures) {
  if (captures.empty()) return result_->instance_of_function(function);
  const auto key = std::make_pair(function, captures);
  const auto found = lambda_instances_.find(key);
  if (found != lambda_instances_.end()) return found->second;
  Instance instance;
  instance.function = function;
  instance.entry = result_->module_.functions[function].entry;
  instance.params = result_->module_.functions[function].params;
  instance.captures = captures;
  const auto index = static_cast<std::uint32_t>(result_->instances_.size());
  result_->instances_.push_back(std::move(instance));
  lambda_instances_.emplace(key, index);
  return index;
}

// The variables of each region: those its code names, and those that its entries bind.
void Verifier::bind_variables() {
  const auto& code = result_->module_.code;
  std::vector<std::uint32_t> seen(result_->module_.strings.size(), kNone);
  std::vector<std::uint32_t> captured_last(result_->module_.strings.size(), kNone);
  std::vector<std::vector<const Instance*>> entries(result_->regions_.size());
  for (const Instance& instance : result_->instances_) {
    entries[result_->region_of_[instance.entry]].push_back(&instance);
  }
  for (std::uint32_t index = 0; index < result_->regions_.size(); ++index) {
    Region& region = result_->regions_[index];
    const auto add = [&](std::uint32_t name) {
      if (seen[name] == index) return;
      seen[name] = index;
      region.variables.push_back(name);
    };
    for (const Instance* instance : entries[index]) {
      for (const std::uint32_t name : instance->params) add(name);
      for (const std::uint32_t name : instance->captures) add(name);
    }
    std::size_t captured = 0;  // each needs a register of its own until MAKE_LAMBDA
    for (const std::uint32_t pc : region.instructions) {
      const isa::Shape shape = isa::info(code[pc].op).shape;
      if (shape == isa::Shape::kVar) add(code[pc].a);
      if (shape == isa::Shape::kOptVar && code[pc].a != 0) add(code[pc].a - 1);
      if (code[pc].op == Op::kCapture && captured_last[code[pc].a] != index) {
        captured_last[code[pc].a] = index;
        ++captured;
      }
    }
    if (region.variables.size() + captured > kMaxVariables) {
      error_at(region.instructions.front(), "this function has more than " +
                                                std::to_string(kMaxVariables) +
                                                " variables and captures");
    }
  }
}

base::Expected<std::shared_ptr<const VerifiedModule>> verify(Module module) {
  return Verifier(std::move(module)).run();
}

}  // namespace ttvm::verify
