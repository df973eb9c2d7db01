// A question of the running process to another: what ASK, PROCESS_INFO and the instructions of
// supervisors wait for.
//
// A process waits for one answer at a time (Details::question). The answer never enters the
// mailbox, so it costs the same behind any number of messages, and one that comes late finds no
// question. The request is its own monitor: whoever takes it in remembers who waits, and tells if
// it ends.
//
// Thread safety: by the worker that runs the process.
#pragma once

#include "natives/families.hpp"
#include "process/details.hpp"

namespace ttvm::natives {

inline bool has_question(const process::Process& process) {
  return process.details != nullptr && process.details->question.ref != 0;
}

// Sends `request` to `target` and leaves the question open: kDone, or the exception. There must be
// room for kRefNeed words.
NativeStatus open_question(NativeCall& call, process::Process& target, Term request);

// The answer that has come, or kWait with the question still open. A target that has ended is
// raised: `No such process`, or its reason.
NativeStatus take_answer(NativeCall& call);

// Waits no longer.
void give_up_question(NativeCall& call);

NativeStatus no_such_process(NativeCall& call);

}  // namespace ttvm::natives
