// What the header says in words: which texts, numbers and tensors a function takes, what it returns in which state, and what
// it changes.
#pragma once

#include "Call.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

class Fuzzer;

struct TextCase {
  std::string text;
  Statuses wrong;  // none: the text is right
  int choice = 0;
};

/// A tensor that is needed.
struct NeededView {
  int dtype = SVFAP_FLOAT32;
  std::vector<int64_t> shape;
  std::function<void(void *data, uint64_t count)> fill;
  /// Contents that are wrong, each with what it leads to.
  std::vector<std::pair<const char *, std::function<Statuses(void *data, uint64_t count)>>> wrongContents;
};

struct Behaviour {
  /// Texts for a parameter: right ones, and wrong ones beside those that are wrong for every text.
  std::function<std::vector<TextCase>(Fuzzer &, Call &, const std::string &parameter)> texts;
  /// Fills in a number; a wrong one if told so.
  std::function<void(Fuzzer &, Call &, Argument &, bool isWrong)> number;
  std::function<NeededView(Fuzzer &, Call &, const std::string &parameter)> view;
  /// Fills in a struct that is zero but for its size.
  std::function<void(Fuzzer &, Call &, Argument &, uint8_t *place, bool isWrong)> structure;
  /// What the function returns if its arguments are right.
  std::function<Statuses(Fuzzer &, Call &)> outcome;
  /// What changes by a call that returned `call.status`.
  std::function<void(Fuzzer &, Call &)> effect;
  /// How many of a hundred right calls are made: those that take long are made less often.
  int share = 100;
  /// Objects that the function is called for rather than for others: those that it can do something with.
  std::function<bool(const Object &)> prefers;
  bool hasWrongNumbers = true;
};

using Behaviours = std::map<std::string, Behaviour>;

/// Of every function of the header; the program ends if one is missing.
const Behaviours &behaviours();

void addBasics(Behaviours &all);
void addModels(Behaviours &all);
void addSources(Behaviours &all);
void addPredictors(Behaviours &all);
void addStreams(Behaviours &all);
void addTrainers(Behaviours &all);
void addJobs(Behaviours &all);

/// Sizes of all models here.
namespace model {
constexpr int64_t frames = 4, side = 16, tokens = 8, places = 4, slices = 2, width = 8;
constexpr const char *members =
    "\"size\": \"tiny\", \"image_size\": 16, \"patch_size\": 8, \"num_frames\": 4, \"embed_dim\": 8, \"num_heads\": 1, "
    "\"stage_depths\": [1, 1], \"num_bottleneck_tokens\": [1], \"bottleneck_hidden_dim\": 4, \"mlp_ratio\": 1";
}  // namespace model

// Callbacks.
extern svfap_window_fn const windowCallback;
extern svfap_log_fn const logCallback;
extern svfap_destroy_fn const destroyCallback;

NeededView neededVideo(Fuzzer &fuzzer, Call &call);
NeededView neededMask(Fuzzer &fuzzer, Call &call);
/// Fills in svfap_run_options.
void fillRunOptions(Fuzzer &fuzzer, Call &call, Argument &argument, uint8_t *place, bool isWrong);
/// What run options alone make of a run: CANCELLED if their flag is raised.
bool isRunStopped(const Call &call, const ObjectPointer &fallback);
