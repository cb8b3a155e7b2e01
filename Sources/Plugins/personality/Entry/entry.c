#include "PersonalityHeadEntry.h"
