/**
 * Removes secrets from texts and from JSON, however they are written.
 *
 * A secret is recognised as it is, in hexadecimal and in Base64, also as a part of a longer encoded text such as `user:secret`. Each
 * of these is recognised where it is escaped for JSON, for a URL, for a form or for HTML, several layers deep, and whatever
 * the case of its letters.
 *
 * A secret of four to seven characters is removed only where no letter or digit adjoins it. A shorter one is not removed:
 * it would make texts unreadable and protects nothing.
 *
 * **Example** (a log line without a key)
 *
 * ```ts run
 * import { Secrets } from "@scanjobs/core"
 *
 * const secrets = Secrets.make(["key-4f9a0c7b"])
 * console.log(secrets.scrub("GET /scans?key=key%2D4f9a0c7b")) // => GET /scans?key=<redacted>
 * ```
 */
import type { Schema } from "effect"
import * as SecretForms from "./SecretForms.ts"
import * as SecretIndex from "./SecretIndex.ts"
import * as SecretProbe from "./SecretProbe.ts"

/**
 * The secrets that are known so far.
 *
 * @since 0.1.0
 * @category models
 */
export interface Secrets {
  /** Adds a secret for good. */
  readonly add: (secret: string) => void
  /**
   * Makes a function that adds secrets that replace each other, such as tokens. The latest eight are known, because an answer to a
   * request with an earlier token may still arrive.
   */
  readonly rotating: () => (secret: string) => void
  /** Replaces every known secret in a text with `<redacted>`. */
  readonly scrub: (text: string) => string
  /** Replaces every known secret in the strings, names and numbers of JSON. */
  readonly scrubJson: (json: unknown) => unknown
  /** Whether a text holds a secret of at least eight characters. Fast enough for every answer. */
  readonly isIn: (text: string) => boolean
  /**
   * Replaces secrets of at least eight characters in the strings, names and numbers of JSON. For data, which a shorter secret
   * that happens to be an ordinary word must not change.
   */
  readonly scrubData: {
    (json: Schema.Json): Schema.Json
    (json: unknown): unknown
  }
  /**
   * The same for JSON of any size: scrubbing that pauses after each of many small steps, so that other work can run meanwhile.
   */
  readonly inSteps: {
    readonly scrubJson: (json: unknown) => Generator<void, unknown>
    readonly scrubData: (json: unknown) => Generator<void, unknown>
  }
}

/** How many secrets that replace each other are known at once. */
const remembered = 8

/** A secret, with what it is searched for by once that is needed. */
interface Known {
  readonly isLong: boolean
  readonly probe: () => SecretProbe.Probe
  readonly forms: () => ReadonlyArray<SecretForms.Form>
}

