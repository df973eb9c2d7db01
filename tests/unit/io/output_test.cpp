#include "io/output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

namespace ttvm::io {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  int writer() const { return ends_[1]; }
  int reader() const { return ends_[0]; }
  void close_reader() { close_end(0); }
  void close_writer() { close_end(1); }
  // What is there now; waits for at least one byte unless the writer is closed.
  std::string read_some() const {
    std::array<char, 65536> buffer;
    const ssize_t count = ::read(ends_[0], buffer.data(), buffer.size());
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : "";
  }
  std::string read_all() const {
    std::string text;
    for (std::string piece = read_some(); !piece.empty(); piece = read_some()) text += piece;
    return text;
  }

 private:
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_{};
};

TEST(Output, CollectsLinesUntilFlushed) {
  Pipe pipe;
  Output output(pipe.writer());
  EXPECT_FALSE(output.has_pending());
  output.write_line("one");
  output.write("two\n");
  EXPECT_TRUE(output.has_pending());
  output.flush();
  EXPECT_FALSE(output.has_pending());
  EXPECT_EQ(pipe.read_some(), "one\ntwo\n");
}

TEST(Output, WritesABlockWhenItIsFull) {
  Pipe pipe;
  Output output(pipe.writer());
  const std::string line(999, 'x');
  std::size_t written = 0;
  while (written + 1000 < Output::kFlushBytes) {
    output.write_line(line);
    written += 1000;
    ASSERT_TRUE(output.has_pending());
  }
  output.write_line(line);
  EXPECT_FALSE(output.has_pending());
  EXPECT_EQ(pipe.read_some().size(), written + 1000);
}

TEST(Output, FlushesWhatIsOld) {
  Pipe pipe;
  Output output(pipe.writer());
  output.flush_if_due(1);
  output.write_line("x");
  output.flush_if_due(0);
  EXPECT_TRUE(output.has_pending());
  output.flush_if_due(Output::kMaxAge - 1);
  EXPECT_TRUE(output.has_pending());
  output.flush_if_due(Output::kMaxAge);
  EXPECT_FALSE(output.has_pending());
  EXPECT_EQ(pipe.read_some(), "x\n");
}

TEST(Output, TheDestructorFlushes) {
  Pipe pipe;
  { Output(pipe.writer()).write_line("last"); }
  EXPECT_EQ(pipe.read_some(), "last\n");
}

TEST(Output, AClosedPipeIsToldOnce) {
  ignore_sigpipe();
  Pipe pipe;
  Pipe errors;
  Output output(pipe.writer(), errors.writer());
  pipe.close_reader();
  output.write_line("x");
  output.flush();
  EXPECT_TRUE(output.failed());
  EXPECT_EQ(output.error(), EPIPE);
  output.write_line("y");
  output.flush();
  EXPECT_FALSE(output.has_pending());
  errors.close_writer();
  EXPECT_EQ(errors.read_all(), "ttvm: error: cannot write to standard output: Broken pipe\n");
}

TEST(Output, AFullDeviceIsAnError) {
  const int full = ::open("/dev/full", O_WRONLY);
  if (full < 0) GTEST_SKIP() << "no /dev/full";
  Pipe errors;
  Output output(full, errors.writer());
  output.write_line("x");
  output.flush();
  EXPECT_EQ(output.error(), ENOSPC);
  ::close(full);
}

// A pipe that takes a few kilobytes at a time, without blocking: partial writes and EAGAIN.
TEST(Output, PartialWritesLoseNothing) {
  Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK), 0);
  std::string expected;
  std::string got;
  std::thread reader([&] { got = pipe.read_all(); });
  {
    Output output(pipe.writer());
    for (int i = 0; i < 40000; ++i) {
      const std::string line = "line " + std::to_string(i);
      output.write_line(line);
      expected += line + "\n";
    }
  }
  pipe.close_writer();
  reader.join();
  EXPECT_EQ(got, expected);
}

TEST(Output, LinesOfThreadsAreNotMixed) {
  Pipe pipe;
  std::string got;
  std::thread reader([&] { got = pipe.read_all(); });
  {
    Output output(pipe.writer());
    std::vector<std::thread> writers;
    for (char letter = 'a'; letter < 'e'; ++letter) {
      writers.emplace_back([&output, letter] {
        for (int i = 0; i < 2000; ++i) output.write_line(std::string(20, letter));
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  pipe.close_writer();
  reader.join();
  ASSERT_EQ(got.size(), 4U * 2000 * 21);
  for (std::size_t at = 0; at < got.size(); at += 21) {
    ASSERT_EQ(got.substr(at, 21), std::string(20, got[at]) + "\n");
  }
}

TEST(ErrorOutput, WritesAtOnce) {
  Pipe pipe;
  ErrorOutput errors(pipe.writer());
  errors.write("a\nb\n");
  EXPECT_EQ(pipe.read_some(), "a\nb\n");
}

}  // namespace
}  // namespace ttvm::io
