// The handlers of the dispatch loop for arithmetic, comparisons and jumps, as macros: loop.cpp says
// for which instructions. They use its registers (pc, frame, reductions, acc, outcome) and macros.
//
// Each has a short way for two smalls and for two immediate floats, written so that it is straight
// code; all else is a call. A float goes on to a next instruction that reads it in `acc`. What an
// entry or a pair of instructions cannot do in the short way it leaves undone, for the handlers of
// the single instructions: see "F", "D" and "P" in lower/rcodes.def.
//
// Only for loop.cpp.
#pragma once

#include <cmath>

#include "lower/reciprocal.hpp"

#define SMALLS(left, right) (((left).word() & (right).word() & 1U) != 0)
// `amount` is twice a number, without a tag: what a small's word changes by. Machine overflow is
// then overflow of 63 bits.
#define SMALL_ADD(x, amount, out) \
  __builtin_add_overflow(static_cast<std::int64_t>(x), static_cast<std::int64_t>(amount), out)
#define SMALL_SUB(x, amount, out) \
  __builtin_sub_overflow(static_cast<std::int64_t>(x), static_cast<std::int64_t>(amount), out)
#define SMALL_MUL(x, amount, out)                                                                \
  (__builtin_mul_overflow(static_cast<std::int64_t>(x) >> 1U, static_cast<std::int64_t>(amount), \
                          out) ||                                                                \
   ((*(out) |= 1), false))

// ---- Arithmetic

