-- One row per review: its first image, product, category, and whether its buyer has orders.
SELECT
  r.buyer_id,
  r.buyer_key_id,
  r.review_id,
  r.title,
  r.r_desc AS description,
  r.rating,
  i.review_img,
  coalesce(length(r.r_desc), 0)::INTEGER AS text_length,
  i.review_img IS NOT NULL AS has_image,
  o.buyer_id IS NOT NULL AS has_orders,
  pr.p_id,
  p.p_name AS product_name,
  c.name AS category,
  p.p_id IS NOT NULL AS product_known,
  r.language,
  r.helpful_votes,
  r.source_row
FROM raw.review AS r
LEFT JOIN (SELECT review_id, min(review_img) AS review_img FROM raw.review_images GROUP BY review_id) AS i ON i.review_id = r.review_id
LEFT JOIN raw.product_reviews AS pr ON pr.review_id = r.review_id
LEFT JOIN raw.product AS p ON p.p_id = pr.p_id
LEFT JOIN raw.category AS c ON c.category_id = p.category_id
LEFT JOIN (SELECT DISTINCT buyer_id FROM raw.orders WHERE buyer_id IS NOT NULL) AS o ON o.buyer_id = r.buyer_id
