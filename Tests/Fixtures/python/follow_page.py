"""Follows docs/plugins.md to the letter, in the folder it is started in: saves its C as it says, runs its commands in turn.

    follow_page.py PAGE
"""

import re
import subprocess
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    page = file.read()

name = re.search(r"Save it as `([\w.]+)`", page)[1]
for language, block in re.findall(r"^```(\w+)\n(.*?)^```", page, flags=re.M | re.S):
    if language == "c":
        with open(name, "w", encoding="utf-8") as file:
            file.write(block)
        continue
    outcome = subprocess.run(["sh", "-ec", block], stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True, timeout=240)
    print(block + outcome.stdout)
    if outcome.returncode != 0:
        sys.exit(f"status {outcome.returncode}")
