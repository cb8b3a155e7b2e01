/* A video sink that keeps the bytes of its frames one behind the other, *.kept, and an interface of a name that no host of
 * today knows: it must load all the same. A copy is kept with every released version, in abi/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>

struct svfap_writer {
  FILE *file;
  char *path, *bytes;
  size_t size;
  int64_t width, height;
  int is_complete;
};

static const svfap_host *host;

static svfap_status fail(svfap_status status, const char *text) { return host->fail(host->context, status, text, strlen(text)); }

static svfap_status init(const svfap_host *table) {
  host = table;
  return SVFAP_OK;
}

static svfap_status probe(const svfap_host *table, const char *path, uint64_t path_size, int32_t *score) {
  (void)table;
  *score = path_size > 5 && memcmp(path + path_size - 5, ".kept", 5) == 0 ? 100 : 0;
  return SVFAP_OK;
}

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  static const char schema[] = "{\"type\": \"object\", \"properties\": {}}";
  (void)table;
  json->data = schema;
  json->size = sizeof schema - 1;
  return SVFAP_OK;
}

static void close_writer(svfap_writer *writer) {
  if (writer->file != NULL) fclose(writer->file);
  if (writer->path != NULL && !writer->is_complete) remove(writer->path);
  free(writer->path);
  free(writer->bytes);
  free(writer);
}

static svfap_status open_writer(const svfap_host *table, const char *path, uint64_t path_size, const svfap_sink_format *format,
                                const char *config, uint64_t config_size, svfap_writer **writer) {
  svfap_writer *made = (svfap_writer *)calloc(1, sizeof *made);
  (void)table, (void)config, (void)config_size;
  if (made == NULL) return fail(SVFAP_E_NO_MEMORY, "kept-sink: no memory");
  made->width = format->width;
  made->height = format->height;
  if (path_size > 0) {
    made->path = (char *)malloc(path_size + 1);
    if (made->path != NULL) memcpy(made->path, path, path_size + 1);
    made->file = made->path != NULL ? fopen(made->path, "wb") : NULL;
    if (made->file == NULL) return close_writer(made), fail(SVFAP_E_IO, "kept-sink: the file cannot be written");
  }
  *writer = made;
  return SVFAP_OK;
}

static svfap_status write_frame(svfap_writer *writer, const svfap_frame *frame) {
  const size_t row = (size_t)(3 * writer->width), count = row * (size_t)writer->height;
  char *bytes = (char *)realloc(writer->bytes, writer->size + count);
  if (bytes == NULL) return fail(SVFAP_E_NO_MEMORY, "kept-sink: no memory for a frame");
  writer->bytes = bytes;
  for (int64_t y = 0; y < writer->height; y++) memcpy(bytes + writer->size + (size_t)y * row, frame->rgb + y * frame->row_bytes, row);
  writer->size += count;
  return SVFAP_OK;
}

static svfap_status finish(svfap_writer *writer, const uint8_t **bytes, uint64_t *size) {
  *bytes = NULL;
  *size = 0;
  if (writer->path == NULL) {
    *bytes = (const uint8_t *)writer->bytes;
    *size = writer->size;
  } else if (fwrite(writer->bytes, 1, writer->size, writer->file) != writer->size || fflush(writer->file) != 0) {
    return fail(SVFAP_E_IO, "kept-sink: the file cannot be written");
  }
  writer->is_complete = 1;
  return SVFAP_OK;
}

/* What some later version, or another host, may ask for. */
typedef struct example_unknown {
  uint64_t struct_size;
  svfap_status (*answer)(int64_t *value);
} example_unknown;

static svfap_status answer(int64_t *value) {
  *value = 42;
  return SVFAP_OK;
}

static const example_unknown unknown = {sizeof unknown, answer};
static const svfap_video_sink sink = {sizeof sink, probe, describe, open_writer, write_frame, finish, close_writer};
static const svfap_interface interfaces[] = {{"example.unknown", &unknown}, {SVFAP_VIDEO_SINK, &sink}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "kept-sink", "1.0.0", "MIT", "the bytes of frames, and an interface of another world", interfaces, 2, init};
