// What instructions that wait, or that make refs, have in common.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "process/executor.hpp"
#include "process/process.hpp"

namespace ttvm::process {

// `ms` milliseconds from now; false if that is no number of at least 0. Later than 285 years is
// that.
bool deadline_after(const RunContext& context, Term ms, base::Nanos& deadline);

// The time when MONOTONIC_MS gives `ms`.
base::Nanos deadline_at(const RunContext& context, double ms);

// "SLEEP expects milliseconds of at least 0 but got Str"
std::string bad_milliseconds(std::string_view mnemonic, Term got);

// Drops what is kept of timers that have fired, when there are so many of them that it pays: the
// table of relations stays as small as the timers that are set.
void forget_old_timers(Process& process, RunContext& context);

// A ref of the running process in its heap, which has room for heap::kRefNeed words. A selective
// receive for it passes over the messages that are in the mailbox now.
Term make_own_ref(Process& process, std::uint64_t number);
// The same for the question of an ASK: who answers it sends a kReply.
Term make_ask_ref(Process& process, std::uint64_t number);

}  // namespace ttvm::process
