// The functions of svfap.h as data. Functions.cpp is written from the header by tools/abi/misuse_table.py.
#pragma once

#include "Statuses.h"

#include <cstdint>
#include <string>
#include <vector>

/// What a parameter is.
enum class Role {
  handleIn,   // a value that stands for an object
  handleOut,  // where a new object's value goes
  errorOut,   // where the error object goes
  textIn,     // text that the next parameter tells the size of
  textSize,
  textOut,  // where the address of text goes; its size goes where the next parameter says
  textSizeOut,
  textStructOut,  // svfap_text
  viewIn,
  structIn,  // a struct that starts with its size
  structOut,
  callback,
  user,  // what a callback gets back
  number,
  numberOut,
};

struct Parameter {
  std::string name;
  Role role;
  std::string type;  // of a handle, struct or callback
  uint64_t size;     // of a struct or number
  bool mayBeNull;
  bool isOwned;  // an object that one call at a time may use
};

struct Function {
  std::string name;
  Statuses promised;  // what the header says that it returns, beside OK
  std::vector<Parameter> parameters;
  int32_t (*invoke)(const uint64_t *arguments);
};

/// All of them, in the order of the header.
const std::vector<Function> &functions();
