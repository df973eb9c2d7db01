// Lowers one function's code: a proven instance, or the explicit code of a region. Both go through
// the same rules; they differ in where operands are while control passes from block to block.
//
// Within a block the operand stack exists at lowering time only: `stack_` says for each operand
// which register or constant it is. LOAD pushes the variable's own register; the result of an
// instruction goes to a fresh register, or straight into the variable that the next STORE names. At
// the end of a block, proven code moves each operand to the register of its depth; explicit code
// pushes them on the process's operand stack, and pops from there what a block finds missing.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lower/lower.hpp"
#include "lower/variable_flow.hpp"

namespace ttvm::lower {

using Register = std::uint16_t;

// Code addresses that are known only when everything has been lowered.
struct CallFixup {
  CodeObject* code;
  std::uint32_t at;  // first word of the Call or TailCall
  std::uint32_t instance;
  bool is_tail;
};

struct LoweringContext {
  const verify::VerifiedModule& verified;
  const LowerOptions& options;
  Program& program;
  std::vector<CallFixup>& fixups;
  std::vector<const std::string*>& function_at;  // by instruction: name for stack traces
};

// The jump for the condition's being false; where that is a comparison, of numbers but NaN.
RCode opposite(RCode code);

class FunctionLowering {
 public:
  FunctionLowering(LoweringContext& context, CodeObject& out);

  // False if it needs more registers than there are; the instance then stays explicit.
  [[nodiscard]] bool lower_proven(const verify::Instance& instance);

  // `entries` gets the offset of each leader's code.
  void lower_explicit(const verify::Region& region,
                      std::unordered_map<std::uint32_t, std::uint32_t>& entries,
                      std::unordered_map<std::uint32_t, Register>& variables);

  // After lower_explicit: a register whose value at a function's start nothing reads.
  Register sink() const { return result_count_; }

 private:
  struct Operand {
    bool is_constant = false;
    Register reg = 0;
    Term value;
  };
  struct JumpFixup {
    std::uint32_t at;
    std::uint32_t immediate;
    std::uint32_t target;
  };
  static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};
  // How a float comes to an instruction: see fusion.cpp.
  struct FloatRow {
    std::uint32_t at = kNowhere;  // the immediates of the one before; kNowhere: none comes
    unsigned side = 0;
    bool passes_only = false;
  };
  struct PendingMove {
    Register to;
    Operand from;
  };

  // lowering.cpp: blocks and prologue
  void number_variables(const std::vector<std::uint32_t>& names, Register first);
  void find_blocks(std::vector<std::uint32_t> leaders, const std::vector<std::uint32_t>* region);
  void make_flow(std::uint32_t entry, BitSet always_set, bool deletes, bool precise);
  void prologue(std::uint32_t entry, const BitSet& inputs);
  void lower_blocks();
  void start_block(std::size_t block);
  void end_block(std::uint32_t next);
  void fix_jumps();

  // rules.cpp
  bool lower_instruction(std::uint32_t& pc);  // false: the rest of the block is dead
  bool lower_constant(const bytecode::Instruction& instruction);
  bool lower_shuffle(const bytecode::Instruction& instruction);
  bool lower_operator(std::uint32_t& pc);
  bool lower_variable(const bytecode::Instruction& instruction);
  bool lower_data(const bytecode::Instruction& instruction);
  void lower_arithmetic(RCode registers, RCode immediate);
  void lower_binary(RCode code, std::uint16_t d = 0);
  void lower_index();
  void lower_unary(RCode code, std::uint16_t d = 0);
  bool lower_comparison(std::uint32_t& pc);
  void lower_store(std::uint32_t name);
  void lower_load(std::uint32_t name);
  void lower_delete(std::uint32_t name);
  void lower_capture(std::uint32_t pc);
  void lower_lambda(std::uint32_t pc);
  bool has_constant_key() const;
  void lower_get_field(isa::Op op, Term key);
  void lower_set_field(isa::Op op, Term key, const Operand& value);
  void lower_make_list(std::uint32_t count);
  void push_results(Register first, std::int32_t count);
  void lower_native(const bytecode::Instruction& instruction);
  void lower_native_jump(const bytecode::Instruction& instruction);
  bool lower_repeated(const bytecode::Instruction& instruction);
  void lower_apply(std::uint32_t count);
  void lower_each(isa::Op op);
  void lower_gradual(isa::Op op);
  void lower_dump_scope();
  // control_rules.cpp
  bool lower_control(const bytecode::Instruction& instruction, bool& alive);
  void lower_jump(std::uint32_t target);
  bool rotate_loop(std::uint32_t target);
  RCode jump_at(std::uint32_t at) const;
  void lower_jump_if(const bytecode::Instruction& instruction);
  void lower_try(const bytecode::Instruction& instruction);
  bool lower_process(const bytecode::Instruction& instruction, bool& alive);
  void lower_send(const bytecode::Instruction& instruction);
  void lower_receive_after(const bytecode::Instruction& instruction);
  // calls.cpp
  bool lower_call();  // CALL and CALL_FUNCTION; false: does not come back
  bool lower_proven_call(std::uint32_t callee, bool closure);
  bool lower_explicit_call(const FunctionEntry* callee);
  void lower_return();
  bool returns_at(std::uint32_t pc) const;
  void lower_spawn(isa::Op op);
  void lower_spawn_apply();
  bool is_tail_call() const;

