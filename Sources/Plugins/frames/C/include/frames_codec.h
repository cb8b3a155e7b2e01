/* frames_codec.h: JPEG and PNG pictures to RGB and RGB to PNG, with libjpeg-turbo and libpng.
 *
 * Both libraries report errors with longjmp, which must not cross Swift: it stays inside the functions below, which
 * return an outcome and a message instead. Nothing is printed. Memory that the libraries need comes from malloc and is
 * bounded; the pixels live in memory of the caller.
 *
 * Pixels equal those of Pillow's Image.open(path).convert("RGB"):
 *  - JPEG: the library's defaults (accurate integer DCT, smooth chroma upsampling). Pictures of four components are
 *    taken as Adobe writes them, inverted, and go from CMYK to RGB as in Pillow. EXIF orientation is not applied.
 *  - PNG: alpha and transparency are dropped, not composited. Colours of 16 bits keep their high byte; grey of 16 bits
 *    without alpha is clipped at 255. A palette index without an entry is black. No gamma, no colour profile. */
#ifndef FRAMES_CODEC_H
#define FRAMES_CODEC_H

#include <stddef.h>
#include <stdint.h>

/* Outcomes. */
enum {
  CODEC_OK = 0,
  CODEC_DAMAGED = 1,     /* there are pixels, but not all of them are what was stored */
  CODEC_FAILED = 2,      /* there are no pixels                                       */
  CODEC_UNSUPPORTED = 3, /* understood, and not possible here                         */
  CODEC_LIMIT = 4,       /* larger than the limits below                              */
  CODEC_NO_MEMORY = 5
};

/* Formats. */
enum { CODEC_UNKNOWN = 0, CODEC_JPEG = 1, CODEC_PNG = 2 };

/* Largest width or height, and most pixels. */
enum { CODEC_MAX_SIDE = 16384, CODEC_MAX_PIXELS = 67108864 };

/* Size of every message buffer, NUL included. */
enum { CODEC_MESSAGE_SIZE = 256 };

/* What a picture is. */
typedef struct codec_picture {
  int32_t format; /* CODEC_JPEG or CODEC_PNG                          */
  int32_t reserved;
  int64_t width, height; /* 1 ... CODEC_MAX_SIDE, together within CODEC_MAX_PIXELS */
} codec_picture;

/* Format by the first bytes alone. */
int32_t codec_format(const uint8_t *bytes, size_t size);

/* Reads the header. CODEC_OK fills in `picture`; anything else fills in `message`. */
int32_t codec_read_header(const uint8_t *bytes, size_t size, codec_picture *picture, char message[CODEC_MESSAGE_SIZE]);

/* Decodes to `rgb`, 3 * width bytes a row, for the `picture` that codec_read_header found in the same bytes.
 * CODEC_DAMAGED: what could not be decoded is black or as the library filled it in; `message` tells why. */
int32_t codec_decode(const uint8_t *bytes, size_t size, const codec_picture *picture, uint8_t *rgb, char message[CODEC_MESSAGE_SIZE]);

/* Receives encoded bytes; anything but 0 stops the encoder. */
typedef int32_t (*codec_write_fn)(void *context, const uint8_t *bytes, size_t size);

/* Encodes RGB as an 8-bit PNG with zlib's `level` (0 ... 9) and hands the bytes to `write`. */
int32_t codec_encode_png(const uint8_t *rgb, size_t row_bytes, int64_t width, int64_t height, int32_t level,
                         codec_write_fn write, void *context, char message[CODEC_MESSAGE_SIZE]);

#endif
