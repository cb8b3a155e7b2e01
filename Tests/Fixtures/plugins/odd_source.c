/* A video source for tests, of five frames of 2 x 2 pixels, that breaks its contract as its path says: odd:CASE. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>

struct svfap_reader {
  char odd[64];
  int64_t next;
  int64_t count;
  uint8_t pixels[12];
};

static const svfap_host *host;
static int is(const svfap_reader *reader, const char *name) { return strcmp(reader->odd, name) == 0; }

static svfap_status init(const svfap_host *table) {
  host = table;
  return SVFAP_OK;
}

static svfap_status probe(const svfap_host *table, const char *path, uint64_t size, const uint8_t *head, uint64_t head_size, int32_t *score) {
  (void)table, (void)head, (void)head_size;
  if (size == 17 && memcmp(path, "odd:probe fails..", 17) == 0) return host->fail(host->context, SVFAP_E_INTERNAL, "no probe", 8);
  *score = size >= 4 && memcmp(path, "odd:", 4) == 0 ? 60 : 0;
  if (size == 9 && memcmp(path, "odd:score", 9) == 0) *score = 1000;
  return SVFAP_OK;
}

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  static const char schema[] = "{\"type\": \"object\"}";
  (void)table;
  json->data = schema;
  json->size = sizeof schema - 1;
  return SVFAP_OK;
}

/* Counts the calls that were told to stop. */
static void body(void *argument, uint64_t index) {
  (void)index;
  if (host->cancelled(host->context)) atomic_fetch_add((_Atomic int64_t *)argument, 1);
}

/* 1 if memory is aligned and what cannot be had is NULL. */
static int64_t try_memory(void) {
  void *some = host->allocate(host->context, 100), *none = host->allocate(host->context, UINT64_MAX), *tiny = host->allocate(host->context, 0);
  int64_t fine = some != NULL && (uintptr_t)some % 64 == 0 && none == NULL && tiny != NULL;
  host->deallocate(host->context, some);
  host->deallocate(host->context, tiny);
  host->deallocate(host->context, NULL);
  return fine;
}

static svfap_status open_reader(const svfap_host *table, const char *path, uint64_t size, const char *config, uint64_t config_size, svfap_reader **made) {
  svfap_reader *reader = calloc(1, sizeof *reader);
  (void)table, (void)config, (void)config_size;
  if (size > 4 && size - 4 < sizeof reader->odd) memcpy(reader->odd, path + 4, size - 4);
  if (is(reader, "no reader")) return SVFAP_OK;
  if (is(reader, "open fails")) return SVFAP_E_IO;
  reader->count = is(reader, "unknown count") ? -1 : is(reader, "wrong count") ? INT64_MAX : 5;
  if (is(reader, "parallel")) {
    _Atomic int64_t count = 0;
    host->parallel(host->context, 64, body, &count);
    reader->count = atomic_load(&count);
  }
  if (is(reader, "memory")) reader->count = try_memory();
  *made = reader;
  return SVFAP_OK;
}

static svfap_status info(svfap_reader *reader, svfap_stream_info *info) {
  info->width = is(reader, "negative width") ? -2 : is(reader, "huge width") ? INT64_MAX : 2;
  info->height = is(reader, "huge height") ? 65537 : 2;
  info->frame_count = reader->count;
  info->rate_numerator = is(reader, "negative rate") ? -25 : is(reader, "huge rate") ? INT64_MAX : 25;
  info->rate_denominator = is(reader, "zero rate") ? 0 : 1;
  info->duration_s = is(reader, "nan duration") ? NAN : is(reader, "infinite duration") ? INFINITY : 0.2;
  info->rotation_degrees = is(reader, "rotation") ? 45 : 0;
  info->seekable = is(reader, "lands elsewhere") || is(reader, "seek fails");
  if (is(reader, "null texts")) {
    info->format.data = NULL;
    info->format.size = 1 << 20;
  }
  return is(reader, "info fails") ? SVFAP_E_FORMAT : SVFAP_OK;
}

static svfap_status next(svfap_reader *reader, svfap_frame *frame) {
  int64_t n = reader->next;
  if (is(reader, "unknown status") && n == 2) return -1;
  if (is(reader, "breaks") && n == 3) return host->fail(host->context, SVFAP_E_FORMAT, "it breaks off", 13);
  if (is(reader, "empty") || n == 5) return SVFAP_E_END;
  memset(reader->pixels, (int)(10 * n), sizeof reader->pixels);
  frame->index = is(reader, "wrong index") && n == 2 ? 7 : is(reader, "negative index") ? -1 : n;
  frame->time_s = is(reader, "nan time") && n == 1 ? NAN : is(reader, "infinite time") ? INFINITY : is(reader, "backwards") ? -(double)n : n * 0.04;
  frame->width = is(reader, "no width") ? 0 : is(reader, "wide frame") ? 1 << 20 : is(reader, "negative frame") ? -4 : 2;
  frame->height = is(reader, "high frame") ? INT64_MAX : 2;
  frame->row_bytes = is(reader, "short rows") ? 5 : is(reader, "long rows") ? INT64_MAX / 2 : is(reader, "negative rows") ? -6 : 6;
  frame->rgb = is(reader, "lost") ? NULL : reader->pixels;
  frame->damaged = is(reader, "damaged") ? 77 : 0;
  if (is(reader, "lost")) frame->width = INT64_MIN;
  reader->next++;
  return SVFAP_OK;
}

static svfap_status seek(svfap_reader *reader, int64_t index, int64_t *landed) {
  if (is(reader, "seek fails")) return SVFAP_E_IO;
  reader->next = index;
  *landed = is(reader, "lands elsewhere") ? index + 1 : index;
  return SVFAP_OK;
}

static void close_reader(svfap_reader *reader) { free(reader); }

static const svfap_video_source source = {sizeof source, probe, describe, open_reader, info, next, seek, close_reader};
static const svfap_interface interfaces[] = {{SVFAP_VIDEO_SOURCE, &source}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, "odd", "1.0.0", "MIT", "a source that breaks its contract", interfaces, 1, init};
