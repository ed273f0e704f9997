"""Reads tables of a DuckDB database, with the library of the connector that wrote it.

Reads one JSON object on standard input and prints one: {"do": "tables"}, {"do": "page", ...} or {"do": "save", ...}.
"""

import json
import sys


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def kind(type_name):
    name = str(type_name).upper()
    if name.endswith("]") or name.startswith(("STRUCT", "MAP", "JSON", "UNION")):
        return "json"
    if name == "BOOLEAN":
        return "boolean"
    if name.startswith("TIMESTAMP"):
        return "time"
    if name == "DATE":
        return "date"
    if "INT" in name:
        return "integer"
    if name.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
        return "number"
    return "binary" if name == "BLOB" else "text"


def plain(value):
    """A value as JSON has it, without loss of digits."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def tables(connection, schema):
    rows = connection.execute(
        "SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = ? ORDER BY table_name", [schema]
    )
    return {"tables": [[name, size] for name, size in rows.fetchall()]}


def question(connection, order, newest_first):
    table = f"{quoted(order['schema'])}.{quoted(order['table'])}"
    described = connection.execute(f"SELECT * FROM {table} LIMIT 0").description
    columns = [{"name": column[0], "kind": kind(column[1])} for column in described]
    names = [column["name"] for column in columns]
    sort = order.get("sort")
    if sort is not None and sort not in names:
        return None, columns, []
    where, values = "", []
    if order.get("search"):
        text = order["search"].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where = " WHERE " + " OR ".join(f"CAST({quoted(name)} AS VARCHAR) ILIKE ? ESCAPE '\\'" for name in names)
        values = [f"%{text}%"] * len(names)
    if sort is not None:
        ordered = f" ORDER BY {quoted(sort)} {'DESC' if order.get('descending') else 'ASC'} NULLS LAST"
    else:
        ordered = " ORDER BY rowid DESC" if newest_first else ""
    return f"SELECT * FROM {table}{where}{ordered}", columns, values


def page(connection, order):
    sql, columns, values = question(connection, order, True)
    if sql is None:
        return {"no_column": True, "columns": columns}
    rows = connection.execute(f"{sql} LIMIT {int(order['limit'])}", values).fetchall()
    size = connection.execute(
        "SELECT estimated_size FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?",
        [order["schema"], order["table"]],
    ).fetchone()
    return {
        "columns": columns,
        "rows": [[plain(value) for value in row] for row in rows],
        "total": size[0] if size and not order.get("search") else None,
    }


def save(connection, order):
    """Writes all rows as lines of JSON, a list each, into a file; the first line has the columns."""
    sql, columns, values = question(connection, order, False)
    result = connection.execute(sql, values)
    with open(order["to"], "w", encoding="utf-8") as file:
        file.write(json.dumps(columns) + "\n")
        while rows := result.fetchmany(1000):
            for row in rows:
                file.write(json.dumps([plain(value) for value in row], ensure_ascii=False) + "\n")
    return {"columns": columns}


def main():
    order = json.load(sys.stdin)
    try:
        import duckdb

        connection = duckdb.connect(order["file"], read_only=True)
        connection.execute("SET enable_external_access = false")
        answer = {"tables": lambda: tables(connection, order["schema"]), "page": lambda: page(connection, order),
                  "save": lambda: save(connection, order)}[order["do"]]()
    except Exception as error:
        answer = {"error": " ".join(str(error).split()) or type(error).__name__}
    json.dump(answer, sys.stdout)


main()
