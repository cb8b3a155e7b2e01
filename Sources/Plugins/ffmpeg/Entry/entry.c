#include <plugin_kit.h>

static const svfap_video_source source = PLUGIN_SOURCE_TABLE(ffmpeg);
static const svfap_video_sink sink = PLUGIN_SINK_TABLE(ffmpeg);
static const svfap_interface interfaces[] = {{SVFAP_VIDEO_SOURCE, &source}, {SVFAP_VIDEO_SINK, &sink}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "ffmpeg", "0.1.0", "MIT", "video files of every self-contained kind, read and written with libavformat and libavcodec",
    interfaces, 2, plugin_init};
