// What has to hold after every call, whatever it returned.
#include "Fuzzer.h"
#include "Json.h"

#include <algorithm>
#include <cstring>

namespace {

bool isZero(const uint8_t *bytes, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (bytes[i] != 0) return false;
  return true;
}

bool isFiller(const uint8_t *bytes, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (bytes[i] != filler) return false;
  return true;
}

uint64_t word(const uint8_t *place) {
  uint64_t bits;
  std::memcpy(&bits, place, 8);
  return bits;
}

/// A text that the library handed out; what is wrong with it, or empty.
std::string faultOf(const char *data, uint64_t size, bool isJsonText) {
  if (data == nullptr) return "NULL was handed out as text";
  if (std::strlen(data) != size) return "the size of a text is not its length";
  const std::string text(data, size);
  if (!isUtf8(text)) return "text that is not UTF-8 was handed out";
  return isJsonText && !isJson(text) ? "text that is not JSON was handed out: " + text : "";
}

/// What is wrong with a view that the library filled in.
std::string faultOf(const svfap_view &view) {
  if (view.dtype != SVFAP_FLOAT32 || view.dimension_count < 0 || view.dimension_count > SVFAP_MAX_DIMENSIONS)
    return "a view of no float32 tensor";
  int64_t count = 1;
  for (int i = view.dimension_count - 1; i >= 0; i--) {
    if (view.shape[i] < 1 || view.strides[i] != count) return "a view that is not contiguous";
    count *= view.shape[i];
  }
  if (view.byte_count != static_cast<uint64_t>(count) * 4 || view.data == nullptr) return "a view of another size than its shape";
  // The sanitizer looks at every byte.
  volatile float sum = 0;
  for (int64_t i = 0; i < count; i++) sum = sum + static_cast<const float *>(view.data)[i];
  return "";
}

}  // namespace

void Fuzzer::check(Call &call) {
  const int status = call.status;
  if (!call.expected.contains(status)) wrongStatus(call);
  const bool isAsked = call.function->name == "svfap_error_status";
  bool takesText = false;
  for (const Parameter &parameter : call.function->parameters) takesText = takesText || parameter.role == Role::textIn;
  const Statuses promised = call.function->promised | ok | (takesText ? Statuses(SVFAP_E_LIMIT) : Statuses());
  if (!isAsked && !promised.contains(status)) report.unpromised(call);
  for (size_t i = 0; i < call.arguments.size(); i++) {
    const Parameter &parameter = call.function->parameters[i];
    Argument &argument = call.arguments[i];
    if (argument.place == nullptr) continue;
    if (parameter.role == Role::errorOut) {
      checkError(call, argument);
    } else {
      checkPlace(call, parameter, argument, i);
    }
  }
}

void Fuzzer::checkError(Call &call, Argument &argument) {
  const uint64_t handle = word(argument.place);
  if ((call.status == SVFAP_OK) != (handle == 0))
    finding(&call, handle == 0 ? "a failure without an error object" : "a success with an error object");
  if (handle == 0) return;
  if (pool.isLive(handle)) finding(&call, "the error object has the handle of another object");
  auto *const error = reinterpret_cast<svfap_error *>(handle);
  const char *message = nullptr, *detail = nullptr;
  uint64_t size = 0, detailSize = 0;
  if (svfap_error_status(error) != call.status) finding(&call, "the error object has another status than the call");
  if (svfap_error_message(error, &message, &size) != SVFAP_OK || size == 0) finding(&call, "an error without a message");
  if (svfap_error_detail(error, &detail, &detailSize) != SVFAP_OK) finding(&call, "an error without a detail");
  std::string fault = faultOf(message, size, false);
  if (fault.empty()) fault = faultOf(detail, detailSize, true);
  const std::string status = "\"status\": " + std::to_string(call.status) + ",",
                    compact = "\"status\":" + std::to_string(call.status) + ",";
  if (fault.empty() && std::strstr(detail, status.c_str()) == nullptr && std::strstr(detail, compact.c_str()) == nullptr)
    fault = "a detail without its status";
  if (!fault.empty()) finding(&call, "the error object: " + fault);
  if (active_.empty() && random.chance(20)) {
    auto object = std::make_shared<Object>();
    object->type = "svfap_error";
    object->handle = handle;
    object->status = call.status;
    pool.add(object);
    lend(object, message, size + 1);
    lend(object, detail, detailSize + 1);
  } else if (svfap_error_release(error) != SVFAP_OK) {
    finding(&call, "the error object cannot be released");
  }
}

