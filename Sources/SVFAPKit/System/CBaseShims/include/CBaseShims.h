/* What Swift cannot import from the C library. */
#pragma once

/// Processors that this process may run on, at least 1 (sched_getaffinity needs _GNU_SOURCE).
int base_usable_processors(void);

/// Path of the file that this code is linked into, as the loader knows it; NULL if unknown. Lives for ever.
const char *base_own_file(void);
