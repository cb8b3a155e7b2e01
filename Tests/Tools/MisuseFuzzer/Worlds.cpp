// How a world begins, changes and ends.
#include "Fuzzer.h"

#include <dirent.h>

#include <algorithm>
#include <cstring>

namespace {

int entries(const char *folder) {
  DIR *const listing = opendir(folder);
  int count = 0;
  while (listing != nullptr && readdir(listing) != nullptr) count++;
  if (listing != nullptr) closedir(listing);
  return count;
}

const Function &named(const std::string &name) {
  for (const Function &function : functions())
    if (function.name == name) return function;
  std::abort();
}

}  // namespace

/// What changes by a call, beside what the behaviour of its function says: objects begin and end.
void Fuzzer::settle(Call &call) {
  const Function &function = *call.function;
  if (call.status == SVFAP_OK) {
    for (size_t i = 0; i < call.arguments.size(); i++) {
      if (function.parameters[i].role != Role::handleOut || call.arguments[i].place == nullptr) continue;
      call.made = std::make_shared<Object>();
      call.made->type = function.parameters[i].type;
      std::memcpy(&call.made->handle, call.arguments[i].place, 8);
      pool.add(call.made);
    }
    if (function.name.find("_release") != std::string::npos && call.first()) endOf(call.first());
  }
  behaviours().at(function.name).effect(*this, call);
  if (call.first() && call.first()->isLive && random.below(16) == 0) checkLent(call.first());
}

void Fuzzer::endOf(const ObjectPointer &object) {
  pool.end(object);
  object->lent.clear();
}

/// One runtime that can do everything, and a few objects, so that there is something to use wrongly.
void Fuzzer::begin() {
  for (const char *name :
       {"svfap_runtime_create", "svfap_cancel_create", "svfap_model_create", "svfap_model_open", "svfap_runtime_load_plugin",
        "svfap_predictor_create", "svfap_source_open", "svfap_trainer_create", "svfap_job_create"})
    for (int tries = 0; tries < 4; tries++) {
      Call call = build(named(name), 0);
      run(call);
    }
}

/// Everything is released in any order, and nothing is left of it.
void Fuzzer::end() {
  auto objects = pool.all();
  for (size_t i = objects.size(); i > 1; i--) std::swap(objects[i - 1], objects[random.below(i)]);
  for (const ObjectPointer &object : objects) {
    checkLent(object);
    Call call = build(named(object->type + "_release"), 0, object);
    run(call);
  }
  objects.clear();
  if (pool.count() != 0) finding(nullptr, "objects are left that could not be released");
  pool.clear();
  past_.clear();
  for (const auto &user : logUsers)
    if (user->destroyed != user->toBeDestroyed)
      finding(nullptr, "a log function's destroy function was called " + std::to_string(user->destroyed) + " times, not " +
                           std::to_string(user->toBeDestroyed));
  logUsers.clear();
  static int threads = 0, descriptors = 0;
  const int threadsNow = entries("/proc/self/task"), descriptorsNow = entries("/proc/self/fd");
  if (threads != 0 && threadsNow > threads)
    finding(nullptr, "a thread is left: " + std::to_string(threadsNow) + ", before " + std::to_string(threads));
  if (descriptors != 0 && descriptorsNow > descriptors + 8)
    finding(nullptr, "open files are left: " + std::to_string(descriptorsNow) + ", before " + std::to_string(descriptors));
  if (threads == 0) threads = threadsNow, descriptors = descriptorsNow;
}
