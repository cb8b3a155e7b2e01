/* Pre-trains and fine-tunes a small model on clips that are only in memory: a square that moves to the left or to the
 * right. No single frame tells which.
 *
 *   cc -std=c99 train.c -lsvfap -o train
 *   ./train moves.safetensors
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>

enum { CLIPS = 8, FRAMES = 8, SIZE = 32, PATCH = 8, PLACES = (SIZE / PATCH) * (SIZE / PATCH), SLICES = FRAMES / 2 };
enum { PRETRAINING_STEPS = 180, FINE_TUNING_STEPS = 180, TOLD = 60 };

#define CONFIG \
  "{\"size\": \"tiny\", \"pretraining\": true, \"image_size\": 32, \"patch_size\": 8, \"num_frames\": 8, \"embed_dim\": 48, " \
  "\"num_heads\": 3, \"stage_depths\": [1, 1, 1], \"num_bottleneck_tokens\": [4, 4]}"

static float video[CLIPS][3][FRAMES][SIZE][SIZE];
static int64_t labels[CLIPS]; /* 0: to the left, 1: to the right */
static uint8_t mask[CLIPS][SLICES][PLACES];

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fprintf(stderr, "train: %s\n", message);
  svfap_error_release(*error);
  exit(1);
}

/* The same numbers on every machine. */
static int below(int limit) {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return (int)((state >> 8) % (uint32_t)limit);
}

/* Draws a new batch. Pixels are near mean 0 and deviation 1, as a model's recipe makes them. */
static void draw_batch(void) {
  for (int clip = 0; clip < CLIPS; clip++) {
    int x = below(SIZE), y = below(SIZE - 8);
    labels[clip] = below(2);
    for (int frame = 0; frame < FRAMES; frame++) {
      /* What leaves the picture on one side comes back on the other. */
      int shift = labels[clip] ? 2 * frame : SIZE - 2 * frame;
      for (int channel = 0; channel < 3; channel++) {
        for (int row = 0; row < SIZE; row++) {
          for (int column = 0; column < SIZE; column++) {
            int inside = row >= y && row < y + 8 && (column + 2 * SIZE - x - shift) % SIZE < 8;
            video[clip][channel][frame][row][column] = inside ? 2.0f : -0.2f;
          }
        }
      }
    }
  }
}

/* Hides three places of four, the same ones in every slice of time. */
static void draw_masks(void) {
  memset(mask, 0, sizeof mask);
  for (int clip = 0; clip < CLIPS; clip++) {
    for (int hidden = 0; hidden < PLACES * 3 / 4;) {
      int place = below(PLACES);
      if (mask[clip][0][place]) continue;
      for (int slice = 0; slice < SLICES; slice++) mask[clip][slice][place] = 1;
      hidden++;
    }
  }
}

/* A view of an array in C order, which strides of 0 stand for. */
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

/* Steps on new batches and prints the mean loss now and then. `masks` decides what is learned from. */
static void train(svfap_trainer *trainer, const char *name, int steps, int masks) {
  const int64_t video_shape[] = {CLIPS, 3, FRAMES, SIZE, SIZE}, mask_shape[] = {CLIPS, SLICES * PLACES}, label_shape[] = {CLIPS};
  svfap_view clips = view_of(video, SVFAP_FLOAT32, sizeof video, 5, video_shape);
  svfap_view target =
      masks ? view_of(mask, SVFAP_BOOL8, sizeof mask, 2, mask_shape) : view_of(labels, SVFAP_INT64, sizeof labels, 1, label_shape);
  svfap_error *error = NULL;
  double sum = 0;
  for (int step = 1; step <= steps; step++) {
    double loss;
    draw_batch();
    if (masks) draw_masks();
    check(svfap_trainer_forward_backward(trainer, &clips, &target, &loss, &error), &error);
    check(svfap_trainer_step(trainer, NULL, &error), &error);
    sum += loss;
    if (step % TOLD) continue;
    printf("%s, step %3d: loss %.4f\n", name, step, sum / TOLD);
    sum = 0;
  }
}

/* Of `CLIPS` new clips, how many a model reads rightly. */
static int count_right(svfap_model *model) {
  const int64_t shape[] = {CLIPS, 3, FRAMES, SIZE, SIZE};
  svfap_view clips = view_of(video, SVFAP_FLOAT32, sizeof video, 5, shape), view;
  svfap_predictor *predictor;
  svfap_tensor *readings;
  svfap_error *error = NULL;
  int right = 0;
  draw_batch();
  check(svfap_predictor_create(model, NULL, 0, &predictor, &error), &error);
  check(svfap_predictor_readings(predictor, &clips, &readings, &error), &error);
  memset(&view, 0, sizeof view);
  view.struct_size = sizeof view;
  check(svfap_tensor_view(readings, &view, &error), &error);
  for (int clip = 0; clip < CLIPS; clip++) {
    const float *row = (const float *)view.data + 2 * clip;
    right += (row[1] > row[0]) == labels[clip];
  }
  svfap_tensor_release(readings, NULL);
  svfap_predictor_release(predictor, NULL);
  return right;
}

int main(int argc, char **argv) {
  svfap_runtime *runtime;
  svfap_model *start, *pretrained, *finetuned;
  svfap_trainer *trainer;
  svfap_error *error = NULL;
  int right = 0;
  if (argc != 2) return fprintf(stderr, "usage: train OUT\n"), 64;

  check(svfap_runtime_create("{\"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_model_create(runtime, CONFIG, SVFAP_NUL_TERMINATED, 0, &start, &error), &error);

  check(svfap_trainer_create(start, "pretrain", SVFAP_NUL_TERMINATED, "{\"learning_rate\": 0.001}", SVFAP_NUL_TERMINATED, &trainer, &error), &error);
  train(trainer, "pre-training", PRETRAINING_STEPS, 1);
  check(svfap_trainer_snapshot(trainer, 0, &pretrained, &error), &error);
  svfap_trainer_release(trainer, NULL);

  check(
      svfap_trainer_create(
          pretrained, "finetune", SVFAP_NUL_TERMINATED,
          "{\"learning_rate\": 0.001, \"layer_decay\": 1, \"head\": {\"labels\": [\"left\", \"right\"]}}", SVFAP_NUL_TERMINATED, &trainer, &error),
      &error);
  train(trainer, "fine-tuning", FINE_TUNING_STEPS, 0);
  check(svfap_trainer_snapshot(trainer, 0, &finetuned, &error), &error);
  svfap_trainer_release(trainer, NULL);

  for (int batch = 0; batch < 8; batch++) right += count_right(finetuned);
  printf("%d of %d new clips are read rightly\n", right, 8 * CLIPS);
  check(svfap_model_save(finetuned, argv[1], SVFAP_NUL_TERMINATED, &error), &error);

  svfap_model_release(finetuned, NULL);
  svfap_model_release(pretrained, NULL);
  svfap_model_release(start, NULL);
  svfap_runtime_release(runtime, NULL);
  return 0;
}
