// compile, disasm, check.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <optional>
#include <system_error>

#include "asm/disassembler.hpp"
#include "bytecode/ttb.hpp"
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "vm/loader.hpp"

namespace ttvm::cli {

namespace {

constexpr const char* kNoFile = "no file is given";

std::string reason(int error) { return std::generic_category().message(error); }

// Reads, parses and verifies. Without a value, `status` says how to end.
std::optional<bytecode::Module> load(const std::string& path, int& status) {
  const vm::Input input = vm::read_input(path);
  if (!input.error.empty()) {
    status = fail(kNoInput, "cannot read " + input.name + ": " + input.error);
    return std::nullopt;
  }
  const base::Expected<bytecode::Module> module = vm::parse_program(input);
  if (!module) {
    status = report(module.errors());
    return std::nullopt;
  }
  const base::Expected<vm::Verified> verified = vm::verify_program(*module, input.name);
  if (!verified) {
    status = report(verified.errors());
    return std::nullopt;
  }
  return *module;
}

// Writes to what exists and is no ordinary file (a device, a pipe).
int write_in_place(const std::string& path, std::string_view bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = write_all(descriptor, bytes);
  return ::close(descriptor) != 0 && error == 0 ? errno : error;
}

// A new file beside it takes its place once it is complete: whoever reads meanwhile sees the old
// one or the new one, and a full disk leaves the old one alone.
int replace(const std::string& path, std::string_view bytes, const struct stat* old) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return errno;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  constexpr mode_t kUsual = 0666;
  constexpr mode_t kPermissions = 0777;
  const mode_t mode = old != nullptr ? (old->st_mode & kPermissions) : (kUsual & ~mask);
  int error = ::fchmod(descriptor, mode) != 0 ? errno : write_all(descriptor, bytes);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(temporary.c_str());
  return error;
}

int write_output(const std::string& path, std::string_view bytes) {
  if (path == "-") return print(bytes);
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  int error = 0;
  if (exists && S_ISDIR(old.st_mode)) {
    error = EISDIR;
  } else if (exists && !S_ISREG(old.st_mode)) {
    error = write_in_place(path, bytes);
  } else {
    char target[PATH_MAX];  // a link stays a link
    const bool resolved = exists && ::realpath(path.c_str(), target) != nullptr;
    error = replace(resolved ? target : path, bytes, exists ? &old : nullptr);
  }
  if (error == 0) return kFine;
  return fail(kFailed, "cannot write " + path + ": " + reason(error));
}

}  // namespace

int compile(const Words& words) {
  bool strip = false;
  const Help help{
      "compile", "ttvm compile [--strip] IN.ttvm [OUT.ttb]",
      "Without OUT the file is called as IN, with .ttb in place of .ttvm; `-` is\n"
      "standard output (or input). Nothing is written when the program has errors, and\n"
      "a file that exists is replaced only by a complete one.\n\n"
      "Examples:\n"
      "  ttvm compile worker.ttvm                 writes worker.ttb\n"
      "  ttvm compile --strip worker.ttvm w.ttb   smaller; errors have no lines\n\n"
      "Status: 0 written, 1 the output cannot be written, 2 wrong usage, 65 the program\n"
      "has errors, 66 it cannot be read.\n"};
  Parser parser("Writes a program as bytecode (.ttb).", help, Parser::Operands::kAnywhere);
  parser.add_flag("--strip", strip, "Leave out source name, labels and lines");
  int status = parser.parse_operands(words, kNoFile, 2);
  if (status >= 0) return status;
  const std::string& in = parser.operands().front();
  std::string out = parser.operands().size() == 2 ? parser.operands()[1] : "";
  constexpr std::string_view kSuffix = ".ttvm";
  if (out.empty()) {
    if (!in.ends_with(kSuffix)) {
      return fail_usage("name the output too: " + in + " does not end in .ttvm", "compile");
    }
    out = in.substr(0, in.size() - kSuffix.size()) + ".ttb";
  }
  std::optional<bytecode::Module> module = load(in, status);
  if (!module) return status;
  if (strip) bytecode::strip(*module);
  const std::vector<std::uint8_t> bytes = bytecode::write_ttb(*module);
  return write_output(out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

int disasm(const Words& words) {
  assembler::DisassembleOptions options;
  const Help help{
      "disasm", "ttvm disasm IN.ttb [--hex]",
      "IN may be source text too, which is assembled first.\n\n"
      "Examples:\n"
      "  ttvm disasm worker.ttb\n"
      "  ttvm disasm worker.ttb --hex | less\n\n"
      "Status: 0 printed, 1 the output cannot be written, 2 wrong usage, 65 the file is\n"
      "no valid program, 66 it cannot be read.\n"};
  Parser parser("Prints bytecode as assembly that assembles to the very same bytes.", help,
                Parser::Operands::kAnywhere);
  parser.add_flag("--hex", options.hex, "The bytes beside each instruction");
  int status = parser.parse_operands(words, kNoFile, 1);
  if (status >= 0) return status;
  const std::optional<bytecode::Module> module = load(parser.operands().front(), status);
  if (!module) return status;
  return print(assembler::disassemble(*module, options));
}

int check(const Words& words) {
  const Help help{"check", "ttvm check IN.ttvm|IN.ttb",
                  "Prints nothing when there are none.\n\n"
                  "Example:\n"
                  "  ttvm check worker.ttvm && ttvm --smp worker.ttvm\n\n"
                  "Status: 0 no errors, 2 wrong usage, 65 the program has errors, 66 it cannot be\n"
                  "read.\n"};
  Parser parser("Finds the errors of a program without running it.", help,
                Parser::Operands::kAnywhere);
  int status = parser.parse_operands(words, kNoFile, 1);
  if (status >= 0) return status;
  return load(parser.operands().front(), status) ? kFine : status;
}

}  // namespace ttvm::cli
