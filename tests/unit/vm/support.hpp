// What the tests of vm share: captured output, programs from text.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "vm/loader.hpp"
#include "vm/vm.hpp"

namespace ttvm::vm {

class Capture {
 public:
  Capture() : descriptor_(::memfd_create("capture", MFD_CLOEXEC)) {}
  ~Capture() { ::close(descriptor_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  int descriptor() const { return descriptor_; }
  std::string text() const {
    std::string out(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
    EXPECT_EQ(::pread(descriptor_, out.data(), out.size(), 0), static_cast<ssize_t>(out.size()));
    return out;
  }

 private:
  int descriptor_;
};

inline Verified program(const std::string& text) {
  base::Expected<Verified> loaded = load_program({"test.ttvm", text, {}});
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : base::format(loaded.errors()));
  return loaded.ok() ? *loaded : nullptr;
}

struct Result {
  int status = -1;
  std::string output;
  std::string errors;
};

inline Result run(const std::string& text, Options options = {}, const std::string& folder = "") {
  const Capture output;
  const Capture errors;
  options.output = output.descriptor();
  options.errors = errors.descriptor();
  Result result;
  {
    Vm machine(options);
    result.status = machine.run(program(text), folder);
  }
  result.output = output.text();
  result.errors = errors.text();
  return result;
}

inline Options smp(std::uint32_t schedulers = 1) {
  Options options;
  options.smp = true;
  options.schedulers = schedulers;
  return options;
}

}  // namespace ttvm::vm
