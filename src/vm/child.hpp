// OS processes that the machine forks: one for each explored run, one to write a crash dump.
#pragma once

#include <sys/wait.h>

#include <cerrno>

namespace ttvm::vm {

// Waits for its end, whatever signals come meanwhile. The status is that of waitpid; 0 if the child
// is somebody else's to wait for.
inline int wait_for_child(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

}  // namespace ttvm::vm
