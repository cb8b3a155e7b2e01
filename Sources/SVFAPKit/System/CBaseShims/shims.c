#define _GNU_SOURCE
#include "CBaseShims.h"

#include <dlfcn.h>
#include <sched.h>
#include <stddef.h>

int base_usable_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? count : 1;
}

const char *base_own_file(void) {
  Dl_info info;
  return dladdr((const void *)(size_t)base_own_file, &info) ? info.dli_fname : NULL;
}
