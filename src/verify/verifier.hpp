// The steps of verification; the entrance is verify.hpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.hpp"
#include "verify/verified_module.hpp"

namespace ttvm::verify {

class Verifier {
 public:
  explicit Verifier(bytecode::Module module);
  base::Expected<std::shared_ptr<const VerifiedModule>> run();

 private:
  using Names = std::vector<std::uint32_t>;  // sorted

  void find_leaders();
  void find_regions();
  void make_instances();
  void flow_captures();
  void reach_with(const Names& names, std::uint32_t pc);
  void walk_captures(std::uint32_t pc, bool record);
  static void add_name(Names& names, std::uint32_t name);
  const Names& captured_in_region(std::uint32_t pc);
  void record_captures(std::uint32_t pc, const Names& names);
  std::uint32_t lambda_instance(std::uint32_t function, const std::vector<std::uint32_t>& captures);
  void bind_variables();
  void error_at(std::uint32_t instruction, std::string message);

  std::shared_ptr<VerifiedModule> result_;
  std::map<std::pair<std::uint32_t, std::vector<std::uint32_t>>, std::uint32_t> lambda_instances_;
  std::map<std::uint32_t, Names> region_captures_;
  struct {
    std::map<std::uint32_t, Names> at_leader;
    std::vector<std::uint32_t> work;
    std::uint64_t budget = 0;
  } flow_;
  std::uint64_t total_captures_ = 0;
  base::Diagnostics errors_;
};

}  // namespace ttvm::verify
