/* Reading PNG through libpng. */
#include <setjmp.h>
#include <string.h>

#include <png.h>

#include "codec_internal.h"

/* How rows come from the library before they become RGB. */
enum { ROWS_RGB, ROWS_PALETTE, ROWS_GRAY16 };

typedef struct png_reading {
  png_structp library;
  png_infop info;
  const uint8_t *bytes;
  size_t left;
  char *message;
  int is_damaged;
} png_reading;

static void on_error(png_structp library, png_const_charp text) {
  png_reading *reading = png_get_error_ptr(library);
  codec_say(reading->message, "%s", text);
  png_longjmp(library, 1);
}

/* Warnings name the chunk that they are about. Those about pixel data mean lost pixels, unless there is more of it than
 * the picture needs. */
static void on_warning(png_structp library, png_const_charp text) {
  png_reading *reading = png_get_error_ptr(library);
  if (strncmp(text, "IDAT", 4) != 0 || strstr(text, "xtra compressed data") || strstr(text, "oo much image data")) return;
  if (!reading->is_damaged) codec_say(reading->message, "%s", text);
  reading->is_damaged = 1;
}

static void read_bytes(png_structp library, png_bytep target, size_t count) {
  png_reading *reading = png_get_io_ptr(library);
  if (count > reading->left) png_error(library, "the file ends too early");
  memcpy(target, reading->bytes, count);
  reading->bytes += count;
  reading->left -= count;
}

/* Makes the library's objects; 0 if there is no memory for them. */
static int create(png_reading *reading, const uint8_t *bytes, size_t size, char *message) {
  *reading = (png_reading){.bytes = bytes, .left = size, .message = message};
  reading->library = png_create_read_struct(PNG_LIBPNG_VER_STRING, reading, on_error, on_warning);
  if (reading->library) reading->info = png_create_info_struct(reading->library);
  if (reading->info) return 1;
  png_destroy_read_struct(&reading->library, NULL, NULL);
  codec_say(message, "no memory to read PNG");
  return 0;
}

/* Reads up to the first pixel data. To be called inside the setjmp of the caller. */
static int32_t begin(png_reading *reading, codec_picture *picture) {
  png_set_read_fn(reading->library, reading, read_bytes);
  /* The size is checked here, with a clearer message than the library's. */
  png_set_user_limits(reading->library, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  /* Everything but IHDR, PLTE, tRNS, IDAT and IEND is skipped unread: no profiles, no compressed texts. */
  png_set_keep_unknown_chunks(reading->library, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(reading->library, reading->info);
  picture->width = png_get_image_width(reading->library, reading->info);
  picture->height = png_get_image_height(reading->library, reading->info);
  return codec_check_size(picture->width, picture->height, reading->message);
}

int32_t codec_png_header(const uint8_t *bytes, size_t size, codec_picture *picture, char *message) {
  png_reading reading;
  if (!create(&reading, bytes, size, message)) return CODEC_NO_MEMORY;
  if (setjmp(png_jmpbuf(reading.library))) {
    png_destroy_read_struct(&reading.library, &reading.info, NULL);
    return CODEC_FAILED;
  }
  const int32_t outcome = begin(&reading, picture);
  png_destroy_read_struct(&reading.library, &reading.info, NULL);
  return outcome;
}

/* Asks the library for rows of at most 3 bytes a pixel. */
static int prepare_rows(png_structp library, png_infop info) {
  const int depth = png_get_bit_depth(library, info);
  switch (png_get_color_type(library, info)) {
    case PNG_COLOR_TYPE_PALETTE: png_set_packing(library); return ROWS_PALETTE;
    case PNG_COLOR_TYPE_GRAY:
      if (depth == 16) return ROWS_GRAY16;
      png_set_expand_gray_1_2_4_to_8(library);
      png_set_gray_to_rgb(library);
      return ROWS_RGB;
    case PNG_COLOR_TYPE_GRAY_ALPHA: png_set_gray_to_rgb(library); break;
    default: break;
  }
  /* The high byte, without rounding, as Pillow takes it. */
  if (depth == 16) png_set_strip_16(library);
  png_set_strip_alpha(library);
  return ROWS_RGB;
}

/* Widens the rows to RGB where they are, from their ends, so that nothing is overwritten before it is read. */
static void finish_rows(const png_reading *reading, int rows, uint8_t *rgb, size_t width, size_t height) {
  uint8_t table[256][3] = {{0}};
  if (rows == ROWS_PALETTE) {
    png_colorp palette = NULL;
    int count = 0;
    if (!png_get_PLTE(reading->library, reading->info, &palette, &count)) count = 0;
    for (int index = 0; index < count && index < 256; index++) {
      table[index][0] = palette[index].red;
      table[index][1] = palette[index].green;
      table[index][2] = palette[index].blue;
    }
  }
  for (size_t y = 0; y < height && rows != ROWS_RGB; y++) {
    uint8_t *row = rgb + y * width * 3;
    for (size_t x = width; x-- > 0;) {
      if (rows == ROWS_PALETTE) {
        memcpy(row + 3 * x, table[row[x]], 3);
      } else {
        memset(row + 3 * x, row[2 * x] != 0 ? 255 : row[2 * x + 1], 3);
      }
    }
  }
}

int32_t codec_png_decode(const uint8_t *bytes, size_t size, const codec_picture *picture, uint8_t *rgb, char *message) {
  png_reading reading;
  volatile int rows = ROWS_RGB;
  volatile int has_pixels = 0;
  if (!create(&reading, bytes, size, message)) return CODEC_NO_MEMORY;
  if (setjmp(png_jmpbuf(reading.library))) {
    if (has_pixels) finish_rows(&reading, rows, rgb, (size_t)picture->width, (size_t)picture->height);
    png_destroy_read_struct(&reading.library, &reading.info, NULL);
    return has_pixels ? CODEC_DAMAGED : CODEC_FAILED;
  }
  codec_picture found = *picture;
  const int32_t outcome = begin(&reading, &found);
  if (outcome != CODEC_OK) {
    png_destroy_read_struct(&reading.library, &reading.info, NULL);
    return outcome;
  }
  if (found.width != picture->width || found.height != picture->height) png_error(reading.library, "its header has changed");
  rows = prepare_rows(reading.library, reading.info);
  const int passes = png_set_interlace_handling(reading.library);
  png_read_update_info(reading.library, reading.info);
  if (png_get_rowbytes(reading.library, reading.info) > (size_t)found.width * 3) png_error(reading.library, "its rows are too long");
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < (size_t)found.height; y++) {
      png_read_row(reading.library, rgb + y * (size_t)found.width * 3, NULL);
      has_pixels = 1;
    }
  }
  png_read_end(reading.library, NULL);
  finish_rows(&reading, rows, rgb, (size_t)found.width, (size_t)found.height);
  png_destroy_read_struct(&reading.library, &reading.info, NULL);
  return reading.is_damaged ? CODEC_DAMAGED : CODEC_OK;
}
