#include "interp/apply.hpp"

#include <algorithm>

#include "heap/build.hpp"
#include "heap/list_grower.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::interp {

using isa::Op;

namespace {

std::string arguments_text(std::uint32_t count) {
  if (count == 0) return "no arguments";
  return std::to_string(count) + (count == 1 ? " argument" : " arguments");
}

heap::GrowingList& growing(Term* state) {
  return *reinterpret_cast<heap::GrowingList*>(state + lower::kEachEdge);
}

// The leaf that begins with element `base`.
void enter_leaf(Term* state, std::uint64_t base) {
  const Term list = state[lower::kEachList];
  const std::uint64_t length = term::list_length(list);
  std::uint64_t count = length;
  Term leaf = list;
  if (term::is_kind(list, term::Kind::kVec)) {
    leaf = Term::box(reinterpret_cast<const Word*>(term::vec_leaf(list.pointer(), base)) -
                     term::kNodeFirst);
    count = std::min<std::uint64_t>(length - base, term::kNodeSlots);
  }
  state[lower::kEachLeaf] = leaf;
  state[lower::kEachSlot] = Term::small(0);
  state[lower::kEachSlots] = Term::small(static_cast<std::int64_t>(count));
  state[lower::kEachBase] = Term::small(static_cast<std::int64_t>(base));
}

// Elements whose results are still to come, that of the call before included.
std::uint64_t left_of(const Term* state) {
  const auto before = static_cast<std::uint64_t>(state[lower::kEachBase].as_small() +
                                                 state[lower::kEachSlot].as_small());
  return term::list_length(state[lower::kEachList]) - before + 1;
}

// The result of the call before, or the element that it was about.
Term kept_value(Op op, const Term* state) {
  if (op == Op::kMap) return state[lower::kEachState];
  const auto slot = static_cast<std::size_t>(state[lower::kEachSlot].as_small());
  return Term::from_word(state[lower::kEachLeaf].pointer()[term::kNodeFirst + slot - 1]);
}

Outcome finish_each(Machine& m, Op op, Term* state) {
  if (op == Op::kFold) {
    state[0] = state[lower::kEachState];
    return Outcome::kOk;
  }
  if (!make_room_here(m, growing(state).finish_need())) return Outcome::kDie;
  state[0] = growing(state).finish(m.process.heap);
  return Outcome::kOk;
}

// A proven function without captures is called with no more than its code: its frame has room from
// now on, since a stack never shrinks, and its link stands behind the arguments.
Outcome prepare_calls(Machine& m, std::uint32_t count) {
  const std::uint32_t state = m.operand(0);
  const Term function = m.reg(state + lower::kEachFunction);
  const FunctionEntry::Applied& applied = entry_of(function).applied;
  if (applied.arity != count || applied.captures != 0) return Outcome::kOk;
  TTVM_ASSERT(applied.link == count);
  m.reg(state + lower::kEachCode) = Term::from_word(reinterpret_cast<Word>(applied.code) | 1U);
  return grow_stack_if_needed(m, state + lower::kEachState, applied.frame_size);
}

}  // namespace

Outcome refuse_function(Machine& m, Op op, Term function, std::uint32_t count) {
  if (!term::is_function(function)) return m.raise(wrong_type(op, "a function", function));
  std::string text(isa::info(op).mnemonic);
  text += " expects a function of " + arguments_text(count) + " but got ";
  term::print(function, text, false);
  return m.raise(std::move(text));
}

Outcome apply_explicit(Machine& m, Term function, std::uint32_t window, std::uint32_t count,
                       const Word* take) {
  const FunctionEntry& entry = entry_of(function);
  const Outcome room = grow_stack_if_needed(m, window, entry.explicit_code->frame_size);
  if (room != Outcome::kOk) return room;
  process::ExecutionExtras& extras = extras_of(m.process);
  if (is_operand_stack_full(m, 2)) return m.raise("Stack overflow");
  extras.operands.push_back(function);
  extras.operands.push_back(Term::small(static_cast<std::int64_t>(extras.fence)));
  extras.fence = extras.operands.size();
  std::vector<Term> inputs;
  inputs.reserve(count + entry.captures);
  for (std::uint32_t i = 0; i < count; ++i) inputs.push_back(m.reg(window + i));
  for (std::uint32_t i = 0; i < entry.captures; ++i) inputs.push_back(term::captures(function)[i]);
  Word* frame = m.frame + window;
  frame[0] = lower::make_link(take, window);
  enter_explicit(m, entry, frame, inputs);
  return Outcome::kEntered;
}

