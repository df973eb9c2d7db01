// The books of a storm (programs/failure_storm.ttvm says what its processes tell): every message is
// received, a dead letter, cancelled, refused, or was still queued when its receiver ended; every
// DOWN and EXIT is one that was due; messages of one sender come in order.
//
// Thread safety: told() and ended() by the worker that runs the process; a process's own entries
// are handed from worker to worker with the process. What is said of a message comes from several
// processes: an atomic for each message, which leaves "sent" once. The rest is for after the run.
#pragma once

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "process/details.hpp"
#include "term/access.hpp"

namespace ttvm::stress {

class Ledger {
 public:
  static constexpr std::uint64_t kMessages = 128;  // of one sender

  explicit Ledger(std::uint64_t processes)
      : entries_(std::make_unique<std::atomic<Entry*>[]>(processes)), size_(processes) {}
  ~Ledger() {
    for (std::uint64_t pid = 0; pid < size_; ++pid) delete entries_[pid].load();
  }
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // The process, which runs, has printed this.
  void told(const process::Process& process, std::string_view text);
  // The process will not run any more; its mailbox is as it was.
  void ended(const process::Process& process);

  struct Sums {
    std::uint64_t sent = 0;  // all but those refused
    std::uint64_t received = 0;
    std::uint64_t dead = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t queued = 0;  // found in the mailbox of one that ended
    std::uint64_t lost = 0;    // none of these: was in the inbox of one that ended, or is nowhere
  };
  Sums sums() const;

  std::uint64_t operations() const { return operations_; }
  // Messages of which it cannot be known whether they were sent, or received: the process ended
  // before it could say so.
  std::uint64_t uncertain() const { return uncertain_; }
  std::uint64_t orderly_ends() const { return orderly_ends_; }
  std::uint64_t monitors() const { return monitors_; }
  std::uint64_t downs() const { return downs_; }
  std::uint64_t exits() const { return exits_; }
  // Everything in the mailboxes of those that ended, messages or not.
  std::uint64_t in_mailboxes() const { return in_mailboxes_; }
  // What was wrong, at most so many of it.
  std::string complaints() const;

 private:
  enum State : std::uint8_t { kNone, kSent, kRefused, kReceived, kDead, kCancelled, kQueued };

  // What one process did. `states`: of its messages, written by it and by who gets them. Relaxed:
  // they are looked at together only after the run.
  struct Entry {
    std::array<std::atomic<std::uint8_t>, kMessages> states{};
    char trying = 0;                  // s, w, a: a message of which it is not known yet
    std::uint64_t last_number = 0;    // the one tried or cancelled last
    bool cancels = false;             // the next line says whether it was
    bool matches = false;             // has looked for a message and not said yet what came of it
    std::uint64_t matches_since = 0;  // the id of the message received last before
    bool traps = false;               // it tells of all its links, see verified_link
    std::unordered_set<std::uint64_t> monitors;   // refs, DOWN is due
    std::unordered_set<std::uint64_t> done_refs;  // no DOWN is due any more
    std::unordered_set<std::uint64_t> links;      // pids, EXIT is due
    std::unordered_set<std::uint64_t> unlinked;   // one EXIT may be in the mailbox already
    std::unordered_map<std::uint64_t, std::uint64_t> last_of;  // sender -> last bare number
  };

  static constexpr std::string_view kNumber = "{n: ";
  static constexpr std::string_view kDown = R"({type: "DOWN", ref: #Ref<)";
  static constexpr std::string_view kExit = R"({type: "EXIT", pid: )";
  static constexpr std::string_view kDeadLetter = R"({type: "dead_letter", )";

  static std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  static const char* name_of(std::uint8_t state) {
    static constexpr std::array<const char*, 7> kNames{
        "none", "sent", "refused", "received", "dead letter", "cancelled", "queued"};
    return kNames[state];
  }
  static bool verified_link(std::uint64_t pid, std::uint64_t to) {
    return pid > to && (pid + to) % 2 == 0;
  }

  Entry& entry_of(std::uint64_t pid);
  void settle(std::uint64_t number, State state);
  void tells_of_trying(const process::Process& process, Entry& entry, std::string_view text);
  void tells_of_others(const process::Process& process, Entry& entry, std::string_view text);
  void ends_untold(const process::Process& process, Entry& entry);
  void check_relations(const process::Process& process, const Entry& entry, std::size_t untold);
  void complain(std::uint64_t pid, const std::string& what);
  void received(std::uint64_t pid, Entry& entry, std::string_view text);
  void down(std::uint64_t pid, Entry& entry, std::uint64_t ref);
  void exit_of(std::uint64_t pid, Entry& entry, std::uint64_t from);
  void left_in_mailbox(const process::Process& process, Entry& entry,
                       const process::Message& message);

  // Written by a process's worker when it first tells something (release), read by whoever hears of
  // its messages (acquire): the Entry.
  std::unique_ptr<std::atomic<Entry*>[]> entries_;
  const std::uint64_t size_;
  // Counts, by all workers; they publish nothing.
  std::atomic<std::uint64_t> operations_{0};
  std::atomic<std::uint64_t> uncertain_{0};
  std::atomic<std::uint64_t> orderly_ends_{0};
  std::atomic<std::uint64_t> monitors_{0};
  std::atomic<std::uint64_t> downs_{0};
  std::atomic<std::uint64_t> exits_{0};
  std::atomic<std::uint64_t> in_mailboxes_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> complaints_;
  std::uint64_t more_complaints_ = 0;
};

}  // namespace ttvm::stress
