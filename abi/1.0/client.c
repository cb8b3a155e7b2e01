/* A program that calls every function of svfap.h. A copy is kept with every released version, in abi/, and is built against
 * the headers of that version: later libraries must serve it as it is. It relies on nothing that the headers do not say.
 *
 *   client HEAD.so SOURCE.so SINK.so FOLDER
 *
 * with the plugins of head.c, source.c and sink.c, and a folder to write to. Says nothing and returns 0 if all is well. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>

#define NUL SVFAP_NUL_TERMINATED
#define MODEL "\"size\": \"tiny\", \"image_size\": 32, \"patch_size\": 8, \"num_frames\": 8, \"embed_dim\": 48, \"num_heads\": 3, " \
  "\"stage_depths\": [1, 1, 1], \"num_bottleneck_tokens\": [4, 4]"
#define HEAD "\"head\": {\"name\": \"kept-head\", \"config\": {\"name\": \"tension\", \"range\": [-1, 1]}}"

enum { CLIPS = 2, FRAMES = 8, SIZE = 32, TOKENS = 64, VISIBLE = 16, PICTURES = 60 };

static svfap_error *error;
static float video[CLIPS][3][FRAMES][SIZE][SIZE];
static uint8_t mask[CLIPS][TOKENS];

static void stop(const char *what, int line) {
  const char *message = "";
  if (error != NULL) svfap_error_message(error, &message, NULL);
  fprintf(stderr, "client.c:%d: %s: %s\n", line, what, message);
  exit(1);
}

#define CHECK(condition) ((condition) ? (void)0 : stop(#condition, __LINE__))
#define DO(call) ((call) == SVFAP_OK ? (void)0 : stop(#call, __LINE__))

/* The call fails with a class that is known, and tells why. */
static void fails(svfap_status status, svfap_status expected, int line) {
  const char *message = NULL, *detail = NULL;
  uint64_t size = 0;
  if (status != expected || svfap_error_status(error) != expected) stop("another status", line);
  if (svfap_error_message(error, &message, &size) != SVFAP_OK || size == 0 || strlen(message) != size) stop("no message", line);
  if (svfap_error_detail(error, &detail, &size) != SVFAP_OK || size == 0 || detail[0] != '{') stop("no detail", line);
  svfap_error_release(error);
  error = NULL;
}

#define FAILS(expected, call) fails((call), (expected), __LINE__)

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

static svfap_view clips(void) {
  const int64_t shape[] = {CLIPS, 3, FRAMES, SIZE, SIZE};
  return view_of(video, SVFAP_FLOAT32, sizeof video, 5, shape);
}

/* Reads a result of two dimensions and ends it. */
static void take(svfap_tensor *tensor, int64_t rows, int64_t columns, float *values) {
  svfap_view view;
  memset(&view, 0, sizeof view);
  view.struct_size = sizeof view;
  DO(svfap_tensor_view(tensor, &view, &error));
  CHECK(view.dtype == SVFAP_FLOAT32 && view.dimension_count == 2 && view.shape[0] == rows && view.shape[1] == columns);
  for (int64_t i = 0; i < rows * columns; i++) CHECK(isfinite(((const float *)view.data)[i]));
  if (values != NULL) memcpy(values, view.data, (size_t)(rows * columns) * sizeof(float));
  DO(svfap_tensor_release(tensor, &error));
}

typedef struct account {
  int64_t windows, lines;
  int progressed, destroyed;
  double last;
} account;

static int32_t on_window(void *user, const svfap_window *window) {
  account *seen = (account *)user;
  CHECK(window->struct_size >= sizeof(svfap_window) && window->index == seen->windows++ && window->success == 1);
  CHECK(window->reading_count == 1 && window->readings[0] >= -1 && window->readings[0] <= 1 && window->winner == -1);
  CHECK(window->end_frame > window->start_frame && window->end_s > window->start_s);
  seen->last = (double)window->readings[0];
  return 0;
}

static int32_t on_progress(void *user, const svfap_progress *progress) {
  CHECK(progress->struct_size >= sizeof(svfap_progress) && progress->elapsed_s >= 0);
  ((account *)user)->progressed = 1;
  return 0;
}

