#include "ClassificationHeadEntry.h"
