/* svfap_swift_plugin.h: the entry of a plugin whose code is in Swift.
 *
 * The host reads a plugin's entry as data, before it runs any of its code. C can write down such a constant, Swift cannot; so a
 * plugin has one C file of two lines, and everything else in Swift, over the module SVFAPPlugin:
 *
 *     #include <svfap_swift_plugin.h>
 *     SVFAP_SWIFT_PLUGIN("my-head", "1.0.0", "MIT", "What it does, in one line", SVFAP_SWIFT_HEAD);
 *
 *     @c public func svfap_swift_plugin() { Plugin.serve(MyHead.self) }
 */
#ifndef SVFAP_SWIFT_PLUGIN_H
#define SVFAP_SWIFT_PLUGIN_H

#include <svfap_plugin.h>

/* The author's: called once, when the host starts the plugin. It names the types that the plugin serves. */
void svfap_swift_plugin(void);

/* Defines `svfap_plugin_v1` and its note. Behind the four texts: SVFAP_SWIFT_HEAD, or SVFAP_SWIFT_VIDEO_SOURCE or
 * SVFAP_SWIFT_SEEKABLE_VIDEO_SOURCE, or one of these and the first. */
#define SVFAP_SWIFT_PLUGIN(id, version, license, summary, ...)                                              \
  static svfap_status svfap_swift_start(const svfap_host *host) { return svfap_swift_init(host, svfap_swift_plugin); } \
  static const svfap_interface svfap_swift_interfaces[] = {__VA_ARGS__};                                    \
  SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {                                                \
      SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, id, version, license, summary, \
      svfap_swift_interfaces, sizeof svfap_swift_interfaces / sizeof *svfap_swift_interfaces, svfap_swift_start}

#define SVFAP_SWIFT_HEAD {SVFAP_TASK_HEAD, &svfap_swift_head_table}
#define SVFAP_SWIFT_VIDEO_SOURCE {SVFAP_VIDEO_SOURCE, &svfap_swift_source_table}
#define SVFAP_SWIFT_SEEKABLE_VIDEO_SOURCE {SVFAP_VIDEO_SOURCE, &svfap_swift_seekable_source_table}

extern const svfap_task_head svfap_swift_head_table;
extern const svfap_video_source svfap_swift_source_table;
extern const svfap_video_source svfap_swift_seekable_source_table;

/* The slots of the tables, implemented by the module SVFAPPlugin: they check what the host gave and call the author's type. */
svfap_status svfap_swift_init(const svfap_host *host, void (*serve)(void));

svfap_status svfap_swift_head_describe(const svfap_host *host, svfap_text *json);
svfap_status svfap_swift_head_create(const svfap_host *host, const char *config, uint64_t config_size, int64_t embed_dim, svfap_head **head);
void svfap_swift_head_destroy(svfap_head *head);
svfap_status svfap_swift_head_info(const svfap_head *head, svfap_head_info *info);
svfap_status svfap_swift_head_parameter(const svfap_head *head, int64_t index, svfap_parameter *parameter);
svfap_status svfap_swift_head_output(const svfap_head *head, int64_t index, svfap_output *output);
svfap_status svfap_swift_head_metric(const svfap_head *head, int64_t index, svfap_metric *metric);
svfap_status svfap_swift_head_target(const svfap_head *head, const svfap_text *fields, uint64_t field_count, float *row);
svfap_status svfap_swift_head_forward(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw);
svfap_status svfap_swift_head_loss(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                                   const svfap_view *targets, double *loss, const svfap_view *gradients, const svfap_view *input_gradient);
svfap_status svfap_swift_head_readings(const svfap_head *head, const svfap_view *raw, const svfap_view *readings);
svfap_status svfap_swift_head_accumulate(const svfap_head *head, const svfap_view *readings, const svfap_view *targets, double *accumulator);
svfap_status svfap_swift_head_measure(const svfap_head *head, const double *accumulator, double *metrics);
svfap_status svfap_swift_head_report(const svfap_head *head, const double *accumulator, char **json, uint64_t *size);

svfap_status svfap_swift_source_probe(const svfap_host *host, const char *path, uint64_t path_size, const uint8_t *head, uint64_t head_size, int32_t *score);
svfap_status svfap_swift_source_describe(const svfap_host *host, svfap_text *json);
svfap_status svfap_swift_source_open(const svfap_host *host, const char *path, uint64_t path_size, const char *config, uint64_t config_size, svfap_reader **reader);
svfap_status svfap_swift_source_info(svfap_reader *reader, svfap_stream_info *info);
svfap_status svfap_swift_source_next(svfap_reader *reader, svfap_frame *frame);
svfap_status svfap_swift_source_seek(svfap_reader *reader, int64_t index, int64_t *landed);
void svfap_swift_source_close(svfap_reader *reader);

#endif
