/* A video source of pictures that are computed from their number: kept:COUNT. A copy is kept with every released version,
 * in abi/: later libraries must run it as it is. */
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>

enum { WIDTH = 40, HEIGHT = 32, RATE = 25 };

struct svfap_reader {
  int64_t count, next;
  double offset;
  uint8_t pixels[3 * WIDTH * HEIGHT];
};

static const svfap_host *host;

static svfap_status fail(svfap_status status, const char *text) { return host->fail(host->context, status, text, strlen(text)); }

static svfap_status init(const svfap_host *table) {
  host = table;
  return SVFAP_OK;
}

static svfap_status probe(const svfap_host *table, const char *path, uint64_t path_size, const uint8_t *head, uint64_t head_size, int32_t *score) {
  (void)table, (void)head, (void)head_size;
  *score = path_size > 5 && memcmp(path, "kept:", 5) == 0 ? 100 : 0;
  return SVFAP_OK;
}

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  static const char schema[] =
      "{\"type\": \"object\", \"properties\": {\"offset\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 255, \"default\": 0}}}";
  (void)table;
  json->data = schema;
  json->size = sizeof schema - 1;
  return SVFAP_OK;
}

static svfap_status open_reader(const svfap_host *table, const char *path, uint64_t path_size, const char *config, uint64_t config_size,
                                svfap_reader **reader) {
  double count;
  svfap_status status;
  svfap_reader *made;
  if (path_size < 6) return fail(SVFAP_E_FORMAT, "kept-source: paths look like kept:40");
  status = table->parse_number(table->context, path + 5, path_size - 5, &count);
  if (status != SVFAP_OK) return status;
  if (count < 0 || count > 1000000) return fail(SVFAP_E_LIMIT, "kept-source: 1000000 pictures at most");
  made = (svfap_reader *)calloc(1, sizeof *made);
  if (made == NULL) return fail(SVFAP_E_NO_MEMORY, "kept-source: no memory");
  status = table->option_number(table->context, config, config_size, "/offset", &made->offset);
  if (status != SVFAP_OK) return free(made), status;
  made->count = (int64_t)count;
  *reader = made;
  return SVFAP_OK;
}

static svfap_status info(svfap_reader *reader, svfap_stream_info *info) {
  static const char format[] = "kept", metadata[] = "{\"made\": \"for tests\"}";
  info->width = WIDTH;
  info->height = HEIGHT;
  info->frame_count = reader->count;
  info->rate_numerator = RATE;
  info->rate_denominator = 1;
  info->duration_s = (double)reader->count / RATE;
  info->seekable = 1;
  info->format.data = format;
  info->format.size = sizeof format - 1;
  info->metadata.data = metadata;
  info->metadata.size = sizeof metadata - 1;
  return SVFAP_OK;
}

static svfap_status next(svfap_reader *reader, svfap_frame *frame) {
  if (reader->next >= reader->count) return SVFAP_E_END;
  for (int64_t i = 0; i < 3 * WIDTH * HEIGHT; i++) reader->pixels[i] = (uint8_t)(5 * reader->next + 3 * i + (int64_t)reader->offset);
  frame->index = reader->next;
  frame->time_s = (double)reader->next / RATE;
  frame->width = WIDTH;
  frame->height = HEIGHT;
  frame->row_bytes = 3 * WIDTH;
  frame->rgb = reader->pixels;
  reader->next++;
  return SVFAP_OK;
}

static svfap_status seek(svfap_reader *reader, int64_t index, int64_t *landed) {
  if (index >= reader->count) return fail(SVFAP_E_END, "kept-source: there is no such picture");
  reader->next = *landed = index;
  return SVFAP_OK;
}

static void close_reader(svfap_reader *reader) { free(reader); }

static const svfap_video_source source = {sizeof source, probe, describe, open_reader, info, next, seek, close_reader};
static const svfap_interface interfaces[] = {{SVFAP_VIDEO_SOURCE, &source}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "kept-source", "1.0.0", "MIT", "pictures that are computed from their number", interfaces, 1, init};
