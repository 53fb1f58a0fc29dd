/**
 * Why a store cannot be used, with the condition in `reason`.
 *
 * **Example** (what a program does about it)
 *
 * ```ts
 * import { StoreError } from "@scanjobs/history"
 *
 * export const advice = ({ reason }: StoreError.StoreError): string => {
 *   if (reason instanceof StoreError.DiskFull) return "free some space: what was written stays"
 *   if (reason instanceof StoreError.StoreBusy || reason instanceof StoreError.StoreUnreachable) return "try again later"
 *   if (reason instanceof StoreError.StoreReadOnly || reason instanceof StoreError.StoreRefused) return "ask for access"
 *   if (reason instanceof StoreError.StoreCorrupt) return "restore a backup"
 *   if (reason instanceof StoreError.StoreNewer) return `update: the store has schema ${reason.found}`
 *   if (reason instanceof StoreError.StoreForeign) return `name another store: ${reason.table} is not ours`
 *   if (reason instanceof StoreError.DriverMissing) return `install ${reason.module}`
 *   if (reason instanceof StoreError.StoreFailed) return `report this: ${reason.detail}`
 *   return reason
 * }
 *
 * // A schema, which stores a reason as JSON.
 * export const schema = StoreError.Reason
 * ```
 */
import { Schema } from "effect"

/** What the database said. */
const said = { detail: Schema.String }

/**
 * The file is no SQLite database, or it is damaged.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreCorrupt extends Schema.TaggedError<StoreCorrupt>()("StoreCorrupt", said) {
  override get message(): string {
    return `the file is damaged or is no SQLite database (${this.detail}): move it away, or restore a backup, and run the sync again`
  }
}

/**
 * The file, its folder or the database may not be written.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreReadOnly extends Schema.TaggedError<StoreReadOnly>()("StoreReadOnly", said) {
  override get message(): string {
    return `the store may not be written (${this.detail}): make its file and its folder writable, or name another place`
  }
}

/**
 * There is no space left. What was committed before is kept.
 *
 * @since 0.1.0
 * @category errors
 */
export class DiskFull extends Schema.TaggedError<DiskFull>()("DiskFull", said) {
  override get message(): string {
    return `there is no space left for the store (${this.detail}): free some space, or keep less`
  }
}

/**
 * A newer version of scanjobs has changed the store's schema.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreNewer extends Schema.TaggedError<StoreNewer>()("StoreNewer", {
  /** The schema of the store. */
  found: Schema.Int,
  /** The newest schema that this version knows. */
  known: Schema.Int
}) {
  override get message(): string {
    return `the store has schema ${this.found}, and this version of scanjobs knows schemas up to ${this.known}: update scanjobs, or name another store`
  }
}

/**
 * Another process held the store for too long.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreBusy extends Schema.TaggedError<StoreBusy>()("StoreBusy", said) {
  override get message(): string {
    return `another process is using the store (${this.detail}): try again`
  }
}

/**
 * The store cannot be opened: its folder is not there, or its server does not answer.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreUnreachable extends Schema.TaggedError<StoreUnreachable>()("StoreUnreachable", said) {
  override get message(): string {
    return `the store cannot be opened (${this.detail}): check its address, and that its folder is there or its server answers`
  }
}

/**
 * The database does not accept the user, or the user may not do this.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreRefused extends Schema.TaggedError<StoreRefused>()("StoreRefused", said) {
  override get message(): string {
    return `the database refuses the user (${this.detail}): check the user's name, password and rights`
  }
}

/**
 * The database holds tables of another program.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreForeign extends Schema.TaggedError<StoreForeign>()("StoreForeign", {
  /** The name of one of its tables. */
  table: Schema.String
}) {
  override get message(): string {
    return `the database belongs to another program (it has a table ${this.table}): name another store`
  }
}

/**
 * The package that connects to the database is not installed, or this version of Node lacks the module.
 *
 * @since 0.1.0
 * @category errors
 */
export class DriverMissing extends Schema.TaggedError<DriverMissing>()("DriverMissing", {
  /** The package or module that is missing. */
  module: Schema.String
}) {
  override get message(): string {
    return this.module.startsWith("node:")
      ? `this version of Node has no module ${this.module}: use Node 22.19 or later`
      : `the package ${this.module} is not installed: run npm install ${this.module}`
  }
}

/**
 * A statement failed for a reason that has no name here.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreFailed extends Schema.TaggedError<StoreFailed>()("StoreFailed", said) {
  override get message(): string {
    return `a statement of the store failed (${this.detail})`
  }
}

/**
 * The schema of all reasons.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Reason = Schema.Union([
  StoreCorrupt,
  StoreReadOnly,
  DiskFull,
  StoreNewer,
  StoreBusy,
  StoreUnreachable,
  StoreRefused,
  StoreForeign,
  DriverMissing,
  StoreFailed
])
/**
 * Why a store cannot be used.
 *
 * @since 0.1.0
 * @category errors
 */
export type Reason = typeof Reason.Type

/**
 * A store cannot be used. What was committed before is kept.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  /** The store's file or address, without a password. */
  store: Schema.String,
  reason: Reason
}) {
  override get message(): string {
    return `${this.store}: ${this.reason.message}`
  }
}
