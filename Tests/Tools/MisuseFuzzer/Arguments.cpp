#include "Arguments.h"

#include <cstring>

namespace {

const Statuses invalid(SVFAP_E_INVALID_ARGUMENT), badHandle(SVFAP_E_BAD_HANDLE);

}  // namespace

Arguments::Arguments(Fuzzer &fuzzer, Call &call, ObjectPointer target)
    : fuzzer_(fuzzer), random_(fuzzer.random), call_(call), behaviour_(behaviours().at(call.function->name)), target_(std::move(target)) {}

bool Arguments::canBeWrong(size_t index) const {
  const Parameter &is = parameter(index);
  switch (is.role) {
    case Role::handleIn:
    case Role::handleOut:
    case Role::textIn:
    case Role::viewIn:
    case Role::structIn:
    case Role::structOut: return true;
    case Role::number: return behaviour_.hasWrongNumbers;
    case Role::errorOut:
    case Role::textSize:
    case Role::textOut:
    case Role::textSizeOut:
    case Role::user: return false;
    case Role::textStructOut:
    case Role::callback:
    case Role::numberOut: return !is.mayBeNull;
  }
  return false;
}

void Arguments::make(size_t index, bool isWrong) {
  switch (parameter(index).role) {
    case Role::handleIn: return handle(index, isWrong);
    case Role::handleOut:
    case Role::errorOut:
    case Role::textOut:
    case Role::textSizeOut:
    case Role::textStructOut:
    case Role::numberOut: return place(index, isWrong);
    case Role::textIn: return text(index, isWrong);
    case Role::textSize:
    case Role::user: return;  // made with the parameter before
    case Role::viewIn: return view(index, isWrong);
    case Role::structIn: return structIn(index, isWrong);
    case Role::structOut: return structOut(index, isWrong);
    case Role::callback: return callback(index, isWrong);
    case Role::number: return behaviour_.number(fuzzer_, call_, call_.arguments[index], isWrong);
  }
}

// Handles.

void Arguments::handle(size_t index, bool isWrong) {
  if (isWrong) return wrongHandle(index);
  const Parameter &is = parameter(index);
  Argument &argument = call_.arguments[index];
  if (target_ && is.type == target_->type) {
    argument.object = target_;
  } else {
    const auto &live = fuzzer_.pool.live(is.type);
    // A release of NULL is nothing much; an object that is left out is.
    if (is.mayBeNull && (live.empty() || random_.chance(index == 0 ? 10 : 50))) return;
    if (live.empty()) return wrongHandle(index);
    argument.object = random_.of(live);
    for (int tries = 0; index == 0 && behaviour_.prefers && tries < 3 && !behaviour_.prefers(*argument.object); tries++)
      argument.object = random_.of(live);
  }
  argument.bits = argument.object->handle;
}

void Arguments::wrongHandle(size_t index) {
  const Parameter &is = parameter(index);
  Argument &argument = call_.arguments[index];
  const auto &stale = fuzzer_.pool.stale(is.type);
  const auto all = fuzzer_.pool.all();
  uint64_t bits = 0;
  switch (random_.below(8)) {
    case 0:
    case 1:
    case 2:
      if (!stale.empty()) {
        argument.spoil("released before", badHandle);
        bits = random_.of(stale);
      }
      break;
    case 3:
    case 4:
      if (!all.empty()) {
        const ObjectPointer other = random_.of(all);
        argument.spoil("of another type", badHandle);
        if (other->type != is.type) bits = other->handle;
      }
      break;
    case 5:
      argument.spoil("any number", badHandle);
      bits = random_.chance(50) ? random_.next() : random_.below(64);
      break;
    case 6:
      argument.spoil("an address", badHandle);
      bits = reinterpret_cast<uint64_t>(call_.memory.take(64));
      break;
    default:
      // A live handle but for one bit: another generation, index or type.
      if (!all.empty()) {
        argument.spoil("forged", badHandle);
        bits = random_.of(all)->handle ^ uint64_t{1} << random_.below(64);
      }
  }
  if (fuzzer_.pool.isLive(bits)) bits = 0;
  if (bits == 0 && is.mayBeNull) bits = ~uint64_t{0};
  if (bits == 0 || argument.flaw == nullptr) argument.spoil(bits == 0 ? "NULL" : "any number", badHandle);
  argument.bits = bits;
}

// Places.

void Arguments::place(size_t index, bool isWrong) {
  const Parameter &is = parameter(index);
  Argument &argument = call_.arguments[index];
  if (isWrong) return argument.spoil("NULL", invalid);
  if (is.mayBeNull && random_.chance(20)) return;
  argument.place = call_.memory.take(is.size);
  argument.placeSize = is.size;
  std::memset(argument.place, filler, is.size);
  set(index, argument.place);
}

// Callbacks.

void Arguments::callback(size_t index, bool isWrong) {
  const Parameter &is = parameter(index);
  if (isWrong) return call_.arguments[index].spoil("NULL", invalid);
  if (is.type == "svfap_window_fn") {
    set(index, reinterpret_cast<const void *>(windowCallback));
    call_.callbackUser = std::make_shared<CallbackUser>();
    call_.callbackUser->fuzzer = fuzzer_.isQuiet ? nullptr : &fuzzer_;
    if (random_.chance(10)) call_.callbackUser->patience = static_cast<int>(random_.below(3));
    set(index + 1, call_.callbackUser.get());
  } else if (is.type == "svfap_log_fn") {
    fuzzer_.logUsers.push_back(std::make_unique<LogUser>());
    call_.logUser = fuzzer_.logUsers.back().get();
    if (!random_.chance(20)) set(index, reinterpret_cast<const void *>(logCallback));
    set(index + 1, call_.logUser);
  } else if (is.type == "svfap_destroy_fn") {
    if (random_.chance(20)) return;
    set(index, reinterpret_cast<const void *>(destroyCallback));
    call_.logUser->toBeDestroyed = 1;
  } else {
    fuzzer_.finding(&call_, "there is no maker for callbacks of type " + is.type);
  }
}
