"""Says what a package that comes as source needs, without running anything of it.

Usage: metadata.py PATH [SUBDIRECTORY]

PATH is an archive or an unpacked folder. Prints one JSON object: {"name", "version", "requires_python", "requires"}, with null
for what is not said, or {"unknown": REASON} where only its own build code knows.
"""

import ast
import configparser
import json
import os
import re
import sys
import tarfile
import zipfile

LONGEST = 1_000_000


class Unknown(Exception):
    """What is asked for is not written down as plain data."""


class Tree:
    """The few files that matter, of an archive (without its top folder) or of a folder."""

    def __init__(self, path, below):
        self.below = below.strip("/")
        self.path = path
        self.archive = None
        if os.path.isdir(path):
            return
        if zipfile.is_zipfile(path):
            self.archive = zipfile.ZipFile(path)
            names = self.archive.namelist()
        elif tarfile.is_tarfile(path):
            self.archive = tarfile.open(path)
            names = self.archive.getnames()
        else:
            raise Unknown("it is neither a zip nor a tar archive")
        tops = {name.split("/")[0] for name in names if name.strip("./")}
        self.top = tops.pop() if len(tops) == 1 else ""

    def text(self, name):
        """The text of a file, or None where there is no such file."""
        if ".." in name.split("/") or name.startswith("/"):
            raise Unknown(f"it refers to a file outside itself: {name}")
        inner = "/".join(part for part in (self.below, name) if part)
        try:
            if self.archive is None:
                with open(os.path.join(self.path, inner), "rb") as file:
                    data = file.read(LONGEST)
            else:
                inner = f"{self.top}/{inner}" if self.top else inner
                if isinstance(self.archive, zipfile.ZipFile):
                    file = self.archive.open(inner)
                else:
                    file = self.archive.extractfile(inner)
                if file is None:
                    return None
                data = file.read(LONGEST)
        except (KeyError, OSError):
            return None
        return data.decode("utf-8-sig", "replace")


