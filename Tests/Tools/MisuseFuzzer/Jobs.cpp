// Jobs.
#include "Fuzzer.h"

namespace {

const Statuses busy(SVFAP_E_BUSY), config(SVFAP_E_CONFIG), notFound(SVFAP_E_NOT_FOUND), cancelled(SVFAP_E_CANCELLED);

/// What the jobs do that are made here.
enum Kind { plugins, info, create, other };

std::vector<TextCase> kinds() {
  return {{"plugins", {}, plugins}, {"info", {}, info},   {"create", {}, create}, {"pretrain", {}, other},
          {"predict", {}, other},   {"bench ", notFound}, {"INFO", notFound},     {"", notFound}};
}

std::vector<TextCase> options(Fuzzer &fuzzer, int kind) {
  const Files &files = fuzzer.files;
  const std::string file = "\"" + files.folder + "/created.safetensors\"",
                    small = std::string(model::members).substr(std::string("\"size\": \"tiny\", ").size());
  // Choices: 1 fails when it runs, because something is not found.
  switch (kind) {
    case plugins: return {{"", {}, 0}, {"{}", {}, 0}, {"{\"plugins\": 1}", config}};
    case info:
      return {{"{\"input\": \"" + files.model + "\"}", {}, 2},
              {"{\"input\": \"" + files.pretraining + "\"}", {}, 0},
              {"{\"input\": \"" + files.folder + "/none\"}", {}, 1},
              {"{}", config},
              {"", config},
              {"{\"input\": \"\"}", config},
              {"{\"input\": 1}", config}};
    case create:
      return {{"{\"size\": \"tiny\", \"out\": " + file + ", \"config\": {" + small + "}}", {}, 2},
              {"{\"size\": \"tiny\", \"pretraining\": true, \"out\": " + file + ", \"config\": {" + small + "}}", {}, 0},
              {"{\"size\": \"tiny\", \"pretraining\": true, \"out\": \"" + files.folder + "/none/x\", \"config\": {" + small + "}}", {}, 1},
              {"{\"size\": \"tiny\"}", config},
              {"{\"size\": \"tin\", \"out\": " + file + "}", config},
              {"{\"size\": \"tiny\", \"config\": {\"pretraining\": true}, \"out\": " + file + "}", config},
              {"{\"size\": \"tiny\", \"seed\": -1, \"out\": " + file + "}", config}};
    // Whatever else there is lacks what it needs.
    default: return {{"{}", {}, 3}, {"{\"no such\": 1}", config}, {"[]", config}};
  }
}

Statuses createOutcome(Fuzzer &, Call &call) {
  const int kind = call["kind"].choice, choice = call["options"].choice;
  if (kind == other || choice == 3) return config;
  return kind == create && choice == 2 && !call.first()->hasHeads ? notFound : ok;
}

void createEffect(Fuzzer &, Call &call) {
  if (!call.made) return;
  Object &job = *call.made;
  const int kind = call["kind"].choice, choice = call["options"].choice;
  job.reports = kind == create;
  job.looks = kind == plugins && call.first()->hasDirectory;
  job.fate = choice == 1 || (kind == info && choice == 2 && !call.first()->hasHeads) ? notFound : ok;
}

}  // namespace

void addJobs(Behaviours &all) {
  Behaviour &make = all["svfap_job_create"];
  make.texts = [](Fuzzer &fuzzer, Call &call, const std::string &parameter) {
    return parameter == "kind" ? kinds() : options(fuzzer, call["kind"].choice);
  };
  make.outcome = createOutcome;
  make.effect = createEffect;
  make.share = 80;

  Behaviour &run = all["svfap_job_run"];
  run.structure = fillRunOptions;
  run.outcome = [](Fuzzer &, Call &call) {
    const Object &job = *call.first();
    if (job.hasRun) return busy;
    const bool isStopped = isRunStopped(call, nullptr);
    // A listing that has files to look at, those of the directory that are not loaded, misses its worker here.
    if (job.looks) return isStopped ? ok | cancelled : ok | notFound;
    return job.reports && isStopped ? cancelled : job.fate;
  };
  run.effect = [](Fuzzer &, Call &call) {
    if (call.wrong().contains(SVFAP_E_BAD_HANDLE) || call.flaws() > 0 || call.status == SVFAP_E_BUSY) return;
    call.first()->hasRun = true;
    call.first()->hasResult = call.status == SVFAP_OK;
  };
  run.prefers = [](const Object &job) { return !job.hasRun; };
  run.share = 90;
  all["svfap_job_result"].outcome = [](Fuzzer &, Call &call) { return call.first()->hasResult ? ok : busy; };
  all["svfap_job_release"].outcome = [](Fuzzer &, Call &) { return ok; };

  Behaviour &schema = all["svfap_job_schema"];
  schema.texts = [](Fuzzer &, Call &, const std::string &) {
    std::vector<TextCase> found = {{"", {}, 0}, {"bench", {}, 0}};
    for (TextCase &one : kinds())
      if (!one.text.empty()) found.push_back(one);
    return found;
  };
  schema.outcome = [](Fuzzer &, Call &) { return ok; };
}
