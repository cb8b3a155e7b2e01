/* Uses the library over and over and looks at what it does to the process that it is in. Silent if all is well.
 *
 *   hygiene MODEL PLUGIN */
#define _GNU_SOURCE
#include <dirent.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <svfap.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what) {
  fprintf(stderr, "hygiene: %s\n", what);
  exit(1);
}

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fail(message);
}

static int entries(const char *folder) {
  DIR *listing = opendir(folder);
  int count = 0;
  if (listing == NULL) fail(folder);
  while (readdir(listing) != NULL) count++;
  closedir(listing);
  return count;
}

static long resident_kib(void) {
  long pages = 0, ignored;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld %ld", &ignored, &pages) != 2) fail("statm");
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int32_t on_window(void *user, const svfap_window *window) {
  *(int *)user += window->success;
  return 0;
}

static void cycle(const char *model_path, const char *plugin) {
  svfap_runtime *runtime;
  svfap_model *model;
  svfap_predictor *predictor;
  svfap_source *video;
  svfap_cancel *cancel;
  svfap_job *job;
  svfap_error *error = NULL;
  int windows = 0;
  check(svfap_runtime_create("{\"threads\": 3, \"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_runtime_load_plugin(runtime, plugin, SVFAP_NUL_TERMINATED, &error), &error);
  check(svfap_model_open(runtime, model_path, SVFAP_NUL_TERMINATED, NULL, 0, &model, &error), &error);
  check(svfap_predictor_create(model, NULL, 0, &predictor, &error), &error);
  check(svfap_cancel_create(&cancel, &error), &error);
  check(svfap_source_open(runtime, "counting:frames=40", SVFAP_NUL_TERMINATED, "{\"source\": \"counting\"}", SVFAP_NUL_TERMINATED, NULL, &video, &error), &error);
  check(svfap_predictor_run(predictor, video, on_window, &windows, NULL, &error), &error);
  if (windows == 0) fail("no windows");
  check(svfap_job_create(runtime, "info", SVFAP_NUL_TERMINATED, "{\"input\": \"nothing.safetensors\"}", SVFAP_NUL_TERMINATED, &job, &error), &error);
  if (svfap_job_run(job, NULL, &error) != SVFAP_E_NOT_FOUND || error == NULL) fail("a missing file was found");
  svfap_error_release(error);
  svfap_job_release(job, NULL);
  svfap_source_release(video, NULL);
  svfap_cancel_release(cancel, NULL);
  svfap_predictor_release(predictor, NULL);
  svfap_model_release(model, NULL);
  svfap_runtime_release(runtime, NULL);
}

int main(int argc, char **argv) {
  static struct sigaction before[65], after;
  char folder[4096], now[4096], locale[256];
  fenv_t environment, later;
  if (argc != 3) fail("usage: hygiene MODEL PLUGIN");
  setlocale(LC_ALL, "C");
  umask(037);
  fesetround(FE_UPWARD);
  for (int number = 1; number < 65; number++) sigaction(number, NULL, &before[number]);
  if (getcwd(folder, sizeof folder) == NULL) fail("getcwd");
  snprintf(locale, sizeof locale, "%s", setlocale(LC_ALL, NULL));
  fegetenv(&environment);
  setenv("SVFAP_TEST", "stays", 1);
  char **variables = environ;
  const int open_at_first = entries("/proc/self/fd");

  /* The first time, plugins are loaded, which stay, with their descriptors. */
  cycle(argv[1], argv[2]);
  const int threads = entries("/proc/self/task"), descriptors = entries("/proc/self/fd");
  if (descriptors > open_at_first + 4) fail("descriptors beside those of the plugins are left open");
  for (int i = 0; i < 50; i++) cycle(argv[1], argv[2]);
  const long memory = resident_kib();
  for (int i = 0; i < 250; i++) cycle(argv[1], argv[2]);
  if (entries("/proc/self/fd") != descriptors) fail("descriptors are left open");
  if (entries("/proc/self/task") != threads) fail("threads are left");
  if (resident_kib() > memory + 4096) fail("memory grows");

  for (int number = 1; number < 65; number++) {
    sigaction(number, NULL, &after);
    if (after.sa_handler != before[number].sa_handler || after.sa_flags != before[number].sa_flags) fail("a signal handler has changed");
  }
  if (getcwd(now, sizeof now) == NULL || strcmp(folder, now) != 0) fail("the working directory has changed");
  if (strcmp(locale, setlocale(LC_ALL, NULL)) != 0) fail("the locale has changed");
  if (umask(0) != 037) fail("the umask has changed");
  fegetenv(&later);
  if (fegetround() != FE_UPWARD || later.__mxcsr >> 6 != environment.__mxcsr >> 6) fail("the floating-point mode has changed");
  if (environ != variables || getenv("SVFAP_TEST") == NULL) fail("the environment has changed");
  return 0;
}
