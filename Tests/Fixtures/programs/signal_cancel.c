/* Stops a run from a signal handler. Silent if all is well.
 *
 *   signal_cancel MODEL PLUGIN */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>
#include <sys/time.h>

static svfap_cancel *flag;
static volatile sig_atomic_t calls;

static void on_alarm(int number) {
  (void)number;
  calls++;
  svfap_cancel_request(flag);
}

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fprintf(stderr, "signal_cancel: %s\n", message);
  exit(1);
}

static int32_t on_window(void *user, const svfap_window *window) {
  (void)user, (void)window;
  return 0;
}

int main(int argc, char **argv) {
  svfap_runtime *runtime;
  svfap_model *model;
  svfap_predictor *predictor;
  svfap_source *video;
  svfap_error *error = NULL;
  svfap_run_options options;
  struct itimerval soon = {{0, 2000}, {0, 50000}};
  if (argc != 3) return 64;
  check(svfap_runtime_create("{\"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_runtime_load_plugin(runtime, argv[2], SVFAP_NUL_TERMINATED, &error), &error);
  check(svfap_model_open(runtime, argv[1], SVFAP_NUL_TERMINATED, NULL, 0, &model, &error), &error);
  check(svfap_predictor_create(model, NULL, 0, &predictor, &error), &error);
  check(svfap_source_open(runtime, "counting:frames=600000,slow=100", SVFAP_NUL_TERMINATED, "{\"source\": \"counting\"}", SVFAP_NUL_TERMINATED, NULL, &video, &error), &error);
  check(svfap_cancel_create(&flag, &error), &error);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.cancel = flag;
  /* The timer goes on firing while the library computes, allocates and releases. */
  signal(SIGALRM, on_alarm);
  setitimer(ITIMER_REAL, &soon, NULL);
  if (svfap_predictor_run(predictor, video, on_window, NULL, &options, &error) != SVFAP_E_CANCELLED) return 2;
  for (int i = 0; i < 2000; i++) {
    svfap_cancel *other;
    check(svfap_cancel_create(&other, &error), &error);
    svfap_cancel_release(other, NULL);
  }
  soon.it_value.tv_usec = soon.it_interval.tv_usec = 0;
  setitimer(ITIMER_REAL, &soon, NULL);
  svfap_error_release(error);
  svfap_cancel_release(flag, NULL);
  svfap_source_release(video, NULL);
  svfap_predictor_release(predictor, NULL);
  svfap_model_release(model, NULL);
  svfap_runtime_release(runtime, NULL);
  return calls > 0 ? 0 : 3;
}
