// An instruction and the one before it. Both stay what they are: each can be done by itself, by the
// words it would have alone, whenever the short way for the two is not there.
#include <utility>

#include "lower/function_lowering.hpp"

namespace ttvm::lower {

namespace {

enum Side : unsigned { kLeft, kRight, kBoth, kSides };

// An instruction that leaves a float or takes one from the instruction before.
struct FloatForms {
  RCode passing = RCode::kTrap;  // the one that passes its result on, if there is one
  RCode entries[kSides] = {};    // kTrap: none
};

constexpr FloatForms float_forms(RCode code) {
  constexpr RCode kNone = RCode::kTrap;
  switch (code) {
#define TTVM_FORMS(name, both, both_passing)                                  \
  case RCode::k##name:                                                        \
    return {RCode::k##name##F, {RCode::k##name##L, RCode::k##name##R, both}}; \
  case RCode::k##name##F:                                                     \
    return {kNone, {RCode::k##name##FL, RCode::k##name##FR, both_passing}};
    TTVM_FORMS(Add, kNone, kNone)
    TTVM_FORMS(Sub, kNone, kNone)
    TTVM_FORMS(Mul, RCode::kMulB, RCode::kMulFB)
    TTVM_FORMS(Div, kNone, kNone)
#undef TTVM_FORMS
    case RCode::kSqrt:
      return {RCode::kSqrtF, {RCode::kSqrtL, kNone, kNone}};
    case RCode::kSqrtF:
      return {kNone, {RCode::kSqrtFL, kNone, kNone}};
#define TTVM_FORMS(name)   \
  case RCode::kJump##name: \
    return {kNone, {RCode::kJump##name##L, kNone, kNone}};
      TTVM_COMPARISONS(TTVM_FORMS)
#undef TTVM_FORMS
    default:
      return {kNone, {kNone, kNone, kNone}};
  }
}

bool is_fused_jump(RCode code) { return code >= RCode::kJumpEq && code <= RCode::kJumpTrue; }

constexpr RCode add_and(RCode jump) {
  return static_cast<RCode>(static_cast<unsigned>(RCode::kAddJumpEq) +
                            (static_cast<unsigned>(jump) - static_cast<unsigned>(RCode::kJumpEq)));
}
#define TTVM_CHECK_ORDER(name) static_assert(add_and(RCode::k##name) == RCode::kAdd##name);
TTVM_JUMPS(TTVM_CHECK_ORDER)
#undef TTVM_CHECK_ORDER

}  // namespace

Word FunctionLowering::handler(RCode code) const {
  return reinterpret_cast<Word>(context_.options.handlers[static_cast<std::size_t>(code)]);
}

// Whether the last instruction of the block's code so far is this one.
bool FunctionLowering::ends_with(RCode code) const {
  return last_at_ != kNowhere && last_code_ == code &&
         last_at_ + info(code).words() == out_.words.size();
}

// Before `code` is emitted.
void FunctionLowering::fuse(RCode code, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  const std::uint32_t from = std::exchange(last_entry_, kNowhere);
  if (last_at_ == kNowhere) return;
  if (is_fused_jump(code) && (ends_with(RCode::kAddI) || ends_with(RCode::kSubI))) {
    const auto constant = static_cast<std::int16_t>(out_.words[last_at_ + 1] >> 32U & 0xFFFFU);
    const int added = last_code_ == RCode::kAddI ? constant : -constant;
    if (added == 0 || added > 32767) return;
    set_operand(last_at_, 3, static_cast<std::uint32_t>(added));
    out_.words[last_at_] = handler(add_and(code));
    last_at_ = kNowhere;
    return;
  }
  fuse_float(from, code, a, b, c);
}

// `from`: the word that has the last instruction's entry, if it has one.
void FunctionLowering::fuse_float(std::uint32_t from, RCode code, std::uint32_t a, std::uint32_t b,
                                  std::uint32_t c) {
  const RCode passing = float_forms(last_code_).passing;
  const FloatForms forms = float_forms(code);
  if (passing == RCode::kTrap || forms.entries[kLeft] == RCode::kTrap || !ends_with(last_code_)) {
    return;
  }
  const std::uint32_t result = out_.words[last_at_ + 1] & 0xFFFFU;
  const bool is_jump = forms.passing == RCode::kTrap;
  const bool left = (is_jump ? a : b) == result;
  const bool right = !is_jump && code != RCode::kSqrt && c == result;
  unsigned side = left ? kLeft : kRight;
  if (left && right && forms.entries[kBoth] != RCode::kTrap) side = kBoth;
  if ((!left && !right) || forms.entries[side] == RCode::kTrap) return;

  // Its safepoint is behind its immediates.
  const Word safepoint = out_.words.back();
  out_.words.back() = handler(forms.entries[side]);
  out_.words.push_back(safepoint);
  out_.words[last_at_] = handler(passing);
  if (from != kNowhere) out_.words[from] = handler(float_forms(passing).entries[last_side_]);
  last_entry_ = static_cast<std::uint32_t>(out_.words.size() - 2);
  last_side_ = side;
}

}  // namespace ttvm::lower
