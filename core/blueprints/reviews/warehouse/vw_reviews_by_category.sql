SELECT category, count(*) AS review_count, count(DISTINCT p_id) AS product_count, avg(rating) AS avg_rating, avg(text_length) AS avg_text_length,
  100.0 * count(*) FILTER (WHERE has_image) / count(*) AS pct_with_images
FROM reviews
GROUP BY category
