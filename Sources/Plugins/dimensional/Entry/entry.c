#include <plugin_kit.h>

static const svfap_task_head head = PLUGIN_HEAD_TABLE(dimensional);
static const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "dimensional", "0.1.0", "MIT", "affective dimensions such as valence, arousal and dominance",
    interfaces, 1, plugin_init};
