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
  void find_leaders();
  void find_regions();
  void make_instances();
  void flow_captures();
  void step_captures(std::uint32_t pc, std::vector<std::uint32_t>& names);
  std::uint32_t lambda_instance(std::uint32_t function, const std::vector<std::uint32_t>& captures);
  void bind_variables();
  void error_at(std::uint32_t instruction, std::string message);

  std::shared_ptr<VerifiedModule> result_;
  std::map<std::pair<std::uint32_t, std::vector<std::uint32_t>>, std::uint32_t> lambda_instances_;
  base::Diagnostics errors_;
};

}  // namespace ttvm::verify
