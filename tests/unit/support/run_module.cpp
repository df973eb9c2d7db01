#include "support/run_module.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "asm/assembler.hpp"
#include "heap/heap.hpp"

namespace ttvm::testing {

namespace {

// An anonymous file in memory that takes a machine's output.
class Capture {
 public:
  Capture() : descriptor_(::memfd_create("ttvm-output", MFD_CLOEXEC)) {}
  ~Capture() { ::close(descriptor_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  int descriptor() const { return descriptor_; }
  std::string text() const {
    std::string out(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
    const ssize_t count = ::pread(descriptor_, out.data(), out.size(), 0);
    out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return out;
  }

 private:
  int descriptor_;
};

}  // namespace

RunOutput run_module(const bytecode::Module& module, vm::Options options, bool collect_always) {
  const Capture out;
  const Capture err;
  options.output = out.descriptor();
  options.errors = err.descriptor();
  RunOutput result;
  const auto verified = vm::verify_program(module, "test.ttvm");
  if (!verified) {
    result.status = 65;
    for (const auto& error : verified.errors()) result.err += base::format(error);
    return result;
  }
  heap::g_collect_always = collect_always;
  {
    vm::Vm machine(options);
    result.status = machine.run(*verified, "");
  }
  heap::g_collect_always = false;
  result.out = out.text();
  result.err = err.text();
  return result;
}

bytecode::Module assemble(std::string_view text) {
  auto module = assembler::assemble(text, "test.ttvm");
  if (!module) {
    for (const auto& error : module.errors()) ADD_FAILURE() << base::format(error);
    return {};
  }
  return std::move(*module);
}

RunOutput run_text(std::string_view text, vm::Options options, bool collect_always) {
  return run_module(assemble(text), std::move(options), collect_always);
}

vm::Verified verify_text(std::string_view text) {
  auto verified = vm::verify_program(assemble(text), "test.ttvm");
  if (!verified) {
    for (const auto& error : verified.errors()) ADD_FAILURE() << base::format(error);
    return nullptr;
  }
  return *verified;
}

void expect_output(std::string_view text, std::string_view out, int status) {
  const bytecode::Module module = assemble(text);
  for (const bool prove : {true, false}) {
    for (const bool collect_always : {false, true}) {
      for (const std::int32_t reductions : {1000, 1}) {
        vm::Options options;
        options.smp = true;
        options.prove = prove;
        options.reductions = reductions;
        options.seed = 1;
        const RunOutput got = run_module(module, options, collect_always);
        EXPECT_EQ(got.out, out) << "proven " << prove << ", collect always " << collect_always
                                << ", reductions " << reductions << "\n"
                                << got.err << text;
        EXPECT_EQ(got.status, status) << got.err;
      }
    }
  }
}

}  // namespace ttvm::testing
