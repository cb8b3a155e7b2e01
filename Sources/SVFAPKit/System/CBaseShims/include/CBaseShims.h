/* What Swift cannot import from the C library. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/// Processors that this process may run on, at least 1 (sched_getaffinity needs _GNU_SOURCE).
int base_usable_processors(void);

/// Path of the file that this code is linked into, as the loader knows it; NULL if unknown. Lives for ever.
const char *base_own_file(void);

/// Opens something for looking at it and for looking things up in it: no right to read it is needed, and a symbolic link is
/// itself what is opened. Returns a descriptor that closes on exec, or -1 with errno set.
int base_open_step(int folder, const char *name);

/// The address of a symbol that a library, as dlopen gave it, defines itself; NULL if it does not. `size` receives its
/// bytes as the library declares them, 0 where it does not.
const void *base_own_symbol(void *library, const char *name, uint64_t *size);

/// A pipe whose ends close on exec, both numbered 10 or higher, so that they never stand in the way of 0 ... 3 of a
/// child, even where this process has closed its own. Returns 0 or an errno value.
int base_pipe(int ends[2]);

/// The same for a pair of connected stream sockets.
int base_socket_pair(int ends[2]);

/// Starts a program by its path, in a process group of its own, with all signals at their defaults and unblocked. It
/// gets `input` as 0, `printed` as 1 and 2, `answer` as 3, and no other descriptor. Returns 0 or an errno value.
int base_start(const char *path, int input, int printed, int answer, pid_t *process);

/// Limits the address space of another process. Returns 0 or an errno value.
int base_limit_memory(pid_t process, uint64_t byte_count);

/// A descriptor that can be polled for the end of a child; -1 where the system has none.
int base_process_descriptor(pid_t process);

/// How a child ended.
enum base_end {
  BASE_RUNNING,  ///< it did not, so far
  BASE_EXITED,   ///< `code` is its exit status
  BASE_KILLED,   ///< `code` is the signal
  BASE_COLLECTED ///< it did, and somebody else of this process has its status (SIGCHLD is ignored, or a handler waits)
};

/// Looks how a child is doing. Unless `keep`, one that ended is collected, and its number is free from then on.
///
/// - Parameters:
///   - descriptor: what base_process_descriptor gave.
///   - wait: wait for its end.
enum base_end base_look(pid_t process, int descriptor, int wait, int keep, int *code);
