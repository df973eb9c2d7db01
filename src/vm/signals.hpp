// Ctrl-C and SIGTERM: a thread waits for them, so that no code runs in a signal handler.
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
  explicit SignalWatcher(std::function<void(int status)> stop);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void watch();

  std::function<void(int status)> stop_;
  int signals_ = -1;  // signalfd
  int end_ = -1;      // eventfd: the watcher is no longer wanted
  std::thread thread_;
};

}  // namespace ttvm::vm
