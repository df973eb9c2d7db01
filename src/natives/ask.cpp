// Questions and answers: ASK, REPLY, PROCESS_INFO.
#include <vector>

#include "heap/build.hpp"
#include "natives/families.hpp"
#include "natives/question.hpp"
#include "process/details.hpp"
#include "process/info.hpp"
#include "process/send.hpp"
#include "process/signals.hpp"
#include "process/table.hpp"
#include "process/waiting.hpp"
#include "term/access.hpp"

namespace ttvm::natives {

using process::Message;
using process::Process;
using process::SignalKind;

namespace {

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
  const NativeStatus opened = open_question(call, *target, call.arguments[0]);
  if (opened == NativeStatus::kDone) process.wait_deadline = deadline;
  return opened;
}

// Answers the request with that sender and correlation.
NativeStatus answer(NativeCall& call, Term value, std::uint64_t to, Term correlation) {
  Message* message = process::make_message_of(value, correlation);
  message->sender = call.process.pid;
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
  if (!has_question(process)) {
    const NativeStatus begun = begin_ask(call);
    if (begun != NativeStatus::kDone) return begun;
  }
  const NativeStatus status = take_answer(call);
  if (status != NativeStatus::kWait || process.exit_kind != process::ExitKind::kNone) return status;
  if (call.context.clock->now() < process.wait_deadline) return NativeStatus::kWait;
  give_up_question(call);
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
  if (has_question(process)) return take_answer(call);
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
