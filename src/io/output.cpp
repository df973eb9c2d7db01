#include "io/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace ttvm::io {

namespace {
constexpr base::Nanos kUnseen = INT64_MIN;
}

int write_fully(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd wait{descriptor, POLLOUT, 0};
      if (::poll(&wait, 1, -1) < 0 && errno != EINTR) return errno;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void ignore_sigpipe() { std::signal(SIGPIPE, SIG_IGN); }

Output::Output(int descriptor, int error_descriptor)
    : descriptor_(descriptor),
      error_descriptor_(error_descriptor),
      each_line_(::isatty(descriptor) == 1),
      waiting_since_(kUnseen) {}

Output::~Output() { flush(); }

void Output::write_line(std::string_view text) { append(text, true); }
void Output::write(std::string_view text) { append(text, false); }

void Output::append(std::string_view text, bool newline) {
  const base::MutexLock lock(mutex_);
  if (failed()) return;
  buffer_.append(text);
  if (newline) buffer_.push_back('\n');
  if (each_line_ || buffer_.size() >= kFlushBytes) {
    flush_locked();
  } else if (!has_pending()) {
    pending_.store(true, std::memory_order_relaxed);
  }
}

void Output::flush() {
  const base::MutexLock lock(mutex_);
  flush_locked();
}

void Output::flush_if_due(base::Nanos now) {
  if (!has_pending()) return;
  base::Nanos since = waiting_since_.load(std::memory_order_relaxed);
  if (since == kUnseen) {
    waiting_since_.compare_exchange_strong(since, now, std::memory_order_relaxed);
  } else if (now - since >= kMaxAge) {
    flush();
  }
}

void Output::flush_locked() {
  pending_.store(false, std::memory_order_relaxed);
  waiting_since_.store(kUnseen, std::memory_order_relaxed);
  if (buffer_.empty() || failed()) return;
  const int error = write_fully(descriptor_, buffer_);
  buffer_.clear();
  if (error == 0) return;
  error_.store(error, std::memory_order_relaxed);
  const std::string message =
      std::string("ttvm: error: cannot write to standard output: ") + std::strerror(error) + "\n";
  write_fully(error_descriptor_, message);
}

void ErrorOutput::write(std::string_view message) {
  const base::MutexLock lock(mutex_);
  write_fully(descriptor_, message);  // nowhere to complain if that fails
}

}  // namespace ttvm::io
