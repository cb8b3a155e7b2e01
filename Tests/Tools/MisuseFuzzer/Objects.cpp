#include "Objects.h"

#include <algorithm>

namespace {
const size_t staleLimit = 64;
}

void Pool::add(const ObjectPointer &object) {
  live_[object->type].push_back(object);
  peak_ = std::max(peak_, ++count_);
}

void Pool::end(const ObjectPointer &object) {
  auto &list = live_[object->type];
  list.erase(std::remove(list.begin(), list.end(), object), list.end());
  object->isLive = false;
  count_--;
  auto &stale = stale_[object->type];
  if (stale.size() >= staleLimit) stale.erase(stale.begin());
  stale.push_back(object->handle);
}

std::vector<ObjectPointer> Pool::all() const {
  std::vector<ObjectPointer> found;
  for (const auto &[type, list] : live_) found.insert(found.end(), list.begin(), list.end());
  return found;
}

bool Pool::isLive(uint64_t handle) const {
  for (const auto &[type, list] : live_)
    for (const auto &object : list)
      if (object->handle == handle) return true;
  return false;
}

void Pool::clear() {
  live_.clear();
  stale_.clear();
  count_ = 0;
}
