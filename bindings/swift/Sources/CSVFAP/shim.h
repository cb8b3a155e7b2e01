#include <svfap.h>
