#include "DimensionalHeadEntry.h"
