#include "natives/natives.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/clock.hpp"
#include "heap/build.hpp"
#include "heap/collector.hpp"
#include "process/details.hpp"
#include "process/registry.hpp"
#include "term/access.hpp"
#include "term/print.hpp"

namespace ttvm::natives {
namespace {

using process::NativeCall;
using process::NativeStatus;
using term::Term;

class FakeServices : public process::Services {
 public:
  std::vector<std::uint64_t> dead_letter(std::uint64_t, std::string_view,
                                         process::DeadLetterReason) override {
    return {};
  }
  void want_dead_letters(std::uint64_t, bool) override {}
  void report_exit(const process::Process&, term::Term) override {}
  void print_line(std::string_view text) override { printed.emplace_back(text); }
  const std::vector<std::string>& arguments() const override { return args; }
  void report_uncaught(const process::Process&, std::string_view,
                       const std::vector<std::string>&) override {}
  ProcessType find_process_type(std::string_view) override { return {}; }

  std::vector<std::string> printed;
  std::vector<std::string> args;
};

class FakeJobs : public process::JobPort {
 public:
  void submit(process::Job* job) override { submitted = job; }
  process::Job* submitted = nullptr;
};

constexpr NativeCall::Hooks kHooks{
    .reserve =
        [](NativeCall& call, std::size_t words) {
          auto& arguments = *static_cast<std::vector<Term>*>(call.machine);
          return heap::collect(call.process.heap, words, arguments);
        },
    .reserve_first = [](NativeCall& call,
                        std::size_t words) { return kHooks.reserve(call, words); },
    .find_runnable = nullptr,
    .spawn_linked = nullptr,
};

class Natives : public testing::Test {
 protected:
  Natives() {
    context_.services = &services_;
    context_.jobs = &jobs_;
    context_.registry = &registry_;
    context_.epoch = &domain_.participant(0);
    context_.epoch->go_online();
    process_.pid = 7;
  }
  ~Natives() override {
    registry_.forget(process_, *context_.epoch);
    context_.epoch->go_offline();
    delete process_.details;
  }

  Term string(std::string_view text) {
    room(heap::make_string_need(text.size()));
    return heap::make_string(process_.heap, text);
  }
  Term bytes(std::string_view text) {
    room(heap::make_bytes_need(text.size()));
    return heap::make_bytes(process_.heap, text);
  }
  Term list(std::vector<Term> elements) {
    if (process_.heap.needs_collection(heap::make_list_need(elements.size()))) {
      EXPECT_TRUE(heap::collect(process_.heap, heap::make_list_need(elements.size()), elements));
    }
    return heap::make_list(process_.heap, elements);
  }
  // Test values are not rooted: there must always be room.
  void room(std::size_t words) {
    constexpr std::size_t kPlenty = 4096;
    if (process_.heap.block_words() == 0) {
      EXPECT_TRUE(heap::collect(process_.heap, kPlenty, {}));
    }
    ASSERT_FALSE(process_.heap.needs_collection(words));
  }

  NativeStatus call(const char* mnemonic, std::vector<Term> arguments) {
    arguments_ = std::move(arguments);
    return call_again(mnemonic);
  }
  NativeStatus call_again(const char* mnemonic) {
    NativeCall native{process_,
                      context_,
                      arguments_.data(),
                      static_cast<std::uint32_t>(arguments_.size()),
                      mnemonic,
                      error_,
                      kHooks,
                      &arguments_};
    error_.clear();
    heap::g_collect_always = leaves_no_room_;
    if (leaves_no_room_) {
      EXPECT_TRUE(heap::collect(process_.heap, 0, arguments_));
    }
    const NativeStatus status = find(mnemonic)(native);
    heap::g_collect_always = false;
    result_ = native.result;
    return status;
  }
  // What it gives as text; the exception's message after "!".
  std::string value(const char* mnemonic, std::vector<Term> arguments) {
    const NativeStatus status = call(mnemonic, std::move(arguments));
    if (status == NativeStatus::kRaise) return "!" + error_;
    EXPECT_EQ(status, NativeStatus::kDone);
    std::string text;
    term::print(result_, text, true);
    return text;
  }
  // The same for natives that wait for a job.
  std::string after_job(const char* mnemonic, std::vector<Term> arguments) {
    const NativeStatus first = call(mnemonic, std::move(arguments));
    if (first == NativeStatus::kRaise) return "!" + error_;
    EXPECT_EQ(first, NativeStatus::kWait);
    EXPECT_EQ(call_again(mnemonic), NativeStatus::kWait) << "the job has not come back";
    jobs_.submitted->run(*jobs_.submitted);
    EXPECT_EQ(process_.inbox.push(jobs_.submitted), process::PushResult::kPushed);
    const NativeStatus last = call_again(mnemonic);
    EXPECT_EQ(process::details_of(process_).pending_io, nullptr);
    if (last == NativeStatus::kRaise) return "!" + error_;
    EXPECT_EQ(last, NativeStatus::kDone);
    std::string text;
    term::print(result_, text, true);
    return text;
  }

