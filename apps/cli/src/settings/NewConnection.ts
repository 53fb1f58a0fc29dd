/**
 * The settings of a new connection, asked for one by one.
 */
import { Effect } from "effect"
import type { Installed } from "../plugins/Plugin.ts"
import type { UsageProblem } from "../Problem.ts"

/** A connection as it stands in a settings file. */
export interface Settings {
  readonly name: string
  readonly provider: string
  readonly [key: string]: unknown
}

/** A question for one setting. */
export interface Question {
  readonly key: string
  /** What is expected, in words. */
  readonly expected: string
  readonly default?: string
  /** Succeeds with the answer, or fails with what is wrong with it. */
  readonly validate: (answer: string) => Effect.Effect<string, string>
}

/** Asks a question until its answer is valid. */
export type Ask = (question: Question) => Effect.Effect<string, UsageProblem>

type Setting = Installed["settings"][number]

/**
 * Asks for a name, for what the provider requires, and then for what its rules say is missing: for a choice between settings,
 * each of them may be skipped until the provider accepts the connection.
 */
export const make = (
  provider: Installed,
  taken: ReadonlyArray<string>,
  ask: Ask
): Effect.Effect<Settings, UsageProblem> =>
  Effect.gen(function* () {
    const name = yield* ask({
      key: "name",
      expected: "your own name for it",
      default: freeName(provider.id, taken),
      validate: (answer) => {
        if (answer.trim() === "") return Effect.fail("expected a name")
        return taken.includes(answer) ? Effect.fail("another connection has this name") : Effect.succeed(answer)
      }
    })
    let settings: Settings = { name, provider: provider.id }
    const answered = Effect.fnUntraced(function* (setting: Setting, mayBeSkipped: boolean) {
      const answer = yield* ask(questionFor(setting, settings, provider, mayBeSkipped))
      if (answer !== "") settings = { ...settings, [setting.key]: valueOf(setting, answer) }
    })
    for (const setting of provider.settings) if (setting.required) yield* answered(setting, false)
    const skipped = new Set<string>()
    for (;;) {
      const missing = settingsMissing(provider, settings)
      if (missing.length === 0) return settings
      const next = missing.find(({ key }) => !skipped.has(key))
      if (next === undefined) skipped.clear()
      else {
        skipped.add(next.key)
        yield* answered(next, missing.length > 1)
      }
    }
  })

const freeName = (id: string, taken: ReadonlyArray<string>): string => {
  let name = id
  for (let number = 2; taken.includes(name); number++) name = `${id}-${number}`
  return name
}

/** The settings that are not given and that the provider's problems are about, those of a choice included. */
const settingsMissing = (provider: Installed, settings: Settings): ReadonlyArray<Setting> => {
  const decoded = provider.decode(settings)
  if (decoded._tag === "Success") return []
  const texts = decoded.failure
    .filter(({ key }) => !Object.hasOwn(settings, key.split(".", 1).join("")))
    .map(({ key, message }) => `${key} ${message}`)
  return provider.settings.filter(
    ({ key }) => !Object.hasOwn(settings, key) && texts.some((text) => text.split(/\W+/).includes(key))
  )
}

const questionFor = (setting: Setting, settings: Settings, provider: Installed, mayBeSkipped: boolean): Question => ({
  key: setting.key,
  expected: [
    setting.secret ? "secret: ${NAME}, ${file:PATH}, ${cmd:PROGRAM ARGUMENTS}, @FILE, or the text" : setting.type,
    ...(setting.type.startsWith("array of ") ? ["separated by commas"] : []),
    ...(mayBeSkipped ? ["empty to skip"] : [])
  ].join("; "),
  ...(setting.secret && !mayBeSkipped ? { default: `\${${variableOf(settings.name, setting.key)}}` } : {}),
  validate: (answer) => {
    if (answer === "") return mayBeSkipped ? Effect.succeed("") : Effect.fail(`expected ${setting.type}`)
    // What a placeholder or a file gives is not known yet; `scanjobs config check` looks at it.
    if (isElsewhere(setting, answer)) return Effect.succeed(answer)
    const decoded = provider.decode({ ...settings, [setting.key]: valueOf(setting, answer) })
    const problem =
      decoded._tag === "Failure"
        ? decoded.failure.find(({ code, key }) => key.split(".", 1).join("") === setting.key && code !== undefined)
        : undefined
    return problem === undefined ? Effect.succeed(answer) : Effect.fail(problem.message)
  }
})

const isElsewhere = ({ secret }: Setting, answer: string): boolean =>
  answer.includes("${") || (secret && answer.startsWith("@"))

/** Such as `DC_API_KEY` for the setting `apiKey` of the connection `dc`. */
const variableOf = (name: string, key: string): string =>
  `${name}_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`)}`.replaceAll(/\W/g, "_").toUpperCase()

/** The answer as JSON would have it. */
const valueOf = ({ type }: Setting, answer: string): unknown => {
  if (type.startsWith("array of ")) {
    const item = type.slice("array of ".length)
    return answer.split(",").map((part) => scalarOf(item, part.trim()))
  }
  return scalarOf(type, answer)
}

const scalarOf = (type: string, answer: string): unknown => {
  if (/^(?:integer|number)\b/.test(type) && /^-?\d+(?:\.\d+)?$/.test(answer)) return Number(answer)
  if (type === "boolean" && /^(?:true|false)$/.test(answer)) return answer === "true"
  return answer
}
