/* What a model sees in a video, window by window.
 *
 *   cc -std=c99 predict.c -lsvfap -o predict
 *   ./predict model.safetensors clip.mp4
 */
#include <stdio.h>
#include <stdlib.h>
#include <svfap.h>

static svfap_model *model;

/* Ends the program if a call failed, with what the library says. */
static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fprintf(stderr, "predict: %s\n", message);
  svfap_error_release(*error);
  exit(1);
}

/* A line for a window: when, and the winning class, or every output if they are not classes. */
static int32_t on_window(void *user, const svfap_window *window) {
  (void)user;
  printf("%8.2f - %8.2f s", window->start_s, window->end_s);
  if (!window->success) printf("  %s", window->reason.data);
  for (uint64_t i = 0; i < window->reading_count; i++) {
    svfap_text name;
    svfap_error *error = NULL;
    if (window->winner >= 0 && (int64_t)i != window->winner) continue;
    check(svfap_model_output(model, i, &name, NULL, NULL, NULL, &error), &error);
    printf("  %s %.3f", name.data, window->readings[i]);
  }
  putchar('\n');
  return 0;
}

int main(int argc, char **argv) {
  svfap_runtime *runtime;
  svfap_predictor *predictor;
  svfap_source *video;
  svfap_error *error = NULL;
  if (argc != 3) return fprintf(stderr, "usage: predict MODEL VIDEO\n"), 64;

  check(svfap_runtime_create("{\"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_model_open(runtime, argv[1], SVFAP_NUL_TERMINATED, NULL, 0, &model, &error), &error);
  check(svfap_predictor_create(model, NULL, 0, &predictor, &error), &error);
  check(svfap_source_open(runtime, argv[2], SVFAP_NUL_TERMINATED, NULL, 0, NULL, &video, &error), &error);
  check(svfap_predictor_run(predictor, video, on_window, NULL, NULL, &error), &error);

  svfap_source_release(video, NULL);
  svfap_predictor_release(predictor, NULL);
  svfap_model_release(model, NULL);
  svfap_runtime_release(runtime, NULL);
  return 0;
}
