// "Did you mean ...?": the candidate nearest to a word. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

namespace ttvm::assembler {

// Feed candidates, then read best(). Equal distances: the first one fed wins. A candidate further
// away than a third of the word (at least one change) is no help and never the best.
class Nearest {
 public:
  explicit Nearest(std::string_view word);
  void consider(std::string_view candidate);
  std::string_view best() const { return best_; }  // empty if none is near

 private:
  std::string_view word_;
  std::string_view best_;
  std::size_t limit_;  // candidates must be nearer than this
};

}  // namespace ttvm::assembler
