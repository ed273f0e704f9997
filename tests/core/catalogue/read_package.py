"""Says what an installed connector reads: run by the interpreter of its environment with the name of its package.

Prints one JSON object:
  required  sets of settings it cannot do without, each as it checks them (REQUIRED_CONFIG_KEYS and the like)
  words     every text that stands in its source, among them the names of all its settings
  reads     which of `catalog` and `properties` it takes from its arguments
"""

import ast
import importlib
import json
import pathlib
import sys

package = sys.argv[1]
module = importlib.import_module(package)
path = pathlib.Path(module.__file__)
files = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
required, words, reads = [], set(), set()


def texts(node):
    """The texts of a list that stands in the source, or nothing."""
    if isinstance(node, ast.List) and all(isinstance(item, ast.Constant) for item in node.elts):
        return [item.value for item in node.elts]
    return []


for name, value in vars(module).items():
    if "REQUIRED_CONFIG_KEYS" in name:
        required.append(list(value))
for file in files:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value)
        elif isinstance(node, ast.Attribute) and node.attr in ("catalog", "properties"):
            if isinstance(node.value, ast.Name) and node.value.id.endswith("args"):
                reads.add(node.attr)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "parse_args":
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                required.append(texts(argument))
print(json.dumps({"required": [one for one in required if one], "words": sorted(words), "reads": sorted(reads)}))
