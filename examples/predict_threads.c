/* Predicts frames from memory on several threads over one model, and checks that every thread gives the very bits that
 * one thread alone gives.
 *
 *   cc -std=c99 predict_threads.c -lsvfap -pthread -o predict_threads
 *   ./predict_threads model.safetensors 4
 *
 * A model is immutable and may be shared; a predictor belongs to one thread at a time, so every thread makes its own.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>

enum { WIDTH = 96, HEIGHT = 72, FRAMES = 90, RATE = 25, VIDEOS = 12, READINGS = 4096, THREADS = 64 };

/* What was read of one video. */
typedef struct record {
  int windows;
  uint64_t count;
  float readings[READINGS];
} record;

/* A thread's share of the videos: number `first`, and every `step` further. */
typedef struct share {
  svfap_model *model;
  record *records;
  int first, step;
} share;

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fprintf(stderr, "predict_threads: %s\n", message);
  svfap_error_release(*error);
  exit(1);
}

/* Runs on the thread that pushes. Anything but 0 stops it. */
static int32_t on_window(void *user, const svfap_window *window) {
  record *record = user;
  if (!window->success || window->reading_count > READINGS - record->count) return 1;
  memcpy(record->readings + record->count, window->readings, window->reading_count * sizeof(float));
  record->count += window->reading_count;
  record->windows++;
  return 0;
}

/* A ball that flies along its own path in every video. */
static void draw(uint8_t *rgb, int video, int frame) {
  const int x = (7 * video + 2 * frame) % (WIDTH - 12), y = (11 * video + frame) % (HEIGHT - 12);
  memset(rgb, 16 * (video % 8), 3 * WIDTH * HEIGHT);
  for (int row = y; row < y + 12; row++) memset(rgb + 3 * (row * WIDTH + x), 255 - 9 * video, 3 * 12);
}

static void predict(svfap_predictor *predictor, int video, record *record) {
  uint8_t rgb[3 * WIDTH * HEIGHT];
  svfap_stream_info stream;
  svfap_error *error = NULL;
  memset(&stream, 0, sizeof stream);
  stream.struct_size = sizeof stream;
  stream.rate_numerator = RATE, stream.rate_denominator = 1;
  check(svfap_predictor_begin(predictor, &stream, on_window, record, &error), &error);
  for (int number = 0; number < FRAMES; number++) {
    svfap_frame frame;
    memset(&frame, 0, sizeof frame);
    draw(rgb, video, number);
    frame.struct_size = sizeof frame;
    frame.time_s = (double)number / RATE;
    frame.width = WIDTH, frame.height = HEIGHT, frame.row_bytes = 3 * WIDTH, frame.rgb = rgb;
    check(svfap_predictor_push(predictor, &frame, &error), &error);
  }
  check(svfap_predictor_end(predictor, &error), &error);
}

static void *work(void *argument) {
  const share *mine = argument;
  svfap_predictor *predictor;
  svfap_error *error = NULL;
  check(svfap_predictor_create(mine->model, NULL, 0, &predictor, &error), &error);
  for (int video = mine->first; video < VIDEOS; video += mine->step) predict(predictor, video, &mine->records[video]);
  svfap_predictor_release(predictor, NULL);
  return NULL;
}

int main(int argc, char **argv) {
  static record serial[VIDEOS], parallel[VIDEOS];
  pthread_t threads[THREADS];
  share shares[THREADS], all = {NULL, serial, 0, 1};
  svfap_runtime *runtime;
  svfap_error *error = NULL;
  const int count = argc == 3 ? atoi(argv[2]) : 0;
  int windows = 0, different = 0;
  if (count < 1 || count > THREADS) return fprintf(stderr, "usage: predict_threads MODEL THREADS (1 to 64)\n"), 64;

  /* The threads are this program's: the library takes no more for itself. */
  check(svfap_runtime_create("{\"plugin_directory\": true, \"threads\": 1}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_model_open(runtime, argv[1], SVFAP_NUL_TERMINATED, NULL, 0, &all.model, &error), &error);

  work(&all);
  for (int i = 0; i < count; i++) {
    const share mine = {all.model, parallel, i, count};
    shares[i] = mine;
    if (pthread_create(&threads[i], NULL, work, &shares[i]) != 0) return fprintf(stderr, "predict_threads: no thread\n"), 1;
  }
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);

  for (int video = 0; video < VIDEOS; video++) {
    windows += serial[video].windows;
    different += memcmp(&serial[video], &parallel[video], sizeof serial[video]) != 0;
  }
  printf("%d videos, %d windows, on %d threads: %d differ from those of one thread\n", VIDEOS, windows, count, different);
  svfap_model_release(all.model, NULL);
  svfap_runtime_release(runtime, NULL);
  return different > 0;
}
