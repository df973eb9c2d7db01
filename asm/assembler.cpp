#include "asm/assembler.hpp"

#include <limits>

#include "asm/parser.hpp"
#include "asm/program.hpp"
#include "asm/resolver.hpp"
#include "asm/source.hpp"

namespace ttvm::assembler {

namespace {

std::string source_name(std::string_view file) {
  const std::string_view name = file.substr(file.find_last_of('/') + 1);
  return printable(name, name.size());
}

}  // namespace

base::Expected<bytecode::Module> assemble(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  // Offsets are 32-bit numbers, and kNone is not one.
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    base::Diagnostic diagnostic;
    diagnostic.file = file;
    diagnostic.message = "the program is larger than 4 GiB";
    return diagnostic;
  }
  Reporter reporter(text, file);
  Program program;
  Parser(text, reporter, program).run();
  Resolver resolver(program, reporter);
  if (!reporter.full()) resolver.resolve();
  if (reporter.any()) return reporter.take();
  if (!program.exact) program.source_name = source_name(file);
  return resolver.layout();
}

}  // namespace ttvm::assembler
