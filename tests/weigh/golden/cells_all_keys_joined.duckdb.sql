SELECT
  "t0"."status",
  CASE
    WHEN "t0"."world_rp" < 4800000000
    THEN 0
    WHEN "t0"."world_rp" < 13300000000
    THEN 6
    ELSE 12
  END + CASE WHEN "t0"."indonesia_rp" < 13300000000 THEN 0 ELSE 3 END + CASE
    WHEN "t0"."rail_rp" < 1
    THEN 0
    WHEN "t0"."rail_rp" < 13300000000
    THEN 1
    ELSE 2
  END AS "bins",
  SUM("t0"."weight") AS "merchants",
  SUM("t0"."world_rp" * "t0"."weight") AS "world_rp",
  SUM("t0"."indonesia_rp" * "t0"."weight") AS "indonesia_rp",
  SUM("t0"."online_rp" * "t0"."weight") AS "online_rp",
  SUM("t0"."rail_rp" * "t0"."weight") AS "rail_rp",
  SUM(
    CASE
      WHEN "t0"."online_rp" = 0
      THEN 0
      WHEN "t0"."online_rp" <= 9223372036854
      THEN (
        "t0"."online_rp" * "t0"."import_share_ppm"
      ) // 1000000
      ELSE (
        "t0"."online_rp" // 1000000 * "t0"."import_share_ppm"
      ) + (
        (
          "t0"."online_rp" % 1000000
        ) * "t0"."import_share_ppm"
      ) // 1000000
    END * "t0"."weight"
  ) AS "imported_online_rp",
  SUM(
    CASE
      WHEN "t0"."rail_rp" = 0
      THEN 0
      WHEN "t0"."rail_rp" <= 9223372036854
      THEN (
        "t0"."rail_rp" * "t0"."import_share_ppm"
      ) // 1000000
      ELSE (
        "t0"."rail_rp" // 1000000 * "t0"."import_share_ppm"
      ) + (
        (
          "t0"."rail_rp" % 1000000
        ) * "t0"."import_share_ppm"
      ) // 1000000
    END * "t0"."weight"
  ) AS "imported_rail_rp"
FROM "merchants" AS "t0"
GROUP BY
  1,
  2
