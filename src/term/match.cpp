#include "term/match.hpp"

#include <algorithm>

#include "term/access.hpp"
#include "term/comparison.hpp"
#include "term/small_stack.hpp"

namespace ttvm::term {

namespace {

// The field of `value` with the key number `i` of `pattern`. Patterns are mostly written with the
// fields in the order in which the message was made, so that key is first looked for there.
bool flat_field(Term pattern, Term value, std::uint64_t i, Term& found) {
  const Shape* shape = shape_of(value);
  const Term key = shape_of(pattern)->keys()[i];
  const int slot =
      i < shape->count && shape->keys()[i].same(key) ? static_cast<int>(i) : shape->slot_of(key);
  if (slot < 0) return false;
  found = Term::from_word(value.pointer()[kObjectFields + static_cast<std::size_t>(slot)]);
  return true;
}

enum class Quick : std::uint8_t { kNo, kYes, kUnclear };

// Without a walk.
Quick quick_part(Term part, Term found) {
  const auto answer = [](bool yes) { return yes ? Quick::kYes : Quick::kNo; };
  if (part.is_box()) {
    const Type type = type_of(part);
    if (type == Type::kStr) return answer(is_string(found) && same_text(part, found));
    if (type != Type::kRef) return Quick::kUnclear;
    return answer(is_kind(found, Kind::kRef) && ref_number(part) == ref_number(found));
  }
  if (part.is_pid() && found.is_pid()) return answer(part.same(found));
  return answer(matches(part, found));
}

// Most patterns and messages are flat, and most messages that do not match differ in the first
// part: for them making a Match costs more than all else.
Quick quick_flat(Term pattern, Term value) {
  const Header header = header_of(pattern);
  const bool list = header.kind() == Kind::kList;
  if ((!list && header.kind() != Kind::kObject) || header_of(value).kind() != header.kind()) {
    return Quick::kUnclear;
  }
  if (list && header_of(value).size() != header.size()) return Quick::kNo;
  const std::uint64_t count = list ? header.size() : header.aux();
  const std::size_t first = list ? kListElements : kObjectFields;
  Quick all = Quick::kYes;
  for (std::uint64_t i = 0; i < count; ++i) {
    Term found;
    if (list) {
      found = Term::from_word(value.pointer()[first + i]);
    } else if (!flat_field(pattern, value, i, found)) {
      return Quick::kNo;
    }
    const Quick part = quick_part(Term::from_word(pattern.pointer()[first + i]), found);
    if (part == Quick::kNo) return part;
    if (part == Quick::kUnclear) all = part;
  }
  return all;
}

// Walks a pattern and a value side by side, as Comparison does: `start` judges what needs no walk
// and pushes a frame otherwise.
class Match {
 public:
  bool run(Term pattern, Term value) {
    if (!start(pattern, value)) return false;
    while (!stack_.empty()) {
      Frame& frame = stack_.top();
      if (frame.index == frame.count) {
        stack_.pop();
        continue;
      }
      Term part;
      Term found;
      if (!next_pair(frame, part, found)) return false;
      if (!start(part, found)) return false;
    }
    return true;
  }

 private:
  enum class Walk : std::uint8_t { kFlatLists, kLists, kFlatObjects, kObjects };
  struct Frame {
    Term pattern, value;
    std::uint64_t index, count;
    Walk walk;
  };

  bool start(Term pattern, Term value) {
    if (!pattern.is_box()) return matches(pattern, value);
    switch (type_of(pattern)) {
      case Type::kList:
        return is_list(value) && start_lists(pattern, value);
      case Type::kObject:
        return is_object(value) && start_objects(pattern, value);
      case Type::kStr:
        return is_string(value) && same_text(pattern, value);
      case Type::kRef:
        return is_kind(value, Kind::kRef) && ref_number(pattern) == ref_number(value);
      default:
        return comparison_.run(pattern, value);
    }
  }

  bool start_lists(Term pattern, Term value) {
    const std::uint64_t count = list_length(pattern);
    if (count != list_length(value)) return false;
    const bool flat = is_kind(pattern, Kind::kList) && is_kind(value, Kind::kList);
    push({pattern, value, 0, count, flat ? Walk::kFlatLists : Walk::kLists});
    return true;
  }

  bool start_objects(Term pattern, Term value) {
    if (object_count(pattern) > object_count(value)) return false;
    const bool flat = is_kind(pattern, Kind::kObject) && is_kind(value, Kind::kObject);
    push(
        {pattern, value, 0, object_positions(pattern), flat ? Walk::kFlatObjects : Walk::kObjects});
    return true;
  }

