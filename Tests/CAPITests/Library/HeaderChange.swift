import Testing

/// A change of the headers, and whether programs and plugins of earlier versions survive it.
struct HeaderChange: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let edits: [(file: String, old: String, new: String)]
  /// What is said of it; nil if it is an addition, which is allowed.
  let refusal: String?
  /// Whether the types differ, so that abidiff and the locks see it too.
  var isSeenInTypes = true

  /// The version after 1.0, which additions belong to.
  static let minor = ("include/svfap_types.h", "#define SVFAP_ABI_MINOR 0", "#define SVFAP_ABI_MINOR 1")

  static let all = [
    HeaderChange(
      testDescription: "a function more",
      edits: [
        minor,
        (
          "include/svfap.h", "/** Ends an error object",
          "/** More. [any] Since 1.1. */\nsvfap_status svfap_error_more(const svfap_error *error);\n/** Ends an error object"
        ),
      ], refusal: nil),
    HeaderChange(
      testDescription: "a member at the end of a struct",
      edits: [minor, ("include/svfap.h", "} svfap_step;", "  int64_t more; /* Since 1.1. */\n} svfap_step;")], refusal: nil),
    HeaderChange(
      testDescription: "an optional slot at the end of a plugin's table",
      edits: [
        minor,
        (
          "include/svfap_plugin.h", "} svfap_video_sink;",
          "  /** (optional) More. Without it: less. Since 1.1. */\n  svfap_status (*more)(svfap_writer *writer);\n} svfap_video_sink;"
        ),
      ], refusal: nil),
    HeaderChange(
      testDescription: "a slot at the end of the host's table",
      edits: [
        minor,
        (
          "include/svfap_plugin.h", "} svfap_host;", "  /** More. Since 1.1. */\n  svfap_status (*more)(void *context);\n} svfap_host;"
        ),
      ], refusal: nil),
    HeaderChange(
      testDescription: "a struct and a constant more",
      edits: [
        minor,
        (
          "include/svfap.h", "/** How to run something long. */",
          "#define SVFAP_MORE 20\n/** More. Since 1.1. */\ntypedef struct svfap_more {\n  uint64_t struct_size;\n} svfap_more;\n/** How to run something long. */"
        ),
      ], refusal: nil),
    HeaderChange(
      testDescription: "a function less",
      edits: [("include/svfap.h", "svfap_status svfap_tensor_release(svfap_tensor *tensor, svfap_error **error);", "")],
      refusal: "svfap_tensor_release of version 1.0 is gone"),
    HeaderChange(
      testDescription: "a parameter of another type",
      edits: [("include/svfap.h", "svfap_source *source, int64_t index", "svfap_source *source, uint64_t index")],
      refusal: "svfap_source_seek is svfap_status (svfap_source *, uint64_t, svfap_error **); in version 1.0 it was"),
    HeaderChange(
      testDescription: "a callback with another type",
      edits: [("include/svfap.h", "void *user, int32_t level", "void *user, int64_t level")],
      refusal: "svfap_log_fn is void (void *, int64_t"),
    HeaderChange(
      testDescription: "members in another order",
      edits: [
        ("include/svfap_types.h", "int32_t dtype;", "int32_t one;"),
        ("include/svfap_types.h", "int32_t dimension_count;", "int32_t dtype;"),
      ]
        + [("include/svfap_types.h", "int32_t one;", "int32_t dimension_count;")],
      refusal: "svfap_view.dtype is int32_t at byte 12; in version 1.0 it was int32_t at byte 8"),
    HeaderChange(
      testDescription: "a member of another type of the same size",
      edits: [("include/svfap.h", "int32_t padded_frames;", "uint32_t padded_frames;")],
      refusal: "svfap_window.padded_frames is uint32_t at byte 52; in version 1.0 it was int32_t"),
    HeaderChange(
      testDescription: "a slot with another type",
      edits: [("include/svfap_plugin.h", "(*cancelled)(void *context);", "(*cancelled)(void *context, int32_t again);")],
      refusal: "svfap_host.cancelled is int32_t (*)(void *, int32_t)"),
    HeaderChange(
      testDescription: "a member in the middle",
      edits: [("include/svfap.h", "  double done, total;", "  double more;\n  double done, total;")],
      refusal: "svfap_progress.done is double at byte 16; in version 1.0 it was double at byte 8"),
    HeaderChange(
      testDescription: "a member more where nothing ever grows",
      edits: [("include/svfap_types.h", "} svfap_view;", "  uint64_t more;\n} svfap_view;")],
      refusal: "svfap_view has 184 bytes; in version 1.0 it had 176"),
    HeaderChange(
      testDescription: "a status with another number", edits: [("include/svfap_types.h", "SVFAP_E_IO = 5", "SVFAP_E_IO = 50")],
      refusal: "SVFAP_E_IO is 50; in version 1.0 it was 5"),
    HeaderChange(
      testDescription: "an interface with another name",
      edits: [("include/svfap_plugin.h", "\"svfap.video-sink\"", "\"svfap.video_sink\"")],
      refusal: "SVFAP_VIDEO_SINK is svfap.video_sink; in version 1.0 it was svfap.video-sink", isSeenInTypes: false),
    HeaderChange(
      testDescription: "a function that claims to be old",
      edits: [
        (
          "include/svfap.h", "/** Ends an error object",
          "/** More. [any] Since 1.0. */\nsvfap_status svfap_error_more(const svfap_error *error);\n/** Ends an error object"
        )
      ], refusal: "svfap_error_more says Since 1.0, but version 1.0 was released without it", isSeenInTypes: false),
    HeaderChange(
      testDescription: "a function that claims to be younger",
      edits: [
        minor,
        (
          "include/svfap.h", "/** Ends the tensor. NULL is allowed. [any] Since 1.0.",
          "/** Ends the tensor. NULL is allowed. [any] Since 1.1."
        ),
      ],
      refusal: "svfap_tensor_release moved from SVFAP_1.0 to SVFAP_1.1", isSeenInTypes: false),
    HeaderChange(
      testDescription: "a slot that older plugins do not fill in, and must",
      edits: [
        minor,
        (
          "include/svfap_plugin.h", "} svfap_video_sink;",
          "  /** More. Since 1.1. */\n  svfap_status (*more)(svfap_writer *writer);\n} svfap_video_sink;"
        ),
      ], refusal: "svfap_video_sink.more is new after version 1.0: it must be (optional)", isSeenInTypes: false),
  ]
}
