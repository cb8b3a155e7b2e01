/* svfap_plugin.h: how to write a task head, a video source or a video sink for libsvfap.
 *
 * A plugin is a shared library that exports ONE data symbol, `svfap_plugin_v1`. It links nothing of
 * libsvfap: whatever it needs from its host it calls through the host table that `init` receives.
 *
 *     #include <svfap_plugin.h>
 *     static const svfap_task_head head = { sizeof head, describe, ... };
 *     static const svfap_interface interfaces[] = { { SVFAP_TASK_HEAD, &head } };
 *     SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
 *       SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
 *       "my-head", "1.0.0", "MIT", "What it does, in one line", interfaces, 1, init };
 *
 *     cc -shared -fPIC -fvisibility=hidden -Wl,-z,nodelete my_head.c -o svfap_head_my-head.so
 *
 * The file is named svfap_head_ID.so (task heads) or svfap_video_ID.so (sources and sinks), so that the
 * host finds the plugin of a given id without opening any other. It is loaded with
 * RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE and never unloaded.
 *
 * Contract of every function in the tables below:
 *  - It returns SVFAP_OK or an error class; before returning an error, but for END, it calls host->fail with
 *    a message that says what, where and what to do. It never exits, aborts, throws or prints.
 *  - On an error its out-parameters are left untouched and the object is as it was.
 *  - Structs that it fills in arrive with their size, all else 0: what is 0 anyway need not be set.
 *  - Text that it receives is UTF-8, holds no NUL, and ends with one that its size does not count. An index that it
 *    receives lies between 0 and the count that it declared, which it does not reach. Batches hold one clip at least. It need not check either.
 *  - The program around it may have set a locale, in which strtod and printf write 0.5 as "0,5": host->parse_number
 *    and host->option_number do not.
 *  - Different objects may be used from different threads at the same time; one object is used by one
 *    thread at a time, except where a function is marked [shared]: those only read the object.
 *  - Text that it hands out lives as long as the object that it belongs to, or for ever where there is none.
 *  - Slots marked (optional) may be NULL; the text says what the host then does.
 */
#ifndef SVFAP_PLUGIN_H
#define SVFAP_PLUGIN_H

#include "svfap_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- the host */

/** Log levels. */
enum { SVFAP_LOG_ERROR = 1, SVFAP_LOG_WARNING = 2, SVFAP_LOG_INFO = 3, SVFAP_LOG_DEBUG = 4 };

/** What the host offers to a plugin. Valid for the life of the process; every function is thread-safe. */
typedef struct svfap_host {
  uint64_t struct_size;
  uint32_t abi_major, abi_minor; /* of the host */
  void *context;                 /* first argument of every function below */

  /** Memory aligned to 64 bytes, or NULL when there is none. Sizes that come from files go through here. */
  void *(*allocate)(void *context, uint64_t byte_count);
  /** Gives memory from `allocate` back; NULL is allowed. */
  void (*deallocate)(void *context, void *memory);
  /** Adds a line to the host's log. */
  void (*log)(void *context, int32_t level, const char *text, uint64_t size);
  /** Keeps `text` as the message of the error that the calling function is about to return, on this
   *  thread, and returns `status`: `return host->fail(host->context, SVFAP_E_FORMAT, text, size);` */
  svfap_status (*fail)(void *context, svfap_status status, const char *text, uint64_t size);
  /** 1 if the user asked to stop: return SVFAP_E_CANCELLED soon. Known on the thread that called the plugin and inside of
   *  `parallel`; on threads of the plugin's own it is always 0. */
  int32_t (*cancelled)(void *context);
  /** Calls body(argument, i) for every i below `count`, on several threads, and returns when all are done. Called from
   *  inside of a body it makes the calls one after the other, on that thread. A body that fails leaves a note in its own
   *  memory, and `fail` is called after all are done: messages are kept by thread. */
  void (*parallel)(void *context, uint64_t count, void (*body)(void *argument, uint64_t index), void *argument);

  /** Reads a decimal number that is all of `text`, such as "-0.25" or "1e-3", spaces around it allowed, whatever the locale.
   *  Errors, told to `fail`: FORMAT (no number, or one that is not finite). */
  svfap_status (*parse_number)(void *context, const char *text, uint64_t size, double *value);
  /** Reads one option out of a configuration, the JSON text that `create` or `open` received. `pointer` names it as in
   *  RFC 6901, "/smoothing" or "/weights/0", and ends with a NUL. true is 1, and false is 0.
   *  Errors, told to `fail`: NOT_FOUND (absent, or null), CONFIG (not a number). */
  svfap_status (*option_number)(void *context, const char *config, uint64_t config_size, const char *pointer, double *value);
  /** The same for text: at most `capacity` bytes, with the NUL that ends it, are written to `text`. `size`, which may be
   *  NULL, receives its length without the NUL.
   *  Errors, told to `fail`: NOT_FOUND, CONFIG (not text), LIMIT (`capacity` is too small). */
  svfap_status (*option_text)(void *context, const char *config, uint64_t config_size, const char *pointer, char *text, uint64_t capacity,
                              uint64_t *size);
  /** How many elements an array has, or members an object.
   *  Errors, told to `fail`: NOT_FOUND, CONFIG (neither array nor object). */
  svfap_status (*option_count)(void *context, const char *config, uint64_t config_size, const char *pointer, uint64_t *count);
} svfap_host;

