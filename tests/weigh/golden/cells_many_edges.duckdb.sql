SELECT
  CASE
    WHEN "t0"."world_rp" < 5000
    THEN CASE
      WHEN "t0"."world_rp" < 1000
      THEN 0
      WHEN "t0"."world_rp" < 2000
      THEN 1
      WHEN "t0"."world_rp" < 3000
      THEN 2
      WHEN "t0"."world_rp" < 4000
      THEN 3
      ELSE 4
    END
    WHEN "t0"."world_rp" < 10000
    THEN CASE
      WHEN "t0"."world_rp" < 6000
      THEN 5
      WHEN "t0"."world_rp" < 7000
      THEN 6
      WHEN "t0"."world_rp" < 8000
      THEN 7
      WHEN "t0"."world_rp" < 9000
      THEN 8
      ELSE 9
    END
    WHEN "t0"."world_rp" < 15000
    THEN CASE
      WHEN "t0"."world_rp" < 11000
      THEN 10
      WHEN "t0"."world_rp" < 12000
      THEN 11
      WHEN "t0"."world_rp" < 13000
      THEN 12
      WHEN "t0"."world_rp" < 14000
      THEN 13
      ELSE 14
    END
    WHEN "t0"."world_rp" < 20000
    THEN CASE
      WHEN "t0"."world_rp" < 16000
      THEN 15
      WHEN "t0"."world_rp" < 17000
      THEN 16
      WHEN "t0"."world_rp" < 18000
      THEN 17
      WHEN "t0"."world_rp" < 19000
      THEN 18
      ELSE 19
    END
    WHEN "t0"."world_rp" < 25000
    THEN CASE
      WHEN "t0"."world_rp" < 21000
      THEN 20
      WHEN "t0"."world_rp" < 22000
      THEN 21
      WHEN "t0"."world_rp" < 23000
      THEN 22
      WHEN "t0"."world_rp" < 24000
      THEN 23
      ELSE 24
    END
    ELSE CASE
      WHEN "t0"."world_rp" < 26000
      THEN 25
      WHEN "t0"."world_rp" < 27000
      THEN 26
      WHEN "t0"."world_rp" < 28000
      THEN 27
      WHEN "t0"."world_rp" < 29000
      THEN 28
      ELSE 29
    END
  END AS "bins",
  SUM("t0"."weight") AS "merchants"
FROM "merchants" AS "t0"
GROUP BY
  1
