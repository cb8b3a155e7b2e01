#include <svfap_plugin.h>
