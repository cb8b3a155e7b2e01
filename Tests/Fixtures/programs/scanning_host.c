/* A program that lists the plugins twice while it deals with its children in a way of its own, and reports to a file.
 *
 *   scanning_host plain|ignore|collect|closed REPORT
 *
 * plain: as most programs do; ignore: SIGCHLD is ignored; collect: a handler collects whatever child ends; closed: the
 * standard streams are closed. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <svfap.h>
#include <sys/wait.h>
#include <unistd.h>

static void collect(int signal) {
  int before = errno;
  (void)signal;
  while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  errno = before;
}

static int descriptors(void) {
  DIR *folder = opendir("/proc/self/fd");
  int count = 0;
  while (folder && readdir(folder)) ++count;
  if (folder) closedir(folder);
  return count;
}

static int list(FILE *report) {
  svfap_runtime *runtime = NULL;
  svfap_job *job = NULL;
  svfap_error *error = NULL;
  const char *text = "";
  const char options[] = "{\"time_limit_s\": 1}";
  svfap_status status = svfap_runtime_create("{\"plugin_directory\": true, \"threads\": 2}", SVFAP_NUL_TERMINATED, &runtime, &error);
  if (!status) status = svfap_job_create(runtime, "plugins", SVFAP_NUL_TERMINATED, options, SVFAP_NUL_TERMINATED, &job, &error);
  if (!status) status = svfap_job_run(job, NULL, &error);
  if (!status) status = svfap_job_result(job, &text, NULL, &error);
  if (status) (void)svfap_error_message(error, &text, NULL);
  fprintf(report, "%d %s\n", (int)status, text);
  (void)svfap_error_release(error);
  (void)svfap_job_release(job, NULL);
  return (int)svfap_runtime_release(runtime, NULL);
}

int main(int count, char **arguments) {
  FILE *report = count == 3 ? fopen(arguments[2], "w") : NULL;
  if (!report) return 2;
  struct sigaction action = {.sa_handler = SIG_DFL};
  if (!strcmp(arguments[1], "ignore")) action.sa_handler = SIG_IGN;
  if (!strcmp(arguments[1], "collect")) action.sa_handler = collect;
  sigaction(SIGCHLD, &action, NULL);
  if (!strcmp(arguments[1], "closed"))
    for (int descriptor = 0; descriptor < 3; ++descriptor) close(descriptor);
  int before = descriptors();
  list(report);
  list(report);
  /* A child that nobody collected would be found here. */
  while (waitpid(-1, NULL, WNOHANG) == -1 && errno == EINTR) continue;
  fprintf(report, "%s, %d descriptors more\n", errno == ECHILD ? "no children" : "children", descriptors() - before);
  return fclose(report) == 0 ? 0 : 2;
}
