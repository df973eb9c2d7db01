// READ_FILE, READ_BYTES, WRITE_FILE: a job on the blocking pool does the work while the process
// waits; when it has come back, the native is called again and takes the result.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "base/utf8.hpp"
#include "heap/build.hpp"
#include "natives/families.hpp"
#include "process/signals.hpp"
#include "term/access.hpp"

namespace ttvm::natives {

namespace {

// A file that never ends (a device) must not fill the memory.
constexpr std::size_t kMaxFile = std::size_t{1} << 30U;

struct FileJob : process::Job {
  std::string path;
  std::string data;   // what is to be written, or what was read
  bool text = false;  // must be UTF-8
  std::string failure;
};

std::string reason(int error) { return std::generic_category().message(error); }

class File {
 public:
  File(const std::string& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  // 0, or what went wrong: some file systems only say now that there was no room.
  int close() {
    const int result = ::close(descriptor_);
    descriptor_ = -1;
    return result == 0 || errno == EINTR ? 0 : errno;
  }

 private:
  int descriptor_;
};

int read_all(const File& file, std::string& data) {
  struct stat about {};
  constexpr std::size_t kChunk = std::size_t{64} << 10U;
  if (::fstat(file.descriptor(), &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
    if (static_cast<std::size_t>(about.st_size) > kMaxFile) return EFBIG;
    data.reserve(static_cast<std::size_t>(about.st_size) + 1);
  }
  for (;;) {
    const std::size_t have = data.size();
    if (have > kMaxFile) return EFBIG;
    const std::size_t room = data.capacity() - have;
    const std::size_t wanted = room == 0 ? kChunk : room;
    data.resize(have + wanted);
    const ssize_t count = ::read(file.descriptor(), data.data() + have, wanted);
    const int error = errno;
    data.resize(have + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count == 0) return 0;
    if (count < 0 && error != EINTR) return error;
  }
}

int write_all(const File& file, std::string_view data) {
  while (!data.empty()) {
    const ssize_t count = ::write(file.descriptor(), data.data(), data.size());
    if (count >= 0) {
      data.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void run_read(process::Job& base) {
  auto& job = static_cast<FileJob&>(base);
  const File file(job.path, O_RDONLY);
  const int error = file.is_open() ? read_all(file, job.data) : errno;
  if (error != 0) {
    job.failure = reason(error);
  } else if (job.text && !base::is_utf8(job.data)) {
    job.failure = "not UTF-8";
  }
}

void run_write(process::Job& base) {
  auto& job = static_cast<FileJob&>(base);
  File file(job.path, O_WRONLY | O_CREAT | O_TRUNC);
  int error = file.is_open() ? write_all(file, job.data) : errno;
  if (error == 0) error = file.close();
  if (error != 0) job.failure = reason(error);
}

void discard(process::Job& base) { delete static_cast<FileJob*>(&base); }

// The finished job, or null: then `status` says how to go on.
FileJob* finished_job(NativeCall& call, NativeStatus& status) {
  auto* job = static_cast<FileJob*>(process::pending_io_of(call.process));
  if (job == nullptr) return nullptr;
  if (!job->done) process::fetch_signals(call.process, call.context);
  status = NativeStatus::kWait;
  return job->done ? job : nullptr;
}

NativeStatus start(NativeCall& call, Term path, void (*run)(process::Job&), Term content) {
  const std::string_view name = term::text_of(path);
  if (name.find('\0') != std::string_view::npos) {
    return call.raise(std::string(call.mnemonic) +
                      (run == run_write ? " cannot write " : " cannot read ") + quoted(name) +
                      ": " + reason(EINVAL));
  }
  auto* job = new FileJob;
  job->pid = call.process.pid;
  job->run = run;
  job->discard = discard;
  job->path = name;
  job->text = call.mnemonic == "READ_FILE";
  if (!content.is_null()) job->data = term::text_of(content);
  process::details_of(call.process).pending_io = job;
  call.context.jobs->submit(job);
  return NativeStatus::kWait;
}

// The job is over; false: it failed and the exception is set.
bool succeeded(NativeCall& call, const FileJob& job, const char* action) {
  if (job.failure.empty()) return true;
  call.error = std::string(call.mnemonic) + action + quoted(job.path) + ": " + job.failure;
  return false;
}

void drop(NativeCall& call, FileJob* job) {
  process::details_of(call.process).pending_io = nullptr;
  delete job;
}

NativeStatus read(NativeCall& call) {
  NativeStatus status = NativeStatus::kDone;
  FileJob* job = finished_job(call, status);
  if (job == nullptr) {
    if (status == NativeStatus::kWait) return status;
    const Term path = call.arguments[0];
    if (!term::is_string(path)) return call.raise(expects(call, "a path", path));
    return start(call, path, run_read, Term::null());
  }
  if (!succeeded(call, *job, " cannot read ")) {
    status = NativeStatus::kRaise;
  } else if (!call.reserve(heap::make_string_need(job->data.size()))) {
    status = NativeStatus::kOutOfMemory;
  } else {
    call.result = job->text ? heap::make_string(call.process.heap, job->data)
                            : heap::make_bytes(call.process.heap, job->data);
    status = NativeStatus::kDone;
  }
  drop(call, job);
  return status;
}

}  // namespace

NativeStatus read_file(NativeCall& call) { return read(call); }
NativeStatus read_bytes(NativeCall& call) { return read(call); }

NativeStatus write_file(NativeCall& call) {
  NativeStatus status = NativeStatus::kDone;
  FileJob* job = finished_job(call, status);
  if (job == nullptr) {
    if (status == NativeStatus::kWait) return status;
    const Term content = call.arguments[0];
    const Term path = call.arguments[1];
    if (!term::is_string(path)) return call.raise(expects(call, "a path", path));
    if (!term::is_string(content) && !term::is_bytes(content)) {
      return call.raise(expects(call, "a string or bytes", content));
    }
    return start(call, path, run_write, content);
  }
  status = succeeded(call, *job, " cannot write ") ? NativeStatus::kDone : NativeStatus::kRaise;
  drop(call, job);
  return status;
}

}  // namespace ttvm::natives
