/* renameat2 is an extension that has to be asked for. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>

#include "frames_files.h"

int32_t files_exchange(const char *first, const char *second) {
  return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
}
