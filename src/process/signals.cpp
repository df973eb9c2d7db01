#include "process/signals.hpp"

#include <array>

#include "process/info.hpp"
#include "process/limit.hpp"
#include "process/send.hpp"
#include "process/table.hpp"
#include "term/access.hpp"
#include "term/symbols.hpp"

namespace ttvm::process {

namespace {

struct Reasons {
  Term normal = term::intern("normal");
  Term kill = term::intern("kill");
  Term killed = term::intern("killed");
  Term noproc = term::intern("noproc");
  Term shutdown = term::intern("shutdown");
  Term out_of_memory = term::intern("out_of_memory");
  Term down = term::intern("DOWN");
  Term exit = term::intern("EXIT");
};

const Reasons& reasons() {
  static const Reasons kReasons;
  return kReasons;
}

bool is_text(Term reason, Term interned) {
  return reason.same(interned) ||
         (term::is_string(reason) && term::text_of(reason) == term::text_of(interned));
}

// Fields of the objects that make_exit and make_down build.
Term exit_reason_of(const Message& message) {
  return Term::from_word(message.value.pointer()[term::kObjectFields + 2]);
}
std::uint64_t down_ref_of(const Message& message) {
  return term::ref_number(Term::from_word(message.value.pointer()[term::kObjectFields + 1]));
}

// A program may name any number; others than these are not fit to be keys of relations.
bool can_be_pid(std::uint64_t number) { return number != 0 && number >> 56U == 0; }

// {type: "EXIT", pid, reason}, from `pid`.
Message* make_exit(SignalKind kind, std::uint64_t pid, Term reason) {
  const std::array<Term, 3> values{reasons().exit, Term::pid(pid), reason};
  Message* message = make_object_message(system_shapes().exit, values);
  message->kind = kind;
  message->sender = pid;
  return message;
}

// {type: "DOWN", ref, pid, reason}, from `pid`.
Message* make_down(std::uint64_t ref, std::uint64_t pid, Term reason) {
  const std::array<term::Word, 4> box{term::Header(term::Kind::kRef, 0).word(), ref, 0, 0};
  const std::array<Term, 4> values{reasons().down, Term::box(box.data()), Term::pid(pid), reason};
  Message* message = make_object_message(system_shapes().down, values);
  message->kind = SignalKind::kDown;
  message->sender = pid;
  return message;
}

void send_control(RunContext& context, std::uint64_t to, SignalKind kind, std::uint64_t from,
                  std::uint64_t number) {
  Control* control = make_control(kind, from, number);
  if (!deliver_to(context, to, control)) free_control(control);
}

void send_link_exit(RunContext& context, std::uint64_t to, std::uint64_t from, Term reason) {
  Message* message = make_exit(SignalKind::kLinkExit, from, reason);
  if (!deliver_to(context, to, message)) free_message(message);
}

void send_down(RunContext& context, std::uint64_t to, std::uint64_t ref, std::uint64_t from,
               Term reason) {
  Message* message = make_down(ref, from, reason);
  if (!deliver_to(context, to, message)) free_message(message);
}

void put_in_mailbox(Process& process, RunContext& context, Message* message) {
  if (TTVM_UNLIKELY(process.limited)) {
    take_in_limited(process, context, message);
  } else {
    process.mailbox.append(message);
  }
}

// The process ends for the reason in the message.
void die_of(Process& process, Message* message, bool killed) {
  if (process.exit_kind != ExitKind::kNone) return free_message(message);
  const Term reason = exit_reason_of(*message);
  details_of(process).ended_by = message->sender;
  adopt(process, message);
  if (killed) {
    process.exit_kind = ExitKind::kKilled;
  } else {
    begin_exit(process, reason);
  }
}

// An exit signal that counts: from a link that is there, or from EXIT_PID.
void take_exit(Process& process, RunContext& context, Message* message) {
  const Term reason = exit_reason_of(*message);
  const bool direct = message->kind == SignalKind::kExit;
  if (direct && is_text(reason, reasons().kill)) {
    die_of(process, message, true);
  } else if (process.traps_exits) {
    put_in_mailbox(process, context, message);
  } else if (is_text(reason, reasons().normal) && message->sender != process.pid) {
    free_message(message);
  } else {
    die_of(process, message, false);
  }
}

void take_link_exit(Process& process, RunContext& context, Message* message) {
  const std::uint64_t* state = process.details == nullptr ? nullptr
                                                          : process.details->relations.find(
                                                                Relation::kLink, message->sender);
  if (state == nullptr) return free_message(message);  // unlinked meanwhile
  const bool linked = *state == 0;
  process.details->relations.erase(Relation::kLink, message->sender);
  if (linked) {
    take_exit(process, context, message);
  } else {
    free_message(message);
  }
}

void take_down(Process& process, RunContext& context, Message* message) {
  const std::uint64_t ref = down_ref_of(*message);
  Details& details = details_of(process);
  if (details.question.ref == ref) {
    if (details.question.answer == nullptr) {
      details.question.answer = message;
      return;
    }
  } else if (details.relations.erase(Relation::kMonitors, ref)) {
    return put_in_mailbox(process, context, message);
  }
  free_message(message);
}

void take_reply(Process& process, RunContext& context, Message* message) {
  Question& question = details_of(process).question;
  if (question.ref != 0 && question.ref == term::ref_number(message->correlation()) &&
      question.answer == nullptr) {
    question.answer = message;
  } else {
    drop_dead_letter(context, {process.pid, {}}, DeadLetterReason::kLateReply, message);
  }
}

void take_message_block(Process& process, RunContext& context, Message* message) {
  switch (message->kind) {
    case SignalKind::kRequest:
      details_of(process).relations.insert(
          Relation::kMonitored, term::ref_number(message->correlation()), message->sender);
      return put_in_mailbox(process, context, message);
    case SignalKind::kReply:
      return take_reply(process, context, message);
    case SignalKind::kDown:
      return take_down(process, context, message);
    case SignalKind::kLinkExit:
      return take_link_exit(process, context, message);
    case SignalKind::kExit:
      return take_exit(process, context, message);
    default:
      return put_in_mailbox(process, context, message);
  }
}

void take_unlink(Process& process, RunContext& context, const Control& control) {
  Relations& relations = details_of(process).relations;
  const std::uint64_t* state = relations.find(Relation::kLink, control.from);
  // If we are unlinking as well, the entry stays until the other has acknowledged ours.
  if (state != nullptr && *state == 0) relations.erase(Relation::kLink, control.from);
  send_control(context, control.from, SignalKind::kUnlinkAck, process.pid, control.number);
}

void take_control(Process& process, RunContext& context, Control* control) {
  Relations& relations = details_of(process).relations;
  switch (control->kind) {
    case SignalKind::kLink:
      // An entry that is there is right already: linked, or our unlinking will reach the other.
      relations.insert(Relation::kLink, control->from, 0);
      break;
    case SignalKind::kUnlink:
      take_unlink(process, context, *control);
      break;
    case SignalKind::kUnlinkAck: {
      const std::uint64_t* state = relations.find(Relation::kLink, control->from);
      if (state != nullptr && *state == control->number) {
        relations.erase(Relation::kLink, control->from);
      }
      break;
    }
    case SignalKind::kMonitor:
      relations.insert(Relation::kMonitored, control->number, control->from);
      break;
    case SignalKind::kDemonitor:
      relations.erase(Relation::kMonitored, control->number);
      break;
    case SignalKind::kRoom:
      if (process.send_state == SendState::kWaitsForRoom) {
        process.send_state = SendState::kHasRoom;
      }
      break;
    case SignalKind::kAskInfo:
      // Who has sent an exit signal and then asks must not be told that the process lives: back
      // into the inbox, to be refused when it is closed.
      if (process.exit_kind != ExitKind::kNone) {
        process.inbox.push(control);
        return;
      }
      answer_info(process, context, *control);
      break;
    default:
      TTVM_CHECK(false);
  }
  free_control(control);
}

// ---- The end

// A message that its receiver did not live to see. Returns 1 if it was queued like any other.
std::uint64_t refuse_message(Process& process, RunContext& context, Message* message, Term reason) {
  if (message->kind == SignalKind::kRequest) {
    send_down(context, message->sender, term::ref_number(message->correlation()), process.pid,
              reason);
  } else if (message->room == Room::kSenderWaits) {
    send_control(context, message->sender, SignalKind::kRoom, process.pid, 0);
    drop_dead_letter(context, {process.pid, {}}, DeadLetterReason::kEnded, message);
    return 0;
  }
  const bool queued = message->kind <= SignalKind::kReply;
  free_message(message);
  return queued ? 1 : 0;
}

void refuse_control(Process& process, RunContext& context, Control* control, Term reason) {
  switch (control->kind) {
    case SignalKind::kLink:
      send_link_exit(context, control->from, process.pid, reason);
      break;
    case SignalKind::kUnlink:
      send_control(context, control->from, SignalKind::kUnlinkAck, process.pid, control->number);
      break;
    case SignalKind::kMonitor:
      send_down(context, control->from, control->number, process.pid, reason);
      break;
    case SignalKind::kAskInfo:
      refuse_info(process, context, *control);
      break;
    default:
      break;
  }
  free_control(control);
}

std::uint64_t refuse_signals(Process& process, RunContext& context, Signal* signal) {
  const Term reason = exit_reason(process);
  std::uint64_t messages = 0;
  while (signal != nullptr) {
    Signal* next = signal->next;
    if (is_message_block(signal->kind)) {
      messages += refuse_message(process, context, static_cast<Message*>(signal), reason);
    } else if (signal->kind == SignalKind::kTimeout) {
      free_timeout(signal);
    } else if (signal->kind == SignalKind::kIoDone) {
      auto* job = static_cast<Job*>(signal);
      job->discard(*job);
    } else {
      refuse_control(process, context, static_cast<Control*>(signal), reason);
    }
    signal = next;
  }
  return messages;
}

void tell_others(Process& process, RunContext& context) {
  const Term reason = exit_reason(process);
  Details* details = process.details;
  details->relations.for_each([&](Relation relation, std::uint64_t number, std::uint64_t value) {
    switch (relation) {
      case Relation::kLink:
        // Also where we have unlinked: the other may wait for an acknowledgement that never comes.
        send_link_exit(context, number, process.pid, reason);
        break;
      case Relation::kMonitored:
        send_down(context, value, number, process.pid, reason);
        break;
      case Relation::kMonitors:
        send_control(context, value, SignalKind::kDemonitor, process.pid, number);
        break;
      case Relation::kTimer:
        context.timers->release(reinterpret_cast<DelayedSend*>(value));
        break;
    }
  });
  const Question& question = details->question;
  if (question.ref == 0) return;
  // The one that was asked remembers us until it has answered itself.
  const bool forgotten = question.answer != nullptr && question.answer->sender == question.to;
  if (!forgotten) {
    send_control(context, question.to, SignalKind::kDemonitor, process.pid, question.ref);
  }
  if (question.answer != nullptr) free_message(question.answer);
}

}  // namespace

void take_signal(Process& process, RunContext& context, Signal* signal) {
  if (is_message_block(signal->kind)) {
    take_message_block(process, context, static_cast<Message*>(signal));
  } else if (signal->kind == SignalKind::kTimeout) {
    if (process.timer == signal) process.timer = nullptr;
    free_timeout(signal);
  } else if (signal->kind == SignalKind::kIoDone) {
    static_cast<Job*>(signal)->done = true;
  } else {
    take_control(process, context, static_cast<Control*>(signal));
  }
}

void settle_taken(Process& process, RunContext& context, Message* message) {
  if (process.limited) left_limited(process, context, *message);
  forget_peeked(process, message);
}

void link(Process& process, RunContext& context, std::uint64_t to) {
  if (to == process.pid) return;
  if (can_be_pid(to)) {
    Relations& relations = details_of(process).relations;
    if (!relations.insert(Relation::kLink, to, 0)) {
      std::uint64_t* state = relations.find(Relation::kLink, to);
      if (*state == 0) return;
      *state = 0;
    }
    Control* control = make_control(SignalKind::kLink, process.pid, 0);
    if (deliver_to(context, to, control)) return;
    free_control(control);
    relations.erase(Relation::kLink, to);
  }
  fetch_signals(process, context);  // what came before it is received before it
  take_exit(process, context, make_exit(SignalKind::kLinkExit, to, reasons().noproc));
}

void unlink(Process& process, RunContext& context, std::uint64_t to) {
  if (process.details == nullptr || !can_be_pid(to)) return;
  Relations& relations = process.details->relations;
  std::uint64_t* state = relations.find(Relation::kLink, to);
  if (state == nullptr || *state != 0) return;
  *state = unique_ref(context);
  Control* control = make_control(SignalKind::kUnlink, process.pid, *state);
  if (deliver_to(context, to, control)) return;
  free_control(control);
  relations.erase(Relation::kLink, to);
}

void monitor(Process& process, RunContext& context, std::uint64_t to, std::uint64_t ref) {
  if (to == process.pid) return;  // nobody sees his own end
  Relations& relations = details_of(process).relations;
  relations.insert(Relation::kMonitors, ref, to);
  Control* control = make_control(SignalKind::kMonitor, process.pid, ref);
  if (deliver_to(context, to, control)) return;
  free_control(control);
  relations.erase(Relation::kMonitors, ref);
  fetch_signals(process, context);
  put_in_mailbox(process, context, make_down(ref, to, reasons().noproc));
}

void demonitor(Process& process, RunContext& context, std::uint64_t ref) {
  if (process.details == nullptr) return;
  Relations& relations = process.details->relations;
  if (const std::uint64_t* to = relations.find(Relation::kMonitors, ref)) {
    const std::uint64_t pid = *to;
    relations.erase(Relation::kMonitors, ref);
    send_control(context, pid, SignalKind::kDemonitor, process.pid, ref);
    return;
  }
  Message* down = nullptr;
  process.mailbox.for_each([&](Message& message) {
    if (message.kind == SignalKind::kDown && down_ref_of(message) == ref) down = &message;
  });
  if (down == nullptr) return;
  forget_peeked(process, down);
  process.mailbox.remove(down);
  free_message(down);
}

void send_exit(Process& process, RunContext& context, std::uint64_t to, Term reason) {
  Message* message = make_exit(SignalKind::kExit, process.pid, reason);
  if (to == process.pid) {
    fetch_signals(process, context);
    take_exit(process, context, message);
  } else if (!deliver_to(context, to, message)) {
    free_message(message);
  }
}

void link_new(Process& parent, Process& child) {
  details_of(parent).relations.insert(Relation::kLink, child.pid, 0);
  details_of(child).relations.insert(Relation::kLink, parent.pid, 0);
}

void monitor_new(Process& parent, Process& child, std::uint64_t ref) {
  details_of(parent).relations.insert(Relation::kMonitors, ref, child.pid);
  details_of(child).relations.insert(Relation::kMonitored, ref, parent.pid);
}

Term exit_reason(const Process& process) {
  switch (process.exit_kind) {
    case ExitKind::kNone:
    case ExitKind::kNormal:
      return reasons().normal;
    case ExitKind::kOutOfMemory:
      return reasons().out_of_memory;
    case ExitKind::kKilled:
      return reasons().killed;
    case ExitKind::kException:
    case ExitKind::kExited:
      return process.details == nullptr ? Term::null() : process.details->exit_reason;
  }
  return Term::null();
}

void begin_exit(Process& process, Term reason) {
  if (process.exit_kind != ExitKind::kNone) return;
  if (is_text(reason, reasons().normal)) {
    process.exit_kind = ExitKind::kNormal;
    return;
  }
  process.exit_kind = ExitKind::kExited;
  details_of(process).exit_reason = reason;
}

void report_end(const Process& process, RunContext& context) {
  if (process.exit_kind < ExitKind::kOutOfMemory || context.services == nullptr) return;
  const Term reason = exit_reason(process);
  if (is_text(reason, reasons().shutdown)) return;
  context.services->report_exit(process, reason);
}

std::uint64_t end_process(Process* process, RunContext& context) {
  std::uint64_t messages = process->mailbox.count();
  while (Message* message = process->mailbox.pop()) free_message(message);
  if (process->limited) dissolve_line(*process, context);
  if (Signal* rest = process->inbox.close()) {
    messages += refuse_signals(*process, context, rest);
  }
  if (process->details != nullptr) tell_others(*process, context);
  discard_process(process, *context.epoch);
  return messages;
}

}  // namespace ttvm::process
