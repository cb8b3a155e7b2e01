/* svfap.h: facial affect from video, in C.
 *
 *   svfap_runtime *runtime;  svfap_model *model;  svfap_predictor *predictor;  svfap_source *video;
 *   svfap_runtime_create("{\"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, &error);
 *   svfap_model_open(runtime, "model.safetensors", SVFAP_NUL_TERMINATED, NULL, 0, &model, &error);
 *   svfap_predictor_create(model, NULL, 0, &predictor, &error);
 *   svfap_source_open(runtime, "clip.mp4", SVFAP_NUL_TERMINATED, NULL, 0, NULL, &video, &error);
 *   svfap_predictor_run(predictor, video, on_window, NULL, NULL, &error);
 *
 * Rules for every function:
 *  - Errors. It returns SVFAP_OK or an error class. The last parameter of all that have one, which may be NULL, receives
 *    an error object with a message; give it back with svfap_error_release. Nothing is kept per thread. Below "Errors:" stand the classes that
 *    are a function's own, without their SVFAP_E_. Any function may also return INVALID_ARGUMENT (a NULL where none is
 *    allowed, text that is not UTF-8), BAD_HANDLE, BUSY, NO_MEMORY, LIMIT (text or options beyond all measure), ABI (a
 *    struct whose size makes no sense) or INTERNAL;
 *    and where a plugin works, whatever the plugin says, or PLUGIN if it broke its contract.
 *  - After a failure all other out-parameters are zero (structs but for their size) and the object is as it was, unless
 *    stated otherwise.
 *  - Handles are values, not addresses: they are looked up and never dereferenced. NULL, garbage, a handle of
 *    another type, freed or freed twice: BAD_HANDLE. An object in use by another thread lives until that call ends.
 *  - Ownership. Whatever a function makes (`svfap_model **model` ...) is the caller's, who ends it with the release
 *    function of its type, on any thread and in any order: what was made from an object keeps it alive. Release
 *    functions accept NULL. Everything else that is handed out belongs to the object that it came from. Nothing that
 *    is passed in is kept after the call, but for the user pointers of callbacks.
 *  - Options are JSON text, checked strictly: what is no JSON object, an unknown key, a wrong type or a value out of
 *    range is CONFIG with the JSON pointer in the message. NULL with size 0 means all defaults.
 *  - Text that is taken in holds no NUL and is 64 MiB long at most.
 *  - Text that is handed out is UTF-8, ends with a NUL that its size does not count, and belongs to the object
 *    that it came from.
 *  - Thread class. [any]: from any thread at any time. [shared]: several threads may use one object at once.
 *    [owner]: one thread at a time per object; a second one gets BUSY.
 *  - NULL. Where text and its size are handed out, either place may be NULL. Any other out-parameter, and any handle
 *    or callback, must be given unless its function says otherwise.
 *  - Callbacks run on the calling thread, inside the call, but for the log. From within one, [owner] calls on the same object
 *    return BUSY. No exception may leave one.
 *  - After fork without exec the child may only end: threads and locks did not come along.
 *
 * What it does not do: write to stdout or stderr, install signal handlers, exit, change locale, umask, working
 * directory, environment or floating-point mode. One exception: OpenBLAS is set to one thread process-wide,
 * because the library runs its own threads.
 */
#ifndef SVFAP_H
#define SVFAP_H

#include "svfap_types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct svfap_error svfap_error;         /* what went wrong                                  */
typedef struct svfap_runtime svfap_runtime;     /* threads, plugins, log                            */
typedef struct svfap_cancel svfap_cancel;       /* a flag that stops long work                      */
typedef struct svfap_model svfap_model;         /* immutable weights and what belongs to them       */
typedef struct svfap_predictor svfap_predictor; /* a model at work for one thread                   */
typedef struct svfap_source svfap_source;       /* a video that is being read                       */
typedef struct svfap_tensor svfap_tensor;       /* a result: float32 numbers with a shape           */
typedef struct svfap_trainer svfap_trainer;     /* a model in training, with the host's own batches */
typedef struct svfap_job svfap_job;             /* a whole task: JSON options in, JSON result out   */

