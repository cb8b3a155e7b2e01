#include "Fuzzer.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

const Behaviours &behaviours() {
  static const Behaviours all = [] {
    Behaviours made;
    addBasics(made);
    addModels(made);
    addSources(made);
    addPredictors(made);
    addStreams(made);
    addTrainers(made);
    addJobs(made);
    for (const Function &function : functions()) {
      Behaviour &behaviour = made[function.name];
      const auto lacks = [&](const char *what) {
        std::fprintf(stderr, "%s: nothing says what its %s is\n", function.name.c_str(), what);
        std::exit(1);
      };
      for (const Parameter &parameter : function.parameters) {
        if (parameter.role == Role::textIn && !behaviour.texts) lacks("text");
        if (parameter.role == Role::number && !behaviour.number) lacks("number");
        if (parameter.role == Role::viewIn && !behaviour.view) lacks("tensor");
        if (parameter.role == Role::structIn && !behaviour.structure) lacks("struct");
      }
      if (!behaviour.outcome) lacks("outcome");
      if (!behaviour.effect) behaviour.effect = [](Fuzzer &, Call &) {};
    }
    return made;
  }();
  return all;
}

// Callbacks. Those of a world with several threads make no calls of their own.

static int32_t onWindow(void *user, const svfap_window *window) {
  auto &is = *static_cast<CallbackUser *>(user);
  const int before = is.calls++;
  float sum = 0;
  for (uint64_t i = 0; i < window->reading_count; i++) sum += window->readings[i];
  if (window->struct_size != sizeof(svfap_window) || window->end_frame <= window->start_frame ||
      (window->success == 1) != (sum == sum && window->reading_count > 0)) {
    std::fprintf(stderr, "a window that cannot be\n");
    std::abort();
  }
  if (is.fuzzer == nullptr || is.fuzzer->isQuiet) return before == is.patience;
  is.fuzzer->fromCallback();
  if (before != is.patience) return 0;
  is.fuzzer->stopActive();
  return 1;
}

static int32_t onProgress(void *user, const svfap_progress *progress) {
  auto &is = *static_cast<CallbackUser *>(user);
  const int before = is.calls++;
  if (progress->struct_size != sizeof(svfap_progress) || progress->done < 0 ||
      std::strlen(progress->activity.data) != progress->activity.size) {
    std::fprintf(stderr, "progress that cannot be\n");
    std::abort();
  }
  if (is.fuzzer == nullptr || is.fuzzer->isQuiet) return before == is.patience;
  is.fuzzer->fromCallback();
  if (before != is.patience) return 0;
  is.fuzzer->stopActive();
  return 1;
}

static void onLog(void *user, int32_t level, const char *text, uint64_t size) {
  if (level < 1 || level > 4 || std::strlen(text) != size) {
    std::fprintf(stderr, "a line of the log that cannot be\n");
    std::abort();
  }
  static_cast<LogUser *>(user)->lines++;
}

static void onDestroy(void *user) { static_cast<LogUser *>(user)->destroyed++; }

svfap_window_fn const windowCallback = onWindow;
svfap_log_fn const logCallback = onLog;
svfap_destroy_fn const destroyCallback = onDestroy;

// Run options.

void fillRunOptions(Fuzzer &fuzzer, Call &call, Argument &argument, uint8_t *place, bool isWrong) {
  svfap_run_options options;
  std::memcpy(&options, place, sizeof options);
  const auto &flags = fuzzer.pool.live("svfap_cancel");
  if (isWrong) {
    argument.spoil("a flag that is none", Statuses(SVFAP_E_BAD_HANDLE));
    const auto &stale = fuzzer.pool.stale("svfap_cancel");
    const auto all = fuzzer.pool.all();
    uint64_t bits = ~uint64_t{0};
    if (!stale.empty() && fuzzer.random.chance(60)) {
      bits = fuzzer.random.of(stale);
    } else if (!all.empty()) {
      const auto other = fuzzer.random.of(all);
      if (other->type != "svfap_cancel") bits = other->handle;
    }
    std::memcpy(&options.cancel, &bits, 8);
  } else if (!flags.empty() && fuzzer.random.chance(50)) {
    call.runCancel = fuzzer.random.of(flags);
    std::memcpy(&options.cancel, &call.runCancel->handle, 8);
  }
  if (fuzzer.random.chance(50)) {
    // Windows and progress of one call have one user.
    if (!call.callbackUser) {
      call.callbackUser = std::make_shared<CallbackUser>();
      call.callbackUser->fuzzer = fuzzer.isQuiet ? nullptr : &fuzzer;
      if (fuzzer.random.chance(20)) call.callbackUser->patience = 0;
    }
    options.progress = onProgress;
    options.progress_user = call.callbackUser.get();
  }
  std::memcpy(place, &options, sizeof options);
}

bool isRunStopped(const Call &call, const ObjectPointer &fallback) {
  const ObjectPointer &flag = call.runCancel ? call.runCancel : fallback;
  return flag && flag->isLive && flag->isRequested;
}
