#include "vm/crash_dump.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "heap/slab.hpp"
#include "io/output.hpp"
#include "process/details.hpp"
#include "process/info.hpp"
#include "term/mismatch.hpp"
#include "vm/child.hpp"
#include "vm/reports.hpp"

namespace ttvm::vm {

namespace {

using Json = nlohmann::ordered_json;
using process::Info;
using process::Message;
using process::Process;
using process::Wait;

constexpr std::size_t kMaxMessages = 10;  // of each queue
constexpr std::size_t kMaxText = 200;     // bytes of a value
// A dying machine may have been in the middle of anything: its child might wait for ever.
constexpr unsigned kLastSeconds = 300;

double milliseconds(base::Nanos time) { return static_cast<double>(time) / 1e6; }

Json pid_or_null(std::uint64_t pid) { return pid == 0 ? Json(nullptr) : Json(pid); }

Json text_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[sizeof "2000-01-01T00:00:00Z"];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

Json json_of(const Message& message, const Wait& wait) {
  Json json{{"value", term::short_text(message.value, kMaxText)},
            {"from", pid_or_null(message.sender)},
            {"priority", message.priority}};
  if (message.correlated) {
    json["correlation"] = term::short_text(message.correlation(), kMaxText);
  }
  json["left_because"] = process::left_because(wait, message);
  return json;
}

// The queue in the order in which it would be received: the mailbox, then what has not been taken
// out of the inbox yet. Only the first messages are described; `count` gets the number of all.
Json json_of_queue(const Process& process, const Wait& wait, std::uint64_t& count) {
  Json queue = Json::array();
  count = 0;
  const auto visit = [&](const Message& message) {
    if (++count <= kMaxMessages) queue.push_back(json_of(message, wait));
  };
  process.mailbox.for_each(visit);
  std::vector<const Message*> arriving;
  for (const process::Signal* at = process.inbox.newest(); at != nullptr; at = at->next) {
    if (at->kind <= process::SignalKind::kRequest) {
      arriving.push_back(static_cast<const Message*>(at));
    }
  }
  for (auto at = arriving.rbegin(); at != arriving.rend(); ++at) visit(**at);
  return queue;
}

Json json_of_timers(const Process& process, const MachineView& view) {
  Json timers = Json::array();
  if (process.waits && process.wait_deadline != process::kNoDeadline) {
    timers.push_back({{"kind", "wait"}, {"in_ms", milliseconds(process.wait_deadline - view.now)}});
  }
  if (process.details == nullptr) return timers;
  process.details->relations.for_each(
      [&](process::Relation relation, std::uint64_t ref, std::uint64_t value) {
        if (relation != process::Relation::kTimer) return;
        const auto* delayed = reinterpret_cast<const process::DelayedSend*>(value);
        if (delayed->message == nullptr) return;
        timers.push_back({{"kind", "send"},
                          {"ref", ref},
                          {"in_ms", milliseconds(delayed->deadline - view.now)},
                          {"value", term::short_text(delayed->message->value, kMaxText)}});
      });
  return timers;
}

Json json_of_place(const process::Executor::Place& place) {
  return {{"function", text_or_null(place.function)},
          {"source", text_or_null(place.source)},
          {"line", place.line == 0 ? Json(nullptr) : Json(place.line)}};
}

Json json_of_last_message(const Process& process) {
  const process::LastMessage& last = process.last;
  if (last.id == 0) return nullptr;
  return {{"value",
           last.value.is_unset() ? Json(nullptr) : Json(term::short_text(last.value, kMaxText))},
          {"from", pid_or_null(last.sender)},
          {"id", last.id}};
}

Json json_of_process(const Process& process, const MachineView& view) {
  const Info info = process::gather_info(process, view.registry, view.executor,
                                         process::status_of(process, false));
  const Wait wait = process::wait_of(process, info.place);
  std::uint64_t queued = 0;
  Json messages = json_of_queue(process, wait, queued);
  const bool waits = wait.what != Wait::For::kNothing;
  return {{"pid", info.pid},
          {"name", shown_name(process, view.registry)},
          {"names", info.names},
          {"label", text_or_null(info.label)},
          {"status", info.status},
          {"waits_for", waits ? Json(process::text_of(wait)) : Json(nullptr)},
          {"at", json_of_place(info.place)},
          {"stack", view.executor.stack_of(process)},
          {"priority", info.priority},
          {"trap_exit", info.trap_exit},
          {"parent", pid_or_null(info.parent)},
          {"links", info.links},
          {"monitors", info.monitors},
          {"monitored_by", info.monitored_by},
          {"blocked_on", pid_or_null(info.blocked_on)},
          {"timers", json_of_timers(process, view)},
          {"queue_length", queued},
          {"messages", std::move(messages)},
          {"last_message", json_of_last_message(process)},
          {"reductions", info.reductions},
          {"heap_bytes", info.heap_bytes},
          {"total_bytes", info.total_bytes}};
}

// What another thread is working on: only what never changes.
Json json_of_busy(const Process& process) {
  const bool is_collected = process.is_collected.load(std::memory_order_relaxed);
  return {{"pid", process.pid},
          {"status", is_collected ? "collecting" : "running"},
          {"parent", pid_or_null(process.parent)}};
}

Json json_of_scheduler(const sched::SchedulerState& state, std::size_t index) {
  const sched::SchedulerCounters& counters = state.counters;
  return {{"index", index},
          {"running", pid_or_null(state.running)},
          {"queued", state.queued},
          {"timers", state.timers},
          {"slices", counters.slices},
          {"reductions", counters.reductions},
          {"ended", counters.exits},
          {"steals", counters.steals},
          {"parks", counters.parks},
          {"timers_armed", counters.timers_armed},
          {"timers_fired", counters.timers_fired}};
}

// Pieces of JSON on their way to a file. Remembers the first error.
class DumpFile {
 public:
  explicit DumpFile(const std::string& path) : file_(std::fopen(path.c_str(), "we")) {
    if (file_ == nullptr) error_ = errno;
  }
  ~DumpFile() {
    if (file_ != nullptr) std::fclose(file_);
  }
  DumpFile(const DumpFile&) = delete;
  DumpFile& operator=(const DumpFile&) = delete;

