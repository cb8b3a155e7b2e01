/* Predicts frames that never were a file: here a ball that crosses the picture, in your program a camera.
 *
 *   cc -std=c99 frames_from_memory.c -lsvfap -o frames_from_memory
 *   ./frames_from_memory model.safetensors
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>

enum { WIDTH = 160, HEIGHT = 120, FRAMES = 150, RATE = 25 };

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fprintf(stderr, "frames_from_memory: %s\n", message);
  svfap_error_release(*error);
  exit(1);
}

/* Called inside push and end, whenever a window is complete. */
static int32_t on_window(void *user, const svfap_window *window) {
  printf("frames %3d to %3d:", (int)window->start_frame, (int)window->end_frame - 1);
  for (uint64_t i = 0; i < window->reading_count; i++) printf(" %.3f", window->readings[i]);
  putchar('\n');
  ++*(int *)user;
  return 0; /* anything else stops */
}

static void draw(uint8_t *rgb, int number) {
  int x = number * (WIDTH - 20) / FRAMES, y = HEIGHT / 2 - 10;
  memset(rgb, 32, 3 * WIDTH * HEIGHT);
  for (int row = y; row < y + 20; row++) memset(rgb + 3 * (row * WIDTH + x), 224, 3 * 20);
}

int main(int argc, char **argv) {
  static uint8_t rgb[3 * WIDTH * HEIGHT];
  svfap_runtime *runtime;
  svfap_model *model;
  svfap_predictor *predictor;
  svfap_error *error = NULL;
  svfap_stream_info stream;
  svfap_frame frame;
  const char *summary;
  int windows = 0;
  if (argc != 2) return fprintf(stderr, "usage: frames_from_memory MODEL\n"), 64;

  check(svfap_runtime_create("{\"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_model_open(runtime, argv[1], SVFAP_NUL_TERMINATED, NULL, 0, &model, &error), &error);
  check(svfap_predictor_create(model, NULL, 0, &predictor, &error), &error);

  memset(&stream, 0, sizeof stream);
  stream.struct_size = sizeof stream;
  stream.rate_numerator = RATE;
  stream.rate_denominator = 1;
  check(svfap_predictor_begin(predictor, &stream, on_window, &windows, &error), &error);
  for (int number = 0; number < FRAMES; number++) {
    draw(rgb, number);
    memset(&frame, 0, sizeof frame);
    frame.struct_size = sizeof frame;
    frame.time_s = (double)number / RATE;
    frame.width = WIDTH;
    frame.height = HEIGHT;
    frame.row_bytes = 3 * WIDTH;
    frame.rgb = rgb;
    check(svfap_predictor_push(predictor, &frame, &error), &error);
  }
  check(svfap_predictor_end(predictor, &error), &error);
  check(svfap_predictor_summary(predictor, &summary, NULL, &error), &error);
  printf("%d windows; %s\n", windows, summary);

  svfap_predictor_release(predictor, NULL);
  svfap_model_release(model, NULL);
  svfap_runtime_release(runtime, NULL);
  return 0;
}
