#include "svfap_swift_plugin.h"

#include <stddef.h>

const svfap_task_head svfap_swift_head_table = {
    sizeof(svfap_task_head), svfap_swift_head_describe, svfap_swift_head_create, svfap_swift_head_destroy, svfap_swift_head_info,
    svfap_swift_head_parameter, svfap_swift_head_output, svfap_swift_head_metric, svfap_swift_head_target, svfap_swift_head_forward,
    svfap_swift_head_loss, svfap_swift_head_readings, svfap_swift_head_accumulate, svfap_swift_head_measure, svfap_swift_head_report};

const svfap_video_source svfap_swift_source_table = {
    sizeof(svfap_video_source), svfap_swift_source_probe, svfap_swift_source_describe, svfap_swift_source_open,
    svfap_swift_source_info, svfap_swift_source_next, NULL, svfap_swift_source_close};

const svfap_video_source svfap_swift_seekable_source_table = {
    sizeof(svfap_video_source), svfap_swift_source_probe, svfap_swift_source_describe, svfap_swift_source_open,
    svfap_swift_source_info, svfap_swift_source_next, svfap_swift_source_seek, svfap_swift_source_close};
