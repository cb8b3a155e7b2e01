#include <plugin_kit.h>
