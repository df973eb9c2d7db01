// Frames: collection roots, stack growth, stack traces, the first frame of a process.
#include <algorithm>

#include "heap/collector.hpp"
#include "heap/slab.hpp"
#include "interp/machine.hpp"
#include "process/details.hpp"
#include "process/table.hpp"

namespace ttvm::interp {

using lower::CodeObject;
using lower::RCode;
using lower::Safepoint;

namespace {

// The safepoint of the caller, and its frame in `frame`; null if there is none.
const Safepoint* caller_of(Word*& frame, std::uint32_t link_register) {
  const Word link = frame[link_register];
  const Word* return_address = lower::link_address(link);
  if (return_address == exit_stub()) return nullptr;
  frame -= lower::link_window(link);
  return &lower::safepoint_before(return_address);
}

// Calls `visit(frame, safepoint)` from the running frame outwards.
template <typename Visit>
void walk_frames(Word* frame, const Safepoint& top, Visit&& visit) {
  const Safepoint* safepoint = &top;
  while (safepoint != nullptr && visit(frame, *safepoint)) {
    safepoint = caller_of(frame, safepoint->code->link);
  }
}

// "function (file:line)", as far as it is known. Past kMaxLines, lines are only counted.
class StackLines {
 public:
  // False: there is no end of them.
  bool add(std::string_view function, std::string_view source, std::uint32_t line) {
    if (lines_.size() == kMaxLines) return ++omitted_ < kMaxCounted;
    std::string text(function);
    if (!source.empty()) {
      text.append(" (").append(source);
      if (line != 0) text.append(":").append(std::to_string(line));
      text += ")";
    }
    lines_.push_back(std::move(text));
    return true;
  }
  bool add(const Safepoint& safepoint) {
    return add(*safepoint.function, safepoint.code->source_name, safepoint.line);
  }
  std::vector<std::string> take() {
    if (omitted_ != 0) lines_.push_back("... " + std::to_string(omitted_) + " more");
    return std::move(lines_);
  }

