"""What include/svfap.h declares, for ctypes.

Written by tools/abi/generate.py --write. Change the header, not this file.
"""

from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_float, c_int32, c_int64, c_uint32, c_uint64, c_void_p

ABI_MAJOR = 1
ABI_MINOR = 0
NUL_TERMINATED = 18446744073709551615
OK = 0
E_INVALID_ARGUMENT = 1
E_BAD_HANDLE = 2
E_BUSY = 3
E_NO_MEMORY = 4
E_IO = 5
E_NO_SPACE = 6
E_NOT_FOUND = 7
E_FORMAT = 8
E_LIMIT = 9
E_CONFIG = 10
E_SHAPE = 11
E_UNSUPPORTED = 12
E_ABI = 13
E_PLUGIN = 14
E_POLICY = 15
E_CANCELLED = 16
E_END = 17
E_NUMERIC = 18
E_INTERNAL = 19
FLOAT32 = 1
INT64 = 2
BOOL8 = 3
UINT8 = 4
MAX_DIMENSIONS = 8
UNKNOWN_COUNT = -1


class View(Structure):
    """struct svfap_view"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("dtype", c_int32),
        ("dimension_count", c_int32),
        ("shape", c_int64 * 8),
        ("strides", c_int64 * 8),
        ("data", c_void_p),
        ("byte_count", c_uint64),
        ("reserved", c_uint64 * 2),
    ]


class Text(Structure):
    """struct svfap_text"""

    _fields_ = [
        ("data", c_void_p),
        ("size", c_uint64),
    ]


class StreamInfo(Structure):
    """struct svfap_stream_info"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("width", c_int64),
        ("height", c_int64),
        ("frame_count", c_int64),
        ("rate_numerator", c_int64),
        ("rate_denominator", c_int64),
        ("duration_s", c_double),
        ("rotation_degrees", c_int32),
        ("seekable", c_int32),
        ("format", Text),
        ("metadata", Text),
    ]


class Frame(Structure):
    """struct svfap_frame"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("index", c_int64),
        ("time_s", c_double),
        ("width", c_int64),
        ("height", c_int64),
        ("row_bytes", c_int64),
        ("rgb", c_void_p),
        ("damaged", c_int32),
        ("reserved", c_int32),
    ]


DestroyFunction = CFUNCTYPE(None, c_void_p)


class Progress(Structure):
    """struct svfap_progress"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("done", c_double),
        ("total", c_double),
        ("elapsed_s", c_double),
        ("remaining_s", c_double),
        ("activity", Text),
    ]


ProgressFunction = CFUNCTYPE(c_int32, c_void_p, POINTER(Progress))


class RunOptions(Structure):
    """struct svfap_run_options"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("cancel", c_void_p),
        ("progress", ProgressFunction),
        ("progress_user", c_void_p),
    ]


LogFunction = CFUNCTYPE(None, c_void_p, c_int32, c_void_p, c_uint64)


class Window(Structure):
    """struct svfap_window"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("index", c_int64),
        ("start_frame", c_int64),
        ("end_frame", c_int64),
        ("start_s", c_double),
        ("end_s", c_double),
        ("success", c_int32),
        ("padded_frames", c_int32),
        ("reason", Text),
        ("readings", POINTER(c_float)),
        ("reading_count", c_uint64),
        ("winner", c_int64),
    ]


WindowFunction = CFUNCTYPE(c_int32, c_void_p, POINTER(Window))


class Step(Structure):
    """struct svfap_step"""

    _fields_ = [
        ("struct_size", c_uint64),
        ("index", c_int64),
        ("learning_rate", c_double),
        ("weight_decay", c_double),
        ("gradient_norm", c_double),
    ]


