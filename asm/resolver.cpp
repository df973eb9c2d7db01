#include "asm/resolver.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "asm/suggest.hpp"

namespace ttvm::assembler {

namespace {

// More labels than this, and an error does without a suggestion.
constexpr std::size_t kMaxSuggestions = 5000;

std::uint64_t hash_function(Position entry, std::uint32_t name,
                            std::span<const std::uint32_t> params) {
  std::uint64_t hash = (static_cast<std::uint64_t>(entry) << 32U) | name;
  const auto mix = [&hash](std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29U;
  };
  mix(params.size());
  for (const std::uint32_t param : params) mix(param);
  return hash;
}

}  // namespace

void Resolver::resolve() {
  for (const EntryClaim& claim : program_.claims) {
    if (claim.entry > program_.main.code.size()) {
      reporter_.error(claim.place, "there is no instruction " + std::to_string(claim.entry));
    }
  }
  for (const JumpSite& site : program_.jumps) {
    if (reporter_.full()) return;
    resolve_jump(site);
  }
  for (const CallSite& site : program_.calls) {
    if (reporter_.full()) return;
    if (program_.exact) {
      resolve_declared_call(site);
    } else {
      resolve_call(site);
    }
  }
}

Resolver::Numbered Resolver::find_number(std::uint32_t number, const Place& place) {
  if (number == program_.numbered) {
    jumps_to_end_ = true;
    return {true, static_cast<Position>(program_.main.code.size()), kNone};
  }
  if (number > program_.numbered) {
    reporter_.error(place, "there is no instruction " + std::to_string(number) +
                               "; the program has " + std::to_string(program_.numbered) +
                               ", counted from 0");
    return {};
  }
  const auto after = std::upper_bound(
      program_.runs.begin(), program_.runs.end(), number,
      [](std::uint32_t value, const NumberedRun& run) { return value < run.first_number; });
  const NumberedRun& run = *std::prev(after);
  return {true, run.first_position + (number - run.first_number), run.owner};
}

void Resolver::resolve_jump(const JumpSite& site) {
  std::uint32_t& target = program_.at(site.at).a;
  if (site.numeric) {
    const Numbered found = find_number(site.target, site.place);
    if (!found.found) return;
    if (found.owner != kNone && found.owner != site.owner) {
      const std::string func = describe(program_, program_.definitions[found.owner]);
      reporter_.error(site.place, "instruction " + std::to_string(site.target) + " is part of " +
                                      func + ", which a jump cannot enter");
    }
    target = found.position;
    return;
  }
  const std::uint32_t found = program_.find(site.target, site.owner);
  if (found == kNone) return undefined(site.target, site.place, false);
  const Definition& definition = program_.definitions[found];
  if (definition.is_func) {
    reporter_.error(site.place,
                    describe(program_, definition) + " is no label; a jump cannot enter a FUNC");
  }
  target = definition.entry;
}

void Resolver::undefined(SymbolId symbol, const Place& place, bool call) {
  const std::string name = shown(program_.names.text(symbol));
  const std::uint32_t local = program_.use(symbol).local;
  if (local != kNone) {
    const Definition& definition = program_.definitions[local];
    reporter_.error(place, "label " + name + " is local to " +
                               describe(program_, program_.definitions[definition.owner]));
    return;
  }
  std::string message = (call ? "undefined function or label " : "undefined label ") + name;
  if (program_.definitions.size() <= kMaxSuggestions) {
    Nearest nearest(program_.names.text(symbol));
    for (const Definition& definition : program_.definitions) {
      if (definition.owner == kNone && (call || !definition.is_func)) {
        nearest.consider(program_.names.text(definition.name));
      }
    }
    if (!nearest.best().empty()) message += "; did you mean " + shown(nearest.best()) + "?";
  }
  reporter_.error(place, std::move(message));
}

void Resolver::resolve_call(const CallSite& site) {
  if (site.kind == CallSite::Kind::kNumber) {
    const Numbered found = find_number(site.target, site.place);
    if (!found.found) return;
    Names& names = program_.names;
    const std::uint32_t name = names.pool(names.intern(std::to_string(site.target), true));
    program_.at(site.at).a = function(found.position, name, params_of(site));
    return;
  }
  const std::uint32_t index =
      site.kind == CallSite::Kind::kDefinition ? site.target : program_.find(site.target, kNone);
  if (index == kNone) return undefined(site.target, site.place, true);
  call_definition(site, program_.definitions[index]);
}

void Resolver::call_definition(const CallSite& site, const Definition& definition) {
  std::uint32_t& a = program_.at(site.at).a;
  const auto given = params_of(site);
  if (definition.function == kNone) {
    a = function(definition.entry, definition.label_name, given);
    return;
  }
  const bytecode::Function& declared = program_.functions[definition.function];
  if (given.empty()) {
    a = definition.function;
    return;
  }
  if (definition.is_func && declared.params.size() != given.size()) {
    const std::size_t wanted = declared.params.size();
    reporter_.error(site.place, describe(program_, definition) + " has " + std::to_string(wanted) +
                                    (wanted == 1 ? " parameter, " : " parameters, ") +
                                    std::to_string(given.size()) + " given");
    return;
  }
  a = std::equal(given.begin(), given.end(), declared.params.begin(), declared.params.end())
          ? definition.function
          : function(definition.entry, declared.name, given);
}

// The calls of a .module text: to the first function with that name and those parameters.
void Resolver::resolve_declared_call(const CallSite& site) {
  std::uint32_t found = kNone;
  if (site.kind == CallSite::Kind::kSymbol && program_.names.in_pool(site.target)) {
    index_functions();
    const std::uint32_t name = program_.names.pool(site.target);
    found = find_function(hash_function(0, name, params_of(site)), 0, name, params_of(site));
  }
  if (found == kNone) {
    reporter_.error(site.place, "no .function or .variant has this name and these parameters");
    return;
  }
  program_.at(site.at).a = found;
}

void Resolver::index_functions() {
  if (indexed_) return;
  indexed_ = true;
  for (std::uint32_t i = 0; i < program_.functions.size(); ++i) {
    const bytecode::Function& function = program_.functions[i];
    const Position entry = program_.exact ? 0 : function.entry;
    const std::uint64_t hash = hash_function(entry, function.name, function.params);
    if (find_function(hash, entry, function.name, function.params) == kNone)
      by_hash_.emplace(hash, i);
  }
}

std::uint32_t Resolver::find_function(std::uint64_t hash, Position entry, std::uint32_t name,
                                      std::span<const std::uint32_t> params) const {
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto i = first; i != last; ++i) {
    const bytecode::Function& function = program_.functions[i->second];
    if (function.name == name && (program_.exact || function.entry == entry) &&
        std::equal(params.begin(), params.end(), function.params.begin(), function.params.end())) {
      return i->second;
    }
  }
  return kNone;
}

