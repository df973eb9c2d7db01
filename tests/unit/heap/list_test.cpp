#include <vector>

#include "base/random.hpp"
#include "support.hpp"

namespace ttvm::heap {
namespace {

using Model = std::vector<std::int64_t>;

void expect_same(Term list, const Model& model) {
  ASSERT_EQ(term::list_length(list), model.size());
  term::ListReader reader(list);
  for (std::size_t i = 0; i < model.size(); ++i) {
    std::int64_t value = 0;
    ASSERT_TRUE(term::as_int64(reader.next(), value));
    ASSERT_EQ(value, model[i]) << i;
  }
  ASSERT_TRUE(reader.done());
  for (std::size_t i = 0; i < model.size(); i += 1 + model.size() / 7) {
    ASSERT_EQ(term::list_get(list, i).as_small(), model[i]);
    term::ListReader middle(list, i);
    ASSERT_EQ(middle.next().as_small(), model[i]);
  }
}

class Lists : public WithStress {};
INSTANTIATE_TEST_SUITE_P(Modes, Lists, testing::Bool());

TEST_P(Lists, AppendOneByOne) {
  TestHeap h;
  const std::size_t list = h.keep(term::empty_list());
  Model model;
  const int count = GetParam() ? 1200 : 40000;
  for (int i = 0; i < count; ++i) {
    h.append(list, Term::small(i));
    model.push_back(i);
    if (i < 100 || i == 1023 || i == 1024 || i == 1055 || i == 1056 || i == 32799 || i == 32800) {
      expect_same(h[list], model);
    }
  }
  expect_same(h[list], model);
}

TEST_P(Lists, MakeOfEverySize) {
  TestHeap h;
  for (const std::size_t size :
       {0, 1, 31, 32, 33, 63, 64, 65, 1023, 1024, 1055, 1056, 1057, 40000}) {
    std::vector<Term> elements;
    Model model;
    for (std::size_t i = 0; i < size; ++i) {
      elements.push_back(Term::small(static_cast<std::int64_t>(i * 3)));
      model.push_back(static_cast<std::int64_t>(i * 3));
    }
    expect_same(h.list(elements), model);
  }
}

// Several versions stay alive and are changed further; each must keep matching its own model.
void random_run(std::uint64_t seed, int steps, std::size_t longest) {
  base::Random random(seed);
  TestHeap h;
  constexpr std::uint32_t kVersions = 8;
  std::vector<Model> models(kVersions);
  for (std::uint32_t i = 0; i < kVersions; ++i) h.keep(term::empty_list());
  for (int step = 0; step < steps; ++step) {
    const std::uint32_t from = random.below(kVersions);
    const std::uint32_t to = random.below(kVersions);
    const auto value = static_cast<std::int64_t>(random.next() >> 8U);
    Model next = models[from];
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2: {
        h.room(list_append_need(h[from]));
        h[to] = list_append(h.heap, h[from], Term::small(value));
        next.push_back(value);
        break;
      }
      case 3:
      case 4: {
        if (next.empty()) continue;
        const std::size_t at = random.below(static_cast<std::uint32_t>(next.size()));
        h.room(list_set_need(h[from], at));
        h[to] = list_set(h.heap, h[from], at, Term::small(value));
        next[at] = value;
        break;
      }
      case 5: {
        const std::uint32_t other = random.below(kVersions);
        if (next.size() + models[other].size() > longest) {
          h[to] = term::empty_list();
          next.clear();
          break;
        }
        h.room(list_concat_need(h[from], h[other]));
        h[to] = list_concat(h.heap, h[from], h[other]);
        next.insert(next.end(), models[other].begin(), models[other].end());
        break;
      }
      case 6: {
        next.assign(random.below(100), value);
        h[to] = h.list(std::vector<Term>(next.size(), Term::small(value)));
        break;
      }
      default:
        h.gc(random.below(200));
        continue;
    }
    models[to] = next;
    if (step % 16 == 0) {
      for (std::uint32_t i = 0; i < kVersions; ++i) expect_same(h[i], models[i]);
    }
    if (testing::Test::HasFatalFailure()) return;
  }
  for (std::uint32_t i = 0; i < kVersions; ++i) expect_same(h[i], models[i]);
}

TEST_P(Lists, RandomAgainstVectors) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    random_run(seed, GetParam() ? 300 : 1500, 5000);
    if (HasFatalFailure()) return;
  }
}

TEST_P(Lists, ConcatOfAllSmallSizes) {
  TestHeap h;
  const std::size_t left = h.keep(Term::null());
  const std::size_t right = h.keep(Term::null());
  for (const std::size_t n : {0, 1, 7, 8, 9, 31, 32, 33, 64, 65, 1024, 1056}) {
    for (const std::size_t m : {0, 1, 2, 3, 16, 31, 32, 33, 64, 65, 1024, 1100}) {
      Model model;
      h[left] = h.list(std::vector<Term>(n, Term::small(1)));
      h[right] = h.list(std::vector<Term>(m, Term::small(2)));
      model.assign(n, 1);
      model.insert(model.end(), m, 2);
      h.room(list_concat_need(h[left], h[right]));
      expect_same(list_concat(h.heap, h[left], h[right]), model);
      if (HasFatalFailure()) FAIL() << n << " and " << m;
    }
  }
}

TEST(ListSharing, AppendingToOneVersionTwice) {
  TestHeap h;
  const std::size_t base = h.keep(term::empty_list());
  for (int i = 0; i < 12; ++i) h.append(base, Term::small(i));
  const std::size_t one = h.keep(h[base]);
  const std::size_t two = h.keep(h[base]);
  h.append(one, Term::small(100));
  h.append(two, Term::small(200));
  h.append(one, Term::small(101));
  EXPECT_EQ(h.text(base), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]");
  EXPECT_EQ(h.text(one), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100, 101]");
  EXPECT_EQ(h.text(two), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 200]");
}

TEST(ListCost, AppendIsConstantAmortised) {
  Heap heap;
  Term list = term::empty_list();
  constexpr std::size_t kCount = 100000;
  ASSERT_TRUE(collect(heap, kCount * 8, {}));
  const std::size_t before = heap.used_words();
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_FALSE(heap.needs_collection(list_append_need(list)));
    list = list_append(heap, list, Term::small(1));
  }
  EXPECT_LT(heap.used_words() - before, kCount * 8);
}

}  // namespace
}  // namespace ttvm::heap
