// PROCESS_INFO: what a process tells about itself. The question comes through the inbox like any
// other signal (kAskInfo), so the answer is true at one moment of the process asked, after all that
// was sent to it before; it goes back as the reply to an ASK does.
#pragma once

#include "process/executor.hpp"
#include "process/process.hpp"

namespace ttvm::process {

// What a process is doing: "running", "runnable", "waiting", "blocked" (waits for room in another's
// mailbox).
std::string_view status_of(const Process& process, bool is_running);

// The answer, for the worker that runs the process. `status`: as above.
Message* make_info(Process& process, RunContext& context, std::string_view status);

// Answers the question `asked`; the process has ended: null.
void answer_info(Process& process, RunContext& context, const Control& asked);
void refuse_info(const Process& process, RunContext& context, const Control& asked);

}  // namespace ttvm::process
