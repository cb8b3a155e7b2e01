// Trainers.
#include "Fuzzer.h"

#include <cmath>
#include <cstring>

namespace {

const Statuses config(SVFAP_E_CONFIG), notFound(SVFAP_E_NOT_FOUND), invalid(SVFAP_E_INVALID_ARGUMENT), numeric(SVFAP_E_NUMERIC),
    unsupported(SVFAP_E_UNSUPPORTED);

bool isPretraining(Call &call) { return call["task"].choice == 1; }

std::vector<TextCase> texts(Fuzzer &, Call &call, const std::string &parameter) {
  if (parameter == "task") return {{"finetune", {}, 0}, {"pretrain", {}, 1}, {"", notFound}, {"Finetune", notFound}, {"both", notFound}};
  // Choices: 1 keeps an average.
  std::vector<TextCase> all = {{"", {}, 0},
                               {"{}", {}, 0},
                               {"{\"learning_rate\": 0.0001, \"seed\": 7}", {}, 0},
                               {"{\"ema_decay\": 0.9}", {}, 1},
                               {"{\"steps\": 10, \"warmup_steps\": 2, \"weight_decay_end\": 0.1, \"clip_grad\": 1}", {}, 0},
                               {"{\"steps\": 3, \"warmup_steps\": 9000000000000000000}", {}, 0},
                               {"{\"drop_path\": 0}", {}, 0},
                               {"{\"precision\": \"bfloat16\"}", {}, 0},
                               {"{\"precision\": \"int8\"}", config},
                               {"{\"learning_rate\": -1}", config},
                               {"{\"betas\": [0.9]}", config},
                               {"{\"betas\": [0.9, 1]}", config},
                               {"{\"eps\": 0}", config},
                               {"{\"drop_path\": 1}", config},
                               {"{\"seed\": -1}", config},
                               {"{\"clip_grad\": 0}", config},
                               {"{\"learning_rat\": 1}", config}};
  if (isPretraining(call)) {
    all.push_back({"{\"normalized_target\": false}", {}, 0});
    all.push_back({"{\"layer_decay\": 0.5}", config});
  } else {
    all.push_back({"{\"trained\": \"head\"}", {}, 0});
    all.push_back({"{\"trained\": \"last_blocks\", \"last_blocks\": 1, \"layer_decay\": 0.5}", {}, 0});
    all.push_back({"{\"trained\": \"nothing\"}", config});
    all.push_back({"{\"normalized_target\": true}", config});
    all.push_back({"{\"head\": []}", config});
  }
  return all;
}

void learn(Fuzzer &fuzzer, Call &call) {
  Object &trainer = *call.made;
  trainer.isPretraining = isPretraining(call);
  trainer.hasHeads = call.first()->hasHeads;
  trainer.hasAverage = call["options"].choice == 1;
  auto *const handle = reinterpret_cast<svfap_trainer *>(trainer.handle);
  svfap_model *model = nullptr;
  // How many classes there are, a snapshot tells.
  if (svfap_trainer_parameter_count(handle, &trainer.parameters, nullptr) != SVFAP_OK ||
      svfap_trainer_snapshot(handle, 0, &model, nullptr) != SVFAP_OK ||
      svfap_model_output_count(model, &trainer.outputs, nullptr) != SVFAP_OK || svfap_model_release(model, nullptr) != SVFAP_OK)
    fuzzer.finding(&call, "a new trainer cannot be looked at");
}

NeededView labels(Fuzzer &fuzzer, Call &call) {
  const ObjectPointer trainer = call.first();
  if (trainer ? trainer->isPretraining : fuzzer.random.chance(50)) return neededMask(fuzzer, call);
  const uint64_t classes = trainer ? trainer->outputs : 2, chosen = fuzzer.random.below(classes);
  NeededView needed;
  if (fuzzer.random.chance(50)) {
    needed.dtype = SVFAP_INT64;
    needed.shape = {call.clips};
    needed.fill = [chosen](void *data, uint64_t count) {
      for (uint64_t i = 0; i < count; i++) static_cast<int64_t *>(data)[i] = static_cast<int64_t>(chosen);
    };
    const int64_t wrong = fuzzer.random.of({static_cast<int64_t>(classes), int64_t{-1}, INT64_MAX, INT64_MIN, int64_t{1} << 32});
    needed.wrongContents = {{"no such class", [wrong](void *data, uint64_t count) {
                               static_cast<int64_t *>(data)[count - 1] = wrong;
                               return Statuses(SVFAP_E_FORMAT);
                             }}};
    return needed;
  }
  needed.shape = {call.clips, static_cast<int64_t>(classes)};
  needed.fill = [classes](void *data, uint64_t count) {
    for (uint64_t i = 0; i < count; i++) static_cast<float *>(data)[i] = 1 / static_cast<float>(classes);
  };
  needed.wrongContents = {{"a target that is no number", [](void *data, uint64_t count) {
                             static_cast<float *>(data)[count - 1] = NAN;
                             return numeric;
                           }}};
  return needed;
}

void addSteps(Behaviours &all) {
  Behaviour &batch = all["svfap_trainer_forward_backward"];
  batch.view = [](Fuzzer &fuzzer, Call &call, const std::string &parameter) {
    return parameter == "video" ? neededVideo(fuzzer, call) : labels(fuzzer, call);
  };
  batch.outcome = [](Fuzzer &, Call &call) { return call.isNotFinite ? numeric : ok; };
  batch.effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.status != SVFAP_OK) return;
    call.first()->hasBatch = true;
    double loss = 0;
    if (call["loss"].place != nullptr) std::memcpy(&loss, call["loss"].place, sizeof loss);
    if (!std::isfinite(loss) || loss < 0) fuzzer.finding(&call, "a loss that is none");
  };
  batch.share = 90;
  Behaviour &step = all["svfap_trainer_step"];
  step.prefers = [](const Object &trainer) { return trainer.hasBatch; };
  step.outcome = [](Fuzzer &, Call &call) { return call.first()->hasBatch ? ok : invalid; };
  step.effect = [](Fuzzer &, Call &call) {
    if (call.status == SVFAP_OK) call.first()->hasBatch = false;
  };
  Behaviour &drop = all["svfap_trainer_drop_gradients"];
  drop.outcome = [](Fuzzer &, Call &) { return ok; };
  drop.effect = step.effect;
}

}  // namespace

