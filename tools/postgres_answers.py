"""Exit 0 when a PostgreSQL server answers at the address given; else say so and exit 1."""

import sys

import psycopg


def main(url: str) -> int:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("select version()").fetchone()
    except psycopg.OperationalError as error:
        print(f"no PostgreSQL at the address of YINGCAI_TEST_DATABASE_URL: {error}")
        return 1
    print(row[0] if row else "")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
