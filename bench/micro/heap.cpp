// Micro-benchmarks of values and heaps: what a message, an append, a field and a collection cost.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "heap/build.hpp"
#include "heap/collector.hpp"
#include "heap/copy.hpp"
#include "heap/slab.hpp"
#include "term/compare.hpp"
#include "term/symbols.hpp"

namespace ttvm::heap {
namespace {

void room(Heap& heap, std::size_t words, std::span<Term> roots) {
  if (heap.needs_collection(words) && !collect(heap, words, roots)) std::abort();
}

void slab_pair(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* block = slab_allocate(bytes);
    benchmark::DoNotOptimize(block);
    slab_free(block, bytes);
  }
}
BENCHMARK(slab_pair)->Arg(64)->Arg(512)->Arg(4096)->Arg(65536);

// [ping, pid, n]: copied, adopted, and collected now and then by the receiver.
void message_flat(benchmark::State& state) {
  Heap sender;
  Heap receiver;
  room(sender, 4, {});
  const Term parts[] = {term::intern("ping"), Term::pid(2), Term::small(5)};
  const Term message = make_list(sender, parts);
  for (auto _ : state) {
    MessageCopy copy(message);
    Fragment* fragment = allocate_fragment(copy.words(), 48);
    Term value = copy.copy_to(*fragment);
    receiver.adopt(fragment);
    room(receiver, 4, std::span<Term>(&value, 1));
  }
}
BENCHMARK(message_flat);

void message_flat_copy_only(benchmark::State& state) {
  Heap sender;
  room(sender, 4, {});
  const Term parts[] = {term::intern("ping"), Term::pid(2), Term::small(5)};
  const Term message = make_list(sender, parts);
  for (auto _ : state) {
    MessageCopy copy(message);
    Fragment* fragment = allocate_fragment(copy.words(), 48);
    benchmark::DoNotOptimize(copy.copy_to(*fragment));
    free_fragment(fragment);
  }
}
BENCHMARK(message_flat_copy_only);

// A list of N objects of two fields each.
void message_nested(benchmark::State& state) {
  Heap sender;
  std::vector<Term> roots = {term::empty_list(), term::empty_object()};
  const Term name = term::intern("name");
  const Term age = term::intern("age");
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    room(sender, 50, roots);
    roots[1] = object_set(sender, term::empty_object(), name, term::intern("Ann"));
    roots[1] = object_set(sender, roots[1], age, Term::small(i));
    room(sender, list_append_need(roots[0]), roots);
    roots[0] = list_append(sender, roots[0], roots[1]);
  }
  for (auto _ : state) {
    Fragment* fragment = nullptr;
    benchmark::DoNotOptimize(copy_message(roots[0], fragment));
    free_fragment(fragment);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(message_nested)->Arg(1)->Arg(10)->Arg(1000);

// Builds a list of N elements one by one, collections included.
void append(benchmark::State& state) {
  for (auto _ : state) {
    Heap heap;
    Term list = term::empty_list();
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      room(heap, list_append_need(list), std::span<Term>(&list, 1));
      list = list_append(heap, list, Term::small(i));
    }
    benchmark::DoNotOptimize(list);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(append)->Arg(10)->Arg(1000)->Arg(100000);

void list_get_all(benchmark::State& state) {
  Heap heap;
  std::vector<Term> elements(static_cast<std::size_t>(state.range(0)), Term::small(1));
  room(heap, make_list_need(elements.size()), {});
  const Term list = make_list(heap, elements);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (std::uint64_t i = 0; i < elements.size(); ++i) sum += term::list_get(list, i).as_small();
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(list_get_all)->Arg(10)->Arg(1000)->Arg(100000);

void set_field_flat(benchmark::State& state) {
  Heap heap;
  std::vector<Term> roots = {term::empty_object()};
  std::vector<Term> keys;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    keys.push_back(term::intern("field" + std::to_string(i)));
    room(heap, object_set_need(roots[0], keys.back()), roots);
    roots[0] = object_set(heap, roots[0], keys.back(), Term::small(i));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    room(heap, object_set_need(roots[0], keys[next]), roots);
    roots[0] = object_set(heap, roots[0], keys[next], Term::small(7));
    if (++next == keys.size()) next = 0;
  }
}
BENCHMARK(set_field_flat)->Arg(2)->Arg(8)->Arg(32);

// A dict of N keys that are not interned.
void set_field_dict(benchmark::State& state) {
  Heap heap;
  std::vector<Term> roots = {term::empty_object(), Term::null()};
  const auto set = [&](std::int64_t number) {
    const std::string key = "key" + std::to_string(number);
    room(heap, make_string_need(key.size()), roots);
    roots[1] = make_string(heap, key);
    room(heap, object_set_need(roots[0], roots[1]), roots);
    roots[0] = object_set(heap, roots[0], roots[1], Term::small(number));
  };
  for (std::int64_t i = 0; i < state.range(0); ++i) set(i);
  std::int64_t next = 0;
  for (auto _ : state) {
    set(next);
    if (++next == state.range(0)) next = 0;
  }
}
BENCHMARK(set_field_dict)->Arg(100)->Arg(10000);

// A collection of a heap where N three-element lists live, and nothing else: 40 bytes each with the
// reference to it, so 10 is a small live heap and 26000 are 1 MB.
void collection(benchmark::State& state) {
  Heap heap;
  std::vector<Term> elements;
  room(heap,
       static_cast<std::size_t>(state.range(0)) * 4 +
           make_list_need(static_cast<std::size_t>(state.range(0))),
       {});
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const Term parts[] = {Term::small(i), Term::null(), Term::small(2)};
    elements.push_back(make_list(heap, parts));
  }
  Term root = make_list(heap, elements);
  for (auto _ : state) {
    if (!collect(heap, 0, std::span<Term>(&root, 1))) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(collection)->Arg(1)->Arg(10)->Arg(1000)->Arg(26000)->Arg(100000);

void concat_at_the_end(benchmark::State& state) {
  Heap heap;
  std::vector<Term> roots = {term::static_string(std::string(100, 'x'))};
  for (auto _ : state) {
    room(heap, concat_text_need(roots[0], "0123456789"), roots);
    roots[0] = concat_text(heap, roots[0], "0123456789");
    if (term::text_of(roots[0]).size() > 1000000) {
      roots[0] = term::static_string(std::string(100, 'x'));
    }
  }
}
BENCHMARK(concat_at_the_end);

}  // namespace
}  // namespace ttvm::heap
