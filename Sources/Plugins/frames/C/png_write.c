/* Writing PNG through libpng. */
#include <setjmp.h>

#include <png.h>

#include "codec_internal.h"

static void on_error(png_structp library, png_const_charp text) {
  char *message = (char *)png_get_error_ptr(library);
  codec_say(message, "%s", text);
  png_longjmp(library, 1);
}

static void ignore_warning(png_structp library, png_const_charp text) {
  (void)library;
  (void)text;
}

typedef struct png_writing {
  codec_write_fn write;
  void *context;
} png_writing;

static void write_bytes(png_structp library, png_bytep bytes, size_t size) {
  const png_writing *writing = png_get_io_ptr(library);
  if (writing->write(writing->context, bytes, size) != 0) png_error(library, "the bytes were not taken");
}

static void flush_bytes(png_structp library) { (void)library; }

int32_t codec_encode_png(const uint8_t *rgb, size_t row_bytes, int64_t width, int64_t height, int32_t level,
                         codec_write_fn write, void *context, char message[CODEC_MESSAGE_SIZE]) {
  const int32_t outcome = codec_check_size(width, height, message);
  if (outcome != CODEC_OK) return outcome;
  png_writing writing = {write, context};
  png_structp library = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, on_error, ignore_warning);
  png_infop info = library ? png_create_info_struct(library) : NULL;
  if (!info) {
    png_destroy_write_struct(&library, NULL);
    codec_say(message, "no memory to write PNG");
    return CODEC_NO_MEMORY;
  }
  if (setjmp(png_jmpbuf(library))) {
    png_destroy_write_struct(&library, &info);
    return CODEC_FAILED;
  }
  png_set_write_fn(library, &writing, write_bytes, flush_bytes);
  png_set_IHDR(library, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(library, level);
  png_write_info(library, info);
  for (int64_t y = 0; y < height; y++) png_write_row(library, rgb + (size_t)y * row_bytes);
  png_write_end(library, info);
  png_destroy_write_struct(&library, &info);
  return CODEC_OK;
}
