// Models and tensors.
#include "Fuzzer.h"

#include <cstring>

namespace {

const auto always = [](Fuzzer &, Call &) { return ok; };
const Statuses notFound(SVFAP_E_NOT_FOUND), config(SVFAP_E_CONFIG), unsupported(SVFAP_E_UNSUPPORTED);

std::string with(const std::string &more) { return std::string("{") + model::members + more + "}"; }

std::vector<TextCase> configurations(Fuzzer &, Call &, const std::string &) {
  // Choices: 1 is a pre-training model.
  return {
      {with(", \"pretraining\": true, \"decoder\": {\"embed_dim\": 8, \"depth\": 1, \"num_heads\": 1}"), {}, 1},
      {with(", \"pretraining\": true"), {}, 1},
      {with(", \"head\": {\"name\": \"classification\", \"config\": {\"labels\": [\"calm\", \"excited\"]}}"), {}, 0},
      {with(", \"head\": {\"name\": \"classification\", \"config\": {\"labels\": [\"a\", \"b\", \"c\"]}}"), {}, 0},
      {with(""), {}, 0},
      {with(", \"head\": {\"name\": \"classification\", \"config\": {\"labels\": [\"alone\"]}}"), config},
      {with(", \"head\": {\"name\": \"NO ID\"}"), config},
      {with(", \"head\": {}"), config},
      {with(", \"no_such\": 1"), config},
      {with(", \"pretraining\": 1"), config},
      {with(", \"pretraining\": true, \"head\": {\"name\": \"classification\"}"), config},
      {"{\"size\": \"huge\"}", config},
      {"{\"size\": \"tiny\", \"image_size\": 15, \"patch_size\": 8}", config},
      {"{\"size\": \"tiny\", \"image_size\": -8}", config},
      {"{\"size\": \"tiny\", \"num_frames\": 0}", config},
      {"{\"size\": \"tiny\", \"embed_dim\": 1e18}", config},
      {"{\"size\": \"tiny\", \"embed_dim\": 9223372036854775807}", config},
      {"{\"size\": \"tiny\", \"stage_depths\": []}", config},
      {"{\"size\": \"tiny\", \"stage_depths\": [1, \"1\", 1]}", config},
      {"{\"size\": \"tiny\", \"stage_depths\": [128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128]}", config},
      {"{\"size\": \"tiny\", \"num_frames\": 1024, \"image_size\": 4096, \"patch_size\": 1}", config},
      {"{\"size\": \"tiny\", \"layer_norm_eps\": 0}", config}};
}

void learn(Fuzzer &fuzzer, Call &call, bool isPretraining) {
  Object &made = *call.made;
  auto *const handle = reinterpret_cast<svfap_model *>(made.handle);
  made.isPretraining = isPretraining;
  made.hasHeads = call.first()->hasHeads;
  if (svfap_model_output_count(handle, &made.outputs, nullptr) != SVFAP_OK ||
      svfap_model_parameter_count(handle, &made.parameters, nullptr) != SVFAP_OK)
    fuzzer.finding(&call, "a new model does not tell its counts");
  if ((made.outputs == 0) != isPretraining || made.parameters == 0) fuzzer.finding(&call, "a new model has the wrong counts");
}

/// Which matrices are rounded depends on the processor; what follows from it does not.
void learnRounded(Object &model) {
  svfap_view view;
  std::memset(&view, 0, sizeof view);
  view.struct_size = sizeof view;
  for (uint64_t i = 0; i < model.parameters; i++)
    if (svfap_model_parameter(reinterpret_cast<svfap_model *>(model.handle), i, nullptr, &view, nullptr) == SVFAP_E_UNSUPPORTED)
      model.rounded.insert(i);
}

/// An index below `count`, or one that is not.
void index(Fuzzer &fuzzer, Argument &argument, uint64_t count, bool isWrong) {
  argument.bits = count == 0 ? 0 : fuzzer.random.below(count);
  if (!isWrong) return;
  argument.spoil("out of range", notFound);
  argument.bits = fuzzer.random.of({count, count + 1, uint64_t{1} << 32, uint64_t{INT64_MAX}, uint64_t{INT64_MAX} + 1, UINT64_MAX});
}

void count(Fuzzer &fuzzer, Call &call, uint64_t expected) {
  uint64_t found;
  std::memcpy(&found, call["count"].place, 8);
  if (found != expected) fuzzer.finding(&call, "another count than before: " + std::to_string(found));
}

void addCounts(Behaviours &all) {
  Behaviour &outputs = all["svfap_model_output_count"], &output = all["svfap_model_output"];
  outputs.outcome = always;
  outputs.effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.status == SVFAP_OK) count(fuzzer, call, call.first()->outputs);
  };
  output.number = [](Fuzzer &fuzzer, Call &call, Argument &argument, bool isWrong) {
    index(fuzzer, argument, call.first() ? call.first()->outputs : 2, isWrong);
  };
  output.outcome = [](Fuzzer &, Call &call) { return call.first()->outputs == 0 ? notFound : ok; };
  Behaviour &parameters = all["svfap_model_parameter_count"], &parameter = all["svfap_model_parameter"];
  parameters.outcome = always;
  parameters.effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.status == SVFAP_OK) count(fuzzer, call, call.first()->parameters);
  };
  parameter.number = [](Fuzzer &fuzzer, Call &call, Argument &argument, bool isWrong) {
    index(fuzzer, argument, call.first() ? call.first()->parameters : 9, isWrong);
  };
  parameter.outcome = [](Fuzzer &, Call &call) {
    const bool isWanted = call["values"].bits != 0;
    return isWanted && call.first()->rounded.count(call["index"].bits) > 0 ? unsupported : ok;
  };
}

}  // namespace