/** Called exactly once when the library no longer needs `user`, also when the call that took it fails. */
typedef void (*svfap_destroy_fn)(void *user);

/* ------------------------------------------------------------------ library */

/** Version of the library as text ("0.1.0") and of its binary interface. Out-parameters may be NULL.
 *  The text lives for ever. [any] Since 1.0. */
svfap_status svfap_version(const char **text, uint64_t *size, uint32_t *abi_major, uint32_t *abi_minor, svfap_error **error);

/* -------------------------------------------------------------------- error */

/** The error class; SVFAP_E_BAD_HANDLE if `error` is none. [any] Since 1.0. */
svfap_status svfap_error_status(const svfap_error *error);
/** What happened, where, and what to do, for people. The text lives as long as the error. [any] Since 1.0. */
svfap_status svfap_error_message(const svfap_error *error, const char **text, uint64_t *size);
/** The same as a JSON object {"status", "message", "where", "expected", "found", "path", "errno"}; keys that do
 *  not apply are absent. The text lives as long as the error. [any] Since 1.0. */
svfap_status svfap_error_detail(const svfap_error *error, const char **json, uint64_t *size);
/** Ends an error object. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_error_release(svfap_error *error);

/* ------------------------------------------------------------------- cancel */

/** A flag that stops long work. [any] Since 1.0. */
svfap_status svfap_cancel_create(svfap_cancel **cancel, svfap_error **error);
/** Asks whatever runs with this flag to stop; it returns SVFAP_E_CANCELLED soon. May be called from a signal
 *  handler. [any] Since 1.0. */
svfap_status svfap_cancel_request(svfap_cancel *cancel);
/** Ends the flag. NULL is allowed. What still refers to it is not stopped by it any more, even if it was requested: end
 *  the flag after what it stops. [any] Since 1.0. */
svfap_status svfap_cancel_release(svfap_cancel *cancel, svfap_error **error);

/* ------------------------------------------------------- progress and cancel */

/** How far a piece of work has come. The units are those of the work, such as inputs, frames, clips or steps; `activity`
 *  names them. */
typedef struct svfap_progress {
  uint64_t struct_size;
  double done, total;   /* in units of the work; total is negative when unknown          */
  double elapsed_s;
  double remaining_s;   /* an estimate; negative when there is none                       */
  svfap_text activity;  /* what is being done, for people; lives until the callback ends  */
} svfap_progress;

/** Receives progress a few times a second. A result other than 0 stops the work. */
typedef int32_t (*svfap_progress_fn)(void *user, const svfap_progress *progress);

/** How to run something long. */
typedef struct svfap_run_options {
  uint64_t struct_size;
  svfap_cancel *cancel;       /* or NULL */
  svfap_progress_fn progress; /* or NULL */
  void *progress_user;
} svfap_run_options;

/* ------------------------------------------------------------------ runtime */

/** Makes a runtime. Options: {"threads": 0 ... 256 (0: one a processor that this process may use),
 *  "plugin_directory": false (true: plugins are also taken, by id, from the directory svfap/plugins-1 beside
 *  the loaded library), "log_level": "error" | "warning" | "info" | "debug": what reaches the log; "warning" if left out}.
 *  [any] Since 1.0. Errors: CONFIG. */
svfap_status svfap_runtime_create(const char *options, uint64_t options_size, svfap_runtime **runtime, svfap_error **error);

/** A line of the log. Levels: 1 error, 2 warning, 3 info, 4 debug. `text` lives until the callback ends. */
typedef void (*svfap_log_fn)(void *user, int32_t level, const char *text, uint64_t size);
/** Sends the log to `log` (NULL: to nobody, as at the start). It may be called from any thread that works for
 *  this runtime. Lines of plugins, which belong to the process, go to the log that was set last. `destroy` may be NULL. [any] Since 1.0. */
