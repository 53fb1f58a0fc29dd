/**
 * Imports `node:sqlite` when it is first used.
 */
import { Effect } from "effect"
import type * as Sqlite from "node:sqlite"
import { DriverMissing } from "./StoreError.ts"

/** The module `node:sqlite`. */
export type SqliteModule = typeof Sqlite

let loading: Promise<SqliteModule> | undefined

/** Imports the module without the warning by which Node 22 says that it is experimental. All other warnings are passed on. */
export const load: Effect.Effect<SqliteModule, DriverMissing> = Effect.tryPromise({
  try: () => (loading ??= importQuietly()),
  catch: () => new DriverMissing({ module: "node:sqlite" })
})

const importQuietly = async (): Promise<SqliteModule> => {
  const original = Reflect.get(process, "emitWarning")
  process.emitWarning = quietly(process.emitWarning.bind(process))
  try {
    return await import("node:sqlite")
  } finally {
    process.emitWarning = original
  }
}

/** `emitWarning` has several signatures, which are all passed on as they come. */
const quietly =
  (emitWarning: typeof process.emitWarning): typeof process.emitWarning =>
  (warning: string | Error, ...others: ReadonlyArray<unknown>) => {
    const [type] = others
    const isExperimental =
      type === "ExperimentalWarning" || (warning instanceof Error && warning.name === "ExperimentalWarning")
    if (isExperimental && /SQLite/i.test(String(warning))) return
    Reflect.apply(emitWarning, process, [warning, ...others])
  }
