// A heap with roots for tests: values live in numbered roots, so that collections may happen
// between any two operations, and every operation checks its room as the interpreter does.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "heap/build.hpp"
#include "heap/collector.hpp"
#include "heap/heap.hpp"
#include "term/compare.hpp"
#include "term/print.hpp"
#include "term/symbols.hpp"

namespace ttvm::heap {

class TestHeap {
 public:
  Heap heap;
  std::vector<Term> roots;

  // Room for `words`; may move everything that is not in `roots`.
  void room(std::size_t words) {
    if (heap.needs_collection(words)) gc_as_needed(words);
  }
  void gc(std::size_t words = 0) { ASSERT_TRUE(collect(heap, words, roots)); }
  void gc_as_needed(std::size_t words = 0) {
    ASSERT_TRUE(collect(heap, words, roots, Collector::Extent::kAsNeeded));
  }

  std::size_t keep(Term t) {
    roots.push_back(t);
    return roots.size() - 1;
  }
  Term& operator[](std::size_t i) { return roots[i]; }

  Term string(std::string_view text) {
    room(make_string_need(text.size()));
    return make_string(heap, text);
  }
  Term integer(std::int64_t value) {
    room(make_int_need(value));
    return make_int(heap, value);
  }
  // Of immediates and static values only.
  Term list(std::vector<Term> elements) {
    room(make_list_need(elements.size()));
    return make_list(heap, elements);
  }
  void append(std::size_t list, Term immediate) {
    room(list_append_need(roots[list]));
    roots[list] = list_append(heap, roots[list], immediate);
  }
  void set_field(std::size_t object, std::size_t key, Term immediate) {
    room(object_set_need(roots[object], roots[key]));
    roots[object] = object_set(heap, roots[object], roots[key], immediate);
  }
  std::string text(std::size_t i) { return term::to_text(roots[i]); }
};

// Runs a body with and without collecting at every room check.
class WithStress : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override { g_collect_always = GetParam(); }
  void TearDown() override { g_collect_always = false; }
};

}  // namespace ttvm::heap
