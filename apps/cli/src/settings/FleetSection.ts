/**
 * The key of the settings file that is about a fleet: `fleet`.
 */
import { Redacted, Schema } from "effect"
import { Span } from "./Span.ts"

const ofConnection = {
  /** How often it is synced. */
  every: Schema.optionalKey(Span),
  /** Whose it is; tenants have slots in common. */
  tenant: Schema.optionalKey(Schema.NonEmptyString),
  /** Those with a higher number come first. */
  priority: Schema.optionalKey(Schema.Int)
}

const Slots = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))

const Fleet = Schema.Struct({
  /** What seals connections in the database. The first seals; the others open what they sealed before. */
  keys: Schema.optionalKey(Schema.NonEmptyArray(Schema.Redacted(Schema.NonEmptyString))),
  /** How many connections a runner syncs at once. */
  slots: Schema.optionalKey(Slots),
  /** How many of one tenant's. */
  tenantSlots: Schema.optionalKey(Slots),
  ...ofConnection,
  /** By the connection's name; what stands there wins over the general. */
  connections: Schema.optionalKey(Schema.Record(Schema.String, Schema.Struct(ofConnection)))
})

/** The key. */
export const sections = { fleet: Fleet }

/** What the key says. */
export type FleetSection = typeof Fleet.Type

/** The secrets in it. */
export const secretsOf = (fleet: FleetSection | undefined): ReadonlyArray<string> =>
  (fleet?.keys ?? []).map((key) => Redacted.value(key))

/** What it says of a connection. */
export const planOf = (fleet: FleetSection | undefined, name: string) => {
  const { connections = {}, every, priority, tenant } = fleet ?? {}
  const own = Object.hasOwn(connections, name) ? connections[name] : undefined
  return {
    every: own?.every ?? every,
    tenant: own?.tenant ?? tenant,
    priority: own?.priority ?? priority
  }
}
