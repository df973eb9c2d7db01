#include "lower/lower.hpp"

#include <algorithm>
#include <unordered_set>

#include "lower/function_lowering.hpp"
#include "term/symbols.hpp"

namespace ttvm::lower {

using verify::Instance;
using verify::kNone;

namespace {

class ModuleLowering {
 public:
  ModuleLowering(std::shared_ptr<const verify::VerifiedModule> module, const LowerOptions& options)
      : verified_(*module), options_(options), program_(std::make_unique<Program>()) {
    program_->module = std::move(module);
  }

  std::unique_ptr<Program> run() {
    make_entries();
    name_instructions();
    proven_.assign(verified_.instances().size(), nullptr);
    if (options_.prove) lower_instances();
    lower_regions();
    link();
    return std::move(program_);
  }

 private:
  void make_entries();
  void name_instructions();
  void lower_instances();
  void lower_regions();
  void link();
  LoweringContext context() { return {verified_, options_, *program_, fixups_, function_at_}; }

  const verify::VerifiedModule& verified_;
  const LowerOptions& options_;
  std::unique_ptr<Program> program_;
  std::vector<CallFixup> fixups_;
  std::vector<const std::string*> function_at_;
  std::vector<CodeObject*> proven_;  // by instance
};

void ModuleLowering::make_entries() {
  const auto& module = verified_.module();
  for (const Instance& instance : verified_.instances()) {
    auto entry = std::make_unique<FunctionEntry>();
    const bool is_main = instance.function == kNone;
    entry->name = is_main ? "main" : module.strings[module.functions[instance.function].name];
    entry->arity = static_cast<std::uint32_t>(instance.params.size());
    entry->captures = static_cast<std::uint32_t>(instance.captures.size());
    entry->value = term::static_function(entry.get());
    if (!is_main && module.functions[instance.function].named && instance.captures.empty()) {
      program_->named.emplace(entry->name, entry.get());  // the first of a name stays
    }
    program_->entries.push_back(std::move(entry));
  }
}

// The function that a stack trace shows for an instruction: the nearest named entry before it in
// its region.
void ModuleLowering::name_instructions() {
  const auto& module = verified_.module();
  std::vector<const std::string*> starts(module.code.size(), nullptr);
  for (std::size_t i = verified_.instances().size(); i-- > 1;) {
    const Instance& instance = verified_.instances()[i];
    if (instance.captures.empty() && module.functions[instance.function].named) {
      starts[instance.entry] = &program_->entries[i]->name;
    }
  }
  function_at_.assign(module.code.size(), &program_->main().name);
  for (const verify::Region& region : verified_.regions()) {
    const std::string* current = nullptr;
    for (const std::uint32_t pc : region.instructions) {
      if (starts[pc] != nullptr) current = starts[pc];
      if (current != nullptr) function_at_[pc] = current;
    }
  }
}

void ModuleLowering::lower_instances() {
  // A proven function only calls proven ones, so giving one up gives up its callers: all or none.
  for (std::size_t i = 0; i < verified_.instances().size(); ++i) {
    const Instance& instance = verified_.instances()[i];
    if (!instance.proven) continue;
    CodeObject& code = program_->codes.emplace_back();
    code.source_name = verified_.module().source_name;
    code.program = program_.get();
    LoweringContext lowering = context();
    if (!FunctionLowering(lowering, code).lower_proven(instance)) {
      proven_.assign(proven_.size(), nullptr);
      fixups_.clear();
      program_->codes.clear();
      return;
    }
    proven_[i] = &code;
  }
}

void ModuleLowering::lower_regions() {
  struct Lowered {
    const CodeObject* code;
    std::unordered_map<std::uint32_t, std::uint32_t> entries;
    std::unordered_map<std::uint32_t, Register> variables;
    Register sink = 0;
  };
  std::vector<Lowered> regions(verified_.regions().size());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    CodeObject& code = program_->codes.emplace_back();
    code.source_name = verified_.module().source_name;
    code.program = program_.get();
    regions[i].code = &code;
    LoweringContext lowering = context();
    FunctionLowering function(lowering, code);
    function.lower_explicit(verified_.regions()[i], regions[i].entries, regions[i].variables);
    regions[i].sink = function.sink();
  }
  for (std::size_t i = 0; i < program_->entries.size(); ++i) {
    const Instance& instance = verified_.instances()[i];
    FunctionEntry& entry = *program_->entries[i];
    const Lowered& region = regions[verified_.region_of(instance.entry)];
    entry.explicit_code = region.code;
    entry.explicit_entry = region.code->words.data() + region.entries.at(instance.entry);
    // What a later parameter hides goes to a register that nothing reads.
    std::unordered_set<std::uint32_t> taken;
    const auto bind = [&](std::uint32_t name) {
      const bool visible = taken.insert(name).second;
      entry.explicit_inputs.push_back(visible ? region.variables.at(name) : region.sink);
    };
    std::for_each(instance.params.rbegin(), instance.params.rend(), bind);
    std::reverse(entry.explicit_inputs.begin(), entry.explicit_inputs.end());
    std::for_each(instance.captures.begin(), instance.captures.end(), bind);
  }
}

void ModuleLowering::link() {
  for (std::size_t i = 0; i < proven_.size(); ++i) {
    if (proven_[i] == nullptr) continue;
    FunctionEntry& entry = *program_->entries[i];
    entry.code = proven_[i];
    entry.extras = verified_.instances()[i].extras;
    entry.results = verified_.instances()[i].results;
    if (entry.extras == 0 && entry.results == 1) {
      entry.applied = {entry.arity, entry.code->frame_size, entry.code->link, entry.captures,
                       entry.code->words.data()};
    }
  }
  for (const CallFixup& fixup : fixups_) {
    const CodeObject* callee = proven_[fixup.instance];
    fixup.code->words[fixup.at + 2] = reinterpret_cast<Word>(callee->words.data());
    fixup.code->words[fixup.at + 1] |= static_cast<Word>(callee->frame_size) << 32U;
    if (fixup.is_tail) continue;
    const Word window = fixup.code->words[fixup.at + 1] & 0xFFFFU;
    fixup.code->words[fixup.at + 3] =
        make_link(fixup.code->words.data() + fixup.at + info(RCode::kCall).words(),
                  static_cast<std::uint32_t>(window));
    fixup.code->words[fixup.at + 4] = (window + callee->frame_size) * sizeof(Word);
  }
}

}  // namespace

std::unique_ptr<Program> lower(std::shared_ptr<const verify::VerifiedModule> module,
                               const LowerOptions& options) {
  return ModuleLowering(std::move(module), options).run();
}

}  // namespace ttvm::lower
