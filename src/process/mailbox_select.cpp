// Receiving by pattern: a look at each message, or by the index once that has been dear.
//
// When is an index worth its making? A look at a message takes 12 ns (27 if it is in no cache), to
// enter one 110 to 150, to look up by index 150 however long the queue is; so an index pays from a
// dozen messages on, but its making only if it is used for about ten receives. Nobody knows that
// beforehand. It is made when one receive has passed kScanFirst messages, and long searches have
// passed half as many as there are since the last making. So receives that find what they want near
// the front never make one. Whenever one was made in vain, that is, was little used before it went
// or had to be made anew with other forms, the next has to be twice as wanted: forms that are used
// in turn, too many to be kept, in the end cost hardly more than looking at each message.
#include <algorithm>
#include <array>

#include "process/mailbox.hpp"
#include "process/mailbox_index.hpp"

namespace ttvm::process {

namespace {

// Messages that one execution looks at before it gives the slice up; fewer with several patterns.
constexpr std::uint32_t kLooksPerSlice = 2000;
// Messages that it enters into an index.
constexpr std::uint32_t kEntriesPerSlice = 1000;
// Messages looked at before an index is thought of; between two such thoughts without one, and
// with.
constexpr std::uint32_t kScanFirst = 32;
constexpr std::uint32_t kScanBetween = 32;
constexpr std::uint32_t kScanBesideIndex = 256;
constexpr std::uint64_t kPassedShare = 2;
// Searches by which an index has been worth its making.
constexpr std::uint32_t kEnoughUses = 16;
constexpr std::uint8_t kMaxVain = 6;
// So many are looked at even if there is an index: entering them would take longer.
constexpr std::uint32_t kFewUnseen = 4;
// Fewer messages than this keep no index.
constexpr std::uint32_t kFewMessages = 8;

constexpr std::size_t kMaxAlternatives = 8;

}  // namespace

// One pattern of a search: its chain, and where in it the search is.
struct Mailbox::Alternative {
  term::Form form;
  int table;
  std::uint32_t at;
};

class Mailbox::Alternatives {
 public:
  // False if there are too many, or if one has no form.
  bool set(std::span<const Term> patterns) {
    if (patterns.size() > kMaxAlternatives) return false;
    patterns_ = patterns;
    for (const Term pattern : patterns) {
      if (!term::Form::of(pattern, all_[count_++].form)) return false;
    }
    return true;
  }
  std::span<Alternative> all() { return {all_.data(), count_}; }
  std::span<const Term> patterns() const { return patterns_; }

