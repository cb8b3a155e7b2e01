// FramesVideo
