// One call: its arguments, what is wrong with them, and what is expected of it.
#pragma once

#include "Functions.h"
#include "Objects.h"

#include <memory>
#include <string>
#include <vector>

/// Memory of arguments, in pieces of exactly the size that the library was told: a sanitizer sees every byte too far.
class Memory {
 public:
  /// - Parameter skew: bytes by which the address is off from alignment.
  uint8_t *take(uint64_t size, uint64_t skew = 0) {
    pieces_.push_back(std::make_unique<uint8_t[]>(size + skew));
    return pieces_.back().get() + skew;
  }

 private:
  std::vector<std::unique_ptr<uint8_t[]>> pieces_;
};

/// What a place of the caller holds before the call.
constexpr uint8_t filler = 0xA5;

struct Argument {
  uint64_t bits = 0;
  /// What is wrong with it, for people; nullptr if nothing is.
  const char *flaw = nullptr;
  /// Statuses that it leads to, were it the only thing that is wrong.
  Statuses wrong;
  /// What the handle stands for.
  ObjectPointer object;
  /// Text as it was given.
  std::string text;
  /// Which of several right values it is; the behaviour of the function knows.
  int choice = 0;
  /// Where the library writes, and how much it may; `isRefused` if the place itself is not to be touched.
  uint8_t *place = nullptr;
  uint64_t placeSize = 0;
  bool isRefused = false;
  std::vector<uint8_t> before;

  void spoil(const char *what, Statuses statuses) { flaw = what, wrong = statuses; }
};

struct Call {
  const Function *function = nullptr;
  std::vector<Argument> arguments;
  Memory memory;
  Statuses expected;
  std::shared_ptr<CallbackUser> callbackUser;
  LogUser *logUser = nullptr;
  ObjectPointer made;
  /// The flag of run options.
  ObjectPointer runCancel;
  int64_t clips = 1;
  bool isNotFinite = false;
  /// A callback asked to stop, or a flag was raised from inside of one.
  bool isStopped = false, mayStop = false;
  int status = -1;

  Argument &operator[](const std::string &name);
  ObjectPointer first() const { return arguments.empty() ? nullptr : arguments[0].object; }
  /// What is wrong with the arguments, together.
  Statuses wrong() const;
  int flaws() const;
  /// The call as it would stand in a program, for reports.
  std::string text() const;
};
