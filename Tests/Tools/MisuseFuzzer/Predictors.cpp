// Predictors: clips and whole videos. Frames that the host pushes are in Streams.cpp.
#include "Fuzzer.h"

#include <cmath>
#include <cstring>

namespace {

const Statuses busy(SVFAP_E_BUSY), cancelled(SVFAP_E_CANCELLED), config(SVFAP_E_CONFIG), unsupported(SVFAP_E_UNSUPPORTED),
    format(SVFAP_E_FORMAT), shape(SVFAP_E_SHAPE);

std::vector<TextCase> options(Fuzzer &, Call &, const std::string &) {
  // Choices: 1 has views.
  return {{"", {}, 0},
          {"{}", {}, 0},
          {"{\"sampling_rate\": 1, \"hop\": 1}", {}, 0},
          {"{\"sampling_rate\": 2, \"hop\": 4}", {}, 0},
          {"{\"sampling_rate\": 10000}", {}, 0},
          {"{\"sampling_rate\": 1, \"hop\": 1000000}", {}, 0},
          {"{\"sampling_rate\": 1, \"views\": 2}", {}, 1},
          {"{\"views\": 0}", {}, 0},
          {"{\"sampling_rate\": 2, \"hop\": 3}", config},
          {"{\"sampling_rate\": 0}", config},
          {"{\"sampling_rate\": -4}", config},
          {"{\"hop\": 0}", config},
          {"{\"hop\": \"4\"}", config},
          {"{\"views\": 1001}", config},
          {"{\"views\": -1}", config},
          {"{\"view\": 1}", config}};
}

/// What work on clips ends with: `isFor` a pre-training model, a fine-tuned one, or either.
enum class For { either, fineTuned, pretraining };

Statuses clips(const Object &predictor, For isFor) {
  Statuses all;
  if (predictor.isStreaming) all = all | busy;
  if (isFor != For::either && predictor.isPretraining != (isFor == For::pretraining)) all = all | unsupported;
  if (predictor.isStopped()) all = all | cancelled;
  return all.isEmpty() ? ok : all;
}

void addClips(Behaviours &all, const std::string &name, For isFor, int64_t dimensions) {
  Behaviour &behaviour = all["svfap_predictor_" + name];
  behaviour.view = [](Fuzzer &fuzzer, Call &call, const std::string &parameter) {
    return parameter == "mask" ? neededMask(fuzzer, call) : neededVideo(fuzzer, call);
  };
  behaviour.outcome = [isFor](Fuzzer &, Call &call) { return clips(*call.first(), isFor); };
  behaviour.effect = [dimensions](Fuzzer &fuzzer, Call &call) {
    if (!call.made) return;
    svfap_view view;
    std::memset(&view, 0, sizeof view);
    view.struct_size = sizeof view;
    if (svfap_tensor_view(reinterpret_cast<svfap_tensor *>(call.made->handle), &view, nullptr) != SVFAP_OK ||
        view.dimension_count != dimensions || view.shape[0] != call.clips)
      fuzzer.finding(&call, "the tensor has another shape than the clips");
    const auto *const numbers = static_cast<const float *>(view.data);
    bool isFinite = true;
    for (uint64_t i = 0; i < view.byte_count / 4; i++) isFinite = isFinite && std::isfinite(numbers[i]);
    // What is hidden is not looked at.
    const bool isMasked = call.function->name == "svfap_predictor_encode" || call.function->name == "svfap_predictor_reconstruct";
    if (isFinite == call.isNotFinite && !(isMasked && isFinite))
      fuzzer.finding(&call, "numbers are finite, or not, where the clip's are not, or are");
  };
  behaviour.prefers = [isFor](const Object &predictor) {
    return !predictor.isStreaming && predictor.isPretraining == (isFor == For::pretraining);
  };
  behaviour.share = 60;
}

Statuses runOutcome(Fuzzer &, Call &call) {
  const Object &predictor = *call.first(), &video = *call["source"].object;
  Statuses all;
  if (predictor.isStreaming) all = all | busy;
  if (predictor.isPretraining) all = all | unsupported;
  if (isRunStopped(call, predictor.cancel)) all = all | cancelled;
  // With views, the whole video is read; else what is left of it.
  const int64_t position = predictor.hasViews ? 0 : video.position;
  if (video.frames == 0 || position == video.frames || position == video.breaks) all = all | format;
  if (predictor.hasViews && video.frames == 0) all = all | Statuses(SVFAP_E_END);
  if (position < 0 || (predictor.hasViews && video.breaks >= 0)) return all | ok | format;
  return all.isEmpty() ? ok : all;
}

}  // namespace

