#include <plugin_kit.h>

static const svfap_video_source source = PLUGIN_SOURCE_TABLE(synthetic);
static const svfap_interface interfaces[] = {{SVFAP_VIDEO_SOURCE, &source}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "synthetic", "0.1.0", "MIT", "drawn faces that move and change expression, seeded and labelled",
    interfaces, 1, plugin_init};
