/**
 * What is wrong with a Redis, in words that hold nothing of what it said: an answer may repeat a password.
 */
import type { Redis } from "effect/persistence"

/** A failure of a Redis. */
export interface RedisFault {
  /** The end of a sentence that begins with "Redis". */
  readonly problem: string
  /** Whether it can pass within seconds, such as the start of a server. */
  readonly isPassing: boolean
}

const lasting = (problem: string): RedisFault => ({ problem, isPassing: false })
const passing = (problem: string): RedisFault => ({ problem, isPassing: true })

/** What a server's answer says, by the word that it begins with or holds. */
const answers: ReadonlyArray<readonly [RegExp, RedisFault]> = [
  [/\bNOAUTH\b/, lasting("wants a password")],
  [
    /\bWRONGPASS\b|\binvalid password\b|\bAUTH\b.*\bcalled without\b/,
    lasting("does not accept the user and the password")
  ],
  [/\bNOPERM\b/, lasting("does not permit this user to run scripts, or to use the keys")],
  [/\bREADONLY\b/, passing("is a read-only replica; name the primary instead")],
  [/\bOOM\b/, lasting("is out of memory and refuses to write")],
  [/\bMISCONF\b/, lasting("cannot save to its disk and refuses to write")],
  [/\bNOREPLICAS\b/, passing("lacks replicas and refuses to write")],
  [/\bLOADING\b/, passing("is still loading its data")],
  [/\bMASTERDOWN\b/, passing("has lost its primary")],
  [/\b(?:CLUSTERDOWN|TRYAGAIN)\b/, passing("is a cluster that is down")],
  [/^(?:MOVED|ASK) |\bCROSSSLOT\b/, lasting("is a cluster, and the address is that of one of its nodes")],
  [/\bBUSY\b/, passing("is busy with a script")],
  [/\bmax number of clients\b/, passing("has too many clients")],
  [/\bDENIED\b/, lasting("is in protected mode and refuses other machines")],
  [/\bunknown command\b/i, lasting("does not know a command that is needed; version 5 or newer is")]
]

/** What happened to a connection, by the code of the system's error. */
const connections: ReadonlyMap<unknown, string> = new Map([
  ["ECONNREFUSED", "cannot be reached: nothing answers at its address"],
  ["ENOTFOUND", "cannot be reached: there is no such host"],
  ["EAI_AGAIN", "cannot be reached: its host cannot be looked up"],
  ["EHOSTUNREACH", "cannot be reached: there is no way to its host"],
  ["ENETUNREACH", "cannot be reached: there is no way to its host"],
  ["ETIMEDOUT", "cannot be reached: the connection is not answered"]
])

/** What a failure means. */
export const of = ({ cause }: Redis.RedisError): RedisFault => {
  const { code, message } = partsOf(cause)
  for (const [pattern, fault] of answers) if (pattern.test(message)) return fault
  const connection = connections.get(code)
  if (connection !== undefined) return passing(connection)
  if (/^(?:ERR|-?[A-Z]+ )/.test(message)) return lasting("refuses the command")
  if (typeof code === "string" && /CERT|TLS|SSL/.test(code)) {
    return lasting("cannot be reached: its certificate is not accepted, or it does not speak TLS")
  }
  return passing("has closed the connection, or what answers there is no Redis")
}

const partsOf = (cause: unknown): { readonly code: unknown; readonly message: string } => {
  // A host with several addresses fails with an error for each.
  const error: unknown = cause instanceof AggregateError ? (cause.errors[0] ?? cause) : cause
  const message = (error instanceof Error ? error.message : String(error)).slice(0, longest)
  // Clients wrap the system's error, whose message names its code.
  const code = error instanceof Error && "code" in error ? error.code : /\bE[A-Z_]{4,}\b/.exec(message)?.[0]
  return { code, message }
}

/** How much of a message is looked at. */
const longest = 1000
