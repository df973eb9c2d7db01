#include "natives/question.hpp"

#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/waiting.hpp"
#include "term/access.hpp"

namespace ttvm::natives {

using process::Message;
using process::Process;
using process::Question;
using process::SignalKind;

namespace {

void close_question(Process& process) {
  process.details->question = {};
  process.wait_deadline = process::kNoDeadline;
}

// Whoever took the request in need not remember who asked.
void withdraw(NativeCall& call, const Question& question) {
  auto* control = process::make_control(SignalKind::kDemonitor, call.process.pid, question.ref);
  if (!process::deliver_to(call.context, question.to, control)) process::free_control(control);
}

// The target has ended: `No such process`, or the reason as an exception.
NativeStatus raise_down(NativeCall& call, Message* down) {
  const Term reason = term::object_get(down->value, "reason");
  process::adopt(call.process, down);
  if (term::is_string(reason) && term::text_of(reason) == "noproc") return no_such_process(call);
  call.result = reason;
  return NativeStatus::kRaiseValue;
}

}  // namespace

NativeStatus no_such_process(NativeCall& call) { return call.raise("No such process"); }

NativeStatus open_question(NativeCall& call, Process& target, Term request) {
  Process& process = call.process;
  const std::uint64_t number = process::unique_ref(call.context);
  const Term ref = process::make_ask_ref(process, number);
  Message* message = process::make_message_of(request, ref);
  message->kind = SignalKind::kRequest;
  message->sender = process.pid;
  process::details_of(process).question = {number, target.pid, nullptr};
  switch (process::send_to(process, call.context, target, message)) {
    case process::SendResult::kRefused:
      close_question(process);
      return call.raise("Mailbox full");
    case process::SendResult::kGone:
      close_question(process);
      return no_such_process(call);
    case process::SendResult::kSent:
    case process::SendResult::kWaits:
      break;  // a request waits for its answer only
  }
  return NativeStatus::kDone;
}

NativeStatus take_answer(NativeCall& call) {
  Process& process = call.process;
  process::fetch_signals(process, call.context);
  const Question question = process.details->question;
  Message* answer = question.answer;
  // Who is to end takes nothing any more.
  if (answer == nullptr || process.exit_kind != process::ExitKind::kNone) {
    return NativeStatus::kWait;
  }
  close_question(process);
  if (answer->kind == SignalKind::kDown) return raise_down(call, answer);
  if (answer->sender != question.to) withdraw(call, question);
  call.result = answer->value;
  process::adopt(process, answer);
  return NativeStatus::kDone;
}

void give_up_question(NativeCall& call) {
  withdraw(call, call.process.details->question);
  close_question(call.process);
}

}  // namespace ttvm::natives
