/**
 * The files that this program writes: readable by their user alone, never reached through a link, and never anything but plain files.
 *
 * The folder of such a file may be one that others write to as well. A link that somebody left there would lead the rows of a vendor
 * to another place or overwrite a file, and a pipe or a device would never end.
 */
import { Data, Effect, Option, Random, type Scope } from "effect"
import { constants, type Stats } from "node:fs"
import { access, type FileHandle, lstat, open as openFile, readdir, rename, unlink } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import * as IoFault from "./IoFault.ts"

/** A file cannot be used. `why` is the end of a sentence that begins with the path. */
export class FileFault extends Data.TaggedError("FileFault")<{ readonly path: string; readonly why: string }> {
  override get message(): string {
    return `${this.path} ${this.why}`
  }
}

/** A file that is open to be written at its end. */
export interface PrivateFile {
  /** Once this has failed, it fails again: the file ends with what was written then, and nothing is written after that. */
  readonly append: (text: string) => Effect.Effect<void, FileFault>
  /** Removes everything that is in the file. */
  readonly clear: Effect.Effect<void, FileFault>
}

/** Read and written by the user alone. */
const mode = 0o600

/** Windows has neither flag. */
const flag = (name: "O_NOFOLLOW" | "O_NONBLOCK"): number => {
  const known: Partial<typeof constants> = constants
  return known[name] ?? 0
}

/** No link is followed and no pipe is waited for, also where one takes the place of a file between the check and the opening. */
const safely = flag("O_NOFOLLOW") | flag("O_NONBLOCK")

/** The most bytes that are read of a file. */
const mostBytes = 256 * 1024 * 1024

/** Opens a file at its end until the scope ends, and creates it where there is none. What is in it is kept or removed. */
export const open = Effect.fnUntraced(function* (path: string, content: "keep" | "remove") {
  const file = yield* opened(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, cannotBeWritten)
  const stats = yield* io(path, cannotBeWritten, () => file.stat())
  yield* tighten(file, stats)
  let broken: FileFault | undefined
  const append = (text: string) =>
    Effect.suspend(() => (broken === undefined ? write(text) : Effect.fail(broken))).pipe(
      Effect.tapError((fault) => Effect.sync(() => (broken = fault)))
    )
  const write = (text: string) => io(path, "cannot be written any more", () => file.appendFile(text))
  const clear = io(path, cannotBeWritten, () => file.truncate(0))
  if (content === "remove") yield* clear
  else if (!(yield* io(path, cannotBeRead, () => endsWithLine(file, stats.size)))) yield* append("\n")
  const own: PrivateFile = { append, clear }
  return own
})

/** Writes a new file; fails where there is one. */
export const create = (path: string, text: string): Effect.Effect<void, FileFault> =>
  Effect.scoped(
    Effect.gen(function* () {
      const file = yield* openedNew(path)
      yield* Effect.onError(written(path, file, text), () => Effect.ignore(remove(path)))
    })
  )

/** Whether there is nothing of this name, not even a link; fails where a file could not be written there. */
export const isFree = (path: string): Effect.Effect<boolean, FileFault> =>
  Effect.andThen(
    io(path, cannotBeWritten, () => access(dirname(path), constants.W_OK)),
    io(path, cannotBeWritten, () => lstat(path).catch(unlessMissing).then((found) => found === undefined))
  )

/** Replaces a file atomically: a reader, and a crash at any moment, see either the old content or the new one. */
export const replace = Effect.fnUntraced(function* (path: string, text: string) {
  yield* inspect(path, cannotBeWritten)
  const temporary = yield* temporaryName(path)
  yield* create(temporary, text).pipe(
    Effect.andThen(io(path, cannotBeWritten, () => rename(temporary, path))),
    // The reason is the same for the file itself, whose name its user knows.
    Effect.mapError(({ why }) => new FileFault({ path, why })),
    Effect.onError(() => Effect.ignore(remove(temporary)))
  )
})

