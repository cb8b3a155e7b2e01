// Every object of svfap.hpp at work: ownership, exceptions, callbacks, numbers without copies.
//
//   cpp_wrapper GOLDEN_MODEL COUNTING_PLUGIN FOLDER
//
// Prints what does not hold and returns how much that is.
#include <svfap.hpp>

#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

static int failures = 0;

static void expect(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "cpp_wrapper: %s\n", what);
  ++failures;
}

template <typename Body> static svfap_status failure(Body body) {
  try {
    body();
  } catch (const svfap::Error &error) {
    expect(error.what()[0] != 0 && error.detail().front() == '{', "an error has a message and its facts");
    return error.status();
  }
  return SVFAP_OK;
}

template <typename T> constexpr bool only_moves =
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> && std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>;
static_assert(only_moves<svfap::Runtime> && only_moves<svfap::Model> && only_moves<svfap::Predictor> && only_moves<svfap::Source>);
static_assert(only_moves<svfap::Tensor> && only_moves<svfap::Trainer> && only_moves<svfap::Job> && only_moves<svfap::Cancel>);
static_assert(std::is_nothrow_copy_constructible_v<svfap::Error>);

static void ownership(const std::string &model_path) {
  svfap::Model model = [&] {
    svfap::Runtime runtime;
    return svfap::Model(runtime, model_path);
  }();
  svfap::Predictor first(model), second(std::move(first));
  expect(first.handle() == nullptr && second.handle() != nullptr, "a handle moves");
  expect(failure([&] { first.summary(); }) == SVFAP_E_BAD_HANDLE, "what was moved from says so");
  first = std::move(second);
  expect(first.handle() != nullptr && second.handle() == nullptr, "a handle moves back");
  auto &self = first;
  first = std::move(self);
  expect(first.handle() != nullptr, "moving to itself changes nothing");
}

static void numbers(svfap::Runtime &runtime, const std::string &model_path) {
  const svfap::Model model(runtime, model_path);
  svfap::Predictor predictor(model);
  const auto parameter = model.parameter(0);
  expect(svfap::floats(parameter.values).data() == parameter.values.data, "weights are not copied");
  expect(!parameter.name.empty() && model.parameter_count() > 10, "parameters have names");
  expect(model.output_count() > 1 && model.output(0).maximum == 1, "outputs have ranges");
  expect(failure([&] { model.output(1000); }) == SVFAP_E_NOT_FOUND, "there is no output 1000");
  for (const auto text : {model.config(), model.recipe(), model.card()}) expect(text.front() == '{', "texts are JSON");
  expect(model.outputs().front() == '[', "outputs are a JSON array");

  const std::vector<float> few(10);
  expect(failure([&] { predictor.forward(svfap::view(few.data(), {1, 3, 1, 1, 1})); }) == SVFAP_E_SHAPE, "a wrong shape is refused");
}

static void watching(svfap::Runtime &runtime, const std::string &model_path, const std::string &plugin) {
  std::string log;
  runtime.set_log([&](int32_t, std::string_view line) { log += line; });
  runtime.load_plugin(plugin);
  expect(failure([&] { runtime.load_plugin("relative.so"); }) != SVFAP_OK, "relative paths are refused");
  const svfap::Model model(runtime, model_path);
  svfap::Predictor predictor(model);
  svfap::Source video(runtime, "counting:frames=100", R"({"config": {"loud": true}})");
  expect(log.find("counting: opened") != std::string::npos, "the log arrives");
  runtime.set_log(nullptr);
  expect(video.info().frame_count == 100, "the stream says its length");

  int frames = 0;
  while (const auto frame = video.next()) expect(frame->index == frames++, "frames come in order");
  expect(frames == 100 && !video.next(), "the end is no error");
  video.seek(0);

  std::vector<float> all, pushed;
  int windows = 0;
  predictor.run(video, [&](const svfap_window &window) {
    ++windows;
    for (const float reading : svfap::readings(window)) all.push_back(reading);
  });
  expect(windows > 1 && predictor.summary().find("\"decoded\": 100") != std::string_view::npos, "a run has windows and an account");

  // Windows stop with `false`, and with whatever is thrown, which comes out here.
  video.seek(0);
  windows = 0;
  expect(failure([&] { predictor.run(video, [&](const svfap_window &) { return ++windows < 2; }); }) == SVFAP_E_CANCELLED, "false stops");
  expect(windows == 2, "it stops at once");
  for (const bool in_progress : {false, true}) {
    std::string thrown;
    video.seek(0);
    try {
      predictor.run(
          video, [&](const svfap_window &) { if (!in_progress) throw std::runtime_error("mine"); },
          {nullptr, [&](const svfap_progress &) -> bool { if (in_progress) throw std::runtime_error("mine"); return true; }});
    } catch (const std::runtime_error &error) {
      thrown = error.what();
    }
    expect(thrown == "mine", "exceptions pass through");
  }
  svfap::Cancel cancel;
  cancel.request();
  video.seek(0);
  expect(failure([&] { predictor.run(video, [](const svfap_window &) {}, {&cancel, {}}); }) == SVFAP_E_CANCELLED, "a flag stops a run");
  predictor.set_cancel(&cancel);
  predictor.set_cancel(nullptr);

  // The same frames pushed, by a predictor that moves in the middle, give the same numbers.
  video.seek(0);
  auto info = video.info();
  info.metadata = info.format = svfap_text{nullptr, 0};
  predictor.begin(info, [&](const svfap_window &window) { for (const float reading : svfap::readings(window)) pushed.push_back(reading); });
  svfap::Predictor moved = std::move(predictor);
  while (const auto frame = video.next()) moved.push(*frame);
  moved.end();
  expect(pushed == all, "pushed frames give the same bits");
}

