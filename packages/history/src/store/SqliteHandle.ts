/**
 * The open file of a store. Where its file is gone, every statement fails until it is back; where another one has taken its place, such as
 * a backup, that one is opened.
 *
 * SQLite itself goes on with a file that was deleted, as long as a process holds it: everything that is written then is lost.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { statSync } from "node:fs"
import * as Migrations from "./Migrations.ts"

/** How many prepared statements are kept. */
const maxPrepared = 256

/** A database, and how statements are prepared for it. */
export interface Held {
  readonly database: DatabaseSync
  /** Keeps the statements that were used last. */
  readonly prepare: (sql: string) => StatementSync
}

/** The open file. */
export interface Handle {
  /** What statements run on. It throws where the file is not there, or is another one that cannot be used. */
  readonly held: () => Held
  readonly isTransaction: () => boolean
  readonly close: () => void
}

interface Opened extends Held {
  /** Which file it is, whatever its name. */
  readonly file: string
}

/** SQLite's own code of a file that cannot be opened. */
const cannotOpen = 14

const problem = (text: string) => Object.assign(new Error(text), { errcode: cannotOpen })

/** How a file is opened, and how it is looked at without changing it. */
export interface Opening {
  readonly open: () => DatabaseSync
  readonly peek: () => DatabaseSync
}

/** Opens the file at a path, or `:memory:`. */
export const make = (path: string, { open, peek }: Opening): Handle => {
  const opened = (): Opened => {
    const database = open()
    return { database, prepare: statementsOf(database), file: fileAt(path) ?? "" }
  }
  const first = opened()
  let current: Opened | undefined = first
  /** Of the file that it held last. */
  let schema: number | undefined
  const again = (): Opened => {
    if (current !== undefined) {
      schema = schemaOf(current.database)
      // What the old file's log holds goes into the old file: SQLite would take a log beside the new file for one of it.
      current.database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
      current.database.close()
      current = undefined
    }
    const next = peek()
    const found = schemaOf(next)
    next.close()
    if (found === undefined || found !== schema) {
      throw problem(`${path} is another file now, and no store of the same schema: start again to open it`)
    }
    current = opened()
    return current
  }
  return {
    held: () => {
      if (path === ":memory:" || current?.database.isTransaction === true) return current ?? first
      const file = fileAt(path)
      if (file === undefined) throw problem(`${path} is gone: put it back, or start again to begin a new one`)
      return current?.file === file ? current : again()
    },
    isTransaction: () => current?.database.isTransaction ?? false,
    close: () => current?.database.close()
  }
}

/** Which file is at a path; `undefined` for none. */
const fileAt = (path: string): string | undefined => {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? undefined : `${found.dev} ${found.ino}`
}

/** The number of the schema; `undefined` where the file has none. */
const schemaOf = (database: DatabaseSync): number | undefined => {
  try {
    const row = database.prepare(`SELECT max(migration_id) AS schema FROM ${Migrations.table}`).get()
    return typeof row?.["schema"] === "number" ? row["schema"] : undefined
  } catch {
    return undefined
  }
}

const statementsOf = (database: DatabaseSync) => {
  const prepared = new Map<string, StatementSync>()
  return (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const [oldest] = prepared.keys()
    if (prepared.size >= maxPrepared && oldest !== undefined) prepared.delete(oldest)
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
}
