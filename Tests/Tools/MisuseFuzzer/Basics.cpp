// Library, errors, flags, runtimes.
#include "Fuzzer.h"

namespace {

const auto always = [](Fuzzer &, Call &) { return ok; };

std::vector<TextCase> runtimeOptions(Fuzzer &, Call &, const std::string &) {
  const Statuses config(SVFAP_E_CONFIG);
  // Choices: 1 has the plugin directory.
  return {{"{\"threads\": 1, \"plugin_directory\": true}", {}, 1},
          {"{\"plugin_directory\": true, \"threads\": 1}", {}, 1},
          {"{\"threads\": 1, \"plugin_directory\": true, \"log_level\": \"error\"}", {}, 1},
          {"{\"threads\": 1, \"plugin_directory\": true, \"log_level\": \"debug\"}", {}, 1},
          {" {\"plugin_directory\" : true, \"threads\": 2.0 } ", {}, 1},
          {"{\"threads\": 1}", {}, 0},
          {"", {}, 0},
          {"{}", {}, 0},
          {"{\"threads\": null, \"log_level\": \"error\"}", {}, 0},
          {"{\"threads\": -1}", config},
          {"{\"threads\": 257}", config},
          {"{\"threads\": 1.5}", config},
          {"{\"threads\": \"1\"}", config},
          {"{\"threads\": 1e300}", config},
          {"{\"plugin_directory\": 1}", config},
          {"{\"plugin_directory\": \"/\"}", config},
          {"{\"log_level\": \"loud\"}", config},
          {"{\"thread\": 1}", config}};
}

std::vector<TextCase> plugins(Fuzzer &fuzzer, Call &, const std::string &) {
  const Files &files = fuzzer.files;
  return {{files.counting, {}, 1},
          {"", Statuses(SVFAP_E_INVALID_ARGUMENT)},
          {"relative.so", Statuses(SVFAP_E_INVALID_ARGUMENT)},
          {files.folder + "/none.so", Statuses(SVFAP_E_NOT_FOUND)},
          {"/no such folder/none.so", Statuses(SVFAP_E_NOT_FOUND)},
          {files.folder, Statuses(SVFAP_E_POLICY)},
          {files.writable, Statuses(SVFAP_E_POLICY)},
          {"/dev/null", Statuses(SVFAP_E_POLICY)},
          {files.empty, Statuses(SVFAP_E_FORMAT)},
          {files.garbage, Statuses(SVFAP_E_FORMAT)},
          {files.folder + "/" + std::string(5000, 'x'), Statuses(SVFAP_E_IO)}};
}

void addErrors(Behaviours &all) {
  all["svfap_error_status"].outcome = [](Fuzzer &, Call &call) { return Statuses(call.first()->status); };
  for (const char *name : {"svfap_error_message", "svfap_error_detail", "svfap_error_release"}) all[name].outcome = always;
}

void addFlags(Behaviours &all) {
  for (const char *name : {"svfap_cancel_create", "svfap_cancel_request", "svfap_cancel_release"}) all[name].outcome = always;
  all["svfap_cancel_request"].effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.status != SVFAP_OK) return;
    call.first()->isRequested = true;
    fuzzer.mayStopActive();
  };
}

}  // namespace

void addBasics(Behaviours &all) {
  all["svfap_version"].outcome = always;
  addErrors(all);
  addFlags(all);

  Behaviour &create = all["svfap_runtime_create"];
  create.texts = runtimeOptions;
  create.outcome = always;
  create.effect = [](Fuzzer &, Call &call) {
    if (call.made) call.made->hasHeads = call.made->hasDirectory = call["options"].choice == 1;
  };
  Behaviour &log = all["svfap_runtime_set_log"];
  log.outcome = always;
  log.effect = [](Fuzzer &fuzzer, Call &call) {
    // Without a log function, or after a failure, what was given is no longer needed.
    const bool isOver = call.status != SVFAP_OK || call["log"].bits == 0;
    if (isOver && call.logUser->destroyed != call.logUser->toBeDestroyed) fuzzer.finding(&call, "the destroy function was not called once");
    if (call.logUser->destroyed > call.logUser->toBeDestroyed) fuzzer.finding(&call, "the destroy function was called too often");
  };
  Behaviour &load = all["svfap_runtime_load_plugin"];
  load.texts = plugins;
  load.outcome = always;
  load.effect = [](Fuzzer &, Call &call) {
    if (call.status == SVFAP_OK) call.first()->hasCounting = true;
  };
  all["svfap_runtime_release"].outcome = always;
}
