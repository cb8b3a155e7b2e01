/* svfap_types.h: what svfap.h and svfap_plugin.h share: statuses, text, tensor views, frames.
 *
 * Rules that hold in both headers:
 *  - Sizes and counts are 64-bit. No enum types, bool, long or bit-fields cross the boundary.
 *  - Text is UTF-8, given as pointer and length in bytes; a length of SVFAP_NUL_TERMINATED means that the
 *    text ends at its first NUL. A NULL pointer with length 0 is the empty text.
 *  - Every struct starts with its size, in bytes. Members are only ever appended. A caller may pass a larger struct
 *    than the callee knows, as long as the unknown tail is zero, and a smaller one, of an earlier minor. Those of which
 *    arrays cross the boundary never grow: svfap_view, svfap_text, svfap_interface; the latter two have no size.
 *  - Members called `reserved` are 0. A size of more than 4096 bytes above the known one is refused: it was never set.
 */
#ifndef SVFAP_TYPES_H
#define SVFAP_TYPES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of both binary interfaces. Within a major nothing that exists ever changes: a minor only adds functions, members
 *  at the end of structs, slots at the end of tables, and interfaces with names of their own. */
#define SVFAP_ABI_MAJOR 1
#define SVFAP_ABI_MINOR 0

/** Length that stands for "up to the first NUL". */
#define SVFAP_NUL_TERMINATED UINT64_MAX

/** Outcome of a call: 0 is success, anything else an error class. Values are never renumbered. */
typedef int32_t svfap_status;
enum {
  SVFAP_OK = 0,
  SVFAP_E_INVALID_ARGUMENT = 1, /* a NULL, a negative count, text that is not UTF-8 ...          */
  SVFAP_E_BAD_HANDLE = 2,       /* NULL, freed, foreign or wrongly typed handle                  */
  SVFAP_E_BUSY = 3,             /* in use: an object by another thread, a run by another process */
  SVFAP_E_NO_MEMORY = 4,        /* the allocator said no                                         */
  SVFAP_E_IO = 5,               /* the operating system refused to read or write                 */
  SVFAP_E_NO_SPACE = 6,         /* the disk or quota is full                                     */
  SVFAP_E_NOT_FOUND = 7,        /* no such file, plugin, parameter ...                           */
  SVFAP_E_FORMAT = 8,           /* the bytes are not what they claim to be                       */
  SVFAP_E_LIMIT = 9,            /* larger than a stated limit                                    */
  SVFAP_E_CONFIG = 10,          /* an option is unknown, of the wrong type or out of range       */
  SVFAP_E_SHAPE = 11,           /* a tensor has the wrong shape or type                          */
  SVFAP_E_UNSUPPORTED = 12,     /* understood, and not possible here                             */
  SVFAP_E_ABI = 13,             /* built for another version of this interface                   */
  SVFAP_E_PLUGIN = 14,          /* a plugin broke its contract                                   */
  SVFAP_E_POLICY = 15,          /* refused by the rules for loading plugins                      */
  SVFAP_E_CANCELLED = 16,       /* the caller asked to stop                                      */
  SVFAP_E_END = 17,             /* no more frames                                                */
  SVFAP_E_NUMERIC = 18,         /* NaN or infinity where a number was needed                     */
  SVFAP_E_INTERNAL = 19         /* a defect of this library; please report it                    */
};

/** Element types of a tensor. */
enum {
  SVFAP_FLOAT32 = 1,
  SVFAP_INT64 = 2,
  SVFAP_BOOL8 = 3, /* one byte, 0 or 1 */
  SVFAP_UINT8 = 4
};

/** Largest number of dimensions of a tensor. */
#define SVFAP_MAX_DIMENSIONS 8

/** A tensor that lives in somebody else's memory. It is valid as long as that memory is. Never grows. */
typedef struct svfap_view {
  uint64_t struct_size;                  /* sizeof(svfap_view)                                    */
  int32_t dtype;                         /* SVFAP_FLOAT32 ...                                     */
  int32_t dimension_count;               /* 0 ... SVFAP_MAX_DIMENSIONS                            */
  int64_t shape[SVFAP_MAX_DIMENSIONS];   /* extents, none negative                                */
  int64_t strides[SVFAP_MAX_DIMENSIONS]; /* in elements, none negative; all 0 means C-contiguous  */
  void *data;                            /* first element, aligned for its type                   */
  uint64_t byte_count;                   /* size of the memory behind `data`: checked, not trusted */
  uint64_t reserved[2];
} svfap_view;

/** A piece of text that lives in somebody else's memory. Never grows. */
typedef struct svfap_text {
  const char *data;
  uint64_t size; /* in bytes; always the true length, never SVFAP_NUL_TERMINATED */
} svfap_text;

/** `frame_count` of a stream whose length is not known before its end. */
#define SVFAP_UNKNOWN_COUNT (-1)

/** What is known of a video stream before its frames are read. */
typedef struct svfap_stream_info {
  uint64_t struct_size;
  int64_t width, height;               /* of the frames delivered: rotation is already applied      */
  int64_t frame_count;                 /* as the container claims it, or SVFAP_UNKNOWN_COUNT        */
  int64_t rate_numerator;              /* average frame rate, frames per second; 0 when unknown     */
  int64_t rate_denominator;            /* 1 with an unknown rate, when the frames' times say it. 0: the frames
                                          carry no times, as pictures in a folder, and are taken to come at the
                                          rate of the model's training data                         */
  double duration_s;                   /* as the container claims it; negative when unknown         */
  int32_t rotation_degrees;            /* rotation that was applied, clockwise: 0, 90, 180 or 270   */
  int32_t seekable;                    /* 1 if a frame is reached without reading all before it     */
  svfap_text format;                   /* container and codec for people, such as "mov,mp4 h264"    */
  svfap_text metadata;                 /* JSON object of whatever else the source knows, or empty   */
} svfap_stream_info;

/** One picture. Its memory belongs to the source and is valid until the next call on that source. */
typedef struct svfap_frame {
  uint64_t struct_size;
  int64_t index;         /* 0-based position in the stream, counting damaged frames too    */
  double time_s;         /* presentation time from the start of the stream, in seconds     */
  int64_t width, height;
  int64_t row_bytes;     /* distance between rows, at least 3 * width                      */
  const uint8_t *rgb;    /* 8-bit R, G, B, R, G, B ... ; NULL in a frame that is lost      */
  int32_t damaged;       /* 1 if the decoder could not restore it faithfully               */
  int32_t reserved;
} svfap_frame;

#ifdef __cplusplus
}
#endif
#endif /* SVFAP_TYPES_H */
