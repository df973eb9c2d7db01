#include "vm/loader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <system_error>

#include "asm/assembler.hpp"
#include "bytecode/ttb.hpp"
#include "verify/verify.hpp"

namespace ttvm::vm {

namespace {

std::span<const std::uint8_t> octets(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

int read_descriptor(int descriptor, std::string& out) {
  struct stat about {};
  constexpr std::size_t kChunk = std::size_t{64} << 10U;
  std::size_t wanted = kChunk;
  if (::fstat(descriptor, &about) == 0) {
    if (S_ISDIR(about.st_mode)) return EISDIR;
    if (S_ISREG(about.st_mode)) wanted = static_cast<std::size_t>(about.st_size) + 1;
  }
  for (;;) {
    const std::size_t have = out.size();
    out.resize(have + wanted);
    const ssize_t count = ::read(descriptor, out.data() + have, wanted);
    const int error = errno;
    out.resize(have + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count == 0) return 0;
    if (count < 0 && error != EINTR) return error;
    wanted = kChunk;
  }
}

}  // namespace

Input read_input(const std::string& path) {
  Input input;
  const bool standard = path == "-";
  input.name = standard ? "stdin" : path;
  const int descriptor = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int error = descriptor < 0 ? errno : read_descriptor(descriptor, input.bytes);
  if (descriptor >= 0 && !standard) ::close(descriptor);
  if (error != 0) input.error = std::generic_category().message(error);
  return input;
}

bool is_bytecode(const Input& input) {
  return bytecode::looks_like_ttb(octets(input.bytes)) || input.name.ends_with(".ttb");
}

base::Expected<bytecode::Module> parse_program(const Input& input) {
  if (is_bytecode(input)) return bytecode::read_ttb(octets(input.bytes), input.name);
  return assembler::assemble(input.bytes, input.name);
}

base::Expected<Verified> verify_program(bytecode::Module module, const std::string& name) {
  base::Expected<Verified> verified = verify::verify(std::move(module));
  if (verified) return verified;
  base::Diagnostics errors = verified.errors();
  for (base::Diagnostic& error : errors) {
    if (error.file.empty()) error.file = name;
  }
  return errors;
}

base::Expected<Verified> load_program(const Input& input) {
  base::Expected<bytecode::Module> module = parse_program(input);
  if (!module) return module.errors();
  return verify_program(std::move(*module), input.name);
}

}  // namespace ttvm::vm
