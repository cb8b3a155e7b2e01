/* What several threads may do with the library at once, linked with the library's own objects so that a sanitizer sees both
 * sides. Run by tools/threads.sh.
 *
 *   thread-check MODEL COUNT    (a model of size tiny) the example of predictors on COUNT threads, and then every thread with threads of its own
 */
#define main predict_threads
#include "../../../examples/predict_threads.c"
#undef main

enum { SIDE = 64, CLIP = 3 * 16 * SIDE * SIDE, ROUNDS = 2 };

static float clip[CLIP];

/* What a thread works on, and what it found. */
typedef struct task {
  svfap_model *model;
  float reading;
  double loss;
} task;

static svfap_view view(void *data, int32_t type, int dimensions, const int64_t *shape, uint64_t bytes) {
  svfap_view made;
  memset(&made, 0, sizeof made);
  made.struct_size = sizeof made, made.dtype = type, made.dimension_count = dimensions, made.data = data, made.byte_count = bytes;
  memcpy(made.shape, shape, (size_t)dimensions * sizeof *shape);
  return made;
}

/* Predicts, and trains on a copy of the shared weights, with as many threads as the model's runtime has. */
static void *predict_and_train(void *argument) {
  static const int64_t shape[] = {1, 3, 16, SIDE, SIDE}, one[] = {1};
  task *mine = argument;
  int64_t label = 1;
  svfap_predictor *predictor;
  svfap_trainer *trainer;
  svfap_error *error = NULL;
  svfap_tensor *readings;
  svfap_view video = view(clip, SVFAP_FLOAT32, 5, shape, sizeof clip), labels = view(&label, SVFAP_INT64, 1, one, sizeof label), numbers;
  memset(&numbers, 0, sizeof numbers);
  numbers.struct_size = sizeof numbers;
  check(svfap_predictor_create(mine->model, NULL, 0, &predictor, &error), &error);
  check(svfap_trainer_create(mine->model, "finetune", SVFAP_NUL_TERMINATED, "{\"seed\": 3}", SVFAP_NUL_TERMINATED, &trainer, &error), &error);
  for (int round = 0; round < ROUNDS; round++) {
    check(svfap_predictor_readings(predictor, &video, &readings, &error), &error);
    check(svfap_tensor_view(readings, &numbers, &error), &error);
    mine->reading = *(float *)numbers.data;
    svfap_tensor_release(readings, NULL);
    check(svfap_trainer_forward_backward(trainer, &video, &labels, &mine->loss, &error), &error);
    check(svfap_trainer_step(trainer, NULL, &error), &error);
  }
  svfap_trainer_release(trainer, NULL);
  svfap_predictor_release(predictor, NULL);
  return NULL;
}

/* The numbers of `count` threads over one model, all of whose work is itself done by `inner` threads. */
static void work_together(const char *path, int count, int inner, task *tasks) {
  char options[80];
  pthread_t threads[THREADS];
  svfap_runtime *runtime;
  svfap_model *model;
  svfap_error *error = NULL;
  snprintf(options, sizeof options, "{\"plugin_directory\": true, \"threads\": %d}", inner);
  check(svfap_runtime_create(options, SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_model_open(runtime, path, SVFAP_NUL_TERMINATED, NULL, 0, &model, &error), &error);
  for (int i = 0; i < count; i++) {
    tasks[i].model = model;
    if (pthread_create(&threads[i], NULL, predict_and_train, &tasks[i]) != 0) exit(1);
  }
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
  svfap_model_release(model, NULL);
  svfap_runtime_release(runtime, NULL);
}

int main(int argc, char **argv) {
  static task alone[1], together[THREADS];
  const int count = argc == 3 ? atoi(argv[2]) : 0;
  int different = 0;
  if (predict_threads(argc, argv) != 0) return 1;
  for (int i = 0; i < CLIP; i++) clip[i] = (float)(i % 251) / 125 - 1;
  work_together(argv[1], 1, 1, alone);
  work_together(argv[1], count, 3, together);
  for (int i = 0; i < count; i++)
    different += memcmp(&alone->reading, &together[i].reading, sizeof(float)) != 0 || memcmp(&alone->loss, &together[i].loss, sizeof(double)) != 0;
  printf("%d threads with 3 threads each, predicting and training: %d differ from one thread\n", count, different);
  return different > 0;
}
