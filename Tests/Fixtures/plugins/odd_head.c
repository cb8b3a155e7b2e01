/* A head for tests that breaks its contract as its option "odd" says. Without it: one output "x" = the sum of the
 * features times the one weight; a label is one number. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>

struct svfap_head {
  char odd[64];
  int64_t width;
};

static const svfap_host *host;

static svfap_text text(const char *data) {
  svfap_text made = {data, data == NULL ? 0 : strlen(data)};
  return made;
}
static int is(const svfap_head *head, const char *name) { return strcmp(head->odd, name) == 0; }

static svfap_status init(const svfap_host *table) {
  host = table;
  return SVFAP_OK;
}

#ifndef DESCRIPTION
#define DESCRIPTION \
  "{\"summary\": \"odd\", \"label_fields\": [], \"config_schema\": {\"type\": \"object\", \"properties\": " \
  "{\"odd\": {\"type\": \"string\", \"default\": \"\"}}}}"
#endif

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  (void)table;
  *json = text(DESCRIPTION);
  return SVFAP_OK;
}

static svfap_status create(const svfap_host *table, const char *config, uint64_t size, int64_t width, svfap_head **made) {
  svfap_head *head = calloc(1, sizeof *head);
  char copy[256] = "", *name, *end;
  (void)table;
  if (size >= sizeof copy) return SVFAP_E_LIMIT;
  memcpy(copy, config, size);
  name = strstr(copy, "\"odd\": \"");
  if (name != NULL && (end = strchr(name + 8, '"')) != NULL) {
    *end = 0;
    strncpy(head->odd, name + 8, sizeof head->odd - 1);
  }
  head->width = width;
  if (is(head, "no head")) return SVFAP_OK;
  if (is(head, "silent failure")) return SVFAP_E_LIMIT;
  if (is(head, "empty failure")) return host->fail(host->context, SVFAP_E_LIMIT, "", 0);
  if (is(head, "failure")) return host->fail(host->context, SVFAP_E_LIMIT, "it is too much", 14);
  if (is(head, "unknown status")) return 4711;
  *made = head;
  return SVFAP_OK;
}

static void destroy(svfap_head *head) { free(head); }

static svfap_status info(const svfap_head *head, svfap_head_info *info) {
  if (is(head, "info fails")) return host->fail(host->context, SVFAP_E_INTERNAL, "no info", 7);
  info->input = is(head, "input") ? 7 : SVFAP_INPUT_FEATURES;
  info->exclusive = is(head, "exclusive");
  info->targets_mix = 1;
  info->parameter_count = is(head, "negative parameters") ? -1 : is(head, "many parameters") ? 70000 : is(head, "twice") ? 2 : 1;
  info->raw_width = is(head, "no raw") ? 0 : 1;
  info->output_count = is(head, "huge outputs") ? INT64_MAX : is(head, "two outputs") ? 2 : 1;
  info->target_width = is(head, "target width") ? INT64_MIN : 1;
  info->metric_count = is(head, "negative metrics") ? -3 : 1;
  info->accumulator_width = is(head, "accumulator") ? INT64_MAX : 1;
  return SVFAP_OK;
}

static svfap_status parameter(const svfap_head *head, int64_t index, svfap_parameter *parameter) {
  (void)index;
  parameter->name = is(head, "null name") ? text(NULL) : is(head, "path name") ? text("a/b") : is(head, "empty name") ? text("") : text("weight");
  if (is(head, "long name")) parameter->name.size = 1 << 30;
  parameter->dimension_count = is(head, "dimensions") ? 9 : is(head, "negative dimensions") ? -1 : is(head, "huge shape") ? 8 : 1;
  for (int i = 0; i < 8; i++) parameter->shape[i] = is(head, "huge shape") ? 1 << 20 : is(head, "empty shape") ? 0 : is(head, "negative shape") ? -5 : 1;
  parameter->initializer = is(head, "initializer") ? 99 : SVFAP_INITIAL_CONSTANT;
  parameter->initial_value = is(head, "initial value") ? NAN : 2;
  return SVFAP_OK;
}

static svfap_status output(const svfap_head *head, int64_t index, svfap_output *output) {
  (void)index;
  output->name = is(head, "output name") ? text(NULL) : is(head, "control name") ? text("a\nb") : is(head, "not text") ? text("a\xFF") : text("x");
  output->unit = text(is(head, "no unit") ? NULL : "1");
  output->minimum = is(head, "range") ? 1 : is(head, "nan range") ? NAN : -INFINITY;
  output->maximum = is(head, "range") ? 0 : INFINITY;
  return SVFAP_OK;
}

static svfap_status metric(const svfap_head *head, int64_t index, svfap_metric *metric) {
  (void)index;
  metric->name = is(head, "metric name") ? text("") : text("error");
  metric->unit = text("1");
  return SVFAP_OK;
}

static svfap_status target(const svfap_head *head, const svfap_text *fields, uint64_t count, float *row) {
  if (count != 1) return host->fail(host->context, SVFAP_E_FORMAT, "one number is needed", 20);
  *row = is(head, "nan target") ? NAN : (float)atof(fields[0].data);
  return SVFAP_OK;
}

static svfap_status forward(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw) {
  const float *x = input->data, weight = *(const float *)parameters[0].data;
  float *y = raw->data;
  if (is(head, "forward fails")) return SVFAP_E_NUMERIC;
  for (int64_t clip = 0; clip < input->shape[0]; clip++) {
    y[clip] = 0;
    for (int64_t i = 0; i < input->shape[1]; i++) y[clip] += weight * x[clip * input->shape[1] + i];
    if (is(head, "nan")) y[clip] = NAN;
  }
  return SVFAP_OK;
}

static svfap_status loss(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                         const svfap_view *targets, double *loss, const svfap_view *gradients, const svfap_view *input_gradient) {
  (void)head, (void)parameters, (void)input, (void)raw, (void)targets, (void)gradients, (void)input_gradient;
  *loss = 0;
  return SVFAP_OK;
}

static svfap_status readings(const svfap_head *head, const svfap_view *raw, const svfap_view *readings) {
  (void)head;
  memcpy(readings->data, raw->data, (size_t)raw->shape[0] * sizeof(float));
  return SVFAP_OK;
}

static svfap_status accumulate(const svfap_head *head, const svfap_view *readings, const svfap_view *targets, double *sums) {
  const float *found = readings->data, *truth = targets->data;
  for (int64_t i = 0; i < readings->shape[0]; i++) sums[0] += found[i] - truth[i];
  return is(head, "accumulate fails") ? SVFAP_E_NUMERIC : SVFAP_OK;
}

static svfap_status measure(const svfap_head *head, const double *sums, double *metrics) {
  (void)head;
  metrics[0] = sums[0];
  return SVFAP_OK;
}

static svfap_status report(const svfap_head *head, const double *sums, char **json, uint64_t *size) {
  const char *made = is(head, "report") ? "{broken" : "{\"fine\": true}";
  (void)sums;
  if (is(head, "no report")) return SVFAP_OK;
  *size = strlen(made);
  *json = host->allocate(host->context, *size);
  if (*json == NULL) return SVFAP_E_NO_MEMORY;
  memcpy(*json, made, *size);
  return SVFAP_OK;
}

static const svfap_task_head head = {sizeof head, describe, create, destroy, info, parameter, output, metric,
                                     target, forward, loss, readings, accumulate, measure, report};
static const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, "odd", "1.0.0", "MIT", "a head that breaks its contract", interfaces, 1, init};
