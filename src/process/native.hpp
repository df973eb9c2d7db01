// Natives: instructions implemented by a function outside of the dispatch loop (isa Effect
// kNative).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "process/executor.hpp"
#include "process/process.hpp"
#include "term/term.hpp"

namespace ttvm::process {

enum class NativeStatus : std::uint8_t {
  kDone,         // `result` is the result, if the instruction has one
  kRaise,        // `error` is the message of the exception
  kRaiseValue,   // as THROW: `result` is raised
  kWait,         // waits for a signal, or wait_deadline; the native is called again after it
  kAgain,        // gives the slice up and is called again: a long work in parts
  kJump,         // to the instruction's label, with no results
  kOutOfMemory,  // reserve() said no: the process ends
};

// A native that has taken in signals may find that its process has to end (Process::exit_kind):
// whatever it returns, the process ends then.

// One execution of such an instruction. Arguments are in registers of the running frame, in the
// order they were pushed; reserve() keeps them up to date when it collects.
struct NativeCall {
  struct Runnable {
    Term function;
    bool takes_name = false;
  };
  // What the interpreter does for a native.
  struct Hooks {
    bool (*reserve)(NativeCall&, std::size_t words);
    bool (*reserve_first)(NativeCall&, std::size_t words);
    bool (*find_runnable)(NativeCall&, Term name, Runnable& out);
    Process* (*spawn_linked)(NativeCall&, const term::FunctionInfo&);
  };

  Process& process;
  RunContext& context;
  Term* arguments;
  std::uint32_t count;
  std::string_view mnemonic;
  std::string& error;
  const Hooks& hooks;
  void* machine;  // the hooks'
  Term result = Term::null();
  Term second = Term::null();  // the other result, if the instruction has two

  // Makes room for `words` in the heap; collects if need be, after which all terms that are not in
  // `arguments` are stale. False: over the limit; return kOutOfMemory.
  [[nodiscard]] bool reserve(std::size_t words) {
    return !process.heap.needs_collection(words) || hooks.reserve(*this, words);
  }

  // The same for a native that has done nothing yet: it may be called again, from the start, when a
  // long collection has been done elsewhere.
  [[nodiscard]] bool reserve_first(std::size_t words) {
    return !process.heap.needs_collection(words) || hooks.reserve_first(*this, words);
  }

  // What SPAWN means by that name in the running code. False: `error` is set.
  [[nodiscard]] bool find_runnable(Term name, Runnable& out) {
    return hooks.find_runnable(*this, name, out);
  }
  // A new process, linked to the running one, that will run a function without arguments. It is not
  // queued yet: the caller wakes it when it has sent it what it must find. Null: `error` is set.
  [[nodiscard]] Process* spawn_linked(const term::FunctionInfo& function) {
    return hooks.spawn_linked(*this, function);
  }

  NativeStatus raise(std::string message) {
    error = std::move(message);
    return NativeStatus::kRaise;
  }
};

using NativeFunction = NativeStatus (*)(NativeCall&);

}  // namespace ttvm::process