static void on_line(void *user, int32_t level, const char *text, uint64_t size) {
  CHECK(level >= 1 && level <= 4 && strlen(text) == size);
  ((account *)user)->lines++;
}

static void on_destroy(void *user) { ((account *)user)->destroyed++; }

static void texts(svfap_model *model) {
  const char *json;
  uint64_t size;
  DO(svfap_model_config(model, &json, &size, &error));
  CHECK(json[0] == '{' && strlen(json) == size && strstr(json, "kept-head") != NULL);
  DO(svfap_model_recipe(model, &json, &size, &error));
  CHECK(json[0] == '{' && strlen(json) == size);
  DO(svfap_model_card(model, &json, &size, &error));
  CHECK(json[0] == '{' && strlen(json) == size);
  DO(svfap_model_outputs(model, &json, &size, &error));
  CHECK(json[0] == '[' && strstr(json, "tension") != NULL);
}

static void parameters(svfap_model *model) {
  uint64_t count;
  svfap_text name, unit;
  svfap_view values;
  double minimum, maximum;
  int own = 0;
  DO(svfap_model_output_count(model, &count, &error));
  CHECK(count == 1);
  DO(svfap_model_output(model, 0, &name, &unit, &minimum, &maximum, &error));
  CHECK(strcmp(name.data, "tension") == 0 && name.size == 7 && minimum <= -1 && minimum >= -1 && maximum >= 1 && maximum <= 1);
  FAILS(SVFAP_E_NOT_FOUND, svfap_model_output(model, 1, &name, NULL, NULL, NULL, &error));
  DO(svfap_model_parameter_count(model, &count, &error));
  for (uint64_t i = 0; i < count; i++) {
    memset(&values, 0, sizeof values);
    values.struct_size = sizeof values;
    DO(svfap_model_parameter(model, i, &name, &values, &error));
    CHECK(values.dtype == SVFAP_FLOAT32 && values.data != NULL);
    if (strcmp(name.data, "head.weight") == 0) own += values.shape[values.dimension_count - 1] == 48;
  }
  CHECK(own == 1);
}

static void frames(svfap_source *source, svfap_predictor *predictor, account *pushed) {
  svfap_stream_info info;
  svfap_frame frame;
  memset(&info, 0, sizeof info);
  memset(&frame, 0, sizeof frame);
  info.struct_size = sizeof info;
  frame.struct_size = sizeof frame;
  DO(svfap_source_info(source, &info, &error));
  CHECK(info.width == 40 && info.height == 32 && info.frame_count == PICTURES && info.rate_numerator == 25 * info.rate_denominator);
  DO(svfap_source_seek(source, 41, &error));
  DO(svfap_source_next(source, &frame, &error));
  CHECK(frame.index == 41 && frame.width == 40 && frame.rgb[7] == (uint8_t)(5 * 41 + 3 * 7 + 9) && frame.damaged == 0);
  FAILS(SVFAP_E_END, svfap_source_seek(source, PICTURES, &error));
  DO(svfap_source_seek(source, 0, &error));
  DO(svfap_predictor_begin(predictor, &info, on_window, pushed, &error));
  for (int64_t i = 0; i < PICTURES; i++) {
    DO(svfap_source_next(source, &frame, &error));
    CHECK(frame.index == i && frame.row_bytes >= 3 * frame.width && fabs(frame.time_s - (double)i / 25) < 1e-9);
    DO(svfap_predictor_push(predictor, &frame, &error));
  }
  FAILS(SVFAP_E_END, svfap_source_next(source, &frame, &error));
  DO(svfap_predictor_end(predictor, &error));
}

