// Ctrl-C, SIGTERM and SIGUSR1: a thread waits for them, so that no code runs in a signal handler.
//
// Thread safety: construct before any other thread is started (they inherit the signal mask);
// destroy on the same thread.
#pragma once

#include <functional>
#include <thread>

namespace ttvm::vm {

class SignalWatcher {
 public:
  // `stop` is called on the watcher's thread with 130 (SIGINT) or 143 (SIGTERM), for the first
  // signal. A second one ends the OS process at once with that status.
  // `user1`, if given, for each SIGUSR1; otherwise that signal does what it always does.
  explicit SignalWatcher(std::function<void(int status)> stop, std::function<void()> user1 = {});
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void watch();

  std::function<void(int status)> stop_;
  std::function<void()> user1_;
  int signals_ = -1;  // signalfd
  int end_ = -1;      // eventfd: the watcher is no longer wanted
  std::thread thread_;
};

}  // namespace ttvm::vm
