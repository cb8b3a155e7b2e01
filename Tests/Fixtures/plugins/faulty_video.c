/* A source and a sink for tests of plugin-check: right, but for the one thing that -DFAULT names. Their files begin with
 * "FAULTY", width, height and number of frames, 32-bit each, and hold raw pictures. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>
#include <unistd.h>

enum {
  NONE, SEEKS_BESIDE, LANDS_BESIDE, SEEKS_ANYWHERE, SEEKS_NOT_FROM_END, ENDS_ONCE, COUNTS_WRONG, TIMES_GO_BACK, NUMBERS_WRONG, PIXELS_AT_RANDOM, SHARES_STATE,
  TRUSTS_SIZE, PROBE_OPENS, PROBE_SCORE, OPENS_NOTHING, WAITS, LEAKS_DESCRIPTOR, LEAKS_MEMORY, NARROW_ROWS, LEAVES_FILE, TAKES_ANY_SIZE, IGNORES_ROW_BYTES,
  FORGETS_LAST_FRAME, TAKES_NO_SIZE, FINISH_TWICE_CRASHES
};
#define IS(fault) (FAULT == fault)

typedef struct head { char magic[8]; int32_t width, height, frames, rest; } head;
struct svfap_reader { head head; FILE *file; uint8_t *pixels; int64_t next; int ended; };
struct svfap_writer { head head; FILE *file; char *path; int finished; };

static const svfap_host *host;
static int64_t shared_next;
static unsigned calls;

static svfap_text text(const char *data) { svfap_text made = {data, strlen(data)}; return made; }
static svfap_status fail(svfap_status status, const char *words) { return host->fail(host->context, status, words, strlen(words)); }
static svfap_status init(const svfap_host *table) { return host = table, SVFAP_OK; }
static svfap_status describe(const svfap_host *table, svfap_text *json) { return (void)table, *json = text("{\"type\": \"object\", \"properties\": {}}"), SVFAP_OK; }
static int64_t bytes(const head *head) { return 3 * (int64_t)head->width * head->height; }

static svfap_status probe(const svfap_host *table, const char *path, uint64_t size, const uint8_t *first, uint64_t first_size, int32_t *score) {
  (void)table, (void)size;
  if (IS(PROBE_OPENS)) close(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  *score = first_size >= 6 && memcmp(first, "FAULTY", 6) == 0 ? 90 : 0;
  if (IS(PROBE_SCORE) && first_size == 1) *score = 101;
  return SVFAP_OK;
}

static void close_reader(svfap_reader *reader) {
  if (reader == NULL) return;
  if (reader->file != NULL && !IS(LEAKS_DESCRIPTOR)) fclose(reader->file);
  if (!IS(LEAKS_MEMORY)) host->deallocate(host->context, reader->pixels);
  free(reader);
}

static svfap_status open_reader(const svfap_host *table, const char *path, uint64_t size, const char *config, uint64_t config_size, svfap_reader **made) {
  svfap_reader *reader = (svfap_reader *)calloc(1, sizeof *reader);
  int file = open(path, O_RDONLY | O_CLOEXEC | (IS(WAITS) ? 0 : O_NONBLOCK));
  (void)table, (void)size, (void)config, (void)config_size;
  if (IS(OPENS_NOTHING) && file < 0) file = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  if (file < 0) return free(reader), fail(SVFAP_E_NOT_FOUND, "faulty: there is no such file");
  reader->file = fdopen(file, "rb");
  if (fread(&reader->head, 1, sizeof reader->head, reader->file) != sizeof reader->head || memcmp(reader->head.magic, "FAULTY", 7) != 0) {
    if (!IS(OPENS_NOTHING)) return close_reader(reader), fail(SVFAP_E_FORMAT, "faulty: no file of this kind");
    reader->head.width = reader->head.height = 8;
  }
  if (!IS(TRUSTS_SIZE) && (reader->head.width < 1 || reader->head.height < 1 || reader->head.width > 4096 || reader->head.height > 4096 || reader->head.frames < 0))
    return close_reader(reader), fail(SVFAP_E_FORMAT, "faulty: a size that makes no sense");
  reader->pixels = (uint8_t *)host->allocate(host->context, IS(TRUSTS_SIZE) ? 3 * 48 * 32 : (uint64_t)bytes(&reader->head));
  if (reader->pixels == NULL) return close_reader(reader), fail(SVFAP_E_NO_MEMORY, "faulty: no memory");
  return *made = reader, SVFAP_OK;
}

static svfap_status info(svfap_reader *reader, svfap_stream_info *info) {
  info->width = reader->head.width, info->height = reader->head.height;
  info->frame_count = reader->head.frames + IS(COUNTS_WRONG), info->rate_numerator = 25, info->rate_denominator = 1;
  info->duration_s = -1, info->seekable = 1, info->format = text("faulty");
  return SVFAP_OK;
}

static svfap_status next(svfap_reader *reader, svfap_frame *frame) {
  const int64_t place = IS(SHARES_STATE) ? shared_next : reader->next, size = bytes(&reader->head);
  if (IS(ENDS_ONCE) && reader->ended) return fail(SVFAP_E_IO, "faulty: there was an end before");
  if (reader->next >= reader->head.frames) return reader->ended = 1, SVFAP_E_END;
  if (IS(SEEKS_NOT_FROM_END) && reader->ended) return SVFAP_E_END;
  fseek(reader->file, (long)(sizeof reader->head + (place % (reader->head.frames)) * size), SEEK_SET);
  if (IS(TRUSTS_SIZE)) memset(reader->pixels, 1, (size_t)size);
  if (fread(reader->pixels, 1, (size_t)size, reader->file) != (size_t)size) return fail(SVFAP_E_FORMAT, "faulty: the file ends too early");
  if (IS(PIXELS_AT_RANDOM)) reader->pixels[0] = (uint8_t)calls++;
  frame->index = IS(NUMBERS_WRONG) ? reader->next + 1 : reader->next;
  frame->time_s = (double)(IS(TIMES_GO_BACK) && reader->next == 7 ? 5 : reader->next) / 25;
  frame->width = reader->head.width, frame->height = reader->head.height, frame->row_bytes = 3 * frame->width - IS(NARROW_ROWS);
  frame->rgb = reader->pixels;
  reader->next++, shared_next++;
  return SVFAP_OK;
}

static svfap_status seek(svfap_reader *reader, int64_t index, int64_t *landed) {
  if (index > reader->head.frames && !IS(SEEKS_ANYWHERE)) return fail(SVFAP_E_END, "faulty: there are not so many frames");
  reader->next = IS(SEEKS_BESIDE) && index > 10 && index < reader->head.frames - 1 ? index + 1 : index;
  if (!IS(SEEKS_NOT_FROM_END)) reader->ended = 0;
  shared_next = reader->next;
  return *landed = IS(LANDS_BESIDE) && index == 3 ? 4 : index, SVFAP_OK;
}

static svfap_status probe_name(const svfap_host *table, const char *path, uint64_t size, int32_t *score) {
  return (void)table, *score = size > 4 && memcmp(path + size - 4, ".raw", 4) == 0 ? 90 : 0, SVFAP_OK;
}

static void close_writer(svfap_writer *writer) {
  if (writer == NULL) return;
  if (writer->file != NULL) fclose(writer->file);
  if (!writer->finished && !IS(LEAVES_FILE)) unlink(writer->path);
  free(writer->path), free(writer);
}

static svfap_status open_writer(const svfap_host *table, const char *path, uint64_t size, const svfap_sink_format *format, const char *config,
                                uint64_t config_size, svfap_writer **made) {
  svfap_writer *writer;
  (void)table, (void)config, (void)config_size;
  if (size == 0) return fail(SVFAP_E_UNSUPPORTED, "faulty: writes to files only");
  if (!IS(TAKES_NO_SIZE) && (format->width < 1 || format->height < 1)) return fail(SVFAP_E_INVALID_ARGUMENT, "faulty: a size of nothing");
  if (format->width > 4096 || format->height > 4096) return fail(SVFAP_E_LIMIT, "faulty: at most 4096 pixels a side");
  writer = (svfap_writer *)calloc(1, sizeof *writer);
  memcpy(writer->head.magic, "FAULTY", 7);
  writer->head.width = (int32_t)format->width, writer->head.height = (int32_t)format->height;
  writer->path = strdup(path), writer->file = fopen(path, "wbe");
  if (writer->file == NULL) return writer->finished = 1, close_writer(writer), fail(SVFAP_E_IO, "faulty: cannot write there");
  if (fwrite(&writer->head, sizeof writer->head, 1, writer->file) != 1) return close_writer(writer), fail(SVFAP_E_IO, "faulty: cannot write");
  return *made = writer, SVFAP_OK;
}

static svfap_status write_frame(svfap_writer *writer, const svfap_frame *frame) {
  const int64_t row_bytes = IS(IGNORES_ROW_BYTES) ? 3 * frame->width : frame->row_bytes;
  if (frame->rgb == NULL || writer->finished) return fail(SVFAP_E_INVALID_ARGUMENT, "faulty: no frame, or a video that is finished");
  if (!IS(TAKES_ANY_SIZE) && (frame->width != writer->head.width || frame->height != writer->head.height)) return fail(SVFAP_E_SHAPE, "faulty: a frame of another size");
  for (int64_t row = 0; row < writer->head.height && row < frame->height; row++)
    if (fwrite(frame->rgb + row * row_bytes, (size_t)(3 * frame->width), 1, writer->file) != 1) return fail(SVFAP_E_IO, "faulty: cannot write");
  return writer->head.frames++, SVFAP_OK;
}

static svfap_status finish(svfap_writer *writer, const uint8_t **memory, uint64_t *size) {
  if (IS(FINISH_TWICE_CRASHES) && writer->finished) *(volatile int *)NULL = 1;
  if (IS(FORGETS_LAST_FRAME) && !writer->finished) writer->head.frames--;
  rewind(writer->file);
  if (fwrite(&writer->head, sizeof writer->head, 1, writer->file) != 1 || fflush(writer->file) != 0) return fail(SVFAP_E_IO, "faulty: cannot write");
  return writer->finished = 1, *memory = NULL, *size = 0, SVFAP_OK;
}

static const svfap_video_source source = {sizeof source, probe, describe, open_reader, info, next, seek, close_reader};
static const svfap_video_sink sink = {sizeof sink, probe_name, describe, open_writer, write_frame, finish, close_writer};
static const svfap_interface interfaces[] = {{SVFAP_VIDEO_SOURCE, &source}, {SVFAP_VIDEO_SINK, &sink}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, "faulty", "1.0.0", "MIT", "faulty", interfaces, 2, init};
