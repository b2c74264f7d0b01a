SELECT p_id, product_name, category, count(*) AS review_count, avg(rating) AS avg_rating, avg(text_length) AS avg_text_length,
  count(*) FILTER (WHERE has_image) AS reviews_with_images
FROM reviews
GROUP BY p_id, product_name, category
