/* What Swift cannot import from the C library, for the checks of plugins. */
#pragma once

#include <stdint.h>

/// Bytes that malloc has handed out and not got back, in all arenas.
uint64_t check_heap_bytes(void);

/// How this thread computes with floating-point numbers: rounding, flushing of denormals, which exceptions trap. Flags of
/// what happened so far are left out.
uint64_t check_float_mode(void);
