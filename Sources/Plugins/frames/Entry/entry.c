#include "FramesVideoEntry.h"
