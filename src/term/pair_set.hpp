// Pairs of boxes that a walk over two values has met. Without it, values with much sharing inside
// would take exponential time. Not thread-safe; allocates from the first pair on.
#pragma once

#include <algorithm>
#include <vector>

#include "term/term.hpp"

namespace ttvm::term {

// Pairs of boxes: open addressing, at most half full. Word 0 is no box.
class PairSet {
 public:
  // False if the pair was there.
  bool add(Term a, Term b) {
    if (++count_ * 2 > slots_.size()) grow();
    Pair& slot = find(a.word(), b.word());
    if (slot.a != 0) {
      --count_;
      return false;
    }
    slot = {a.word(), b.word()};
    return true;
  }

 private:
  struct Pair {
    Word a = 0;
    Word b = 0;
  };

  Pair& find(Word a, Word b) {
    const auto mixed =
        static_cast<unsigned __int128>(a ^ 0x9E3779B97F4A7C15ULL) * (b ^ 0xD1B54A32D192ED03ULL);
    const Word hash = static_cast<Word>(mixed) ^ static_cast<Word>(mixed >> 64U);
    for (std::size_t i = hash;; ++i) {
      Pair& slot = slots_[i & (slots_.size() - 1)];
      if (slot.a == 0 || (slot.a == a && slot.b == b)) return slot;
    }
  }

  void grow() {
    std::vector<Pair> old(std::max<std::size_t>(slots_.size() * 2, 1024));
    old.swap(slots_);
    for (const Pair& pair : old) {
      if (pair.a != 0) find(pair.a, pair.b) = pair;
    }
  }

  std::vector<Pair> slots_;
  std::size_t count_ = 0;
};

}  // namespace ttvm::term
