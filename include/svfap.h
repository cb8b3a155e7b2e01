#include "svfap_types.h"
