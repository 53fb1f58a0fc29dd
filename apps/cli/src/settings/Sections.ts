/**
 * The keys of the settings file that are this program's own, and belong to no connection.
 */
import type { Sections } from "@scanjobs/settings"
import { Schema } from "effect"
import * as FleetSection from "./FleetSection.ts"
import * as HistorySections from "./HistorySections.ts"
import * as RedisUrl from "./RedisUrl.ts"
import { Span } from "./Span.ts"

/** The Redis that keeps the vendors' quotas, so that all processes which name it share them. */
const Redis = Schema.Struct({
  url: Schema.String.check(Schema.makeFilter(RedisUrl.isRedisUrl, { expected: RedisUrl.expected })),
  user: Schema.optionalKey(Schema.NonEmptyString),
  password: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
  /** How long a request waits for it before it fails. */
  patience: Schema.optionalKey(Span)
})

/** The keys, with the schemas of their values. */
export const sections = {
  redis: Redis,
  ...HistorySections.sections,
  ...FleetSection.sections
} satisfies Sections.Sections

/** The values of the keys that are in the file. */
export type Values = Sections.Values<typeof sections>