svfap_status svfap_runtime_set_log(svfap_runtime *runtime, svfap_log_fn log, void *user, svfap_destroy_fn destroy, svfap_error **error);

/** Loads a plugin from an absolute path. It must be a regular file, owned by root or this user and not
 *  writable by others, and stays loaded as long as the process. A failure leaves the runtime as it was and
 *  says why. [shared] Since 1.0. Errors: NOT_FOUND, IO, LIMIT, POLICY, FORMAT, ABI, PLUGIN. */
svfap_status svfap_runtime_load_plugin(svfap_runtime *runtime, const char *path, uint64_t path_size, svfap_error **error);

/** Ends the runtime once nothing made from it is left. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_runtime_release(svfap_runtime *runtime, svfap_error **error);

/* -------------------------------------------------------------------- model */

/** Opens a model file (safetensors with svfap.config). The plugin of the head that the file names must be loaded
 *  or in the plugin directory. Options: {"precision": "float32" | "bfloat16" | "int8"}: what its matrices are kept
 *  in and multiplied in, where the processor can; elsewhere float32. A rounded model is for prediction: its matrices
 *  cannot be read back, saved or trained (UNSUPPORTED). [shared on the runtime] Since 1.0.
 *  Errors: NOT_FOUND, IO, FORMAT, CONFIG, SHAPE, LIMIT, UNSUPPORTED, POLICY, PLUGIN. */
svfap_status svfap_model_open(svfap_runtime *runtime, const char *path, uint64_t path_size, const char *options, uint64_t options_size, svfap_model **model, svfap_error **error);

/** Makes an untrained model. `config` is JSON: either a whole model configuration (as svfap_model_config returns
 *  it) or {"size": "base" | "small" | "tiny", ...} with members that replace those of that size, such as
 *  {"size": "tiny", "head": {"name": "classification", "config": {"labels": ["calm", "excited"]}}}; with
 *  "pretraining": true it is an autoencoder with a decoder and no head. The same seed gives the same weights
 *  on every machine. [shared on the runtime] Since 1.0.
 *  Errors: CONFIG, NOT_FOUND (the head's plugin), UNSUPPORTED, LIMIT, POLICY, PLUGIN. */
svfap_status svfap_model_create(svfap_runtime *runtime, const char *config, uint64_t config_size, uint64_t seed, svfap_model **model, svfap_error **error);

/** Writes the model file durably: a reader sees the old file or the new one, never a part. [shared] Since 1.0.
 *  Errors: IO, NO_SPACE, NOT_FOUND (the folder), LIMIT, UNSUPPORTED (a model that was rounded on opening). */
svfap_status svfap_model_save(svfap_model *model, const char *path, uint64_t path_size, svfap_error **error);

/** JSON of the model's configuration; of its recipe (how frames must be prepared); of its card (licence, data,
 *  metrics, whether it is trained); of the outputs [{"name", "unit", "minimum", "maximum"}]. The text lives as
 *  long as the model. [shared] Since 1.0. */
svfap_status svfap_model_config(svfap_model *model, const char **json, uint64_t *size, svfap_error **error);
svfap_status svfap_model_recipe(svfap_model *model, const char **json, uint64_t *size, svfap_error **error);
svfap_status svfap_model_card(svfap_model *model, const char **json, uint64_t *size, svfap_error **error);
svfap_status svfap_model_outputs(svfap_model *model, const char **json, uint64_t *size, svfap_error **error);

/** How many numbers the model reports of a clip; 0 for a pre-training model. [shared] Since 1.0. */
svfap_status svfap_model_output_count(svfap_model *model, uint64_t *count, svfap_error **error);
/** What svfap_model_outputs says of output `index`. Texts live as long as the model. Any out-parameter may be NULL.
 *  [shared] Since 1.0. Errors: NOT_FOUND. */
svfap_status svfap_model_output(svfap_model *model, uint64_t index, svfap_text *name, svfap_text *unit, double *minimum, double *maximum, svfap_error **error);

