"""Compiles an environment's modules so that programs start fast. Run by the environment's own Python.

    compile.py FOLDER FINAL PART PARTS

Compiles every PARTS-th module below FOLDER, starting with number PART, and prints a line for each so that progress can be
shown. FINAL is where FOLDER will be in the end: error reports of the programs then name the right files.
Modules that no program of ours imports are left out; where one is needed after all, Python compiles it on the spot.
"""

import os
import py_compile
import sys

# Test suites, and the largest collections of modules of which a program imports a few at most.
SKIPPED_FOLDERS = {"test", "tests", "testing"}
SKIPPED_PATHS = ("pygments/lexers", "pygments/styles", "faker/providers", "dateparser/data/date_translation_data")


def modules(folder):
    found = []
    for parent, folders, files in os.walk(folder):
        relative = os.path.relpath(parent, folder).replace(os.sep, "/")
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED_FOLDERS
            and name != "__pycache__"
            and f"{relative}/{name}".removeprefix("./") not in SKIPPED_PATHS
        )
        found.extend(os.path.join(parent, name) for name in sorted(files) if name.endswith(".py"))
    return found


def main():
    folder, final, part, parts = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    for path in modules(folder)[part::parts]:
        shown = os.path.join(final, os.path.relpath(path, folder))
        try:
            py_compile.compile(path, dfile=shown, doraise=True, quiet=2)
        except (py_compile.PyCompileError, SyntaxError, ValueError):
            # Templates and code for other Pythons: nothing imports them here.
            pass
        print(path, flush=True)


main()