# Parameter types; every function returns a status.
FUNCTIONS = {
    "svfap_version": [POINTER(c_void_p), POINTER(c_uint64), POINTER(c_uint32), POINTER(c_uint32), POINTER(c_void_p)],
    "svfap_error_status": [c_void_p],
    "svfap_error_message": [c_void_p, POINTER(c_void_p), POINTER(c_uint64)],
    "svfap_error_detail": [c_void_p, POINTER(c_void_p), POINTER(c_uint64)],
    "svfap_error_release": [c_void_p],
    "svfap_cancel_create": [POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_cancel_request": [c_void_p],
    "svfap_cancel_release": [c_void_p, POINTER(c_void_p)],
    "svfap_runtime_create": [c_char_p, c_uint64, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_runtime_set_log": [c_void_p, LogFunction, c_void_p, DestroyFunction, POINTER(c_void_p)],
    "svfap_runtime_load_plugin": [c_void_p, c_char_p, c_uint64, POINTER(c_void_p)],
    "svfap_runtime_release": [c_void_p, POINTER(c_void_p)],
    "svfap_model_open": [c_void_p, c_char_p, c_uint64, c_char_p, c_uint64, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_model_create": [c_void_p, c_char_p, c_uint64, c_uint64, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_model_save": [c_void_p, c_char_p, c_uint64, POINTER(c_void_p)],
    "svfap_model_config": [c_void_p, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_model_recipe": [c_void_p, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_model_card": [c_void_p, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_model_outputs": [c_void_p, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_model_output_count": [c_void_p, POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_model_output": [c_void_p, c_uint64, POINTER(Text), POINTER(Text), POINTER(c_double), POINTER(c_double), POINTER(c_void_p)],
    "svfap_model_parameter_count": [c_void_p, POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_model_parameter": [c_void_p, c_uint64, POINTER(Text), POINTER(View), POINTER(c_void_p)],
    "svfap_model_release": [c_void_p, POINTER(c_void_p)],
    "svfap_tensor_view": [c_void_p, POINTER(View), POINTER(c_void_p)],
    "svfap_tensor_release": [c_void_p, POINTER(c_void_p)],
    "svfap_source_open": [c_void_p, c_char_p, c_uint64, c_char_p, c_uint64, c_void_p, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_source_info": [c_void_p, POINTER(StreamInfo), POINTER(c_void_p)],
    "svfap_source_next": [c_void_p, POINTER(Frame), POINTER(c_void_p)],
    "svfap_source_seek": [c_void_p, c_int64, POINTER(c_void_p)],
    "svfap_source_release": [c_void_p, POINTER(c_void_p)],
    "svfap_predictor_create": [c_void_p, c_char_p, c_uint64, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_predictor_set_cancel": [c_void_p, c_void_p, POINTER(c_void_p)],
    "svfap_predictor_forward": [c_void_p, POINTER(View), POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_predictor_readings": [c_void_p, POINTER(View), POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_predictor_features": [c_void_p, POINTER(View), POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_predictor_encode": [c_void_p, POINTER(View), POINTER(View), POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_predictor_reconstruct": [c_void_p, POINTER(View), POINTER(View), POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_predictor_run": [c_void_p, c_void_p, WindowFunction, c_void_p, POINTER(RunOptions), POINTER(c_void_p)],
    "svfap_predictor_begin": [c_void_p, POINTER(StreamInfo), WindowFunction, c_void_p, POINTER(c_void_p)],
    "svfap_predictor_push": [c_void_p, POINTER(Frame), POINTER(c_void_p)],
    "svfap_predictor_end": [c_void_p, POINTER(c_void_p)],
    "svfap_predictor_summary": [c_void_p, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_predictor_release": [c_void_p, POINTER(c_void_p)],
    "svfap_trainer_create": [c_void_p, c_char_p, c_uint64, c_char_p, c_uint64, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_trainer_forward_backward": [c_void_p, POINTER(View), POINTER(View), POINTER(c_double), POINTER(c_void_p)],
    "svfap_trainer_step": [c_void_p, POINTER(Step), POINTER(c_void_p)],
    "svfap_trainer_drop_gradients": [c_void_p, POINTER(c_void_p)],
    "svfap_trainer_parameter_count": [c_void_p, POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_trainer_parameter": [c_void_p, c_uint64, POINTER(Text), POINTER(View), POINTER(View), POINTER(c_void_p)],
    "svfap_trainer_snapshot": [c_void_p, c_int32, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_trainer_release": [c_void_p, POINTER(c_void_p)],
    "svfap_job_create": [c_void_p, c_char_p, c_uint64, c_char_p, c_uint64, POINTER(c_void_p), POINTER(c_void_p)],
    "svfap_job_run": [c_void_p, POINTER(RunOptions), POINTER(c_void_p)],
    "svfap_job_result": [c_void_p, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_void_p)],
    "svfap_job_release": [c_void_p, POINTER(c_void_p)],
    "svfap_job_schema": [c_char_p, c_uint64, POINTER(c_void_p), POINTER(c_uint64), POINTER(c_void_p)],
}