void addTrainers(Behaviours &all) {
  Behaviour &create = all["svfap_trainer_create"];
  create.texts = texts;
  create.outcome = [](Fuzzer &, Call &call) {
    const Object &model = *call.first();
    Statuses found;
    if (!model.rounded.empty() || (isPretraining(call) && !model.isPretraining)) found = found | unsupported;
    if (!isPretraining(call) && model.isPretraining && !model.hasHeads) found = found | notFound;
    return found.isEmpty() ? ok : found;
  };
  create.effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.made) learn(fuzzer, call);
  };
  create.share = 60;
  addSteps(all);

  Behaviour &count = all["svfap_trainer_parameter_count"];
  count.outcome = [](Fuzzer &, Call &) { return ok; };
  Behaviour &parameter = all["svfap_trainer_parameter"];
  parameter.number = [](Fuzzer &fuzzer, Call &call, Argument &argument, bool isWrong) {
    const uint64_t count = call.first() ? call.first()->parameters : 9;
    argument.bits = fuzzer.random.below(count);
    if (!isWrong) return;
    argument.spoil("out of range", notFound);
    argument.bits = fuzzer.random.of({count, uint64_t{1} << 32, uint64_t{INT64_MAX} + 1, UINT64_MAX});
  };
  parameter.outcome = [](Fuzzer &, Call &) { return ok; };

  Behaviour &snapshot = all["svfap_trainer_snapshot"];
  snapshot.number = [](Fuzzer &fuzzer, Call &, Argument &argument, bool isWrong) {
    argument.bits = fuzzer.random.below(2);
    if (!isWrong) return;
    argument.spoil("neither 0 nor 1", invalid);
    argument.bits = fuzzer.random.of({uint64_t{2}, uint64_t{UINT32_MAX}, uint64_t{INT32_MAX}});
  };
  snapshot.outcome = [](Fuzzer &, Call &call) { return call["averaged"].bits == 1 && !call.first()->hasAverage ? config : ok; };
  snapshot.effect = [](Fuzzer &fuzzer, Call &call) {
    if (!call.made) return;
    Object &model = *call.made;
    model.isPretraining = call.first()->isPretraining;
    model.hasHeads = call.first()->hasHeads;
    model.outputs = call.first()->outputs;
    if (svfap_model_parameter_count(reinterpret_cast<svfap_model *>(model.handle), &model.parameters, nullptr) != SVFAP_OK)
      fuzzer.finding(&call, "a snapshot does not tell its parameters");
  };
  snapshot.share = 60;
  all["svfap_trainer_release"].outcome = [](Fuzzer &, Call &) { return ok; };
}
