/* Which library a picture goes to. */
#include <string.h>

#include "codec_internal.h"

int32_t codec_format(const uint8_t *bytes, size_t size) {
  static const uint8_t png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  if (size >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF) return CODEC_JPEG;
  if (size >= 8 && memcmp(bytes, png, 8) == 0) return CODEC_PNG;
  return CODEC_UNKNOWN;
}

int32_t codec_read_header(const uint8_t *bytes, size_t size, codec_picture *picture, char message[CODEC_MESSAGE_SIZE]) {
  codec_picture found = {codec_format(bytes, size), 0, 0, 0};
  int32_t outcome = CODEC_FAILED;
  if (found.format == CODEC_JPEG) {
    outcome = codec_jpeg_header(bytes, size, &found, message);
  } else if (found.format == CODEC_PNG) {
    outcome = codec_png_header(bytes, size, &found, message);
  } else if (size == 0) {
    codec_say(message, "it is empty");
  } else {
    codec_say(message, "it is neither JPEG nor PNG");
  }
  if (outcome == CODEC_OK) *picture = found;
  return outcome;
}

int32_t codec_decode(const uint8_t *bytes, size_t size, const codec_picture *picture, uint8_t *rgb, char message[CODEC_MESSAGE_SIZE]) {
  message[0] = 0;
  /* Pixels that are never reached are black, whatever was in the memory before. */
  memset(rgb, 0, (size_t)picture->width * (size_t)picture->height * 3);
  if (picture->format == CODEC_JPEG) return codec_jpeg_decode(bytes, size, picture, rgb, message);
  if (picture->format == CODEC_PNG) return codec_png_decode(bytes, size, picture, rgb, message);
  codec_say(message, "it is neither JPEG nor PNG");
  return CODEC_FAILED;
}
