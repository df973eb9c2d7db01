// Questions and answers: ASK, REPLY, PROCESS_INFO.
//
// A process waits for one answer at a time (Details::question). The answer never enters the
// mailbox, so it costs the same behind any number of messages, and one that comes late finds no
// question. The request is its own monitor: whoever takes it in remembers who waits, and tells if
// it ends.
#include <algorithm>
#include <vector>

#include "heap/build.hpp"
#include "natives/families.hpp"
#include "process/details.hpp"
#include "process/info.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/table.hpp"
#include "process/waiting.hpp"
#include "term/access.hpp"
#include "term/symbols.hpp"

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

NativeStatus no_such_process(NativeCall& call) { return call.raise("No such process"); }

// The target has ended: `No such process`, or the reason as an exception.
NativeStatus raise_down(NativeCall& call, Message* down) {
  const Term reason = term::object_get(down->value, "reason");
  process::adopt(call.process, down);
  if (term::is_string(reason) && term::text_of(reason) == "noproc") return no_such_process(call);
  call.result = reason;
  return NativeStatus::kRaiseValue;
}

// The answer that has come, or kWait. Does not close the question while it waits.
NativeStatus take_answer(NativeCall& call) {
  Process& process = call.process;
  process::fetch_signals(process, call.context);
  const Question question = process.details->question;
  Message* answer = question.answer;
  if (answer == nullptr) return NativeStatus::kWait;
  close_question(process);
  if (answer->kind == SignalKind::kDown) return raise_down(call, answer);
  if (answer->sender != question.to) withdraw(call, question);
  call.result = answer->value;
  process::adopt(process, answer);
  return NativeStatus::kDone;
}

// Sends the request of an ASK; its correlation is the ref `number`, made here.
NativeStatus begin_ask(NativeCall& call) {
  Process& process = call.process;
  process::Address to;
  base::Nanos deadline = 0;
  if (!take_address(call, call.arguments[1], to)) return NativeStatus::kRaise;
  if (!process::deadline_after(call.context, call.arguments[2], deadline)) {
    return call.raise(process::bad_milliseconds(call.mnemonic, call.arguments[2]));
  }
  if (!call.reserve(heap::kRefNeed)) return NativeStatus::kOutOfMemory;
  take_address(call, call.arguments[1], to);  // the name may have moved
  Process* target = process::find_receiver(call.context, to);
  if (target == nullptr) return no_such_process(call);
  const std::uint64_t number = process::unique_ref(call.context);
  const Term ref = process::make_ask_ref(process, number);
  Message* request = process::make_message_of(call.arguments[0], ref);
  request->kind = SignalKind::kRequest;
  request->sender = process.pid;
  request->id = process::unique_message_id(call.context);
  process::details_of(process).question = {number, target->pid, nullptr};
  process.wait_deadline = deadline;
  switch (process::send_to(process, call.context, *target, request)) {
    case process::SendResult::kSent:
      return NativeStatus::kDone;
    case process::SendResult::kRefused:
      close_question(process);
      return call.raise("Mailbox full");
    case process::SendResult::kGone:
      close_question(process);
      return no_such_process(call);
    case process::SendResult::kWaits:
      break;  // a request waits for its answer only
  }
  return NativeStatus::kDone;
}

// Answers the request with that sender and correlation.
NativeStatus answer(NativeCall& call, Term value, std::uint64_t to, Term correlation) {
  Message* message = process::make_message_of(value, correlation);
  message->sender = call.process.pid;
  message->id = process::unique_message_id(call.context);
  if (term::is_kind(correlation, term::Kind::kRef) && term::ref_is_ask(correlation)) {
    message->kind = SignalKind::kReply;
    if (call.process.details != nullptr) {
      call.process.details->relations.erase(process::Relation::kMonitored,
                                            term::ref_number(correlation));
    }
  }
  if (!process::deliver_to(call.context, to, message)) {
    process::drop_dead_letter(call.context, {to, {}}, process::DeadLetterReason::kNoProcess,
                              message);
  }
  return NativeStatus::kDone;
}

}  // namespace

NativeStatus ask(NativeCall& call) {
  Process& process = call.process;
  if (process.details == nullptr || process.details->question.ref == 0) {
    const NativeStatus begun = begin_ask(call);
    if (begun != NativeStatus::kDone) return begun;
  }
  const NativeStatus status = take_answer(call);
  if (status != NativeStatus::kWait) return status;
  if (call.context.clock->now() < process.wait_deadline) return NativeStatus::kWait;
  withdraw(call, process.details->question);
  close_question(process);
  return call.raise("Timeout");
}

NativeStatus reply(NativeCall& call) {
  const process::LastMessage& last = call.process.last;
  if (last.id == 0) return call.raise("REPLY: no message was received yet");
  return answer(call, call.arguments[0], last.sender, last.correlation);
}

NativeStatus reply_to(NativeCall& call) {
  std::uint64_t to = 0;
  if (!take_pid(call, call.arguments[1], to)) return NativeStatus::kRaise;
  return answer(call, call.arguments[0], to, call.arguments[2]);
}

NativeStatus process_info(NativeCall& call) {
  Process& process = call.process;
  if (process.details != nullptr && process.details->question.ref != 0) return take_answer(call);
  std::uint64_t pid = 0;
  if (!take_pid(call, call.arguments[0], pid)) return NativeStatus::kRaise;
  if (pid == process.pid) {
    process::fetch_signals(process, call.context);
    Message* info = process::make_info(process, call.context, "running");
    call.result = info->value;
    process::adopt(process, info);
    return NativeStatus::kDone;
  }
  const std::uint64_t number = process::unique_ref(call.context);
  auto* question = process::make_control(SignalKind::kAskInfo, process.pid, number);
  if (!process::deliver_to(call.context, pid, question)) {
    process::free_control(question);
    return NativeStatus::kDone;  // null
  }
  process::details_of(process).question = {number, pid, nullptr};
  return take_answer(call);
}

NativeStatus processes(NativeCall& call) {
  std::vector<Term> pids;
  call.context.table->for_each(
      [&](const Process& process) { pids.push_back(Term::pid(process.pid)); });
  if (!call.reserve(heap::make_list_need(pids.size()))) return NativeStatus::kOutOfMemory;
  call.result = heap::make_list(call.process.heap, pids);
  return NativeStatus::kDone;
}

}  // namespace ttvm::natives
