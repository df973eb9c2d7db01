// Frames: collection roots, stack growth, stack traces, the first frame of a process.
#include <algorithm>

#include "heap/collector.hpp"
#include "heap/slab.hpp"
#include "interp/machine.hpp"
#include "process/details.hpp"

namespace ttvm::interp {

using lower::CodeObject;
using lower::RCode;
using lower::Safepoint;

namespace {

// Calls `visit(frame, safepoint)` from the running frame outwards.
template <typename Visit>
void walk_frames(Word* frame, const Safepoint& top, Visit&& visit) {
  const Safepoint* safepoint = &top;
  while (true) {
    if (!visit(frame, *safepoint)) return;
    const Word link = frame[safepoint->code->link];
    const Word* return_address = reinterpret_cast<const Word*>(link & lower::kLinkAddressMask);
    if (return_address == exit_stub()) return;
    frame -= link >> 48U;
    safepoint = &lower::safepoint_before(return_address);
  }
}

void visit_roots(heap::Collector& collector, Word* frame, const Safepoint& safepoint) {
  auto* registers = reinterpret_cast<Term*>(frame);
  const CodeObject& code = *safepoint.code;
  for (std::uint32_t reg = code.all_live_begin; reg < code.all_live_end; ++reg) {
    if (reg != code.link) collector.root(registers[reg]);
  }
  for (std::uint64_t live = safepoint.live_low; live != 0; live &= live - 1) {
    collector.root(registers[__builtin_ctzll(live)]);
  }
  for (const std::uint16_t reg : safepoint.live_high) collector.root(registers[reg]);
}

// Code that takes operands from below its arguments finds none at a process's start: the explicit
// form says so.
bool runs_proven(const FunctionEntry& entry) { return entry.code != nullptr && entry.extras == 0; }

bool stack_is_initial(const Process& process) {
  return process.stack_begin == process.initial_block;
}

void free_stack(Process& process) {
  if (process.stack_begin == nullptr || stack_is_initial(process)) return;
  heap::slab_free(process.stack_begin,
                  static_cast<std::size_t>(process.stack_end - process.stack_begin) * sizeof(Word));
}

// What comes behind these is another function, or nothing.
bool ends_function(RCode code) {
  return code == RCode::kReturn0 || code == RCode::kReturn1 || code == RCode::kReturnN ||
         code == RCode::kXReturn || code == RCode::kHalt || code == RCode::kTrap;
}

// The function whose proven code the process is in; no line.
process::Executor::Place function_of(const Process& process) {
  const auto* initial = static_cast<const FunctionEntry*>(process.initial_function);
  if (process.pc == nullptr || initial == nullptr || initial->code == nullptr) return {};
  for (const auto& entry : initial->code->program->entries) {
    const CodeObject* code = entry->code;
    if (code == nullptr || process.pc < code->words.data() ||
        process.pc >= code->words.data() + code->words.size()) {
      continue;
    }
    return {entry->name, code->source_name, 0};
  }
  return {};
}

// Replaces the stack by one of `words` words, of which the first `used` are kept.
void move_stack(Process& process, std::size_t words, std::size_t used) {
  const std::size_t bytes = heap::slab_round(words * sizeof(Word));
  auto* stack = static_cast<Word*>(heap::slab_allocate(bytes));
  std::copy_n(process.stack_begin, used, stack);
  free_stack(process);
  const bool was_initial = stack_is_initial(process);
  process.stack_begin = stack;
  process.stack_end = stack + bytes / sizeof(Word);
  if (was_initial && process.heap.owns_block()) process::free_initial_block(process);
}

}  // namespace

process::ExecutionExtras& extras_of(Process& process) {
  if (process.extras == nullptr) process.extras = new process::ExecutionExtras();
  return *process.extras;
}

bool collect(Machine& m, std::size_t words) {
  Process& process = m.process;
  heap::Collector collector(process.heap, words);
  walk_frames(m.frame, m.safepoint(), [&](Word* frame, const Safepoint& safepoint) {
    visit_roots(collector, frame, safepoint);
    return true;
  });
  process::visit_roots(process, [&](Term& root) { collector.root(root); });
  if (process.extras != nullptr) {
    collector.root_range(process.extras->operands.data(), process.extras->operands.size());
  }
  const bool fits = collector.finish();
  if (process.initial_block != nullptr && process.heap.owns_block() && !stack_is_initial(process)) {
    process::free_initial_block(process);
  }
  if (!fits) process.exit_kind = process::ExitKind::kOutOfMemory;
  return fits;
}

Outcome grow_stack(Machine& m, std::uint32_t window, std::uint32_t words) {
  Process& process = m.process;
  const auto frame_offset = static_cast<std::size_t>(m.frame - process.stack_begin);
  const std::size_t used =
      std::min(frame_offset + m.safepoint().code->frame_size,
               static_cast<std::size_t>(process.stack_end - process.stack_begin));
  const std::size_t wanted = frame_offset + window + words;
  const std::size_t limit = m.interpreter.options().max_stack_bytes / sizeof(Word);
  if (wanted > limit) return m.raise("Stack overflow");
  const std::size_t doubled = 2 * static_cast<std::size_t>(process.stack_end - process.stack_begin);
  move_stack(process, std::max(wanted + 16, std::min(doubled, limit)), used);
  m.frame = process.stack_begin + frame_offset;
  return Outcome::kOk;
}

std::vector<std::string> stack_trace(const Machine& m) {
  constexpr std::size_t kMaxLines = 64;
  std::vector<std::string> lines;
  std::size_t omitted = 0;
  walk_frames(m.frame, m.safepoint(), [&](Word*, const Safepoint& safepoint) {
    if (lines.size() == kMaxLines) {
      ++omitted;
      return omitted < 1'000'000;
    }
    std::string line = *safepoint.function;
    if (!safepoint.code->source_name.empty()) {
      line += " (" + safepoint.code->source_name;
      if (safepoint.line != 0) line += ":" + std::to_string(safepoint.line);
      line += ")";
    }
    lines.push_back(std::move(line));
    return true;
  });
  if (omitted != 0) lines.push_back("... " + std::to_string(omitted) + " more");
  return lines;
}

const Word* exit_stub() {
  static const Safepoint kNowhere{};
  static const Word kStub[] = {
      reinterpret_cast<Word>(&kNowhere),
      reinterpret_cast<Word>(
          Interpreter::handlers()[static_cast<std::size_t>(lower::RCode::kHalt)]),
      0};
  return kStub + 1;
}

void Interpreter::prepare(Process& process, const FunctionEntry& entry,
                          std::span<const Term> inputs) const {
  const bool proven = runs_proven(entry);
  const CodeObject& code = proven ? *entry.code : *entry.explicit_code;
  const std::size_t block = process.initial_block_bytes / sizeof(Word);
  constexpr std::size_t kMinHeap = 8;
  std::size_t stack = std::max<std::size_t>(code.frame_size + 4, block / 2);
  if (stack + kMinHeap > block) {
    // The frame is too large for the first block, which all becomes heap.
    const std::size_t bytes = heap::slab_round((code.frame_size + 16U) * sizeof(Word));
    process.stack_begin = static_cast<Word*>(heap::slab_allocate(bytes));
    process.stack_end = process.stack_begin + bytes / sizeof(Word);
    stack = 0;
  } else {
    process.stack_begin = process.initial_block;
    process.stack_end = process.initial_block + stack;
  }
  process.heap.init(process.initial_block + stack, block - stack);
  if (options_.max_heap_bytes != 0) process.heap.set_max_bytes(options_.max_heap_bytes);

  if (proven) {
    process.pc = code.words.data();
  } else {
    std::fill_n(reinterpret_cast<Term*>(process.stack_begin), code.frame_size, Term::unset());
    process.pc = entry.explicit_entry;
  }
  process.stack_begin[code.link] = reinterpret_cast<Word>(exit_stub());
  process.frame = process.stack_begin;
  process.initial_function = &entry;
  set_inputs(process, entry, inputs);
}

void Interpreter::set_inputs(Process& process, const FunctionEntry& entry,
                             std::span<const Term> inputs) const {
  auto* registers = reinterpret_cast<Term*>(process.frame);
  const bool proven = runs_proven(entry);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    registers[proven ? i : entry.explicit_inputs[i]] = inputs[i];
  }
}

