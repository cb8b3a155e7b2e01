/* libavformat, libavcodec, libavutil and libswscale for Swift, and the few macros of theirs that Swift cannot import. */
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

/* Built from FFERRTAG and AVERROR, which are function-like. */
static const int ffmpeg_end_of_file = AVERROR_EOF;
static const int ffmpeg_try_again = AVERROR(EAGAIN);
static const int ffmpeg_interrupted = AVERROR_EXIT;
static const int ffmpeg_refused = AVERROR(EPERM);
static const int ffmpeg_no_memory = AVERROR(ENOMEM);
static const int ffmpeg_io_failed = AVERROR(EIO);
static const int ffmpeg_invalid_argument = AVERROR(EINVAL);

/* A cast of a suffixed literal. */
static const int64_t ffmpeg_no_time = AV_NOPTS_VALUE;

/* Shifts and casts that the importer does not evaluate. */
static const int ffmpeg_frame_corrupt = AV_FRAME_FLAG_CORRUPT;
static const int ffmpeg_attached_picture = AV_DISPOSITION_ATTACHED_PIC;
static const int ffmpeg_default_stream = AV_DISPOSITION_DEFAULT;
static const int ffmpeg_codec_bitexact = AV_CODEC_FLAG_BITEXACT;
static const int ffmpeg_codec_constant_quantizer = AV_CODEC_FLAG_QSCALE;
static const int ffmpeg_codec_global_header = AV_CODEC_FLAG_GLOBAL_HEADER;
