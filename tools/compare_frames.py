"""Compares the frames that libsvfap decodes of a video with those of the ffmpeg command, byte for byte.

    PYTHONPATH=bindings/python SVFAP_LIBRARY=.build/release/libsvfap.so python3 tools/compare_frames.py VIDEO...
"""
import hashlib
import subprocess
import sys

import svfap


def main():
    status = 0
    for path in sys.argv[1:]:
        command = ["ffmpeg", "-v", "error", "-i", path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
        expected = subprocess.run(command, check=True, capture_output=True).stdout
        found, frames = hashlib.sha256(), 0
        with svfap.Source.open(path) as source:
            for frame in source:
                found.update(bytes(frame.rgb) if not hasattr(frame.rgb, "tobytes") else frame.rgb.tobytes())
                frames += 1
        equal = found.hexdigest() == hashlib.sha256(expected).hexdigest()
        print(f"{path}: {frames} frames, {len(expected)} bytes from ffmpeg, {'equal' if equal else 'DIFFERENT'}")
        status |= not equal
    sys.exit(status)


if __name__ == "__main__":
    main()
