// A mailbox looked up by what its messages hold: for each of a few forms of patterns
// (term/form.hpp) a table from keys to the messages with that key.
//
// Thread safety: none; it is the mailbox's, and so the worker's that runs the process.
//
// Invariants
// - Of the messages of the mailbox those that have been entered and have not left have an entry,
//   each just one. Those of one priority are entered in the order of the mailbox, so that an
//   entry's `sequence` orders it among them (Message::arrival is modulo 2^32, and would not do).
// - For each form the entries with one key are a chain, in the order of their sequence. An entry is
//   in no chain if no pattern of that form matches its message. Priority is part of the key; but
//   since keys are hashes of 32 bits, a chain may hold others too, and all must be matched.
// - Nothing here refers into a heap.
//
// Costs: an entry is one cache line; entering and leaving touch it, its neighbours in each chain,
// and a place in each table of keys: with many processes that have an index it is misses that
// count. So entries are found by arrival, in lines of eight, and not by address. 80 bytes for each
// message, and 16 to 32 for each key.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "process/signal.hpp"
#include "term/form.hpp"

namespace ttvm::process {

inline constexpr std::uint32_t kNoEntry = ~std::uint32_t{0};

// Numbers of entries by hashes, several of which may be alike. Open addressing, linear probing, at
// most half full.
class EntryTable {
 public:
  explicit EntryTable(std::size_t expected);

  void add(std::uint32_t hash, std::uint32_t entry);
  // The entry with that hash for which `is` holds, and its slot; or kNoEntry.
  template <typename Is>
  std::uint32_t find(std::uint32_t hash, std::size_t& slot, Is&& is) const {
    for (slot = hash & mask(); slots_[slot].entry != kNoEntry; slot = (slot + 1) & mask()) {
      if (slots_[slot].hash == hash && is(slots_[slot].entry)) return slots_[slot].entry;
    }
    return kNoEntry;
  }
  void replace(std::size_t slot, std::uint32_t entry) { slots_[slot].entry = entry; }
  void erase(std::size_t slot);
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = kNoEntry;
  };
  std::size_t mask() const { return slots_.size() - 1; }
  void put(const Slot& slot);

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

class MailboxIndex {
 public:
  static constexpr std::size_t kMaxForms = 4;
  static constexpr std::uint32_t kUnsettled = kNoEntry - 1;

  // Empty, with a table for each of `forms` (at most kMaxForms) and room for `expected` messages.
  MailboxIndex(std::span<const term::Form> forms, std::size_t expected);

  // The table of a form, or -1.
  int table_of(const term::Form& form) const;
  // It is in use: keep it longest when there are too many.
  void use(int table) { tables_[static_cast<std::size_t>(table)].last_use = ++uses_; }
  // All forms, the one used last first.
  std::vector<term::Form> forms() const;

  void enter(Message* message);
  void leave(const Message* message);  // nothing happens if it has not been entered

  // ---- Looking up

  // The key in that table of a pattern of its form, for messages of one priority.
  std::uint32_t key(int table, Term pattern, std::uint8_t priority) const;

  // The first in the chain of `key` with a sequence above that of the entry `seen` (kNoEntry: the
  // first of all); kNoEntry if there is none. kUnsettled if it is far from both ends of the chain,
  // and from `seen`.
  std::uint32_t first_after(int table, std::uint32_t key, std::uint32_t seen) const;
  // The next in the chain; kNoEntry behind the last.
  std::uint32_t following(int table, std::uint32_t entry) const {
    const std::uint32_t next = entries_[entry].links[static_cast<std::size_t>(table)].next;
    return entries_[next].sequence > entries_[entry].sequence ? next : kNoEntry;
  }

  std::uint32_t entry_of(const Message* message) const;
  Message* message_of(std::uint32_t entry) const { return entries_[entry].message; }
  std::uint64_t sequence_of(std::uint32_t entry) const { return entries_[entry].sequence; }

  std::size_t bytes() const;

 private:
  // Chains are rings: the one before the first is the last.
  struct Link {
    std::uint32_t key;
    std::uint32_t next;  // kNoEntry: in no chain
    std::uint32_t previous;
  };
  struct alignas(64) Entry {
    Message* message;
    std::uint64_t sequence;             // from 1
    std::array<Link, kMaxForms> links;  // by table
  };
  static_assert(sizeof(Entry) == 64);
  struct Table {
    term::Form form;
    std::uint64_t last_use;
    EntryTable firsts;
  };

  std::uint32_t new_entry();
  void link(std::size_t table, std::uint32_t entry);
  void unlink(std::size_t table, std::uint32_t entry);

  std::vector<Table> tables_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_entries_;
  EntryTable by_arrival_;
  std::uint64_t sequence_ = 0;
  std::uint64_t uses_ = 0;
};

}  // namespace ttvm::process