 private:
  std::span<const Term> patterns_;
  std::array<Alternative, kMaxAlternatives> all_;  // not set before it is used
  std::size_t count_ = 0;
};

Mailbox::Search Mailbox::select(std::span<const Term> patterns, Selected& out) {
  if (sorted_ == nullptr) {
    if (head_ == nullptr) return Search::kNothing;
    out = {head_, first_match(patterns, head_->value)};
    if (out.pattern >= 0) return Search::kFound;
    pass(head_);
  }
  std::uint32_t looks = 0;
  std::uint32_t counted = 0;
  const std::uint32_t most =
      kLooksPerSlice / static_cast<std::uint32_t>(std::clamp<std::size_t>(patterns.size(), 1, 100));
  // What a process waits for is mostly the one that has just come.
  const bool by_index = sorted_->index != nullptr && !has_few_unseen();
  std::uint32_t think_at = by_index ? 0 : kScanFirst;
  for (Band& band : sorted_->bands) {
    while (Message* message = unseen_of(band)) {
      if (looks == think_at || looks == most) {
        sorted_->passed += looks - counted;
        counted = looks;
        if (looks == most) return Search::kUnfinished;
        Search result{};
        if (search_index(patterns, out, result)) return result;
        think_at =
            looks == 0 ? kScanFirst : looks + (has_index() ? kScanBesideIndex : kScanBetween);
        continue;  // the cursor may have moved
      }
      out = {message, first_match(patterns, message->value)};
      if (out.pattern >= 0) return Search::kFound;
      band.seen = message;
      ++looks;
    }
  }
  return Search::kNothing;
}

// Does not walk along messages that have been there for long, and are in no cache.
bool Mailbox::has_few_unseen() const {
  std::uint32_t unseen = 0;
  for (const Band& band : sorted_->bands) {
    if (band.seen == nullptr && band.head != band.tail) return false;
    for (Message* at = unseen_of(band); at != nullptr; at = following(at)) {
      if (++unseen > kFewUnseen) return false;
    }
  }
  return true;
}

// False, with nothing done, if the messages must be looked at one after the other.
bool Mailbox::search_index(std::span<const Term> patterns, Selected& out, Search& result) {
  if (sorted_->index == nullptr && !is_index_wanted()) return false;
  Alternatives alternatives;
  if (!alternatives.set(patterns) || !prepare_index(alternatives)) return false;
  sorted_->unused = 0;
  if (!extend_index()) {
    result = Search::kUnfinished;
    return true;
  }
  ++sorted_->uses;
  for (const Alternative& one : alternatives.all()) sorted_->index->use(one.table);
  for (Band& band : sorted_->bands) {
    if (band.seen == band.tail) continue;
    result = Search::kNothing;
    if (!search_band(band, alternatives, out, result)) return false;
    if (result != Search::kNothing) return true;
  }
  result = Search::kNothing;
  return true;
}

// False if the messages must be looked at one after the other, from the cursor on, which may have
// been moved.
bool Mailbox::search_band(Band& band, Alternatives& alternatives, Selected& out, Search& result) {
  const MailboxIndex& index = *sorted_->index;
  const std::uint32_t seen = band.seen == nullptr ? kNoEntry : index.entry_of(band.seen);
  const Term* pattern = alternatives.patterns().data();
  for (Alternative& one : alternatives.all()) {
    const std::uint32_t key = index.key(one.table, *pattern++, band.priority);
    one.at = index.first_after(one.table, key, seen);
    if (one.at == MailboxIndex::kUnsettled) return false;
  }
  for (std::uint32_t looks = 0; looks < kLooksPerSlice; ++looks) {
    std::uint32_t oldest = kNoEntry;
    for (const Alternative& one : alternatives.all()) {
      if (one.at == kNoEntry) continue;
      if (oldest == kNoEntry || index.sequence_of(one.at) < index.sequence_of(oldest)) {
        oldest = one.at;
      }
    }
    if (oldest == kNoEntry) {
      band.seen = band.tail;
      return true;
    }
    Message* message = index.message_of(oldest);
    if (message->priority == band.priority) {
      out = {message, first_match(alternatives.patterns(), message->value)};
      if (out.pattern >= 0) {
        band.seen = message->previous();
        result = Search::kFound;
        return true;
      }
      band.seen = message;
    }
    for (Alternative& one : alternatives.all()) {
      if (one.at == oldest) one.at = index.following(one.table, oldest);
    }
  }
  result = Search::kUnfinished;
  return true;
}

// Makes an index with the forms that are needed, if it is worth it and there is none.
bool Mailbox::prepare_index(Alternatives& alternatives) {
  const MailboxIndex* old = sorted_->index.get();
  bool has_all = true;
  for (Alternative& one : alternatives.all()) {
    one.table = old == nullptr ? -1 : old->table_of(one.form);
    has_all = has_all && one.table >= 0;
  }
  if (has_all) return true;
  if (!is_index_wanted()) return false;
  std::vector<term::Form> forms;
  for (const Alternative& one : alternatives.all()) {
    if (std::find(forms.begin(), forms.end(), one.form) == forms.end()) forms.push_back(one.form);
  }
  if (forms.size() > MailboxIndex::kMaxForms) return false;
  if (old != nullptr) {
    for (const term::Form& form : old->forms()) {
      if (forms.size() == MailboxIndex::kMaxForms) break;
      if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(form);
    }
  }
  drop_index();  // before the new one takes its memory
  sorted_->index = std::make_unique<MailboxIndex>(forms, count_);
  sorted_->passed = 0;
  sorted_->uses = 0;
  for (Band& band : sorted_->bands) band.indexed = nullptr;
  for (Alternative& one : alternatives.all()) one.table = sorted_->index->table_of(one.form);
  return true;
}

// Enters what has not been entered; false if some is left for another slice.
bool Mailbox::extend_index() {
  std::uint32_t entered = 0;
  for (Band& band : sorted_->bands) {
    Message* message = band.indexed == nullptr ? band.head : following(band.indexed);
    for (; message != nullptr; message = following(message)) {
      if (entered++ == kEntriesPerSlice) return false;
      sorted_->index->enter(message);
      band.indexed = message;
    }
  }
  return true;
}

// Keeping it up to date is worth it as long as that has not cost as much as making it anew would.
void Mailbox::drop_idle_index() {
  if (count_ < kFewMessages || ++sorted_->unused > std::uint64_t{2} * count_) {
    drop_index();
  }
}

void Mailbox::drop_index() {
  if (sorted_->index == nullptr) return;
  const bool in_vain = sorted_->uses < kEnoughUses;
  sorted_->vain = in_vain ? std::min<std::uint8_t>(sorted_->vain + 1, kMaxVain) : 0;
  sorted_->index.reset();
}

bool Mailbox::is_index_wanted() const {
  const std::uint64_t enough = std::max<std::uint64_t>(kScanFirst, count_ / kPassedShare);
  return sorted_->passed >= enough << sorted_->vain;
}

std::size_t Mailbox::index_bytes() const { return has_index() ? sorted_->index->bytes() : 0; }

}  // namespace ttvm::process
