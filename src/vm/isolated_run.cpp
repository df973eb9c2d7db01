#include "vm/isolated_run.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <new>
#include <system_error>

#include "vm/child.hpp"

namespace ttvm::vm {

namespace {

// A run with more choices than these is no small program; the search then knows that some are
// missing.
constexpr std::size_t kAlternatives = 200'000;

void empty_file(int descriptor) {
  // The offset is common to us and to all children.
  [[maybe_unused]] const off_t at = ::lseek(descriptor, 0, SEEK_SET);
  [[maybe_unused]] const int status = ::ftruncate(descriptor, 0);
}

std::string content_of(int descriptor) {
  struct stat about {};
  if (::fstat(descriptor, &about) != 0) return {};
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t count =
        ::pread(descriptor, text.data() + have, text.size() - have, static_cast<off_t>(have));
    if (count <= 0 && errno != EINTR) break;
    if (count > 0) have += static_cast<std::size_t>(count);
  }
  text.resize(have);
  return text;
}

}  // namespace

struct IsolatedRunner::Shared {
  bool finished = false;  // the run came to an orderly end
  Ending ending = Ending::kFinished;
  sched::Recording recording;
  std::array<sched::Alternative, kAlternatives> alternatives;
};

IsolatedRunner::IsolatedRunner() {
  output_ = ::memfd_create("ttvm-output", MFD_CLOEXEC);
  errors_ = ::memfd_create("ttvm-errors", MFD_CLOEXEC);
  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (output_ < 0 || errors_ < 0 || memory == MAP_FAILED) {
    fail("memory for the output of runs");
    if (memory != MAP_FAILED) ::munmap(memory, sizeof(Shared));
    return;
  }
  shared_ = static_cast<Shared*>(memory);  // zeros, which is what an empty one consists of
}

IsolatedRunner::~IsolatedRunner() {
  if (shared_ != nullptr) ::munmap(shared_, sizeof(Shared));
  if (output_ >= 0) ::close(output_);
  if (errors_ >= 0) ::close(errors_);
}

bool IsolatedRunner::fail(const char* what) {
  error_ = std::string("cannot get ") + what + ": " + std::generic_category().message(errno);
  return false;
}

bool IsolatedRunner::run(const Verified& program, const std::string& folder, const Options& options,
                         std::size_t max_memory, bool early_timeouts, RunRecord& record) {
  if (shared_ == nullptr) return false;
  empty_file(output_);
  empty_file(errors_);
  shared_->finished = false;
  shared_->recording = {shared_->alternatives.data(), kAlternatives, early_timeouts, 0, false};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return fail("a process for the run");
  if (child == 0) {
    // No run survives the one who asked for it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    run_in_child(program, folder, options, max_memory);
  }
  const int status = wait_for_child(child);
  record = {};
  record.output = content_of(output_);
  record.errors = content_of(errors_);
  record.ending = shared_->ending;
  if (WIFSIGNALED(status)) {
    record.signal = WTERMSIG(status);
    record.status = 128 + record.signal;
    record.crashed = true;
  } else {
    record.status = WEXITSTATUS(status);
    // Without an orderly end there is only one status that is no defect: that of --max-memory.
    record.crashed = !shared_->finished && record.status != 1;
    if (!shared_->finished) record.ending = Ending::kStopped;
  }
  return true;
}

void IsolatedRunner::run_in_child(const Verified& program, const std::string& folder,
                                  Options options, std::size_t max_memory) {
  constexpr rlimit kNoCore{0, 0};
  ::setrlimit(RLIMIT_CORE, &kNoCore);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 || ::dup2(output_, STDOUT_FILENO) < 0 ||
      ::dup2(errors_, STDERR_FILENO) < 0) {
    ::_exit(1);
  }
  options.output = STDOUT_FILENO;
  options.errors = STDERR_FILENO;
  options.recording = &shared_->recording;
  // Never destroyed: the system takes everything back at once.
  auto* machine = new Vm(std::move(options));
  machine->limit_memory(max_memory);
  const int status = machine->run(program, folder);
  shared_->ending = machine->ending();
  shared_->finished = true;
  ::_exit(status);
}

std::span<const sched::Alternative> IsolatedRunner::alternatives() const {
  return {shared_->alternatives.data(), shared_->recording.count};
}

bool IsolatedRunner::has_all_alternatives() const {
  return shared_->finished && !shared_->recording.truncated;
}

}  // namespace ttvm::vm
