#include <plugin_kit.h>

static const svfap_task_head head = PLUGIN_HEAD_TABLE(personality);
static const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "personality", "0.1.0", "MIT", "personality traits from 0 to 1, the Big Five by default",
    interfaces, 1, plugin_init};
