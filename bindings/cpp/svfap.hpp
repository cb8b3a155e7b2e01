// svfap.hpp: libsvfap for C++17 and later, in this one header over svfap.h.
//
//     svfap::Runtime runtime;
//     svfap::Model model(runtime, "model.safetensors");
//     svfap::Predictor predictor(model);
//     svfap::Source video(runtime, "clip.mp4");
//     predictor.run(video, [](const svfap_window &window) { std::cout << window.start_s << '\n'; });
//
//  - Objects own their handles: they can be moved, not copied, and end with their scope. The order does not matter.
//  - Every failure is an exception, svfap::Error, and leaves objects as they were, as svfap.h says of each function.
//  - What callbacks throw comes out of the call that they ran in.
//  - Options are JSON text, as in svfap.h, where every key is documented. Empty text stands for all defaults.
//  - Nothing is copied on the way: text is a std::string_view, numbers are a Span, into memory of the library that lives as
//    long as svfap.h says: with the object, or until the callback ends.
//  - Threads: as in svfap.h. Any number of them may share a Runtime and a Model; the others are for one thread at a time.
#ifndef SVFAP_HPP
#define SVFAP_HPP

#include <svfap.h>

#include <cstring>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace svfap {

/// A failure of the library.
class Error : public std::runtime_error {
public:
  Error(svfap_status status, const std::string &message, std::string detail)
      : std::runtime_error(message), status_(status), detail_(std::make_shared<const std::string>(std::move(detail))) {}
  /// SVFAP_E_...
  svfap_status status() const noexcept { return status_; }
  /// JSON object with what `what()` says for people: "where", "expected", "found", "path" ...
  const std::string &detail() const noexcept { return *detail_; }

private:
  svfap_status status_;
  std::shared_ptr<const std::string> detail_; // so that copying an exception never throws
};

/// Numbers that lie in somebody else's memory, one after the other.
template <typename T> class Span {
public:
  constexpr Span() noexcept = default;
  constexpr Span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
  constexpr T *data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr T *begin() const noexcept { return data_; }
  constexpr T *end() const noexcept { return data_ + size_; }
  constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }

private:
  T *data_ = nullptr;
  std::size_t size_ = 0;
};

