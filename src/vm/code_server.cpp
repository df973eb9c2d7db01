#include "vm/code_server.hpp"

#include <unistd.h>

#include <algorithm>

#include "interp/interpreter.hpp"
#include "isa/isa.hpp"
#include "natives/natives.hpp"
#include "process/native.hpp"

namespace ttvm::vm {

namespace {

constexpr const char* kBasicProcess = "basic_process";
// Of the sources, the one whose functions are no predefined types.
constexpr std::string_view kLibrary = "supervisor.ttvm";

std::string first_line(const base::Diagnostic& diagnostic) {
  const std::string text = base::format(diagnostic);
  return text.substr(0, text.find('\n'));
}

process::NativeStatus no_files(process::NativeCall& call) {
  return call.raise(std::string(call.mnemonic) + " is switched off");
}

// A message that arrives later changes nothing for a RECEIVE that finds one or waits, as long as
// all messages are of one priority, and queues have no limits and are not looked at. Of the
// instructions of processes these, at least, leave it so.
bool leaves_receives_alone(isa::Op op) {
  constexpr std::string_view kHarmless[] = {"SPAWN", "REGISTER",  "WHEREIS", "UNREGISTER",   "SEND",
                                            "YIELD", "SENDNAMED", "RECEIVE", "RECEIVE_AFTER"};
  return !isa::has_effect(op, isa::kSmp) ||
         std::find(std::begin(kHarmless), std::end(kHarmless), isa::info(op).mnemonic) !=
             std::end(kHarmless);
}

bool receives_commute_in(const verify::VerifiedModule& module) {
  const std::vector<bytecode::Instruction>& code = module.module().code;
  return std::all_of(code.begin(), code.end(), [](const bytecode::Instruction& instruction) {
    return leaves_receives_alone(instruction.op);
  });
}

}  // namespace

bool is_file_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  constexpr std::size_t kMaxName = 200;
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

CodeServer::CodeServer(const Settings& settings) : files_(settings.files) {
  options_.handlers = interp::Interpreter::handlers();
  options_.smp = settings.smp;
  options_.prove = settings.prove;
  options_.points = settings.points;
  options_.max_uncharged = std::min(options_.max_uncharged,
                                    static_cast<std::uint32_t>(std::max(settings.reductions, 1)));
  for (const isa::OpInfo& op : isa::kOps) {
    if (!isa::has_effect(op.op, isa::kNative)) continue;
    options_.natives[static_cast<std::uint8_t>(op.op)] =
        reinterpret_cast<const void*>(natives::find(op.mnemonic));
  }
  if (files_) return;
  for (const isa::Op op : {isa::Op::kReadFile, isa::Op::kReadBytes, isa::Op::kWriteFile}) {
    options_.natives[static_cast<std::uint8_t>(op)] = reinterpret_cast<const void*>(&no_files);
  }
}

CodeServer::~CodeServer() = default;

const lower::Program& CodeServer::load_main(Verified program, std::string folder) {
  const base::MutexLock lock(mutex_);
  folder_ = std::move(folder);
  options_.receives_commute = options_.points && receives_commute_in(*program);
  return add(std::move(program));
}

const lower::Program& CodeServer::add(Verified module) {
  if (options_.receives_commute && !receives_commute_in(*module)) loaded_other_ = true;
  programs_.push_back(lower::lower(std::move(module), options_));
  return *programs_.back();
}

bool CodeServer::was_wrong_about_receives() const {
  const base::MutexLock lock(mutex_);
  return loaded_other_;
}

process::Services::ProcessType CodeServer::find_process_type(std::string_view name) {
  const base::MutexLock lock(mutex_);
  if (!std_loaded_) load_std();
  std::string key(name);
  const auto known = types_.find(key);
  if (known != types_.end()) return known->second;
  return look_up(key);
}

const term::FunctionInfo* CodeServer::find_library_function(std::string_view name) {
  const base::MutexLock lock(mutex_);
  if (library_ == nullptr) {
    for (const StdSource& source : std_sources()) {
      if (source.name == kLibrary) library_ = &load_source(source);
    }
    TTVM_CHECK(library_ != nullptr);
  }
  const auto found = library_->named.find(std::string(name));
  return found == library_->named.end() ? nullptr : found->second;
}

bool CodeServer::is_supervisor(const term::FunctionInfo* function) const {
  const base::MutexLock lock(mutex_);
  return library_ != nullptr &&
         std::any_of(library_->named.begin(), library_->named.end(),
                     [&](const auto& entry) { return entry.second == function; });
}

const lower::Program& CodeServer::load_source(const StdSource& source) {
  const base::Expected<Verified> module =
      load_program({std::string(source.name), std::string(source.text), {}});
  TTVM_CHECK(module.ok());
  return add(*module);
}

void CodeServer::load_std() {
  std_loaded_ = true;
  for (const StdSource& source : std_sources()) {
    if (source.name == kLibrary) continue;
    for (const auto& [name, entry] : load_source(source).named) {
      if (name == kBasicProcess) {
        basic_.function = entry;
        basic_.takes_name = true;
      } else {
        types_[name].function = entry;
      }
    }
  }
  TTVM_CHECK(basic_.function != nullptr);
}

process::Services::ProcessType CodeServer::look_up(const std::string& name) {
  bool found = false;
  ProcessType type = files_ && is_file_name(name) ? load_file(name, found) : ProcessType{};
  if (!found) type = basic_;
  if (found || types_.size() < kMaxRemembered) types_[name] = type;
  return type;
}

process::Services::ProcessType CodeServer::load_file(const std::string& name, bool& found) {
  ProcessType type;
  const std::string file = name + ".ttvm";
  const std::string path = folder_.empty() ? file : folder_ + "/" + file;
  if (::access(path.c_str(), F_OK) != 0) return type;
  found = true;
  const std::string failure = "SPAWN cannot load \"" + file + "\": ";
  Input input = read_input(path);
  if (!input.error.empty()) {
    type.error = failure + input.error;
    return type;
  }
  input.name = file;
  const base::Expected<Verified> module = load_program(input);
  if (!module) {
    type.error = failure + first_line(module.errors().front());
    return type;
  }
  type.function = &add(*module).main();
  return type;
}

}  // namespace ttvm::vm
