SELECT
  `t0`.`country`,
  CASE
    WHEN `t0`.`rail_rp` < 1
    THEN 0
    WHEN `t0`.`rail_rp` < 13300000000
    THEN 1
    ELSE 2
  END AS `bins`,
  COUNT(*) AS `merchants`,
  SUM(
    CASE
      WHEN `t0`.`rail_rp` = 0
      THEN 0
      WHEN `t0`.`rail_rp` <= 9223372036854
      THEN (
        `t0`.`rail_rp` * `t0`.`import_share_ppm`
      ) DIV 1000000
      ELSE (
        `t0`.`rail_rp` DIV 1000000 * `t0`.`import_share_ppm`
      ) + (
        (
          `t0`.`rail_rp` % 1000000
        ) * `t0`.`import_share_ppm`
      ) DIV 1000000
    END
  ) AS `imported_rail_rp`
FROM `merchants` AS `t0`
GROUP BY
  1,
  2