static void training(svfap::Runtime &runtime, const std::string &folder) {
  const auto model = svfap::Model::create(
      runtime, R"({"size": "tiny", "image_size": 32, "patch_size": 8, "num_frames": 8, "embed_dim": 16, "num_heads": 2, "stage_depths": [1, 1, 1],
                  "num_bottleneck_tokens": [2, 2], "bottleneck_hidden_dim": 8, "head": {"name": "classification", "config": {"labels": ["a", "b"]}}})", 7);
  svfap::Trainer trainer(model, "finetune", R"({"learning_rate": 0.01})");
  std::vector<float> video(2 * 3 * 8 * 32 * 32);
  for (std::size_t i = 0; i < video.size(); ++i) video[i] = static_cast<float>(i % 17) / 8 - 1;
  const std::vector<int64_t> labels = {0, 1};
  const auto clips = svfap::view(video.data(), {2, 3, 8, 32, 32});
  const double before = trainer.forward_backward(clips, svfap::view(labels.data(), {2}));
  expect(trainer.step().index == 0 && before > 0, "a step is counted");
  trainer.forward_backward(clips, svfap::view(labels.data(), {2}));
  trainer.drop_gradients();
  expect(failure([&] { trainer.step(); }) == SVFAP_E_INVALID_ARGUMENT, "there is no step without gradients");
  expect(trainer.parameter_count() == model.parameter_count(), "the trainer has the model's parameters");
  expect(svfap::floats(trainer.parameter(0).gradient).size() == svfap::floats(model.parameter(0).values).size(), "gradients have their shape");

  const auto path = folder + "/cpp.safetensors";
  trainer.snapshot().save(path);
  const svfap::Model read(runtime, path);
  svfap::Predictor predictor(read);
  const auto outputs = predictor.readings(clips);
  expect(outputs.shape().size() == 2 && outputs.shape()[0] == 2 && outputs.shape()[1] == 2, "results have a shape");
  expect(outputs.values().size() == 4 && outputs.values().data() == outputs.view().data, "results are not copied");
  expect(predictor.features(clips).shape()[1] == 16 && predictor.forward(clips).values().size() == 4, "features and raw outputs");
  expect(failure([&] { predictor.encode(clips, clips); }) != SVFAP_OK && failure([&] { predictor.reconstruct(clips, clips); }) != SVFAP_OK,
         "a head's model has no decoder");

  svfap::Job job(runtime, "info", R"({"input": ")" + path + R"("})");
  expect(failure([&] { job.result(); }) == SVFAP_E_BUSY, "there is no result before the run");
  expect(job.run().front() == '{' && job.result() == job.result(), "a job has a result");
  expect(svfap::Job::schema().front() == '[' && svfap::Job::schema("info").front() == '{', "kinds have schemas");
  expect(failure([&] { svfap::Job(runtime, "none", {}); }) == SVFAP_E_NOT_FOUND, "unknown kinds are refused");
}

int main(int argc, char **argv) {
  if (argc != 4) return 64;
  try {
    expect(!svfap::version().text.empty() && svfap::version().abi_major == SVFAP_ABI_MAJOR, "the library has a version");
    ownership(argv[1]);
    svfap::Runtime runtime(R"({"plugin_directory": true, "log_level": "info"})");
    numbers(runtime, argv[1]);
    watching(runtime, argv[1], argv[2]);
    training(runtime, argv[3]);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "cpp_wrapper: unexpected: %s\n", error.what());
    return 100;
  }
  return failures;
}
