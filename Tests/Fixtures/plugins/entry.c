/* A plugin for tests whose entry can be wrong in every way. What is not defined with -D is right. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef LARGER /* The entry of a later minor, with one member more. */
#define svfap_plugin_v1 declared
#endif
#include <svfap_plugin.h>
#ifdef LARGER
#undef svfap_plugin_v1
typedef struct larger {
  svfap_plugin first;
  uint64_t more;
} larger;
#define ENTRY __attribute__((visibility("default"))) const larger svfap_plugin_v1
#else
#define ENTRY const svfap_plugin svfap_plugin_v1
#endif

/* The note: the right one, none, or the right one and another. */
#ifdef NO_NOTE
#undef SVFAP_PLUGIN_EXPORT
#define SVFAP_PLUGIN_EXPORT
#endif
#ifdef SECOND_NOTE
static const svfap_plugin_note second_note __attribute__((section(".note.svfap"), used, aligned(4))) = SECOND_NOTE;
#endif

#ifndef MAGIC
#define MAGIC SVFAP_PLUGIN_MAGIC
#endif
#ifndef SIZE
#define SIZE sizeof(svfap_plugin)
#endif
#ifndef MAJOR
#define MAJOR SVFAP_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR SVFAP_ABI_MINOR
#endif
#ifndef ID
#define ID "entry"
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef SUMMARY
#define SUMMARY "a plugin for tests"
#endif
#ifndef TABLE_SIZE
#define TABLE_SIZE sizeof(svfap_task_head)
#endif
#ifndef FORWARD
#define FORWARD forward
#endif
#ifndef REPORT
#define REPORT 0
#endif
#ifndef INTERFACES
#define INTERFACES {SVFAP_TASK_HEAD, &head}
#endif
#ifndef LIST
#define LIST interfaces
#endif
#ifndef COUNT
#define COUNT sizeof interfaces / sizeof *interfaces
#endif
#ifndef INIT
#define INIT init
#endif
#ifndef STATUS
#define STATUS SVFAP_OK
#endif
#ifndef MESSAGE
#define MESSAGE ""
#endif

static svfap_status describe(const svfap_host *host, svfap_text *json) {
  static const char text[] = "{\"summary\": \"\", \"config_schema\": {\"type\": \"object\"}, \"label_fields\": []}";
  (void)host;
  json->data = text;
  json->size = sizeof text - 1;
  return SVFAP_OK;
}
static svfap_status create(const svfap_host *host, const char *config, uint64_t size, int64_t width, svfap_head **head) {
  (void)host, (void)config, (void)size, (void)width, (void)head;
  return SVFAP_E_UNSUPPORTED;
}
static void destroy(svfap_head *head) { (void)head; }
static svfap_status info(const svfap_head *head, svfap_head_info *info) { return (void)head, (void)info, SVFAP_E_UNSUPPORTED; }
static svfap_status parameter(const svfap_head *head, int64_t i, svfap_parameter *p) { return (void)head, (void)i, (void)p, SVFAP_E_UNSUPPORTED; }
static svfap_status output(const svfap_head *head, int64_t i, svfap_output *o) { return (void)head, (void)i, (void)o, SVFAP_E_UNSUPPORTED; }
static svfap_status metric(const svfap_head *head, int64_t i, svfap_metric *m) { return (void)head, (void)i, (void)m, SVFAP_E_UNSUPPORTED; }
static svfap_status target(const svfap_head *head, const svfap_text *f, uint64_t n, float *row) {
  return (void)head, (void)f, (void)n, (void)row, SVFAP_E_UNSUPPORTED;
}
static svfap_status forward(const svfap_head *head, const svfap_view *p, const svfap_view *i, const svfap_view *r) {
  return (void)head, (void)p, (void)i, (void)r, SVFAP_E_UNSUPPORTED;
}
static svfap_status loss(const svfap_head *head, const svfap_view *p, const svfap_view *i, const svfap_view *r, const svfap_view *t, double *l,
                         const svfap_view *g, const svfap_view *ig) {
  return (void)head, (void)p, (void)i, (void)r, (void)t, (void)l, (void)g, (void)ig, SVFAP_E_UNSUPPORTED;
}
static svfap_status readings(const svfap_head *head, const svfap_view *r, const svfap_view *o) { return (void)head, (void)r, (void)o, SVFAP_E_UNSUPPORTED; }
static svfap_status accumulate(const svfap_head *head, const svfap_view *r, const svfap_view *t, double *a) {
  return (void)head, (void)r, (void)t, (void)a, SVFAP_E_UNSUPPORTED;
}
static svfap_status measure(const svfap_head *head, const double *a, double *m) { return (void)head, (void)a, (void)m, SVFAP_E_UNSUPPORTED; }

static const svfap_task_head head = {TABLE_SIZE, describe, create, destroy, info, parameter, output, metric,
                                     target, FORWARD, loss, readings, accumulate, measure, REPORT};
static const char unknown[4] = "new";
static const char crooked[64] __attribute__((aligned(8))) = "";
/* A table of HOLLOW bytes whose slots are empty. */
#ifndef HOLLOW
#define HOLLOW 0
#endif
static const uint64_t hollow[16] = {HOLLOW};
static const svfap_interface interfaces[] = {INTERFACES};
static const void *const all[] __attribute__((used)) = {&head, unknown, crooked, hollow, interfaces, forward};

/* Calls itself until the stack is full. */
int deep(volatile char *above) {
  volatile char room[4096];
  room[0] = above ? above[0] : 1;
  return deep(room) + room[0];
}

#ifdef CONSTRUCTOR
__attribute__((constructor)) static void start(void) { CONSTRUCTOR; }
#endif
#ifndef IN_INIT
#define IN_INIT
#endif

static svfap_status init(const svfap_host *host) {
  IN_INIT;
#ifdef MARKER
  int file = open(MARKER, O_WRONLY | O_CREAT | O_APPEND, 0600);
  usleep(20000);
  if (file >= 0 && write(file, "i", 1) == 1) close(file);
#endif
  if (STATUS != SVFAP_OK) return host->fail(host->context, STATUS, MESSAGE, sizeof MESSAGE - 1);
  return SVFAP_OK;
}
static svfap_status (*const init_address)(const svfap_host *) __attribute__((used)) = init;

SVFAP_PLUGIN_EXPORT ENTRY = {MAGIC, SIZE, MAJOR, MINOR, ID, VERSION, "MIT", SUMMARY, LIST, COUNT, INIT};