namespace detail {

/// Turns a failed call into its exception, and ends the error object.
inline void check(svfap_status status, svfap_error *error) {
  if (status == SVFAP_OK) return;
  const char *text = nullptr;
  uint64_t size = 0;
  std::unique_ptr<svfap_error, void (*)(svfap_error *)> owned(error, [](svfap_error *ended) { svfap_error_release(ended); });
  std::string message = "libsvfap reported status " + std::to_string(status), facts = "{}";
  if (svfap_error_message(error, &text, &size) == SVFAP_OK) message.assign(text, static_cast<std::size_t>(size));
  if (svfap_error_detail(error, &text, &size) == SVFAP_OK) facts.assign(text, static_cast<std::size_t>(size));
  throw Error(status, message, std::move(facts));
}

/// Calls a function whose last parameter is the error.
template <typename... Parameters, typename... Arguments>
void call(svfap_status (*function)(Parameters...), Arguments &&...arguments) {
  svfap_error *error = nullptr;
  const svfap_status status = function(std::forward<Arguments>(arguments)..., &error);
  check(status, error);
}

/// A struct of the interface, empty but for its size.
template <typename T> T sized() noexcept {
  T made;
  std::memset(&made, 0, sizeof made);
  made.struct_size = sizeof made;
  return made;
}

/// Text of an object: config, recipe, result ...
template <typename Handle>
std::string_view text(svfap_status (*function)(Handle *, const char **, uint64_t *, svfap_error **), Handle *handle) {
  const char *data = nullptr;
  uint64_t size = 0;
  call(function, handle, &data, &size);
  return {data, static_cast<std::size_t>(size)};
}

/// Keeps what a callback throws until the C function that called it has returned.
class Catcher {
public:
  /// Runs `body`, whose result says whether to go on (void: it does); what C expects comes back: 0 to go on.
  template <typename Body> int32_t operator()(Body &&body) noexcept {
    if (caught_) return 1;
    try {
      if constexpr (std::is_void_v<decltype(body())>) {
        body();
        return 0;
      } else {
        return body() ? 0 : 1;
      }
    } catch (...) {
      caught_ = std::current_exception();
      return 1;
    }
  }
  /// After the call: throws what was caught.
  void rethrow() {
    if (caught_) std::rethrow_exception(std::exchange(caught_, nullptr));
  }

private:
  std::exception_ptr caught_;
};

/// An owned handle.
template <typename T, svfap_status (*release)(T *, svfap_error **)> class Object {
public:
  Object(Object &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Object &operator=(Object &&other) noexcept {
    if (this != &other) {
      release(handle_, nullptr);
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Object() { release(handle_, nullptr); }
  /// For functions of svfap.h. NULL after the object was moved from.
  T *handle() const noexcept { return handle_; }

protected:
  Object() noexcept = default;
  explicit Object(T *handle) noexcept : handle_(handle) {}
  template <typename... Parameters, typename... Arguments>
  static T *made(svfap_status (*function)(Parameters...), Arguments &&...arguments) {
    T *handle = nullptr;
    call(function, std::forward<Arguments>(arguments)..., &handle);
    return handle;
  }

private:
  T *handle_ = nullptr;
};

} // namespace detail

/// Version of the library that is linked, and of its binary interface.
struct Version {
  std::string_view text;
  uint32_t abi_major = 0, abi_minor = 0;
};
inline Version version() {
  Version found;
  const char *text = nullptr;
  uint64_t size = 0;
  detail::call(svfap_version, &text, &size, &found.abi_major, &found.abi_minor);
  found.text = {text, static_cast<std::size_t>(size)};
  return found;
}

inline std::string_view view(const svfap_text &text) noexcept { return {text.data, static_cast<std::size_t>(text.size)}; }
inline Span<const float> readings(const svfap_window &window) noexcept {
  return {window.readings, static_cast<std::size_t>(window.reading_count)};
}

/// A view of an array in C order: float (video, target rows), int64_t (classes), uint8_t (a mask: 0 or 1).
template <typename T> svfap_view view(const T *data, std::initializer_list<int64_t> shape) {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, int64_t> || std::is_same_v<T, uint8_t>);
  auto made = detail::sized<svfap_view>();
  if (shape.size() > SVFAP_MAX_DIMENSIONS) throw std::length_error("svfap::view: more than 8 dimensions");
  made.dtype = std::is_same_v<T, float> ? SVFAP_FLOAT32 : std::is_same_v<T, int64_t> ? SVFAP_INT64 : SVFAP_BOOL8;
  made.data = const_cast<T *>(data); // the library only reads what it is given
  made.byte_count = sizeof(T);
  for (const int64_t extent : shape) {
    made.shape[made.dimension_count++] = extent;
    made.byte_count *= static_cast<uint64_t>(extent);
  }
  return made;
}

/// All numbers of a contiguous float32 view.
inline Span<const float> floats(const svfap_view &view) noexcept {
  return {static_cast<const float *>(view.data), static_cast<std::size_t>(view.byte_count / sizeof(float))};
}

/// A flag that stops long work.
class Cancel : public detail::Object<svfap_cancel, svfap_cancel_release> {
public:
  Cancel() : Object(made(svfap_cancel_create)) {}
  /// May be called from any thread and from a signal handler.
  void request() const noexcept { svfap_cancel_request(handle()); }
};

/// How to run something long: a flag that stops it, and a callback that returns whether to go on.
struct Running {
  const Cancel *cancel = nullptr;
  std::function<bool(const svfap_progress &)> progress;
};

/// Threads, plugins, log.
class Runtime : public detail::Object<svfap_runtime, svfap_runtime_release> {
public:
  /// The default takes plugins from the directory beside the library, too.
  explicit Runtime(std::string_view options = R"({"plugin_directory": true})")
      : Object(made(svfap_runtime_create, options.data(), options.size())) {}
  void load_plugin(std::string_view path) { detail::call(svfap_runtime_load_plugin, handle(), path.data(), path.size()); }

  /// Sends the log to `log`, which may be called from any thread of this runtime; what it throws is dropped.
  using Log = std::function<void(int32_t level, std::string_view line)>;
  void set_log(Log log) {
    auto line = [](void *user, int32_t level, const char *text, uint64_t size) {
      try {
        (*static_cast<Log *>(user))(level, {text, static_cast<std::size_t>(size)});
      } catch (...) {
      }
    };
    auto destroy = [](void *user) { delete static_cast<Log *>(user); };
    const svfap_log_fn receiver = log ? svfap_log_fn(line) : nullptr;
    Log *user = log ? new Log(std::move(log)) : nullptr; // the library ends it, also when the call fails
    detail::call(svfap_runtime_set_log, handle(), receiver, static_cast<void *>(user), svfap_destroy_fn(destroy));
  }
};

/// Immutable weights and what belongs to them.
class Model : public detail::Object<svfap_model, svfap_model_release> {
public:
  struct Output {
    std::string_view name, unit;
    double minimum = 0, maximum = 0;
  };
  struct Parameter {
    std::string_view name;
    svfap_view values;
  };

  explicit Model(svfap_model *owned) noexcept : Object(owned) {}
  Model(const Runtime &runtime, std::string_view path, std::string_view options = {})
      : Object(made(svfap_model_open, runtime.handle(), path.data(), path.size(), options.data(), options.size())) {}
  /// An untrained model.
  static Model create(const Runtime &runtime, std::string_view config, uint64_t seed = 0) {
    return Model(made(svfap_model_create, runtime.handle(), config.data(), config.size(), seed));
  }
  void save(std::string_view path) const { detail::call(svfap_model_save, handle(), path.data(), path.size()); }

  /// JSON.
  std::string_view config() const { return detail::text(svfap_model_config, handle()); }
  std::string_view recipe() const { return detail::text(svfap_model_recipe, handle()); }
  std::string_view card() const { return detail::text(svfap_model_card, handle()); }
  std::string_view outputs() const { return detail::text(svfap_model_outputs, handle()); }

  uint64_t output_count() const { return count(svfap_model_output_count); }
  Output output(uint64_t index) const {
    svfap_text name, unit;
    Output found;
    detail::call(svfap_model_output, handle(), index, &name, &unit, &found.minimum, &found.maximum);
    found.name = view(name);
    found.unit = view(unit);
    return found;
  }
  uint64_t parameter_count() const { return count(svfap_model_parameter_count); }
  Parameter parameter(uint64_t index) const {
    svfap_text name;
    Parameter found = {{}, detail::sized<svfap_view>()};
    detail::call(svfap_model_parameter, handle(), index, &name, &found.values);
    found.name = view(name);
    return found;
  }

private:
  uint64_t count(svfap_status (*function)(svfap_model *, uint64_t *, svfap_error **)) const {
    uint64_t found = 0;
    detail::call(function, handle(), &found);
    return found;
  }
};

/// A result: float32 numbers with a shape.
class Tensor : public detail::Object<svfap_tensor, svfap_tensor_release> {
public:
  explicit Tensor(svfap_tensor *owned) : Object(owned), view_(detail::sized<svfap_view>()) {
    detail::call(svfap_tensor_view, handle(), &view_);
  }
  Span<const int64_t> shape() const noexcept { return {view_.shape, static_cast<std::size_t>(view_.dimension_count)}; }
  Span<const float> values() const noexcept { return floats(view_); }
  const svfap_view &view() const noexcept { return view_; }

private:
  svfap_view view_;
};

/// A video that is being read.
class Source : public detail::Object<svfap_source, svfap_source_release> {
public:
  /// `cancel`, if given, stops opening, next and seek.
  Source(const Runtime &runtime, std::string_view path, std::string_view options = {}, const Cancel *cancel = nullptr)
      : Object(made(svfap_source_open, runtime.handle(), path.data(), path.size(), options.data(), options.size(),
                    cancel ? cancel->handle() : nullptr)) {}
  svfap_stream_info info() const {
    auto found = detail::sized<svfap_stream_info>();
    detail::call(svfap_source_info, handle(), &found);
    return found;
  }
  /// The next frame, whose pixels live until the next call; nothing after the last.
  std::optional<svfap_frame> next() {
    auto frame = detail::sized<svfap_frame>();
    svfap_error *error = nullptr;
    const svfap_status status = svfap_source_next(handle(), &frame, &error);
    if (status != SVFAP_E_END) return detail::check(status, error), frame;
    svfap_error_release(error);
    return std::nullopt;
  }
  void seek(int64_t index) { detail::call(svfap_source_seek, handle(), index); }
};

namespace detail {

/// Options of a run for C, with the callback of the user behind them.
class RunOptions {
public:
  explicit RunOptions(const Running &running) : running_(running), options_(sized<svfap_run_options>()) {
    options_.cancel = running.cancel ? running.cancel->handle() : nullptr;
    if (!running.progress) return;
    options_.progress_user = this;
    options_.progress = [](void *user, const svfap_progress *progress) {
      auto self = static_cast<RunOptions *>(user);
      return self->catcher_([&] { return self->running_.progress(*progress); });
    };
  }
  RunOptions(const RunOptions &) = delete;
  RunOptions &operator=(const RunOptions &) = delete;
  const svfap_run_options *get() const noexcept { return &options_; }
  void rethrow() { catcher_.rethrow(); }

private:
  const Running &running_;
  svfap_run_options options_;
  Catcher catcher_;
};

} // namespace detail

/// A model at work, for one thread at a time.
class Predictor : public detail::Object<svfap_predictor, svfap_predictor_release> {
public:
  /// Receives windows. It may return nothing, or whether to go on: see `taker`.
  using OnWindow = std::function<bool(const svfap_window &)>;

  explicit Predictor(const Model &model, std::string_view options = {})
      : Object(made(svfap_predictor_create, model.handle(), options.data(), options.size())) {}
  /// The flag that stops this predictor's work; nullptr: none.
  void set_cancel(const Cancel *cancel) { detail::call(svfap_predictor_set_cancel, handle(), cancel ? cancel->handle() : nullptr); }

  /// `video`: (b, 3, t, h, w) float32, normalised.
  Tensor forward(const svfap_view &video) { return result(svfap_predictor_forward, video); }
  Tensor readings(const svfap_view &video) { return result(svfap_predictor_readings, video); }
  Tensor features(const svfap_view &video) { return result(svfap_predictor_features, video); }
  /// `mask`: (b, n), 1 = masked.
  Tensor encode(const svfap_view &video, const svfap_view &mask) { return result(svfap_predictor_encode, video, mask); }
  Tensor reconstruct(const svfap_view &video, const svfap_view &mask) { return result(svfap_predictor_reconstruct, video, mask); }

  /// Predicts a whole video. `on_window` takes a `const svfap_window &` and returns nothing, or whether to go on.
  template <typename Body> void run(Source &source, Body on_window, const Running &running = {}) {
    Stream stream{taker(std::move(on_window)), {}};
    detail::RunOptions options(running);
    svfap_error *error = nullptr;
    const svfap_status status = svfap_predictor_run(handle(), source.handle(), take, &stream, options.get(), &error);
    finish(status, error, stream.catcher, &options);
  }

  /// The same for frames that are pushed: begin, push each, end. Windows come inside of push and end.
  template <typename Body> void begin(const svfap_stream_info &info, Body on_window) {
    auto stream = std::make_unique<Stream>(Stream{taker(std::move(on_window)), {}});
    detail::call(svfap_predictor_begin, handle(), &info, take, static_cast<void *>(stream.get()));
    stream_ = std::move(stream);
  }
  void push(const svfap_frame &frame) {
    svfap_error *error = nullptr;
    const svfap_status status = svfap_predictor_push(handle(), &frame, &error);
    finish(status, error);
  }
  void end() {
    svfap_error *error = nullptr;
    const svfap_status status = svfap_predictor_end(handle(), &error);
    finish(status, error);
  }
  /// JSON account of the last run.
  std::string_view summary() const { return detail::text(svfap_predictor_summary, handle()); }

private:
  struct Stream {
    OnWindow on_window;
    detail::Catcher catcher;
  };
  std::unique_ptr<Stream> stream_; // at one address as long as frames are pushed

  template <typename Body> static OnWindow taker(Body body) {
    if constexpr (std::is_void_v<std::invoke_result_t<Body &, const svfap_window &>>) {
      return [body = std::move(body)](const svfap_window &window) mutable { return body(window), true; };
    } else {
      return body;
    }
  }
  static int32_t take(void *user, const svfap_window *window) {
    auto stream = static_cast<Stream *>(user);
    return stream->catcher([&] { return stream->on_window(*window); });
  }
  /// What a callback threw goes before the SVFAP_E_CANCELLED that it led to.
  static void finish(svfap_status status, svfap_error *error, detail::Catcher &catcher, detail::RunOptions *options = nullptr) {
    std::exception_ptr failure;
    try {
      detail::check(status, error);
    } catch (...) {
      failure = std::current_exception();
    }
    catcher.rethrow();
    if (options) options->rethrow();
    if (failure) std::rethrow_exception(failure);
  }
  void finish(svfap_status status, svfap_error *error) {
    detail::Catcher none;
    finish(status, error, stream_ ? stream_->catcher : none);
  }
  template <typename... Views, typename... Given>
  Tensor result(svfap_status (*function)(svfap_predictor *, Views...), const Given &...views) {
    svfap_tensor *made = nullptr;
    detail::call(function, handle(), &views..., &made);
    return Tensor(made);
  }
};

/// A model in training, with batches that the program has in memory.
class Trainer : public detail::Object<svfap_trainer, svfap_trainer_release> {
public:
  struct Parameter {
    std::string_view name;
    svfap_view values, gradient;
  };

  /// `task`: "finetune" or "pretrain".
  Trainer(const Model &model, std::string_view task, std::string_view options = {})
      : Object(made(svfap_trainer_create, model.handle(), task.data(), task.size(), options.data(), options.size())) {}
  /// Adds the gradients of a batch; its mean loss. `labels`: classes (b), target rows (b, k), or a mask (b, n).
  double forward_backward(const svfap_view &video, const svfap_view &labels) {
    double loss = 0;
    detail::call(svfap_trainer_forward_backward, handle(), &video, &labels, &loss);
    return loss;
  }
  svfap_step step() {
    auto done = detail::sized<svfap_step>();
    detail::call(svfap_trainer_step, handle(), &done);
    return done;
  }
  void drop_gradients() { detail::call(svfap_trainer_drop_gradients, handle()); }
  uint64_t parameter_count() const {
    uint64_t count = 0;
    detail::call(svfap_trainer_parameter_count, handle(), &count);
    return count;
  }
  Parameter parameter(uint64_t index) const {
    svfap_text name;
    Parameter found = {{}, detail::sized<svfap_view>(), detail::sized<svfap_view>()};
    detail::call(svfap_trainer_parameter, handle(), index, &name, &found.values, &found.gradient);
    found.name = view(name);
    return found;
  }
  /// A model of the weights as they are now, or of their moving average.
  Model snapshot(bool averaged = false) const {
    svfap_model *model = nullptr;
    detail::call(svfap_trainer_snapshot, handle(), averaged ? 1 : 0, &model);
    return Model(model);
  }
};

/// A whole task: JSON options in, JSON result out.
class Job : public detail::Object<svfap_job, svfap_job_release> {
public:
  Job(const Runtime &runtime, std::string_view kind, std::string_view options)
      : Object(made(svfap_job_create, runtime.handle(), kind.data(), kind.size(), options.data(), options.size())) {}
  /// Runs it, once, and returns the result, which lives as long as the job.
  std::string_view run(const Running &running = {}) {
    detail::RunOptions options(running);
    svfap_error *error = nullptr;
    const svfap_status status = svfap_job_run(handle(), options.get(), &error);
    try {
      detail::check(status, error);
    } catch (...) {
      options.rethrow();
      throw;
    }
    options.rethrow();
    return result();
  }
  std::string_view result() const { return detail::text(svfap_job_result, handle()); }
  /// JSON Schema of the options of a kind; of no kind, the array of all kinds.
  static std::string_view schema(std::string_view kind = {}) {
    const char *text = nullptr;
    uint64_t size = 0;
    detail::call(svfap_job_schema, kind.data(), kind.size(), &text, &size);
    return {text, static_cast<std::size_t>(size)};
  }
};

} // namespace svfap
#endif // SVFAP_HPP
