"""Prepares the place of a trial write in a database and clears it, with the connector's own driver.

Reads one JSON object on standard input, with the connector's configuration in it, and prints one as its last line.
"""

import json
import sys


def connector(plugin, config):
    """The connector's own connection, with its own reading of addresses, certificates and tunnels."""
    if plugin == "target-postgres":
        from target_postgres.connector import PostgresConnector as Connector
        from target_postgres.target import TargetPostgres as Target
    else:
        from target_snowflake.connector import SnowflakeConnector as Connector
        from target_snowflake.target import TargetSnowflake as Target
    return Connector(dict(Target(config=config, parse_env_config=False).config))


def begin(connection, quote, order):
    """Makes a schema for the trial; where that is not allowed, the trial goes into the configured one."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    try:
        with connection.begin():
            connection.execute(text(f"CREATE SCHEMA {quote(order['schema'])}"))
        return {"own": True}
    except DBAPIError:
        return {"own": False}


def end(connection, quote, order):
    """Counts what arrived and removes it."""
    from sqlalchemy import text

    schema, table = quote(order["schema"]), quote(order["table"])
    answer = {"rows": None, "left": None}
    try:
        with connection.begin():
            answer["rows"] = connection.execute(text(f"SELECT count(*) FROM {schema}.{table}")).scalar()
    except Exception as error:
        answer["rows_error"] = reason(error)
    try:
        with connection.begin():
            if order["own"]:
                connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
            else:
                connection.execute(text(f"DROP TABLE IF EXISTS {schema}.{table}"))
    except Exception as error:
        answer["left"] = reason(error)
    return answer


def reason(error):
    """The driver's own words, without the statement and the links around them."""
    inner = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(inner).splitlines() if line.strip()]
    return " ".join(lines[:3]) or type(inner).__name__


def main():
    order = json.load(sys.stdin)
    try:
        source = connector(order["plugin"], order["config"])
        engine = source._engine
        with engine.connect() as connection:
            work = begin if order["step"] == "begin" else end
            answer = work(connection, engine.dialect.identifier_preparer.quote, order)
    except Exception as error:
        answer = {"error": reason(error)}
    print("\n" + json.dumps(answer))


main()
