// A task head in C++: a linear regression of one number with the Huber loss, as small as a head can be.
//
//   g++ -std=c++17 -shared -fPIC -fvisibility=hidden -Wl,-z,nodelete cxx_head.cpp -o svfap_head_huber.so
//
// No exception may leave a slot: `guarded` turns them into statuses.
#include <svfap_plugin.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <string>
#include <string_view>

// The interface's own opaque type, so that no cast is needed anywhere.
struct svfap_head {
  int64_t width;
};

namespace {

const svfap_host *host;

struct Failure {
  svfap_status status;
  std::string text;
};

template <typename Body> svfap_status guarded(Body body) noexcept {
  try {
    body();
    return SVFAP_OK;
  } catch (const Failure &failure) {
    return host->fail(host->context, failure.status, failure.text.data(), failure.text.size());
  } catch (const std::bad_alloc &) {
    static constexpr std::string_view text = "huber: no memory";
    return host->fail(host->context, SVFAP_E_NO_MEMORY, text.data(), text.size());
  } catch (...) {
    static constexpr std::string_view text = "huber: an unexpected exception";
    return host->fail(host->context, SVFAP_E_INTERNAL, text.data(), text.size());
  }
}

svfap_text text(std::string_view view) { return {view.data(), view.size()}; }
float *floats(const svfap_view &view) { return static_cast<float *>(view.data); }
void only(int64_t index, int64_t count) {
  if (index < 0 || index >= count) throw Failure{SVFAP_E_INVALID_ARGUMENT, "huber: there is no number " + std::to_string(index)};
}

svfap_status init(const svfap_host *table) {
  host = table;
  return SVFAP_OK;
}

svfap_status describe(const svfap_host *, svfap_text *json) {
  *json = text(R"({"summary": "one number: linear regression with the Huber loss",
    "label_fields": [{"name": "label", "type": "number"}], "config_schema": {"type": "object", "properties": {}}})");
  return SVFAP_OK;
}

svfap_status create(const svfap_host *, const char *, uint64_t, int64_t width, svfap_head **made) {
  return guarded([&] { *made = new svfap_head{width}; });
}

void destroy(svfap_head *head) { delete head; }

svfap_status info(const svfap_head *, svfap_head_info *info) {
  info->input = SVFAP_INPUT_FEATURES;
  info->targets_mix = 1;
  info->parameter_count = info->accumulator_width = 2;
  info->raw_width = info->output_count = info->target_width = info->metric_count = 1;
  return SVFAP_OK;
}

svfap_status parameter(const svfap_head *head, int64_t index, svfap_parameter *parameter) {
  return guarded([&] {
    only(index, 2);
    parameter->name = text(index == 0 ? "weight" : "bias");
    parameter->dimension_count = 1;
    parameter->shape[0] = index == 0 ? head->width : 1;
    parameter->initializer = SVFAP_INITIAL_CONSTANT;
    parameter->weight_decay = index == 0;
  });
}

svfap_status output(const svfap_head *, int64_t index, svfap_output *output) {
  return guarded([&] {
    only(index, 1);
    output->name = text("value"), output->unit = text("1");
    output->minimum = -std::numeric_limits<double>::infinity();
    output->maximum = std::numeric_limits<double>::infinity();
  });
}

svfap_status metric(const svfap_head *, int64_t index, svfap_metric *metric) {
  return guarded([&] {
    only(index, 1);
    metric->name = text("mae"), metric->unit = text("1"); // mean absolute error: the smaller, the better
  });
}

svfap_status target(const svfap_head *, const svfap_text *fields, uint64_t count, float *row) {
  return guarded([&] {
    double value = 0;
    // Not std::stod: it reads what the locale of the program calls a number.
    if (count != 1 || host->parse_number(host->context, fields->data, fields->size, &value) != SVFAP_OK || !std::isfinite(float(value)))
      throw Failure{SVFAP_E_FORMAT, "huber: expected one label field, a number, found " +
                                        (count == 1 ? '"' + std::string(fields->data, fields->size) + '"' : std::to_string(count))};
    *row = float(value);
  });
}

svfap_status forward(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw) {
  const float *weight = floats(parameters[0]), *x = floats(*input);
  for (int64_t clip = 0; clip < input->shape[0]; ++clip, x += head->width) {
    double sum = *floats(parameters[1]);
    for (int64_t i = 0; i < head->width; ++i) sum += double(weight[i]) * x[i];
    floats(*raw)[clip] = float(sum);
  }
  return SVFAP_OK;
}

svfap_status loss(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                  const svfap_view *targets, double *loss, const svfap_view *gradients, const svfap_view *input_gradient) {
  const int64_t clips = input->shape[0];
  const float *x = floats(*input);
  float *back = floats(*input_gradient);
  double sum = 0;
  for (int64_t clip = 0; clip < clips; ++clip, x += head->width, back += head->width) {
    const double error = floats(*raw)[clip] - floats(*targets)[clip], size = std::abs(error);
    const double slope = std::clamp(error, -1.0, 1.0) / double(clips);
    sum += (size < 1 ? error * error / 2 : size - 0.5) / double(clips);
    *floats(gradients[1]) += float(slope);
    for (int64_t i = 0; i < head->width; ++i) {
      floats(gradients[0])[i] += float(slope * x[i]);
      back[i] = float(slope * floats(parameters[0])[i]);
    }
  }
  *loss = sum;
  return SVFAP_OK;
}

svfap_status readings(const svfap_head *, const svfap_view *raw, const svfap_view *readings) {
  std::copy_n(floats(*raw), raw->shape[0], floats(*readings));
  return SVFAP_OK;
}

svfap_status accumulate(const svfap_head *, const svfap_view *readings, const svfap_view *targets, double *sums) {
  for (int64_t clip = 0; clip < readings->shape[0]; ++clip) {
    sums[0] += 1;
    sums[1] += std::abs(double(floats(*readings)[clip]) - floats(*targets)[clip]);
  }
  return SVFAP_OK;
}

svfap_status measure(const svfap_head *, const double *sums, double *metrics) {
  *metrics = sums[1] / sums[0];
  return SVFAP_OK;
}

const svfap_task_head head = {sizeof head, describe, create, destroy, info,     parameter,  output,  metric,
                              target,      forward,  loss,   readings, accumulate, measure, nullptr};
const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

} // namespace

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, "huber", "1.0.0", "MIT",
    "one number: linear regression with the Huber loss", interfaces, 1, init};
