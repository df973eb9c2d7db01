// tests/conformance/errors/bad-*.ttvm against the .expected beside each. With TTVM_REBASE set in
// the environment the expectations are rewritten instead; read the difference before committing it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "helpers.hpp"

namespace ttvm::assembler {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(Conformance, EveryBadProgramFailsAsExpected) {
  const fs::path folder = fs::path(__FILE__).parent_path() / "../../conformance/errors";
  std::vector<fs::path> programs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("bad-") && entry.path().extension() == ".ttvm")
      programs.push_back(entry.path());
  }
  std::sort(programs.begin(), programs.end());
  EXPECT_GE(programs.size(), 60U);
  for (const fs::path& program : programs) {
    const auto result = assemble(contents(program), program.filename().string());
    ASSERT_FALSE(result) << program;
    const std::string actual = "status: 65\nstderr:\n" + base::format(result.errors());
    const fs::path expected = fs::path(program).replace_extension(".expected");
    if (std::getenv("TTVM_REBASE") != nullptr) {
      std::ofstream(expected, std::ios::binary) << actual;
    } else {
      EXPECT_EQ(actual, contents(expected)) << program;
    }
  }
}

}  // namespace
}  // namespace ttvm::assembler
