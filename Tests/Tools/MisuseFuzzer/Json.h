// Whether text that the library handed out is what it has to be.
#pragma once

#include <string>

bool isUtf8(const std::string &text);
/// Whether it is one JSON value as RFC 8259 says, its strings UTF-8.
bool isJson(const std::string &text);
