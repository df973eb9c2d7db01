// The walk behind EQ, for compare.cpp and match.cpp; all others use compare.hpp.
//
// Not thread-safe. One Comparison may judge many pairs of values, until it says that two differ: it
// remembers what it has seen, so that all of them together cost no more than one.
#pragma once

#include <cstdint>

#include "term/box.hpp"
#include "term/pair_set.hpp"
#include "term/small_stack.hpp"

namespace ttvm::term {

// Boxes that meet again and again (values with much sharing inside) would take exponential time.
// Long walks therefore remember the pairs they have started: the answer for such a pair is on its
// way already, and if it is "different", all is.
inline constexpr std::uint64_t kRememberAfter = std::uint64_t{1} << 16U;

class Comparison {
 public:
  // No further call after one that gave false.
  bool run(Term a, Term b);

 private:
  enum class Walk : std::uint8_t { kSpan, kLists, kObjects };
  struct Frame {
    Term a, b;  // for kSpan the boxes, elements start at `first`
    std::uint64_t index, count;
    std::uint32_t first;
    Walk walk;
  };

  // Compares what needs no walk, and pushes a frame otherwise.
  bool start(Term a, Term b);
  bool start_lists(Term a, Term b);
  bool start_objects(Term a, Term b);
  void push(const Frame& frame);
  static bool next_pair(Frame& frame, Term& x, Term& y);

  SmallStack<Frame, 16> stack_;
  std::uint64_t started_ = 0;
  PairSet seen_;
};

}  // namespace ttvm::term
