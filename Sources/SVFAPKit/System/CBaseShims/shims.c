#include "CBaseShims.h"
