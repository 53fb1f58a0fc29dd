/**
 * The words of the model: what a record stands for, what is scanned, and how far it is.
 */
import { Schema } from "effect"

/**
 * What a record stands for: a planned run (`occurrence`), a run that started or was meant to (`run`), or the schedule or
 * profile that runs belong to (`definition`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Kind = Schema.Literals(["occurrence", "run", "definition"])
/**
 * The type of {@link Kind}.
 *
 * @since 0.1.0
 * @category models
 */
export type Kind = typeof Kind.Type

/**
 * What is scanned.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Category = Schema.Literals([
  "certificate",
  "vulnerability",
  "web",
  "malware",
  "data",
  "configuration",
  "code",
  "secret",
  "inventory",
  "import",
  "other"
])
/**
 * The type of {@link Category}.
 *
 * @since 0.1.0
 * @category models
 */
export type Category = typeof Category.Type

/**
 * The vendor-neutral life cycle. A value that a plugin does not know is `unknown`, with the vendor's value in `vendorState`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const State = Schema.Literals([
  "scheduled",
  "queued",
  "running",
  "paused",
  "succeeded",
  "partially_succeeded",
  "failed",
  "cancelled",
  "skipped",
  "unknown"
])
/**
 * The type of {@link State}.
 *
 * @since 0.1.0
 * @category models
 */
export type State = typeof State.Type

const known = new Set<unknown>(State.literals)

/**
 * Whether this is one of the ten states.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isState = (value: unknown): value is State => known.has(value)
