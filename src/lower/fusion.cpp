// An instruction and the one before it. Both stay what they are: each can be done by itself, by the
// words it would have alone, whenever the short way for the two is not there.
#include <utility>

#include "lower/function_lowering.hpp"

namespace ttvm::lower {

namespace {

enum Side : unsigned { kLeft, kRight, kBoth, kSides };

// What becomes of an instruction's float: see lower/rcodes.def.
enum Finish : unsigned { kPut, kPutAndPass, kPass, kFinishes };

// An instruction that leaves a float or takes one from the instruction before; kTrap: not so.
struct FloatForms {
  RCode forms[kFinishes] = {RCode::kTrap, RCode::kTrap, RCode::kTrap};
  RCode alone = RCode::kTrap;
  RCode entries[kFinishes][kSides] = {};
};

constexpr FloatForms float_forms(RCode code) {
  constexpr RCode kNone = RCode::kTrap;
  switch (code) {
#define TTVM_FORMS(name, both, both_f, both_d)                      \
  case RCode::k##name:                                              \
    return {{RCode::k##name, RCode::k##name##F, RCode::k##name##D}, \
            RCode::k##name##P,                                      \
            {{RCode::k##name##L, RCode::k##name##R, both},          \
             {RCode::k##name##FL, RCode::k##name##FR, both_f},      \
             {RCode::k##name##DL, RCode::k##name##DR, both_d}}};
    TTVM_FORMS(Add, kNone, kNone, kNone)
    TTVM_FORMS(Sub, kNone, kNone, kNone)
    TTVM_FORMS(Mul, RCode::kMulB, RCode::kMulFB, RCode::kMulDB)
    TTVM_FORMS(Div, kNone, kNone, kNone)
#undef TTVM_FORMS
    case RCode::kSqrt:
      return {{RCode::kSqrt, RCode::kSqrtF, RCode::kSqrtD},
              RCode::kSqrtP,
              {{RCode::kSqrtL, kNone, kNone},
               {RCode::kSqrtFL, kNone, kNone},
               {RCode::kSqrtDL, kNone, kNone}}};
#define TTVM_FORMS(name)   \
  case RCode::kJump##name: \
    return {{}, kNone, {{RCode::kJump##name##L, kNone, kNone}, {}, {}}};
      TTVM_COMPARISONS(TTVM_FORMS)
#undef TTVM_FORMS
    default:
      return {{kNone, kNone, kNone}, kNone, {{kNone, kNone, kNone}, {}, {}}};
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
  const FloatRow before = std::exchange(row_, FloatRow{});
  if (last_at_ == kNowhere) return;
  if (is_fused_jump(code) && (ends_with(RCode::kAddI) || ends_with(RCode::kSubI))) {
    const auto constant = static_cast<std::int16_t>(out_.words[last_at_ + 1] >> 32U & 0xFFFFU);
    const int added = last_code_ == RCode::kAddI ? constant : -constant;
    if (added == 0 || added > 16383 || added < -16383) return;
    set_operand(last_at_, 3, static_cast<std::uint32_t>(2 * added));
    out_.words[last_at_] = handler(add_and(code));
    last_at_ = kNowhere;
    return;
  }
  if (code == RCode::kCall) return fuse_call();
  if (ends_with(last_code_)) fuse_float(before, code, a, b, c);
}

// Most calls have one or two arguments that are variables. A Move2 is two Moves by now.
void FunctionLowering::fuse_call() {
  if (!ends_with(RCode::kMove)) return;
  Word& last = out_.words[last_at_];
  last = handler(last == handler(RCode::kMove2) ? RCode::kMove2Call : RCode::kMoveCall);
}

// `before`: how a float comes to the last instruction.
void FunctionLowering::fuse_float(const FloatRow& before, RCode code, std::uint32_t a,
                                  std::uint32_t b, std::uint32_t c) {
  const FloatForms last = float_forms(last_code_);
  const FloatForms next = float_forms(code);
  if (last.alone == RCode::kTrap || next.entries[kPut][kLeft] == RCode::kTrap) return;
  const std::uint32_t result = out_.words[last_at_ + 1] & 0xFFFFU;
  const bool is_jump = next.alone == RCode::kTrap;
  const bool left = (is_jump ? a : b) == result;
  const bool right = !is_jump && code != RCode::kSqrt && c == result;
  unsigned side = left ? kLeft : kRight;
  if (left && right) side = next.entries[kPut][kBoth] != RCode::kTrap ? kBoth : kSides;
  // With the float on both sides and no entry for that, one of them comes from the register.
  const bool from_register = side == kSides;
  if (from_register) side = kLeft;
  if ((!left && !right) || next.entries[kPut][side] == RCode::kTrap) return;
  const bool only_here = !from_register && result >= temps_ && references_[result] == 0;
  const Finish finish = only_here ? kPass : kPutAndPass;

  // Three immediates go before its safepoint.
  row_ = {last_at_ + 2, side, only_here};
  const Word safepoint = out_.words.back();
  out_.words.back() = handler(next.entries[kPut][side]);
  out_.words.push_back(0);
  out_.words.push_back(handler(code));
  out_.words.push_back(safepoint);
  out_.words[last_at_] = handler(last.forms[finish]);
  if (only_here) {
    const bool goes_on = before.at != kNowhere && before.passes_only;
    const Word words = info(last.forms[finish]).words();
    out_.words[row_.at + 1] = words + (goes_on ? out_.words[before.at + 1] : 0);
    out_.words[row_.at + 2] = goes_on ? out_.words[before.at + 2] : handler(last.alone);
    if (goes_on) out_.words[last_at_] = handler(last.alone);
  }
  if (before.at == kNowhere) return;
  out_.words[before.at] = handler(last.entries[finish][before.side]);
  if (!before.passes_only) out_.words[before.at + 2] = out_.words[last_at_];
}

}  // namespace ttvm::lower