/** How many parameters (tensors) the model has. [shared] Since 1.0. */
svfap_status svfap_model_parameter_count(svfap_model *model, uint64_t *count, svfap_error **error);
/** Name and read-only float32 view of parameter `index`; both live as long as the model. Either out-parameter
 *  may be NULL. [shared] Since 1.0. Errors: NOT_FOUND, UNSUPPORTED (a matrix that was rounded on opening). */
svfap_status svfap_model_parameter(svfap_model *model, uint64_t index, svfap_text *name, svfap_view *values, svfap_error **error);

/** Ends the handle; the weights go when nothing uses them. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_model_release(svfap_model *model, svfap_error **error);

/* ------------------------------------------------------------------- tensor */

/** The numbers of a result: contiguous float32, read-only, as long as the tensor lives. [shared] Since 1.0. */
svfap_status svfap_tensor_view(svfap_tensor *tensor, svfap_view *view, svfap_error **error);
/** Ends the tensor. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_tensor_release(svfap_tensor *tensor, svfap_error **error);

/* ------------------------------------------------------------- video source */

/** Opens a video. `path` is a file, a folder of frames or what a source plugin understands ("synthetic:").
 *  Options: {"source": "auto" or the id of a plugin, "config": {...} for that plugin}. `cancel`, which may be NULL, is a flag
 *  that stops this call, and svfap_source_next and svfap_source_seek on the source, for as long as the source lives; in
 *  svfap_predictor_run the flag of the run counts. "auto" asks all video plugins of the plugin directory, and so loads
 *  them into this process, but for those that a job "plugins" has seen crash or hang: name the source where that
 *  matters. What cannot be opened twice, as a pipe, cannot be sought.
 *  [shared on the runtime] Since 1.0. Errors: NOT_FOUND, IO, FORMAT, UNSUPPORTED, CONFIG, LIMIT, CANCELLED, POLICY, PLUGIN. */
svfap_status svfap_source_open(svfap_runtime *runtime, const char *path, uint64_t path_size, const char *options, uint64_t options_size, svfap_cancel *cancel, svfap_source **source, svfap_error **error);
/** What is known of the stream. Set `info->struct_size` first. Text lives as long as the source. [owner] Since 1.0. */
svfap_status svfap_source_info(svfap_source *source, svfap_stream_info *info, svfap_error **error);
/** The next frame. Set `frame->struct_size` first; pixels live until the next call on this source. [owner]
 *  Since 1.0. Errors: END (after the last frame, again and again), FORMAT, IO, LIMIT, UNSUPPORTED, CANCELLED, PLUGIN. */
svfap_status svfap_source_next(svfap_source *source, svfap_frame *frame, svfap_error **error);
/** Moves so that the next frame is number `index`, the same picture as when reading from the start. After a failure
 *  other than INVALID_ARGUMENT the source stands anywhere; seek again. [owner]
 *  A source that cannot seek by itself is read from its start.
 *  Since 1.0. Errors: END (there is no such frame), FORMAT, IO, LIMIT, UNSUPPORTED, CANCELLED, PLUGIN. */
svfap_status svfap_source_seek(svfap_source *source, int64_t index, svfap_error **error);
/** Closes the video. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_source_release(svfap_source *source, svfap_error **error);

/* ---------------------------------------------------------------- predictor */

/** A model at work: owns scratch memory and as many threads as the runtime says, no weights. Options, all taken from the
 *  model's recipe where absent: {"sampling_rate": frames between sampled frames, "hop": frames between windows, "views":
 *  0 (sliding windows) or the number of uniform windows whose readings are averaged}. [shared on the model] Since 1.0.
 *  Errors: CONFIG, LIMIT. */
svfap_status svfap_predictor_create(svfap_model *model, const char *options, uint64_t options_size, svfap_predictor **predictor, svfap_error **error);

