#include "natives/supervisor_spec.hpp"

#include <array>

#include "heap/build.hpp"
#include "term/access.hpp"
#include "term/print.hpp"
#include "term/symbols.hpp"

namespace ttvm::natives {

namespace {

// Specs in specs. A tree of supervisors is not deeper; a value may be.
constexpr unsigned kMaxDepth = 64;

std::string shown(Term value) {
  constexpr std::size_t kMaxShown = 200;
  std::string text;
  term::print(value, text, true, kMaxShown);
  return text;
}

template <std::size_t kCount>
bool one_of(Term value, const std::array<std::string_view, kCount>& choices) {
  if (!term::is_string(value)) return false;
  for (const std::string_view choice : choices) {
    if (term::text_of(value) == choice) return true;
  }
  return false;
}

constexpr std::array<std::string_view, 3> kStrategies{"one_for_one", "one_for_all", "rest_for_one"};
constexpr std::array<std::string_view, 3> kRestarts{"permanent", "transient", "temporary"};
constexpr std::array<std::string_view, 2> kTypes{"worker", "supervisor"};
constexpr std::array<std::string_view, 2> kShutdowns{"brutal", "infinity"};

bool is_int_from(Term value, std::int64_t least) {
  std::int64_t number = 0;
  return term::as_int64(value, number) && number >= least;
}

}  // namespace

bool SupervisorSpec::fail(const std::string& what) {
  call_.error = std::string(call_.mnemonic) + ": " + where_ + what;
  return false;
}

// ---- Reading

bool SupervisorSpec::read_spec_field(std::string_view key, Term value, Spec& out) {
  if (key == "strategy") {
    out.strategy = value;
    return one_of(value, kStrategies) ||
           fail("strategy must be one_for_one, one_for_all or rest_for_one, not " + shown(value));
  }
  if (key == "intensity") {
    out.intensity = value;
    return is_int_from(value, 0) ||
           fail("intensity must be an Int of at least 0, not " + shown(value));
  }
  if (key == "period_ms") {
    out.period = value;
    return is_int_from(value, 1) ||
           fail("period_ms must be an Int of at least 1, not " + shown(value));
  }
  if (key == "children") {
    out.children = value;
    return term::is_list(value) || fail("children must be a list, not " + shown(value));
  }
  return fail("a spec has no key " + quoted(key));
}

bool SupervisorSpec::read_spec(Term value, Spec& out) {
  if (!term::is_object(value)) return fail("a spec must be an object, not " + shown(value));
  static const Term kOneForOne = term::intern("one_for_one");
  out.strategy = kOneForOne;
  Term key;
  Term field;
  for (term::ObjectReader reader(value); reader.next(key, field);) {
    if (!read_spec_field(term::text_of(key), field, out)) return false;
  }
  return true;
}

bool SupervisorSpec::read_shutdown(Term value, Child& out) {
  out.shutdown = value;
  return one_of(value, kShutdowns) || is_int_from(value, 0) ||
         fail("shutdown_ms must be an Int of at least 0, brutal or infinity, not " + shown(value));
}

bool SupervisorSpec::read_child_field(std::string_view key, Term value, Child& out) {
  if (key == "id") return true;
  if (key == "shutdown_ms") return read_shutdown(value, out);
  if (key == "start") {
    out.start = value;
    return term::is_string(value) || term::is_function(value) || term::is_object(value) ||
           fail("start must be a function, a name or a spec, not " + shown(value));
  }
  if (key == "args") {
    out.args = value;
    return term::is_list(value) || fail("args must be a list, not " + shown(value));
  }
  if (key == "restart") {
    out.restart = value;
    return one_of(value, kRestarts) ||
           fail("restart must be permanent, transient or temporary, not " + shown(value));
  }
  if (key == "type") {
    out.type = value;
    return one_of(value, kTypes) || fail("type must be worker or supervisor, not " + shown(value));
  }
  return fail("a child has no key " + quoted(key));
}

// `out.id` is set already where the child's id does not come from the object.
bool SupervisorSpec::read_child(Term value, Child& out) {
  if (!term::is_object(value)) return fail("a child must be an object, not " + shown(value));
  const Term id = term::object_get(value, "id");
  if (!id.is_unset()) {
    if (!term::is_string(id)) return fail("the id of a child must be a string, not " + shown(id));
    if (!out.id.is_unset() && !term::same_text(id, out.id)) {
      return fail("the id is " + shown(out.id) + " but that of the child is " + shown(id));
    }
    out.id = id;
  }
  if (out.id.is_unset()) return fail("a child without id: " + shown(value));
  where_ = "child " + quoted(term::text_of(out.id)) + ": ";
  Term key;
  Term field;
  for (term::ObjectReader reader(value); reader.next(key, field);) {
    if (!read_child_field(term::text_of(key), field, out)) return false;
  }
  return complete(out);
}

// The defaults, and what `start` is.
bool SupervisorSpec::complete(Child& child) {
  if (child.start.is_unset()) return fail("start is missing");
  static const Term kPermanent = term::intern("permanent");
  static const Term kWorker = term::intern("worker");
  static const Term kSupervisor = term::intern("supervisor");
  static const Term kInfinity = term::intern("infinity");
  constexpr int kShutdownMs = 5000;
  if (child.args.is_unset()) child.args = term::empty_list();
  if (child.restart.is_unset()) child.restart = kPermanent;
  if (child.type.is_unset()) child.type = term::is_object(child.start) ? kSupervisor : kWorker;
  if (child.shutdown.is_unset()) {
    child.shutdown =
        term::text_of(child.type) == "supervisor" ? kInfinity : Term::small(kShutdownMs);
  }
  return find_start(child);
}

bool SupervisorSpec::find_start(Child& child) {
  const std::uint64_t args = term::list_length(child.args);
  if (term::is_object(child.start)) {
    return args == 0 || fail("a supervisor takes no args");
  }
  std::uint64_t takes = 0;
  if (term::is_string(child.start)) {
    NativeCall::Runnable runnable;
    if (!call_.find_runnable(child.start, runnable)) return fail(std::string(call_.error));
    if (runnable.takes_name) {
      child.takes_name = true;
      child.args = child.start;
    } else {
      takes = term::function_info(runnable.function)->arity;
    }
    child.start = runnable.function;
  } else {
    takes = term::function_info(child.start)->arity;
  }
  return takes == args ||
         fail("start takes " + std::to_string(takes) + (takes == 1 ? " argument" : " arguments") +
              " but args has " + std::to_string(args));
}

// ---- Checking

bool SupervisorSpec::check_spec(Term value, unsigned depth) {
  if (depth > kMaxDepth) return fail("more than 64 specs in each other");
  const std::string outside = where_;
  Spec spec;
  if (!read_spec(value, spec)) return false;
  std::unordered_set<std::string_view> ids;
  for (term::ListReader reader(spec.children); !reader.done();) {
    where_ = outside;
    Child child;
    if (!read_child(reader.next(), child)) return false;
    if (!ids.insert(term::text_of(child.id)).second) return fail("two children with that id");
    if (!check_one(child, depth)) return false;
  }
  where_ = outside;
  constexpr std::size_t kFields = 4;
  words_ += heap::make_list_need(kFields) + heap::make_list_need(ids.size());
  return true;
}

bool SupervisorSpec::check_one(Child& child, unsigned depth) {
  constexpr std::size_t kFields = 6;
  words_ += heap::make_list_need(kFields);
  if (child.takes_name) words_ += heap::make_list_need(1);
  return !term::is_object(child.start) || check_spec(child.start, depth + 1);
}

bool SupervisorSpec::check_child(Term id, Term what) {
  if (!term::is_string(id)) return fail("the id of a child must be a string, not " + shown(id));
  Child child;
  child.id = id;
  where_ = "child " + quoted(term::text_of(id)) + ": ";
  if (term::is_object(what)) return read_child(what, child) && check_one(child, 0);
  return read_child_field("start", what, child) && complete(child) && check_one(child, 0);
}

// ---- Building

Term SupervisorSpec::build(Term value) {
  Spec spec;
  read_spec(value, spec);
  std::vector<Term> children;
  for (term::ListReader reader(spec.children); !reader.done();) {
    Child child;
    read_child(reader.next(), child);
    children.push_back(build_one(child));
  }
  heap::Heap& heap = call_.process.heap;
  const Term list = heap::make_list(heap, children);
  return heap::make_list(heap, std::array{spec.strategy, spec.intensity, spec.period, list});
}

Term SupervisorSpec::build_child(Term id, Term what) {
  Child child;
  child.id = id;
  if (term::is_object(what)) {
    read_child(what, child);
  } else {
    read_child_field("start", what, child);
    complete(child);
  }
  return build_one(child);
}

Term SupervisorSpec::build_one(Child& child) {
  heap::Heap& heap = call_.process.heap;
  if (child.takes_name) child.args = heap::make_list(heap, std::array{child.args});
  if (term::is_object(child.start)) child.start = build(child.start);
  return heap::make_list(heap, std::array{child.id, child.start, child.args, child.restart,
                                          child.shutdown, child.type});
}

}  // namespace ttvm::natives