NeededView neededVideo(Fuzzer &fuzzer, Call &call) {
  NeededView needed;
  call.clips = 1 + static_cast<int64_t>(fuzzer.random.below(2));
  call.isNotFinite = fuzzer.random.chance(8);
  needed.shape = {call.clips, 3, model::frames, model::side, model::side};
  const float first = static_cast<float>(fuzzer.random.below(1000)) / 1000;
  const uint64_t wrong = call.isNotFinite ? fuzzer.random.next() : 0;
  needed.fill = [first, wrong](void *data, uint64_t count) {
    auto *const numbers = static_cast<float *>(data);
    for (uint64_t i = 0; i < count; i++) numbers[i] = first + static_cast<float>(i % 17) / 16 - 1;
    // The first number is an element in every layout.
    if (wrong != 0) numbers[0] = wrong % 2 == 0 ? NAN : INFINITY;
  };
  return needed;
}

NeededView neededMask(Fuzzer &fuzzer, Call &call) {
  NeededView needed;
  needed.dtype = SVFAP_BOOL8;
  needed.shape = {call.clips, model::tokens};
  const uint64_t hidden = fuzzer.random.below(model::places);
  const auto value = static_cast<uint8_t>(fuzzer.random.of({1, 2, 255}));
  // The same place in every slice, another one in every clip.
  needed.fill = [hidden, value](void *data, uint64_t count) {
    for (uint64_t i = 0; i < count; i++)
      static_cast<uint8_t *>(data)[i] = i % model::places == (hidden + i / model::tokens) % model::places ? value : 0;
  };
  const auto all = [](uint8_t what) {
    return [what](void *data, uint64_t count) {
      std::memset(data, what, count);
      return shape;
    };
  };
  needed.wrongContents = {{"nothing is hidden", all(0)}, {"everything is hidden", all(1)}, {"no tube", [hidden](void *data, uint64_t) {
                                                                                              static_cast<uint8_t *>(data)[hidden] = 0;
                                                                                              return shape;
                                                                                            }}};
  if (call.clips > 1)
    needed.wrongContents.push_back({"more hidden in one clip", [hidden](void *data, uint64_t) {
                                      for (int64_t i = 0; i < model::slices; i++)
                                        static_cast<uint8_t *>(
                                            data)[i * model::places + (static_cast<int64_t>(hidden) + 1) % model::places] = 1;
                                      return shape;
                                    }});
  return needed;
}

void addPredictors(Behaviours &all) {
  Behaviour &create = all["svfap_predictor_create"];
  create.texts = options;
  create.outcome = [](Fuzzer &, Call &) { return ok; };
  create.effect = [](Fuzzer &, Call &call) {
    if (!call.made) return;
    call.made->isPretraining = call.first()->isPretraining;
    call.made->outputs = call.first()->outputs;
    call.made->hasViews = call["options"].choice == 1;
  };
  Behaviour &setCancel = all["svfap_predictor_set_cancel"];
  setCancel.outcome = [](Fuzzer &, Call &) { return ok; };
  setCancel.effect = [](Fuzzer &, Call &call) {
    if (call.status == SVFAP_OK) call.first()->cancel = call["cancel"].object;
  };
  addClips(all, "forward", For::fineTuned, 2);
  addClips(all, "readings", For::fineTuned, 2);
  addClips(all, "features", For::either, 2);
  addClips(all, "encode", For::pretraining, 3);
  addClips(all, "reconstruct", For::pretraining, 3);

  Behaviour &run = all["svfap_predictor_run"];
  run.structure = fillRunOptions;
  run.outcome = runOutcome;
  run.effect = [](Fuzzer &, Call &call) {
    const bool isRefused = call.flaws() > 0 || call.status == SVFAP_E_BUSY || call.status == SVFAP_E_UNSUPPORTED;
    if (isRefused) return;
    call.first()->lent.clear();
    Object &video = *call["source"].object;
    video.position = call.status == SVFAP_OK && video.breaks < 0 ? video.frames : -1;
  };
  run.prefers = [](const Object &predictor) { return !predictor.isStreaming && !predictor.isPretraining; };
  run.share = 90;

  Behaviour &summary = all["svfap_predictor_summary"];
  summary.outcome = [](Fuzzer &, Call &call) { return call.first()->isStreaming ? busy : ok; };
  all["svfap_predictor_release"].outcome = [](Fuzzer &, Call &) { return ok; };
}
