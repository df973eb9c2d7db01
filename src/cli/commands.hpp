// The commands of ttvm. Each takes the words behind its name and gives the status to exit with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ttvm::cli {

using Words = std::vector<std::string>;

// All of it: what main() does.
int run_command_line(const Words& words);

int run(const Words& words, bool named);  // `named`: as `ttvm run ...`
int compile(const Words& words);
int disasm(const Words& words);
int check(const Words& words);
int explore(const Words& words);
int test(const std::string& command, const Words& words);

// "run", "compile" ... and the test commands.
bool is_command(std::string_view word);
std::string_view nearest_command(std::string_view word);  // empty if none is near

}  // namespace ttvm::cli