  void write(std::string_view text) {
    if (error_ != 0 || std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return;
    error_ = errno;
  }
  // Text that is no UTF-8 (a file's name may be that) is mended.
  void write_json(const Json& json) {
    write(json.dump(1, ' ', false, Json::error_handler_t::replace));
  }
  void member(std::string_view key, const Json& json) {
    write("\"" + std::string(key) + "\": ");
    write_json(json);
    write(",\n");
  }
  // 0, or errno.
  int close() {
    if (file_ == nullptr) return error_;
    if (std::fclose(file_) != 0 && error_ == 0) error_ = errno;
    file_ = nullptr;
    return error_;
  }

 private:
  std::FILE* file_;
  int error_ = 0;
};

void write_summary(DumpFile& file, const MachineView& view, std::string_view reason) {
  file.member("reason", reason);
  file.member("time", time_of_day());
  file.member("uptime_ms", milliseconds(view.now - view.start_time));
  file.member("complete", view.at_rest);
  file.member("memory_bytes", heap::memory_in_use());
  file.member("processes_alive", view.table.live_count());
  file.member("processes_spawned", view.table.spawned_count());
  file.member("dead_letters", view.dead_letters);
  Json schedulers = Json::array();
  for (std::size_t i = 0; i < view.schedulers.size(); ++i) {
    schedulers.push_back(json_of_scheduler(view.schedulers[i], i));
  }
  file.member("schedulers", schedulers);
}

// Somebody works on it.
bool is_busy(const MachineView& view, const Process& process) {
  if (process.is_collected.load(std::memory_order_acquire)) return true;
  return !view.at_rest && std::any_of(view.schedulers.begin(), view.schedulers.end(),
                                      [&](const sched::SchedulerState& state) {
                                        return state.running == process.pid;
                                      });
}

// Process by process, so that a million of them need no memory. 0, or errno.
int write_all(const MachineView& view, std::string_view reason, const std::string& path) {
  DumpFile file(path);
  file.write("{\n");
  write_summary(file, view, reason);
  std::map<std::string, std::uint64_t> registry;
  file.write("\"processes\": [");
  const char* separator = "\n";
  view.table.for_each([&](const Process& process) {
    file.write(separator);
    separator = ",\n";
    if (is_busy(view, process)) return file.write_json(json_of_busy(process));
    const Json json = json_of_process(process, view);
    for (const Json& name : json["names"]) registry[name.get<std::string>()] = process.pid;
    file.write_json(json);
  });
  file.write("\n],\n\"registry\": ");
  file.write_json(Json(registry));
  file.write("\n}\n");
  return file.close();
}

void tell(const std::string& text) { io::write_fully(STDERR_FILENO, "ttvm: " + text + "\n"); }

std::string reason_of(int error) { return std::generic_category().message(error); }

}  // namespace

std::string CrashDumper::problem_with(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return reason_of(EISDIR);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const std::string place = folder.empty() ? "." : folder.string();
  return ::access(place.c_str(), W_OK | X_OK) == 0 ? "" : reason_of(errno);
}

void CrashDumper::write(const MachineView& view, std::string_view reason) const {
  tell_outcome(save(view, reason), reason);
}

// Beside the file first, so that nobody finds half a dump. 0, or errno.
int CrashDumper::save(const MachineView& view, std::string_view reason) const {
  const std::string part = path_ + ".part";
  int error = write_all(view, reason, part);
  if (error == 0 && ::rename(part.c_str(), path_.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(part.c_str());
  return error;
}

void CrashDumper::tell_outcome(int error, std::string_view reason) const {
  if (error == 0) {
    tell("crash dump (" + std::string(reason) + "): " + path_);
  } else {
    tell("error: cannot write the crash dump " + path_ + ": " + reason_of(error));
  }
}

void CrashDumper::write_in_child(const Look& look, std::string_view reason) {
  const base::MutexLock lock(mutex_);
  if (is_writing()) return tell("a crash dump is being written already");
  finish_child();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return tell("error: no crash dump: " + reason_of(errno));
  child_ = ::fork();
  if (child_ == 0) {
    // The program's reader shall not wait for us.
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDOUT_FILENO);
    constexpr int kLessUrgent = 10;
    [[maybe_unused]] const int priority = ::nice(kLessUrgent);
    const int error = save(look(), reason);
    ::close(ends[1]);  // whoever reads that the dump is there may want the next one
    tell_outcome(error, reason);
    ::_exit(0);
  }
  const int error = errno;
  ::close(ends[1]);
  if (child_ > 0) {
    writing_ = ends[0];
  } else {
    ::close(ends[0]);
    tell("error: no crash dump: " + reason_of(error));
  }
}

// The pipe from the child ends when the dump is there, or the child is not.
bool CrashDumper::is_writing() const {
  pollfd end{writing_, POLLIN, 0};
  return writing_ >= 0 && ::poll(&end, 1, 0) == 0;
}

void CrashDumper::finish_child() {
  if (child_ > 0) await(child_);
  child_ = -1;
  if (writing_ >= 0) ::close(writing_);
  writing_ = -1;
}

void CrashDumper::write_last(const Look& look, std::string_view reason) const {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kLastSeconds);
    write(look(), reason);
    ::_exit(0);
  }
  if (child < 0) return tell("error: no crash dump: " + reason_of(errno));
  await(child);
}

void CrashDumper::wait() {
  const base::MutexLock lock(mutex_);
  finish_child();
}

void CrashDumper::await(pid_t child) const {
  const int status = wait_for_child(child);
  if (WIFSIGNALED(status)) {
    tell("error: no crash dump: signal " + std::to_string(WTERMSIG(status)) + " while writing " +
         path_);
  }
}

}  // namespace ttvm::vm
