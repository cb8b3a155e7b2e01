/* A video source: raw YUV4MPEG2 (Y4M), from a file or from a named pipe that another program writes.
 *
 *   cc -std=c99 -shared -fPIC -fvisibility=hidden -Wl,-z,nodelete y4m_source.c -o svfap_video_y4m.so
 *   mkfifo camera.y4m; ffmpeg -i ... -pix_fmt yuv420p camera.y4m &
 *
 * Eight bits a sample: C420 (whatever its siting), C422, C444 and Cmono. Colours are those of BT.601, with the range that the
 * stream names in XCOLORRANGE, or else the narrow one (16 to 235). Interlaced frames are taken as they are.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>
#include <unistd.h>

enum { LINE = 256, SIDE = 16384 };
static const char magic[] = "YUV4MPEG2 ";

/* What C may say, and how many pixels share a sample of colour; 0: there is none. */
static const struct colours {
  const char *name;
  int wide, high;
} known[] = {{"420jpeg", 2, 2}, {"420", 2, 2}, {"420mpeg2", 2, 2}, {"420paldv", 2, 2}, {"422", 2, 1}, {"444", 1, 1}, {"mono", 0, 0}};

struct svfap_reader {
  int file, full;
  struct colours colours;
  int64_t width, height, rate, per, index; /* `rate` frames in `per` seconds, or 0 and 0 */
  size_t luma, chroma; /* bytes of a plane */
  uint8_t *planes, *rgb;
};

static const svfap_host *host;

static svfap_status init(const svfap_host *table) { return host = table, SVFAP_OK; }
static svfap_text text(const char *data) { svfap_text made = {data, strlen(data)}; return made; }

static svfap_status fail(svfap_status status, const char *what, int64_t frame) {
  char line[LINE];
  if (frame < 0) snprintf(line, sizeof line, "y4m: %s", what);
  else snprintf(line, sizeof line, "y4m: frame %lld: %s", (long long)frame, what);
  return host->fail(host->context, status, line, strlen(line));
}

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  *json = text("{\"type\": \"object\", \"properties\": {}}");
  return (void)table, SVFAP_OK;
}

/* Sure of a file by its first bytes; of a pipe, which cannot be looked at, by its name. */
static svfap_status probe(const svfap_host *table, const char *path, uint64_t size, const uint8_t *head, uint64_t head_size, int32_t *score) {
  const int named = size > 4 && memcmp(path + size - 4, ".y4m", 4) == 0;
  *score = head_size >= sizeof magic - 1 ? 95 * (memcmp(head, magic, sizeof magic - 1) == 0) : 60 * named * (head_size == 0);
  return (void)table, SVFAP_OK;
}

/* Reads `size` bytes, and looks ten times a second whether it shall go on waiting. `taken` says how many came. */
static svfap_status take(svfap_reader *reader, void *bytes, size_t size, size_t *taken) {
  for (*taken = 0; *taken < size;) {
    struct pollfd ready = {reader->file, POLLIN, 0};
    ssize_t count;
    if (host->cancelled(host->context)) return fail(SVFAP_E_CANCELLED, "stopped while waiting for data", reader->index);
    if (poll(&ready, 1, 100) <= 0) continue; /* nothing yet, or a signal came */
    count = read(reader->file, (char *)bytes + *taken, size - *taken);
    if (count == 0) return SVFAP_OK;
    if (count < 0 && errno != EINTR && errno != EAGAIN) return fail(SVFAP_E_IO, strerror(errno), reader->index);
    *taken += count > 0 ? (size_t)count : 0;
  }
  return SVFAP_OK;
}

/* Reads a line; its end becomes a NUL. An empty one at the end of the stream is SVFAP_E_END. */
static svfap_status take_line(svfap_reader *reader, char line[LINE]) {
  for (size_t size = 0, taken; size < LINE; size++) {
    svfap_status status = take(reader, line + size, 1, &taken);
    if (status != SVFAP_OK) return status;
    if (taken == 0) return size == 0 ? SVFAP_E_END : fail(SVFAP_E_FORMAT, "the stream ends in the middle of a line", reader->index);
    if (line[size] == '\n') return line[size] = 0, SVFAP_OK;
  }
  return fail(SVFAP_E_FORMAT, "a line of the stream has more than 255 bytes", reader->index);
}

static svfap_status parse(svfap_reader *reader, const char *line) {
  const char *word = line + sizeof magic - 2, *colours = known[0].name;
  char *end;
  size_t size = strlen(colours), i = 0;
  if (strncmp(line, magic, sizeof magic - 1) != 0) return fail(SVFAP_E_FORMAT, "the stream does not begin with \"YUV4MPEG2\"", -1);
  for (; *word == ' '; word += strcspn(word, " ")) {
    word++;
    if (*word == 'W') reader->width = strtol(word + 1, NULL, 10);
    if (*word == 'H') reader->height = strtol(word + 1, NULL, 10);
    if (*word == 'F') reader->rate = strtol(word + 1, &end, 10), reader->per = *end == ':' ? strtol(end + 1, NULL, 10) : 0;
    if (*word == 'C') colours = word + 1, size = strcspn(colours, " ");
    if (strncmp(word, "XCOLORRANGE=FULL", 16) == 0) reader->full = 1;
  }
  if (reader->rate <= 0 || reader->per <= 0) reader->rate = reader->per = 0;
  if (reader->width < 1 || reader->width > SIDE || reader->height < 1 || reader->height > SIDE)
    return fail(SVFAP_E_FORMAT, "the stream must say its size, W and H, of 1 to 16384 pixels", -1);
  while (i < sizeof known / sizeof *known && (strlen(known[i].name) != size || memcmp(known[i].name, colours, size) != 0)) i++;
  if (i == sizeof known / sizeof *known)
    return fail(SVFAP_E_UNSUPPORTED, "the stream's colours are none of C420, C422, C444 and Cmono with 8 bits; convert it", -1);
  reader->colours = known[i];
  return SVFAP_OK;
}

