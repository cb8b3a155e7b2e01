/* A video source in C for tests: pictures that are computed from their number.
 *
 *   counting:frames=40,width=20,height=12,rate=25,claimed=40,damaged=-1,breaks=-1,seekable=1
 *
 * The byte of channel c at (x, y) of frame n is 7 n + 3 x + 5 y + 11 c modulo 256. Rows are 5 bytes longer than
 * needed. `damaged` is the number of a frame that is lost, `breaks` of one where reading fails; `rate` 0 is unknown;
 * `slow` is how many microseconds a frame takes. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>
#include <time.h>

enum { GAP = 5 };

typedef struct settings {
  long frames, width, height, rate, claimed, damaged, breaks, seekable, slow;
} settings;

struct svfap_reader {
  settings is;
  long next;
  uint8_t *pixels;
};

static const svfap_host *host;

static svfap_status fail(svfap_status status, const char *text) {
  return host->fail(host->context, status, text, strlen(text));
}

static svfap_status init(const svfap_host *table) {
  host = table;
  return SVFAP_OK;
}

static svfap_status probe(const svfap_host *table, const char *path, uint64_t size, const uint8_t *head, uint64_t head_size, int32_t *score) {
  (void)table, (void)head, (void)head_size;
  *score = size >= 9 && memcmp(path, "counting:", 9) == 0 ? 100 : 0;
  return SVFAP_OK;
}

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  static const char schema[] = "{\"type\": \"object\", \"properties\": {\"loud\": {\"type\": \"boolean\", \"default\": false}}}";
  (void)table;
  json->data = schema;
  json->size = sizeof schema - 1;
  return SVFAP_OK;
}

static svfap_status parse(const char *text, settings *is) {
  static const char *const names[] = {"frames", "width", "height", "rate", "claimed", "damaged", "breaks", "seekable", "slow"};
  long *const places[] = {&is->frames, &is->width, &is->height, &is->rate, &is->claimed, &is->damaged, &is->breaks, &is->seekable, &is->slow};
  char name[16];
  long value;
  int read;
  is->claimed = -2;
  while (sscanf(text, "%15[a-z]=%ld%n", name, &value, &read) == 2) {
    size_t i = 0;
    while (i < sizeof names / sizeof *names && strcmp(names[i], name) != 0) i++;
    if (i == sizeof names / sizeof *names) return fail(SVFAP_E_CONFIG, "counting: there is no such setting");
    *places[i] = value;
    text += read + (text[read] == ',');
  }
  if (*text != 0) return fail(SVFAP_E_FORMAT, "counting: settings are name=number, separated by commas");
  if (is->claimed == -2) is->claimed = is->frames;
  return SVFAP_OK;
}

static svfap_status open_reader(const svfap_host *table, const char *path, uint64_t size, const char *config, uint64_t config_size, svfap_reader **reader) {
  settings is = {40, 20, 12, 25, -2, -1, -1, 1, 0};
  char text[256] = "";
  svfap_status status;
  svfap_reader *made;
  if (size < 9 || size - 9 >= sizeof text) return fail(SVFAP_E_FORMAT, "counting: paths look like counting:frames=40");
  memcpy(text, path + 9, size - 9);
  status = parse(text, &is);
  if (status != SVFAP_OK) return status;
  if (strstr(config, "true") != NULL && config_size > 0) {
    static const char line[] = "counting: opened";
    table->log(table->context, SVFAP_LOG_INFO, line, sizeof line - 1);
  }
  made = (svfap_reader *)calloc(1, sizeof *made);
  if (made == NULL) return fail(SVFAP_E_NO_MEMORY, "counting: no memory");
  made->is = is;
  made->pixels = (uint8_t *)table->allocate(table->context, (uint64_t)((3 * is.width + GAP) * is.height));
  if (made->pixels == NULL) {
    free(made);
    return fail(SVFAP_E_NO_MEMORY, "counting: no memory for a picture");
  }
  *reader = made;
  return SVFAP_OK;
}

static svfap_status info(svfap_reader *reader, svfap_stream_info *info) {
  static const char format[] = "counting";
  static const char metadata[] = "{\"labels\": {\"expression\": \"none\"}}";
  info->width = reader->is.width;
  info->height = reader->is.height;
  info->frame_count = reader->is.claimed;
  info->rate_numerator = reader->is.rate;
  info->rate_denominator = 1;
  info->duration_s = reader->is.rate > 0 ? (double)reader->is.frames / (double)reader->is.rate : -1;
  info->rotation_degrees = 0;
  info->seekable = (int32_t)reader->is.seekable;
  info->format.data = format;
  info->format.size = sizeof format - 1;
  info->metadata.data = metadata;
  info->metadata.size = sizeof metadata - 1;
  return SVFAP_OK;
}

static svfap_status next(svfap_reader *reader, svfap_frame *frame) {
  const settings *is = &reader->is;
  const long row = 3 * is->width + GAP, n = reader->next;
  const double rate = is->rate > 0 ? (double)is->rate : 25;
  if (n >= is->frames) return SVFAP_E_END;
  if (n == is->breaks) return fail(SVFAP_E_FORMAT, "counting: this is where it breaks off");
  if (is->slow > 0) {
    struct timespec pause = {0, is->slow * 1000};
    nanosleep(&pause, NULL);
  }
  for (long y = 0; y < is->height; y++)
    for (long i = 0; i < 3 * is->width; i++) reader->pixels[y * row + i] = (uint8_t)(7 * n + 3 * (i / 3) + 5 * y + 11 * (i % 3));
  frame->index = n;
  frame->time_s = (double)n / rate;
  frame->width = is->width;
  frame->height = is->height;
  frame->row_bytes = row;
  frame->rgb = n == is->damaged ? NULL : reader->pixels;
  frame->damaged = n == is->damaged;
  reader->next++;
  return SVFAP_OK;
}

static svfap_status seek(svfap_reader *reader, int64_t index, int64_t *landed) {
  if (index >= reader->is.frames) return fail(SVFAP_E_END, "counting: there are not so many frames");
  reader->next = (long)index;
  *landed = index;
  return SVFAP_OK;
}

static void close_reader(svfap_reader *reader) {
  if (reader == NULL) return;
  host->deallocate(host->context, reader->pixels);
  free(reader);
}

static const svfap_video_source source = {sizeof source, probe, describe, open_reader, info, next, seek, close_reader};
static const svfap_interface interfaces[] = {{SVFAP_VIDEO_SOURCE, &source}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "counting", "1.0.0", "MIT", "pictures that are computed from their number", interfaces, 1, init};
