// Register code: what the dispatch loop runs (and a JIT will compile). Made by lower(), immutable
// after that but for inline caches (relaxed atomics, see InlineCache); shared by all workers.
//
// A frame of proven code at R, growing upwards:
//   R[0 .. inputs)        extras, arguments, captured values: put there by the caller
//   R[inputs]             link: return address << 16 | window (the caller's frame is at R - window)
//   R[inputs+1 .. size)   other variables, pending captures, operands
// Results are left in R[0 .. results), where the caller finds them. A frame of explicit code has
// its link in R[0] and all its variables behind; its operands are on the process's operand stack.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "term/box.hpp"
#include "term/term.hpp"
#include "verify/verified_module.hpp"

namespace ttvm::lower {

using term::Term;
using term::Word;

enum class RCode : std::uint8_t {
#define TTVM_RC(name, immediates, safepoint, text) k##name,
#include "lower/rcodes.def"
#undef TTVM_RC
};

struct RCodeInfo {
  const char* name;
  std::uint8_t immediates;
  bool safepoint;
  const char* text;
  constexpr std::uint32_t words() const { return 2U + immediates + (safepoint ? 1U : 0U); }
};

inline constexpr auto kRCodes = std::to_array<RCodeInfo>({
#define TTVM_RC(name, immediates, safepoint, text) {#name, immediates, (safepoint) != 0, text},
#include "lower/rcodes.def"
#undef TTVM_RC
});

constexpr const RCodeInfo& info(RCode code) { return kRCodes[static_cast<std::size_t>(code)]; }

// An address of user space has less than 48 bits.
inline Word make_link(const Word* return_address, std::uint32_t window) {
  return reinterpret_cast<Word>(return_address) << 16U | window;
}
inline const Word* link_address(Word link) { return reinterpret_cast<const Word*>(link >> 16U); }
inline Word link_window(Word link) { return link & 0xFFFFU; }
inline constexpr std::uint16_t kOnOperandStack = 0xFFFF;
// Besides an isa::Op in a jump's operand d.
inline constexpr std::uint32_t kJumpIfFalse = 0x100;
inline constexpr std::uint32_t kMaxRegisters = 60000;

// Registers that hold the state of a loop over a list (Each and its steps); the frame of the
// function that it calls comes behind them. And those of Gradual.
enum EachRegister : std::uint8_t {
  kEachList,
  kEachFunction,
  kEachEdge,  // the list that grows (heap/list_grower.hpp); of FOLD: the value to start from
  kEachGrowing,
  kEachLeaf,   // the kNode or flat kList whose elements are next
  kEachSlot,   // the next one's place there
  kEachSlots,  // how many of them there are
  kEachBase,   // how many elements come before that leaf
  kEachCode,   // a proven function's code, as a small; unset: the function is not so easy to call
  kEachState
};
inline constexpr std::uint32_t kGradualState = 4;

struct CodeObject;

// What a collector, a stack trace and a stack growth need to know at one point of the code.
struct Safepoint {
  const CodeObject* code = nullptr;
  const std::string* function = nullptr;  // for stack traces
  std::uint32_t line = 0;
  bool low_only = false;  // all registers that hold a live value are in live_low
  // Registers that hold a live value, but for those in the code's all_live range: bit r for the
  // first 64, the others (rarely any) listed in ascending order.
  std::uint64_t live_low = 0;
  std::vector<std::uint16_t> live_high;

  bool is_live(std::uint32_t reg) const {
    if (reg < 64) return ((live_low >> reg) & 1U) != 0;
    return std::binary_search(live_high.begin(), live_high.end(), reg);
  }
  void set_live(std::uint32_t reg) {
    if (reg < 64) {
      live_low |= std::uint64_t{1} << reg;
      return;
    }
    const auto at = std::lower_bound(live_high.begin(), live_high.end(), reg);
    if (at == live_high.end() || *at != reg) {
      live_high.insert(at, static_cast<std::uint16_t>(reg));
    }
  }
};

// Shape id << 32 | word of the field in a flat object's box; or kNoField. Written and read with
// relaxed order by any worker: the word is complete in itself, and shapes are immutable and
// published before a Term can name them.
using InlineCache = std::atomic<std::uint64_t>;
constexpr std::uint64_t cached_field(std::uint32_t shape, std::uint32_t word) {
  return std::uint64_t{shape} << 32U | word;
}
inline constexpr std::uint64_t kNoField = cached_field(~std::uint32_t{0}, 0);  // of no shape

// The variables of a frame, for DUMP_SCOPE.
struct ScopeTable {
  struct Entry {
    std::string name;
    std::uint16_t reg;
  };
  std::vector<Entry> variables;
};

struct Program;

struct CodeObject {
  const Program* program = nullptr;
  bool proven = false;
  std::uint32_t frame_size = 0;
  std::uint32_t link = 0;  // register of the link
  // Registers [all_live_begin, all_live_end) but for the link are live at each safepoint:
  // variables, where it is not known which of them are needed.
  std::uint32_t all_live_begin = 0;
  std::uint32_t all_live_end = 0;
  std::vector<Word> words;
  std::deque<Safepoint> safepoints;
  std::deque<ScopeTable> scopes;
  std::deque<InlineCache> caches;
  std::string source_name;
};

// What can be called: an instance of the verified module, with its code. Also what a Function value
// points to.
struct FunctionEntry : term::FunctionInfo {
  // Proven form; null if there is none.
  const CodeObject* code = nullptr;
  std::uint32_t extras = 0;
  std::uint32_t captures = 0;
  std::uint32_t results = 0;
  // Explicit form: entry point, and the registers that arguments and captures go to.
  const CodeObject* explicit_code = nullptr;
  const Word* explicit_entry = nullptr;
  std::vector<std::uint16_t> explicit_inputs;

  Term value;  // the Function without captures

  // What Apply needs of a proven function that takes nothing from below its arguments and leaves
  // one result; of others, an arity that no call has.
  struct Applied {
    static constexpr std::uint32_t kNever = ~std::uint32_t{0};
    std::uint32_t arity = kNever;
    std::uint32_t frame_size = 0;
    std::uint32_t link = 0;
    std::uint32_t captures = 0;
    const Word* code = nullptr;
  };
  Applied applied;

  std::uint32_t inputs() const { return extras + arity + captures; }
};

// A lowered module. Lives as long as the VM.
struct Program {
  std::shared_ptr<const verify::VerifiedModule> module;
  std::vector<std::unique_ptr<FunctionEntry>> entries;  // by instance; [0] is the main program
  std::deque<CodeObject> codes;
  std::unordered_map<std::string, const FunctionEntry*> named;

  const FunctionEntry& main() const { return *entries[verify::kMainInstance]; }
};

// The words behind a safepoint instruction's end: pc[-1] of the next instruction.
inline const Safepoint& safepoint_before(const Word* next_pc) {
  return *reinterpret_cast<const Safepoint*>(next_pc[-1]);
}

}  // namespace ttvm::lower
