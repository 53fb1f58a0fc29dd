/**
 * The library's metrics. Every counter has the attributes `provider`, `connection` and `listing`, except those of requests, which
 * belong to the connection as a whole.
 *
 * Spans: `scanjobs.listing` for each listing and scope, with `scanjobs.page` for each page in it. Any of Effect's exporters
 * takes both, such as OTLP or Prometheus.
 *
 * **Example** (the counters of a program that shows its own progress)
 *
 * ```ts
 * import { Telemetry } from "@scanjobs/core"
 *
 * export const counters = [
 *   Telemetry.pages,
 *   Telemetry.rows,
 *   Telemetry.rejected,
 *   Telemetry.repeats,
 *   Telemetry.jobs,
 *   Telemetry.unknownStates,
 *   Telemetry.listings,
 *   Telemetry.retries
 * ]
 * ```
 */
import { Metric } from "effect"

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

/**
 * Pages read.
 *
 * @since 0.1.0
 * @category metrics
 */
export const pages = counter("scanjobs.pages", "Pages read")
/**
 * Rows in the vendors' answers.
 *
 * @since 0.1.0
 * @category metrics
 */
export const rows = counter("scanjobs.rows", "Rows in the vendors' answers")
/**
 * Rows left out because they do not fit the vendor's documented form.
 *
 * @since 0.1.0
 * @category metrics
 */
export const rejected = counter("scanjobs.rows.rejected", "Rows left out because they do not fit")
/**
 * Rows dropped because a neighbouring page had brought them.
 *
 * @since 0.1.0
 * @category metrics
 */
export const repeats = counter("scanjobs.rows.repeated", "Rows dropped because a neighbouring page had brought them")
/**
 * Jobs given to the caller.
 *
 * @since 0.1.0
 * @category metrics
 */
export const jobs = counter("scanjobs.jobs", "Jobs given to the caller")
/**
 * Jobs whose state the plugin does not know.
 *
 * @since 0.1.0
 * @category metrics
 */
export const unknownStates = counter("scanjobs.jobs.unknown_state", "Jobs whose state the plugin does not know")
/**
 * Listings that ended, by the attribute `outcome`: `end`, what cut it, or the reason of its failure.
 *
 * @since 0.1.0
 * @category metrics
 */
export const listings = counter("scanjobs.listings", "Listings that ended, by outcome")
/**
 * Attempts made again, by the attribute `reason`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const retries = counter("scanjobs.retries", "Attempts made again, by reason")
