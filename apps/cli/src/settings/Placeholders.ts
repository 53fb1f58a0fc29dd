/**
 * `${NAME}` in settings: the environment's value stands for it.
 */
import { Config, Effect, Option } from "effect"

const placeholder = /\$\{([^{}]*)\}/g

/** The names of all placeholders in a value, however deep. */
export const namesIn = (value: unknown): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (part: unknown): void => {
    if (typeof part === "string") for (const [, name = ""] of part.matchAll(placeholder)) names.add(name)
    else if (typeof part === "object" && part !== null) for (const inner of Object.values(part)) visit(inner)
  }
  visit(value)
  return names
}

/** The environment's values of these names; an unset or empty variable is not among them. */
export const lookUp = (names: ReadonlySet<string>): Effect.Effect<ReadonlyMap<string, string>> =>
  Effect.map(
    Effect.forEach(names, (name) =>
      Effect.map(
        Effect.orElseSucceed(Config.option(Config.String(name)), Option.none<string>),
        Option.map((value) => [name, value] as const)
      )
    ),
    (found) => new Map(found.flatMap(Option.toArray))
  )

/**
 * The value with every known placeholder filled in. The environment has only text, so where the setting's `type` wants a
 * number or a boolean and the filled text is one, it becomes one.
 */
export const fill = (value: unknown, environment: ReadonlyMap<string, string>, type = "string"): unknown => {
  if (typeof value === "string") {
    const filled = value.replaceAll(placeholder, (whole, name: string) => environment.get(name) ?? whole)
    return filled === value ? value : typed(filled, type)
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, environment, type.replace(/^array of /, "")))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, environment)]))
}

const typed = (text: string, type: string): unknown => {
  if (/^(?:integer|number)\b/.test(type) && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true"
  return text
}
