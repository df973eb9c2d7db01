#include "term/symbols.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/mutex.hpp"
#include "term/access.hpp"

namespace ttvm::term {

namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kChunkWords = 8192;

// Open addressing with linear probing, at most half full. A slot is written once, under the mutex,
// and read by anyone; the store (release) publishes the box to the load (acquire) in `find`.
using Slot = std::atomic<const Word*>;

struct Table {
  std::size_t mask;
  Slot* slots;
  const Table* smaller;  // the one before, which readers may still be in
};

std::array<Slot, kFirstSlots> first_slots;
constinit Table first_table{kFirstSlots - 1, first_slots.data(), nullptr};

struct Symbols {
  base::Mutex mutex;
  // Replaced, under the mutex, by one of twice the size; readers may go on with the old one, which
  // stays. Release there publishes the filled slots to the acquire in `find`.
  std::atomic<const Table*> table{&first_table};
  std::size_t count TTVM_GUARDED_BY(mutex) = 0;
  Word* chunk TTVM_GUARDED_BY(mutex) = nullptr;
  std::size_t chunk_left TTVM_GUARDED_BY(mutex) = 0;
};
constinit Symbols symbols;

// Immortal memory. Each chunk starts with a pointer to the one before, so that all stay reachable.
Word* reserve(std::size_t words) TTVM_REQUIRES(symbols.mutex) {
  if (symbols.chunk_left < words) {
    const std::size_t size = words + 1 > kChunkWords ? words + 1 : kChunkWords;
    auto* chunk = static_cast<Word*>(std::calloc(size, sizeof(Word)));
    TTVM_CHECK(chunk != nullptr);
    static Word* all_chunks = nullptr;
    chunk[0] = reinterpret_cast<Word>(all_chunks);
    all_chunks = chunk;
    symbols.chunk = chunk + 1;
    symbols.chunk_left = size - 1;
  }
  Word* memory = symbols.chunk;
  symbols.chunk += words;
  symbols.chunk_left -= words;
  return memory;
}

const Word* find(const Table& table, std::string_view text, std::uint64_t hash) {
  for (std::size_t i = hash;; ++i) {
    // Acquire: pairs with the release in `insert`.
    const Word* box = table.slots[i & table.mask].load(std::memory_order_acquire);
    if (box == nullptr) return nullptr;
    if (box[-1] == hash && text_of(Term::box(box)) == text) return box;
  }
}

void insert(const Table& table, const Word* box) {
  std::size_t i = box[-1];
  while (table.slots[i & table.mask].load(std::memory_order_relaxed) != nullptr) ++i;
  table.slots[i & table.mask].store(box, std::memory_order_release);  // pairs with `find`
}

const Table* grown(const Table& old) {
  const std::size_t size = (old.mask + 1) * 2;
  auto* slots = static_cast<Slot*>(std::calloc(size, sizeof(Slot)));
  TTVM_CHECK(slots != nullptr);
  auto* table = new Table{size - 1, slots, &old};
  for (std::size_t i = 0; i <= old.mask; ++i) {
    const Word* box = old.slots[i].load(std::memory_order_relaxed);
    if (box != nullptr) insert(*table, box);
  }
  return table;
}

Term make_number(Kind kind, Word bits) {
  const base::MutexLock lock(symbols.mutex);
  Word* box = reserve(2);
  box[0] = Header(kind, 0, 0, kStatic).word();
  box[1] = bits;
  return Term::box(box);
}

Term make_long_string(std::string_view text) {
  const std::size_t blob_words = (sizeof(Blob) + text.size() + 7) / 8;
  const base::MutexLock lock(symbols.mutex);
  Word* box = reserve(kBigWords + blob_words);
  auto* blob = new (box + kBigWords) Blob{1, text.size(), text.size(), false};
  std::memcpy(blob->data(), text.data(), text.size());
  box[0] = Header(Kind::kBigStr, 0, 0, kStatic).word();
  box[kBigBlob] = reinterpret_cast<Word>(blob);
  box[kBigNext] = 0;
  box[kBigOffset] = 0;
  box[kBigSize] = text.size();
  box[kBigPoints] = count_code_points(text);
  return Term::box(box);
}

constexpr Word kEmptyListBox = Header(Kind::kList, 0, 0, kStatic).word();
constexpr Word kEmptyObjectBox = Header(Kind::kObject, 0, 0, kStatic).word();
constexpr Word kEmptyStringBox = Header(Kind::kStr, 0, 0, kStatic).word();
constexpr Word kEmptyBytesBox = Header(Kind::kBytes, 0, 0, kStatic).word();

}  // namespace

Term intern(std::string_view text) {
  TTVM_CHECK(text.size() <= kMaxInlineBytes);
  const std::uint64_t hash = hash_string(text);
  Term known;
  if (find_interned(text, hash, known)) return known;
  const base::MutexLock lock(symbols.mutex);
  const Table* table = symbols.table.load(std::memory_order_relaxed);
  if (const Word* box = find(*table, text, hash)) return Term::box(box);
  if (++symbols.count * 2 > table->mask) {
    table = grown(*table);
    symbols.table.store(table, std::memory_order_release);  // pairs with find_interned
  }
  Word* memory = reserve(2 + (text.size() + 7) / 8);
  memory[0] = hash;
  memory[1] = Header(Kind::kStr, static_cast<std::uint32_t>(text.size()),
                     static_cast<std::uint16_t>(count_code_points(text)), kStatic | kInterned)
                  .word();
  if (!text.empty()) std::memcpy(memory + 2, text.data(), text.size());
  insert(*table, memory + 1);
  return Term::box(memory + 1);
}

bool find_interned(std::string_view text, std::uint64_t hash, Term& out) {
  // Acquire: pairs with the release in `intern`.
  const Table* table = symbols.table.load(std::memory_order_acquire);
  const Word* box = find(*table, text, hash);
  if (box == nullptr) return false;
  out = Term::box(box);
  return true;
}

bool find_interned(std::string_view text, Term& out) {
  return text.size() <= kMaxInlineBytes && find_interned(text, hash_string(text), out);
}

Term static_string(std::string_view text) {
  return text.size() <= kMaxInlineBytes ? intern(text) : make_long_string(text);
}

Term static_int(std::int64_t value) {
  if (Term::fits_small(value)) return Term::small(value);
  return make_number(Kind::kInt64, static_cast<Word>(value));
}

Term static_float(double value) {
  Term out;
  if (Term::try_flonum(value, out)) return out;
  return make_number(Kind::kFloat64, std::bit_cast<Word>(value));
}

Term static_list(std::span<const Term> elements) {
  TTVM_CHECK(!elements.empty() && elements.size() <= kMaxFlatList);
  const base::MutexLock lock(symbols.mutex);
  Word* box = reserve(1 + elements.size());
  box[0] = Header(Kind::kList, static_cast<std::uint32_t>(elements.size()), 0, kStatic).word();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    TTVM_ASSERT(!elements[i].is_box() || (header_of(elements[i]).flags() & kStatic) != 0);
    box[1 + i] = elements[i].word();
  }
  return Term::box(box);
}

Term static_function(const FunctionInfo* info) {
  return make_number(Kind::kFunction, reinterpret_cast<Word>(info));
}

Term empty_list() { return Term::box(&kEmptyListBox); }
Term empty_object() { return Term::box(&kEmptyObjectBox); }
Term empty_string() { return Term::box(&kEmptyStringBox); }
Term empty_bytes() { return Term::box(&kEmptyBytesBox); }

}  // namespace ttvm::term
