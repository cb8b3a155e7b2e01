/* Trains a head that the library has never seen: draws labelled videos, fine-tunes a small model on them, stops in the
 * middle, resumes, and predicts with what came out.
 *
 *   cc -std=c99 train_head.c -lsvfap -o train_head
 *   ./train_head $PWD/svfap_head_attention-pool.so OUT
 *
 * Nothing here names the head's parameters, loss or metrics: the library owns them and asks the plugin.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap.h>

enum { TEXT = 8192 };

static void check(svfap_status status, svfap_error **error) {
  const char *message = "no message";
  if (status == SVFAP_OK) return;
  svfap_error_message(*error, &message, NULL);
  fprintf(stderr, "train_head: %s\n", message);
  svfap_error_release(*error);
  exit(1);
}

/* A fresh runtime that knows the plugin. A plugin is loaded by its absolute path, never from elsewhere. */
static svfap_runtime *runtime_with(const char *plugin) {
  svfap_runtime *runtime;
  svfap_error *error = NULL;
  check(svfap_runtime_create("{\"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error), &error);
  check(svfap_runtime_load_plugin(runtime, plugin, SVFAP_NUL_TERMINATED, &error), &error);
  return runtime;
}

/* The id of the head is the last part of the file's name: svfap_head_ID.so. */
static void head_of(const char *plugin, char id[65]) {
  const char *name = strrchr(plugin, '/');
  if (name == NULL || sscanf(name, "/svfap_head_%64[a-z0-9-].so", id) != 1) {
    fprintf(stderr, "train_head: %s is no absolute path of a svfap_head_ID.so\n", plugin);
    exit(64);
  }
}

/* Stops the run in its middle. */
static int32_t stop_half_way(void *user, const svfap_progress *progress) {
  (void)user;
  return progress->total > 0 && progress->done >= progress->total / 2;
}

/* Runs a whole task; 1 if it was stopped on the way. */
static int run(svfap_runtime *runtime, const char *kind, const char *options, svfap_progress_fn progress) {
  svfap_run_options running;
  svfap_job *job;
  svfap_error *error = NULL;
  const char *result;
  svfap_status status;
  memset(&running, 0, sizeof running);
  running.struct_size = sizeof running;
  running.progress = progress;
  check(svfap_job_create(runtime, kind, SVFAP_NUL_TERMINATED, options, SVFAP_NUL_TERMINATED, &job, &error), &error);
  status = svfap_job_run(job, &running, &error);
  if (status == SVFAP_E_CANCELLED) {
    printf("%s: stopped half-way\n", kind);
    svfap_error_release(error);
  } else {
    check(status, &error);
    check(svfap_job_result(job, &result, NULL, &error), &error);
    printf("%s: %s\n", kind, strlen(result) < 1024 ? result : "done");
  }
  svfap_job_release(job, NULL);
  return status == SVFAP_E_CANCELLED;
}

static int32_t on_window(void *user, const svfap_window *window) {
  printf("%s: %.2f - %.2f s: %.3f\n", (const char *)user, window->start_s, window->end_s, window->success ? window->readings[0] : 0.0f);
  return 0;
}

/* Reads a video with the trained model, as any program would that has never heard of its training. */
static void predict(const char *plugin, const char *file, const char *path) {
  svfap_runtime *runtime = runtime_with(plugin);
  svfap_model *model;
  svfap_predictor *predictor;
  svfap_source *video;
  svfap_error *error = NULL;
  check(svfap_model_open(runtime, file, SVFAP_NUL_TERMINATED, NULL, 0, &model, &error), &error);
  check(svfap_predictor_create(model, NULL, 0, &predictor, &error), &error);
  check(svfap_source_open(runtime, path, SVFAP_NUL_TERMINATED, NULL, 0, NULL, &video, &error), &error);
  check(svfap_predictor_run(predictor, video, on_window, (void *)path, NULL, &error), &error);
  svfap_source_release(video, NULL);
  svfap_predictor_release(predictor, NULL);
  svfap_model_release(model, NULL);
  svfap_runtime_release(runtime, NULL);
}

int main(int argc, char **argv) {
  static const char drawing[] =
      "{\"out\": \"%s/%s\", \"count\": %d, \"seed\": %d, \"vary\": [\"happiness\", \"sadness\"],"
      " \"config\": {\"frames\": 32, \"width\": 64, \"height\": 64}}";
  static const char tuning[] =
      "{\"train\": \"%s/train/manifest.csv\", \"validation\": \"%s/validation/manifest.csv\", \"label_columns\": [\"valence\"],"
      " \"out\": \"%s/run\", \"resume\": %s, \"head_name\": \"%s\", \"size\": \"tiny\", \"config\": {\"image_size\": 64, \"patch_size\": 8,"
      " \"num_frames\": 8, \"embed_dim\": 48, \"num_heads\": 3, \"stage_depths\": [1, 1, 1], \"num_bottleneck_tokens\": [4, 4],"
      " \"bottleneck_hidden_dim\": 24}, \"recipe\": {\"sampling_rate\": 4, \"hop\": 8}, \"epochs\": 60, \"batch\": 8, \"views\": 1,"
      " \"warmup_epochs\": 2, \"learning_rate\": 0.06, \"layer_decay\": 1, \"drop_path\": 0, \"mixing\": {\"probability\": 0},"
      " \"augmentation\": {\"auto_augment\": \"none\", \"random_resized_crop\": \"none\", \"erasing\": \"none\"}}";
  char options[TEXT], path[1024], model[1024], id[65];
  const char *plugin = argc == 3 ? argv[1] : "", *out = argc == 3 ? argv[2] : "";
  svfap_runtime *runtime;
  /* Paths go into JSON as they are here; a program with paths from elsewhere has to escape them. */
  if (argc != 3 || strlen(out) > 900 || strpbrk(out, "\"\\") != NULL) return fprintf(stderr, "usage: train_head PLUGIN OUT\n"), 64;
  head_of(plugin, id);

  runtime = runtime_with(plugin);
  snprintf(options, sizeof options, drawing, out, "train", 48, 0);
  run(runtime, "synthesize", options, NULL);
  snprintf(options, sizeof options, drawing, out, "validation", 16, 1000);
  run(runtime, "synthesize", options, NULL);

  snprintf(options, sizeof options, tuning, out, out, out, "false", id);
  if (!run(runtime, "finetune", options, stop_half_way)) return fprintf(stderr, "train_head: the run could not be stopped\n"), 1;
  svfap_runtime_release(runtime, NULL);

  /* What follows could be another process, or another day. */
  runtime = runtime_with(plugin);
  snprintf(options, sizeof options, tuning, out, out, out, "true", id);
  if (run(runtime, "finetune", options, NULL)) return 1;
  svfap_runtime_release(runtime, NULL);

  snprintf(model, sizeof model, "%s/run/model.safetensors", out);
  for (int i = 0; i < 2; i++) { /* happiness, sadness */
    snprintf(path, sizeof path, "%s/validation/%05d.mp4", out, i);
    predict(plugin, model, path);
  }
  return 0;
}
