// Counts of what was called and what it returned.
#pragma once

#include "Call.h"

#include <cstdint>
#include <map>
#include <string>

class Report {
 public:
  void count(const Call &call);
  void countTogether(const Call &call);
  /// A status that the header does not promise of the function.
  void unpromised(const Call &call) { unpromised_[call.function->name + " returns " + statusName(call.status)] = call.text(); }
  uint64_t findings = 0;
  uint64_t calls() const { return calls_; }
  /// Prints counts per function and per status.
  void print(double seconds) const;
  /// Functions that were never called rightly, or never wrongly, and statuses that the header does not promise; empty if there are none.
  std::string gaps() const;

 private:
  struct Counts {
    uint64_t served = 0, refused = 0, together = 0;
    std::map<int, uint64_t> statuses;
  };
  std::map<std::string, Counts> functions_;
  std::map<int, uint64_t> statuses_;
  std::map<std::string, std::string> unpromised_;
  uint64_t calls_ = 0;
};
