// What can be told about a process: to programs (PROCESS_INFO), in the report of a deadlock, in a
// crash dump.
//
// Thread safety: gather_info() and wait_of() by the worker that runs the process, or when no
// process runs.
//
// PROCESS_INFO comes through the inbox like any other signal (kAskInfo), so the answer is true at
// one moment of the process asked, after all that was sent to it before; it goes back as the reply
// to an ASK does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "process/executor.hpp"
#include "process/process.hpp"

namespace ttvm::process {

struct Info {
  std::uint64_t pid = 0;
  std::string_view status;  // status_of
  std::vector<std::string> names;
  std::string_view label;  // empty: none
  std::uint64_t queue_length = 0;
  std::vector<std::uint64_t> links;     // pids, ascending
  std::vector<std::uint64_t> monitors;  // pids that it watches, ascending
  std::vector<std::uint64_t> monitored_by;
  std::uint64_t reductions = 0;
  std::uint64_t heap_bytes = 0;
  std::uint64_t total_bytes = 0;
  Executor::Place place;
  std::string_view priority;
  bool trap_exit = false;
  std::uint64_t parent = 0;      // 0: none
  std::uint64_t blocked_on = 0;  // waits for room in this one's mailbox; 0: does not
};

// `status`: as status_of() has it. Views are good as long as the process is.
Info gather_info(const Process& process, const Registry& registry, const Executor& executor,
                 std::string_view status);

// What a process is doing: "running", "runnable", "waiting", "blocked" (waits for room in another's
// mailbox).
std::string_view status_of(const Process& process, bool is_running);

// What a process that is not running waits for.
struct Wait {
  enum class For : std::uint8_t {
    kNothing,  // it can run
    kMessage,
    kMatch,   // a message that matches `pattern`
    kSelect,  // one that matches an element of `pattern`
    kUnseen,  // one that it has not skipped (RECV_WAIT)
    kAnswer,  // of `process`, to ASK or PROCESS_INFO
    kRoom,    // in the mailbox of `process`
    kTime,    // SLEEP
    kJob,     // blocking work: a file
  };
  For what = For::kNothing;
  std::uint64_t process = 0;
  Term pattern = Term::null();
};
Wait wait_of(const Process& process, const Executor::Place& place);
// "a message that matches {...}"
std::string text_of(const Wait& wait);
// Why a queued message is not what the process waits for.
std::string left_because(const Wait& wait, const Message& message);

// ---- PROCESS_INFO

// The answer, for the worker that runs the process.
Message* make_info(Process& process, RunContext& context, std::string_view status);

// Answers the question `asked`; the process has ended: null.
void answer_info(Process& process, RunContext& context, const Control& asked);
void refuse_info(const Process& process, RunContext& context, const Control& asked);

}  // namespace ttvm::process