void Fuzzer::checkPlace(Call &call, const Parameter &parameter, Argument &argument, size_t index) {
  const bool isServed = call.status == SVFAP_OK;
  const uint8_t *const place = argument.place;
  const std::string name = "\"" + parameter.name + "\"";
  std::string fault;
  switch (parameter.role) {
    case Role::handleOut:
      if (!isServed && word(place) != 0) fault = "is not NULL after a failure";
      if (isServed && (word(place) == 0 || pool.isLive(word(place)))) fault = "is no new handle";
      if (isServed && parameter.type != "svfap_cancel" && (word(place) & 0xFFFFFF) > pool.peak() + 64)
        fault = "has a number beyond all objects that were ever alive: something keeps handles";
      break;
    case Role::textOut: {
      if (!isServed && word(place) != 0) fault = "is not NULL after a failure";
      if (!isServed) break;
      const char *const text = reinterpret_cast<const char *>(word(place));
      const uint8_t *const size = call.arguments[index + 1].place;
      fault = faultOf(text, size != nullptr ? word(size) : std::strlen(text), parameter.name == "json");
      if (fault.empty() && call.first()) lend(call.first(), text, std::strlen(text) + 1);
      break;
    }
    case Role::textStructOut:
      if (!isServed && !isZero(place, 16)) fault = "is not zero after a failure";
      if (!isServed) break;
      fault = faultOf(reinterpret_cast<const char *>(word(place)), word(place + 8), false);
      if (fault.empty() && call.first()) lend(call.first(), reinterpret_cast<const char *>(word(place)), word(place + 8) + 1);
      break;
    case Role::textSizeOut:
    case Role::numberOut:
      if (!isServed && !isZero(place, argument.placeSize)) fault = "is not zero after a failure";
      if (isServed && isFiller(place, argument.placeSize)) fault = "was not written";
      break;
    case Role::structOut:
      if (argument.isRefused) {
        if (!isFiller(place + 8, argument.placeSize - 8)) fault = "was written although its size was refused";
      } else if (word(place) != argument.placeSize) {
        fault = "has another struct_size than before";
      } else if (!isServed && !isZero(place + 8, argument.placeSize - 8)) {
        fault = "is not zero after a failure";
      } else if (isServed && !isZero(place + parameter.size, argument.placeSize - parameter.size)) {
        fault = "has a tail that is not zero";
      } else if (isServed && parameter.type == "svfap_view") {
        svfap_view view;
        std::memcpy(&view, place, sizeof view);
        fault = faultOf(view);
        const bool isImmutable = call.first() && call.first()->type != "svfap_trainer";
        if (fault.empty() && isImmutable)
          lend(call.first(), static_cast<const char *>(view.data), std::min<uint64_t>(view.byte_count, 1024));
      }
      break;
    default: break;
  }
  if (!fault.empty()) finding(&call, name + ": " + fault);
}

void Fuzzer::lend(const ObjectPointer &object, const char *data, uint64_t size) {
  if (object->isLive && object->lent.size() < 16) object->lent.push_back({data, std::string(data, size)});
}

void Fuzzer::checkLent(const ObjectPointer &object) {
  for (const Lent &lent : object->lent)
    if (std::memcmp(lent.data, lent.copy.data(), lent.copy.size()) != 0)
      finding(nullptr, "what was handed out by " + object->type + " has changed: " + lent.copy);
}
