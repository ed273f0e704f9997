"""Compiles an environment's modules so that programs start fast. Run by the environment's own Python.

    compile.py FOLDER FINAL STORE PART PARTS

Compiles every PARTS-th module below FOLDER, starting with number PART, and prints a line for each so that progress can be
shown. FINAL is where FOLDER will be in the end: error reports of the programs then name the right files. What was compiled
is also kept in STORE while the engine is prepared, because environments share many packages.
Modules that hardly any program imports are left out; where one is needed after all, Python compiles it on the spot.
"""

import hashlib
import importlib.util
import marshal
import os
import sys
import tempfile
import warnings

# Test suites, and the largest collections of modules of which a program imports a few at most.
SKIPPED_FOLDERS = {"__pycache__", "test", "tests", "testing"}
SKIPPED_PATHS = {"pygments/lexers", "pygments/styles", "faker/providers", "dateparser/data/date_translation_data"}


def modules(folder):
    found = []
    for parent, folders, files in os.walk(folder):
        relative = os.path.relpath(parent, folder).replace(os.sep, "/")
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED_FOLDERS and f"{relative}/{name}".removeprefix("./") not in SKIPPED_PATHS
        )
        found.extend(os.path.join(parent, name) for name in sorted(files) if name.endswith(".py"))
    return found


def write(path, content):
    """Writes a file so that others see all of it or nothing."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), delete=False) as file:
        file.write(content)
    os.replace(file.name, path)


def compiled(source, shown, store):
    """The compiled form of a module, from the store or made now."""
    key = hashlib.sha256(source).hexdigest() + "-" + importlib.util.MAGIC_NUMBER.hex()
    path = os.path.join(store, key)
    try:
        with open(path, "rb") as file:
            content = file.read()
        marshal.loads(content)
        return content
    except (OSError, EOFError, ValueError, TypeError):
        pass
    content = marshal.dumps(compile(source, shown, "exec", dont_inherit=True))
    try:
        write(path, content)
    except OSError:
        # The store only saves time.
        pass
    return content


def main():
    folder, final, store, part, parts = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
    warnings.simplefilter("ignore")
    for path in modules(folder)[part::parts]:
        try:
            with open(path, "rb") as file:
                source = file.read()
                facts = os.fstat(file.fileno())
            content = compiled(source, os.path.join(final, os.path.relpath(path, folder)), store)
        except (SyntaxError, ValueError):
            # Templates and code for other Pythons: nothing imports them here.
            pass
        else:
            # The form of a compiled file that is valid as long as time and size of the source are these.
            header = importlib.util.MAGIC_NUMBER + bytes(4)
            for number in (int(facts.st_mtime), facts.st_size):
                header += (number & 0xFFFFFFFF).to_bytes(4, "little")
            write(importlib.util.cache_from_source(path), header + content)
        print(path, flush=True)


main()
