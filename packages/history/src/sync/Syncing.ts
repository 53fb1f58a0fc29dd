/**
 * What the parts of one sync of one connection share.
 */
import type { Service } from "../store/OpenStore.ts"
import type { Settings } from "./Settings.ts"

/** A definition that is in the store. */
export interface KnownDefinition {
  readonly id: number
  readonly name: string | null
  /** The start time of the job that gave the name. */
  readonly namedAt: number
  readonly isScoped: boolean
}

/** One sync of one connection. */
export interface Syncing {
  readonly store: Service
  readonly settings: Settings
  readonly provider: string
  readonly connection: string
  readonly connectionId: number
  /** The number of this sync among those of the connection; see `Fence`. */
  readonly sync: number
  /** When the sync began, in epoch milliseconds. */
  readonly now: number
  /** The connection's definitions by key, as far as this sync has needed them. */
  readonly definitions: Map<string, KnownDefinition>
  /** Why the connection as a whole cannot be read; set once. */
  failure: string | null
}

/** What a reading covers, in epoch milliseconds: when it began, and which start times were asked for. */
export interface Span {
  readonly at: number
  readonly from: number
  /** `null` where the reading has no end. */
  readonly until: number | null
}