static void predict(svfap_runtime *runtime, svfap_model *model, float outputs[CLIPS]) {
  const char *json;
  uint64_t size;
  account seen, pushed;
  svfap_predictor *predictor;
  svfap_source *source;
  svfap_tensor *tensor;
  svfap_cancel *cancel;
  svfap_view view = clips();
  svfap_run_options options;
  memset(&seen, 0, sizeof seen);
  memset(&pushed, 0, sizeof pushed);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.progress = on_progress;
  options.progress_user = &seen;
  DO(svfap_predictor_create(model, "{\"hop\": 16}", NUL, &predictor, &error));
  DO(svfap_predictor_forward(predictor, &view, &tensor, &error));
  take(tensor, CLIPS, 1, outputs);
  DO(svfap_predictor_readings(predictor, &view, &tensor, &error));
  take(tensor, CLIPS, 1, NULL);
  DO(svfap_predictor_features(predictor, &view, &tensor, &error));
  take(tensor, CLIPS, 48, NULL);

  DO(svfap_cancel_create(&cancel, &error));
  options.cancel = cancel;
  DO(svfap_source_open(runtime, "kept:60", NUL, "{\"config\": {\"offset\": 9}}", NUL, cancel, &source, &error));
  DO(svfap_predictor_run(predictor, source, on_window, &seen, &options, &error));
  CHECK(seen.windows > 0);
  DO(svfap_predictor_summary(predictor, &json, &size, &error));
  CHECK(strlen(json) == size && strstr(json, "\"decoded\": 60") != NULL);
  frames(source, predictor, &pushed);
  CHECK(pushed.windows == seen.windows && fabs(pushed.last - seen.last) < 1e-6);
  DO(svfap_source_release(source, &error));

  DO(svfap_cancel_request(cancel));
  DO(svfap_predictor_set_cancel(predictor, cancel, &error));
  FAILS(SVFAP_E_CANCELLED, svfap_predictor_forward(predictor, &view, &tensor, &error));
  DO(svfap_predictor_set_cancel(predictor, NULL, &error));
  DO(svfap_cancel_release(cancel, &error));
  DO(svfap_predictor_release(predictor, &error));
}

static void pretrain(svfap_runtime *runtime) {
  const int64_t shape[] = {CLIPS, TOKENS};
  svfap_view hidden = view_of(mask, SVFAP_BOOL8, sizeof mask, 2, shape), view = clips();
  svfap_model *model;
  svfap_predictor *predictor;
  svfap_tensor *tensor;
  svfap_view result;
  memset(&result, 0, sizeof result);
  result.struct_size = sizeof result;
  DO(svfap_model_create(runtime, "{" MODEL ", \"pretraining\": true}", NUL, 1, &model, &error));
  DO(svfap_predictor_create(model, NULL, 0, &predictor, &error));
  DO(svfap_predictor_encode(predictor, &view, &hidden, &tensor, &error));
  DO(svfap_tensor_view(tensor, &result, &error));
  CHECK(result.dimension_count == 3 && result.shape[0] == CLIPS && result.shape[1] == VISIBLE && result.shape[2] == 48);
  DO(svfap_tensor_release(tensor, &error));
  DO(svfap_predictor_reconstruct(predictor, &view, &hidden, &tensor, &error));
  DO(svfap_tensor_view(tensor, &result, &error));
  CHECK(result.dimension_count == 3 && result.shape[1] == TOKENS - VISIBLE && result.shape[2] == 2 * 8 * 8 * 3);
  DO(svfap_tensor_release(tensor, &error));
  FAILS(SVFAP_E_UNSUPPORTED, svfap_predictor_forward(predictor, &view, &tensor, &error));
  DO(svfap_model_release(model, &error));
  DO(svfap_predictor_release(predictor, &error));
}

static svfap_model *train(svfap_model *model) {
  const int64_t shape[] = {CLIPS, 1};
  float targets[CLIPS] = {-0.5f, 0.5f};
  svfap_view labels = view_of(targets, SVFAP_FLOAT32, sizeof targets, 2, shape), view = clips(), values, gradient;
  svfap_text name;
  svfap_trainer *trainer;
  svfap_model *trained;
  svfap_step step;
  uint64_t count;
  double first = 0, loss = 0;
  memset(&step, 0, sizeof step);
  step.struct_size = sizeof step;
  values = gradient = labels;
  DO(svfap_trainer_create(model, "finetune", NUL, "{\"learning_rate\": 0.01, \"ema_decay\": 0.5, \"drop_path\": 0}", NUL, &trainer, &error));
  for (int i = 0; i < 20; i++) {
    DO(svfap_trainer_forward_backward(trainer, &view, &labels, &loss, &error));
    if (i == 0) first = loss;
    DO(svfap_trainer_step(trainer, &step, &error));
    CHECK(step.index == i && step.learning_rate > 0 && step.gradient_norm > 0);
  }
  CHECK(isfinite(loss) && loss < first);
  DO(svfap_trainer_parameter_count(trainer, &count, &error));
  DO(svfap_trainer_parameter(trainer, count - 1, &name, &values, &gradient, &error));
  CHECK(name.size > 0 && values.data != NULL && gradient.data != NULL);
  DO(svfap_trainer_forward_backward(trainer, &view, &labels, &loss, &error));
  DO(svfap_trainer_drop_gradients(trainer, &error));
  FAILS(SVFAP_E_INVALID_ARGUMENT, svfap_trainer_step(trainer, NULL, &error));
  DO(svfap_trainer_snapshot(trainer, 1, &trained, &error));
  DO(svfap_trainer_release(trainer, &error));
  return trained;
}

