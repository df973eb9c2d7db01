// A module that has been judged: what lowering may rely on. Only verify() makes one.
// Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "bytecode/module.hpp"

namespace ttvm::verify {

inline constexpr std::uint32_t kNone = 0xFFFFFFFF;
inline constexpr std::uint32_t kMainInstance = 0;

// A TRY that is in force, or whose handler runs, at some point of the code.
struct TryContext {
  std::uint32_t try_pc = 0;
  std::int32_t depth = 0;  // operands at the TRY, relative to the frame's start
  bool handling = false;   // control is in the handler
  bool operator==(const TryContext&) const = default;
};

// What holds whenever control reaches the first instruction of a block.
struct BlockEntry {
  std::int32_t depth = 0;  // operands, relative to the frame's start (negative: extras consumed)
  std::vector<TryContext> tries;  // outermost first
};

// What an instruction whose effect depends on values does, where that could be proven.
struct Resolution {
  std::uint32_t instance = kNone;  // CALL_FUNCTION, SPAWN of a function: which one
  std::uint32_t arguments = 0;     // SPAWN: operands below `what`
};

// Code as entered in one way: an entry point with the names that its inputs are bound to. The
// inputs of a frame are, from the bottom: `extras` operands that the code takes from below its
// arguments, the parameters, the captured values of a closure.
struct Instance {
  std::uint32_t function = kNone;       // index into Module::functions; kNone: the main program
  std::uint32_t entry = 0;              // index of an instruction
  std::vector<std::uint32_t> params;    // names: indices into Module::strings
  std::vector<std::uint32_t> captures;  // names

  // True: the depth of the operand stack is known at every instruction that can be reached, so that
  // operands can live in registers. False: the code keeps its operands on an explicit stack.
  bool proven = false;
  std::uint32_t extras = 0;
  bool returns = false;       // a RET can be reached
  std::uint32_t results = 0;  // operands left on return, extras that were not consumed included
  std::int32_t max_depth = 0;
  std::unordered_map<std::uint32_t, BlockEntry> blocks;       // by first instruction
  std::unordered_map<std::uint32_t, Resolution> resolutions;  // by instruction

  std::uint32_t inputs() const {
    return extras + static_cast<std::uint32_t>(params.size() + captures.size());
  }
};

// Instructions that control can connect: they share one set of variables, and one explicit code.
struct Region {
  std::vector<std::uint32_t> instructions;  // ascending
  std::vector<std::uint32_t> variables;     // names, in order of first mention
  bool has_try = false;
};

class VerifiedModule {
 public:
  const bytecode::Module& module() const { return module_; }
  // instances()[0] is the main program; instances()[1 + i] is functions[i]; closures follow.
  const std::vector<Instance>& instances() const { return instances_; }
  const std::vector<Region>& regions() const { return regions_; }
  std::uint32_t region_of(std::uint32_t instruction) const { return region_of_[instruction]; }
  bool is_leader(std::uint32_t instruction) const { return leaders_[instruction]; }
  std::uint32_t instance_of_function(std::uint32_t function) const { return function + 1; }
  // The closure that a MAKE_LAMBDA makes.
  std::uint32_t instance_of_lambda(std::uint32_t instruction) const {
    return lambdas_.at(instruction);
  }
  // Names that may be pending before this MAKE_LAMBDA, ascending. What was not captured
  // on the way is unset in the closure.
  const std::vector<std::uint32_t>& pending_captures(std::uint32_t instruction) const {
    return pending_captures_.at(instruction);
  }

 private:
  friend class Verifier;
  bytecode::Module module_;  // a HALT has been added behind the last instruction
  std::vector<Instance> instances_;
  std::vector<Region> regions_;
  std::vector<std::uint32_t> region_of_;
  std::vector<bool> leaders_;
  std::unordered_map<std::uint32_t, std::uint32_t> lambdas_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> pending_captures_;
};

}  // namespace ttvm::verify