/**
 * Starts with these secrets.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (initial: Iterable<string> = []): Secrets => {
  const fixed = new Map<string, Known>()
  const rotations: Array<Map<string, Known>> = []
  let probes: ReadonlyArray<SecretProbe.Probe> | undefined
  let all: SecretIndex.SecretIndex | undefined
  let long: SecretIndex.SecretIndex | undefined

  const known = () => [fixed, ...rotations].flatMap((secrets) => Array.from(secrets.values()))
  const changed = () => {
    probes = undefined
    all = undefined
    long = undefined
  }
  const indexOfAll = () => (all ??= SecretIndex.make(known().flatMap(({ forms }) => forms())))
  const longOnes = () => known().filter(({ isLong }) => isLong)
  const indexOfLong = () => (long ??= SecretIndex.make(longOnes().flatMap(({ forms }) => forms())))
  const probesOf = () => (probes ??= longOnes().map(({ probe }) => probe()))

  const addAll = (secrets: Iterable<string>) => {
    for (const secret of secrets) if (secret.length >= SecretForms.shortest) fixed.set(secret, knownOf(secret))
    changed()
  }
  addAll(initial)

  const scrubberOf = (index: () => SecretIndex.SecretIndex): Steps<string> =>
    function* scrub(text) {
      const isClean = text.length < SecretForms.shortest || (fixed.size === 0 && rotations.length === 0)
      return isClean ? text : yield* redacted(text, index())
    }
  const ofAll = scrubberOf(indexOfAll)
  const inAll = jsonScrubber(ofAll)
  const inLong = jsonScrubber(scrubberOf(indexOfLong))

  return {
    add: (secret) => {
      if (!fixed.has(secret)) addAll([secret])
    },
    rotating: () => {
      const latest = new Map<string, Known>()
      rotations.push(latest)
      return (secret) => {
        if (secret.length < SecretForms.shortest) return
        const again = latest.get(secret)
        latest.delete(secret)
        latest.set(secret, again ?? knownOf(secret))
        if (again !== undefined) return
        const [oldest] = latest.keys()
        if (latest.size > remembered && oldest !== undefined) latest.delete(oldest)
        changed()
      }
    },
    scrub: (text) => atOnce(ofAll(text)),
    scrubJson: (json) => atOnce(inAll(json)),
    scrubData: dataScrubber(inLong),
    inSteps: { scrubJson: inAll, scrubData: inLong },
    isIn: (text) =>
      probesOf().length > 0 &&
      (probesOf().some((probe) => SecretProbe.mayHold(probe, text)) || SecretProbe.hidesLetters(text)) &&
      atOnce(indexOfLong().rangesIn(text)).length > 0
  }
}

const knownOf = (secret: string): Known => {
  let forms: ReadonlyArray<SecretForms.Form> | undefined
  let probe: SecretProbe.Probe | undefined
  return {
    isLong: secret.length >= SecretForms.shortestAnywhere,
    probe: () => (probe ??= SecretProbe.of(secret)),
    forms: () => (forms ??= SecretForms.of(secret))
  }
}

/** Cleans a value in steps. */
type Steps<A> = (value: A) => Generator<void, A>

const atOnce = <A>(steps: Generator<void, A>): A => {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const redacted = function* (text: string, index: SecretIndex.SecretIndex): Generator<void, string> {
  let clean = ""
  let end = 0
  const ranges = text.length <= SecretIndex.pieceLength ? index.inPiece(text) : yield* index.rangesIn(text)
  for (const range of ranges) {
    clean += `${text.slice(end, range.start)}<redacted>`
    end = range.end
  }
  return end === 0 ? text : clean + text.slice(end)
}

/** How many characters are scrubbed between two steps. */
const charactersAStep = 65_536

/** Makes the function that scrubs the texts, names and numbers of JSON. */
const jsonScrubber = (scrub: Steps<string>): Steps<unknown> => {
  let scrubbed = 0
  const scrubText = function* (text: string): Generator<void, string> {
    scrubbed += text.length
    if (scrubbed > charactersAStep) {
      scrubbed = 0
      yield
    }
    return yield* scrub(text)
  }
  const scrubJson = function* (json: unknown): Generator<void, unknown> {
    if (typeof json === "string") return yield* scrubText(json)
    if (typeof json === "number") {
      const text = String(json)
      const clean = yield* scrubText(text)
      return clean === text ? json : clean
    }
    if (typeof json !== "object" || json === null) return json
    if (Array.isArray(json)) {
      const items: Array<unknown> = []
      for (const item of json) items.push(yield* scrubJson(item))
      return items
    }
    const members: Array<readonly [string, unknown]> = []
    for (const [name, value] of Object.entries(json)) {
      members.push([yield* scrubText(name), yield* scrubJson(value)])
    }
    return Object.fromEntries(members)
  }
  return scrubJson
}

const dataScrubber = (steps: Steps<unknown>) => {
  function scrubData(json: Schema.Json): Schema.Json
  function scrubData(json: unknown): unknown
  function scrubData(json: unknown): unknown {
    return atOnce(steps(json))
  }
  return scrubData
}