Outcome take_result(Machine& m) {
  process::ExecutionExtras& extras = extras_of(m.process);
  auto& operands = extras.operands;
  const std::size_t left = operands.size() - extras.fence;
  const Term function = operands[extras.fence - 2];
  const Term result = operands.back();
  const std::size_t below = extras.fence - 2;
  extras.fence = static_cast<std::size_t>(operands[below + 1].as_small());
  operands.resize(below);
  if (left != 1) {
    std::string text(isa::info(static_cast<Op>(m.operand(3))).mnemonic);
    text += " expects a function that leaves one result but ";
    term::print(function, text, false);
    text += " left " + (left == 0 ? std::string("none") : std::to_string(left));
    return m.raise(std::move(text));
  }
  m.reg(m.operand(0)) = result;
  return Outcome::kOk;
}

Outcome begin_each(Machine& m, bool& done) {
  const auto op = static_cast<Op>(m.operand(3));
  Term* state = &m.reg(m.operand(0));
  if (op != Op::kFold) state[lower::kEachEdge] = Term::unset();
  std::fill(state + lower::kEachGrowing, state + lower::kEachState, Term::unset());
  const Term list = state[lower::kEachList];
  if (!term::is_list(list)) return m.raise(wrong_type(op, "a list", list));
  const Term function = state[lower::kEachFunction];
  const std::uint32_t count = op == Op::kFold ? 2 : 1;
  if (!term::is_function(function) || entry_of(function).arity != count) {
    return refuse_function(m, op, function, count);
  }
  if (term::list_length(list) == 0) {
    state[0] = op == Op::kFold ? state[lower::kEachEdge] : list;
    done = true;
    return Outcome::kOk;
  }
  if (op == Op::kFold) {
    state[lower::kEachState] = state[lower::kEachEdge];
  } else {
    const std::uint64_t length = term::list_length(list);
    if (!make_room(m, growing(state).grow_need(length))) return Outcome::kDie;
    growing(state).grow(m.process.heap, length);
  }
  enter_leaf(state, 0);
  return prepare_calls(m, count);
}

Outcome step_each(Machine& m, Term* state, bool keeps, bool& done) {
  const auto op = static_cast<Op>(m.operand(3));
  if (keeps) {
    heap::GrowingList& list = growing(state);
    if (!list.has_slot()) {
      if (!make_room(m, list.grow_need(left_of(state)))) return Outcome::kDie;
      list.grow(m.process.heap, left_of(state));
    }
    list.add(kept_value(op, state));
  }
  if (state[lower::kEachSlot].as_small() < state[lower::kEachSlots].as_small()) return Outcome::kOk;
  const auto base = static_cast<std::uint64_t>(state[lower::kEachBase].as_small() +
                                               state[lower::kEachSlots].as_small());
  if (base < term::list_length(state[lower::kEachList])) {
    enter_leaf(state, base);
    return Outcome::kOk;
  }
  done = true;
  return finish_each(m, op, state);
}

// ---- In parts

