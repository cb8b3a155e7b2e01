#include "Statuses.h"

std::string statusName(int status) {
  static const char *const names[] = {"OK",        "INVALID_ARGUMENT", "BAD_HANDLE", "BUSY",   "NO_MEMORY", "IO",          "NO_SPACE",
                                      "NOT_FOUND", "FORMAT",           "LIMIT",      "CONFIG", "SHAPE",     "UNSUPPORTED", "ABI",
                                      "PLUGIN",    "POLICY",           "CANCELLED",  "END",    "NUMERIC",   "INTERNAL"};
  const int count = sizeof names / sizeof *names;
  return status >= 0 && status < count ? names[status] : std::to_string(status);
}

std::string Statuses::names() const {
  std::string all;
  for (int status = 0; status < 32; status++)
    if (contains(status)) all += (all.empty() ? "" : " or ") + statusName(status);
  return all;
}
