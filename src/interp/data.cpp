// Lists, objects, closures, natives: instructions that build values. Each makes room first, then
// reads its operands again (they may have moved), then builds.
#include "heap/build.hpp"
#include "interp/machine.hpp"
#include "process/native.hpp"
#include "term/access.hpp"
#include "term/print.hpp"
#include "term/shape.hpp"
#include "term/symbols.hpp"

namespace ttvm::interp {

using isa::Op;

namespace {

// Key of a field instruction: a constant, or in a register.
Term field_key(Machine& m) { return Term::from_word(m.immediate(0)); }

lower::InlineCache& field_cache(Machine& m) {
  return *reinterpret_cast<lower::InlineCache*>(m.immediate(1));
}

// Remembers where an interned key is in objects of this shape.
void fill_cache(Machine& m, Term object, Term key) {
  if (term::header_of(object).kind() != term::Kind::kObject || !term::is_interned(key)) return;
  const term::Shape* shape = term::shape_of(object);
  const int slot = shape->slot_of(key);
  if (slot < 0) return;
  field_cache(m).store(lower::cached_field(shape->id, static_cast<std::uint32_t>(slot + 1)),
                       std::memory_order_relaxed);
}

std::string bad_key(Op op, Term key) { return wrong_type(op, "a Str key", key); }

bool exception_field(Term exception, std::string_view key, Term& out) {
  if (key == "message") {
    out = term::exception_message(exception);
  } else if (key == "value") {
    out = term::exception_value(exception);
  } else if (key == "stack") {
    out = term::exception_stack(exception);
  } else {
    return false;
  }
  return true;
}

Outcome read_field(Machine& m, Op op, Term object, Term key) {
  if (term::is_kind(object, term::Kind::kException)) {
    Term part = Term::null();
    exception_field(object, term::text_of(key), part);
    m.reg(m.operand(0)) = part;
    return Outcome::kOk;
  }
  if (!term::is_object(object)) return m.raise(wrong_type(op, "an object", object));
  const Term value = term::object_get(object, key);
  m.reg(m.operand(0)) = value.is_unset() ? Term::null() : value;
  return Outcome::kOk;
}

}  // namespace

Term type_name_term(Term value) {
  static const auto kNames = [] {
    std::vector<Term> names;
    for (int i = 0; i <= static_cast<int>(term::Type::kPattern); ++i) {
      names.push_back(term::static_string(term::type_name(static_cast<term::Type>(i))));
    }
    return names;
  }();
  return kNames[static_cast<std::size_t>(term::type_of(value))];
}

Outcome make_list(Machine& m) {
  const std::size_t count = m.operand(2);
  if (!make_room(m, heap::make_list_need(count))) return Outcome::kDie;
  m.reg(m.operand(0)) =
      heap::make_list(m.process.heap, std::span<const Term>(&m.reg(m.operand(1)), count));
  return Outcome::kOk;
}

Outcome make_pair_list(Machine& m) {
  if (!make_room(m, heap::make_list_need(2))) return Outcome::kDie;
  const Term elements[] = {m.reg(m.operand(1)), m.reg(m.operand(2))};
  m.reg(m.operand(0)) = heap::make_list(m.process.heap, elements);
  return Outcome::kOk;
}

Outcome index(Machine& m, Term position) {
  const Term value = m.reg(m.operand(1));
  std::uint64_t length = 0;
  const char* what = nullptr;
  if (term::is_list(value)) {
    what = "list";
    length = term::list_length(value);
  } else if (term::is_string(value)) {
    what = "string";
    length = term::string_length(value);
  } else if (term::is_bytes(value)) {
    what = "bytes";
    length = term::text_of(value).size();
  } else {
    return m.raise(wrong_type(Op::kIndex, "a list, string or bytes", value));
  }
  std::int64_t at = 0;
  if (!term::as_int64(position, at))
    return m.raise(wrong_type(Op::kIndex, "an Int index", position));
  if (at < 0 || static_cast<std::uint64_t>(at) >= length) {
    return m.raise("Index " + std::to_string(at) + " out of bounds for " + what + " of length " +
                   std::to_string(length));
  }
  const auto offset = static_cast<std::uint64_t>(at);
  if (term::is_list(value)) {
    m.reg(m.operand(0)) = term::list_get(value, offset);
  } else if (term::is_bytes(value)) {
    m.reg(m.operand(0)) = Term::small(static_cast<unsigned char>(term::text_of(value)[offset]));
  } else {
    if (!make_room(m, heap::kStringAtNeed)) return Outcome::kDie;
    m.reg(m.operand(0)) = heap::make_string_at(m.process.heap, m.reg(m.operand(1)), offset);
  }
  return Outcome::kOk;
}

// Off the fast path there are only errors.
Outcome byte_at(Machine& m) {
  const Term value = m.reg(m.operand(1));
  const Term position = m.reg(m.operand(2));
  if (!term::is_string(value) && !term::is_bytes(value)) {
    return m.raise(wrong_type(Op::kByteAt, "a string or bytes", value));
  }
  std::int64_t at = 0;
  if (!term::as_int64(position, at)) {
    return m.raise(wrong_type(Op::kByteAt, "an Int index", position));
  }
  return m.raise("Index " + std::to_string(at) + " out of bounds for " +
                 std::to_string(term::text_of(value).size()) + " bytes");
}

Outcome list_append(Machine& m) {
  const Term list = m.reg(m.operand(1));
  Term& out = m.reg(m.operand(0));
  if (TTVM_LIKELY(heap::try_list_append(m.process.heap, list, m.reg(m.operand(2)), out))) {
    return Outcome::kOk;
  }
  if (!term::is_list(list)) return m.raise(wrong_type(Op::kListAppend, "a list", list));
  if (!make_room(m, heap::list_append_need(list))) return Outcome::kDie;
  out = heap::list_append(m.process.heap, m.reg(m.operand(1)), m.reg(m.operand(2)));
  return Outcome::kOk;
}

Outcome list_set(Machine& m) {
  const Term list = m.reg(m.operand(1));
  const Term position = m.reg(m.operand(2));
  if (!term::is_list(list)) return m.raise(wrong_type(Op::kListSet, "a list", list));
  std::int64_t at = 0;
  if (!term::as_int64(position, at)) {
    return m.raise(wrong_type(Op::kListSet, "an Int index", position));
  }
  const std::uint64_t length = term::list_length(list);
  if (at < 0 || static_cast<std::uint64_t>(at) >= length) {
    return m.raise("Index " + std::to_string(at) + " out of bounds for list of length " +
                   std::to_string(length));
  }
  const auto offset = static_cast<std::uint64_t>(at);
  if (!make_room(m, heap::list_set_need(list, offset))) return Outcome::kDie;
  m.reg(m.operand(0)) =
      heap::list_set(m.process.heap, m.reg(m.operand(1)), offset, m.reg(m.operand(3)));
  return Outcome::kOk;
}

Outcome get_field(Machine& m) {
  const Term object = m.reg(m.operand(1));
  if (term::is_object(object)) fill_cache(m, object, field_key(m));
  return read_field(m, static_cast<Op>(m.operand(3)), object, field_key(m));
}

Outcome object_get(Machine& m) {
  const Term key = m.reg(m.operand(2));
  if (!term::is_string(key)) return m.raise(bad_key(Op::kObjectGet, key));
  return read_field(m, Op::kObjectGet, m.reg(m.operand(1)), key);
}

Outcome set_field(Machine& m) {
  const Term object = m.reg(m.operand(1));
  const Term key = field_key(m);
  if (!term::is_object(object)) {
    return m.raise(wrong_type(static_cast<Op>(m.operand(3)), "an object", object));
  }
  fill_cache(m, object, key);
  if (!make_room(m, heap::object_set_need(object, key))) return Outcome::kDie;
  m.reg(m.operand(0)) =
      heap::object_set(m.process.heap, m.reg(m.operand(1)), key, m.reg(m.operand(2)));
  return Outcome::kOk;
}

Outcome object_set(Machine& m) {
  const Term object = m.reg(m.operand(1));
  const Term key = m.reg(m.operand(2));
  if (!term::is_object(object)) return m.raise(wrong_type(Op::kObjectSet, "an object", object));
  if (!term::is_string(key)) return m.raise(bad_key(Op::kObjectSet, key));
  if (term::is_kind(object, term::Kind::kDict)) {
    const heap::DictPlace place = heap::dict_place(object, key);
    if (!make_room(m, place.need)) return Outcome::kDie;
    m.reg(m.operand(0)) = heap::dict_set(m.process.heap, m.reg(m.operand(1)), place,
                                         m.reg(m.operand(2)), m.reg(m.operand(3)));
    return Outcome::kOk;
  }
  if (!make_room(m, heap::object_set_need(object, key))) return Outcome::kDie;
  m.reg(m.operand(0)) = heap::object_set(m.process.heap, m.reg(m.operand(1)), m.reg(m.operand(2)),
                                         m.reg(m.operand(3)));
  return Outcome::kOk;
}

Outcome object_has(Machine& m) {
  const auto op = static_cast<Op>(m.operand(3));
  const Term object = m.reg(m.operand(1));
  const Term key = m.reg(m.operand(2));
  if (!term::is_string(key)) return m.raise(bad_key(op, key));
  if (term::is_kind(object, term::Kind::kException)) {
    Term part;
    m.reg(m.operand(0)) = Term::boolean(exception_field(object, term::text_of(key), part));
    return Outcome::kOk;
  }
  if (!term::is_object(object)) return m.raise(wrong_type(op, "an object", object));
  m.reg(m.operand(0)) = Term::boolean(!term::object_get(object, key).is_unset());
  return Outcome::kOk;
}

Outcome object_delete(Machine& m) {
  const auto op = static_cast<Op>(m.operand(3));
  const Term object = m.reg(m.operand(1));
  const Term key = m.reg(m.operand(2));
  if (!term::is_object(object)) return m.raise(wrong_type(op, "an object", object));
  if (!term::is_string(key)) return m.raise(bad_key(op, key));
  if (!make_room(m, heap::object_delete_need(object, key))) return Outcome::kDie;
  m.reg(m.operand(0)) =
      heap::object_delete(m.process.heap, m.reg(m.operand(1)), m.reg(m.operand(2)));
  return Outcome::kOk;
}

Outcome make_closure(Machine& m) {
  const std::size_t count = m.operand(2);
  if (!make_room(m, heap::make_closure_need(count))) return Outcome::kDie;
  const auto* entry = reinterpret_cast<const FunctionEntry*>(m.immediate(0));
  m.reg(m.operand(0)) =
      heap::make_closure(m.process.heap, entry, std::span<const Term>(&m.reg(m.operand(1)), count));
  return Outcome::kOk;
}

Outcome dump_scope(Machine& m) {
  const auto& table = *reinterpret_cast<const lower::ScopeTable*>(m.immediate(0));
  std::string text = "{";
  for (const lower::ScopeTable::Entry& variable : table.variables) {
    const Term value = m.reg(variable.reg);
    if (value.is_unset()) continue;
    if (text.size() > 1) text += ", ";
    text += variable.name + ": ";
    term::print(value, text, true);
  }
  m.context.services->print_line(text + "}");
  return Outcome::kOk;
}

namespace {

Machine& machine_of(process::NativeCall& call) { return *static_cast<Machine*>(call.machine); }

constexpr process::NativeCall::Hooks kHooks{
    .reserve = [](process::NativeCall& call,
                  std::size_t words) { return collect_here(machine_of(call), words); },
    .reserve_first = [](process::NativeCall& call,
                        std::size_t words) { return collect(machine_of(call), words); },
    .find_runnable =
        [](process::NativeCall& call, Term name, process::NativeCall::Runnable& out) {
          return find_runnable(machine_of(call), name, out, call.error);
        },
    .spawn_linked =
        [](process::NativeCall& call, const term::FunctionInfo& function) {
          return spawn_linked(machine_of(call), function, call.error);
        },
};

}  // namespace

Outcome call_native(Machine& m, bool& jumps) {
  const std::uint32_t first = m.operand(0);
  process::NativeCall call{
      m.process,
      m.context,
      &m.reg(first),
      m.operand(1),
      isa::info(static_cast<isa::Op>(m.operand(3))).mnemonic,
      m.error,
      kHooks,
      &m,
  };
  const auto function = reinterpret_cast<process::NativeFunction>(m.immediate(0));
  const process::NativeStatus status = function(call);
  if (TTVM_UNLIKELY(m.process.exit_kind != process::ExitKind::kNone)) return Outcome::kDie;
  switch (status) {
    case process::NativeStatus::kDone:
      break;
    case process::NativeStatus::kRaise:
      return Outcome::kRaise;
    case process::NativeStatus::kRaiseValue:
      m.reg(first) = call.result;
      m.throws_value = true;
      m.thrown = static_cast<std::uint16_t>(first);
      return Outcome::kRaise;
    case process::NativeStatus::kWait:
      return Outcome::kWait;
    case process::NativeStatus::kAgain:
      return Outcome::kAgain;
    case process::NativeStatus::kJump:
      jumps = true;
      return Outcome::kOk;
    case process::NativeStatus::kOutOfMemory:
      return Outcome::kDie;
  }
  if (m.operand(2) != 0) m.reg(first) = call.result;
  if (m.operand(2) > 1) m.reg(first + 1) = call.second;
  return Outcome::kOk;
}

}  // namespace ttvm::interp
