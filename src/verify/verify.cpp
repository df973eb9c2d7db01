#include "verify/verify.hpp"

#include <algorithm>
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

// Which captures are pending at each CAPTURE and MAKE_LAMBDA: a forward flow over the whole module.
void Verifier::flow_captures() {
  const auto& code = result_->module_.code;
  const bool any = std::any_of(code.begin(), code.end(),
                               [](const Instruction& i) { return i.op == Op::kMakeLambda; });
  // What control never reaches captures nothing.
  for (std::uint32_t pc = 0; pc < code.size(); ++pc) {
    if (code[pc].op == Op::kCapture || code[pc].op == Op::kMakeLambda) {
      result_->pending_captures_[pc] = {};
      if (code[pc].op == Op::kMakeLambda) {
        result_->lambdas_[pc] = result_->instance_of_function(code[pc].a);
      }
    }
  }
  if (!any) return;
  using Names = std::vector<std::uint32_t>;
  std::unordered_map<std::uint32_t, Names> at_leader;
  std::vector<std::uint32_t> work;
  const auto reach = [&](std::uint32_t pc, const Names& names, std::uint32_t from) {
    const auto [found, added] = at_leader.emplace(pc, names);
    if (added) {
      work.push_back(pc);
    } else if (found->second != names) {
      error_at(from,
               "the captures pending for a MAKE_LAMBDA differ between the paths that meet here");
    }
  };
  for (const Instance& instance : result_->instances_) reach(instance.entry, {}, instance.entry);
  while (!work.empty() && errors_.size() < 100) {
    std::uint32_t pc = work.back();
    work.pop_back();
    Names names = at_leader.at(pc);
    for (bool first = true;; first = false, ++pc) {
      if (!first && result_->leaders_[pc]) {
        reach(pc, names, pc);
        break;
      }
      step_captures(pc, names);
      if (has_jump(code[pc])) reach(code[pc].a, names, pc);
      if (!falls_through(code[pc])) break;
    }
  }
}

void Verifier::step_captures(std::uint32_t pc, std::vector<std::uint32_t>& names) {
  const Instruction& instruction = result_->module_.code[pc];
  if (instruction.op == Op::kCapture) {
    result_->pending_captures_[pc] = names;
    if (std::find(names.begin(), names.end(), instruction.a) == names.end()) {
      names.push_back(instruction.a);
    }
    if (names.size() > 4096) error_at(pc, "more than 4096 captures are pending");
  } else if (instruction.op == Op::kMakeLambda) {
    result_->pending_captures_[pc] = names;
    result_->lambdas_[pc] = lambda_instance(instruction.a, names);
    names.clear();
  }
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
    for (const std::uint32_t pc : region.instructions) {
      const isa::Shape shape = isa::info(code[pc].op).shape;
      if (shape == isa::Shape::kVar) add(code[pc].a);
      if (shape == isa::Shape::kOptVar && code[pc].a != 0) add(code[pc].a - 1);
    }
    if (region.variables.size() > kMaxVariables) {
      error_at(region.instructions.front(),
               "this function has more than " + std::to_string(kMaxVariables) + " variables");
    }
  }
}

base::Expected<std::shared_ptr<const VerifiedModule>> verify(Module module) {
  return Verifier(std::move(module)).run();
}

}  // namespace ttvm::verify