/** Sets the flag that stops this predictor's work from now on, also that of streams begun afterwards; NULL: none, as at
 *  the start. The flag of svfap_run_options goes before it; a stream keeps the one that it began with. [owner] Since 1.0. */
svfap_status svfap_predictor_set_cancel(svfap_predictor *predictor, svfap_cancel *cancel, svfap_error **error);

/** The head's raw outputs (b, k) of normalised clips, `video` (b, 3, t, h, w) float32. A view need not be contiguous;
 *  b is 65536 at most. [owner] Since 1.0.
 *  Errors: SHAPE, LIMIT, UNSUPPORTED (a pre-training model), CANCELLED, PLUGIN. */
svfap_status svfap_predictor_forward(svfap_predictor *predictor, const svfap_view *video, svfap_tensor **outputs, svfap_error **error);
/** What the head reports, (b, outputs): probabilities, activated values. [owner] Since 1.0.
 *  Errors: SHAPE, LIMIT, UNSUPPORTED (a pre-training model), CANCELLED, PLUGIN. */
svfap_status svfap_predictor_readings(svfap_predictor *predictor, const svfap_view *video, svfap_tensor **readings, svfap_error **error);
/** The encoder's features (b, embed_dim): fc_norm of the mean token. For a pre-training model: the mean of the
 *  encoder's normed tokens, nothing masked. [owner] Since 1.0. Errors: SHAPE, LIMIT, CANCELLED. */
svfap_status svfap_predictor_features(svfap_predictor *predictor, const svfap_view *video, svfap_tensor **features, svfap_error **error);
/** Pre-training model: the encoder's output (b, visible, embed_dim) under `mask` (b, n) bool, true = masked, as many
 *  true in every row, the same places in every time slice (tube). [owner] Since 1.0.
 *  Errors: SHAPE, LIMIT, UNSUPPORTED (a model without a decoder), CANCELLED. */
svfap_status svfap_predictor_encode(svfap_predictor *predictor, const svfap_view *video, const svfap_view *mask, svfap_tensor **encoded, svfap_error **error);
/** Pre-training model: the predicted pixels (b, masked, tubelet * patch * patch * 3) of the masked tokens, normalised per
 *  token and channel as in training. [owner] Since 1.0. Errors: SHAPE, LIMIT, UNSUPPORTED (a model without a decoder),
 *  CANCELLED. */
svfap_status svfap_predictor_reconstruct(svfap_predictor *predictor, const svfap_view *video, const svfap_view *mask, svfap_tensor **pixels, svfap_error **error);

/** One window of a video and what the model says of it. Pointers live until the callback ends. */
typedef struct svfap_window {
  uint64_t struct_size;
  int64_t index;                   /* 0, 1, 2 ...                                          */
  int64_t start_frame, end_frame;  /* first frame, and one past the last                   */
  double start_s, end_s;           /* time of the first frame; end of the last             */
  int32_t success;                 /* 0: no readings (NULL, 0; winner -1), `reason` says why */
  int32_t padded_frames;           /* repeats of the last frame that fill up the clip      */
  svfap_text reason;
  const float *readings;           /* `reading_count` numbers in the order of svfap_model_outputs */
  uint64_t reading_count;
  int64_t winner;                  /* the most probable class, or -1 if outputs are not classes   */
} svfap_window;

/** Receives windows in order. A result other than 0 stops the run with SVFAP_E_CANCELLED. */
typedef int32_t (*svfap_window_fn)(void *user, const svfap_window *window);

/** Predicts a whole video, window by window, in memory that does not grow with its length. Reads `source` from where
 *  it stands to its end; with "views" all of it, twice. A video that breaks off gives the windows of what could be
 *  read; svfap_predictor_summary says where and why it ended. [owner on both] Since 1.0.
 *  Errors: UNSUPPORTED (a pre-training model), SHAPE, LIMIT, FORMAT, IO, CANCELLED, PLUGIN. */
