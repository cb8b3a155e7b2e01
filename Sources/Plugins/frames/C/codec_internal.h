/* What the files of the codec share. */
#ifndef CODEC_INTERNAL_H
#define CODEC_INTERNAL_H

#include <stdarg.h>
#include <stdio.h>

#include "frames_codec.h"

/* Puts formatted text, cut to size, into a message buffer. */
__attribute__((format(printf, 2, 3))) static inline void codec_say(char *message, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, CODEC_MESSAGE_SIZE, format, arguments);
  va_end(arguments);
}

/* CODEC_OK if a picture of this size may be decoded; otherwise says why not. */
static inline int32_t codec_check_size(int64_t width, int64_t height, char *message) {
  if (width >= 1 && height >= 1 && width <= CODEC_MAX_SIDE && height <= CODEC_MAX_SIDE && width * height <= CODEC_MAX_PIXELS) return CODEC_OK;
  codec_say(message, "it has %lld x %lld pixels; at most %d a side and %d in all are read", (long long)width, (long long)height,
            CODEC_MAX_SIDE, CODEC_MAX_PIXELS);
  return CODEC_LIMIT;
}

int32_t codec_jpeg_header(const uint8_t *bytes, size_t size, codec_picture *picture, char *message);
int32_t codec_jpeg_decode(const uint8_t *bytes, size_t size, const codec_picture *picture, uint8_t *rgb, char *message);
int32_t codec_png_header(const uint8_t *bytes, size_t size, codec_picture *picture, char *message);
int32_t codec_png_decode(const uint8_t *bytes, size_t size, const codec_picture *picture, uint8_t *rgb, char *message);

#endif
