#include <svfap_swift_plugin.h>

SVFAP_SWIFT_PLUGIN("classification", "0.1.0", "MIT", "classes that exclude each other: softmax and cross entropy", SVFAP_SWIFT_HEAD);
