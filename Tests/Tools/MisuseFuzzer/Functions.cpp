// Written by tools/abi/misuse_table.py from include/svfap.h. Do not edit.
#include "Functions.h"

#include <svfap.h>

const std::vector<Function> &functions() {
  static const std::vector<Function> all = {
      {"svfap_version",
       common,
       {
           {"text", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"abi_major", Role::numberOut, "", 4, true, false},
           {"abi_minor", Role::numberOut, "", 4, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_version(
             reinterpret_cast<const char **>(a[0]),
             reinterpret_cast<uint64_t *>(a[1]),
             reinterpret_cast<uint32_t *>(a[2]),
             reinterpret_cast<uint32_t *>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_error_status",
       common,
       {
           {"error", Role::handleIn, "svfap_error", 8, false, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_error_status(
             reinterpret_cast<const svfap_error *>(a[0]));
       }},
      {"svfap_error_message",
       common,
       {
           {"error", Role::handleIn, "svfap_error", 8, false, false},
           {"text", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_error_message(
             reinterpret_cast<const svfap_error *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]));
       }},
      {"svfap_error_detail",
       common,
       {
           {"error", Role::handleIn, "svfap_error", 8, false, false},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_error_detail(
             reinterpret_cast<const svfap_error *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]));
       }},
      {"svfap_error_release",
       common,
       {
           {"error", Role::handleIn, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_error_release(
             reinterpret_cast<svfap_error *>(a[0]));
       }},
      {"svfap_cancel_create",
       common,
       {
           {"cancel", Role::handleOut, "svfap_cancel", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_cancel_create(
             reinterpret_cast<svfap_cancel **>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_cancel_request",
       common,
       {
           {"cancel", Role::handleIn, "svfap_cancel", 8, false, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_cancel_request(
             reinterpret_cast<svfap_cancel *>(a[0]));
       }},
      {"svfap_cancel_release",
       common,
       {
           {"cancel", Role::handleIn, "svfap_cancel", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_cancel_release(
             reinterpret_cast<svfap_cancel *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_runtime_create",
       common | Statuses(SVFAP_E_CONFIG),
       {
           {"options", Role::textIn, "", 0, false, false},
           {"options_size", Role::textSize, "", 8, false, false},
           {"runtime", Role::handleOut, "svfap_runtime", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_runtime_create(
             reinterpret_cast<const char *>(a[0]),
             static_cast<uint64_t>(a[1]),
             reinterpret_cast<svfap_runtime **>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_runtime_set_log",
       common,
       {
           {"runtime", Role::handleIn, "svfap_runtime", 8, false, false},
           {"log", Role::callback, "svfap_log_fn", 8, true, false},
           {"user", Role::user, "", 8, true, false},
           {"destroy", Role::callback, "svfap_destroy_fn", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_runtime_set_log(
             reinterpret_cast<svfap_runtime *>(a[0]),
             reinterpret_cast<svfap_log_fn>(a[1]),
             reinterpret_cast<void *>(a[2]),
             reinterpret_cast<svfap_destroy_fn>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_runtime_load_plugin",
       common | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_POLICY) | Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_ABI) | Statuses(SVFAP_E_PLUGIN),
       {
           {"runtime", Role::handleIn, "svfap_runtime", 8, false, false},
           {"path", Role::textIn, "", 0, false, false},
           {"path_size", Role::textSize, "", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_runtime_load_plugin(
             reinterpret_cast<svfap_runtime *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_runtime_release",
       common,
       {
           {"runtime", Role::handleIn, "svfap_runtime", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_runtime_release(
             reinterpret_cast<svfap_runtime *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_model_open",
       common | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_CONFIG) | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_POLICY) | Statuses(SVFAP_E_PLUGIN),
       {
           {"runtime", Role::handleIn, "svfap_runtime", 8, false, false},
           {"path", Role::textIn, "", 0, false, false},
           {"path_size", Role::textSize, "", 8, false, false},
           {"options", Role::textIn, "", 0, false, false},
           {"options_size", Role::textSize, "", 8, false, false},
           {"model", Role::handleOut, "svfap_model", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_open(
             reinterpret_cast<svfap_runtime *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             reinterpret_cast<const char *>(a[3]),
             static_cast<uint64_t>(a[4]),
             reinterpret_cast<svfap_model **>(a[5]),
             reinterpret_cast<svfap_error **>(a[6]));
       }},
      {"svfap_model_create",
       common | Statuses(SVFAP_E_CONFIG) | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_POLICY) | Statuses(SVFAP_E_PLUGIN),
       {
           {"runtime", Role::handleIn, "svfap_runtime", 8, false, false},
           {"config", Role::textIn, "", 0, false, false},
           {"config_size", Role::textSize, "", 8, false, false},
           {"seed", Role::number, "", 8, false, false},
           {"model", Role::handleOut, "svfap_model", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_create(
             reinterpret_cast<svfap_runtime *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             static_cast<uint64_t>(a[3]),
             reinterpret_cast<svfap_model **>(a[4]),
             reinterpret_cast<svfap_error **>(a[5]));
       }},
      {"svfap_model_save",
       common | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_NO_SPACE) | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED),
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"path", Role::textIn, "", 0, false, false},
           {"path_size", Role::textSize, "", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_save(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_model_config",
       common,
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_config(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_model_recipe",
       common,
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_recipe(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_model_card",
       common,
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_card(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_model_outputs",
       common,
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_outputs(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_model_output_count",
       common,
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"count", Role::numberOut, "", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_output_count(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<uint64_t *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_model_output",
       common | Statuses(SVFAP_E_NOT_FOUND),
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"index", Role::number, "", 8, false, false},
           {"name", Role::textStructOut, "", 16, true, false},
           {"unit", Role::textStructOut, "", 16, true, false},
           {"minimum", Role::numberOut, "", 8, true, false},
           {"maximum", Role::numberOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_output(
             reinterpret_cast<svfap_model *>(a[0]),
             static_cast<uint64_t>(a[1]),
             reinterpret_cast<svfap_text *>(a[2]),
             reinterpret_cast<svfap_text *>(a[3]),
             reinterpret_cast<double *>(a[4]),
             reinterpret_cast<double *>(a[5]),
             reinterpret_cast<svfap_error **>(a[6]));
       }},
      {"svfap_model_parameter_count",
       common,
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"count", Role::numberOut, "", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_parameter_count(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<uint64_t *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_model_parameter",
       common | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_UNSUPPORTED),
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"index", Role::number, "", 8, false, false},
           {"name", Role::textStructOut, "", 16, true, false},
           {"values", Role::structOut, "svfap_view", 176, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_parameter(
             reinterpret_cast<svfap_model *>(a[0]),
             static_cast<uint64_t>(a[1]),
             reinterpret_cast<svfap_text *>(a[2]),
             reinterpret_cast<svfap_view *>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_model_release",
       common,
       {
           {"model", Role::handleIn, "svfap_model", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_model_release(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_tensor_view",
       common,
       {
           {"tensor", Role::handleIn, "svfap_tensor", 8, false, false},
           {"view", Role::structOut, "svfap_view", 176, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_tensor_view(
             reinterpret_cast<svfap_tensor *>(a[0]),
             reinterpret_cast<svfap_view *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_tensor_release",
       common,
       {
           {"tensor", Role::handleIn, "svfap_tensor", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_tensor_release(
             reinterpret_cast<svfap_tensor *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_source_open",
       common | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_CONFIG) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_POLICY) | Statuses(SVFAP_E_PLUGIN),
       {
           {"runtime", Role::handleIn, "svfap_runtime", 8, false, false},
           {"path", Role::textIn, "", 0, false, false},
           {"path_size", Role::textSize, "", 8, false, false},
           {"options", Role::textIn, "", 0, false, false},
           {"options_size", Role::textSize, "", 8, false, false},
           {"cancel", Role::handleIn, "svfap_cancel", 8, true, false},
           {"source", Role::handleOut, "svfap_source", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_source_open(
             reinterpret_cast<svfap_runtime *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             reinterpret_cast<const char *>(a[3]),
             static_cast<uint64_t>(a[4]),
             reinterpret_cast<svfap_cancel *>(a[5]),
             reinterpret_cast<svfap_source **>(a[6]),
             reinterpret_cast<svfap_error **>(a[7]));
       }},
      {"svfap_source_info",
       common,
       {
           {"source", Role::handleIn, "svfap_source", 8, false, true},
           {"info", Role::structOut, "svfap_stream_info", 96, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_source_info(
             reinterpret_cast<svfap_source *>(a[0]),
             reinterpret_cast<svfap_stream_info *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_source_next",
       common | Statuses(SVFAP_E_END) | Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"source", Role::handleIn, "svfap_source", 8, false, true},
           {"frame", Role::structOut, "svfap_frame", 64, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_source_next(
             reinterpret_cast<svfap_source *>(a[0]),
             reinterpret_cast<svfap_frame *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_source_seek",
       common | Statuses(SVFAP_E_END) | Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"source", Role::handleIn, "svfap_source", 8, false, true},
           {"index", Role::number, "", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_source_seek(
             reinterpret_cast<svfap_source *>(a[0]),
             static_cast<int64_t>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_source_release",
       common,
       {
           {"source", Role::handleIn, "svfap_source", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_source_release(
             reinterpret_cast<svfap_source *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_predictor_create",
       common | Statuses(SVFAP_E_CONFIG) | Statuses(SVFAP_E_LIMIT),
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"options", Role::textIn, "", 0, false, false},
           {"options_size", Role::textSize, "", 8, false, false},
           {"predictor", Role::handleOut, "svfap_predictor", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_create(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             reinterpret_cast<svfap_predictor **>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_predictor_set_cancel",
       common,
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"cancel", Role::handleIn, "svfap_cancel", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_set_cancel(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<svfap_cancel *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_predictor_forward",
       common | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"video", Role::viewIn, "svfap_view", 176, false, false},
           {"outputs", Role::handleOut, "svfap_tensor", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_forward(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const svfap_view *>(a[1]),
             reinterpret_cast<svfap_tensor **>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_predictor_readings",
       common | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"video", Role::viewIn, "svfap_view", 176, false, false},
           {"readings", Role::handleOut, "svfap_tensor", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_readings(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const svfap_view *>(a[1]),
             reinterpret_cast<svfap_tensor **>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_predictor_features",
       common | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_CANCELLED),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"video", Role::viewIn, "svfap_view", 176, false, false},
           {"features", Role::handleOut, "svfap_tensor", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_features(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const svfap_view *>(a[1]),
             reinterpret_cast<svfap_tensor **>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_predictor_encode",
       common | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_CANCELLED),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"video", Role::viewIn, "svfap_view", 176, false, false},
           {"mask", Role::viewIn, "svfap_view", 176, false, false},
           {"encoded", Role::handleOut, "svfap_tensor", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_encode(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const svfap_view *>(a[1]),
             reinterpret_cast<const svfap_view *>(a[2]),
             reinterpret_cast<svfap_tensor **>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_predictor_reconstruct",
       common | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_CANCELLED),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"video", Role::viewIn, "svfap_view", 176, false, false},
           {"mask", Role::viewIn, "svfap_view", 176, false, false},
           {"pixels", Role::handleOut, "svfap_tensor", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_reconstruct(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const svfap_view *>(a[1]),
             reinterpret_cast<const svfap_view *>(a[2]),
             reinterpret_cast<svfap_tensor **>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_predictor_run",
       common | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"source", Role::handleIn, "svfap_source", 8, false, true},
           {"on_window", Role::callback, "svfap_window_fn", 8, false, false},
           {"user", Role::user, "", 8, true, false},
           {"options", Role::structIn, "svfap_run_options", 32, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_run(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<svfap_source *>(a[1]),
             reinterpret_cast<svfap_window_fn>(a[2]),
             reinterpret_cast<void *>(a[3]),
             reinterpret_cast<const svfap_run_options *>(a[4]),
             reinterpret_cast<svfap_error **>(a[5]));
       }},
      {"svfap_predictor_begin",
       common | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"stream", Role::structIn, "svfap_stream_info", 96, false, false},
           {"on_window", Role::callback, "svfap_window_fn", 8, false, false},
           {"user", Role::user, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_begin(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const svfap_stream_info *>(a[1]),
             reinterpret_cast<svfap_window_fn>(a[2]),
             reinterpret_cast<void *>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_predictor_push",
       common | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"frame", Role::structIn, "svfap_frame", 64, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_push(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const svfap_frame *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_predictor_end",
       common | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_PLUGIN),
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_end(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_predictor_summary",
       common,
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, false, true},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_summary(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_predictor_release",
       common,
       {
           {"predictor", Role::handleIn, "svfap_predictor", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_predictor_release(
             reinterpret_cast<svfap_predictor *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_trainer_create",
       common | Statuses(SVFAP_E_CONFIG) | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_POLICY) | Statuses(SVFAP_E_PLUGIN),
       {
           {"model", Role::handleIn, "svfap_model", 8, false, false},
           {"task", Role::textIn, "", 0, false, false},
           {"task_size", Role::textSize, "", 8, false, false},
           {"options", Role::textIn, "", 0, false, false},
           {"options_size", Role::textSize, "", 8, false, false},
           {"trainer", Role::handleOut, "svfap_trainer", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_create(
             reinterpret_cast<svfap_model *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             reinterpret_cast<const char *>(a[3]),
             static_cast<uint64_t>(a[4]),
             reinterpret_cast<svfap_trainer **>(a[5]),
             reinterpret_cast<svfap_error **>(a[6]));
       }},
      {"svfap_trainer_forward_backward",
       common | Statuses(SVFAP_E_SHAPE) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_NUMERIC) | Statuses(SVFAP_E_PLUGIN) | Statuses(SVFAP_E_FORMAT),
       {
           {"trainer", Role::handleIn, "svfap_trainer", 8, false, true},
           {"video", Role::viewIn, "svfap_view", 176, false, false},
           {"labels", Role::viewIn, "svfap_view", 176, false, false},
           {"loss", Role::numberOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_forward_backward(
             reinterpret_cast<svfap_trainer *>(a[0]),
             reinterpret_cast<const svfap_view *>(a[1]),
             reinterpret_cast<const svfap_view *>(a[2]),
             reinterpret_cast<double *>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
      {"svfap_trainer_step",
       common | Statuses(SVFAP_E_NUMERIC),
       {
           {"trainer", Role::handleIn, "svfap_trainer", 8, false, true},
           {"step", Role::structOut, "svfap_step", 40, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_step(
             reinterpret_cast<svfap_trainer *>(a[0]),
             reinterpret_cast<svfap_step *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_trainer_drop_gradients",
       common,
       {
           {"trainer", Role::handleIn, "svfap_trainer", 8, false, true},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_drop_gradients(
             reinterpret_cast<svfap_trainer *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_trainer_parameter_count",
       common,
       {
           {"trainer", Role::handleIn, "svfap_trainer", 8, false, true},
           {"count", Role::numberOut, "", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_parameter_count(
             reinterpret_cast<svfap_trainer *>(a[0]),
             reinterpret_cast<uint64_t *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_trainer_parameter",
       common | Statuses(SVFAP_E_NOT_FOUND),
       {
           {"trainer", Role::handleIn, "svfap_trainer", 8, false, true},
           {"index", Role::number, "", 8, false, false},
           {"name", Role::textStructOut, "", 16, true, false},
           {"values", Role::structOut, "svfap_view", 176, true, false},
           {"gradient", Role::structOut, "svfap_view", 176, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_parameter(
             reinterpret_cast<svfap_trainer *>(a[0]),
             static_cast<uint64_t>(a[1]),
             reinterpret_cast<svfap_text *>(a[2]),
             reinterpret_cast<svfap_view *>(a[3]),
             reinterpret_cast<svfap_view *>(a[4]),
             reinterpret_cast<svfap_error **>(a[5]));
       }},
      {"svfap_trainer_snapshot",
       common | Statuses(SVFAP_E_CONFIG),
       {
           {"trainer", Role::handleIn, "svfap_trainer", 8, false, true},
           {"averaged", Role::number, "", 4, false, false},
           {"model", Role::handleOut, "svfap_model", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_snapshot(
             reinterpret_cast<svfap_trainer *>(a[0]),
             static_cast<int32_t>(a[1]),
             reinterpret_cast<svfap_model **>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_trainer_release",
       common,
       {
           {"trainer", Role::handleIn, "svfap_trainer", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_trainer_release(
             reinterpret_cast<svfap_trainer *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_job_create",
       common | Statuses(SVFAP_E_NOT_FOUND) | Statuses(SVFAP_E_CONFIG),
       {
           {"runtime", Role::handleIn, "svfap_runtime", 8, false, false},
           {"kind", Role::textIn, "", 0, false, false},
           {"kind_size", Role::textSize, "", 8, false, false},
           {"options", Role::textIn, "", 0, false, false},
           {"options_size", Role::textSize, "", 8, false, false},
           {"job", Role::handleOut, "svfap_job", 8, false, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_job_create(
             reinterpret_cast<svfap_runtime *>(a[0]),
             reinterpret_cast<const char *>(a[1]),
             static_cast<uint64_t>(a[2]),
             reinterpret_cast<const char *>(a[3]),
             static_cast<uint64_t>(a[4]),
             reinterpret_cast<svfap_job **>(a[5]),
             reinterpret_cast<svfap_error **>(a[6]));
       }},
      {"svfap_job_run",
       anyStatus,
       {
           {"job", Role::handleIn, "svfap_job", 8, false, true},
           {"options", Role::structIn, "svfap_run_options", 32, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_job_run(
             reinterpret_cast<svfap_job *>(a[0]),
             reinterpret_cast<const svfap_run_options *>(a[1]),
             reinterpret_cast<svfap_error **>(a[2]));
       }},
      {"svfap_job_result",
       common,
       {
           {"job", Role::handleIn, "svfap_job", 8, false, true},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_job_result(
             reinterpret_cast<svfap_job *>(a[0]),
             reinterpret_cast<const char **>(a[1]),
             reinterpret_cast<uint64_t *>(a[2]),
             reinterpret_cast<svfap_error **>(a[3]));
       }},
      {"svfap_job_release",
       common,
       {
           {"job", Role::handleIn, "svfap_job", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_job_release(
             reinterpret_cast<svfap_job *>(a[0]),
             reinterpret_cast<svfap_error **>(a[1]));
       }},
      {"svfap_job_schema",
       common | Statuses(SVFAP_E_NOT_FOUND),
       {
           {"kind", Role::textIn, "", 0, false, false},
           {"kind_size", Role::textSize, "", 8, false, false},
           {"json", Role::textOut, "", 8, true, false},
           {"size", Role::textSizeOut, "", 8, true, false},
           {"error", Role::errorOut, "svfap_error", 8, true, false},
       },
       [](const uint64_t *a) -> int32_t {
         return svfap_job_schema(
             reinterpret_cast<const char *>(a[0]),
             static_cast<uint64_t>(a[1]),
             reinterpret_cast<const char **>(a[2]),
             reinterpret_cast<uint64_t *>(a[3]),
             reinterpret_cast<svfap_error **>(a[4]));
       }},
  };
  return all;
}
