// Makes the arguments of a call, right or wrong.
#pragma once

#include "Fuzzer.h"

class Arguments {
 public:
  Arguments(Fuzzer &fuzzer, Call &call, ObjectPointer target);

  /// Whether a parameter can be wrong at all.
  bool canBeWrong(size_t index) const;
  void make(size_t index, bool isWrong);

 private:
  void handle(size_t index, bool isWrong);
  void wrongHandle(size_t index);
  void place(size_t index, bool isWrong);
  void text(size_t index, bool isWrong);
  void wrongText(size_t index);
  void put(size_t index, const std::string &text);
  void structOut(size_t index, bool isWrong);
  void structIn(size_t index, bool isWrong);
  /// Memory of a struct with its size set, perhaps wrongly.
  uint8_t *sized(size_t index, bool isWrong, bool isFilledIn);
  void view(size_t index, bool isWrong);
  void wrongView(size_t index, const NeededView &needed);
  void layOut(svfap_view &view, const NeededView &needed);
  void callback(size_t index, bool isWrong);

  const Parameter &parameter(size_t index) const { return call_.function->parameters[index]; }
  void set(size_t index, const void *address) { call_.arguments[index].bits = reinterpret_cast<uint64_t>(address); }

  Fuzzer &fuzzer_;
  Random &random_;
  Call &call_;
  const Behaviour &behaviour_;
  const ObjectPointer target_;
};
