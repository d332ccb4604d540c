-- Every figure of the overview report for two periods, as one statement.
-- ?1, ?2: beginning and end of the current period; ?3, ?4: of the one before.
WITH p(i, f, u) AS (VALUES (0, ?1, ?2), (1, ?3, ?4)),
opened AS (
    SELECT p.i, count(*) AS n FROM p CROSS JOIN tickets t
    WHERE t.opened_at >= p.f AND t.opened_at < p.u GROUP BY p.i
),
backlog AS (
    SELECT p.i, count(*) AS n FROM p CROSS JOIN ticket_spans x
    WHERE x.to_at > p.u AND x.from_at < p.u GROUP BY p.i
),
resolved AS (
    SELECT p.i, t.resolver_id AS who, t.resolution_seconds AS v,
        t.public_reply_count AS replies, t.reopened_count AS reopened
    FROM p CROSS JOIN tickets t WHERE t.resolved_at >= p.f AND t.resolved_at < p.u
),
resolved_counts AS (
    SELECT i, count(*) AS n, count(who) AS known, count(DISTINCT who) AS people,
        count(replies) AS told, sum(replies < 2 AND reopened = 0) AS one_touch
    FROM resolved GROUP BY i
),
-- Percentiles of type 7: the two values beside the rank, weighted by how near they lie.
answers AS (
    SELECT p.i, t.first_response_seconds AS v,
        row_number() OVER (PARTITION BY p.i ORDER BY t.first_response_seconds) - 1 AS r,
        count(*) OVER (PARTITION BY p.i) - 1 AS last
    FROM p CROSS JOIN tickets t
    WHERE t.first_response_counted_at >= p.f AND t.first_response_counted_at < p.u
        AND t.first_response_seconds IS NOT NULL
),
solutions AS (
    SELECT i, v, row_number() OVER (PARTITION BY i ORDER BY v) - 1 AS r, count(*) OVER (PARTITION BY i) - 1 AS last
    FROM resolved WHERE v IS NOT NULL
),
durations AS (
    SELECT 'first_response_time' AS metric, i, avg(v) AS mean,
        sum(v * max(0.0, 1 - abs(r - 0.5 * last))) AS median, sum(v * max(0.0, 1 - abs(r - 0.9 * last))) AS p90
    FROM answers GROUP BY i
    UNION ALL
    SELECT 'resolution_time', i, avg(v),
        sum(v * max(0.0, 1 - abs(r - 0.5 * last))), sum(v * max(0.0, 1 - abs(r - 0.9 * last)))
    FROM solutions GROUP BY i
),
decided AS (
    SELECT p.i, k.code, sum(k.met) * 1.0 / count(k.met) AS share FROM p CROSS JOIN ticket_clocks k
    WHERE k.decided_at >= p.f AND k.decided_at < p.u GROUP BY p.i, k.code
),
reopened AS (
    SELECT p.i, sum(t.reopened_count >= 1) * 1.0 / count(*) AS share FROM p CROSS JOIN tickets t
    WHERE t.first_resolved_at >= p.f AND t.first_resolved_at < p.u GROUP BY p.i
),
rated AS (
    SELECT p.i, avg(r.score) AS mean, sum(r.score >= 4) * 1.0 / count(*) AS share FROM p CROSS JOIN ratings r
    WHERE r.rated_at >= p.f AND r.rated_at < p.u AND r.latest GROUP BY p.i
)
SELECT i, 'created', CAST(n AS REAL) FROM opened
UNION ALL SELECT i, 'resolved', CAST(n AS REAL) FROM resolved_counts
UNION ALL SELECT i, 'backlog', CAST(n AS REAL) FROM backlog
UNION ALL SELECT i, metric || '_mean', CAST(CAST(mean + 0.5 AS INTEGER) AS REAL) FROM durations
UNION ALL SELECT i, metric || '_median', CAST(CAST(median + 0.5 AS INTEGER) AS REAL) FROM durations
UNION ALL SELECT i, metric || '_p90', CAST(CAST(p90 + 0.5 AS INTEGER) AS REAL) FROM durations
UNION ALL SELECT i, code || '_attainment', share FROM decided
UNION ALL SELECT i, 'reopen_rate', share FROM reopened
UNION ALL SELECT i, 'one_touch_rate', one_touch * 1.0 / told FROM resolved_counts
UNION ALL SELECT i, 'satisfaction_mean', mean FROM rated
UNION ALL SELECT i, 'satisfaction_share', share FROM rated
UNION ALL SELECT i, 'tickets_per_agent', known * 1.0 / people FROM resolved_counts
