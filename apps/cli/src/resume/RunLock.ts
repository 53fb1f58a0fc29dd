/**
 * Keeps two runs from using one resume file at the same time: a file `FILE.lock` beside it, for as long as the run goes on.
 *
 * A run that was killed leaves the lock behind. On the same machine the next run sees that its process is gone. On another machine,
 * which shares the folder, it sees that the lock is no longer renewed.
 */
import { DateTime, Duration, Effect, Option, Random, Ref, Schema } from "effect"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import * as IoFault from "../files/IoFault.ts"
import * as PrivateFile from "../files/PrivateFile.ts"

/** What the lock says of the run that holds it. */
const Holder = Schema.Struct({
  pid: Schema.Int,
  host: Schema.String,
  started: Schema.DateTimeUtcFromString,
  /** Tells this lock from every other one. */
  token: Schema.String,
  /** Within which processes are counted, where there is more than one count on a host: Linux's name of the PID namespace. */
  processes: Schema.NullOr(Schema.String),
  /** When the process began, as Linux counts it, so that another process with the same number is not taken for it. */
  born: Schema.NullOr(Schema.String)
})
type Holder = typeof Holder.Type

const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Holder))
const render = Schema.encodeSync(Schema.fromJsonString(Holder))

/** The lock of this run. */
export interface RunLock {
  /** Fails where the lock was lost, so that another run may use the file. */
  readonly check: Effect.Effect<void, PrivateFile.FileFault>
}

/** Where the lock of a resume file lies. */
export const pathOf = (resumeFile: string): string => `${resumeFile}.lock`

const renewal = Duration.seconds(15)

/** A lock of another machine that was not renewed for so long belongs to a run that is gone. */
const patience = Duration.seconds(60)

/** Takes the lock until the scope ends; fails where another run has it. */
export const hold = Effect.fnUntraced(function* (resumeFile: string) {
  const path = pathOf(resumeFile)
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    started: yield* DateTime.now,
    token: `${yield* Random.nextInt}${yield* Random.nextInt}`,
    processes: processes(),
    born: lifeOf(process.pid).born
  }
  const file = yield* take(resumeFile, own)
  const lost = yield* Ref.make<PrivateFile.FileFault | undefined>(undefined)
  const isOwn = Effect.map(read(path), (holder) => holder?.token === own.token)
  yield* Effect.addFinalizer(() =>
    // Where it cannot be removed, the next run sees that this process is gone.
    Effect.ignore(Effect.flatMap(isOwn, (still) => (still ? PrivateFile.remove(path) : Effect.void)))
  )
  const taken = new PrivateFile.FileFault({ path, why: "was taken over by another run" })
  const renew = Effect.flatMap(isOwn, (still) => (still ? file.renew : Effect.fail(taken)))
  yield* Effect.sleep(renewal).pipe(
    Effect.andThen(renew),
    Effect.forever,
    Effect.catch((fault) => Ref.set(lost, fault)),
    Effect.forkScoped
  )
  const lock: RunLock = {
    check: Effect.flatMap(Ref.get(lost), (fault) => (fault === undefined ? Effect.void : Effect.fail(fault)))
  }
  return lock
})

/** How often a lock may turn out to be another run's before this run gives up. */
const tries = 5

const take = Effect.fnUntraced(function* (resumeFile: string, own: Holder) {
  const path = pathOf(resumeFile)
  const text = `${render(own)}\n`
  for (let left = tries; left > 0; left--) {
    const file = yield* PrivateFile.claim(path, text)
    if (Option.isSome(file)) return file.value
    const holder = yield* read(path)
    const why = yield* aliveBecause(path, holder, own)
    if (why !== undefined) return yield* new PrivateFile.FileFault({ path: resumeFile, why })
    yield* giveUp(path, holder)
  }
  return yield* new PrivateFile.FileFault({
    path: resumeFile,
    why: `is wanted by several runs at once (${path} changes all the time); try again`
  })
})

/** The holder, where the lock exists and can be understood. */
const read = (path: string): Effect.Effect<Holder | undefined, PrivateFile.FileFault> =>
  Effect.map(PrivateFile.read(path), (text) => Option.getOrUndefined(Option.flatMap(text, parse)))

/** Why the lock still holds; `undefined` where its run is gone. */
const aliveBecause = Effect.fnUntraced(function* (path: string, holder: Holder | undefined, own: Holder) {
  if (holder !== undefined && holder.host === own.host && holder.processes === own.processes) {
    return isAlive(holder) ? `is in use by another run, ${named(holder)}; wait for it, or name another file` : undefined
  }
  const age = yield* PrivateFile.age(path)
  if (Option.isNone(age) || age.value >= Duration.toMillis(patience)) return undefined
  return holder === undefined
    ? `is being taken by another run; try again in a minute, or remove ${path} where there is no other run`
    : `is in use by another run, ${named(holder)}; wait for it, or name another file. Where that run is gone, try again in a minute`
})

const named = ({ host, pid, started }: Holder): string =>
  `process ${pid} on ${host}, since ${DateTime.formatIso(started)}`

/**
 * Removes the lock of a run that is gone. Two runs may want to do so at the same time, and the slower one must not remove the lock that
 * the faster one has taken since, so that a lock is renamed first, which only one of them can, and then looked at.
 */
const giveUp = Effect.fnUntraced(function* (path: string, gone: Holder | undefined) {
  const aside = yield* PrivateFile.setAside(path)
  if (Option.isNone(aside)) return
  const found = yield* read(aside.value)
  if (found?.token === gone?.token) yield* PrivateFile.remove(aside.value)
  else yield* PrivateFile.putBack(aside.value, path)
})

const isAlive = ({ born, pid }: Holder): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Without the permission to signal it, there is such a process.
    if (IoFault.codeOf(error) !== "EPERM") return false
  }
  const life = lifeOf(pid)
  return !life.isOver && (born === null || life.born === null || life.born === born)
}

/** What Linux says of a process. A process that has ended stays until its parent has asked how, and can still be signalled. */
const lifeOf = (pid: number): { readonly born: string | null; readonly isOver: boolean } => {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
  if (text === null) return { born: null, isOver: false }
  // The second field is the program's name in parentheses, which may contain anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return { born: fields[19] ?? null, isOver: /^[ZX]/.test(fields[0] ?? "") }
}

const processes = (): string | null => attempt(() => readlinkSync("/proc/self/ns/pid"))

/** Only Linux has these files. */
const attempt = (look: () => string): string | null => {
  try {
    return look()
  } catch {
    return null
  }
}
