#include <svfap_swift_plugin.h>

SVFAP_SWIFT_PLUGIN("dimensional", "0.1.0", "MIT", "affective dimensions such as valence, arousal and dominance", SVFAP_SWIFT_HEAD);