svfap_status svfap_predictor_run(svfap_predictor *predictor, svfap_source *source, svfap_window_fn on_window, void *user, const svfap_run_options *options, svfap_error **error);

/** The same for frames that the host pushes: begin, push each frame (copied as needed before the call returns), end.
 *  Of `stream` only the rate counts (0: unknown, frames are then chosen by their times). Of a frame `index` does not
 *  count, the order of pushing does; `time_s` must be set; a frame that is lost is pushed as `damaged`. `on_window` may
 *  be called inside push and end. Between begin and end the predictor takes no other work (SVFAP_E_BUSY). A frame
 *  that is refused (ABI, SHAPE, INVALID_ARGUMENT) leaves the stream as it was; after any other failure push gives
 *  the same error again, and end only ends, with OK: no more windows. Not possible with "views" (UNSUPPORTED). push and end without begin are
 *  INVALID_ARGUMENT. [owner] Since 1.0. Errors: UNSUPPORTED, SHAPE, LIMIT, CANCELLED, PLUGIN. */
svfap_status svfap_predictor_begin(svfap_predictor *predictor, const svfap_stream_info *stream, svfap_window_fn on_window, void *user, svfap_error **error);
svfap_status svfap_predictor_push(svfap_predictor *predictor, const svfap_frame *frame, svfap_error **error);
svfap_status svfap_predictor_end(svfap_predictor *predictor, svfap_error **error);

/** JSON account of the last run, also of one that failed: {"windows", "sampling": "index" | "time", "frames": {"decoded",
 *  "sampled", "between", "damaged", "padded"}, "ended": {"complete", "status", "reason"}}; decoded = sampled + between +
 *  damaged. The text lives until the next run or the end of the predictor. [owner] Since 1.0. */
svfap_status svfap_predictor_summary(svfap_predictor *predictor, const char **json, uint64_t *size, svfap_error **error);
/** Ends the predictor. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_predictor_release(svfap_predictor *predictor, svfap_error **error);

/* ------------------------------------------------------------------ trainer */

/** Takes a copy of a model's weights into training. Tasks: "pretrain" (a model with a decoder) and "finetune" (any
 *  model: from a pre-training one the encoder is taken and a head made). Options, all optional: {"learning_rate",
 *  "min_learning_rate", "warmup_steps", "steps" (length of the schedules; 0: constant), "weight_decay",
 *  "weight_decay_end", "betas", "eps", "clip_grad", "drop_path", "ema_decay", "seed", "precision" ("float32", "bfloat16":
 *  what the operands of products are rounded to)}; pretrain: {"normalized_target"};
 *  finetune: {"layer_decay", "trained": "all" | "last_blocks" | "head", "last_blocks", "head_name", "head": {...}}. Defaults
 *  are the published ones; the learning rate is taken as it is. [shared on the model] Since 1.0.
 *  Errors: CONFIG, NOT_FOUND (a task, or the head's plugin), UNSUPPORTED, LIMIT, POLICY, PLUGIN. */
svfap_status svfap_trainer_create(svfap_model *model, const char *task, uint64_t task_size, const char *options, uint64_t options_size, svfap_trainer **trainer, svfap_error **error);

/** Adds the gradients of a batch to those since the last step, and tells its mean loss. `video` (b, 3, t, h, w) is float32,
 *  normalised as the recipe says, and taken as it is: no augmentation, no mixing. Fine-tuning: `labels` are int64 (b), class
 *  indices, or float32 (b, k): a target row a clip, as wide as the head's targets. Pre-training: `labels` is a mask, bool
 *  (b, n), true = masked. `loss` may be NULL. On failure gradients and weights are as they were. [owner] Since 1.0.
 *  Errors: SHAPE, LIMIT, UNSUPPORTED, FORMAT (a class that there is not), NUMERIC (the loss is not finite), PLUGIN. */
svfap_status svfap_trainer_forward_backward(svfap_trainer *trainer, const svfap_view *video, const svfap_view *labels, double *loss, svfap_error **error);

