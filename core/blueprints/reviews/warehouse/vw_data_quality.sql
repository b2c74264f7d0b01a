SELECT count(*) AS total_reviews, count(DISTINCT review_id) AS unique_reviews, count(DISTINCT buyer_id) AS unique_buyers, count(DISTINCT p_id) AS unique_products,
  avg(rating) AS avg_rating, 100.0 * count(*) FILTER (WHERE has_image) / nullif(count(*), 0) AS pct_with_images,
  count(*) FILTER (WHERE description IS NULL OR trim(description) = '') AS empty_descriptions
FROM reviews
