// The instructions of supervisors. What a supervisor does is asm/std/supervisor.ttvm, which says
// what the requests and answers are; these start one and ask it.
#include <array>

#include "heap/build.hpp"
#include "natives/families.hpp"
#include "natives/question.hpp"
#include "natives/supervisor_spec.hpp"
#include "process/send.hpp"
#include "term/access.hpp"
#include "term/symbols.hpp"

namespace ttvm::natives {

using process::Process;

namespace {

// {type, request, id, child}
const term::Shape* request_shape() {
  static const term::Shape* const kShape = term::shape_of_keys({"type", "request", "id", "child"});
  return kShape;
}

std::size_t request_need() { return heap::make_object_need(request_shape()) + heap::kRefNeed; }

Term make_request(NativeCall& call, std::string_view request, Term id, Term child) {
  static const Term kType = term::intern("$supervisor");
  return heap::make_object(call.process.heap, request_shape(),
                           std::array{kType, term::intern(request), id, child});
}

// The answer is [true, result] or [false, exception].
NativeStatus take_result(NativeCall& call) {
  const NativeStatus status = take_answer(call);
  if (status != NativeStatus::kDone) return status;
  const Term answer = call.result;
  constexpr std::uint64_t kParts = 2;
  if (!term::is_list(answer) || term::list_length(answer) != kParts) {
    call.result = Term::null();
    return call.raise(std::string(call.mnemonic) + ": the process is no supervisor");
  }
  call.result = term::list_get(answer, 1);
  return term::list_get(answer, 0).is_true() ? NativeStatus::kDone : NativeStatus::kRaiseValue;
}

// The process that arguments[0] names. Null: the exception is set.
Process* find_supervisor(NativeCall& call) {
  process::Address to;
  if (!take_address(call, call.arguments[0], to)) return nullptr;
  Process* target = process::find_receiver(call.context, to);
  if (target == nullptr) {
    no_such_process(call);
  } else if (target == &call.process) {
    call.error = std::string(call.mnemonic) + ": a process cannot ask itself";
    return nullptr;
  }
  return target;
}

// For what needs an id alone, the last argument, or not even that.
NativeStatus ask_supervisor(NativeCall& call, std::string_view request) {
  if (has_question(call.process)) return take_result(call);
  if (call.count > 1 && !term::is_string(call.arguments[1])) {
    return call.raise(expects(call, "the id of a child", call.arguments[1]));
  }
  if (!call.reserve(request_need())) return NativeStatus::kOutOfMemory;
  Process* target = find_supervisor(call);
  if (target == nullptr) return NativeStatus::kRaise;
  const Term id = call.count > 1 ? call.arguments[1] : Term::null();
  const NativeStatus asked =
      open_question(call, *target, make_request(call, request, id, Term::null()));
  return asked == NativeStatus::kDone ? take_result(call) : asked;
}

NativeStatus begin_supervisor(NativeCall& call) {
  SupervisorSpec spec(call);
  if (!spec.check(call.arguments[0])) return NativeStatus::kRaise;
  if (!call.reserve(spec.words_needed() + request_need())) return NativeStatus::kOutOfMemory;
  const term::FunctionInfo* function = call.context.services->find_library_function("supervisor");
  if (function == nullptr) return call.raise(std::string(call.mnemonic) + " is switched off");
  const Term request = make_request(call, "init", Term::null(), spec.build(call.arguments[0]));
  Process* supervisor = call.spawn_linked(*function);
  if (supervisor == nullptr) return NativeStatus::kRaise;
  const NativeStatus asked = open_question(call, *supervisor, request);
  call.context.wake(supervisor);
  return asked;
}

}  // namespace

NativeStatus start_supervisor(NativeCall& call) {
  if (!has_question(call.process)) {
    const NativeStatus begun = begin_supervisor(call);
    if (begun != NativeStatus::kDone) return begun;
  }
  return take_result(call);
}

NativeStatus supervise_child(NativeCall& call) {
  if (has_question(call.process)) return take_result(call);
  SupervisorSpec spec(call);
  if (!spec.check_child(call.arguments[2], call.arguments[1])) return NativeStatus::kRaise;
  if (!call.reserve(spec.words_needed() + request_need())) return NativeStatus::kOutOfMemory;
  Process* target = find_supervisor(call);
  if (target == nullptr) return NativeStatus::kRaise;
  const Term id = call.arguments[2];
  const Term child = spec.build_child(id, call.arguments[1]);
  const NativeStatus asked =
      open_question(call, *target, make_request(call, "start_child", id, child));
  return asked == NativeStatus::kDone ? take_result(call) : asked;
}

NativeStatus restart_child(NativeCall& call) { return ask_supervisor(call, "restart_child"); }

NativeStatus stop_child(NativeCall& call) { return ask_supervisor(call, "stop_child"); }

NativeStatus supervisor_children(NativeCall& call) { return ask_supervisor(call, "children"); }

}  // namespace ttvm::natives
