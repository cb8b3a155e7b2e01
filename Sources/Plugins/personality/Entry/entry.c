#include <svfap_swift_plugin.h>

SVFAP_SWIFT_PLUGIN("personality", "0.1.0", "MIT", "personality traits from 0 to 1, the Big Five by default", SVFAP_SWIFT_HEAD);
