"""The reviews pipeline the way its owners' documents describe it: pandas, one CSV per table, data frames
handed from task to task as JSON, the join in an in-memory SQLite, executemany into the warehouse.

Their warehouse is Snowflake; here a table in the same PostgreSQL stands in for it, which is kinder
(no network). Their document store is MongoDB; here a JSON column stands in. No scoring.
Prints one JSON line: {"accepted", "rejected", "seconds", "peakRssMb"}.
"""
import argparse
import hashlib
import json
import os
import resource
import sqlite3
import time

import pandas as pd
import psycopg2

TABLES = ["product", "category", "buyer", "review", "product_reviews", "review_images", "orders", "carrier"]
JOINED = ["review", "review_images", "product_reviews", "product", "category", "orders"]
SALT = "default_salt"

JOIN = """
WITH first_image AS (
  SELECT review_id, review_img FROM (
    SELECT review_id, review_img, ROW_NUMBER() OVER (PARTITION BY review_id ORDER BY review_img) AS n
    FROM review_images) WHERE n = 1),
buyer_orders AS (SELECT buyer_id, COUNT(*) AS orders FROM orders GROUP BY buyer_id)
SELECT r.buyer_id, r.review_id, r.title, r.r_desc AS description, r.rating, i.review_img,
       LENGTH(r.r_desc) AS text_length,
       CASE WHEN i.review_img IS NULL THEN 0 ELSE 1 END AS has_image,
       CASE WHEN o.orders IS NULL THEN 0 ELSE 1 END AS has_orders,
       pr.p_id, p.p_name AS product_name, c.name AS category
FROM review r
LEFT JOIN first_image i ON i.review_id = r.review_id
LEFT JOIN product_reviews pr ON pr.review_id = r.review_id
LEFT JOIN product p ON p.p_id = pr.p_id
LEFT JOIN category c ON c.category_id = p.category_id
LEFT JOIN buyer_orders o ON o.buyer_id = r.buyer_id
"""

COLUMNS = ["review_id", "buyer_id", "p_id", "product_name", "category", "title", "description", "rating",
           "text_length", "has_image", "has_orders", "review_img"]


def pseudonym(value):
    return None if value is None else hashlib.sha256((SALT + str(value)).encode()).hexdigest()


def hand_over(frame):
    """What a task gives to the next one: records through the metadata database as JSON."""
    return pd.DataFrame(json.loads(frame.to_json(orient="records")), columns=frame.columns)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dsn", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    started = time.perf_counter()
    connection = psycopg2.connect(arguments.dsn)

    for table in TABLES:
        frame = pd.read_sql(f"SELECT * FROM {table}", connection)
        if "buyer_id" in frame.columns:
            frame["buyer_id"] = frame["buyer_id"].apply(pseudonym)
        folder = os.path.join(arguments.out, "raw", table)
        os.makedirs(folder, exist_ok=True)
        frame.to_csv(os.path.join(folder, f"{table}.csv"), index=False)

    frames = {t: hand_over(pd.read_csv(os.path.join(arguments.out, "raw", t, f"{t}.csv"))) for t in JOINED}
    lite = sqlite3.connect(":memory:")
    for name, frame in frames.items():
        frame.to_sql(name, lite, index=False)
    joined = hand_over(pd.read_sql(JOIN, lite))
    lite.close()

    rejects = []

    def reject(rows, reason):
        for row in rows.to_dict("records"):
            kept = {name: None if value != value else value for name, value in row.items()}
            rejects.append({"review_id": row["review_id"], "rejection_reason": reason, "original_data": kept})

    duplicated = joined.duplicated(subset=["review_id"], keep="first")
    reject(joined[duplicated], "duplicate_review_id")
    clean = joined[~duplicated]
    missing = clean["review_id"].isna() | clean["rating"].isna()
    reject(clean[missing], "missing_required_fields")
    clean = clean[~missing]
    invalid = (clean["rating"] < 1) | (clean["rating"] > 5)
    reject(clean[invalid], "invalid_rating")
    clean = clean[~invalid]
    empty = clean["description"].isna() | (clean["description"].astype(str).str.strip() == "")
    reject(clean[empty], "empty_description")
    clean = clean[~empty].copy()
    clean["title"] = clean["title"].fillna("")
    clean["category"] = clean["category"].fillna("Unknown")
    clean = hand_over(clean)

    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS peer_staging_reviews, peer_rejected_reviews")
    cursor.execute("""CREATE TABLE peer_staging_reviews (review_id varchar(50) PRIMARY KEY, buyer_id varchar(100),
        p_id varchar(50), product_name varchar(1000), category varchar(100), title varchar(500), description text,
        rating smallint NOT NULL, text_length int, has_image bool, has_orders bool, review_img varchar(500))""")
    cursor.execute("CREATE TABLE peer_rejected_reviews (document jsonb)")
    clean["has_image"] = clean["has_image"].astype(bool)
    clean["has_orders"] = clean["has_orders"].astype(bool)
    rows = [tuple(None if value is None or value != value else value for value in row)
            for row in clean[COLUMNS].astype(object).itertuples(index=False)]
    marks = ",".join(["%s"] * len(COLUMNS))
    cursor.executemany(f"INSERT INTO peer_staging_reviews VALUES ({marks})", rows)
    cursor.executemany("INSERT INTO peer_rejected_reviews VALUES (%s)",
                       [(json.dumps(document, default=str),) for document in rejects])
    connection.commit()
    connection.close()
    print(json.dumps({"accepted": len(rows), "rejected": len(rejects),
                      "seconds": time.perf_counter() - started,
                      "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
