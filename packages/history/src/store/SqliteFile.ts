/**
 * The file of a SQLite store: only its owner can read it, and it is a plain file that no link leads to.
 */
import { Clock, Effect, Predicate } from "effect"
import { constants } from "node:fs"
import { access, open } from "node:fs/promises"
import { dirname } from "node:path"
import { DiskFull, type Reason, StoreReadOnly, StoreUnreachable } from "./StoreError.ts"

const onlyOwner = 0o600

/** Windows does not have every flag. */
const known: Partial<typeof constants> = constants

/** Follows no link and waits for no pipe. */
const flags = constants.O_RDWR | constants.O_CREAT | (known.O_NOFOLLOW ?? 0) | (known.O_NONBLOCK ?? 0)

/** Creates the file where it is missing, and sees that SQLite can write it and the files that it keeps beside it. */
export const prepare = (path: string): Effect.Effect<void, Reason> =>
  Effect.tryPromise({
    try: async () => {
      const file = await open(path, flags, onlyOwner)
      try {
        if (!(await file.stat()).isFile()) throw new Error(`${path} is no plain file`)
      } finally {
        await file.close()
      }
      await access(dirname(path), constants.W_OK)
    },
    catch: (cause) => reasonOf(cause, path)
  })

/**
 * Creates an empty file for a copy of the store with this schema, beside the store, and gives its path. SQLite writes a copy into an
 * empty file, and keeps its permissions.
 */
export const prepareBackup = (path: string, schema: number): Effect.Effect<string, Reason> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "")
    const backup = `${path}.schema-${schema}.${time}.backup`
    return Effect.tryPromise({
      try: async () => {
        await (await open(backup, "wx", onlyOwner)).close()
        return backup
      },
      catch: (cause) => reasonOf(cause, backup)
    })
  })

const reasonOf = (cause: unknown, path: string): Reason => {
  const code = Predicate.hasProperty(cause, "code") ? cause.code : undefined
  const detail = cause instanceof Error ? cause.message : String(cause)
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return new StoreReadOnly({ detail })
  if (code === "ENOSPC" || code === "EDQUOT") return new DiskFull({ detail })
  if (code === "ELOOP") return new StoreUnreachable({ detail: `${path} is a symbolic link, which is not followed` })
  if (code === "ENOENT") return new StoreUnreachable({ detail: `the folder ${dirname(path)} does not exist` })
  return new StoreUnreachable({ detail })
}