/** What a step did. */
typedef struct svfap_step {
  uint64_t struct_size;
  int64_t index;         /* 0 for the first                                */
  double learning_rate;  /* before each parameter's factor                 */
  double weight_decay;
  double gradient_norm;  /* L2 norm over all parameters, before clipping   */
} svfap_step;

/** Moves the weights by the mean gradient of the batches since the last step, and begins a new sum. `step` may be NULL; if
 *  not, set `step->struct_size` first. Without a batch since the last step: INVALID_ARGUMENT. [owner] Since 1.0.
 *  Errors: NUMERIC (a gradient is not finite: the sum is dropped, the weights stay). */
svfap_status svfap_trainer_step(svfap_trainer *trainer, svfap_step *step, svfap_error **error);
/** Forgets the gradients since the last step. [owner] Since 1.0. */
svfap_status svfap_trainer_drop_gradients(svfap_trainer *trainer, svfap_error **error);

/** How many parameters (tensors) the trainer has. [owner] Since 1.0. */
svfap_status svfap_trainer_parameter_count(svfap_trainer *trainer, uint64_t *count, svfap_error **error);
/** Name of parameter `index`, and read-only float32 views of its values and of its gradient, summed since the last step.
 *  They live as long as the trainer; their content changes with its calls. Any out-parameter may be NULL. [owner]
 *  Since 1.0. Errors: NOT_FOUND. */
svfap_status svfap_trainer_parameter(svfap_trainer *trainer, uint64_t index, svfap_text *name, svfap_view *values, svfap_view *gradient, svfap_error **error);

/** A model of the weights as they are now; with `averaged` 1, of their moving average ("ema_decay"). [owner] Since 1.0.
 *  Errors: CONFIG (no average is kept). */
svfap_status svfap_trainer_snapshot(svfap_trainer *trainer, int32_t averaged, svfap_model **model, svfap_error **error);
/** Ends the trainer. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_trainer_release(svfap_trainer *trainer, svfap_error **error);

/* ---------------------------------------------------------------------- job */

/** Prepares a whole task and checks its options. Kinds: "predict", "features", "reconstruct", "pretrain", "finetune",
 *  "evaluate", "manifest", "check-data", "synthesize", "create", "import", "info", "plugins", "plugin-check", "bench".
 *  svfap_job_schema tells the options of each. [shared on the runtime] Since 1.0. Errors: NOT_FOUND (kind), CONFIG. */
svfap_status svfap_job_create(svfap_runtime *runtime, const char *kind, uint64_t kind_size, const char *options, uint64_t options_size, svfap_job **job, svfap_error **error);
/** Runs the task, once: a second time is BUSY. Inputs that fail are told in the result while the others complete; the
 *  call fails only if nothing could be done at all. Stopped by its cancel flag or by `progress`, training saves where it
 *  stands, and a new job with "resume" goes on from there. "plugins" and "plugin-check" look at plugins in child
 *  processes, which end before the call does. `options` may be NULL. [owner] Since 1.0.
 *  Errors: CANCELLED, and any other class: whatever kept the task from being done. */
svfap_status svfap_job_run(svfap_job *job, const svfap_run_options *options, svfap_error **error);
/** The result as a JSON object, as long as the job lives. BUSY before a run that came to its end. [owner] Since 1.0. */
svfap_status svfap_job_result(svfap_job *job, const char **json, uint64_t *size, svfap_error **error);
/** Ends the job. NULL is allowed. [any] Since 1.0. */
svfap_status svfap_job_release(svfap_job *job, svfap_error **error);
/** JSON Schema of the options of a kind: "properties" with "type", "default", ranges and a "description" for people. An
 *  empty kind gives the array of all kinds. The text lives for ever. [any] Since 1.0. Errors: NOT_FOUND. */
svfap_status svfap_job_schema(const char *kind, uint64_t kind_size, const char **json, uint64_t *size, svfap_error **error);

#ifdef __cplusplus
}
#endif
#endif /* SVFAP_H */
