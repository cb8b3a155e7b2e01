/* frames_files.h: what Swift's view of the C library lacks. */
#ifndef FRAMES_FILES_H
#define FRAMES_FILES_H

#include <stdint.h>

/* Lets two files or folders of one file system change names, in one step. Returns 0, or -1 with errno; EINVAL where the
 * file system cannot do it. */
int32_t files_exchange(const char *first, const char *second);

#endif
