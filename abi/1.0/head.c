/* A task head that uses every slot of its table and everything that the host offers: one number, by linear regression with
 * the squared error. A copy is kept with every released version, in abi/: later libraries must run it as it is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>

struct svfap_head {
  int64_t width;
  double minimum, maximum;
  char name[32];
};

static const svfap_host *host;

static svfap_text text_of(const char *data) {
  svfap_text text;
  text.data = data;
  text.size = strlen(data);
  return text;
}

static svfap_status fail(svfap_status status, const char *text) { return host->fail(host->context, status, text, strlen(text)); }

static svfap_status init(const svfap_host *table) {
  static const char line[] = "kept-head: at your service";
  host = table;
  host->log(host->context, SVFAP_LOG_INFO, line, sizeof line - 1);
  return SVFAP_OK;
}

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  (void)table;
  *json = text_of("{\"summary\": \"one number\", \"label_fields\": [{\"name\": \"label\", \"type\": \"number\"}], \"config_schema\": "
                  "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\", \"default\": \"tension\"}, \"range\": "
                  "{\"type\": \"array\", \"items\": {\"type\": \"number\"}, \"minItems\": 2, \"maxItems\": 2, \"default\": [0, 1]}}}}");
  return SVFAP_OK;
}

static svfap_status create(const svfap_host *table, const char *config, uint64_t config_size, int64_t embed_dim, svfap_head **head) {
  uint64_t bounds = 0, length = 0;
  svfap_status status;
  svfap_head *made = (svfap_head *)table->allocate(table->context, sizeof *made);
  if (made == NULL) return fail(SVFAP_E_NO_MEMORY, "kept-head: no memory for a head");
  memset(made, 0, sizeof *made);
  made->width = embed_dim;
  status = table->option_count(table->context, config, config_size, "/range", &bounds);
  if (status == SVFAP_OK && bounds != 2) status = fail(SVFAP_E_CONFIG, "kept-head: /range has two numbers");
  if (status == SVFAP_OK) status = table->option_number(table->context, config, config_size, "/range/0", &made->minimum);
  if (status == SVFAP_OK) status = table->option_number(table->context, config, config_size, "/range/1", &made->maximum);
  if (status == SVFAP_OK) status = table->option_text(table->context, config, config_size, "/name", made->name, sizeof made->name, &length);
  if (status == SVFAP_OK && length != strlen(made->name)) status = fail(SVFAP_E_INTERNAL, "kept-head: the name has another length");
  if (status == SVFAP_OK)
    *head = made;
  else
    table->deallocate(table->context, made);
  return status;
}

static void destroy(svfap_head *head) { host->deallocate(host->context, head); }

static svfap_status info(const svfap_head *head, svfap_head_info *info) {
  (void)head;
  info->input = SVFAP_INPUT_FEATURES;
  info->targets_mix = 1;
  info->parameter_count = info->accumulator_width = 2;
  info->raw_width = info->output_count = info->target_width = info->metric_count = 1;
  return SVFAP_OK;
}

static svfap_status parameter(const svfap_head *head, int64_t index, svfap_parameter *parameter) {
  parameter->name = text_of(index == 0 ? "weight" : "bias");
  parameter->dimension_count = 1;
  parameter->shape[0] = index == 0 ? head->width : 1;
  parameter->initializer = index == 0 ? SVFAP_INITIAL_NORMAL : SVFAP_INITIAL_CONSTANT;
  parameter->initial_value = index == 0 ? 0.02 : 0.5;
  parameter->weight_decay = index == 0;
  return SVFAP_OK;
}

static svfap_status output(const svfap_head *head, int64_t index, svfap_output *output) {
  (void)index;
  output->name = text_of(head->name);
  output->unit = text_of("1");
  output->minimum = head->minimum;
  output->maximum = head->maximum;
  return SVFAP_OK;
}

static svfap_status metric(const svfap_head *head, int64_t index, svfap_metric *metric) {
  (void)head, (void)index;
  metric->name = text_of("mae");
  metric->unit = text_of("1");
  return SVFAP_OK;
}

static svfap_status target(const svfap_head *head, const svfap_text *fields, uint64_t field_count, float *row) {
  double value;
  svfap_status status;
  if (field_count != 1) return fail(SVFAP_E_FORMAT, "kept-head: expected one label");
  status = host->parse_number(host->context, fields[0].data, fields[0].size, &value);
  if (status != SVFAP_OK) return status;
  if (value < head->minimum || value > head->maximum) return fail(SVFAP_E_FORMAT, "kept-head: the label is out of range");
  *row = (float)value;
  return SVFAP_OK;
}

typedef struct pass {
  const float *weight, *bias, *input;
  float *raw;
  int64_t width;
} pass;

static void forward_clip(void *argument, uint64_t clip) {
  const pass *is = (const pass *)argument;
  double sum = is->bias[0];
  for (int64_t i = 0; i < is->width; i++) sum += (double)is->weight[i] * (double)is->input[(int64_t)clip * is->width + i];
  is->raw[clip] = (float)sum;
}

static svfap_status forward(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw) {
  pass is;
  is.weight = (const float *)parameters[0].data;
  is.bias = (const float *)parameters[1].data;
  is.input = (const float *)input->data;
  is.raw = (float *)raw->data;
  is.width = head->width;
  host->parallel(host->context, (uint64_t)input->shape[0], forward_clip, &is);
  return host->cancelled(host->context) ? fail(SVFAP_E_CANCELLED, "kept-head: stopped") : SVFAP_OK;
}

static svfap_status loss(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                         const svfap_view *targets, double *loss, const svfap_view *parameter_gradients, const svfap_view *input_gradient) {
  const float *weight = (const float *)parameters[0].data, *x = (const float *)input->data;
  float *weight_gradient = (float *)parameter_gradients[0].data, *bias_gradient = (float *)parameter_gradients[1].data;
  float *back = (float *)input_gradient->data;
  const int64_t clips = input->shape[0];
  double sum = 0;
  for (int64_t clip = 0; clip < clips; clip++) {
    const double error = (double)((const float *)raw->data)[clip] - (double)((const float *)targets->data)[clip];
    const double slope = 2 * error / (double)clips;
    sum += error * error / (double)clips;
    bias_gradient[0] += (float)slope;
    for (int64_t i = 0; i < head->width; i++) {
      weight_gradient[i] += (float)(slope * (double)x[clip * head->width + i]);
      back[clip * head->width + i] = (float)(slope * (double)weight[i]);
    }
  }
  *loss = sum;
  return SVFAP_OK;
}

static svfap_status readings(const svfap_head *head, const svfap_view *raw, const svfap_view *readings) {
  for (int64_t clip = 0; clip < raw->shape[0]; clip++) {
    const double value = (double)((const float *)raw->data)[clip];
    ((float *)readings->data)[clip] = (float)fmin(fmax(value, head->minimum), head->maximum);
  }
  return SVFAP_OK;
}

static svfap_status accumulate(const svfap_head *head, const svfap_view *readings, const svfap_view *targets, double *accumulator) {
  (void)head;
  for (int64_t clip = 0; clip < readings->shape[0]; clip++) {
    accumulator[0] += fabs((double)((const float *)readings->data)[clip] - (double)((const float *)targets->data)[clip]);
    accumulator[1] += 1;
  }
  return SVFAP_OK;
}

static svfap_status measure(const svfap_head *head, const double *accumulator, double *metrics) {
  (void)head;
  metrics[0] = accumulator[1] > 0 ? accumulator[0] / accumulator[1] : NAN;
  return SVFAP_OK;
}

static svfap_status report(const svfap_head *head, const double *accumulator, char **json, uint64_t *size) {
  char *text = (char *)host->allocate(host->context, 64);
  (void)head;
  if (text == NULL) return fail(SVFAP_E_NO_MEMORY, "kept-head: no memory for a report");
  *size = (uint64_t)snprintf(text, 64, "{\"clips\": %.0f}", accumulator[1]);
  *json = text;
  return SVFAP_OK;
}

static const svfap_task_head head = {sizeof head, describe, create,   destroy,    info,    parameter, output, metric,
                                     target,      forward,  loss,     readings,   accumulate, measure,   report};
static const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR,
    "kept-head", "1.0.0", "MIT", "one number, by linear regression", interfaces, 1, init};
