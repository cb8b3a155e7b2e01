/* Counts what a trainer allocates when it steps on, with batches that lie in memory: allocations and bytes in a step after
 * the first ones, and resident pages after 20 and after all steps.
 *
 *   steady_trainer pretrain|finetune THREADS WIDTH DEPTH
 *
 * Prints "ALLOCATIONS BYTES RESIDENT20 RESIDENT200": the first two a step, the others in KiB.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>
#include <unistd.h>

/* ---- The C allocator, counted: the program's functions come before the C library's for everybody in the process. ---- */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static int counting;
static long long allocations, allocated_bytes;

static void note(size_t size) {
  if (!__atomic_load_n(&counting, __ATOMIC_SEQ_CST)) return;
  __atomic_fetch_add(&allocations, 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&allocated_bytes, (long long)size, __ATOMIC_SEQ_CST);
}

void *malloc(size_t size) {
  note(size);
  return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
  note(count * size);
  return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
  note(size);
  return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **place, size_t alignment, size_t size) {
  *place = memalign(alignment, size);
  return *place ? 0 : ENOMEM;
}

/* ---- The trainer ---- */

enum { CLIPS = 4, FRAMES = 8, SIZE = 32, SLICES = 4, PLACES = 16, FIRST = 20, STEPS = 200 };

static const char config[] =
    "{\"size\": \"tiny\", \"image_size\": 32, \"patch_size\": 8, \"num_frames\": 8, \"num_heads\": 2, \"embed_dim\": %d, "
    "\"stage_depths\": [%d, %d, %d], \"num_bottleneck_tokens\": [4, 4], \"pretraining\": %s}";

static float video[CLIPS][3][FRAMES][SIZE][SIZE];
static int64_t labels[CLIPS];
static uint8_t mask[CLIPS][SLICES][PLACES];

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fprintf(stderr, "steady_trainer: %s\n", message);
  exit(1);
}

static svfap_view view_of(void *data, int32_t dtype, uint64_t byte_count, int32_t dimension_count, const int64_t *shape) {
  svfap_view view;
  memset(&view, 0, sizeof view);
  view.struct_size = sizeof view;
  view.dtype = dtype;
  view.dimension_count = dimension_count;
  view.data = data;
  view.byte_count = byte_count;
  memcpy(view.shape, shape, (size_t)dimension_count * sizeof *shape);
  return view;
}

/* Numbers that change from step to step, so that no step repeats another. */
static void draw(int step) {
  uint32_t state = 12345u + (uint32_t)step;
  float *values = &video[0][0][0][0][0];
  for (size_t index = 0; index < sizeof video / sizeof *values; index++) {
    state = state * 1664525u + 1013904223u;
    values[index] = (float)(state >> 8) / 8388608.0f - 1.0f;
  }
  memset(mask, 0, sizeof mask);
  for (int clip = 0; clip < CLIPS; clip++) {
    labels[clip] = (clip + step) % 3;
    for (int hidden = 0; hidden < 12; hidden++) {
      for (int slice = 0; slice < SLICES; slice++) mask[clip][slice][(hidden + clip + step) % PLACES] = 1;
    }
  }
}

static long resident_kib(void) {
  long pages = 0, total = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%ld %ld", &total, &pages) != 2) pages = -1;
  if (file) fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv) {
  svfap_runtime *runtime;
  svfap_model *model;
  svfap_trainer *trainer;
  svfap_error *error = NULL;
  char text[512];
  if (argc != 5) return fprintf(stderr, "usage: steady_trainer pretrain|finetune THREADS WIDTH DEPTH\n"), 64;
  int pretraining = !strcmp(argv[1], "pretrain"), depth = atoi(argv[4]);

  snprintf(text, sizeof text, "{\"plugin_directory\": true, \"threads\": %d}", atoi(argv[2]));
  check(svfap_runtime_create(text, SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  snprintf(
      text, sizeof text, config, atoi(argv[3]), depth, depth, depth,
      pretraining ? "true" : "false, \"head\": {\"name\": \"classification\", \"config\": {\"num_outputs\": 3}}");
  check(svfap_model_create(runtime, text, SVFAP_NUL_TERMINATED, 0, &model, &error), &error);
  /* What a long training uses: dropped paths, clipping, a moving average. */
  const char *options = "{\"drop_path\": 0.1, \"clip_grad\": 1, \"ema_decay\": 0.99}";
  check(svfap_trainer_create(model, argv[1], SVFAP_NUL_TERMINATED, options, SVFAP_NUL_TERMINATED, &trainer, &error), &error);
  svfap_model_release(model, NULL);

  const int64_t video_shape[] = {CLIPS, 3, FRAMES, SIZE, SIZE}, mask_shape[] = {CLIPS, SLICES * PLACES}, label_shape[] = {CLIPS};
  svfap_view clips = view_of(video, SVFAP_FLOAT32, sizeof video, 5, video_shape);
  svfap_view target = pretraining ? view_of(mask, SVFAP_BOOL8, sizeof mask, 2, mask_shape)
                                  : view_of(labels, SVFAP_INT64, sizeof labels, 1, label_shape);
  long resident = 0;
  for (int step = 1; step <= STEPS; step++) {
    double loss;
    draw(step);
    __atomic_store_n(&counting, step > 1, __ATOMIC_SEQ_CST);
    check(svfap_trainer_forward_backward(trainer, &clips, &target, &loss, &error), &error);
    check(svfap_trainer_step(trainer, NULL, &error), &error);
    __atomic_store_n(&counting, 0, __ATOMIC_SEQ_CST);
    if (step == FIRST) resident = resident_kib();
  }
  printf(
      "%.3f %.3f %ld %ld\n", (double)allocations / (STEPS - 1), (double)allocated_bytes / (STEPS - 1), resident, resident_kib());
  svfap_trainer_release(trainer, NULL);
  svfap_runtime_release(runtime, NULL);
  return 0;
}
