/* What the built-in video plugins, written in Swift, put behind the tables of svfap_plugin.h. (The heads are written over
 * bindings/swift, as strangers write theirs.)
 *
 * A table is a constant in C (each plugin's Entry/entry.c); its slots are Swift functions checked against the
 * declarations here. PluginKit implements the slots that are alike for every plugin; a plugin adds
 * the few that differ, under its own name: tests link several plugins at once. */
#ifndef PLUGIN_KIT_H
#define PLUGIN_KIT_H

#include <svfap_plugin.h>

/* Implemented by PluginKit. */
svfap_status plugin_init(const svfap_host *host);

svfap_status plugin_reader_info(svfap_reader *reader, svfap_stream_info *info);
svfap_status plugin_reader_next(svfap_reader *reader, svfap_frame *frame);
svfap_status plugin_reader_seek(svfap_reader *reader, int64_t index, int64_t *landed);
void plugin_reader_close(svfap_reader *reader);

svfap_status plugin_writer_write(svfap_writer *writer, const svfap_frame *frame);
svfap_status plugin_writer_finish(svfap_writer *writer, const uint8_t **bytes, uint64_t *size);
void plugin_writer_close(svfap_writer *writer);

/* Implemented by each plugin. */
#define PLUGIN_DECLARE_SOURCE(name)                                                                          \
  svfap_status name##_source_probe(const svfap_host *host, const char *path, uint64_t path_size,             \
                                   const uint8_t *head, uint64_t head_size, int32_t *score);                 \
  svfap_status name##_source_describe(const svfap_host *host, svfap_text *json);                             \
  svfap_status name##_source_open(const svfap_host *host, const char *path, uint64_t path_size,              \
                                  const char *config, uint64_t config_size, svfap_reader **reader);

#define PLUGIN_DECLARE_SINK(name)                                                                            \
  svfap_status name##_sink_probe(const svfap_host *host, const char *path, uint64_t path_size, int32_t *score); \
  svfap_status name##_sink_describe(const svfap_host *host, svfap_text *json);                               \
  svfap_status name##_sink_open(const svfap_host *host, const char *path, uint64_t path_size,                \
                                const svfap_sink_format *format, const char *config, uint64_t config_size,   \
                                svfap_writer **writer);

PLUGIN_DECLARE_SOURCE(ffmpeg)
PLUGIN_DECLARE_SINK(ffmpeg)
PLUGIN_DECLARE_SOURCE(frames)
PLUGIN_DECLARE_SINK(frames)
PLUGIN_DECLARE_SOURCE(synthetic)

/* The tables, for Entry/entry.c. */
#define PLUGIN_SOURCE_TABLE(name)                                                                            \
  { sizeof(svfap_video_source), name##_source_probe, name##_source_describe, name##_source_open,             \
    plugin_reader_info, plugin_reader_next, plugin_reader_seek, plugin_reader_close }

#define PLUGIN_SINK_TABLE(name)                                                                              \
  { sizeof(svfap_video_sink), name##_sink_probe, name##_sink_describe, name##_sink_open,                     \
    plugin_writer_write, plugin_writer_finish, plugin_writer_close }

#endif
