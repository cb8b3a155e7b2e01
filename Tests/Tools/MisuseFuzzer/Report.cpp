#include "Report.h"

#include <cinttypes>
#include <cstdio>

void Report::count(const Call &call) {
  Counts &counts = functions_[call.function->name];
  calls_++;
  counts.statuses[call.status]++;
  statuses_[call.status]++;
  // svfap_error_status returns what it is asked for.
  const bool isServed = call.flaws() == 0 && (call.status == SVFAP_OK || call.function->name == "svfap_error_status");
  counts.served += isServed;
  counts.refused += call.flaws() > 0 && call.status != SVFAP_OK;
}

void Report::countTogether(const Call &call) {
  calls_++;
  functions_[call.function->name].together++;
  statuses_[call.status]++;
}

void Report::print(double seconds) const {
  std::printf("%-34s %9s %9s %9s  statuses\n", "function", "served", "refused", "threads");
  for (const auto &[name, counts] : functions_) {
    std::printf("%-34s %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " ", name.c_str(), counts.served, counts.refused, counts.together);
    for (const auto &[status, count] : counts.statuses) std::printf(" %s %" PRIu64, statusName(status).c_str(), count);
    std::printf("\n");
  }
  std::printf("%-34s %29s ", "all", "");
  for (const auto &[status, count] : statuses_) std::printf(" %s %" PRIu64, statusName(status).c_str(), count);
  std::printf("\n%" PRIu64 " calls in %.1f s, %.0f a second\n", calls_, seconds, static_cast<double>(calls_) / seconds);
}

std::string Report::gaps() const {
  std::string all;
  for (const Function &function : functions()) {
    const auto found = functions_.find(function.name);
    if (found == functions_.end() || found->second.served == 0) all += "  " + function.name + " was never called rightly\n";
    bool canBeWrong = false;
    for (const Parameter &parameter : function.parameters)
      canBeWrong = canBeWrong || parameter.role == Role::handleIn || parameter.role == Role::textIn || parameter.role == Role::viewIn ||
                   !parameter.mayBeNull;
    if (canBeWrong && (found == functions_.end() || found->second.refused == 0))
      all += "  " + function.name + " was never called wrongly\n";
  }
  for (const auto &[what, call] : unpromised_) all += "  " + what + ", which the header does not promise: " + call + "\n";
  return all;
}
