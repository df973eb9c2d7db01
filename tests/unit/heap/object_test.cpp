#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "heap/hamt.hpp"
#include "support.hpp"

namespace ttvm::heap {
namespace {

// Insertion order kept, as objects have it.
using ObjectModel = std::vector<std::pair<std::string, std::int64_t>>;

void model_set(ObjectModel& model, const std::string& key, std::int64_t value) {
  for (auto& [name, old] : model) {
    if (name == key) {
      old = value;
      return;
    }
  }
  model.emplace_back(key, value);
}

void expect_same_object(Term object, const ObjectModel& model) {
  ASSERT_EQ(term::object_count(object), model.size());
  term::ObjectReader reader(object);
  Term key;
  Term value;
  for (const auto& [name, number] : model) {
    ASSERT_TRUE(reader.next(key, value));
    ASSERT_EQ(term::text_of(key), name);
    ASSERT_EQ(value.as_small(), number);
    ASSERT_EQ(term::object_get(object, std::string_view(name)).as_small(), number);
    ASSERT_EQ(term::object_get(object, key).as_small(), number);
  }
  ASSERT_FALSE(reader.next(key, value));
  ASSERT_TRUE(term::object_get(object, std::string_view("no such key")).is_unset());
}

class Objects : public WithStress {};
INSTANTIATE_TEST_SUITE_P(Modes, Objects, testing::Bool());

// `interned` of ten keys are interned: 10 gives flat objects while small, less gives dicts.
void random_run(std::uint64_t seed, int steps, std::uint32_t keys, std::uint32_t interned) {
  base::Random random(seed);
  TestHeap h;
  constexpr std::uint32_t kVersions = 5;
  std::vector<ObjectModel> models(kVersions);
  for (std::uint32_t i = 0; i < kVersions; ++i) h.keep(term::empty_object());
  const std::size_t key_root = h.keep(Term::null());
  for (int step = 0; step < steps; ++step) {
    const std::uint32_t from = random.below(kVersions);
    const std::uint32_t to = random.below(kVersions);
    const std::uint32_t number = random.below(keys);
    std::string name = (number % 10 < interned ? "objkey" : "dynamic") + std::to_string(number);
    if (number % 7 == 3) name += std::string(70, 'x');
    if (number % 10 < interned && name.size() <= 64) term::intern(name);
    h[key_root] = h.string(name);
    ObjectModel next = models[from];
    const auto value = static_cast<std::int64_t>(random.next() >> 8U);
    switch (random.below(6)) {
      case 0:
      case 1:
      case 2:
        h.room(object_set_need(h[from], h[key_root]));
        h[to] = object_set(h.heap, h[from], h[key_root], Term::small(value));
        model_set(next, name, value);
        break;
      case 3:
      case 4:
        h.room(object_delete_need(h[from], h[key_root]));
        h[to] = object_delete(h.heap, h[from], h[key_root]);
        std::erase_if(next, [&](const auto& field) { return field.first == name; });
        break;
      default:
        h.gc(random.below(100));
        continue;
    }
    models[to] = next;
    if (step % 8 == 0) {
      for (std::uint32_t i = 0; i < kVersions; ++i) expect_same_object(h[i], models[i]);
    }
    if (testing::Test::HasFatalFailure()) return;
  }
  for (std::uint32_t i = 0; i < kVersions; ++i) expect_same_object(h[i], models[i]);
}

TEST_P(Objects, RandomAgainstModels) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    for (const std::uint32_t keys : {6U, 40U, 400U}) {
      for (const std::uint32_t interned : {0U, 5U, 10U}) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << " keys " << keys << " " << interned);
        random_run(seed, GetParam() ? 100 : 500, keys, interned);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(Objects, GrowToManyAndEmptyAgain) {
  TestHeap h;
  const int count = GetParam() ? 300 : 20000;
  const std::size_t object = h.keep(term::empty_object());
  const std::size_t key = h.keep(Term::null());
  for (int i = 0; i < count; ++i) {
    h[key] = h.string("grow" + std::to_string(i));
    h.set_field(object, key, Term::small(i));
  }
  ASSERT_EQ(term::object_count(h[object]), static_cast<std::uint64_t>(count));
  h.room(object_keys_need(h[object]));
  const std::size_t keys = h.keep(object_keys(h.heap, h[object]));
  h.room(object_values_need(h[object]));
  const std::size_t values = h.keep(object_values(h.heap, h[object]));
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::uint64_t>(i);
    ASSERT_EQ(term::text_of(term::list_get(h[keys], at)), "grow" + std::to_string(i));
    ASSERT_EQ(term::list_get(h[values], at).as_small(), i);
  }
  for (int i = 0; i < count; ++i) {
    h[key] = h.string("grow" + std::to_string((i * 7919) % count));
    h.room(object_delete_need(h[object], h[key]));
    h[object] = object_delete(h.heap, h[object], h[key]);
    ASSERT_TRUE(term::object_get(h[object], h[key]).is_unset());
  }
  EXPECT_EQ(term::object_count(h[object]), 0U);
  EXPECT_EQ(h.text(object), "{}");
}

TEST_P(Objects, PrintAndEquality) {
  TestHeap h;
  const std::size_t name = h.keep(term::intern("name"));
  const std::size_t age = h.keep(term::intern("age"));
  const std::size_t odd = h.keep(h.string("not a name"));
  const std::size_t a = h.keep(term::empty_object());
  h.set_field(a, name, term::intern("Ann"));
  h.set_field(a, age, Term::small(30));
  EXPECT_EQ(h.text(a), "{name: \"Ann\", age: 30}");
  const std::size_t b = h.keep(term::empty_object());
  h.set_field(b, age, Term::small(30));
  h.set_field(b, name, term::intern("Ann"));
  EXPECT_TRUE(term::equal(h[a], h[b]));
  h.set_field(a, odd, Term::small(1));
  EXPECT_EQ(h.text(a), "{name: \"Ann\", age: 30, \"not a name\": 1}");
  EXPECT_FALSE(term::equal(h[a], h[b]));
  h.room(object_delete_need(h[a], h[odd]));
  h[a] = object_delete(h.heap, h[a], h[odd]);
  EXPECT_TRUE(term::is_kind(h[a], term::Kind::kDict));
  EXPECT_TRUE(term::equal(h[a], h[b]));
  EXPECT_TRUE(term::equal(h[b], h[a]));
  h.set_field(b, age, Term::small(31));
  EXPECT_FALSE(term::equal(h[a], h[b]));
}

TEST_P(Objects, FlatUpToThirtyTwoFields) {
  TestHeap h;
  const std::size_t object = h.keep(term::empty_object());
  const std::size_t key = h.keep(Term::null());
  for (int i = 0; i < 40; ++i) {
    h[key] = term::intern("flat" + std::to_string(i));
    h.set_field(object, key, Term::small(i));
    EXPECT_EQ(term::is_kind(h[object], term::Kind::kObject), i < 32) << i;
    for (int j = 0; j <= i; ++j) {
      ASSERT_EQ(term::object_get(h[object], term::intern("flat" + std::to_string(j))).as_small(),
                j);
    }
  }
}

TEST(ObjectCost, SettingAFieldOfALargeDictIsLogarithmic) {
  TestHeap h;
  const std::size_t object = h.keep(term::empty_object());
  const std::size_t key = h.keep(Term::null());
  for (int i = 0; i < 50000; ++i) {
    h[key] = h.string("cost" + std::to_string(i));
    h.set_field(object, key, Term::small(i));
  }
  h[key] = h.string("another");
  EXPECT_LT(object_set_need(h[object], h[key]), 400U);
  h[key] = h.string("cost77");
  EXPECT_LT(object_set_need(h[object], h[key]), 400U);
  EXPECT_LT(object_delete_need(h[object], h[key]), 400U);
}

// Full agreement of hashes cannot be had from strings at will; so the trie is tested by itself.
TEST(Hamt, CollidingHashesShareAList) {
  Heap heap;
  ASSERT_TRUE(collect(heap, 20000, {}));
  constexpr std::uint32_t kHash = 0x2AAAAAAAU;
  std::vector<HamtItem> items = {hamt_item(kHash, 0)};
  Term trie = hamt_build(heap, items);
  for (std::uint64_t entry = 1; entry < 40; ++entry) {
    const HamtItem item = hamt_item(kHash, entry);
    const std::size_t need = hamt_insert_need(trie, item);
    const std::size_t before = heap.used_words();
    trie = hamt_insert(heap, trie, item);
    EXPECT_EQ(heap.used_words() - before, need);
    items.push_back(item);
  }
  hamt_sort(items);
  const std::size_t before = heap.used_words();
  const Term built = hamt_build(heap, items);
  EXPECT_EQ(heap.used_words() - before, hamt_build_need(items));
  EXPECT_TRUE(built.is_box());
  for (std::uint64_t entry = 0; entry < 40; ++entry) {
    ASSERT_TRUE(trie.is_box());
    trie = hamt_remove(heap, trie, hamt_item(kHash, entry));
  }
  EXPECT_TRUE(trie.is_unset());
}

}  // namespace
}  // namespace ttvm::heap
