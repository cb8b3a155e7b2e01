#include <svfap_swift_plugin.h>

SVFAP_SWIFT_PLUGIN("ordinal", "1.0.0", "MIT", "one number from -1 to 1, in levels that have an order", SVFAP_SWIFT_HEAD);
