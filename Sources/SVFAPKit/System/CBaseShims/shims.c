#define _GNU_SOURCE
#include "CBaseShims.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
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

int base_open_step(int folder, const char *name) {
  int descriptor;
  do descriptor = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

const void *base_own_symbol(void *library, const char *name, uint64_t *size) {
  *size = 0;
  // dlsym also finds what the libraries define that this one needs.
  const void *symbol = dlsym(library, name);
  struct link_map *own = NULL, *found = NULL;
  Dl_info info;
  if (!symbol || dlinfo(library, RTLD_DI_LINKMAP, &own) != 0) return NULL;
  if (!dladdr1(symbol, &info, (void **)&found, RTLD_DL_LINKMAP) || found != own) return NULL;
  const ElfW(Sym) *entry = NULL;
  if (dladdr1(symbol, &info, (void **)&entry, RTLD_DL_SYMENT) && info.dli_saddr == symbol && entry) *size = entry->st_size;
  return symbol;
}
