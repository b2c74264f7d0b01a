#!/usr/bin/env bash
# The same pipeline as a good engineer's script: psql \copy, several tables at a time, then one DuckDB script that
# pseudonymises, writes the raw store as Parquet, joins, applies the four rules and writes the result.
# No scoring, no journal, no read-back. Usage: psql_duckdb.sh <dsn> <out folder> <python with duckdb> [tables at a time, 2]
set -euo pipefail
dsn=$1 out=$2 python=$3 lanes=${4:-2}
mkdir -p "$out/csv" "$out/raw"
copy() { psql -qX "$dsn" -c "\\copy $1 TO '$out/csv/$1.csv' (FORMAT csv, HEADER)"; }
export -f copy; export dsn out
printf '%s\n' review orders review_images product_reviews product buyer category carrier | xargs -P "$lanes" -I{} bash -c 'copy {}'
"$python" - "$out" <<'PY'
import json, resource, sys
import duckdb
out = sys.argv[1]
db = duckdb.connect(config={"threads": 2})
hashed = {"buyer", "review", "orders"}
for table in ["product", "category", "buyer", "review", "product_reviews", "review_images", "orders", "carrier"]:
    replace = " REPLACE (sha256('default_salt' || buyer_id) AS buyer_id)" if table in hashed else ""
    db.execute(f"""COPY (SELECT *{replace} FROM read_csv('{out}/csv/{table}.csv', header=true, all_varchar=true,
        quote='"', escape='"', delim=',', auto_detect=true)) TO '{out}/raw/{table}.parquet' (FORMAT parquet)""")
raw = lambda t: f"read_parquet('{out}/raw/{t}.parquet')"
db.execute(f"""CREATE TABLE joined AS
WITH first_image AS (SELECT review_id, min(review_img) AS review_img FROM {raw('review_images')} GROUP BY review_id),
buyer_orders AS (SELECT DISTINCT buyer_id FROM {raw('orders')})
SELECT r.buyer_id, r.review_id, coalesce(r.title, '') AS title, r.r_desc AS description,
  TRY_CAST(r.rating AS SMALLINT) AS rating, i.review_img, coalesce(length(r.r_desc), 0) AS text_length,
  i.review_img IS NOT NULL AS has_image, o.buyer_id IS NOT NULL AS has_orders, pr.p_id, p.p_name AS product_name,
  coalesce(c.name, 'Unknown') AS category, row_number() OVER (PARTITION BY r.review_id) AS n
FROM {raw('review')} r LEFT JOIN first_image i USING (review_id) LEFT JOIN {raw('product_reviews')} pr USING (review_id)
LEFT JOIN {raw('product')} p ON p.p_id = pr.p_id LEFT JOIN {raw('category')} c ON c.category_id = p.category_id
LEFT JOIN buyer_orders o ON o.buyer_id = r.buyer_id""")
reason = """CASE WHEN n > 1 THEN 'duplicate_review_id' WHEN review_id IS NULL OR rating IS NULL THEN 'missing_required_fields'
  WHEN rating NOT BETWEEN 1 AND 5 THEN 'invalid_rating' WHEN trim(coalesce(description, '')) = '' THEN 'empty_description' END"""
db.execute(f"COPY (SELECT * EXCLUDE (n) FROM joined WHERE {reason} IS NULL) TO '{out}/reviews.parquet' (FORMAT parquet)")
db.execute(f"COPY (SELECT *, {reason} AS rejection_reason FROM joined WHERE {reason} IS NOT NULL) TO '{out}/rejected.json' (FORMAT json)")
accepted = db.execute(f"SELECT count(*) FROM '{out}/reviews.parquet'").fetchone()[0]
total = db.execute("SELECT count(*) FROM joined").fetchone()[0]
print(json.dumps({"accepted": accepted, "rejected": total - accepted, "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
PY
rm -rf "$out/csv"
