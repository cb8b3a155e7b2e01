/* What the built-in plugins, written in Swift, put behind the tables of svfap_plugin.h.
 *
 * A table is a constant in C (each plugin's Entry/entry.c); its slots are Swift functions checked against the
 * declarations here. PluginKit and HeadKit implement the slots that are alike for every plugin; a plugin adds
 * the few that differ, under its own name. */
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

/* Implemented by HeadKit. */
void plugin_head_destroy(svfap_head *head);
svfap_status plugin_head_info(const svfap_head *head, svfap_head_info *info);
svfap_status plugin_head_parameter(const svfap_head *head, int64_t index, svfap_parameter *parameter);
svfap_status plugin_head_output(const svfap_head *head, int64_t index, svfap_output *output);
svfap_status plugin_head_metric(const svfap_head *head, int64_t index, svfap_metric *metric);
svfap_status plugin_head_target(const svfap_head *head, const svfap_text *fields, uint64_t field_count, float *row);
svfap_status plugin_head_forward(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw);
svfap_status plugin_head_loss(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                              const svfap_view *targets, double *loss, const svfap_view *parameter_gradients, const svfap_view *input_gradient);
svfap_status plugin_head_readings(const svfap_head *head, const svfap_view *raw, const svfap_view *readings);
svfap_status plugin_head_accumulate(const svfap_head *head, const svfap_view *readings, const svfap_view *targets, double *accumulator);
svfap_status plugin_head_measure(const svfap_head *head, const double *accumulator, double *metrics);
svfap_status plugin_head_report(const svfap_head *head, const double *accumulator, char **json, uint64_t *size);

/* Implemented by each plugin. */
#define PLUGIN_DECLARE_HEAD(name)                                                                            \
  svfap_status name##_head_describe(const svfap_host *host, svfap_text *json);                               \
  svfap_status name##_head_create(const svfap_host *host, const char *config, uint64_t config_size,          \
                                  int64_t embed_dim, svfap_head **head);

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

PLUGIN_DECLARE_HEAD(classification)
PLUGIN_DECLARE_HEAD(dimensional)
PLUGIN_DECLARE_HEAD(personality)
PLUGIN_DECLARE_SOURCE(ffmpeg)
PLUGIN_DECLARE_SINK(ffmpeg)
PLUGIN_DECLARE_SOURCE(frames)
PLUGIN_DECLARE_SINK(frames)
PLUGIN_DECLARE_SOURCE(synthetic)

/* The tables, for Entry/entry.c. */
#define PLUGIN_HEAD_TABLE(name)                                                                              \
  { sizeof(svfap_task_head), name##_head_describe, name##_head_create, plugin_head_destroy, plugin_head_info, \
    plugin_head_parameter, plugin_head_output, plugin_head_metric, plugin_head_target, plugin_head_forward,  \
    plugin_head_loss, plugin_head_readings, plugin_head_accumulate, plugin_head_measure, plugin_head_report }

#define PLUGIN_SOURCE_TABLE(name)                                                                            \
  { sizeof(svfap_video_source), name##_source_probe, name##_source_describe, name##_source_open,             \
    plugin_reader_info, plugin_reader_next, plugin_reader_seek, plugin_reader_close }

#define PLUGIN_SINK_TABLE(name)                                                                              \
  { sizeof(svfap_video_sink), name##_sink_probe, name##_sink_describe, name##_sink_open,                     \
    plugin_writer_write, plugin_writer_finish, plugin_writer_close }

#endif
