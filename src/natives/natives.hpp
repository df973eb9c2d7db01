// Instructions implemented by plain functions outside of the dispatch loop: output, conversions,
// files, names of processes.
//
// Thread safety: the functions touch the running process and what the RunContext lends them; any
// number of them may run at a time, each on its own worker. Work that can block (files) is done by
// a job on the blocking pool, while the process waits.
//
// Invariant: a native reads its arguments again after each reserve(), which may have moved them.
#pragma once

#include <string_view>

#include "process/native.hpp"

namespace ttvm::natives {

// The function of an instruction, by mnemonic; null if it is no native.
process::NativeFunction find(std::string_view mnemonic);

}  // namespace ttvm::natives
