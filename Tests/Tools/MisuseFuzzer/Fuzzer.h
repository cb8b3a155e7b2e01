// Makes random calls, right and wrong, and compares what they return with what the oracle expects.
#pragma once

#include "Behaviour.h"
#include "Call.h"
#include "Objects.h"
#include "Random.h"
#include "Report.h"

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

/// Files that calls name.
struct Files {
  std::string folder;    // a new one, empty but for what follows
  std::string counting;  // a plugin: a source of pictures that are computed
  std::string model, pretraining;
  std::string garbage, truncated, empty, writable;
};

class Fuzzer {
 public:
  Fuzzer(Files files, Report &report) : files(std::move(files)), report(report) {}

  /// A world of its own: objects are made, `calls` calls are made on them, everything is released.
  void world(uint64_t seed, uint64_t calls);

  // What behaviours use.

  Random random{0};
  Pool pool;
  const Files files;
  Report &report;
  std::vector<std::unique_ptr<LogUser>> logUsers;

  /// Tells every kind of wrong status once, and goes on.
  bool goesOn = false;
  /// Callbacks make no calls: several threads are at work.
  bool isQuiet = false;
  /// Makes calls from inside of a callback.
  void fromCallback();
  /// Notes that a callback said stop.
  void stopActive() { active_.back()->isStopped = true; }
  void mayStopActive();
  /// Notes bytes that must stay as long as the object.
  void lend(const ObjectPointer &object, const char *data, uint64_t size);
  /// Ends the program: the library did something else than what was expected.
  [[noreturn]] void finding(const Call *call, const std::string &what);
  /// What is told when the program is killed.
  void tellActive() const;

 private:
  friend class Arguments;

  const Function &pick();
  void step();
  /// Makes an object that a call needs, where there is none.
  void provide(const Function &function);
  /// Makes a call of this function.
  Call build(const Function &function, int flaws, const ObjectPointer &target = nullptr);
  void expect(Call &call);
  void run(Call &call);
  void invoke(Call &call);
  void check(Call &call);
  void checkError(Call &call, Argument &place);
  void checkPlace(Call &call, const Parameter &parameter, Argument &argument, size_t index);
  void settle(Call &call);
  void checkLent(const ObjectPointer &object);
  void endOf(const ObjectPointer &object);
  void makeRoom();
  void begin();
  void end();
  /// Several threads on the same objects at once.
  void together();
  void settleTogether(Call &call, bool isReleased);
  void forget(const ObjectPointer &target, bool isReleased);

  void wrongStatus(const Call &call);

  std::vector<Call *> active_;
  std::set<std::string> told_;
  std::deque<std::string> past_;
  uint64_t seed_ = 0, calls_ = 0;
};

/// The one that is at work, for whoever is killed.
extern Fuzzer *atWork;
