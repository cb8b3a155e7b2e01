#include "Fuzzer.h"

#include "Arguments.h"

#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace {

/// Objects of a type that are kept at a time.
const size_t room = 4;
const size_t depthLimit = 3;

}  // namespace

Fuzzer *atWork = nullptr;

void Fuzzer::world(uint64_t seed, uint64_t calls) {
  seed_ = seed;
  calls_ = 0;
  random = Random(seed);
  atWork = this;
  begin();
  while (calls_ < calls) {
    if (random.below(400) == 0) together();
    step();
  }
  end();
}

/// A function, all as often but for releases: objects shall live for a while.
const Function &Fuzzer::pick() {
  for (;;) {
    const Function &function = random.of(functions());
    if (function.name.find("_release") == std::string::npos || random.chance(30)) return function;
  }
}

void Fuzzer::provide(const Function &function) {
  static const std::map<std::string, std::vector<const char *>> makers = {
      {"svfap_runtime", {"svfap_runtime_create"}},
      {"svfap_cancel", {"svfap_cancel_create"}},
      {"svfap_model", {"svfap_model_open", "svfap_model_create"}},
      {"svfap_source", {"svfap_source_open"}},
      {"svfap_predictor", {"svfap_predictor_create"}},
      {"svfap_trainer", {"svfap_trainer_create"}},
      {"svfap_job", {"svfap_job_create"}},
      {"svfap_tensor", {"svfap_predictor_features"}},
  };
  for (const Parameter &parameter : function.parameters) {
    if (parameter.role != Role::handleIn || parameter.mayBeNull || !pool.live(parameter.type).empty() || !random.chance(85)) continue;
    const auto found = makers.find(parameter.type);
    if (found == makers.end()) continue;
    const std::string maker = random.of(found->second);
    for (const Function &other : functions()) {
      if (other.name != maker) continue;
      provide(other);
      Call call = build(other, 0);
      run(call);
    }
  }
}

void Fuzzer::step() {
  const Function &function = pick();
  const uint64_t draw = random.below(100);
  const int flaws = draw < 55 ? 0 : draw < 88 ? 1 : draw < 96 ? 2 : 3;
  if (flaws == 0 && !random.chance(behaviours().at(function.name).share)) return;
  provide(function);
  Call call = build(function, flaws);
  run(call);
  makeRoom();
}

