/* JPEG through libjpeg-turbo. */
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#include "codec_internal.h"

/* Scans of a progressive picture: a small file with thousands of empty scans would keep the decoder busy for hours.
 * Encoders write about ten. */
enum { MAX_SCANS = 100 };

/* Most memory of the library: the coefficients of a progressive CMYK picture at the limit of pixels, and some. */
enum { MAX_MEMORY = 1 << 30 };

typedef struct jpeg_reading {
  struct jpeg_decompress_struct library;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  char *message;
  int32_t failure; /* outcome of an escape */
  int is_damaged;
} jpeg_reading;

static jpeg_reading *reading_of(j_common_ptr library) { return (jpeg_reading *)library->client_data; }

static void take_message(j_common_ptr library) {
  char text[JMSG_LENGTH_MAX];
  library->err->format_message(library, text);
  codec_say(reading_of(library)->message, "%s", text);
}

static void on_error(j_common_ptr library) {
  jpeg_reading *reading = reading_of(library);
  switch (library->err->msg_code) {
    case JERR_OUT_OF_MEMORY: reading->failure = CODEC_NO_MEMORY; break;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
    case JERR_NO_BACKING_STORE: reading->failure = CODEC_LIMIT; break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL: reading->failure = CODEC_UNSUPPORTED; break;
    default: reading->failure = CODEC_FAILED;
  }
  take_message(library);
  longjmp(reading->escape, 1);
}

/* Warnings that mean lost pixels. Others, such as stray bytes between segments, come from cameras whose pictures are
 * whole; Pillow says nothing of them either. */
static void on_message(j_common_ptr library, int level) {
  if (level >= 0) return;
  switch (library->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
      if (!reading_of(library)->is_damaged) take_message(library);
      reading_of(library)->is_damaged = 1;
      break;
    default: break;
  }
}

static void on_progress(j_common_ptr library) {
  jpeg_reading *reading = reading_of(library);
  if (!library->is_decompressor || ((j_decompress_ptr)library)->input_scan_number <= MAX_SCANS) return;
  codec_say(reading->message, "it has more than %d scans", MAX_SCANS);
  reading->failure = CODEC_LIMIT;
  longjmp(reading->escape, 1);
}

/* Prepares the library up to the header. To be called inside the setjmp of the caller. */
static void begin(jpeg_reading *reading, const uint8_t *bytes, size_t size) {
  j_decompress_ptr library = &reading->library;
  jpeg_create_decompress(library);
  library->mem->max_memory_to_use = MAX_MEMORY;
  reading->progress.progress_monitor = on_progress;
  library->progress = &reading->progress;
  jpeg_mem_src(library, bytes, size);
  jpeg_read_header(library, TRUE);
}

static void prepare(jpeg_reading *reading, char *message) {
  *reading = (jpeg_reading){.message = message};
  reading->library.err = jpeg_std_error(&reading->errors);
  reading->errors.error_exit = on_error;
  reading->errors.emit_message = on_message;
  /* jpeg_create_decompress keeps this pointer and the error handler. */
  reading->library.client_data = reading;
}

static int32_t check_header(const jpeg_reading *reading, char *message) {
  const int components = reading->library.num_components;
  if (components != 1 && components != 3 && components != 4) {
    codec_say(message, "it is a JPEG picture of %d components; 1, 3 and 4 can be read", components);
    return CODEC_UNSUPPORTED;
  }
  return codec_check_size(reading->library.image_width, reading->library.image_height, message);
}

int32_t codec_jpeg_header(const uint8_t *bytes, size_t size, codec_picture *picture, char *message) {
  jpeg_reading reading;
  prepare(&reading, message);
  if (setjmp(reading.escape)) {
    jpeg_destroy_decompress(&reading.library);
    return reading.failure;
  }
  begin(&reading, bytes, size);
  const int32_t outcome = check_header(&reading, message);
  picture->width = reading.library.image_width;
  picture->height = reading.library.image_height;
  jpeg_destroy_decompress(&reading.library);
  return outcome;
}

/* a * b / 255, rounded, as Pillow computes it. */
static int scaled(int a, int b) {
  const int product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

static uint8_t clipped(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/* Inverted CMYK to RGB. */
static void rgb_from_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t width) {
  for (size_t x = 0; x < width; x++, cmyk += 4, rgb += 3) {
    for (int channel = 0; channel < 3; channel++) rgb[channel] = clipped(cmyk[3] - scaled(255 - cmyk[channel], cmyk[3]));
  }
}

int32_t codec_jpeg_decode(const uint8_t *bytes, size_t size, const codec_picture *picture, uint8_t *rgb, char *message) {
  jpeg_reading reading;
  volatile int64_t rows = 0;
  prepare(&reading, message);
  if (setjmp(reading.escape)) {
    jpeg_destroy_decompress(&reading.library);
    return rows > 0 && reading.failure == CODEC_FAILED ? CODEC_DAMAGED : reading.failure;
  }
  j_decompress_ptr library = &reading.library;
  begin(&reading, bytes, size);
  int32_t outcome = check_header(&reading, message);
  if (outcome == CODEC_OK && (library->image_width != picture->width || library->image_height != picture->height)) {
    codec_say(message, "its header has changed");
    outcome = CODEC_FAILED;
  }
  if (outcome != CODEC_OK) {
    jpeg_destroy_decompress(library);
    return outcome;
  }
  const size_t width = library->image_width;
  const int is_cmyk = library->num_components == 4;
  library->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(library);
  JSAMPARRAY row = is_cmyk ? library->mem->alloc_sarray((j_common_ptr)library, JPOOL_IMAGE, (JDIMENSION)(width * 4), 1) : NULL;
  while (library->output_scanline < library->output_height) {
    uint8_t *target = rgb + (size_t)library->output_scanline * width * 3;
    JSAMPROW direct = target;
    if (jpeg_read_scanlines(library, is_cmyk ? row : &direct, 1) != 1) break;
    if (is_cmyk) rgb_from_cmyk(row[0], target, width);
    rows = library->output_scanline;
  }
  jpeg_finish_decompress(library);
  jpeg_destroy_decompress(library);
  return reading.is_damaged ? CODEC_DAMAGED : CODEC_OK;
}
