#include "process/mailbox_index.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"
#include "term/hash.hpp"

namespace ttvm::process {

namespace {

constexpr std::size_t kMinSlots = 64;

// Eight that arrived one after the other are neighbours.
std::uint32_t hash_of_arrival(const Message* message) {
  const std::uint64_t line = (message->arrival >> 3U) * 0x9E3779B97F4A7C15ULL;
  return (static_cast<std::uint32_t>(line >> 32U) & ~7U) | (message->arrival & 7U);
}

std::uint32_t with_priority(std::uint64_t key, std::uint8_t priority) {
  return static_cast<std::uint32_t>(key ^ (key >> 32U)) ^ (priority * 0x9E3779B1U);
}

constexpr auto kAnyEntry = [](std::uint32_t) { return true; };

}  // namespace

// ---- EntryTable

EntryTable::EntryTable(std::size_t expected)
    : slots_(std::bit_ceil(std::max(expected * 2, kMinSlots))) {}

void EntryTable::put(const Slot& slot) {
  std::size_t at = slot.hash & mask();
  while (slots_[at].entry != kNoEntry) at = (at + 1) & mask();
  slots_[at] = slot;
}

void EntryTable::add(std::uint32_t hash, std::uint32_t entry) {
  if (++used_ * 2 > slots_.size()) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.entry != kNoEntry) put(slot);
    }
  }
  put({hash, entry});
}

// What was put behind the slot, because it was taken, moves up.
void EntryTable::erase(std::size_t slot) {
  --used_;
  for (std::size_t at = (slot + 1) & mask(); slots_[at].entry != kNoEntry; at = (at + 1) & mask()) {
    const std::size_t home = slots_[at].hash & mask();
    if (((at - home) & mask()) < ((at - slot) & mask())) continue;  // it would be before its home
    slots_[slot] = slots_[at];
    slot = at;
  }
  slots_[slot].entry = kNoEntry;
}

// ---- MailboxIndex

MailboxIndex::MailboxIndex(std::span<const term::Form> forms, std::size_t expected)
    : by_arrival_(expected) {
  TTVM_ASSERT(forms.size() <= kMaxForms);
  entries_.reserve(expected + expected / 4);
  tables_.reserve(forms.size());
  for (const term::Form& form : forms) tables_.push_back({form, 0, EntryTable(0)});
}

int MailboxIndex::table_of(const term::Form& form) const {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    if (tables_[i].form == form) return static_cast<int>(i);
  }
  return -1;
}

std::vector<term::Form> MailboxIndex::forms() const {
  std::vector<const Table*> sorted;
  sorted.reserve(tables_.size());
  for (const Table& table : tables_) sorted.push_back(&table);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Table* a, const Table* b) { return a->last_use > b->last_use; });
  std::vector<term::Form> forms;
  forms.reserve(sorted.size());
  for (const Table* table : sorted) forms.push_back(table->form);
  return forms;
}

std::uint32_t MailboxIndex::new_entry() {
  if (!free_entries_.empty()) {
    const std::uint32_t entry = free_entries_.back();
    free_entries_.pop_back();
    return entry;
  }
  entries_.emplace_back();
  return static_cast<std::uint32_t>(entries_.size() - 1);
}

void MailboxIndex::enter(Message* message) {
  const std::uint32_t number = new_entry();
  Entry& entry = entries_[number];
  entry.message = message;
  entry.sequence = ++sequence_;
  by_arrival_.add(hash_of_arrival(message), number);
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    std::uint64_t key = 0;
    if (!tables_[i].form.key(message->value, key)) {
      entry.links[i].next = kNoEntry;
      continue;
    }
    entry.links[i].key = with_priority(key, message->priority);
    link(i, number);
  }
}

void MailboxIndex::link(std::size_t table, std::uint32_t entry) {
  EntryTable& firsts = tables_[table].firsts;
  Link& link = entries_[entry].links[table];
  std::size_t slot = 0;
  const std::uint32_t first = firsts.find(link.key, slot, kAnyEntry);
  if (first == kNoEntry) {
    link.next = link.previous = entry;
    firsts.add(link.key, entry);
    return;
  }
  Link& of_first = entries_[first].links[table];
  link.next = first;
  link.previous = of_first.previous;
  entries_[link.previous].links[table].next = entry;
  of_first.previous = entry;
}

void MailboxIndex::unlink(std::size_t table, std::uint32_t entry) {
  const Link& link = entries_[entry].links[table];
  if (link.next == kNoEntry) return;
  EntryTable& firsts = tables_[table].firsts;
  std::size_t slot = 0;
  if (firsts.find(link.key, slot, kAnyEntry) == entry) {
    if (link.next == entry) {
      firsts.erase(slot);
      return;
    }
    firsts.replace(slot, link.next);
  }
  entries_[link.previous].links[table].next = link.next;
  entries_[link.next].links[table].previous = link.previous;
}

void MailboxIndex::leave(const Message* message) {
  std::size_t slot = 0;
  const std::uint32_t entry =
      by_arrival_.find(hash_of_arrival(message), slot,
                       [&](std::uint32_t at) { return entries_[at].message == message; });
  if (entry == kNoEntry) return;
  by_arrival_.erase(slot);
  for (std::size_t i = 0; i < tables_.size(); ++i) unlink(i, entry);
  entries_[entry].message = nullptr;
  free_entries_.push_back(entry);
}

std::uint32_t MailboxIndex::entry_of(const Message* message) const {
  std::size_t slot = 0;
  return by_arrival_.find(hash_of_arrival(message), slot,
                          [&](std::uint32_t at) { return entries_[at].message == message; });
}

std::uint32_t MailboxIndex::key(int table, Term pattern, std::uint8_t priority) const {
  std::uint64_t key = 0;
  const bool has_key = tables_[static_cast<std::size_t>(table)].form.key(pattern, key);
  TTVM_ASSERT(has_key);
  static_cast<void>(has_key);
  return with_priority(key, priority);
}

std::uint32_t MailboxIndex::first_after(int number, std::uint32_t key, std::uint32_t seen) const {
  constexpr int kMaxSteps = 64;
  const auto table = static_cast<std::size_t>(number);
  std::size_t slot = 0;
  std::uint32_t first = tables_[table].firsts.find(key, slot, kAnyEntry);
  if (first == kNoEntry || seen == kNoEntry) return first;
  const std::uint64_t after = entries_[seen].sequence;
  if (entries_[first].sequence > after) return first;
  std::uint32_t last = entries_[first].links[table].previous;
  if (entries_[last].sequence <= after) return kNoEntry;
  const Link& of_seen = entries_[seen].links[table];
  if (of_seen.next != kNoEntry && of_seen.key == key) return of_seen.next;
  for (int step = 0; step < kMaxSteps; ++step) {
    first = entries_[first].links[table].next;
    if (entries_[first].sequence > after) return first;
    const std::uint32_t before = entries_[last].links[table].previous;
    if (entries_[before].sequence <= after) return last;
    last = before;
  }
  return kUnsettled;
}

std::size_t MailboxIndex::bytes() const {
  std::size_t bytes = sizeof(MailboxIndex) + by_arrival_.bytes() +
                      entries_.capacity() * sizeof(Entry) +
                      free_entries_.capacity() * sizeof(std::uint32_t);
  for (const Table& table : tables_) bytes += sizeof(Table) + table.firsts.bytes();
  return bytes;
}

}  // namespace ttvm::process
