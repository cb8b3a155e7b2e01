/* svfap-worker: runs ONE job of libsvfap in a process of its own, so that a plugin that crashes, hangs, exits or prints
 * does it here. libsvfap starts it; it stands in the directory svfap beside libsvfap.so.
 *
 * It reads fields from standard input, each ended by a NUL, which no text of svfap.h may hold:
 *
 *   KIND  OPTIONS  RUNTIME_OPTIONS  [PLUGIN]...
 *
 * makes a runtime, loads the plugins by path, runs the job, and writes to descriptor 3 a newline when it starts and ONE
 * JSON object when it is done:
 *
 *   {"status": 0, "result": {...}}   what svfap_job_result told
 *   {"status": 14, "error": {...}}   what svfap_error_detail told of the call that failed
 *
 * Whatever appears on standard output and standard error was printed by a plugin. The exit status is 0 if an answer was
 * written. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "svfap.h"

enum { ANSWER = 3, NO_ANSWER = 120, INPUT_LIMIT = 64 << 20 };

/** All of standard input and a NUL behind it. */
static char *read_input(size_t *size) {
  size_t capacity = 1 << 16;
  char *input = malloc(capacity);
  *size = 0;
  while (input) {
    ssize_t count = read(STDIN_FILENO, input + *size, capacity - 1 - *size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    *size += (size_t)count;
    if (count == 0) return input[*size] = 0, input;
    if (*size < capacity - 1) continue;
    if (capacity >= INPUT_LIMIT) break;
    char *larger = realloc(input, capacity *= 2);
    if (!larger) break;
    input = larger;
  }
  free(input);
  return NULL;
}

/** The field behind the one that starts at `field`, or NULL. */
static const char *next(const char *field, const char *end) {
  if (!field) return NULL;
  field += strlen(field) + 1;
  return field < end ? field : NULL;
}

static int write_all(const char *text, size_t size) {
  while (size > 0) {
    ssize_t count = write(ANSWER, text, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return 0;
    text += count;
    size -= (size_t)count;
  }
  return 1;
}

static int answer(svfap_status status, const char *key, const char *json, uint64_t size) {
  char start[64];
  int length = snprintf(start, sizeof start, "{\"status\": %d, \"%s\": ", (int)status, key);
  return write_all(start, (size_t)length) && write_all(json, (size_t)size) && write_all("}\n", 2) ? 0 : NO_ANSWER;
}

static int answer_error(svfap_status status, svfap_error *error) {
  const char *json = "{}";
  uint64_t size = 2;
  if (error) (void)svfap_error_detail(error, &json, &size);
  int code = answer(status, "error", json, size);
  (void)svfap_error_release(error);
  return code;
}

int main(void) {
  /* Nobody is left to look at an answer, or at a core file. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  /* Programs that a plugin starts must not hold the answer open. */
  fcntl(ANSWER, F_SETFD, FD_CLOEXEC);

  /* Says that the program is at work: what happens from here on is no fault of its installation. */
  if (!write_all("\n", 1)) return NO_ANSWER;

  size_t size;
  char *input = read_input(&size);
  const char *end = input + size;
  const char *kind = input && size > 0 ? input : NULL;
  const char *options = next(kind, end);
  const char *runtime_options = next(options, end);
  if (!runtime_options) {
    fputs("svfap-worker is started by libsvfap; it runs one job that it reads from standard input.\n", stderr);
    return NO_ANSWER;
  }

  svfap_error *error = NULL;
  svfap_runtime *runtime = NULL;
  svfap_job *job = NULL;
  const char *result = NULL;
  uint64_t result_size = 0;
  svfap_status status = svfap_runtime_create(runtime_options, SVFAP_NUL_TERMINATED, &runtime, &error);
  for (const char *plugin = next(runtime_options, end); status == SVFAP_OK && plugin; plugin = next(plugin, end))
    status = svfap_runtime_load_plugin(runtime, plugin, SVFAP_NUL_TERMINATED, &error);
  if (status == SVFAP_OK) status = svfap_job_create(runtime, kind, SVFAP_NUL_TERMINATED, options, SVFAP_NUL_TERMINATED, &job, &error);
  if (status == SVFAP_OK) status = svfap_job_run(job, NULL, &error);
  if (status == SVFAP_OK) status = svfap_job_result(job, &result, &result_size, &error);
  int code = status == SVFAP_OK ? answer(status, "result", result, result_size) : answer_error(status, error);
  (void)svfap_job_release(job, NULL);
  (void)svfap_runtime_release(runtime, NULL);
  free(input);
  return code;
}
