#include "Arguments.h"

#include <cstring>

namespace {

const Statuses invalid(SVFAP_E_INVALID_ARGUMENT), badHandle(SVFAP_E_BAD_HANDLE), abi(SVFAP_E_ABI), config(SVFAP_E_CONFIG), limit(SVFAP_E_LIMIT);
/// What a place holds before the call.
const uint8_t filler = 0xA5;
/// A struct may be larger than the library knows by this much.
const uint64_t growth = 4096;
const uint64_t textLimit = 64u << 20;

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
    for (int tries = 0; index == 0 && behaviour_.prefers && tries < 3 && !behaviour_.prefers(*argument.object); tries++) argument.object = random_.of(live);
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

// Text.

void Arguments::text(size_t index, bool isWrong) {
  std::vector<TextCase> right, wrong;
  for (TextCase &one : behaviour_.texts(fuzzer_, call_, parameter(index).name)) (one.wrong.isEmpty() ? right : wrong).push_back(std::move(one));
  if (!isWrong) {
    const TextCase &one = random_.of(right);
    call_.arguments[index].choice = one.choice;
    return put(index, one.text);
  }
  if (wrong.empty() || random_.chance(50)) return wrongText(index);
  const TextCase &one = random_.of(wrong);
  call_.arguments[index].spoil("wrong content", one.wrong);
  put(index, one.text);
}

void Arguments::put(size_t index, const std::string &text) {
  Argument &argument = call_.arguments[index];
  argument.text = text;
  Argument &size = call_.arguments[index + 1];
  const bool isTerminated = text.find('\0') == std::string::npos && random_.chance(50);
  if (text.empty() && !isTerminated && random_.chance(50)) return;
  uint8_t *const memory = call_.memory.take(text.size() + isTerminated);
  std::memcpy(memory, text.data(), text.size());
  set(index, memory);
  size.bits = isTerminated && random_.chance(70) ? SVFAP_NUL_TERMINATED : text.size();
}

void Arguments::wrongText(size_t index) {
  const bool isJson = parameter(index).name == "options" || parameter(index).name == "config";
  Argument &argument = call_.arguments[index];
  Argument &size = call_.arguments[index + 1];
  if (isJson && random_.chance(60)) {
    static const std::vector<std::string> wrong = {
        "[]", "1", "null", "\"text\"", " ", "{", "{\"a\":}", "{\"no such key\": 1}", "{\"a\": 1, \"a\": 2}", "{\"a\": NaN}", "{\"a\": 1e999}",
        "{'a': 1}", "{} {}", "\xEF\xBB\xBF{}", "{\"a\\u0000\": 1}", "{\"a\": \"\\ud800\"}", "{\"a\": 01}", "{\"a\": .5}", "{\"a\": 1,}", "{\"a\" 1}",
        "{\"\\u0061\": 1, \"a\": 2}", "{\"a\": \"\n\"}", "{\"a\": tru}", "{\"a\": -}", "{\"a\": Infinity}", "{\"a\": \"", "{\"a\": 99999999999999999999}"};
    if (random_.chance(5)) {
      argument.spoil("nested deeply", limit);
      return put(index, "{\"a\": " + std::string(100000, '[') + std::string(100000, ']') + "}");
    }
    argument.spoil("no such options", config);
    return put(index, random_.of(wrong));
  }
  switch (random_.below(4)) {
    case 0:
      argument.spoil("NULL with a size", invalid);
      size.bits = random_.of({uint64_t{1}, uint64_t{8}, textLimit, textLimit + 1, uint64_t{INT64_MAX}, SVFAP_NUL_TERMINATED - 1, SVFAP_NUL_TERMINATED});
      return;
    case 1:
      argument.spoil("a size too large", limit);
      put(index, "{}");
      if (argument.bits == 0) set(index, call_.memory.take(1));
      size.bits = random_.of({textLimit + 1, uint64_t{1} << 40, uint64_t{INT64_MAX}, uint64_t{INT64_MAX} + 1, SVFAP_NUL_TERMINATED - 1});
      return;
    case 2:
      argument.spoil("not UTF-8", invalid);
      return put(index, random_.of(std::vector<std::string>{"\x80", "a\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "{\"\xFE\": 1}", "\xE2\x82"}));
    default:
      argument.spoil("holds a NUL", invalid);
      return put(index, random_.of(std::vector<std::string>{std::string(1, '\0'), std::string("a\0b", 3), std::string("{}\0", 3), std::string("\0/x", 3)}));
  }
}

// Structs.

uint8_t *Arguments::sized(size_t index, bool isWrong, bool isFilledIn) {
  const Parameter &is = parameter(index);
  Argument &argument = call_.arguments[index];
  uint64_t claimed = is.size, size = is.size, skew = 0;
  if (isWrong && random_.chance(25)) {
    argument.spoil("misaligned", invalid);
    skew = random_.of({uint64_t{1}, uint64_t{4}, uint64_t{7}});
    argument.isRefused = true;
  } else if (isWrong && !isFilledIn && random_.chance(40)) {
    argument.spoil("a member that is not known", abi);
    claimed = size = is.size + 1 + random_.below(growth);
  } else if (isWrong) {
    argument.spoil("a wrong struct_size", abi);
    claimed = random_.of({uint64_t{0}, uint64_t{1}, is.size - 1, is.size / 2, is.size + growth + 1, uint64_t{1} << 32, uint64_t{INT64_MAX}, UINT64_MAX});
    size = std::max(uint64_t{8}, std::min(claimed, is.size));
    argument.isRefused = true;
  } else if (random_.chance(20)) {
    claimed = size = is.size + 1 + random_.below(random_.chance(80) ? 64 : growth);
  }
  uint8_t *const memory = call_.memory.take(size, skew);
  if (isFilledIn) std::memset(memory, filler, size);
  std::memcpy(memory, &claimed, 8);
  if (claimed == size && size > is.size && argument.wrong.contains(SVFAP_E_ABI)) memory[is.size + random_.below(size - is.size)] = 1;
  argument.place = memory;
  argument.placeSize = size;
  set(index, memory);
  return memory;
}

void Arguments::structOut(size_t index, bool isWrong) {
  const Parameter &is = parameter(index);
  if (is.mayBeNull ? !isWrong && random_.chance(20) : isWrong && random_.chance(20)) {
    if (isWrong) call_.arguments[index].spoil("NULL", invalid);
    return;
  }
  sized(index, isWrong, true);
}

void Arguments::structIn(size_t index, bool isWrong) {
  const Parameter &is = parameter(index);
  Argument &argument = call_.arguments[index];
  if (is.mayBeNull ? !isWrong && random_.chance(40) : isWrong && random_.chance(20)) {
    if (isWrong) argument.spoil("NULL", invalid);
    return;
  }
  const bool isFrame = isWrong && random_.chance(50);
  uint8_t *const memory = sized(index, isFrame, false);
  if (argument.placeSize >= is.size) behaviour_.structure(fuzzer_, call_, argument, memory, isWrong && !isFrame);
  // Contents that cannot be wrong: its frame is.
  if (isWrong && argument.flaw == nullptr) sized(index, true, false);
}

// Callbacks.

void Arguments::callback(size_t index, bool isWrong) {
  extern svfap_window_fn const windowCallback;
  extern svfap_log_fn const logCallback;
  extern svfap_destroy_fn const destroyCallback;
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