void addModels(Behaviours &all) {
  Behaviour &create = all["svfap_model_create"];
  create.texts = configurations;
  create.number = [](Fuzzer &fuzzer, Call &, Argument &argument, bool) { argument.bits = fuzzer.random.next(); };
  create.hasWrongNumbers = false;
  create.outcome = [](Fuzzer &, Call &call) { return call["config"].choice == 1 || call.first()->hasHeads ? ok : notFound; };
  create.effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.made) learn(fuzzer, call, call["config"].choice == 1);
  };
  create.share = 50;

  Behaviour &open = all["svfap_model_open"];
  open.texts = [](Fuzzer &fuzzer, Call &, const std::string &parameter) {
    if (parameter == "options")
      return std::vector<TextCase>{{"", {}, 0},
                                   {"{}", {}, 0},
                                   {"{\"precision\": \"float32\"}", {}, 0},
                                   {"{\"precision\": \"bfloat16\"}", {}, 1},
                                   {"{\"precision\": \"int8\"}", {}, 1},
                                   {"{\"precision\": null}", {}, 0},
                                   {"{\"precision\": \"float31\"}", config},
                                   {"{\"precision\": 32}", config},
                                   {"{\"precisions\": \"float32\"}", config}};
    const Files &files = fuzzer.files;
    const Statuses format(SVFAP_E_FORMAT), io(SVFAP_E_IO);
    return std::vector<TextCase>{{files.model, {}, 0},
                                 {files.pretraining, {}, 1},
                                 {"", Statuses(SVFAP_E_INVALID_ARGUMENT)},
                                 {files.folder + "/none.safetensors", notFound},
                                 {files.folder, format},
                                 {files.garbage, format},
                                 {files.truncated, format},
                                 {files.empty, format},
                                 {files.garbage + "/below a file", notFound},
                                 {files.folder + "/" + std::string(5000, 'x'), io}};
  };
  open.outcome = [](Fuzzer &, Call &call) { return call["path"].choice == 1 || call.first()->hasHeads ? ok : notFound; };
  open.effect = [](Fuzzer &fuzzer, Call &call) {
    if (!call.made) return;
    learn(fuzzer, call, call["path"].choice == 1);
    if (call["options"].choice == 1) learnRounded(*call.made);
  };
  open.share = 50;

  Behaviour &save = all["svfap_model_save"];
  save.texts = [](Fuzzer &fuzzer, Call &, const std::string &) {
    const Files &files = fuzzer.files;
    return std::vector<TextCase>{
        {files.folder + "/saved.safetensors", {}, 0},         {"", Statuses(SVFAP_E_INVALID_ARGUMENT)},
        {files.folder + "/none/saved.safetensors", notFound}, {files.folder, Statuses(SVFAP_E_IO)},
        {files.garbage + "/below a file", notFound},          {files.folder + "/" + std::string(5000, 'x'), Statuses(SVFAP_E_IO)}};
  };
  save.outcome = [](Fuzzer &, Call &call) { return call.first()->rounded.empty() ? ok : unsupported; };
  save.share = 20;

  for (const char *name : {"config", "recipe", "card", "outputs", "release"}) all[std::string("svfap_model_") + name].outcome = always;
  addCounts(all);

  all["svfap_tensor_release"].outcome = always;
  Behaviour &view = all["svfap_tensor_view"];
  view.outcome = always;
  view.effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.status != SVFAP_OK) return;
    svfap_view found;
    std::memcpy(&found, call["view"].place, sizeof found);
    if (found.shape[0] < 1 || found.dimension_count < 2 || found.dimension_count > 3) fuzzer.finding(&call, "a tensor of no such shape");
  };
}
