/* A head for tests of plugin-check: right, but for the one thing that -DFAULT names. One number a clip,
 * y = tanh(weight . features + bias), wrong by the squared difference. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svfap_plugin.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  NONE, WRONG_WEIGHT_GRADIENT, WRONG_BIAS_GRADIENT, WRONG_INPUT_GRADIENT, WRONG_OPTION_GRADIENT, WRONG_MIXED_LOSS, OVERWRITES_GRADIENTS,
  ADDS_TO_INPUT_GRADIENT, SUMS_LOSS, LOSS_AT_RANDOM, PRINTS, LEAKS, KEEPS_HOST_MEMORY, UMASK, SIGNAL, ENVIRONMENT, DIRECTORY, ROUNDING,
  THREAD, DESCRIPTOR, FREES_FOREIGN, OVERFLOWS_HOST_MEMORY, WRONG_CONTEXT, CRASHES, EXITS, HANGS, AT_RANDOM, BY_PLACE, BY_BATCH,
  WRITES_BEHIND, WRITES_INPUT, SHARES_STATE, HIDES_NAN, NAN_SPREADS, LEAVES_OUTPUTS, OUT_OF_RANGE, SILENT, TAKES_GARBAGE, WRITES_ROW_ON_ERROR,
  NO_MERGE, WRONG_DIRECTION, BROKEN_REPORT, IGNORES_NULL, CRASHES_ON_CONFIG, SCHEMA_DEFAULT, SCHEMA_KEYWORD, DESCRIBES_ANEW, LARGER_HOST, READS_BEHIND_HOST
};
#define IS(fault) (FAULT == fault)

struct svfap_head { int64_t width; double scale; };

static const svfap_host *host;
static int64_t last_width;
static unsigned long calls;
static void *volatile kept; /* whoever cannot see that memory is unused leaves it */

static svfap_text text(const char *data) { svfap_text made = {data, strlen(data)}; return made; }
static svfap_status fail(svfap_status status, const char *words) {
  return IS(SILENT) ? status : host->fail(host->context, status, words, strlen(words));
}
static float *floats(const svfap_view *view) { return (float *)view->data; }
static void handle(int number) { (void)number; }
static void *sleep_for_ever(void *nothing) { for (;;) pause(); return nothing; }

static svfap_status init(const svfap_host *table) {
  pthread_t thread;
  host = table;
  if (IS(UMASK)) umask(0077);
  if (IS(SIGNAL)) signal(SIGUSR1, handle);
  if (IS(ENVIRONMENT)) setenv("FAULTY", "1", 1);
  if (IS(DIRECTORY) && chdir("/") != 0) return SVFAP_E_IO;
  if (IS(ROUNDING)) fesetround(FE_UPWARD);
  if (IS(THREAD)) pthread_create(&thread, NULL, sleep_for_ever, NULL);
  if (IS(LARGER_HOST) && table->struct_size != sizeof *table) return fail(SVFAP_E_ABI, "another size of host table");
  if (IS(READS_BEHIND_HOST)) { /* Copies more than there is. */
    static char copy[sizeof(svfap_host) + 64];
    memcpy(copy, table, sizeof copy);
    kept = copy;
  }
  return SVFAP_OK;
}

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  static char *made;
  const char *scale = IS(SCHEMA_DEFAULT) ? "\"maximum\": 1, \"default\": 2" : IS(SCHEMA_KEYWORD) ? "\"maximum\": 4, \"pattern\": \"x\"" : "\"maximum\": 4, \"default\": 1";
  free(made);
  if (asprintf(&made, "{\"summary\": \"faulty%lu\", \"label_fields\": [], \"config_schema\": {\"type\": \"object\", \"properties\": {"
      "\"sharp\": {\"type\": \"boolean\", \"default\": false}, \"scale\": {\"type\": \"number\", \"minimum\": 0.5, %s}}}}", IS(DESCRIBES_ANEW) ? calls++ : 0, scale) < 0) return SVFAP_E_NO_MEMORY;
  *json = text(made);
  return (void)table, SVFAP_OK;
}

