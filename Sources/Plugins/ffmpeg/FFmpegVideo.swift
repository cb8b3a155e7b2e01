// FFmpegVideo