/** Makes the latest replacement survive a power cut. */
export const syncFolder = (path: string): Effect.Effect<void> =>
  process.platform === "win32"
    ? Effect.void
    : // Some file systems cannot do this, and some folders may be written to but not opened. The file itself is safe all the same.
      Effect.ignore(
        Effect.scoped(
          Effect.flatMap(
            Effect.acquireRelease(
              io(path, cannotBeRead, () => openFile(dirname(path), constants.O_RDONLY)),
              closed
            ),
            (folder) => io(path, cannotBeWritten, () => folder.sync())
          )
        )
      )

/** The content of a file, or `None` where there is none. */
export const read = (path: string): Effect.Effect<Option.Option<string>, FileFault> =>
  Effect.scoped(
    Effect.gen(function* () {
      const file = yield* openedIfThere(path, constants.O_RDONLY, cannotBeRead)
      if (file === undefined) return Option.none<string>()
      const { size } = yield* io(path, cannotBeRead, () => file.stat())
      if (size > mostBytes) return yield* new FileFault({ path, why: `is too large to be read (${size} bytes)` })
      return Option.some(yield* io(path, cannotBeRead, () => file.readFile("utf8")))
    })
  )

/** Removes a file where there is one. */
export const remove = (path: string): Effect.Effect<void, FileFault> =>
  io(path, "cannot be removed", () => unlink(path).catch(unlessMissing))

/** Moves a file to a name that no other file has, and gives that name; `None` where there is no such file any more. */
export const setAside = Effect.fnUntraced(function* (path: string) {
  const name = yield* temporaryName(path)
  const moved = yield* io(path, cannotBeRenamed, () => rename(path, name).then(() => name, unlessMissing))
  return Option.fromUndefinedOr(moved)
})

/** Moves a file back that was set aside. */
export const putBack = (aside: string, path: string): Effect.Effect<void, FileFault> =>
  io(path, cannotBeRenamed, () => rename(aside, path))

/** Removes what runs have left of replacements of this file when they were killed in the middle of one. */
export const removeLeftovers = Effect.fnUntraced(function* (path: string) {
  const folder = dirname(path)
  const names = yield* io(path, cannotBeWritten, () => readdir(folder))
  const own = basename(path)
  const leftovers = names.filter((name) => name.startsWith(`${own}.`) && temporary.test(name.slice(own.length)))
  yield* Effect.forEach(leftovers, (name) => remove(join(folder, name)), { discard: true })
})

/**
 * How many milliseconds ago a file was last written, by the clock of its file system, which other machines share. `None` where there
 * is no such file.
 */
export const age = (path: string): Effect.Effect<Option.Option<number>, FileFault> =>
  Effect.scoped(
    Effect.gen(function* () {
      const found = yield* inspect(path, cannotBeRead)
      if (Option.isNone(found)) return Option.none<number>()
      const name = yield* temporaryName(path)
      yield* create(name, "")
      const now = yield* io(name, cannotBeRead, () => lstat(name)).pipe(Effect.ensuring(Effect.ignore(remove(name))))
      return Option.some(now.mtimeMs - found.value.mtimeMs)
    })
  )

/** A new file that stays open until the scope ends, and that only `rewrite` changes. */
export interface NewFile {
  /** Writes the same text again, so that the file has been changed just now. */
  readonly renew: Effect.Effect<void, FileFault>
}

/** Writes a new file and keeps it open until the scope ends; `None` where there is one of this name. */
export const claim = Effect.fnUntraced(function* (
  path: string,
  text: string
): Effect.fn.Return<Option.Option<NewFile>, FileFault, Scope.Scope> {
  const found = yield* inspect(path, cannotBeWritten)
  if (Option.isSome(found)) return Option.none()
  const file = yield* Effect.acquireRelease(
    io(path, cannotBeWritten, () =>
      openFile(path, creating, mode).catch((error: unknown) => {
        if (IoFault.codeOf(error) === "EEXIST") return undefined
        throw error
      })
    ),
    (opened) => (opened === undefined ? Effect.void : closed(opened))
  )
  if (file === undefined) return Option.none()
  yield* Effect.onError(written(path, file, text), () => Effect.ignore(remove(path)))
  return Option.some({
    renew: Effect.asVoid(io(path, "cannot be written any more", () => file.write(text, 0)))
  })
})

const cannotBeWritten = "cannot be written"
const cannotBeRead = "cannot be read"
const cannotBeRenamed = "cannot be renamed"