static svfap_status create(const svfap_host *table, const char *config, uint64_t size, int64_t width, svfap_head **made) {
  svfap_head *head;
  double sharp = 0, scale = 1;
  svfap_status status = table->option_number(table->context, config, size, "/sharp", &sharp);
  if (status != SVFAP_OK && status != SVFAP_E_NOT_FOUND) {
    if (IS(CRASHES_ON_CONFIG)) *(volatile int *)NULL = 1;
    return fail(SVFAP_E_CONFIG, "faulty: \"sharp\" is no flag");
  }
  status = table->option_number(table->context, config, size, "/scale", &scale);
  if ((status != SVFAP_OK && status != SVFAP_E_NOT_FOUND) || !(scale >= 0.5 && scale <= 4)) return fail(SVFAP_E_CONFIG, "faulty: \"scale\" is no number from 0.5 to 4");
  head = (svfap_head *)table->allocate(IS(WRONG_CONTEXT) ? NULL : table->context, sizeof *head);
  if (head == NULL && !IS(IGNORES_NULL)) return fail(SVFAP_E_NO_MEMORY, "faulty: no memory");
  head->width = last_width = width;
  head->scale = sharp != 0 ? 2 * scale : scale;
  if (IS(OVERFLOWS_HOST_MEMORY)) ((char *)head)[sizeof *head] = 1;
  if (IS(LEAKS)) kept = malloc(40);
  if (IS(KEEPS_HOST_MEMORY)) (void)table->allocate(table->context, 8);
  if (IS(DESCRIPTOR) && open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return fail(SVFAP_E_IO, "faulty: no descriptor");
  return *made = head, SVFAP_OK;
}

static void destroy(svfap_head *head) {
  if (IS(FREES_FOREIGN) && head != NULL) host->deallocate(host->context, (char *)head + 8);
  host->deallocate(IS(WRONG_CONTEXT) ? NULL : host->context, head);
}

static svfap_status info(const svfap_head *head, svfap_head_info *info) {
  info->input = SVFAP_INPUT_FEATURES, info->targets_mix = 1;
  info->parameter_count = 2, info->accumulator_width = 2;
  info->raw_width = info->output_count = info->target_width = info->metric_count = 1;
  return (void)head, SVFAP_OK;
}
static svfap_status parameter(const svfap_head *head, int64_t index, svfap_parameter *parameter) {
  parameter->name = text(index == 0 ? "weight" : "bias");
  parameter->dimension_count = 1, parameter->shape[0] = index == 0 ? head->width : 1;
  parameter->initializer = SVFAP_INITIAL_CONSTANT;
  return SVFAP_OK;
}
static svfap_status output(const svfap_head *head, int64_t index, svfap_output *output) {
  output->name = text("y"), output->unit = text("1"), output->minimum = -1, output->maximum = 1;
  return (void)head, (void)index, SVFAP_OK;
}
static svfap_status metric(const svfap_head *head, int64_t index, svfap_metric *metric) {
  metric->name = text("error"), metric->unit = text("1"), metric->larger_is_better = IS(WRONG_DIRECTION);
  return (void)head, (void)index, SVFAP_OK;
}

static svfap_status target(const svfap_head *head, const svfap_text *fields, uint64_t count, float *row) {
  double value = 0;
  if (IS(TAKES_GARBAGE) && count == 1) return *row = (float)atof(fields->data), *row = *row >= -1 && *row <= 1 ? *row : 0, SVFAP_OK;
  if (IS(WRITES_ROW_ON_ERROR)) *row = 0;
  if (count != 1 || host->parse_number(host->context, fields->data, fields->size, &value) != SVFAP_OK || !(value >= -1 && value <= 1))
    return fail(SVFAP_E_FORMAT, "faulty: expected one number from -1 to 1");
  return (void)head, *row = (float)value, SVFAP_OK;
}

static svfap_status forward(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw) {
  const int64_t clips = input->shape[0], width = IS(SHARES_STATE) && last_width < head->width ? last_width : head->width;
  float *x = floats(input), *y = floats(raw);
  if (IS(PRINTS)) puts("forward"), fflush(stdout);
  if (IS(CRASHES)) *(volatile int *)NULL = 1;
  if (IS(EXITS)) exit(3);
  for (int64_t clip = 0; clip < clips; clip++) {
    double sum = *floats(&parameters[1]);
    for (int64_t i = 0; i < width; i++) sum += (double)floats(&parameters[0])[i] * x[clip * head->width + i];
    if (IS(AT_RANDOM)) sum += 1e-6 * (double)(calls++ % 7);
    if (IS(BY_PLACE)) sum += 1e-3 * (double)clip;
    if (IS(BY_BATCH)) sum += 1e-3 * (double)clips;
    if (IS(HIDES_NAN) && isnan(sum)) sum = 0;
    if (IS(LEAVES_OUTPUTS) && clip > 0 && clip == clips - 1) continue;
    y[clip] = (float)(sum * head->scale);
  }
  if (IS(NAN_SPREADS)) for (int64_t i = 0; i < clips; i++) if (isnan(y[i])) y[0] = NAN;
  if (IS(WRITES_BEHIND)) y[clips] = 0;
  if (IS(WRITES_INPUT)) x[0] += 1e-3f;
  return SVFAP_OK;
}

static svfap_status loss(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                         const svfap_view *targets, double *loss, const svfap_view *gradients, const svfap_view *input_gradient) {
  const int64_t clips = input->shape[0], width = head->width;
  float *weight = floats(&gradients[0]), *bias = floats(&gradients[1]);
  while (IS(HANGS)) usleep(1000);
  if (IS(OVERWRITES_GRADIENTS)) memset(weight, 0, (size_t)width * sizeof(float)), *bias = 0;
  *loss = 0;
  for (int64_t clip = 0; clip < clips; clip++) {
    const double target = IS(WRONG_MIXED_LOSS) ? rint(floats(targets)[clip] * 1000) / 1000 : floats(targets)[clip];
    const double y = tanh(floats(raw)[clip]), error = y - target, wrong = y - floats(targets)[clip];
    const double factor = 2 * head->scale * (1 - y * y) / (double)(IS(SUMS_LOSS) ? 1 : clips);
    const double slope = factor * (IS(WRONG_MIXED_LOSS) && fabs(wrong - error) > 1e-6 ? 0.9 * error : error);
    *loss += error * error / (double)(IS(SUMS_LOSS) ? 1 : clips);
    *bias += (float)(IS(WRONG_BIAS_GRADIENT) ? 1.05 * slope : slope);
    for (int64_t i = 0; i < width; i++) {
      const double by_input = slope * floats(&parameters[0])[i] * (IS(WRONG_INPUT_GRADIENT) && i == 5 ? -1 : 1);
      weight[i] += (float)(slope * floats(input)[clip * width + i] * (IS(WRONG_WEIGHT_GRADIENT) && i == 3 ? 1.5 : IS(WRONG_OPTION_GRADIENT) && head->scale == 2 ? 0.5 : 1));
      if (IS(ADDS_TO_INPUT_GRADIENT)) floats(input_gradient)[clip * width + i] += (float)by_input;
      else floats(input_gradient)[clip * width + i] = (float)by_input;
    }
  }
  if (IS(LOSS_AT_RANDOM)) *loss *= 1 + 1e-12 * (double)(calls++ % 7);
  return SVFAP_OK;
}

static svfap_status readings(const svfap_head *head, const svfap_view *raw, const svfap_view *readings) {
  for (int64_t clip = 0; clip < raw->shape[0]; clip++) floats(readings)[clip] = IS(OUT_OF_RANGE) ? 1.5f * tanhf(floats(raw)[clip]) : tanhf(floats(raw)[clip]);
  return (void)head, SVFAP_OK;
}
static svfap_status accumulate(const svfap_head *head, const svfap_view *readings, const svfap_view *targets, double *sums) {
  for (int64_t clip = 0; clip < readings->shape[0]; clip++) {
    const double error = (double)floats(readings)[clip] - floats(targets)[clip];
    sums[0] += 1;
    sums[1] = IS(NO_MERGE) ? sums[1] + (error * error - sums[1]) / sums[0] : sums[1] + error * error;
  }
  return (void)head, SVFAP_OK;
}
static svfap_status measure(const svfap_head *head, const double *sums, double *metrics) {
  return (void)head, *metrics = IS(NO_MERGE) ? sums[1] : sums[1] / sums[0], SVFAP_OK;
}
static svfap_status report(const svfap_head *head, const double *sums, char **json, uint64_t *size) {
  const char *words = IS(BROKEN_REPORT) ? "{\"clips\": }" : "{\"clips\": 1}";
  char *made = (char *)host->allocate(host->context, strlen(words));
  if (made == NULL) return fail(SVFAP_E_NO_MEMORY, "faulty: no memory for a report");
  memcpy(made, words, strlen(words));
  return (void)head, (void)sums, *json = made, *size = strlen(words), SVFAP_OK;
}

static const svfap_task_head head = {sizeof head, describe, create, destroy, info, parameter, output, metric, target, forward, loss, readings, accumulate, measure, report};
static const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

#ifdef SECOND_EXPORT
__attribute__((visibility("default"))) int svfap_second = 2;
#endif

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, "faulty", "1.0.0", "MIT", "faulty", interfaces, 1, init};
