/* Makes a model file whose weights come from the names of its parameters (goldens/README.md, "stream"), opens it and
 * computes one clip, all through the C interface.
 *
 *   seeded_model CONFIG MODEL RESULT          features and raw outputs of a fine-tuned model
 *   seeded_model CONFIG MODEL RESULT MASK     the encoder's output of a pre-training model
 *
 * CONFIG holds the configuration as JSON, MASK a byte a token; RESULT receives float32 numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>

static void fail(const char *what) {
  fprintf(stderr, "seeded_model: %s\n", what);
  exit(1);
}

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fail(message);
}

static char *contents(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;
  *size = 0;
  if (file == NULL) fail(path);
  for (;;) {
    size_t got;
    bytes = (char *)realloc(bytes, *size + 65537);
    if (bytes == NULL) fail("no memory");
    got = fread(bytes + *size, 1, 65536, file);
    *size += got;
    bytes[*size] = 0;
    if (got == 0) break;
  }
  fclose(file);
  return bytes;
}

/* The state that the numbers of a name start from. */
static uint64_t start(const char *name, uint64_t seed) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (; *name; name++) hash = (hash ^ (uint8_t)*name) * 0x100000001B3u;
  return hash + seed;
}

static float number(uint64_t state) {
  uint64_t z = state + 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  z = z ^ (z >> 31);
  return (float)(z >> 40) / 8388608.0f - 1.0f;
}

static void write_weights(FILE *file, const char *name, const svfap_view *view) {
  const uint64_t state = start(name, 7), count = view->byte_count / 4;
  const int is_norm = strstr(name, "norm") != NULL && strlen(name) > 6 && strcmp(name + strlen(name) - 6, "weight") == 0;
  const float scale = view->dimension_count > 1 ? (float)(1.5 / sqrt((double)count / (double)view->shape[0])) : 0.2f;
  const float offset = view->dimension_count == 1 && is_norm ? 1.0f : 0.0f;
  float values[4096];
  for (uint64_t i = 0; i < count; i += 4096) {
    const size_t size = count - i < 4096 ? (size_t)(count - i) : 4096;
    for (size_t j = 0; j < size; j++) values[j] = offset + number(state + i + j) * scale;
    if (fwrite(values, 4, size, file) != size) fail("cannot write the model");
  }
}

/* A safetensors file: length of the header, header, numbers. */
static void write_model(svfap_model *model, const char *path) {
  FILE *file = fopen(path, "wb");
  svfap_error *error = NULL;
  const char *config;
  uint64_t count, offset = 0, header;
  if (file == NULL) fail(path);
  check(svfap_model_config(model, &config, NULL, &error), &error);
  check(svfap_model_parameter_count(model, &count, &error), &error);
  fwrite("01234567", 8, 1, file);
  fputs("{\"__metadata__\":{\"svfap.config\":\"", file);
  for (; *config; config++) {
    if (*config == '"' || *config == '\\') putc('\\', file);
    putc(*config, file);
  }
  fputs("\"}", file);
  for (uint64_t pass = 0; pass < 2; pass++) {
    for (uint64_t i = 0; i < count; i++) {
      svfap_text name;
      svfap_view view;
      view.struct_size = sizeof view;
      check(svfap_model_parameter(model, i, &name, &view, &error), &error);
      if (pass == 1) {
        write_weights(file, name.data, &view);
        continue;
      }
      fprintf(file, ",\"%s\":{\"dtype\":\"F32\",\"shape\":[", name.data);
      for (int axis = 0; axis < view.dimension_count; axis++) fprintf(file, "%s%ld", axis > 0 ? "," : "", (long)view.shape[axis]);
      fprintf(file, "],\"data_offsets\":[%lu,%lu]}", (unsigned long)offset, (unsigned long)(offset + view.byte_count));
      offset += view.byte_count;
    }
    if (pass == 0) {
      putc('}', file);
      while (ftell(file) % 8 != 0) putc(' ', file);
      header = (uint64_t)ftell(file) - 8;
      rewind(file);
      fwrite(&header, 8, 1, file);
      fseek(file, 0, SEEK_END);
    }
  }
  if (fclose(file) != 0) fail("cannot write the model");
}

static long member(const char *json, const char *name) {
  const char *place = strstr(json, name);
  if (place == NULL) fail(name);
  return strtol(place + strlen(name), NULL, 10);
}

static void write_tensor(FILE *file, svfap_tensor *tensor) {
  svfap_view view;
  svfap_error *error = NULL;
  view.struct_size = sizeof view;
  check(svfap_tensor_view(tensor, &view, &error), &error);
  if (fwrite(view.data, 1, view.byte_count, file) != view.byte_count) fail("cannot write the result");
  svfap_tensor_release(tensor, NULL);
}

int main(int argc, char **argv) {
  svfap_runtime *runtime;
  svfap_model *model;
  svfap_predictor *predictor;
  svfap_tensor *tensor;
  svfap_error *error = NULL;
  size_t size;
  if (argc < 4) fail("usage: seeded_model CONFIG MODEL RESULT [MASK]");
  char *config = contents(argv[1], &size);
  check(svfap_runtime_create("{\"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_model_create(runtime, config, size, 0, &model, &error), &error);
  write_model(model, argv[2]);
  svfap_model_release(model, NULL);
  check(svfap_model_open(runtime, argv[2], SVFAP_NUL_TERMINATED, NULL, 0, &model, &error), &error);
  check(svfap_predictor_create(model, NULL, 0, &predictor, &error), &error);

  const long frames = member(config, "\"num_frames\": "), side = member(config, "\"image_size\": ");
  const uint64_t count = (uint64_t)(3 * frames * side * side), state = start("video", 7);
  float *values = (float *)malloc(4 * count);
  if (values == NULL) fail("no memory");
  for (uint64_t i = 0; i < count; i++) values[i] = 2.0f * number(state + i);
  svfap_view video = {sizeof video, SVFAP_FLOAT32, 5, {1, 3, frames, side, side}, {0}, values, 4 * count, {0}};
  FILE *result = fopen(argv[3], "wb");
  if (result == NULL) fail(argv[3]);
  if (argc == 4) {
    check(svfap_predictor_features(predictor, &video, &tensor, &error), &error);
    write_tensor(result, tensor);
    check(svfap_predictor_forward(predictor, &video, &tensor, &error), &error);
  } else {
    char *mask = contents(argv[4], &size);
    svfap_view view = {sizeof view, SVFAP_BOOL8, 2, {1, (int64_t)size}, {0}, mask, size, {0}};
    check(svfap_predictor_encode(predictor, &video, &view, &tensor, &error), &error);
    free(mask);
  }
  write_tensor(result, tensor);
  if (fclose(result) != 0) fail("cannot write the result");
  free(values);
  free(config);
  svfap_predictor_release(predictor, NULL);
  svfap_model_release(model, NULL);
  svfap_runtime_release(runtime, NULL);
  return 0;
}