const creating = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | safely

/** What `why` says is the end of a sentence, to which the reason is added. */
const io = <A>(path: string, why: string, run: () => Promise<A>): Effect.Effect<A, FileFault> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new FileFault({ path, why: `${why} (${IoFault.ofError(error)})` })
  })

const unlessMissing = (error: unknown): undefined => {
  if (IoFault.codeOf(error) !== "ENOENT") throw error
  return undefined
}

/** What is at the path, which must be a plain file of this user where it is anything. */
const inspect = Effect.fnUntraced(function* (path: string, why: string) {
  const found = yield* io(path, why, () => lstat(path).catch(unlessMissing))
  if (found !== undefined) yield* admit(path, found)
  return Option.fromUndefinedOr(found)
})

const admit = (path: string, stats: Stats): Effect.Effect<void, FileFault> => {
  const why = kindOf(stats) ?? (isForeign(stats) ? "belongs to another user; name a file of your own" : undefined)
  return why === undefined ? Effect.void : Effect.fail(new FileFault({ path, why }))
}

const kindOf = (stats: Stats): string | undefined => {
  if (stats.isFile()) return undefined
  if (stats.isSymbolicLink()) return "is a symbolic link, which is not followed; name the file that it leads to"
  if (stats.isDirectory()) return "is a folder; name a plain file"
  if (stats.isFIFO()) return "is a pipe; name a plain file"
  if (stats.isSocket()) return "is a socket; name a plain file"
  return "is a device; name a plain file"
}

/** The administrator may read and change every file anyway, as both reader and owner. */
const isForeign = ({ uid }: Stats): boolean => {
  const own = process.geteuid?.() ?? 0
  return own !== 0 && uid !== 0 && uid !== own
}

const opened = (path: string, flags: number, why: string) =>
  admitted(
    path,
    why,
    io(path, why, () => openFile(path, flags | safely, mode))
  )

/** `undefined` for no file, also where another process removes it after it was looked at. */
const openedIfThere = (path: string, flags: number, why: string) =>
  admitted(
    path,
    why,
    io(path, why, () => openFile(path, flags | safely, mode).catch(unlessMissing))
  )

/** What opens it is asked only where it may be used; what was opened is looked at again, because another may have taken its place. */
const admitted = Effect.fnUntraced(function* <File extends FileHandle | undefined>(
  path: string,
  why: string,
  opening: Effect.Effect<File, FileFault>
) {
  yield* inspect(path, why)
  const file = yield* Effect.acquireRelease(opening, (one) => (one === undefined ? Effect.void : closed(one)))
  if (file !== undefined) yield* admit(path, yield* io(path, why, () => file.stat()))
  return file
})

const openedNew = (path: string) =>
  Effect.acquireRelease(
    io(path, cannotBeWritten, () => openFile(path, creating, mode)),
    closed
  )

/** Everything was written before, and a file that was to survive was synced. */
const closed = (file: FileHandle): Effect.Effect<void> => Effect.ignore(Effect.tryPromise(() => file.close()))

const written = (path: string, file: FileHandle, text: string) =>
  io(path, cannotBeWritten, async () => {
    await file.writeFile(text)
    await file.sync()
  })

/** Takes a file from others that an older version of this program or somebody else has created for all to read. */
const tighten = (file: FileHandle, stats: Stats): Effect.Effect<void> =>
  (stats.mode & 0o077) === 0
    ? Effect.void
    : // Where the file system has no modes, its mount says who may read.
      Effect.ignore(Effect.tryPromise(() => file.chmod(mode)))

/** Whether text can be added: the file is empty, or ends with a line break. */
const endsWithLine = async (file: FileHandle, size: number): Promise<boolean> => {
  if (size === 0) return true
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 })
  return bytesRead === 1 && buffer[0] === 0x0a
}

const temporary = /^\.[0-9a-f]{16}\.new$/

const temporaryName = (path: string): Effect.Effect<string> =>
  Effect.map(Effect.all([Random.nextInt, Random.nextInt]), (parts) => {
    const digits = parts.map((part) => (part >>> 0).toString(16).padStart(8, "0"))
    return `${path}.${digits.join("")}.new`
  })
