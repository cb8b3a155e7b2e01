#include "Call.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

Argument &Call::operator[](const std::string &name) {
  for (size_t i = 0; i < arguments.size(); i++)
    if (function->parameters[i].name == name) return arguments[i];
  std::fprintf(stderr, "%s has no parameter %s\n", function->name.c_str(), name.c_str());
  std::abort();
}

Statuses Call::wrong() const {
  Statuses all;
  for (const Argument &argument : arguments) all = all | argument.wrong;
  return all;
}

int Call::flaws() const {
  int count = 0;
  for (const Argument &argument : arguments) count += argument.flaw != nullptr;
  return count;
}

std::string Call::text() const {
  std::string all = function->name + "(";
  for (size_t i = 0; i < arguments.size(); i++) {
    const Argument &argument = arguments[i];
    char number[32];
    std::snprintf(number, sizeof number, argument.bits < 4096 ? "%" PRIu64 : "0x%" PRIx64, argument.bits);
    all += (i == 0 ? "" : ", ") + function->parameters[i].name + " = " + number;
    if (!argument.text.empty()) all += " \"" + argument.text.substr(0, 200) + "\"";
    if (argument.flaw != nullptr) all += std::string(" [") + argument.flaw + "]";
    if (argument.object && argument.object->busy > 0) all += " [in use]";
  }
  return all + ")";
}