/* Samples of colour along a side. */
static int64_t shared(int64_t side, int pixels) { return (side + pixels - 1) / pixels; }

static void close_reader(svfap_reader *reader) {
  if (reader == NULL) return;
  if (reader->file >= 0) close(reader->file);
  host->deallocate(host->context, reader->planes);
  free(reader);
}

static svfap_status open_reader(const svfap_host *table, const char *path, uint64_t size, const char *config, uint64_t config_size, svfap_reader **made) {
  svfap_reader *reader = (svfap_reader *)calloc(1, sizeof *reader);
  char *name = (char *)calloc(1, size + 1), line[LINE];
  svfap_status status = SVFAP_OK;
  (void)config, (void)config_size;
  if (reader == NULL || name == NULL) return free(reader), free(name), fail(SVFAP_E_NO_MEMORY, "no memory for a reader", -1);
  memcpy(name, path, size);
  reader->file = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* without waiting for the other end of a pipe */
  if (reader->file < 0) status = fail(errno == ENOENT ? SVFAP_E_NOT_FOUND : SVFAP_E_IO, strerror(errno), -1);
  free(name);
  if (status == SVFAP_OK) status = take_line(reader, line);
  if (status == SVFAP_E_END) status = fail(SVFAP_E_FORMAT, "the stream is empty", -1);
  if (status == SVFAP_OK) status = parse(reader, line);
  if (status == SVFAP_OK) {
    reader->luma = (size_t)(reader->width * reader->height);
    if (reader->colours.wide > 0) reader->chroma = (size_t)(shared(reader->width, reader->colours.wide) * shared(reader->height, reader->colours.high));
    reader->planes = (uint8_t *)table->allocate(table->context, 4 * reader->luma + 2 * reader->chroma);
    if (reader->planes == NULL) status = fail(SVFAP_E_NO_MEMORY, "no memory for a frame", -1);
    else reader->rgb = reader->planes + reader->luma + 2 * reader->chroma;
  }
  if (status == SVFAP_OK) return *made = reader, SVFAP_OK;
  return close_reader(reader), status;
}

static svfap_status info(svfap_reader *reader, svfap_stream_info *info) {
  info->width = reader->width, info->height = reader->height;
  info->frame_count = SVFAP_UNKNOWN_COUNT, info->duration_s = -1;
  info->rate_numerator = reader->rate, info->rate_denominator = reader->per;
  info->format = text("y4m");
  return SVFAP_OK;
}

static uint8_t byte(double value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5); }

/* BT.601, Y from 16 to 235 and colours from 16 to 240, or all of them from 0 to 255. */
static void convert(const svfap_reader *reader) {
  const struct colours *is = &reader->colours;
  const double lift = reader->full ? 0 : 16, luma = reader->full ? 1 : 255.0 / 219, chroma = reader->full ? 1 : 255.0 / 224;
  const uint8_t *u = reader->planes + reader->luma, *v = u + reader->chroma;
  uint8_t *rgb = reader->rgb;
  for (int64_t row = 0; row < reader->height; row++)
    for (int64_t column = 0; column < reader->width; column++, rgb += 3) {
      const double y = luma * (reader->planes[row * reader->width + column] - lift);
      const int64_t place = is->wide == 0 ? 0 : row / is->high * shared(reader->width, is->wide) + column / is->wide;
      const double blue = is->wide == 0 ? 0 : chroma * (u[place] - 128), red = is->wide == 0 ? 0 : chroma * (v[place] - 128);
      rgb[0] = byte(y + 1.402 * red);
      rgb[1] = byte(y - 0.344136 * blue - 0.714136 * red);
      rgb[2] = byte(y + 1.772 * blue);
    }
}

static svfap_status next(svfap_reader *reader, svfap_frame *frame) {
  char line[LINE];
  size_t taken, whole = reader->luma + 2 * reader->chroma;
  svfap_status status = take_line(reader, line);
  if (status != SVFAP_OK) return status;
  if (strncmp(line, "FRAME", 5) != 0) return fail(SVFAP_E_FORMAT, "\"FRAME\" was expected here", reader->index);
  status = take(reader, reader->planes, whole, &taken);
  if (status != SVFAP_OK) return status;
  if (taken < whole) return fail(SVFAP_E_FORMAT, "the stream ends in the middle of it", reader->index);
  convert(reader);
  frame->index = reader->index;
  frame->time_s = reader->rate > 0 ? (double)reader->index * (double)reader->per / (double)reader->rate : 0;
  frame->width = reader->width, frame->height = reader->height, frame->row_bytes = 3 * reader->width;
  frame->rgb = reader->rgb, frame->damaged = 0;
  reader->index++;
  return SVFAP_OK;
}

/* No `seek`: a pipe cannot, and of a file the host reads from the start again. */
static const svfap_video_source source = {sizeof source, probe, describe, open_reader, info, next, NULL, close_reader};
static const svfap_interface interfaces[] = {{SVFAP_VIDEO_SOURCE, &source}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, "y4m", "1.0.0", "MIT",
    "raw YUV4MPEG2 from a file or a named pipe", interfaces, 1, init};