 private:
  static constexpr std::size_t kMaxLines = 64;
  static constexpr std::size_t kMaxCounted = 1'000'000;
  std::vector<std::string> lines_;
  std::size_t omitted_ = 0;
};

// Calls `visit(register)` for each register of the frame that holds a live value.
template <typename Visit>
void visit_live(Word* frame, const Safepoint& safepoint, Visit&& visit) {
  auto* registers = reinterpret_cast<Term*>(frame);
  const CodeObject& code = *safepoint.code;
  for (std::uint32_t reg = code.all_live_begin; reg < code.all_live_end; ++reg) {
    if (reg != code.link) visit(registers[reg]);
  }
  for (std::uint64_t live = safepoint.live_low; live != 0; live &= live - 1) {
    visit(registers[__builtin_ctzll(live)]);
  }
  for (const std::uint16_t reg : safepoint.live_high) visit(registers[reg]);
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

// The register with the link is their operand b.
bool returns_proven(RCode code) {
  return code == RCode::kReturn0 || code == RCode::kReturn1 || code == RCode::kReturnK ||
         code == RCode::kReturnN;
}

// What comes behind these is another function, or nothing.
bool ends_function(RCode code) {
  return returns_proven(code) || code == RCode::kXReturn || code == RCode::kHalt ||
         code == RCode::kTrap;
}

// Where a process stands, and the register of its innermost frame that has the link.
struct Stand {
  static constexpr std::uint32_t kNoLink = ~std::uint32_t{0};
  process::Executor::Place place;
  std::uint32_t link = kNoLink;  // kNoLink: not known
};

bool is_in(const CodeObject* code, const Word* pc) {
  return code != nullptr && pc >= code->words.data() &&
         pc < code->words.data() + code->words.size();
}

// The function that the process is in, if that is of the program that it began with; no line.
Stand function_of(const Process& process) {
  const auto* initial = static_cast<const FunctionEntry*>(process.initial_function);
  if (process.pc == nullptr || initial == nullptr) return {};
  const CodeObject* some = initial->code != nullptr ? initial->code : initial->explicit_code;
  if (some == nullptr) return {};
  const FunctionEntry* found = nullptr;  // of explicit code, the last one that begins before
  for (const auto& entry : some->program->entries) {
    if (is_in(entry->code, process.pc)) {
      return {{entry->name, entry->code->source_name, 0, {}}, entry->code->link};
    }
    if (is_in(entry->explicit_code, process.pc) && entry->explicit_entry <= process.pc &&
        (found == nullptr || entry->explicit_entry > found->explicit_entry)) {
      found = entry.get();
    }
  }
  if (found == nullptr) return {};
  return {{found->name, found->explicit_code->source_name, 0, {}}, found->explicit_code->link};
}

// At the last instruction of a function.
Stand end_of_function(const Process& process, RCode code, const Word* pc) {
  Stand stand = function_of(process);
  if (returns_proven(code)) {
    stand.link = reinterpret_cast<const std::uint16_t*>(pc + 1)[1];
  } else if (code == RCode::kXReturn) {
    stand.link = 0;
  }
  return stand;
}

// The instruction that a process may wait in, by its register code at `pc`.
std::string_view waiting_instruction(RCode code, const Word* pc) {
  switch (code) {
    case RCode::kReceive:
      return "RECEIVE";
    case RCode::kReceiveAfter:
      return "RECEIVE_AFTER";
    case RCode::kSleep:
      return "SLEEP";
    case RCode::kNative:
    case RCode::kNativeJump: {
      const auto op = reinterpret_cast<const std::uint16_t*>(pc + 1)[3];
      return isa::find(static_cast<std::uint8_t>(op))->mnemonic;
    }
    default:
      return {};
  }
}

// Safepoints tell the place: the next one on the way from pc on.
Stand stand_of(const Process& process) {
  constexpr int kMaxSteps = 64;
  const Word* pc = process.pc;
  std::string_view instruction;
  for (int step = 0; pc != nullptr && step < kMaxSteps; ++step) {
    const void* const* handlers = Interpreter::handlers();
    const void* const* end = handlers + lower::kRCodes.size();
    const void* const* found = std::find(handlers, end, reinterpret_cast<const void*>(pc[0]));
    if (found == end) return {};
    const auto code = static_cast<RCode>(found - handlers);
    if (code == RCode::kJump) {
      pc += static_cast<std::int64_t>(pc[2]);
      continue;
    }
    if (ends_function(code)) return end_of_function(process, code, pc);
    if (step == 0) instruction = waiting_instruction(code, pc);
    const lower::RCodeInfo& info = lower::kRCodes[static_cast<std::size_t>(code)];
    pc += info.words();
    if (!info.safepoint) continue;
    const Safepoint& safepoint = lower::safepoint_before(pc);
    if (safepoint.code == nullptr) return {};
    return {{*safepoint.function, safepoint.code->source_name, safepoint.line, instruction},
            safepoint.code->link};
  }
  return function_of(process);
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

namespace {

// How much room a process should have after a collection. Of one that collects for the second time
// in a slice, or after few slices of others, the block is doubled, until the collections no longer
// count: all of it is in the cache anyway. After many slices of others it is halved, so that many
// processes that take turns find room in the cache, and one that has become quiet gives memory
// back.
std::size_t spare_words(Machine& m) {
  constexpr std::size_t kMost = 2048;  // with a second one of them, half of a first-level cache
  constexpr std::size_t kLeast = 64;
  constexpr std::uint8_t kFewSlices = 16;  // in marks
  const auto slices = static_cast<std::uint8_t>(m.context.slice_mark - m.process.collected_at);
  const std::size_t block = m.process.heap.block_words();
  const std::size_t spare = m.has_collected || slices < kFewSlices ? 2 * block : block / 2;
  m.has_collected = true;
  m.process.collected_at = m.context.slice_mark;
  return spare < kLeast ? 0 : std::min(spare, kMost);
}

// A word copied takes about a tenth of the time of an instruction. A collection of a large heap
// uses up the slice, and others run next.
std::int32_t reductions_of(std::size_t copied_words) {
  constexpr std::size_t kWordsOfOne = 10;
  constexpr std::size_t kMost = 1'000'000;
  return static_cast<std::int32_t>(std::min(copied_words / kWordsOfOne, kMost));
}

}  // namespace

namespace {

// False: over the limit, exit_kind is set. `copied`: words.
bool collect_heap(Process& process, Word* innermost, const Safepoint& where, std::size_t words,
                  std::size_t spare, std::size_t& copied) {
  process.inbox.let_go();  // adopted messages are freed
  heap::Collector collector(process.heap, words, spare);
  walk_frames(innermost, where, [&](Word* frame, const Safepoint& safepoint) {
    visit_live(frame, safepoint, [&](Term& root) { collector.root(root); });
    return true;
  });
  process::visit_roots(process, [&](Term& root) { collector.root(root); });
  collector.weak_root(process.last.value);
  if (process.extras != nullptr) {
    collector.root_range(process.extras->operands.data(), process.extras->operands.size());
  }
  const bool fits = collector.finish();
  copied = collector.copied_words();
  if (process.initial_block != nullptr && process.heap.owns_block() && !stack_is_initial(process)) {
    process::free_initial_block(process);
  }
  if (!fits) process.exit_kind = process::ExitKind::kOutOfMemory;
  return fits;
}

}  // namespace

bool collect_here(Machine& m, std::size_t words) {
  std::size_t copied = 0;
  const bool fits = collect_heap(m.process, m.frame, m.safepoint(), words, spare_words(m), copied);
  m.owed += reductions_of(copied);
  return fits;
}

namespace {

// Whether a collection is long enough to be left to another thread, and anybody would wait for it.
bool is_left(const Machine& m) {
  const Process& process = m.process;
  return m.context.leaves_collections &&
         process.left_at != static_cast<std::uint16_t>(process.reductions) &&
         heap::Collector::may_take_long(process.heap) &&
         (heap::g_collect_always || m.context.table->live_count() > 1);
}

}  // namespace

bool collect(Machine& m, std::size_t words) {
  if (TTVM_UNLIKELY(is_left(m))) {
    m.context.collection = {words, m.next};
    m.leaves = true;
    return false;
  }
  return collect_here(m, words);
}

namespace {

// Younger than the last collection, and so something that may refer to a message adopted since.
bool is_young(Term root) {
  constexpr unsigned kOlder = term::kStatic | term::kAged | term::kOld;
  return root.is_box() && (term::header_of(root).flags() & kOlder) == 0;
}

bool has_young(const Term* registers, std::uint64_t live) {
  for (; live != 0; live &= live - 1) {
    if (is_young(registers[__builtin_ctzll(live)])) return true;
  }
  return false;
}

void drop_received_here(Machine& m) {
  if (is_young(m.process.last.value)) m.process.last.value = Term::unset();
  m.context.garbage = m.process.heap.take_young();
}

[[gnu::noinline]] void drop_received_rarely(Machine& m) {
  constexpr int kMostFrames = 4;
  Process& process = m.process;
  if (process.exit_kind != process::ExitKind::kNone) return;
  // An operand stack may be deep: left to the collector.
  if (process.extras != nullptr && !process.extras->operands.empty()) return;
  bool young = false;
  const auto look = [&](Term& root) { young |= is_young(root); };
  process::visit_roots(process, look);
  int frames = 0;
  walk_frames(m.frame, m.safepoint(), [&](Word* frame, const Safepoint& safepoint) {
    young |= ++frames > kMostFrames;
    if (!young) visit_live(frame, safepoint, look);
    return !young;
  });
  if (!young) drop_received_here(m);
}

}  // namespace

void drop_received(Machine& m) {
  const Process& process = m.process;
  const Safepoint& safepoint = m.safepoint();
  // A server in its first function, as most are.
  const bool is_simple = m.frame == process.stack_begin && safepoint.low_only &&
                         process.exit_kind == process::ExitKind::kNone &&
                         process.details == nullptr && process.extras == nullptr &&
                         !process.last.correlation.is_box();
  if (TTVM_UNLIKELY(!is_simple)) return drop_received_rarely(m);
  if (!has_young(reinterpret_cast<Term*>(m.frame), safepoint.live_low)) drop_received_here(m);
}

void Interpreter::collect(Process& process, const process::Collection& collection) {
  std::size_t copied = 0;
  static_cast<void>(collect_heap(process, process.frame, lower::safepoint_before(collection.next),
                                 collection.words, 0, copied));
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
  StackLines lines;
  walk_frames(m.frame, m.safepoint(),
              [&](Word*, const Safepoint& safepoint) { return lines.add(safepoint); });
  return lines.take();
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
  process.stack_begin[code.link] = lower::make_link(exit_stub(), 0);
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
  return stand_of(process).place;
}

std::vector<std::string> Interpreter::stack_of(const Process& process) const {
  StackLines lines;
  const Stand stand = stand_of(process);
  if (!stand.place.function.empty()) {
    lines.add(stand.place.function, stand.place.source, stand.place.line);
  }
  if (stand.link == Stand::kNoLink) return lines.take();
  Word* frame = process.frame;
  if (const Safepoint* caller = caller_of(frame, stand.link)) {
    walk_frames(frame, *caller,
                [&](Word*, const Safepoint& safepoint) { return lines.add(safepoint); });
  }
  return lines.take();
}

}  // namespace ttvm::interp