Call Fuzzer::build(const Function &function, int flaws, const ObjectPointer &target) {
  Call call;
  call.function = &function;
  call.arguments.resize(function.parameters.size());
  Arguments arguments(*this, call, target);
  std::vector<size_t> candidates;
  for (size_t i = 0; i < function.parameters.size(); i++)
    if (arguments.canBeWrong(i)) candidates.push_back(i);
  std::vector<bool> isWrong(function.parameters.size(), false);
  for (int i = 0; i < flaws && !candidates.empty(); i++) {
    const size_t chosen = random.below(candidates.size());
    isWrong[candidates[chosen]] = true;
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
  // Handles first: what else is right depends on them.
  for (const bool isHandle : {true, false})
    for (size_t i = 0; i < function.parameters.size(); i++)
      if ((function.parameters[i].role == Role::handleIn) == isHandle) arguments.make(i, isWrong[i]);
  expect(call);
  return call;
}

/// What the oracle expects: what each wrong argument leads to; where none is wrong, what the objects' state leads to.
void Fuzzer::expect(Call &call) {
  const Statuses wrong = call.wrong();
  Statuses outcome = ok;
  bool isKnown = true, isBusy = false;
  for (size_t i = 0; i < call.arguments.size(); i++) {
    const Parameter &parameter = call.function->parameters[i];
    const Argument &argument = call.arguments[i];
    if (parameter.role == Role::handleIn && !parameter.mayBeNull && !argument.object) isKnown = false;
    if (parameter.isOwned && argument.object && argument.object->busy > 0) isBusy = true;
  }
  if (isKnown) outcome = behaviours().at(call.function->name).outcome(*this, call);
  if (isBusy) outcome = outcome.without(ok) | Statuses(SVFAP_E_BUSY);
  call.expected = wrong.isEmpty() ? outcome : wrong | outcome.without(ok);
}

void Fuzzer::run(Call &call) {
  active_.push_back(&call);
  invoke(call);
  active_.pop_back();
  calls_++;
  report.count(call);
  // A callback that said stop ends what would have gone on.
  if (call.isStopped) call.expected = call.expected.without(ok) | Statuses(SVFAP_E_CANCELLED);
  if (call.mayStop) call.expected = call.expected | Statuses(SVFAP_E_CANCELLED);
  check(call);
  settle(call);
  if (past_.size() == 16) past_.pop_front();
  past_.push_back(call.text() + " -> " + statusName(call.status));
}

void Fuzzer::invoke(Call &call) {
  std::vector<uint64_t> bits;
  std::vector<ObjectPointer> used;
  for (size_t i = 0; i < call.arguments.size(); i++) {
    bits.push_back(call.arguments[i].bits);
    if (call.function->parameters[i].isOwned && call.arguments[i].object) used.push_back(call.arguments[i].object);
  }
  for (const auto &object : used) object->busy++;
  call.status = call.function->invoke(bits.data());
  for (const auto &object : used) object->busy--;
}

void Fuzzer::fromCallback() {
  if (active_.size() >= depthLimit || !random.chance(50)) return;
  for (uint64_t count = 1 + random.below(3); count > 0; count--) {
    const Function &function = pick();
    // What is at work is asked for more, half of the time.
    const ObjectPointer inUse = active_.back()->first();
    const bool fits = inUse && !function.parameters.empty() && function.parameters[0].type == inUse->type;
    if (behaviours().at(function.name).share < 100 && !fits) continue;
    Call call = build(function, random.chance(70) ? 0 : 1,
                      fits && inUse->isLive && inUse->type != "svfap_error" && random.chance(80) ? inUse : nullptr);
    run(call);
  }
}

void Fuzzer::mayStopActive() {
  for (Call *call : active_) call->mayStop = true;
}

/// Releases objects where there are too many.
void Fuzzer::makeRoom() {
  for (const Function &function : functions()) {
    if (function.parameters.empty() || function.name.find("_release") == std::string::npos) continue;
    while (pool.live(function.parameters[0].type).size() > room) {
      Call call = build(function, 0, random.of(pool.live(function.parameters[0].type)));
      run(call);
    }
  }
}

void Fuzzer::finding(const Call *call, const std::string &what) {
  std::printf("\nFINDING: %s\n", what.c_str());
  if (call != nullptr) {
    std::printf("  call:     %s\n", call->text().c_str());
    std::printf("  expected: %s\n", call->expected.names().c_str());
    std::printf("  found:    %s\n", call->status < 0 ? "(not returned)" : statusName(call->status).c_str());
  }
  std::printf("  number:   call %" PRIu64 " of its world\n  again:    misuse-fuzzer --reproduce %" PRIu64 "\n", calls_, seed_);
  std::printf("  before it, in this world:\n");
  for (const std::string &line : past_) std::printf("    %s\n", line.c_str());
  std::fflush(stdout);
  _exit(1);
}

void Fuzzer::wrongStatus(const Call &call) {
  const std::string what = "another status than expected";
  if (!goesOn) finding(&call, what);
  report.findings++;
  std::string kind = call.function->name + statusName(call.status) + call.expected.names();
  for (const Argument &argument : call.arguments) kind += argument.flaw != nullptr ? argument.flaw : "";
  if (!told_.insert(kind).second) return;
  std::printf("FINDING: %s: %s\n  expected %s, found %s; --reproduce %" PRIu64 "\n", what.c_str(), call.text().c_str(),
              call.expected.names().c_str(), statusName(call.status).c_str(), seed_);
}

void Fuzzer::tellActive() const {
  std::fprintf(stderr, "\nKILLED in the world of --reproduce %" PRIu64 ", call %" PRIu64 "\n", seed_, calls_);
  for (const Call *call : active_) std::fprintf(stderr, "  at work: %s\n", call->text().c_str());
  for (const std::string &line : past_) std::fprintf(stderr, "  before:  %s\n", line.c_str());
}
