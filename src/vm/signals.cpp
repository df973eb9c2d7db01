#include "vm/signals.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

#include "base/assert.hpp"

namespace ttvm::vm {

SignalWatcher::SignalWatcher(std::function<void(int status)> stop, std::function<void()> user1)
    : stop_(std::move(stop)), user1_(std::move(user1)) {
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGTERM);
  if (user1_) sigaddset(&watched, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &watched, nullptr);
  signals_ = ::signalfd(-1, &watched, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  TTVM_CHECK(signals_ >= 0 && end_ >= 0);
  thread_ = std::thread([this] { watch(); });
}

SignalWatcher::~SignalWatcher() {
  const std::uint64_t one = 1;
  if (::write(end_, &one, sizeof one) == sizeof one) thread_.join();
  ::close(signals_);
  ::close(end_);
}

void SignalWatcher::watch() {
  bool stopping = false;
  for (;;) {
    pollfd wait[] = {{signals_, POLLIN, 0}, {end_, POLLIN, 0}};
    if (::poll(wait, 2, -1) < 0 && errno != EINTR) return;
    if (wait[1].revents != 0) return;
    signalfd_siginfo signal{};
    if (wait[0].revents == 0 || ::read(signals_, &signal, sizeof signal) != sizeof signal) continue;
    if (signal.ssi_signo == SIGUSR1) {
      user1_();
      continue;
    }
    const int status = 128 + static_cast<int>(signal.ssi_signo);
    if (stopping) ::_exit(status);
    stopping = true;
    stop_(status);
  }
}

}  // namespace ttvm::vm
