// The dispatch loop: direct-threaded, one handler for each RCode. Registers of the guest are memory
// on the process's stack; the loop itself keeps pc, frame and the reductions left in machine
// registers.
#include "heap/copy.hpp"
#include "heap/list_grower.hpp"
#include "interp/apply.hpp"
#include "interp/call_handlers.hpp"
#include "interp/machine.hpp"
#include "interp/number_handlers.hpp"
#include "process/native.hpp"
#include "term/access.hpp"
#include "term/compare.hpp"
#include "term/symbols.hpp"

namespace ttvm::interp {

using lower::RCode;
using process::SliceEnd;

namespace {

constexpr std::uint32_t length(RCode code) { return lower::info(code).words(); }

// The tag and kind of a box are its header's first byte.
constexpr std::uint8_t first_byte(term::Kind kind) {
  return static_cast<std::uint8_t>(term::Header(kind, 0).word());
}

// With `machine` null, only tells the handlers' addresses.
SliceEnd run_loop(Machine* machine, std::int32_t budget, const void* const** handlers_out) {
  static const void* const kHandlers[] = {
#define TTVM_RC(name, immediates, safepoint, text) &&do_##name,
#include "lower/rcodes.def"
#undef TTVM_RC
  };
  if (machine == nullptr) {
    *handlers_out = kHandlers;
    return SliceEnd::kExited;
  }

  Machine& m = *machine;
  Process& process = m.process;
  const Word* pc = process.pc;
  Word* frame = process.frame;
  std::int32_t reductions = --budget;  // less than none left: preempt. So no test needs a compare
  Outcome outcome = Outcome::kOk;
  Word bias = Term::kFloatBias;
  asm("" : "+r"(bias));  // else each use of it would be one more instruction, with the constant
  double acc = 0;        // at a float entry: the float that the instruction before has left

#define OPERAND(i) (reinterpret_cast<const std::uint16_t*>(pc + 1)[i])
#define A OPERAND(0)
#define B OPERAND(1)
#define C OPERAND(2)
#define D OPERAND(3)
#define SIGNED(i) (static_cast<std::int16_t>(OPERAND(i)))
#define R(i) (reinterpret_cast<Term*>(frame)[i])
#define IMM(i) (pc[2 + (i)])
#define DISPATCH goto* reinterpret_cast<const void*>(pc[0])
#define HANDLE(name) do_##name:
#define NEXT(name)                \
  do {                            \
    pc += length(RCode::k##name); \
    DISPATCH;                     \
  } while (false)
#define JUMP_BY(offset)                      \
  do {                                       \
    pc += static_cast<std::int64_t>(offset); \
    PREEMPT_IF_SPENT;                        \
    DISPATCH;                                \
  } while (false)
#define SAVE(name)                      \
  m.at = pc;                            \
  m.next = pc + length(RCode::k##name); \
  m.frame = frame
// A slow path that goes on with the next instruction.
#define SLOW(name, call)                                    \
  do {                                                      \
    SAVE(name);                                             \
    outcome = (call);                                       \
    frame = m.frame;                                        \
    acc = 0; /* else it would be kept through the call */   \
    if (TTVM_UNLIKELY(outcome != Outcome::kOk)) goto other; \
    if (TTVM_UNLIKELY(m.owed != 0)) PAY_FOR_COLLECTIONS;    \
    NEXT(name);                                             \
  } while (false)
// They use up the slice, but are not counted as instructions.
#define PAY_FOR_COLLECTIONS \
  do {                      \
    reductions -= m.owed;   \
    budget -= m.owed;       \
    m.owed = 0;             \
  } while (false)

  DISPATCH;

  HANDLE(Move) {
    R(A) = R(B);
    NEXT(Move);
  }
  HANDLE(Move2) {
    R(A) = R(B);
    R(C) = R(D);
    NEXT(Move2);
  }
  HANDLE(Move4) {
    R(A) = R(B);
    R(C) = R(D);
    const Word more = IMM(0);
    R(more & 0xFFFFU) = R(more >> 16U & 0xFFFFU);
    R(more >> 32U & 0xFFFFU) = R(more >> 48U);
    NEXT(Move4);
  }
  HANDLE(LoadK) {
    R(A) = Term::from_word(IMM(0));
    NEXT(LoadK);
  }
  HANDLE(Unset) {
    R(A) = Term::unset();
    NEXT(Unset);
  }
  HANDLE(CheckSet) {
    if (TTVM_LIKELY(!R(A).is_unset())) NEXT(CheckSet);
    SLOW(CheckSet,
         m.raise("Undefined variable: " + std::string(term::text_of(Term::from_word(IMM(0))))));
  }
  HANDLE(Charge) {
    reductions -= D;
    pc += length(RCode::kCharge);
    PREEMPT_IF_SPENT;
    DISPATCH;
  }

  HANDLE(Point) {
    if (TTVM_LIKELY(m.context.points_to_pass != 0)) {
      --m.context.points_to_pass;
      NEXT(Point);
    }
    process.pc = pc;
    process.frame = frame;
    process.reductions += static_cast<std::uint64_t>(budget - reductions);
    return SliceEnd::kAtPoint;
  }

  FLOAT_FORMS(ARITHMETIC, Add, SMALL_ADD, +)
  FLOAT_FORMS(ARITHMETIC, Sub, SMALL_SUB, -)
  FLOAT_FORMS(ARITHMETIC, Mul, SMALL_MUL, *)
  ARITHMETIC_OF_FLOATS(AddN, Add, SMALL_ADD, +, PUT)
  ARITHMETIC_OF_FLOATS(SubN, Sub, SMALL_SUB, -, PUT)
  ARITHMETIC_OF_FLOATS(MulN, Mul, SMALL_MUL, *, PUT)
  FLOAT_FORMS(DIVISION, Div, /)
  FLOAT_FORMS(SQUARE_ROOT, Sqrt, )
  FLOAT_ENTRIES(Add, +, true, true)
  FLOAT_ENTRIES(Sub, -, true, true)
  FLOAT_ENTRIES(Mul, *, true, true)
  FLOAT_ENTRIES(Div, /, number != 0, acc != 0)
  FLOAT_ENTRY(MulB, Mul, acc * acc, true, PUT)
  FLOAT_ENTRY(MulFB, MulF, acc * acc, true, PUT_AND_PASS)
  FLOAT_ENTRY(MulDB, MulD, acc * acc, true, PASS)
  FLOAT_ENTRY(SqrtL, Sqrt, std::sqrt(acc), true, PUT)
  FLOAT_ENTRY(SqrtFL, SqrtF, std::sqrt(acc), true, PUT_AND_PASS)
  FLOAT_ENTRY(SqrtDL, SqrtD, std::sqrt(acc), acc >= 0, PASS)
  DIVISION(Mod, Mod, %, PUT)
  ARITHMETIC_I(AddI, kAdd, SMALL_ADD)
  ARITHMETIC_I(SubI, kSub, SMALL_SUB)
  ARITHMETIC_I(MulI, kMul, SMALL_MUL)
  DIVISION_I(DivI, kDiv, quotient)
  DIVISION_I(ModI, kMod, x - quotient * C)
  HANDLE(Unary) { SLOW(Unary, unary(m)); }
  HANDLE(Len) {
    const Term list = R(B);
    if (TTVM_LIKELY(term::is_list(list))) {
      R(A) = Term::small(static_cast<std::int64_t>(term::list_length(list)));
      NEXT(Len);
    }
    SLOW(Len, unary(m));
  }
  HANDLE(Binary) { SLOW(Binary, binary(m)); }
  BITWISE(BitAnd, &)
  BITWISE(BitOr, |)
  BITWISE(BitXor, ^)
  HANDLE(Not) {
    R(A) = Term::boolean(!R(B).truthy());
    NEXT(Not);
  }
  HANDLE(And) {
    R(A) = Term::boolean(R(B).truthy() && R(C).truthy());
    NEXT(And);
  }
  HANDLE(Or) {
    R(A) = Term::boolean(R(B).truthy() || R(C).truthy());
    NEXT(Or);
  }

  COMPARISON(Eq, ==)
  COMPARISON(Ne, !=)
  COMPARISON(Lt, <)
  COMPARISON(Le, <=)
  COMPARISON(Gt, >)
  COMPARISON(Ge, >=)
  COMPARISON_I(Eq, ==)
  COMPARISON_I(Ne, !=)
  COMPARISON_I(Lt, <)
  COMPARISON_I(Le, <=)
  COMPARISON_I(Gt, >)
  COMPARISON_I(Ge, >=)
#define COMPARE_JUMP_HANDLERS(name)      \
  COMPARE_JUMP_HANDLER(Jump##name, R(B)) \
  COMPARE_JUMP_HANDLER(Jump##name##I, Term::small(SIGNED(1)))
  TTVM_COMPARISONS(COMPARE_JUMP_HANDLERS)
  JUMP_HANDLER(Jump)
  JUMP_HANDLER(JumpFalse)
  JUMP_HANDLER(JumpTrue)
  TTVM_JUMPS(ADD_AND_JUMP_HANDLER)
add_alone:
  if (static_cast<std::uint16_t>(C * 2) == D) goto do_AddI;  // else d is -2 * c
  goto do_SubI;
  JUMP_ENTRY(JumpEq, ==)
  JUMP_ENTRY(JumpNe, !=)
  JUMP_ENTRY(JumpLt, <)
  JUMP_ENTRY(JumpLe, <=)
  JUMP_ENTRY(JumpGt, >)
  JUMP_ENTRY(JumpGe, >=)

  // ---- Calls

  HANDLE(Call) { ENTER; }
  HANDLE(MoveCall) {
    R(A) = R(B);
    pc += length(RCode::kMove);
    ENTER;
  }
  HANDLE(Move2Call) {
    R(A) = R(B);
    R(C) = R(D);
    pc += length(RCode::kMove2);
    ENTER;
  }
  HANDLE(TailCall) {
    if (TTVM_UNLIKELY(frame + C > process.stack_end)) {
      SAVE(TailCall);
      outcome = grow_stack(m, 0, C);
      frame = m.frame;
      if (outcome != Outcome::kOk) goto other;
    }
    const Word link = frame[IMM(1)];
    const Word* from = frame + A;
    const std::uint32_t count = B;
    for (std::uint32_t i = 0; i < count; ++i) frame[i] = from[i];
    frame[count] = link;
    reductions -= D;
    pc = reinterpret_cast<const Word*>(IMM(0));
    PREEMPT_IF_SPENT;
    DISPATCH;
  }
  HANDLE(Return0) {
    reductions -= D;
    const Word link = frame[B];
    LEAVE(link);
  }
  HANDLE(Return1) {
    reductions -= D;
    const Word link = frame[B];
    frame[0] = frame[A];
    LEAVE(link);
  }
  HANDLE(ReturnK) {
    reductions -= D;
    const Word link = frame[B];
    frame[0] = IMM(0);
    LEAVE(link);
  }
  HANDLE(ReturnN) {
    reductions -= D;
    const Word link = frame[B];
    const Word* from = frame + A;
    const std::uint32_t count = C;
    for (std::uint32_t i = 0; i < count; ++i) frame[i] = from[i];
    LEAVE(link);
  }
  HANDLE(Expand) {
    const Term* captured = term::captures(R(A));
    const std::uint32_t count = B;
    for (std::uint32_t i = 0; i < count; ++i) R(A + i) = captured[i];
    NEXT(Expand);
  }
  HANDLE(Closure) { SLOW(Closure, make_closure(m)); }

  HANDLE(Apply) {
    const std::uint32_t window = A;
    const std::uint32_t count = B;
    const Term function = R(window + count);
    reductions -= C;
    if (TTVM_UNLIKELY(!term::is_function(function) || entry_of(function).arity != count)) {
      SAVE(Apply);
      outcome = refuse_function(m, isa::Op::kApply, function, count);
      goto other;
    }
    const Word* take = pc + length(RCode::kApply);
    APPLY(Apply, function, window, count, take + length(RCode::kTakeResult), take);
  }
  HANDLE(TakeResult) { SLOW(TakeResult, take_result(m)); }
  HANDLE(Each) {
    reductions -= C;
    SAVE(Each);
    bool done = false;
    outcome = begin_each(m, done);
    frame = m.frame;
    if (TTVM_UNLIKELY(outcome != Outcome::kOk)) goto other;
    const Word* take = pc + length(RCode::kEach);
    const Word* step = take + length(RCode::kTakeResult);
    if (done) {
      pc = step + length(RCode::kMapStep);
      DISPATCH;
    }
    Term* state = &R(A);
    if (D == static_cast<std::uint16_t>(isa::Op::kFold)) {
      APPLY_TO_ELEMENT(Each, 1, 2, step, take);
    }
    APPLY_TO_ELEMENT(Each, 0, 1, step, take);
  }
  HANDLE(MapStep) {
    Term* state = &R(A);
    Word* grown = state[lower::kEachGrowing].mutable_pointer();
    reductions -= 1;
    if (TTVM_LIKELY(HAS_SLOT(grown) && IS_IN_LEAF)) {
      heap::GrowingList::add_to(grown, state[lower::kEachState]);
    } else {
      STEP_SLOWLY(MapStep, true);
    }
    APPLY_AGAIN(MapStep, 0, 1);
  }
  HANDLE(FilterStep) {
    Term* state = &R(A);
    Word* grown = state[lower::kEachGrowing].mutable_pointer();
    const bool keeps = state[lower::kEachState].truthy();
    reductions -= 1;
    if (TTVM_UNLIKELY(!IS_IN_LEAF || (keeps && !HAS_SLOT(grown)))) {
      STEP_SLOWLY(FilterStep, keeps);
    } else if (keeps) {
      heap::GrowingList::add_to(
          grown,
          Term::from_word(state[lower::kEachLeaf].pointer()[state[lower::kEachSlot].word() >> 1U]));
    }
    APPLY_AGAIN(FilterStep, 0, 1);
  }
  HANDLE(FoldStep) {
    Term* state = &R(A);
    reductions -= 1;
    if (TTVM_UNLIKELY(!IS_IN_LEAF)) STEP_SLOWLY(FoldStep, false);
    APPLY_AGAIN(FoldStep, 1, 2);
  }
  HANDLE(Gradual) {
    SAVE(Gradual);
    bool more = false;
    std::int32_t cost = 0;
    outcome = gradual(m, more, cost);
    reductions -= cost;
    if (TTVM_UNLIKELY(outcome != Outcome::kOk)) goto other;
    if (more) JUMP_BY(0);
    NEXT(Gradual);
  }

  HANDLE(Trap) { TTVM_CHECK(!"control came where it cannot"); }

  HANDLE(Try) {
    SAVE(Try);
    enter_try(m);
    NEXT(Try);
  }
  HANDLE(EndTry) {
    SAVE(EndTry);
    end_try(m, static_cast<std::uint32_t>(IMM(0)));
    NEXT(EndTry);
  }
  HANDLE(DropTries) {
    SAVE(DropTries);
    drop_tries(m);
    NEXT(DropTries);
  }
  HANDLE(Throw) {
    SAVE(Throw);
    m.throws_value = true;
    m.thrown = A;
    outcome = Outcome::kRaise;
    goto other;
  }

  // ---- Data

  HANDLE(MakeList) {
    const std::uint32_t count = C;
    if (TTVM_LIKELY(count - 1U < term::kMaxFlatList && process.heap.has_room(1 + count))) {
      Word* list = process.heap.allocate(1 + count);
      list[0] = term::Header(term::Kind::kList, count).word();
      const Word* from = frame + B;
      for (std::uint32_t i = 0; i < count; ++i) list[1 + i] = from[i];
      R(A) = Term::box(list);
      NEXT(MakeList);
    }
    SLOW(MakeList, make_list(m));
  }
  HANDLE(List2) {
    if (TTVM_LIKELY(process.heap.has_room(3))) {
      Word* list = process.heap.allocate(3);
      list[0] = term::Header(term::Kind::kList, 2).word();
      list[1] = R(B).word();
      list[2] = R(C).word();
      R(A) = Term::box(list);
      NEXT(List2);
    }
    SLOW(List2, make_pair_list(m));
  }
  HANDLE(Index) {
    const Term list = R(B);
    const Term position = R(C);
    if (TTVM_LIKELY(position.is_small() && term::is_list(list) &&
                    static_cast<std::uint64_t>(position.as_small()) < term::list_length(list))) {
      R(A) = term::list_get(list, static_cast<std::uint64_t>(position.as_small()));
      NEXT(Index);
    }
    if (position.is_small() && list.is_box() &&
        term::try_byte_at(list, static_cast<std::uint64_t>(position.as_small()), R(A))) {
      NEXT(Index);
    }
    SLOW(Index, index(m, R(C)));
  }
  HANDLE(IndexI) {
    const Term list = R(B);
    const std::uint64_t position = C;
    if (TTVM_LIKELY(list.is_box())) {
      const term::Header header = term::header_of(list);
      if (TTVM_LIKELY(static_cast<std::uint8_t>(header.word()) == first_byte(term::Kind::kList) &&
                      position < header.size())) {
        R(A) = Term::from_word(list.pointer()[term::kListElements + position]);
        NEXT(IndexI);
      }
      if (header.kind() == term::Kind::kVec && position < term::list_length(list)) {
        R(A) = term::list_get(list, position);
        NEXT(IndexI);
      }
      if (term::try_byte_at(list, position, R(A))) NEXT(IndexI);
    }
    SLOW(IndexI, index(m, Term::small(C)));
  }
  HANDLE(ByteAt) {
    const Term text = R(B);
    const Term position = R(C);
    if (TTVM_LIKELY(position.is_small() && text.is_box())) {
      const Word* box = text.pointer();
      const term::Kind kind = term::Header(*box).kind();
      if (TTVM_LIKELY(kind == term::Kind::kStr || kind == term::Kind::kBytes ||
                      term::is_off_heap(kind))) {
        const std::string_view bytes = term::text_of(text);
        const auto at = static_cast<std::uint64_t>(position.as_small());
        if (TTVM_LIKELY(at < bytes.size())) {
          R(A) = Term::small(static_cast<unsigned char>(bytes[at]));
          NEXT(ByteAt);
        }
      }
    }
    SLOW(ByteAt, byte_at(m));
  }
  HANDLE(Concat) { SLOW(Concat, concat(m)); }
  HANDLE(ListAppend) { SLOW(ListAppend, list_append(m)); }
  HANDLE(ListSet) { SLOW(ListSet, list_set(m)); }
// The cache names a shape and a word; a flat object's header names its shape.
#define IS_FLAT_OBJECT(object) \
  ((object).is_box() &&        \
   static_cast<std::uint8_t>(*(object).pointer()) == first_byte(term::Kind::kObject))
#define CACHED_FIELD \
  reinterpret_cast<const lower::InlineCache*>(IMM(1))->load(std::memory_order_relaxed)
  HANDLE(GetField) {
    const Term object = R(B);
    if (TTVM_LIKELY(IS_FLAT_OBJECT(object))) {
      const std::uint64_t cached = CACHED_FIELD;
      if (TTVM_LIKELY(cached >> 32U == term::header_of(object).size())) {
        R(A) = Term::from_word(object.pointer()[static_cast<std::uint32_t>(cached)]);
        NEXT(GetField);
      }
    }
    SLOW(GetField, get_field(m));
  }
  HANDLE(SetField) {
    // A field that is there already: a copy of the object, with one word changed.
    const Term object = R(B);
    if (TTVM_LIKELY(IS_FLAT_OBJECT(object))) {
      const term::Header header = term::header_of(object);
      const std::uint64_t cached = CACHED_FIELD;
      const std::size_t words = std::size_t{1} + header.aux();
      if (TTVM_LIKELY(cached >> 32U == header.size() && process.heap.has_room(words))) {
        Word* copy = process.heap.allocate(words);
        heap::copy_words(copy, object.pointer(), words);
        copy[0] = term::Header(term::Kind::kObject, header.size(), header.aux()).word();
        copy[static_cast<std::uint32_t>(cached)] = R(C).word();
        R(A) = Term::box(copy);
        NEXT(SetField);
      }
    }
    SLOW(SetField, set_field(m));
  }
  HANDLE(ObjectGet) { SLOW(ObjectGet, object_get(m)); }
  HANDLE(ObjectSet) { SLOW(ObjectSet, object_set(m)); }
  HANDLE(ObjectHas) { SLOW(ObjectHas, object_has(m)); }
  HANDLE(ObjectDelete) { SLOW(ObjectDelete, object_delete(m)); }
  HANDLE(TypeOf) {
    R(A) = type_name_term(R(B));
    NEXT(TypeOf);
  }
  HANDLE(Native) {
    bool jumps = false;
    SLOW(Native, call_native(m, jumps));
  }
  HANDLE(NativeJump) {
    SAVE(NativeJump);
    bool jumps = false;
    outcome = call_native(m, jumps);
    if (outcome != Outcome::kOk) goto other;
    if (jumps) JUMP_BY(IMM(1));
    NEXT(NativeJump);
  }
  HANDLE(DumpScope) { SLOW(DumpScope, dump_scope(m)); }

  // ---- Processes

  HANDLE(Spawn) { SLOW(Spawn, spawn(m)); }
  HANDLE(SpawnApply) { SLOW(SpawnApply, spawn_apply(m)); }
  HANDLE(Send) { SLOW(Send, send(m)); }
  HANDLE(SendPid) { SLOW(SendPid, send_to_pid(m)); }
  HANDLE(Receive) {
    reductions -= D;
    if (process.mailbox.empty() && !process.inbox.has_signals()) {
      SAVE(Receive);
      goto wait;
    }
    SLOW(Receive, receive_slow(m));
  }
  HANDLE(ReceiveAfter) {
    reductions -= D;
    SAVE(ReceiveAfter);
    bool timed_out = false;
    outcome = receive_after(m, timed_out);
    if (outcome != Outcome::kOk) goto other;
    if (timed_out) JUMP_BY(IMM(0));
    NEXT(ReceiveAfter);
  }
  HANDLE(Yield) {
    reductions -= D;
    pc += length(RCode::kYield);
    goto preempt;
  }
  HANDLE(Sleep) {
    reductions -= D;
    SLOW(Sleep, sleep(m));
  }
  HANDLE(Self) {
    R(A) = Term::pid(process.pid);
    NEXT(Self);
  }
  HANDLE(MakeRef) { SLOW(MakeRef, make_ref(m)); }
  HANDLE(MonotonicMs) {
    R(A) = Term::small((m.context.clock->now() - m.context.start_time) / 1'000'000);
    NEXT(MonotonicMs);
  }
  HANDLE(MonotonicNs) {
    R(A) = Term::small(m.context.clock->now() - m.context.start_time);
    NEXT(MonotonicNs);
  }
  HANDLE(Exit) {
    SAVE(Exit);
    outcome = exit_status(m);
    if (outcome != Outcome::kOk) goto other;
    process.pc = pc;
    process.frame = frame;
    process.reductions += static_cast<std::uint64_t>(budget - reductions);
    return SliceEnd::kStopRun;
  }
  HANDLE(Halt) {
    reductions -= D;
    process.exit_kind = process::ExitKind::kNormal;
    process.reductions += static_cast<std::uint64_t>(budget - reductions);
    return SliceEnd::kExited;
  }
  HANDLE(NeedsSmp) {
    SAVE(NeedsSmp);
    const isa::OpInfo* op = isa::find(static_cast<std::uint8_t>(D));
    refuse_without_smp(m, *op);
    return SliceEnd::kExited;
  }

  // ---- Explicit operand stack

  HANDLE(XPop) { SLOW(XPop, pop_operand(m)); }
  HANDLE(XPush) { SLOW(XPush, push_operand(m)); }
  HANDLE(XCall) {
    reductions -= D;
    SLOW(XCall, call_explicit(m));
  }
  HANDLE(XCallFunction) {
    reductions -= D;
    SLOW(XCallFunction, call_function_explicit(m));
  }
  HANDLE(XPushResults) { SLOW(XPushResults, push_results(m)); }
  HANDLE(XTailCheck) {
    SAVE(XTailCheck);
    if (frame_has_active_try(m)) {
      pc += static_cast<std::int64_t>(IMM(0));
      DISPATCH;
    }
    drop_tries(m);
    NEXT(XTailCheck);
  }
  HANDLE(XTailCall) {
    reductions -= D;
    SLOW(XTailCall, tail_call_explicit(m));
  }
  HANDLE(XTailCallFunction) {
    reductions -= D;
    SLOW(XTailCallFunction, tail_call_function_explicit(m));
  }
  HANDLE(XReturn) {
    reductions -= D;
    const Word link = frame[0];
    LEAVE(link);
  }
  HANDLE(XMakeList) { SLOW(XMakeList, make_list_from_operands(m)); }
  HANDLE(XSpawn) { SLOW(XSpawn, spawn_from_operands(m)); }

other:
  switch (outcome) {
    case Outcome::kEntered:
      pc = m.at;
      frame = m.frame;
      PREEMPT_IF_SPENT;
      DISPATCH;
    case Outcome::kRaise:
      // Raising costs, so that a loop of nothing but errors is preempted too.
      reductions -= 10;
      if (!unwind(m)) break;
      pc = m.at;
      frame = m.frame;
      PREEMPT_IF_SPENT;
      DISPATCH;
    case Outcome::kWait:
      goto wait;
    case Outcome::kAgain:
      goto preempt;
    case Outcome::kDie:
      if (m.leaves) goto leave;
      break;
    case Outcome::kOk:
      break;
  }
  process.pc = m.at;  // where it ended, for the report
  process.frame = m.frame;
  process.reductions += static_cast<std::uint64_t>(budget - reductions);
  return SliceEnd::kExited;

wait:  // SAVE has been done
  if (process.heap.has_adopted_some()) drop_received(m);
  process.pc = pc;
  process.frame = frame;
  process.reductions += static_cast<std::uint64_t>(budget - reductions);
  return SliceEnd::kWaiting;

leave:
  process.pc = m.at;
  process.frame = m.frame;
  process.reductions += static_cast<std::uint64_t>(budget - reductions);
  process.left_at = static_cast<std::uint16_t>(process.reductions);
  return SliceEnd::kCollect;

preempt:
  process.pc = pc;
  process.frame = frame;
  process.reductions += static_cast<std::uint64_t>(budget - reductions);
  return SliceEnd::kRunnable;
}

}  // namespace

const void* const* Interpreter::handlers() {
  const void* const* handlers = nullptr;
  run_loop(nullptr, 0, &handlers);
  return handlers;
}

SliceEnd Interpreter::run(Process& process, RunContext& context, std::int32_t budget) {
  Machine machine{process, context, *this, nullptr, nullptr, nullptr, {}};
  return run_loop(&machine, budget, nullptr);
}

}  // namespace ttvm::interp
