#include "SyntheticVideoEntry.h"