static void work(svfap_runtime *runtime, const char *model) {
  char options[4200];
  const char *json;
  uint64_t size;
  svfap_job *job;
  DO(svfap_job_schema(NULL, 0, &json, &size, &error));
  CHECK(json[0] == '[' && strstr(json, "\"info\"") != NULL);
  DO(svfap_job_schema("info", NUL, &json, &size, &error));
  CHECK(json[0] == '{' && strlen(json) == size);
  FAILS(SVFAP_E_CONFIG, svfap_job_create(runtime, "info", NUL, "{\"no such key\": 1}", NUL, &job, &error));
  snprintf(options, sizeof options, "{\"input\": \"%s\"}", model);
  DO(svfap_job_create(runtime, "info", NUL, options, NUL, &job, &error));
  DO(svfap_job_run(job, NULL, &error));
  DO(svfap_job_result(job, &json, &size, &error));
  CHECK(strlen(json) == size && strstr(json, "tension") != NULL);
  DO(svfap_job_release(job, &error));
}

int main(int argc, char **argv) {
  const char *version;
  char path[4096];
  uint32_t major, minor;
  float before[CLIPS], after[CLIPS];
  account log;
  svfap_runtime *runtime;
  svfap_model *model, *trained, *again;
  if (argc != 5) return fprintf(stderr, "usage: client HEAD.so SOURCE.so SINK.so FOLDER\n"), 64;
  memset(&log, 0, sizeof log);
  for (int i = 0; i < CLIPS * 3 * FRAMES * SIZE * SIZE; i++) ((float *)video)[i] = (float)((i * 37 + i / 1024) % 97) / 48.0f - 1.0f;
  for (int i = 0; i < CLIPS * TOKENS; i++) ((uint8_t *)mask)[i] = i % 4 != 0; /* the same places in every slice of 16 */

  DO(svfap_version(&version, NULL, &major, &minor, &error));
  CHECK(major == SVFAP_ABI_MAJOR && minor + 1 > SVFAP_ABI_MINOR && version[0] != 0);
  DO(svfap_runtime_create("{\"threads\": 2, \"log_level\": \"info\"}", NUL, &runtime, &error));
  DO(svfap_runtime_set_log(runtime, on_line, &log, on_destroy, &error));
  for (int i = 1; i < 4; i++) DO(svfap_runtime_load_plugin(runtime, argv[i], NUL, &error));
  CHECK(log.lines > 0);
  DO(svfap_model_create(runtime, "{" MODEL ", " HEAD "}", NUL, 7, &model, &error));
  texts(model);
  parameters(model);
  predict(runtime, model, before);
  pretrain(runtime);
  trained = train(model);
  predict(runtime, trained, before);

  snprintf(path, sizeof path, "%s/kept.safetensors", argv[4]);
  DO(svfap_model_save(trained, path, NUL, &error));
  DO(svfap_model_open(runtime, path, NUL, "{\"precision\": \"float32\"}", NUL, &again, &error));
  predict(runtime, again, after);
  CHECK(memcmp(before, after, sizeof before) == 0);
  work(runtime, path);
  FAILS(SVFAP_E_BAD_HANDLE, svfap_model_save((svfap_model *)runtime, path, NUL, &error));

  DO(svfap_model_release(again, &error));
  DO(svfap_model_release(trained, &error));
  DO(svfap_model_release(model, &error));
  DO(svfap_runtime_release(runtime, &error));
  CHECK(log.destroyed == 1);
  return remove(path) == 0 ? 0 : 1;
}