  void push(const Frame& frame) {
    if (frame.count == 0) return;
    if (++started_ > kRememberAfter && !seen_.add(frame.pattern, frame.value)) return;
    stack_.push(frame);
  }

  // False if the value has no partner for the next part of the pattern.
  static bool next_pair(Frame& frame, Term& part, Term& found) {
    const std::uint64_t i = frame.index++;
    switch (frame.walk) {
      case Walk::kFlatLists:
        part = Term::from_word(frame.pattern.pointer()[kListElements + i]);
        found = Term::from_word(frame.value.pointer()[kListElements + i]);
        return true;
      case Walk::kLists:
        part = list_get(frame.pattern, i);
        found = list_get(frame.value, i);
        return true;
      case Walk::kFlatObjects:
        part = Term::from_word(frame.pattern.pointer()[kObjectFields + i]);
        return flat_field(frame.pattern, frame.value, i, found);
      case Walk::kObjects: {
        Term key;
        if (!object_entry(frame.pattern, i, key, part)) {  // deleted: goes on with the next
          part = Term::any_pattern();
          return true;
        }
        found = object_get(frame.value, key);
        return !found.is_unset();
      }
    }
    return false;
  }

  SmallStack<Frame, 16> stack_;
  std::uint64_t started_ = 0;
  PairSet seen_;
  Comparison comparison_;
};

// A list or object of a pattern in which refs are looked for.
struct Search {
  Term box;
  std::uint64_t index, count;
};

}  // namespace

bool matches_box(Term pattern, Term value) {
  // What most messages that do not match are told apart by needs no walk.
  switch (type_of(pattern)) {
    case Type::kStr:
      return is_string(value) && same_text(pattern, value);
    case Type::kRef:
      return is_kind(value, Kind::kRef) && ref_number(pattern) == ref_number(value);
    case Type::kList:
      if (!is_list(value)) return false;
      break;
    case Type::kObject:
      if (!is_object(value)) return false;
      break;
    default:
      return equal(pattern, value);
  }
  if (const Quick quick = quick_flat(pattern, value); quick != Quick::kUnclear) {
    return quick == Quick::kYes;
  }
  Match match;  // not Match(), which would fill its stacks with zeros
  return match.run(pattern, value);
}

namespace {

// In a flat list without lists and objects, as most patterns are. False: it is something else.
bool newest_in_flat(Term pattern, std::uint64_t pid, std::uint64_t& mark, bool& found) {
  if (!is_kind(pattern, Kind::kList) || header_of(pattern).size() >= kMaxRefSearch) return false;
  const Word* element = pattern.pointer() + kListElements;
  for (const Word* end = element + header_of(pattern).size(); element != end; ++element) {
    const Term t = Term::from_word(*element);
    if (!t.is_box()) continue;
    const Type type = type_of_box(header_of(t).kind());
    if (type == Type::kList || type == Type::kObject) return false;
    if (type != Type::kRef || ref_owner(t) != pid) continue;
    mark = found ? std::max(mark, ref_mark(t)) : ref_mark(t);
    found = true;
  }
  return true;
}

}  // namespace

bool newest_own_ref(Term pattern, std::uint64_t pid, std::uint64_t& mark) {
  if (bool found = false; newest_in_flat(pattern, pid, mark, found)) return found;
  SmallStack<Search, 8> stack;
  bool found = false;
  std::uint32_t visited = 0;
  std::uint64_t newest = 0;
  // False when there is too much to look through.
  const auto visit = [&](Term t) {
    if (++visited > kMaxRefSearch) return false;
    if (is_kind(t, Kind::kRef) && ref_owner(t) == pid) {
      newest = std::max(newest, ref_mark(t));
      found = true;
    } else if (is_list(t)) {
      stack.push({t, 0, list_length(t)});
    } else if (is_object(t)) {
      stack.push({t, 0, object_positions(t)});
    }
    return true;
  };
  if (!visit(pattern)) return false;
  while (!stack.empty()) {
    Search& search = stack.top();
    if (search.index == search.count) {
      stack.pop();
      continue;
    }
    const std::uint64_t i = search.index++;
    Term key;
    Term part;
    if (is_list(search.box)) {
      part = list_get(search.box, i);
    } else if (!object_entry(search.box, i, key, part)) {
      part = Term::null();  // a deleted entry counts as visited, or there might be no end of them
    }
    if (!visit(part)) return false;
  }
  if (found) mark = newest;
  return found;
}

}  // namespace ttvm::term