/* --------------------------------------------------------------- the entry */

/** First four bytes of an entry: "SVFP". */
#define SVFAP_PLUGIN_MAGIC 0x50465653u

/** An interface that a plugin offers. A host ignores names that it does not know. Never grows. */
typedef struct svfap_interface {
  const char *name;  /* SVFAP_TASK_HEAD ... */
  const void *table; /* svfap_task_head ..., which starts with its own size */
} svfap_interface;

/** What a plugin exports under the name `svfap_plugin_v1`. The first 16 bytes never change. */
typedef struct svfap_plugin {
  uint32_t magic;                    /* SVFAP_PLUGIN_MAGIC                                    */
  uint32_t struct_size;              /* sizeof(svfap_plugin)                                  */
  uint32_t abi_major, abi_minor;     /* SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR it was compiled with */
  const char *id;                    /* [a-z0-9-]{1,64}; the ID of the file's name            */
  const char *version;               /* SemVer                                                */
  const char *license;               /* SPDX expression                                       */
  const char *summary;               /* one line for people                                   */
  const svfap_interface *interfaces;
  uint64_t interface_count;          /* 1 ... 64                                              */
  /** Receives the host table, once, before anything else is called. A plugin that refuses to work here returns an error;
   *  nothing else of it is then called. */
  svfap_status (*init)(const svfap_host *host);
} svfap_plugin;

/** What stands in the section .note.svfap of a plugin's file: an ELF note, which the host reads before it lets the system
 *  run any of the plugin's code. Nothing of it ever changes. */
typedef struct svfap_plugin_note {
  uint32_t name_size, description_size, type; /* 6, 16, SVFAP_PLUGIN_NOTE_TYPE                                 */
  char name[8];                               /* "SVFAP" and NULs                                              */
  uint32_t abi_major, abi_minor;              /* as in the entry                                               */
  uint32_t needed_minor;                      /* a host with a smaller minor refuses the plugin                */
  uint32_t entry_size;                        /* sizeof(svfap_plugin)                                          */
} svfap_plugin_note;

#define SVFAP_PLUGIN_NOTE_TYPE 1u

/** The smallest minor of the host that the plugin can work with. Define it before including this header if it cannot do
 *  without something that a later minor brought; else look at host->abi_minor and at the size of the host table. */
#ifndef SVFAP_PLUGIN_NEEDED_MINOR
#define SVFAP_PLUGIN_NEEDED_MINOR 0u
#endif

/* An address sanitizer would put a zone behind the note. gcc leaves variables with a section of their own alone. */
#if defined(__clang__)
#define SVFAP_PLUGIN_PLAIN __attribute__((no_sanitize("address")))
#else
#define SVFAP_PLUGIN_PLAIN
#endif

/** Goes before the definition of `svfap_plugin_v1`, and defines the note. */
#define SVFAP_PLUGIN_EXPORT                                                                                       \
  static const svfap_plugin_note svfap_plugin_note_v1 SVFAP_PLUGIN_PLAIN                                          \
      __attribute__((section(".note.svfap"), used, aligned(4))) = {                                               \
          6, 16, SVFAP_PLUGIN_NOTE_TYPE, "SVFAP", SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, SVFAP_PLUGIN_NEEDED_MINOR,    \
          (uint32_t)sizeof(svfap_plugin)};

/** The entry: defined once by every plugin, behind SVFAP_PLUGIN_EXPORT. Declared here, so that it is visible with
 *  -fvisibility=hidden, and not private to its file in C++, where constants are. */
extern __attribute__((visibility("default"))) const svfap_plugin svfap_plugin_v1;

/* ---------------------------------------------------------- the task head */

#define SVFAP_TASK_HEAD "svfap.task-head"

/** A head with its configuration. It holds no weights: the host owns them and passes them to each call. */
typedef struct svfap_head svfap_head;

/** What a head reads. */
enum {
  SVFAP_INPUT_FEATURES = 1, /* (b, embed_dim): fc_norm of the mean of the last stage's tokens   */
  SVFAP_INPUT_TOKENS = 2    /* (b, n, embed_dim): the last stage's tokens, neither pooled nor normed, by time, row, column */
};

