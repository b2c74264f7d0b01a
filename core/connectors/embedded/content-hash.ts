import { named } from './duckdb-engine.ts'

/**
 * SQL that counts and hashes the rows of a relation whatever their order.
 *
 * row text  = for each column in order of its name: `N` for NULL, else `V<length>:<text>` (length in characters,
 *             text as CAST AS VARCHAR gives it), concatenated
 * row hash  = SHA-256 of the row text, lower-case hex
 * bucket    = for each distinct first two digits: SHA-256 of its row hashes, ascending, concatenated
 * content   = SHA-256 of `<rows>:` followed by the bucket hashes in order of their digits
 *
 * Equal for equal multisets of rows, and as hard to forge as SHA-256 (sums and XORs of row hashes are not). Buckets
 * keep each sort small. Columns: rows (BIGINT), content (VARCHAR).
 */
export function contentHashSql(relation: string, columns: readonly string[]): string {
  const cells = columns.toSorted().map((column) => {
    const text = `CAST(${named(column)} AS VARCHAR)`
    return `CASE WHEN ${named(column)} IS NULL THEN 'N' ELSE concat('V', length(${text}), ':', ${text}) END`
  })
  return `
    WITH hashed AS (SELECT sha256(concat(${cells.join(', ')})) AS h FROM ${relation}),
    buckets AS (SELECT substr(h, 1, 2) AS digits, count(*) AS n, sha256(string_agg(h, '' ORDER BY h)) AS bucket FROM hashed GROUP BY 1)
    SELECT coalesce(sum(n), 0)::BIGINT AS rows, sha256(concat(coalesce(sum(n), 0), ':', coalesce(string_agg(bucket, '' ORDER BY digits), ''))) AS content
    FROM buckets`
}
