// What the oracle knows of the objects that were made: its model of the library's state.
#pragma once

#include "Statuses.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

class Fuzzer;

/// Text or numbers that an object handed out, and that must stay as long as the object.
struct Lent {
  const char *data;
  std::string copy;
};

/// What a log function and its destroy function get back.
struct LogUser {
  std::atomic<int> lines{0};
  std::atomic<int> destroyed{0};
  int toBeDestroyed = 0;
};

/// What window and progress functions get back.
struct CallbackUser {
  /// Makes calls from inside of the callback; none while several threads are at work.
  Fuzzer *fuzzer = nullptr;
  /// How many calls it takes before it says stop; negative: it never does.
  int patience = -1;
  std::atomic<int> calls{0};
  uint64_t outputs = 0;
};

struct Object;
using ObjectPointer = std::shared_ptr<Object>;

struct Object {
  std::string type;
  uint64_t handle = 0;
  bool isLive = true;
  /// Calls that are using it right now: of those that one call at a time may make.
  int busy = 0;
  std::vector<Lent> lent;

  // A runtime, and what is made from it.
  bool hasHeads = false, hasCounting = false, hasDirectory = false;
  /// A job that looks at the plugins of a directory.
  bool looks = false;
  // A model, and what is made from it.
  bool isPretraining = false;
  uint64_t outputs = 0, parameters = 0;
  /// Parameters that a model keeps rounded.
  std::set<uint64_t> rounded;
  // A predictor.
  bool hasViews = false, isStreaming = false;
  int streamFailure = 0;
  ObjectPointer cancel, streamCancel;  // `cancel` also of a source
  std::shared_ptr<CallbackUser> windows;
  // A source. A negative position is not known.
  int64_t frames = 0, position = 0, breaks = -1;
  // A trainer.
  bool hasBatch = false, hasAverage = false;
  // A job: what its run ends with, and how far it is.
  Statuses fate;
  bool reports = false, hasRun = false, hasResult = false;
  // A flag.
  bool isRequested = false;
  // An error.
  int status = 0;

  bool isStopped() const { return cancel && cancel->isLive && cancel->isRequested; }
};

/// The objects of a world.
class Pool {
 public:
  void add(const ObjectPointer &object);
  /// Notes that an object was released.
  void end(const ObjectPointer &object);
  const std::vector<ObjectPointer> &live(const std::string &type) { return live_[type]; }
  std::vector<ObjectPointer> all() const;
  /// Handles of a type that were released.
  const std::vector<uint64_t> &stale(const std::string &type) { return stale_[type]; }
  bool isLive(uint64_t handle) const;
  /// The most objects that there were at a time.
  size_t peak() const { return peak_; }
  size_t count() const { return count_; }
  void clear();

 private:
  std::map<std::string, std::vector<ObjectPointer>> live_;
  std::map<std::string, std::vector<uint64_t>> stale_;
  size_t count_ = 0, peak_ = 0;
};
