#define _GNU_SOURCE
#include "CBaseShims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOWEST = 10 };

/// Gives both ends numbers from LOWEST on.
static int lifted(int ends[2]) {
  for (int i = 0; i < 2; ++i) {
    if (ends[i] >= LOWEST) continue;
    int higher = fcntl(ends[i], F_DUPFD_CLOEXEC, LOWEST);
    if (higher < 0) {
      int number = errno;
      close(ends[0]);
      close(ends[1]);
      return number;
    }
    close(ends[i]);
    ends[i] = higher;
  }
  return 0;
}

int base_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? lifted(ends) : errno; }

int base_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ? lifted(ends) : errno; }

int base_start(const char *path, int input, int printed, int answer, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int number = posix_spawn_file_actions_init(&actions);
  if (number != 0) return number;
  number = posix_spawnattr_init(&attributes);
  if (number != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return number;
  }
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  int (*const give)(posix_spawn_file_actions_t *, int, int) = posix_spawn_file_actions_adddup2;
  number = give(&actions, input, 0);
  if (number == 0) number = give(&actions, printed, 1);
  if (number == 0) number = give(&actions, printed, 2);
  if (number == 0) number = give(&actions, answer, 3);
  if (number == 0) number = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
  char *const arguments[] = {(char *)path, NULL};
  if (number == 0) number = posix_spawn(process, path, &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return number;
}

int base_limit_memory(pid_t process, uint64_t byte_count) {
  struct rlimit limit = {byte_count, byte_count};
  return prlimit(process, RLIMIT_AS, &limit, NULL) == 0 ? 0 : errno;
}

int base_process_descriptor(pid_t process) {
#ifdef SYS_pidfd_open
  return (int)syscall(SYS_pidfd_open, process, 0);
#else
  return (void)process, -1;
#endif
}

enum base_end base_look(pid_t process, int descriptor, int wait, int keep, int *code) {
  siginfo_t info;
  int options = WEXITED | (wait ? 0 : WNOHANG) | (keep ? WNOWAIT : 0);
  // By descriptor it cannot be another child that got the number of one that somebody else collected.
  int by_descriptor = descriptor >= 0;
  while (1) {
    info.si_pid = 0;
    if (waitid(by_descriptor ? (idtype_t)3 /* P_PIDFD */ : P_PID, (id_t)(by_descriptor ? descriptor : process), &info, options) == 0) break;
    if (errno == EINVAL && by_descriptor) {
      by_descriptor = 0; // Linux before 5.4
    } else if (errno != EINTR) {
      return BASE_COLLECTED;
    }
  }
  if (info.si_pid == 0) return BASE_RUNNING;
  *code = info.si_status;
  return info.si_code == CLD_EXITED ? BASE_EXITED : BASE_KILLED;
}
