-- Reviews with their scores; confidence is a calibrated probability x 100.
SELECT
  r.review_id,
  r.buyer_id,
  r.buyer_key_id,
  r.p_id,
  r.product_name,
  r.category,
  r.title,
  r.description,
  r.rating::DOUBLE AS rating,
  r.text_length,
  r.has_image,
  r.has_orders,
  s.text_length_score,
  s.is_extreme_rating,
  s.keyword_score,
  s.relevance_score,
  s.theme AS category_review,
  s.confidence AS confidence_score,
  s.sentiment,
  r.review_img,
  CASE WHEN s.relevant THEN 'RELEVANT' ELSE 'IRRELEVANT' END AS relevant_status
FROM staged.reviews AS r
JOIN run.scores AS s ON s.id = r.review_id
