// Several threads at once on the same objects, which one of them may release meanwhile.
#include "Fuzzer.h"

#include <thread>

namespace {

const size_t threadCount = 3, callsEach = 5;

bool isRelease(const Function &function) { return function.name.find("_release") != std::string::npos; }

}  // namespace

void Fuzzer::together() {
  static const std::vector<std::string> types = {"svfap_runtime", "svfap_model", "svfap_tensor", "svfap_source", "svfap_predictor",
                                                 "svfap_trainer", "svfap_job",   "svfap_cancel", "svfap_error"};
  const auto &live = pool.live(random.of(types));
  if (live.empty()) return;
  const ObjectPointer target = random.of(live);
  const bool isReleased = random.chance(50);
  std::vector<const Function *> candidates;
  for (const Function &function : functions())
    if (!function.parameters.empty() && function.parameters[0].role == Role::handleIn && function.parameters[0].type == target->type &&
        !isRelease(function) && function.name != "svfap_runtime_set_log")
      candidates.push_back(&function);
  std::vector<std::vector<Call>> plans(threadCount);
  isQuiet = true;
  for (auto &plan : plans)
    for (size_t i = 0; i < callsEach; i++) {
      Call call = build(*random.of(candidates), 0, target);
      // Where an object is missing that it needs as well, there is no right call.
      if (call.flaws() == 0) plan.push_back(std::move(call));
    }
  // A flag may be raised while the work runs that looks at it.
  if (target->cancel && target->cancel->isLive)
    for (const Function &function : functions())
      if (function.name == "svfap_cancel_request") plans[threadCount - 1].push_back(build(function, 0, target->cancel));
  if (isReleased)
    for (const Function &function : functions())
      if (isRelease(function) && function.parameters[0].type == target->type)
        for (size_t thread = 0; thread < 2; thread++) plans[thread].push_back(build(function, 0, target));
  const bool isLast = isReleased && random.chance(50);
  if (isReleased && !isLast)
    for (auto &plan : plans) std::swap(plan.back(), plan[random.below(plan.size())]);

  std::vector<std::thread> threads;
  for (auto &plan : plans)
    threads.emplace_back([&plan] {
      for (Call &call : plan) {
        std::vector<uint64_t> bits;
        for (const Argument &argument : call.arguments) bits.push_back(argument.bits);
        call.status = call.function->invoke(bits.data());
      }
    });
  for (std::thread &thread : threads) thread.join();
  isQuiet = false;

  int releases = 0;
  for (auto &plan : plans)
    for (Call &call : plan) {
      calls_++;
      report.countTogether(call);
      settleTogether(call, isReleased);
      releases += isRelease(*call.function) && call.status == SVFAP_OK;
    }
  if (releases != (isReleased ? 1 : 0)) finding(&plans[0].back(), std::to_string(releases) + " threads could release one object");
  forget(target, isReleased);
}

/// What is expected where nobody knows the order: that the header promises it.
void Fuzzer::settleTogether(Call &call, bool isReleased) {
  bool isOwned = false;
  for (const Parameter &parameter : call.function->parameters) isOwned = isOwned || parameter.isOwned;
  Statuses expected = call.function->promised | ok;
  if (!isOwned) expected = expected.without(Statuses(SVFAP_E_BUSY));
  if (!isReleased) expected = expected.without(Statuses(SVFAP_E_BAD_HANDLE));
  if (call.function->name == "svfap_error_status")
    expected = Statuses(call.first()->status) | (isReleased ? Statuses(SVFAP_E_BAD_HANDLE) : Statuses());
  call.expected = expected;
  if (!expected.contains(call.status)) finding(&call, "another status than the header promises, with several threads");
  for (size_t i = 0; i < call.arguments.size(); i++) {
    const Parameter &parameter = call.function->parameters[i];
    Argument &argument = call.arguments[i];
    if (argument.place == nullptr) continue;
    if (parameter.role == Role::errorOut) checkError(call, argument);
    if (parameter.role != Role::handleOut) continue;
    uint64_t made;
    __builtin_memcpy(&made, argument.place, 8);
    if ((call.status == SVFAP_OK) != (made != 0)) finding(&call, "a handle after a failure, or none after a success");
    if (made == 0) continue;
    for (const Function &function : functions())
      if (isRelease(function) && function.parameters[0].type == parameter.type) {
        const uint64_t bits[2] = {made, 0};
        if (function.invoke(bits) != SVFAP_OK) finding(&call, "what was made cannot be released");
      }
  }
  if (call.function->name == "svfap_predictor_run" && call["source"].object) call["source"].object->position = -1;
  if (call.function->name == "svfap_cancel_request" && call.status == SVFAP_OK) call.first()->isRequested = true;
  if (call.function->name == "svfap_runtime_load_plugin" && call.status == SVFAP_OK) call.first()->hasCounting = true;
}

/// What the threads did to an object in which order is not known: it ends, unless nothing of it can have changed.
void Fuzzer::forget(const ObjectPointer &target, bool isReleased) {
  if (isReleased) return endOf(target);
  const bool isShared = target->type == "svfap_runtime" || target->type == "svfap_model" || target->type == "svfap_tensor" ||
                        target->type == "svfap_cancel" || target->type == "svfap_error";
  if (isShared) return;
  for (const Function &function : functions()) {
    if (!isRelease(function) || function.parameters[0].type != target->type) continue;
    Call call = build(function, 0, target);
    run(call);
  }
}
