/* A task head of one's own: one number a clip from -1 to 1, such as valence, read by attention over the tokens.
 *
 *   cc -std=c99 -shared -fPIC -fvisibility=hidden -Wl,-z,nodelete attention_pool_head.c -lm -o svfap_head_attention-pool.so
 *
 * For a clip whose tokens, each brought to length sqrt(d), are x_1 ... x_n of width d:
 *
 *   share = softmax(query . x_i / sqrt(d))    pooled = sum share_i x_i    raw = weight . pooled + bias
 *   reading = tanh(raw)                       loss = log cosh(reading - target)
 */
#include <math.h>
#include <string.h>
#include <svfap_plugin.h>

enum { QUERY, WEIGHT, BIAS, PARAMETERS };
enum { COUNT, Y, T, YY, TT, YT, SUMS }; /* of readings y and targets t */

struct svfap_head {
  int64_t width;
  char name[16]; /* of the output */
};

/* What one clip needs on its way. `x` is the beginning of the one block that holds all of it. */
typedef struct scratch {
  float *x, *scale, *share, *pooled; /* tokens (n, d), 1 / length (n), attention (n), pooled (d) */
} scratch;

static const svfap_host *host;

static svfap_status init(const svfap_host *table) { return host = table, SVFAP_OK; }
static svfap_text text(const char *data) { svfap_text made = {data, strlen(data)}; return made; }
static svfap_status fail(svfap_status status, const char *text) { return host->fail(host->context, status, text, strlen(text)); }
static float *floats(const svfap_view *view) { return (float *)view->data; }

static svfap_status describe(const svfap_host *table, svfap_text *json) {
  *json = text("{\"summary\": \"one number from -1 to 1, by attention over the tokens\","
               " \"label_fields\": [{\"name\": \"label\", \"type\": \"number from -1 to 1\"}],"
               " \"config_schema\": {\"type\": \"object\", \"properties\": {\"output\": {\"description\": \"what the number is\","
               " \"enum\": [\"valence\", \"arousal\", \"dominance\"], \"default\": \"valence\"}}}}");
  return (void)table, SVFAP_OK;
}

/* The host has checked the configuration by the schema and filled it in, so one of the names stands in it. */
static svfap_status create(const svfap_host *table, const char *config, uint64_t size, int64_t width, svfap_head **made) {
  svfap_head *head = (svfap_head *)table->allocate(table->context, sizeof *head);
  svfap_status status = SVFAP_OK;
  if (head == NULL) return fail(SVFAP_E_NO_MEMORY, "attention-pool: no memory for a head");
  head->width = width;
  status = table->option_text(table->context, config, size, "/output", head->name, sizeof head->name, NULL);
  if (status != SVFAP_OK) return table->deallocate(table->context, head), status; /* it has told why */
  return *made = head, SVFAP_OK;
}
static void destroy(svfap_head *head) { host->deallocate(host->context, head); }

static svfap_status info(const svfap_head *head, svfap_head_info *info) {
  info->input = SVFAP_INPUT_TOKENS, info->targets_mix = 1;
  info->raw_width = info->output_count = info->target_width = info->metric_count = 1;
  info->parameter_count = PARAMETERS, info->accumulator_width = SUMS;
  return (void)head, SVFAP_OK;
}

static svfap_status parameter(const svfap_head *head, int64_t index, svfap_parameter *parameter) {
  static const char *const names[] = {"query", "weight", "bias"};
  if (index < 0 || index >= PARAMETERS) return fail(SVFAP_E_INVALID_ARGUMENT, "attention-pool: there are three parameters");
  parameter->name = text(names[index]);
  parameter->dimension_count = 1, parameter->shape[0] = index == BIAS ? 1 : head->width;
  parameter->initializer = SVFAP_INITIAL_NORMAL, parameter->initial_value = index == BIAS ? 0 : 0.02; /* the deviation */
  parameter->weight_decay = index == WEIGHT;
  return SVFAP_OK;
}

static svfap_status output(const svfap_head *head, int64_t index, svfap_output *output) {
  if (index != 0) return fail(SVFAP_E_INVALID_ARGUMENT, "attention-pool: there is one output");
  output->name = text(head->name), output->unit = text("1"), output->minimum = -1, output->maximum = 1;
  return SVFAP_OK;
}

static svfap_status metric(const svfap_head *head, int64_t index, svfap_metric *metric) {
  if (index != 0) return fail(SVFAP_E_INVALID_ARGUMENT, "attention-pool: there is one metric");
  metric->name = text("ccc"), metric->unit = text("1"), metric->larger_is_better = 1; /* Lin's concordance */
  return (void)head, SVFAP_OK;
}

/* Not strtod: it reads what the locale of the program calls a number. */
static svfap_status target(const svfap_head *head, const svfap_text *fields, uint64_t count, float *row) {
  double value;
  if (count != 1 || host->parse_number(host->context, fields->data, fields->size, &value) != SVFAP_OK || fabs(value) > 1)
    return fail(SVFAP_E_FORMAT, "attention-pool: expected one label field, a number from -1 to 1 such as -0.25");
  return (void)head, *row = (float)value, SVFAP_OK;
}

static double dot(const float *a, const float *b, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += (double)a[i] * b[i];
  return sum;
}

/* Memory for a clip of n tokens: one block, which begins at `x`. */
static svfap_status borrow(scratch *s, int64_t n, int64_t d) {
  s->x = (float *)host->allocate(host->context, (uint64_t)(n * d + 2 * n + d) * sizeof(float));
  if (s->x == NULL) return fail(SVFAP_E_NO_MEMORY, "attention-pool: no memory for the tokens of a clip");
  return s->scale = s->x + n * d, s->share = s->scale + n, s->pooled = s->share + n, SVFAP_OK;
}