def plain(node, names):
    """The value of an expression made of literals and names of literals."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        return [plain(item, names) for item in node.elts]
    if isinstance(node, ast.Name) and node.id in names:
        return plain(names[node.id], {key: value for key, value in names.items() if key != node.id})
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        try:
            return plain(node.left, names) + plain(node.right, names)
        except TypeError:
            pass
    raise Unknown("its setup.py computes what it needs")


def from_setup_py(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise Unknown("its setup.py cannot be read") from error
    names = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = node.value
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) == "setup" or getattr(node.func, "attr", None) == "setup")
    ]
    if len(calls) != 1 or any(keyword.arg is None for keyword in calls[0].keywords):
        raise Unknown("its setup.py computes what it needs")
    said = {keyword.arg: keyword.value for keyword in calls[0].keywords}

    def of(name):
        return plain(said[name], names) if name in said else None

    def text_of(name):
        try:
            value = of(name)
        except Unknown:
            return None
        return value if isinstance(value, str) else None

    requires = of("install_requires")
    if isinstance(requires, str):
        requires = requires.splitlines()
    return {
        "name": text_of("name"),
        "version": text_of("version"),
        "requires_python": text_of("python_requires"),
        "requires": requires,
    }


def from_setup_cfg(text):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise Unknown("its setup.cfg cannot be read") from error

    def of(section, key):
        value = parser.get(section, key, fallback=None)
        if value is not None and value.strip().startswith("file:"):
            raise Unknown("its setup.cfg refers to other files")
        return value

    version = parser.get("metadata", "version", fallback="")
    requires = of("options", "install_requires")
    return {
        "name": of("metadata", "name"),
        "version": None if ":" in version or not version else version,
        "requires_python": of("options", "python_requires"),
        "requires": None if requires is None else requires.splitlines(),
    }


def bounds(text):
    """Poetry's way to write versions, in everybody's."""
    parts = []
    for part in str(text).split(","):
        part = part.strip().replace(" ", "")
        found = re.fullmatch(r"([\^~]?)v?(\d+(?:\.\d+)*)([a-z0-9.+-]*)", part)
        if part in ("", "*"):
            continue
        if "||" in part or "|" in part:
            raise Unknown("it asks for one of several ranges of versions")
        if found is None or (found[3] and not found[1]):
            parts.append(f"=={part}" if part[0].isdigit() else part)
            continue
        numbers = [int(number) for number in found[2].split(".")]
        if found[1] == "^":
            place = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
        elif found[1] == "~":
            place = min(1, len(numbers) - 1)
        else:
            parts.append(f"=={part}")
            continue
        upper = [*numbers[:place], numbers[place] + 1]
        parts.append(f">={found[2]}{found[3]},<{'.'.join(map(str, upper))}")
    return ",".join(parts)


def from_poetry(table):
    requires, python = [], None
    for name, wanted in table.get("dependencies", {}).items():
        if isinstance(wanted, str):
            wanted = {"version": wanted}
        if not isinstance(wanted, dict) or not set(wanted) <= {"version", "extras", "optional", "markers", "python"}:
            raise Unknown(f"it does not take {name} from the package index")
        if name.lower() == "python":
            python = bounds(wanted.get("version", "")) or None
            continue
        if wanted.get("optional"):
            continue
        if "python" in wanted:
            raise Unknown(f"it needs {name} on some Pythons only")
        extras = ",".join(wanted.get("extras", []))
        text = name + (f"[{extras}]" if extras else "") + bounds(wanted.get("version", ""))
        requires.append(text + (f" ; {wanted['markers']}" if wanted.get("markers") else ""))
    return {
        "name": table.get("name"),
        "version": table.get("version"),
        "requires_python": python,
        "requires": requires,
    }


def from_pyproject(tree, data):
    """What pyproject.toml says; `requires` is None where it leaves that to other files."""
    project, tool = data.get("project"), data.get("tool", {})
    if project is None:
        return from_poetry(tool["poetry"]) if "poetry" in tool else None
    dynamic = project.get("dynamic", [])
    requires = project.get("dependencies", [])
    if "dependencies" in dynamic:
        requires = None
        files = tool.get("setuptools", {}).get("dynamic", {}).get("dependencies", {}).get("file")
        if "poetry" in tool:
            requires = from_poetry(tool["poetry"])["requires"]
        elif files:
            files = [files] if isinstance(files, str) else files
            requires = "\n".join(tree.text(name) or "" for name in files).splitlines()
    return {
        "name": project.get("name"),
        "version": project.get("version"),
        "requires_python": project.get("requires-python"),
        "requires": requires,
    }


def read(tree):
    said = []
    pyproject = tree.text("pyproject.toml")
    if pyproject is not None:
        try:
            import tomllib
        except ImportError as error:
            raise Unknown("this Python cannot read its pyproject.toml") from error
        try:
            data = tomllib.loads(pyproject)
        except tomllib.TOMLDecodeError as error:
            raise Unknown("its pyproject.toml cannot be read") from error
        said.append(from_pyproject(tree, data))
        backend = data.get("build-system", {}).get("build-backend", "setuptools")
        if said[0] is None and not backend.startswith("setuptools"):
            raise Unknown("its own build code says what it needs")
    if not said or said[0] is None or said[0]["requires"] is None:
        for name, reader in (("setup.cfg", from_setup_cfg), ("setup.py", from_setup_py)):
            text = tree.text(name)
            if text is not None:
                said.append(reader(text))
    said = [one for one in said if one is not None]
    if not said:
        raise Unknown("it has none of the usual files that say what it needs")
    merged = {}
    for key in ("name", "version", "requires_python", "requires"):
        merged[key] = next((one[key] for one in said if one.get(key) is not None), None)
    if merged["requires"] is None and pyproject is not None and "dependencies" in (data.get("project") or {}).get("dynamic", []):
        raise Unknown("its own build code says what it needs")
    lines = merged["requires"] or []
    if not all(isinstance(line, str) for line in lines):
        raise Unknown("what it needs is not a list of texts")
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in lines]
    merged["requires"] = [line for line in lines if line]
    if any(line.startswith("-") for line in merged["requires"]):
        raise Unknown("its list of packages has options")
    return merged


def main():
    try:
        tree = Tree(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
        answer = read(tree)
    except Unknown as reason:
        answer = {"unknown": str(reason)}
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, RecursionError, ValueError, AttributeError, TypeError) as error:
        answer = {"unknown": f"its files are not of the usual form ({type(error).__name__})"}
    print(json.dumps(answer))


main()
