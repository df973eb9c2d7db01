// Any bytes as a program: bytecode, or source text where they assemble. What the verifier accepts
// is run, sequentially and on the deterministic scheduler, with tight limits and without files.
// Nothing that a program does may harm the VM.
#include <fcntl.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "bytecode/ttb.hpp"
#include "vm/loader.hpp"
#include "vm/vm.hpp"

namespace {

using namespace ttvm;

int null_device() {
  static const int descriptor = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  return descriptor;
}

vm::Options tight_limits() {
  vm::Options options;
  options.seed = 1;
  options.schedulers = 1;
  options.reductions = 100;
  options.max_reductions = 20'000;
  options.max_processes = 64;
  options.max_stack_bytes = std::size_t{256} << 10U;
  options.max_heap_bytes = std::size_t{1} << 20U;
  options.files = false;
  options.output = options.errors = null_device();
  return options;
}

int run(const vm::Verified& program, bool smp, bool prove) {
  vm::Options options = tight_limits();
  options.smp = smp;
  options.prove = prove;
  vm::Vm machine(options);
  return machine.run(program, "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  vm::Input input;
  input.name = "fuzz";
  input.bytes.assign(reinterpret_cast<const char*>(data), size);
  const base::Expected<vm::Verified> program = vm::load_program(input);
  if (!program) return 0;
  run(*program, false, true);
  run(*program, false, false);
  run(*program, true, true);
  run(*program, true, false);
  return 0;
}
