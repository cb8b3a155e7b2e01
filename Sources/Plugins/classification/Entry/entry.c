#include <plugin_kit.h>

static const svfap_task_head head = PLUGIN_HEAD_TABLE(classification);
static const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "classification", "0.1.0", "MIT", "classes that exclude each other: softmax and cross entropy",
    interfaces, 1, plugin_init};