void Interpreter::release(Process& process) {
  free_stack(process);
  process.stack_begin = process.stack_end = nullptr;
  delete process.extras;
  process.extras = nullptr;
}

process::Executor::Place Interpreter::locate(const Process& process) const {
  // Safepoints tell the place: the next one on the way from pc on.
  constexpr int kMaxSteps = 64;
  const Word* pc = process.pc;
  for (int step = 0; pc != nullptr && step < kMaxSteps; ++step) {
    const auto* handler = reinterpret_cast<const void*>(pc[0]);
    const auto* found = std::find(handlers(), handlers() + lower::kRCodes.size(), handler);
    if (found == handlers() + lower::kRCodes.size()) return {};
    const auto code = static_cast<RCode>(found - handlers());
    if (code == RCode::kJump) {
      pc += static_cast<std::int64_t>(pc[2]);
      continue;
    }
    if (ends_function(code)) break;
    const lower::RCodeInfo& info = lower::kRCodes[static_cast<std::size_t>(code)];
    pc += info.words();
    if (!info.safepoint) continue;
    const Safepoint& safepoint = lower::safepoint_before(pc);
    if (safepoint.code == nullptr) return {};
    return {*safepoint.function, safepoint.code->source_name, safepoint.line};
  }
  return function_of(process);
}

}  // namespace ttvm::interp