// Goes to the next instruction's entry for a float.
#define NEXT_ENTRY(name)                                       \
  do {                                                         \
    const void* entry = reinterpret_cast<const void*>(IMM(0)); \
    pc += length(RCode::k##name);                              \
    goto* entry;                                               \
  } while (false)
// In an entry: back to where each instruction is done alone, by the words before this one.
#define GO_BACK                                                \
  do {                                                         \
    const void* alone = reinterpret_cast<const void*>(pc[-2]); \
    pc -= pc[-3];                                              \
    goto* alone;                                               \
  } while (false)
// What becomes of a float. These fall through if it needs a box; `name` is the instruction.
#define STORE_FLOAT(name, value, go_on)                     \
  do {                                                      \
    acc = (value);                                          \
    Term result;                                            \
    if (TTVM_LIKELY(Term::try_flonum(acc, result, bias))) { \
      R(A) = result;                                        \
      go_on(name);                                          \
    }                                                       \
  } while (false)
#define PUT(name, value, valid) STORE_FLOAT(name, value, NEXT)
#define PUT_AND_PASS(name, value, valid) STORE_FLOAT(name, value, NEXT_ENTRY)
// A float that only passes may be any, but not what should have been an error.
#define PASS(name, value, valid) \
  do {                           \
    if (TTVM_LIKELY(valid)) {    \
      acc = (value);             \
      NEXT_ENTRY(name);          \
    }                            \
  } while (false)
// An instruction by itself, and the first of a row.
#define FLOAT_FORMS(handler, name, ...)                                          \
  handler(name, name, __VA_ARGS__, PUT) handler(name##P, name, __VA_ARGS__, PUT) \
      handler##_OF_FLOATS(name##F, name, __VA_ARGS__, PUT_AND_PASS)              \
          handler##_OF_FLOATS(name##D, name, __VA_ARGS__, PASS)
#define ARITHMETIC(name, op, checked, symbol, finish)                                         \
  HANDLE(name) {                                                                              \
    const Term left = R(B);                                                                   \
    const Term right = R(C);                                                                  \
    if (TTVM_LIKELY(SMALLS(left, right))) {                                                   \
      std::int64_t sum = 0;                                                                   \
      if (TTVM_LIKELY(!checked(left.word(), right.word() - 1, &sum))) {                       \
        R(A) = Term::from_word(static_cast<Word>(sum));                                       \
        NEXT(name);                                                                           \
      }                                                                                       \
    } else if (double x = 0, y = 0; TTVM_LIKELY(Term::to_flonums(left, right, x, y, bias))) { \
      finish(name, x symbol y, true);                                                         \
    }                                                                                         \
    SLOW(name, arithmetic(m, isa::Op::k##op, left, right));                                   \
  }
// Most operands are floats: in a row, and in a function with such constants.
#define ARITHMETIC_OF_FLOATS(name, op, checked, symbol, finish)                                \
  HANDLE(name) {                                                                               \
    const Term left = R(B);                                                                    \
    const Term right = R(C);                                                                   \
    double x = 0;                                                                              \
    double y = 0;                                                                              \
    if (TTVM_UNLIKELY(!Term::to_tagged_floats(left, right, x, y, bias))) {                     \
      std::int64_t sum = 0;                                                                    \
      if (TTVM_LIKELY(SMALLS(left, right) && !checked(left.word(), right.word() - 1, &sum))) { \
        R(A) = Term::from_word(static_cast<Word>(sum));                                        \
        NEXT(name);                                                                            \
      }                                                                                        \
      if (!Term::to_flonums(left, right, x, y, bias))                                          \
        SLOW(name, arithmetic(m, isa::Op::k##op, left, right));                                \
    }                                                                                          \
    finish(name, x symbol y, true);                                                            \
    SLOW(name, arithmetic(m, isa::Op::k##op, left, right));                                    \
  }
#define DIVISION_OF_FLOATS DIVISION
#define SQUARE_ROOT_OF_FLOATS SQUARE_ROOT
#define ARITHMETIC_I(name, op, checked)                                          \
  HANDLE(name) {                                                                 \
    const Term left = R(B);                                                      \
    std::int64_t sum = 0;                                                        \
    if (TTVM_LIKELY(left.is_small() &&                                           \
                    !checked(left.word(), std::int64_t{2} * SIGNED(2), &sum))) { \
      R(A) = Term::from_word(static_cast<Word>(sum));                            \
      NEXT(name);                                                                \
    }                                                                            \
    SLOW(name, arithmetic(m, isa::Op::op, left, Term::small(SIGNED(2))));        \
  }

#define FLOAT_ENTRY(entry, name, value, valid, finish) \
  HANDLE(entry) {                                      \
    finish(name, value, valid);                        \
    GO_BACK;                                           \
  }
#define FLOAT_ENTRY_WITH(entry, name, operand, value, valid, finish) \
  HANDLE(entry) {                                                    \
    const Term other = operand;                                      \
    double number = 0;                                               \
    if (TTVM_LIKELY(other.to_flonum(number, bias))) {                \
      finish(name, value, valid);                                    \
    }                                                                \
    GO_BACK;                                                         \
  }
#define FLOAT_ENTRIES_OF(name, instruction, symbol, valid_left, valid_right, finish)  \
  FLOAT_ENTRY_WITH(name##L, instruction, R(C), acc symbol number, valid_left, finish) \
  FLOAT_ENTRY_WITH(name##R, instruction, R(B), number symbol acc, valid_right, finish)
#define FLOAT_ENTRIES(name, symbol, valid_left, valid_right)                        \
  FLOAT_ENTRIES_OF(name, name, symbol, valid_left, valid_right, PUT)                \
  FLOAT_ENTRIES_OF(name##F, name##F, symbol, valid_left, valid_right, PUT_AND_PASS) \
  FLOAT_ENTRIES_OF(name##D, name##D, symbol, valid_left, valid_right, PASS)

// The quotient of two smalls is small, but for the least one divided by -1. A float divided by zero
// is no immediate float.
#define DIVISION(name, op, symbol, finish)                                              \
  HANDLE(name) {                                                                        \
    const Term left = R(B);                                                             \
    const Term right = R(C);                                                            \
    if (TTVM_LIKELY(SMALLS(left, right) && right.as_small() > 0)) {                     \
      R(A) = Term::small(left.as_small() symbol right.as_small());                      \
      NEXT(name);                                                                       \
    }                                                                                   \
    double x = 0;                                                                       \
    double y = 0;                                                                       \
    if (isa::Op::k##op == isa::Op::kDiv && Term::to_flonums(left, right, x, y, bias)) { \
      finish(name, x / y, y != 0);                                                      \
    }                                                                                   \
    SLOW(name, arithmetic(m, isa::Op::k##op, left, right));                             \
  }
// The sign bit of a small is that of its word.
#define DIVISION_I(name, op, result)                                                   \
  HANDLE(name) {                                                                       \
    const Term left = R(B);                                                            \
    if (TTVM_LIKELY(left.is_small() && static_cast<std::int64_t>(left.word()) >= 0)) { \
      const std::uint64_t x = left.word() >> 1U;                                       \
      const std::uint64_t quotient = lower::divide(x, IMM(0), D);                      \
      R(A) = Term::small(static_cast<std::int64_t>(result));                           \
      NEXT(name);                                                                      \
    }                                                                                  \
    SLOW(name, arithmetic(m, isa::Op::op, left, Term::small(SIGNED(2))));              \
  }
// The root of a negative number is no immediate float.
#define SQUARE_ROOT(name, op, unused, finish)         \
  HANDLE(name) {                                      \
    const Term value = R(B);                          \
    double number = 0;                                \
    if (TTVM_LIKELY(value.to_flonum(number, bias))) { \
      finish(name, std::sqrt(number), number >= 0);   \
    }                                                 \
    SLOW(name, unary(m));                             \
  }
// The tag is the lowest bit of a small, and all ones or nothing above it is the number's.
#define BITWISE(name, symbol)                                         \
  HANDLE(name) {                                                      \
    const Term left = R(B);                                           \
    const Term right = R(C);                                          \
    if (TTVM_LIKELY(SMALLS(left, right))) {                           \
      R(A) = Term::from_word((left.word() symbol right.word()) | 1U); \
      NEXT(name);                                                     \
    }                                                                 \
    SLOW(name, binary(m));                                            \
  }

// ---- Comparisons and jumps

#define COMPARE_SMALL(x, y, symbol) \
  (static_cast<std::int64_t>((x).word()) symbol static_cast<std::int64_t>((y).word()))
#define COMPARISON(name, symbol)                                          \
  HANDLE(name) {                                                          \
    const Term left = R(B);                                               \
    const Term right = R(C);                                              \
    if (TTVM_LIKELY(SMALLS(left, right))) {                               \
      R(A) = Term::boolean(COMPARE_SMALL(left, right, symbol));           \
      NEXT(name);                                                         \
    }                                                                     \
    if (double x = 0, y = 0; Term::to_flonums(left, right, x, y, bias)) { \
      R(A) = Term::boolean(x symbol y);                                   \
      NEXT(name);                                                         \
    }                                                                     \
    SAVE(name);                                                           \
    bool result = false;                                                  \
    outcome = compare(m, isa::Op::k##name, left, right, result);          \
    if (outcome != Outcome::kOk) goto other;                              \
    R(A) = Term::boolean(result);                                         \
    NEXT(name);                                                           \
  }
#define COMPARISON_I(name, symbol)                                                \
  HANDLE(name##I) {                                                               \
    const Term left = R(B);                                                       \
    if (TTVM_LIKELY(left.is_small())) {                                           \
      R(A) = Term::boolean(COMPARE_SMALL(left, Term::small(SIGNED(2)), symbol));  \
      NEXT(name##I);                                                              \
    }                                                                             \
    SAVE(name##I);                                                                \
    bool result = false;                                                          \
    outcome = compare(m, isa::Op::k##name, left, Term::small(SIGNED(2)), result); \
    if (outcome != Outcome::kOk) goto other;                                      \
    R(A) = Term::boolean(result);                                                 \
    NEXT(name##I);                                                                \
  }

// An instruction that jumps or not, the cost being its operand c: taken off right before the test
// whether any is left, which is then no instruction of its own.
#define JUMP_IF(name, condition)                             \
  do {                                                       \
    if (condition) {                                         \
      const auto offset = static_cast<std::int64_t>(IMM(0)); \
      reductions -= C;                                       \
      JUMP_BY(offset);                                       \
    }                                                        \
    reductions -= C;                                         \
    NEXT(name);                                              \
  } while (false)
// The short ways of the jumps, which fall through if they have none.
#define COMPARE_JUMP(name, right_operand, symbol)                                      \
  do {                                                                                 \
    const Term left = R(A);                                                            \
    const Term right = right_operand;                                                  \
    if (TTVM_LIKELY(SMALLS(left, right))) {                                            \
      JUMP_IF(name, COMPARE_SMALL(left, right, symbol));                               \
    }                                                                                  \
    if (double x = 0, y = 0; TTVM_LIKELY(Term::to_flonums(left, right, x, y, bias))) { \
      JUMP_IF(name, x symbol y);                                                       \
    }                                                                                  \
  } while (false)
#define COMPARE_JUMP_I(name, symbol)                                      \
  do {                                                                    \
    const Term left = R(A);                                               \
    if (TTVM_LIKELY(left.is_small())) {                                   \
      JUMP_IF(name, COMPARE_SMALL(left, Term::small(SIGNED(1)), symbol)); \
    }                                                                     \
  } while (false)
#define SHORT_JumpEq COMPARE_JUMP(JumpEq, R(B), ==)
#define SHORT_JumpNe COMPARE_JUMP(JumpNe, R(B), !=)
#define SHORT_JumpLt COMPARE_JUMP(JumpLt, R(B), <)
#define SHORT_JumpLe COMPARE_JUMP(JumpLe, R(B), <=)
#define SHORT_JumpGt COMPARE_JUMP(JumpGt, R(B), >)
#define SHORT_JumpGe COMPARE_JUMP(JumpGe, R(B), >=)
#define SHORT_JumpEqI COMPARE_JUMP_I(JumpEqI, ==)
#define SHORT_JumpNeI COMPARE_JUMP_I(JumpNeI, !=)
#define SHORT_JumpLtI COMPARE_JUMP_I(JumpLtI, <)
#define SHORT_JumpLeI COMPARE_JUMP_I(JumpLeI, <=)
#define SHORT_JumpGtI COMPARE_JUMP_I(JumpGtI, >)
#define SHORT_JumpGeI COMPARE_JUMP_I(JumpGeI, >=)
#define SHORT_Jump JUMP_IF(Jump, true)
#define SHORT_JumpFalse JUMP_IF(JumpFalse, !R(A).truthy())
#define SHORT_JumpTrue JUMP_IF(JumpTrue, R(A).truthy())

#define COMPARE_JUMP_HANDLER(name, right_operand)                                       \
  HANDLE(name) {                                                                        \
    SHORT_##name;                                                                       \
    constexpr bool kNotEqual = RCode::k##name == RCode::kJumpNe;                        \
    if constexpr (RCode::k##name == RCode::kJumpEq || kNotEqual) {                      \
      if (term::differ_at_sight(R(A), right_operand)) JUMP_IF(name, kNotEqual);         \
    }                                                                                   \
    SAVE(name);                                                                         \
    bool result = false;                                                                \
    outcome = compare(m, static_cast<isa::Op>(D & 0xFFU), R(A), right_operand, result); \
    acc = 0;                                                                            \
    if (outcome != Outcome::kOk) goto other;                                            \
    JUMP_IF(name, result != ((D & lower::kJumpIfFalse) != 0));                          \
  }
#define JUMP_HANDLER(name) \
  HANDLE(name) { SHORT_##name; }
// For the float of the instruction before on the left, but NaN.
#define JUMP_ENTRY(name, symbol)                                    \
  HANDLE(name##L) {                                                 \
    const Term right = R(B);                                        \
    double number = 0;                                              \
    if (TTVM_LIKELY(right.to_flonum(number, bias) && acc == acc)) { \
      JUMP_IF(name, acc symbol number);                             \
    }                                                               \
    GO_BACK;                                                        \
  }
// AddI or SubI and the jump behind it.
#define ADD_AND_JUMP_HANDLER(name)                                                      \
  HANDLE(Add##name) {                                                                   \
    const Term addend = R(B);                                                           \
    std::int64_t sum = 0;                                                               \
    if (TTVM_LIKELY(addend.is_small() && !SMALL_ADD(addend.word(), SIGNED(3), &sum))) { \
      R(A) = Term::from_word(static_cast<Word>(sum));                                   \
      pc += length(RCode::kAddI);                                                       \
      SHORT_##name;                                                                     \
      goto do_##name;                                                                   \
    }                                                                                   \
    goto add_alone;                                                                     \
  }
