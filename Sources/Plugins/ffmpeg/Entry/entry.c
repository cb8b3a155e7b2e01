#include "FFmpegVideoEntry.h"
