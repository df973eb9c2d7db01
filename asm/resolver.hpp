// A Program into a module: finds what the references mean, puts the bodies of the FUNCs behind the
// main program, and turns Positions into indices. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "asm/program.hpp"
#include "asm/source.hpp"
#include "bytecode/module.hpp"

namespace ttvm::assembler {

class Resolver {
 public:
  Resolver(Program& program, Reporter& reporter) : program_(program), reporter_(reporter) {}

  // Reports what cannot be resolved.
  void resolve();

  // Requires that nothing was reported.
  bytecode::Module layout();

 private:
  struct Numbered {
    bool found = false;
    Position position = 0;
    std::uint32_t owner = kNone;
  };

  void resolve_jump(const JumpSite& site);
  void resolve_call(const CallSite& site);
  void resolve_declared_call(const CallSite& site);
  void call_definition(const CallSite& site, const Definition& definition);
  Numbered find_number(std::uint32_t number, const Place& place);
  void undefined(SymbolId symbol, const Place& place, bool call);
  std::uint32_t function(Position entry, std::uint32_t name, std::span<const std::uint32_t> params);
  std::uint32_t find_function(std::uint64_t hash, Position entry, std::uint32_t name,
                              std::span<const std::uint32_t> params) const;
  void index_functions();
  void close_main();
  std::span<const std::uint32_t> params_of(const CallSite& site) const {
    return std::span(program_.params).subspan(site.params_begin, site.params_count);
  }

  Program& program_;
  Reporter& reporter_;
  bool jumps_to_end_ = false;  // a number refers to the end of the program
  bool indexed_ = false;
  // By hash of name and parameters, and of the entry unless the text is a .module.
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_;
};

}  // namespace ttvm::assembler