namespace {

// State: next element, last element, the list that grows.
Outcome range(Machine& m, Term* state, bool& more, std::int32_t& cost) {
  constexpr std::uint64_t kMaxLength = std::uint64_t{1} << 32U;
  std::int64_t next = 0;
  std::int64_t last = 0;
  if (!term::as_int64(state[0], next) || !term::as_int64(state[1], last)) {
    return m.raise(wrong_types(Op::kRange, "Ints", state[0], state[1]));
  }
  // Exact in 64 bits without a sign, whatever the two are.
  const std::uint64_t left =
      static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(next) + 1;
  if (last < next && left != 0) {
    return m.raise("RANGE from " + std::to_string(next) + " to " + std::to_string(last) +
                   " has less than no elements");
  }
  if (last >= next && left - 1 >= kMaxLength) {
    return m.raise("RANGE makes lists of at most " + std::to_string(kMaxLength) + " elements");
  }
  auto& list = *reinterpret_cast<heap::GrowingList*>(state + 2);
  if (left == 0) {
    if (!make_room(m, list.finish_need())) return Outcome::kDie;
    state[0] = list.finish(m.process.heap);
    more = false;
    return Outcome::kOk;
  }
  const std::uint64_t count = std::min<std::uint64_t>(left, term::kNodeSlots);
  const std::int64_t end = next + static_cast<std::int64_t>(count - 1);
  const std::size_t boxes = heap::make_int_need(next) + heap::make_int_need(end);
  if (!make_room(m, list.grow_need(left) + (boxes != 0 ? 2 * (count + 1) : 0))) {
    return Outcome::kDie;
  }
  list.grow(m.process.heap, left);
  list.add_many(count, [&](std::uint64_t i) {
    return heap::make_int(m.process.heap, next + static_cast<std::int64_t>(i));
  });
  cost = static_cast<std::int32_t>(count) / 4 + 1;
  if (left == count) {
    // One past the last may be no Int: an empty rest.
    state[0] = Term::small(1);
    state[1] = Term::small(0);
  } else {
    state[0] = heap::make_int(m.process.heap, end + 1);
  }
  return Outcome::kOk;
}

// State: the list, the separator, the text so far, how many elements are in it.
Outcome join(Machine& m, Term* state, bool& more, std::int32_t& cost) {
  constexpr std::uint64_t kElements = 256;
  constexpr std::size_t kBytes = std::size_t{16} << 10U;
  constexpr std::size_t kMaxText = std::size_t{1} << 30U;
  if (!term::is_list(state[0])) return m.raise(wrong_type(Op::kJoin, "a list", state[0]));
  if (!term::is_string(state[1])) {
    return m.raise(wrong_type(Op::kJoin, "a string between the elements", state[1]));
  }
  const bool first = state[2].is_unset();
  const auto start = static_cast<std::uint64_t>(first ? 0 : state[3].as_small());
  const std::size_t before = first ? 0 : term::text_of(state[2]).size();
  const std::string_view separator = term::text_of(state[1]);
  std::string text;
  term::ListReader reader(state[0], start);
  while (!reader.done() && reader.position() < start + kElements && text.size() < kBytes) {
    if (reader.position() != 0) text += separator;
    const Term element = reader.next();
    if (term::is_string(element)) {
      text += term::text_of(element);
    } else if (!term::print(element, text, false, kMaxText)) {
      return m.raise("JOIN makes a string of more than 1 GiB");
    }
    if (before + text.size() > kMaxText) return m.raise("JOIN makes a string of more than 1 GiB");
  }
  more = !reader.done();
  const std::uint64_t done = reader.position();
  cost = static_cast<std::int32_t>((done - start) / 2 + text.size() / 256 + 1);
  if (first) {
    if (!make_room(m, heap::make_string_need(text.size()))) return Outcome::kDie;
    state[2] = heap::make_string(m.process.heap, text);
  } else {
    if (!make_room(m, heap::concat_text_need(state[2], text))) return Outcome::kDie;
    state[2] = heap::concat_text(m.process.heap, state[2], text);
  }
  state[3] = Term::small(static_cast<std::int64_t>(done));
  if (!more) state[0] = state[2];
  return Outcome::kOk;
}

}  // namespace

Outcome gradual(Machine& m, bool& more, std::int32_t& cost) {
  Term* state = &m.reg(m.operand(0));
  more = true;
  return static_cast<Op>(m.operand(3)) == Op::kRange ? range(m, state, more, cost)
                                                     : join(m, state, more, cost);
}

}  // namespace ttvm::interp