/** How a parameter starts. `initial_value` is the number named. */
enum {
  SVFAP_INITIAL_CONSTANT = 1, /* every element `initial_value`                               */
  SVFAP_INITIAL_NORMAL = 2,   /* normal, mean 0, standard deviation `initial_value`          */
  SVFAP_INITIAL_UNIFORM = 3   /* uniform in [-initial_value, initial_value)                  */
};

/** One of a head's trainable tensors, float32. Stored in the model file as `head.NAME`. */
typedef struct svfap_parameter {
  uint64_t struct_size;
  svfap_text name;                     /* [A-Za-z0-9_.]+, unique within the head */
  int32_t dimension_count;
  int32_t initializer;                 /* SVFAP_INITIAL_... */
  int64_t shape[SVFAP_MAX_DIMENSIONS]; /* every extent at least 1 */
  double initial_value;
  int32_t weight_decay;                /* 1 if weight decay applies to it */
  int32_t reserved;
} svfap_parameter;

/** One number that a head reports for a clip. */
typedef struct svfap_output {
  uint64_t struct_size;
  svfap_text name;         /* "happiness", "valence" ... : unique within the head */
  svfap_text unit;         /* "probability", "1" ... */
  double minimum, maximum; /* range, possibly infinite */
} svfap_output;

/** One number that a head measures on a set of labelled clips. */
typedef struct svfap_metric {
  uint64_t struct_size;
  svfap_text name; /* "uar", "ccc_valence" ... : unique within the head */
  svfap_text unit; /* "fraction", "1" ... */
  int32_t larger_is_better;
  int32_t reserved;
} svfap_metric;

/** What a head with its configuration is like. */
typedef struct svfap_head_info {
  uint64_t struct_size;
  int32_t input;             /* SVFAP_INPUT_...                                                  */
  int32_t exclusive;         /* 1 if the readings are probabilities of classes that exclude each
                                other: the host then reports the winning one                     */
  int32_t targets_mix;       /* 1 if target rows may be mixed linearly (mixup, CutMix)           */
  int32_t reserved;
  int64_t parameter_count;
  int64_t raw_width;         /* numbers a clip that `forward` computes                           */
  int64_t output_count;      /* numbers a clip that are reported                                 */
  int64_t target_width;      /* numbers a clip that a label becomes                              */
  int64_t metric_count;
  int64_t accumulator_width; /* numbers that hold a partial result of the metrics                */
} svfap_head_info;

/** Task head: turns an encoder's features into readings, and labels into a loss. */
typedef struct svfap_task_head {
  uint64_t struct_size;

  /** JSON object {"summary", "config_schema", "label_fields"}: the same for every head of this plugin.
   *  The host checks a configuration against `config_schema` (JSON Schema: type, properties, required,
   *  enum, minimum, maximum, exclusiveMinimum, items, minItems, maxItems, minLength, uniqueItems, default)
   *  before `create` sees it, refuses unknown keys and fills in defaults. [shared] */
  svfap_status (*describe)(const svfap_host *host, svfap_text *json);

  /** Makes a head from a checked configuration, for features of width `embed_dim`, 1 ... 8192. */
  svfap_status (*create)(const svfap_host *host, const char *config, uint64_t config_size, int64_t embed_dim, svfap_head **head);
  /** Ends a head; NULL is allowed. */
  void (*destroy)(svfap_head *head);

  /** Fills in the counts. Never changes during a head's life. [shared] */
  svfap_status (*info)(const svfap_head *head, svfap_head_info *info);
  /** The declarations, index 0 ... count - 1. [shared] */
  svfap_status (*parameter)(const svfap_head *head, int64_t index, svfap_parameter *parameter);
  svfap_status (*output)(const svfap_head *head, int64_t index, svfap_output *output);
  svfap_status (*metric)(const svfap_head *head, int64_t index, svfap_metric *metric);

  /** Turns the label fields of one line of a manifest into a row of `target_width` numbers, or says what
   *  is wrong with them. Fields arrive in the order of the manifest. [shared] */
  svfap_status (*target)(const svfap_head *head, const svfap_text *fields, uint64_t field_count, float *row);

  /** raw (b, raw_width) from input (as `info.input` says) and the parameters in declared order. All views are
   *  contiguous float32. The result for a clip must not depend on the others of its batch. [shared] */
  svfap_status (*forward)(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw);

  /** Mean loss over the batch and its gradients. `raw` is what `forward` made of `input` under these parameters;
   *  `targets` is (b, target_width), possibly mixed.
   *  Gradients of parameters are ADDED to what is there; `input_gradient` is overwritten. [shared] */
  svfap_status (*loss)(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                       const svfap_view *targets, double *loss, const svfap_view *parameter_gradients, const svfap_view *input_gradient);

  /** readings (b, output_count) from raw (b, raw_width): probabilities, activated values; what is reported and
   *  averaged over views, windows and groups. [shared] */
  svfap_status (*readings)(const svfap_head *head, const svfap_view *raw, const svfap_view *readings);

  /** Adds a batch to `accumulator` (accumulator_width doubles, zero at the start). Accumulators of parts of
   *  a set are merged by adding them element by element. [shared] */
  svfap_status (*accumulate)(const svfap_head *head, const svfap_view *readings, const svfap_view *targets, double *accumulator);
  /** The metrics (metric_count doubles) of what was accumulated; NaN where one is undefined. [shared] */
  svfap_status (*measure)(const svfap_head *head, const double *accumulator, double *metrics);
  /** (optional) JSON object with whatever else a report should show, such as {"confusion": [[...]]}, written
   *  with host->allocate and given back by the host with host->deallocate. Without it: nothing more. [shared] */
  svfap_status (*report)(const svfap_head *head, const double *accumulator, char **json, uint64_t *size);
} svfap_task_head;

