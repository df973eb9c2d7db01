// The handlers of the dispatch loop for calls, returns and the loops over lists that call
// functions, as macros: see number_handlers.hpp, and apply.hpp for the loops.
//
// Only for loop.cpp.
#pragma once

#define PREEMPT_IF_SPENT                             \
  do {                                               \
    if (TTVM_UNLIKELY(reductions < 0)) goto preempt; \
  } while (false)

// Call. What is the same each time it is done stands in its immediates: code, link, and the bytes
// that must be free.
#define ENTER                                                                 \
  do {                                                                        \
    const auto* end = reinterpret_cast<const char*>(process.stack_end);       \
    if (TTVM_UNLIKELY(reinterpret_cast<const char*>(frame) + IMM(2) > end)) { \
      SAVE(Call);                                                             \
      outcome = grow_stack(m, A, C);                                          \
      frame = m.frame;                                                        \
      if (outcome != Outcome::kOk) goto other;                                \
    }                                                                         \
    frame += A;                                                               \
    frame[B] = IMM(1);                                                        \
    reductions -= D;                                                          \
    pc = reinterpret_cast<const Word*>(IMM(0));                               \
    PREEMPT_IF_SPENT;                                                         \
    DISPATCH;                                                                 \
  } while (false)
// Back to the caller.
#define LEAVE(link)                    \
  do {                                 \
    pc = lower::link_address(link);    \
    frame -= lower::link_window(link); \
    PREEMPT_IF_SPENT;                  \
    DISPATCH;                          \
  } while (false)

// Calls `function`, whose arguments are at register `window`. Its proven form returns to
// `return_address`, its explicit form to `take`.
#define APPLY(name, function, window, count, return_address, take)                  \
  do {                                                                              \
    const Term callable = function;                                                 \
    const FunctionEntry::Applied& applied = entry_of(callable).applied;             \
    if (TTVM_UNLIKELY(applied.arity != (count))) {                                  \
      SAVE(name);                                                                   \
      outcome = apply_explicit(m, callable, window, count, take);                   \
      frame = m.frame;                                                              \
      goto other;                                                                   \
    }                                                                               \
    if (TTVM_UNLIKELY(frame + (window) + applied.frame_size > process.stack_end)) { \
      SAVE(name);                                                                   \
      outcome = grow_stack(m, window, applied.frame_size);                          \
      frame = m.frame;                                                              \
      if (outcome != Outcome::kOk) goto other;                                      \
    }                                                                               \
    Word* callee = frame + (window);                                                \
    for (std::uint32_t i = 0; i < applied.captures; ++i) {                          \
      callee[(count) + i] = term::captures(callable)[i].word();                     \
    }                                                                               \
    callee[applied.link] = lower::make_link(return_address, window);                \
    frame = callee;                                                                 \
    pc = applied.code;                                                              \
    PREEMPT_IF_SPENT;                                                               \
    DISPATCH;                                                                       \
  } while (false)
// Calls a loop's function with its next element, behind whose leaf's start `state` stands.
#define APPLY_TO_ELEMENT(name, position, count, return_address, take)               \
  do {                                                                              \
    const std::uint32_t window = A + std::uint32_t{lower::kEachState};              \
    const Term slot = state[lower::kEachSlot];                                      \
    state[lower::kEachSlot] = Term::from_word(slot.word() + 2);                     \
    state[lower::kEachState + (position)] = Term::from_word(                        \
        state[lower::kEachLeaf].pointer()[term::kNodeFirst + (slot.word() >> 1U)]); \
    const Term code = state[lower::kEachCode];                                      \
    if (TTVM_LIKELY(code.is_small())) {                                             \
      frame += window;                                                              \
      frame[count] = lower::make_link(return_address, window);                      \
      pc = reinterpret_cast<const Word*>(code.word() - 1);                          \
      PREEMPT_IF_SPENT;                                                             \
      DISPATCH;                                                                     \
    }                                                                               \
    APPLY(name, state[lower::kEachFunction], window, count, return_address, take);  \
  } while (false)
#define APPLY_AGAIN(name, position, count) \
  APPLY_TO_ELEMENT(name, position, count, pc, pc - length(RCode::kTakeResult))
// Smalls compare by their words.
#define IS_IN_LEAF (state[lower::kEachSlot].word() < state[lower::kEachSlots].word())
#define STEP_SLOWLY(name, keeps)                            \
  do {                                                      \
    SAVE(name);                                             \
    bool done = false;                                      \
    outcome = step_each(m, state, keeps, done);             \
    if (TTVM_UNLIKELY(outcome != Outcome::kOk)) goto other; \
    if (done) NEXT(name);                                   \
  } while (false)
// Room for one more in the leaf of a list that grows.
#define HAS_SLOT(leaf) (term::Header(*(leaf)).aux() < term::Header(*(leaf)).size())
