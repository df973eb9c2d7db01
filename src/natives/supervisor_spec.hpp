// The spec of a supervisor as programs write it, checked, and as asm/std/supervisor.ttvm wants it:
//
//   spec   [strategy, intensity, period_ms, children]
//   child  [id, start, args, restart, shutdown_ms, type]
//
// with the defaults for missing keys, `start` as a function with as many `args` as it takes, or as
// the spec of a supervisor that is a child itself.
//
// Thread safety: by the worker that runs the process.
// Invariant: check first; then reserve words_needed(), during which only the spec itself may move;
// then build, which allocates no more than that.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "natives/families.hpp"
#include "term/symbols.hpp"

namespace ttvm::natives {

class SupervisorSpec {
 public:
  explicit SupervisorSpec(NativeCall& call) : call_(call) {}

  // False: the text of the exception is in `call.error`.
  bool check(Term spec) { return check_spec(spec, 0); }
  Term build(Term spec);

  // A child alone: what SUPERVISE_CHILD gets, a function, a name, or an Object with the keys of a
  // child.
  bool check_child(Term id, Term what);
  Term build_child(Term id, Term what);

  std::size_t words_needed() const { return words_; }

 private:
  struct Child {
    Term id;
    Term start;
    Term args;
    Term restart;
    Term shutdown;
    Term type;
    bool takes_name = false;  // args are [start] then
  };
  struct Spec {
    Term strategy;
    Term intensity = Term::small(1);
    Term period = Term::small(5000);
    Term children = term::empty_list();
  };

  bool fail(const std::string& what);
  bool read_spec(Term value, Spec& out);
  bool read_spec_field(std::string_view key, Term value, Spec& out);
  bool read_child(Term value, Child& out);
  bool read_child_field(std::string_view key, Term value, Child& out);
  bool read_shutdown(Term value, Child& out);
  bool complete(Child& child);
  bool find_start(Child& child);

  bool check_spec(Term value, unsigned depth);
  bool check_one(Child& child, unsigned depth);
  Term build_one(Child& child);

  NativeCall& call_;
  std::size_t words_ = 0;
  std::string where_;  // "child \"a\": " for messages
};

}  // namespace ttvm::natives
