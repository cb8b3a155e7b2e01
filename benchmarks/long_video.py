"""Memory of predicting a video of a minute and one of an hour: they must be alike. Faces are drawn as they are needed.

    python3 benchmarks/long_video.py [size]
"""
import json
import os
import subprocess
import sys
import tempfile
import time

HOST = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".build", "release", "svfap-host")
RATE = 25


def main():
    size = sys.argv[1] if len(sys.argv) > 1 else "tiny"
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.safetensors")
        subprocess.run([HOST, "create", "--size", size, "--seed", "0", "--out", model, "--quiet"], check=True)
        for minutes in (1, 60):
            config = json.dumps({"frames": minutes * 60 * RATE, "width": 160, "height": 160, "rate": RATE})
            command = [HOST, "predict", "synthetic:", "--model", model, "--out", folder, "--source-config", config, "--json"]
            start = time.time()
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                sys.exit(f"svfap-host ended with status {status}")
            video = json.loads(output)["inputs"][0]
            print(
                f"{minutes} min of video: {video['windows']} windows of {video['frames']['decoded']} frames in {time.time() - start:.1f} s, "
                f"peak {usage.ru_maxrss // 1024} MiB"
            )


if __name__ == "__main__":
    main()