/* Pools the tokens of one clip. */
static void attend(const float *query, const float *tokens, int64_t n, int64_t d, scratch *s) {
  double peak = -INFINITY, sum = 0;
  for (int64_t i = 0; i < n; i++) {
    const float *token = tokens + i * d;
    s->scale[i] = (float)(1 / sqrt(dot(token, token, d) / (double)d + 1e-6));
    for (int64_t c = 0; c < d; c++) s->x[i * d + c] = token[c] * s->scale[i];
    s->share[i] = (float)(dot(query, s->x + i * d, d) / sqrt((double)d));
    peak = fmax(peak, s->share[i]);
  }
  for (int64_t i = 0; i < n; i++) sum += exp(s->share[i] - peak);
  for (int64_t c = 0; c < d; c++) s->pooled[c] = 0;
  for (int64_t i = 0; i < n; i++) {
    s->share[i] = (float)(exp(s->share[i] - peak) / sum);
    for (int64_t c = 0; c < d; c++) s->pooled[c] += s->share[i] * s->x[i * d + c];
  }
}

static svfap_status forward(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw) {
  const int64_t n = input->shape[1], d = head->width;
  scratch s;
  if (borrow(&s, n, d) != SVFAP_OK) return SVFAP_E_NO_MEMORY;
  for (int64_t clip = 0; clip < input->shape[0]; clip++) {
    attend(floats(&parameters[QUERY]), floats(input) + clip * n * d, n, d, &s);
    floats(raw)[clip] = (float)(*floats(&parameters[BIAS]) + dot(floats(&parameters[WEIGHT]), s.pooled, d));
  }
  host->deallocate(host->context, s.x);
  return SVFAP_OK;
}

static svfap_status loss(const svfap_head *head, const svfap_view *parameters, const svfap_view *input, const svfap_view *raw,
                         const svfap_view *targets, double *loss, const svfap_view *gradients, const svfap_view *input_gradient) {
  const int64_t clips = input->shape[0], n = input->shape[1], d = head->width;
  const float *query = floats(&parameters[QUERY]), *weight = floats(&parameters[WEIGHT]);
  double total = 0;
  scratch s;
  if (borrow(&s, n, d) != SVFAP_OK) return SVFAP_E_NO_MEMORY;
  for (int64_t clip = 0; clip < clips; clip++) {
    const double y = tanh(floats(raw)[clip]), error = y - floats(targets)[clip];
    const double slope = tanh(error) * (1 - y * y) / (double)clips; /* of the loss by raw */
    attend(query, floats(input) + clip * n * d, n, d, &s);
    const double mean = dot(weight, s.pooled, d); /* of every token's `weight . x`, under the shares */
    total += (fabs(error) + log1p(exp(-2 * fabs(error))) - log(2)) / (double)clips; /* log cosh, without its overflow */
    *floats(&gradients[BIAS]) += (float)slope;
    for (int64_t c = 0; c < d; c++) floats(&gradients[WEIGHT])[c] += (float)(slope * s.pooled[c]);
    for (int64_t i = 0; i < n; i++) {
      const float *x = s.x + i * d;
      float *out = floats(input_gradient) + (clip * n + i) * d;
      const double score = slope * s.share[i] * (dot(weight, x, d) - mean) / sqrt((double)d); /* of the loss by the score */
      for (int64_t c = 0; c < d; c++) {
        floats(&gradients[QUERY])[c] += (float)(score * x[c]);
        out[c] = (float)(slope * s.share[i] * weight[c] + score * query[c]);
      }
      /* What would only change the length of the token changes nothing. */
      const double along = dot(out, x, d) / (double)d;
      for (int64_t c = 0; c < d; c++) out[c] = (float)(s.scale[i] * (out[c] - x[c] * along));
    }
  }
  host->deallocate(host->context, s.x);
  return *loss = total, SVFAP_OK;
}

static svfap_status readings(const svfap_head *head, const svfap_view *raw, const svfap_view *readings) {
  for (int64_t clip = 0; clip < raw->shape[0]; clip++) floats(readings)[clip] = tanhf(floats(raw)[clip]);
  return (void)head, SVFAP_OK;
}

/* Sums, so that those of two parts of a set add up to those of the whole. */
static svfap_status accumulate(const svfap_head *head, const svfap_view *readings, const svfap_view *targets, double *sums) {
  for (int64_t clip = 0; clip < readings->shape[0]; clip++) {
    const double y = floats(readings)[clip], t = floats(targets)[clip];
    sums[COUNT]++, sums[Y] += y, sums[T] += t, sums[YY] += y * y, sums[TT] += t * t, sums[YT] += y * t;
  }
  return (void)head, SVFAP_OK;
}

static svfap_status measure(const svfap_head *head, const double *sums, double *metrics) {
  const double n = sums[COUNT], y = sums[Y] / n, t = sums[T] / n;
  metrics[0] = 2 * (sums[YT] / n - y * t) / (sums[YY] / n - y * y + sums[TT] / n - t * t + (y - t) * (y - t));
  return (void)head, SVFAP_OK;
}

static const svfap_task_head head = {sizeof head, describe, create, destroy, info, parameter, output, metric,
                                     target, forward, loss, readings, accumulate, measure, NULL};
static const svfap_interface interfaces[] = {{SVFAP_TASK_HEAD, &head}};

SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {
    SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), SVFAP_ABI_MAJOR, SVFAP_ABI_MINOR, "attention-pool", "1.0.0", "MIT",
    "one number from -1 to 1, by attention over the tokens", interfaces, 1, init};