std::uint32_t Resolver::function(Position entry, std::uint32_t name,
                                 std::span<const std::uint32_t> params) {
  index_functions();
  const std::uint64_t hash = hash_function(entry, name, params);
  const std::uint32_t found = find_function(hash, entry, name, params);
  if (found != kNone) return found;
  const auto index = static_cast<std::uint32_t>(program_.functions.size());
  program_.functions.push_back({name, entry, {params.begin(), params.end()}, false});
  by_hash_.emplace(hash, index);
  return index;
}

// Control that runs off the end of the main program must not run on into the first body.
void Resolver::close_main() {
  auto& code = program_.main.code;
  if (!program_.has_funcs) return;
  if (code.empty() || jumps_to_end_ || program_.main.reached == code.size() ||
      !isa::has_effect(code.back().op, isa::kEnd)) {
    code.push_back({isa::Op::kHalt, 0, 0});
  }
}

bytecode::Module Resolver::layout() {
  close_main();
  const auto main_size = static_cast<std::uint32_t>(program_.main.code.size());
  const auto index = [main_size](Position position) {
    return (position & kFunctionRegion) != 0 ? main_size + (position & ~kFunctionRegion) : position;
  };
  bytecode::Module module;
  module.source_name = std::move(program_.source_name);
  module.strings = program_.names.strings();
  module.functions = std::move(program_.functions);
  module.labels = std::move(program_.labels);
  module.code = std::move(program_.main.code);
  module.code.insert(module.code.end(), program_.bodies.code.begin(), program_.bodies.code.end());
  module.lines = std::move(program_.main.lines);
  for (bytecode::LineEntry entry : program_.bodies.lines) {
    entry.start += main_size;
    module.lines.push_back(entry);
  }
  for (bytecode::Function& function : module.functions) function.entry = index(function.entry);
  for (bytecode::Label& label : module.labels) label.entry = index(label.entry);
  for (bytecode::Instruction& instruction : module.code) {
    if (isa::info(instruction.op).shape == isa::Shape::kLabel) instruction.a = index(instruction.a);
  }
  return module;
}

}  // namespace ttvm::assembler