  FakeServices services_;
  FakeJobs jobs_;
  process::Registry registry_;
  process::EpochDomain domain_{1};
  process::RunContext context_;
  process::Process process_;
  std::vector<Term> arguments_;
  Term result_;
  std::string error_;
  bool leaves_no_room_ = false;  // so that each reserve collects
};

TEST_F(Natives, TableHasJustTheNatives) {
  for (const char* name :
       {"PRINT", "TO_BYTES", "TO_INT", "TO_FLOAT", "TO_STR", "READ_FILE", "WRITE_FILE",
        "READ_BYTES", "ARGS", "REGISTER", "WHEREIS", "UNREGISTER"}) {
    EXPECT_NE(find(name), nullptr) << name;
  }
  EXPECT_EQ(find("ADD"), nullptr);
  EXPECT_EQ(find(""), nullptr);
}

TEST_F(Natives, PrintShowsStringsRawAndTheRestAsText) {
  EXPECT_EQ(call("PRINT", {string("a \"b\"")}), NativeStatus::kDone);
  EXPECT_EQ(call("PRINT", {list({string("a"), Term::small(1)})}), NativeStatus::kDone);
  EXPECT_EQ(services_.printed, (std::vector<std::string>{"a \"b\"", "[\"a\", 1]"}));
}

TEST_F(Natives, ToIntOfStringsReadsThemAsAProgramDoes) {
  EXPECT_EQ(value("TO_INT", {string("42")}), "42");
  EXPECT_EQ(value("TO_INT", {string("-0x10")}), "-16");
  EXPECT_EQ(value("TO_INT", {string("+0b101")}), "5");
  EXPECT_EQ(value("TO_INT", {string("1_000")}), "1000");
  EXPECT_EQ(value("TO_INT", {string("-9223372036854775808")}), "-9223372036854775808");
  for (const char* bad : {"", "-", "3.5", " 3", "3 ", "1__0", "_1", "1_", "0x", "0b2", "abc",
                          "9223372036854775808", "--1"}) {
    EXPECT_EQ(value("TO_INT", {string(bad)}),
              "!TO_INT cannot convert \"" + std::string(bad) + "\"");
  }
}

TEST_F(Natives, ToIntOfNumbersTruncatesAndRefusesWhatDoesNotFit) {
  room(64);
  const auto number = [&](double d) { return heap::make_float(process_.heap, d); };
  EXPECT_EQ(value("TO_INT", {number(-3.99)}), "-3");
  EXPECT_EQ(value("TO_INT", {number(-9223372036854775808.0)}), "-9223372036854775808");
  EXPECT_EQ(value("TO_INT", {number(9223372036854775808.0)}).substr(0, 16), "!TO_INT cannot c");
  EXPECT_EQ(value("TO_INT", {number(1e300)}), "!TO_INT cannot convert 1e+300");
  EXPECT_EQ(value("TO_INT", {number(std::nan(""))}), "!TO_INT cannot convert nan");
  EXPECT_EQ(value("TO_INT", {Term::boolean(true)}), "1");
  EXPECT_EQ(value("TO_INT", {Term::null()}),
            "!TO_INT expects a number, bool or string but got Null");
}

TEST_F(Natives, ToFloat) {
  EXPECT_EQ(value("TO_FLOAT", {string("2.5")}), "2.5");
  EXPECT_EQ(value("TO_FLOAT", {string("-1e3")}), "-1000.0");
  EXPECT_EQ(value("TO_FLOAT", {string("0x10")}), "16.0");
  EXPECT_EQ(value("TO_FLOAT", {string("-inf")}), "-inf");
  EXPECT_EQ(value("TO_FLOAT", {string("nan")}), "nan");
  EXPECT_EQ(value("TO_FLOAT", {Term::small(3)}), "3.0");
  EXPECT_EQ(value("TO_FLOAT", {Term::boolean(false)}), "0.0");
  for (const char* bad : {"", "infinity", "nan(1)", "1e", "e5", "1e999", "2.5x", " 1"}) {
    EXPECT_EQ(value("TO_FLOAT", {string(bad)}),
              "!TO_FLOAT cannot convert \"" + std::string(bad) + "\"");
  }
}

TEST_F(Natives, BytesAndStringsInBothDirections) {
  EXPECT_EQ(value("TO_BYTES", {string("az")}), "<<97, 122>>");
  EXPECT_EQ(value("TO_BYTES", {list({Term::small(0), Term::small(255)})}), "<<0, 255>>");
  EXPECT_EQ(value("TO_BYTES", {list({Term::small(256)})}),
            "!TO_BYTES expects Ints from 0 to 255 but got 256");
  EXPECT_EQ(value("TO_BYTES", {list({Term::null()})}),
            "!TO_BYTES expects Ints from 0 to 255 but got Null");
  EXPECT_EQ(value("TO_BYTES", {Term::small(1)}),
            "!TO_BYTES expects a string or a list of Ints from 0 to 255 but got Int");
  EXPECT_EQ(value("TO_STR", {bytes("\xC3\xA9")}), "\"\xC3\xA9\"");
  for (const char* bad : {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_EQ(value("TO_STR", {bytes(bad)}), "!TO_STR cannot convert bytes that are not UTF-8");
  }
  EXPECT_EQ(value("TO_STR", {list({string("a")})}), "\"[\\\"a\\\"]\"");
}

TEST_F(Natives, ArgumentsSurviveACollectionInReserve) {
  leaves_no_room_ = true;
  EXPECT_EQ(value("TO_BYTES", {string("abc")}), "<<97, 98, 99>>");
}

TEST_F(Natives, LargeArgumentsSurviveACollectionInReserve) {
  leaves_no_room_ = true;
  const std::string large(300, 'x');
  EXPECT_EQ(value("TO_STR", {bytes(large)}), "\"" + large + "\"");
}

TEST_F(Natives, ArgsAreStrings) {
  room(64);
  services_.args = {"one", "", std::string(100, 'a')};
  EXPECT_EQ(value("ARGS", {}), "[\"one\", \"\", \"" + std::string(100, 'a') + "\"]");
}

TEST_F(Natives, Names) {
  EXPECT_EQ(value("WHEREIS", {string("x")}), "0");
  EXPECT_EQ(call("REGISTER", {string("x")}), NativeStatus::kDone);
  EXPECT_EQ(value("WHEREIS", {string("x")}), "7");
  EXPECT_TRUE(result_.is_pid());
  EXPECT_EQ(value("REGISTER", {string("x")}), "!Name already registered: x");
  EXPECT_EQ(value("REGISTER", {string("a b")}), "!Invalid process name: \"a b\"");
  EXPECT_EQ(value("REGISTER", {Term::small(1)}), "!REGISTER expects a name but got Int");
  EXPECT_EQ(call("UNREGISTER", {string("x")}), NativeStatus::kDone);
  EXPECT_EQ(value("UNREGISTER", {string("x")}), "!Unknown process name: x");
}

class Files : public Natives {
 protected:
  Files() {
    char pattern[] = "/tmp/ttvm-natives-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  ~Files() override { std::system(("rm -rf " + folder_).c_str()); }
  std::string path(const char* name) const { return folder_ + "/" + name; }
  void put(const char* name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  std::string folder_;
};

TEST_F(Files, ReadGivesTheWholeFile) {
  put("text", "h\xC3\xA9llo\n");
  EXPECT_EQ(after_job("READ_FILE", {string(path("text"))}), "\"h\xC3\xA9llo\\n\"");
  EXPECT_EQ(after_job("READ_BYTES", {string(path("text"))}),
            "<<104, 195, 169, 108, 108, 111, 10>>");
  put("empty", "");
  EXPECT_EQ(after_job("READ_FILE", {string(path("empty"))}), "\"\"");
}

TEST_F(Files, ReadErrorsNamePathAndReason) {
  EXPECT_EQ(after_job("READ_FILE", {string(path("none"))}),
            "!READ_FILE cannot read \"" + path("none") + "\": No such file or directory");
  EXPECT_EQ(after_job("READ_BYTES", {string(folder_)}),
            "!READ_BYTES cannot read \"" + folder_ + "\": Is a directory");
  put("binary", "\xFF\xFE");
  EXPECT_EQ(after_job("READ_FILE", {string(path("binary"))}),
            "!READ_FILE cannot read \"" + path("binary") + "\": not UTF-8");
  EXPECT_EQ(after_job("READ_FILE", {Term::small(1)}), "!READ_FILE expects a path but got Int");
  EXPECT_EQ(after_job("READ_FILE", {string(std::string_view("a\0b", 3))}),
            "!READ_FILE cannot read \"a\\0b\": Invalid argument");
}

TEST_F(Files, WriteReplacesTheFile) {
  put("out", "something longer than what follows");
  after_job("WRITE_FILE", {string("new"), string(path("out"))});
  std::ifstream in(path("out"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "new");
  EXPECT_EQ(after_job("WRITE_FILE", {bytes("x"), string(path("no/folder"))}),
            "!WRITE_FILE cannot write \"" + path("no/folder") + "\": No such file or directory");
  EXPECT_EQ(after_job("WRITE_FILE", {string("x"), string("/dev/full")}),
            "!WRITE_FILE cannot write \"/dev/full\": No space left on device");
  EXPECT_EQ(after_job("WRITE_FILE", {Term::small(1), string(path("out"))}),
            "!WRITE_FILE expects a string or bytes but got Int");
  EXPECT_EQ(after_job("WRITE_FILE", {string("x"), Term::null()}),
            "!WRITE_FILE expects a path but got Null");
}

TEST_F(Files, JobOfADeadProcessIsDiscarded) {
  EXPECT_EQ(call("READ_FILE", {string(path("none"))}), NativeStatus::kWait);
  process::Job* job = jobs_.submitted;
  EXPECT_EQ(job->pid, process_.pid);
  process::details_of(process_).pending_io = nullptr;
  job->run(*job);
  job->discard(*job);  // the leak checker sees whether all of it is gone
}

}  // namespace
}  // namespace ttvm::natives
