-- Accepted reviews with their gaps filled.
SELECT
  accepted.review_id,
  accepted.buyer_id,
  accepted.buyer_key_id,
  accepted.p_id,
  accepted.product_name,
  coalesce(accepted.category, 'Unknown') AS category,
  coalesce(accepted.title, '') AS title,
  accepted.description,
  accepted.rating::DOUBLE::SMALLINT AS rating,
  accepted.text_length,
  accepted.has_image,
  accepted.has_orders,
  accepted.review_img,
  accepted.language,
  TRY_CAST(accepted.helpful_votes AS INTEGER) AS helpful_votes,
  this.run_at AS ingestion_timestamp,
  this.pipeline_version
FROM run.accepted AS accepted, run.this AS this