/* -------------------------------------------------------- the video source */

#define SVFAP_VIDEO_SOURCE "svfap.video-source"

/** A video that is being read. */
typedef struct svfap_reader svfap_reader;

/** Video source: frames from a file, a folder, a device or nothing at all. */
typedef struct svfap_video_source {
  uint64_t struct_size;

  /** How likely this source can read `path` (0 no, 100 surely). `head` holds the first bytes of a regular
   *  file (up to 4096) and is empty for anything else. Opens nothing itself. [shared] */
  svfap_status (*probe)(const svfap_host *host, const char *path, uint64_t path_size, const uint8_t *head, uint64_t head_size, int32_t *score);
  /** JSON Schema of the configuration of `open`, as in svfap_task_head.describe. [shared] */
  svfap_status (*describe)(const svfap_host *host, svfap_text *json);
  /** Opens `path` and nothing else: no file or address that the content names. */
  svfap_status (*open)(const svfap_host *host, const char *path, uint64_t path_size, const char *config, uint64_t config_size, svfap_reader **reader);
  /** Fills in what is known. `seekable` counts only where the slot `seek` is filled. */
  svfap_status (*info)(svfap_reader *reader, svfap_stream_info *info);
  /** The next frame, or SVFAP_E_END (again and again) after the last. A frame that cannot be restored
   *  is marked `damaged`, or it is an error; it is never silently the one before. */
  svfap_status (*next)(svfap_reader *reader, svfap_frame *frame);
  /** (optional) Moves so that `next` gives frame `index`, the same picture that reading from the start would give,
   *  and says in `landed` where it stands, which must be `index`. Where there is no such frame it is END, and the reader
   *  stands where it stood. Without it: the host opens the source anew and skips. */
  svfap_status (*seek)(svfap_reader *reader, int64_t index, int64_t *landed);
  /** Ends the reader. */
  void (*close)(svfap_reader *reader);
} svfap_video_source;

/* ---------------------------------------------------------- the video sink */

#define SVFAP_VIDEO_SINK "svfap.video-sink"

/** A video or picture that is being written. */
typedef struct svfap_writer svfap_writer;

/** What a sink is to write. */
typedef struct svfap_sink_format {
  uint64_t struct_size;
  int64_t width, height;
  int64_t rate_numerator, rate_denominator; /* frames per second */
} svfap_sink_format;

/** Video sink: frames to a video file, or to pictures. */
typedef struct svfap_video_sink {
  uint64_t struct_size;

  /** How well this sink suits `path`, judged by its name alone (0 no, 100 surely). [shared] */
  svfap_status (*probe)(const svfap_host *host, const char *path, uint64_t path_size, int32_t *score);
  /** JSON Schema of the configuration of `open`. [shared] */
  svfap_status (*describe)(const svfap_host *host, svfap_text *json);
  /** Opens `path` for writing, or memory when `path_size` is 0 (`finish` then hands the bytes over). */
  svfap_status (*open)(const svfap_host *host, const char *path, uint64_t path_size, const svfap_sink_format *format,
                       const char *config, uint64_t config_size, svfap_writer **writer);
  /** Adds a frame of the format's size. `time_s` may be used by formats that store times. */
  svfap_status (*write)(svfap_writer *writer, const svfap_frame *frame);
  /** Completes the output and reports write errors. `bytes` and `size` receive what was written to memory
   *  (valid until `close`), or NULL and 0 for a path. */
  svfap_status (*finish)(svfap_writer *writer, const uint8_t **bytes, uint64_t *size);
  /** Ends the writer. Without a `finish` before, the unfinished output is removed. */
  void (*close)(svfap_writer *writer);
} svfap_video_sink;

#ifdef __cplusplus
}
#endif
#endif /* SVFAP_PLUGIN_H */