  // operands
  void push_register(Register reg);
  void push_constant(Term value);
  Operand pop();
  Register use(const Operand& operand);  // its register; loads a constant. Held until release().
  void find_loop_constants();
  Register result();  // a free register for the result of this instruction
  Register allocate(Register preferred);
  Register temporary();
  void hold(Register reg);
  void release();
  Register canonical(std::size_t depth) const;
  Register window_for(std::size_t count);
  void move_to_window(Register first, std::vector<Operand>& operands);
  void run_moves(std::vector<PendingMove>& moves);
  Register spare_for(const std::vector<PendingMove>& moves);
  void push_lowest(std::size_t count);
  void prepare_explicit(const bytecode::Instruction& instruction);
  void settle();                           // operands to where the next block expects them
  Register clear_of_settle(Register reg);  // the same value where settle() will not write
  void save_aliases(Register reg);
  void touch(std::uint32_t reg);
  std::vector<Operand> pop_many(std::size_t count);

  // emission
  std::uint32_t emit(RCode code, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0,
                     std::uint32_t d = 0);
  bool fuse_move(Register to, Register from);
  // fusion.cpp: instructions with the one before
  void fuse(RCode code, std::uint32_t a, std::uint32_t b, std::uint32_t c);
  void fuse_call();
  void fuse_float(const FloatRow& before, RCode code, std::uint32_t a, std::uint32_t b,
                  std::uint32_t c);
  bool ends_with(RCode code) const;
  Word handler(RCode code) const;
  void set_immediate(std::uint32_t at, std::uint32_t index, Word value);
  void set_operand(std::uint32_t at, unsigned index, std::uint32_t value);
  void emit_result(RCode code, std::uint32_t b = 0, std::uint32_t c = 0, std::uint32_t d = 0);
  void jump_to(std::uint32_t at, std::uint32_t immediate, std::uint32_t target);
  bool is_visible(isa::Op op) const;
  std::uint32_t take_cost();
  Word make_safepoint();
  Word new_cache();

  const bytecode::Module& module() const { return context_.verified.module(); }
  Term name_term(std::uint32_t string) const;

  LoweringContext& context_;
  CodeObject& out_;
  bool explicit_ = false;
  bool has_try_ = false;
  bool has_float_ = false;  // a constant
  const verify::Instance* instance_ = nullptr;
  const verify::Region* region_ = nullptr;

  std::unordered_map<std::uint32_t, std::uint32_t> variable_index_;  // by name
  std::vector<Register> variable_register_;
  std::vector<std::uint32_t> variable_names_;
  BitSet set_now_;
  std::vector<verify::TryContext> tries_;  // proven code: TRYs in force, and handlers that run
  std::uint32_t capture_base_ = 0;
  std::uint32_t capture_count_ = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> capture_slot_;  // by name
  Register result_count_ = 0;  // explicit code: how many results a call left
  std::uint32_t temps_ = 0;    // first register for operands
  // Proven code: constants that a loop uses, in registers from `constants_` on that the prologue
  // sets. Immediate or static, so that no collection need know of them.
  std::vector<Term> loop_constants_;
  std::uint32_t constants_ = 0;
  std::vector<FlowBlock> blocks_;
  std::unique_ptr<VariableFlow> flow_;

  std::vector<Operand> stack_;
  std::vector<std::uint32_t> references_;  // by register: operands and holds
  std::vector<Register> held_;
  std::uint32_t pc_ = 0;
  std::uint32_t cost_ = 0;
  std::uint32_t last_result_ =
      0;  // where the last instruction was emitted, if STORE may retarget it
  bool can_retarget_ = false;
  // Where a Move ends the code of this block so far, and a Move2 before that or there.
  std::uint32_t last_move_ = kNowhere;
  std::uint32_t last_move2_ = kNowhere;
  // The instruction that ends the code of this block so far, if another may be fused with it, and
  // how a float comes to it from the one before.
  RCode last_code_ = RCode::kTrap;
  std::uint32_t last_at_ = kNowhere;
  FloatRow row_;
  bool too_large_ = false;
  bool has_popped_ = false;  // explicit code: the block has taken operands off the stack

  std::unordered_map<std::uint32_t, std::uint32_t> offset_at_;  // of blocks
  std::vector<JumpFixup> jumps_;
};

}  // namespace ttvm::lower
