/**
 * Prometheus' text format, read as strictly as `promtool check metrics` does it. What breaks a rule throws.
 */

/** The kinds of metrics. */
type Kind = "counter" | "gauge" | "histogram" | "summary" | "untyped"

/** One line with a value. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric with everything that belongs to it. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly kind: Kind
  readonly samples: ReadonlyArray<Sample>
}

interface Begun {
  readonly name: string
  help?: string
  kind?: Kind
  readonly samples: Array<Sample>
}

const kinds: ReadonlySet<string> = new Set(["counter", "gauge", "histogram", "summary", "untyped"])
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const valueOf = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Inf)|NaN)$/

const isKind = (text: string): text is Kind => kinds.has(text)

/** Reads `{a="b",c="d"}` with its escapes, and gives what follows it. */
const labelsOf = (text: string, line: string): readonly [Record<string, string>, string] => {
  const labels: Record<string, string> = {}
  if (!text.startsWith("{")) return [labels, text]
  let rest = text.slice(1)
  while (!rest.startsWith("}")) {
    const found = /^([^=]+)="((?:[^"\\\n]|\\["\\n])*)"(,|(?=\}))/.exec(rest)
    if (found === null) throw new Error(`labels: ${line}`)
    const [whole, name = "", value = ""] = found
    if (!labelName.test(name) || name.startsWith("__")) throw new Error(`name of a label: ${line}`)
    if (Object.hasOwn(labels, name)) throw new Error(`a label stands twice: ${line}`)
    labels[name] = value.replaceAll(/\\(.)/g, (_, escape: string) => (escape === "n" ? "\n" : escape))
    rest = rest.slice(whole.length)
  }
  return [labels, rest.slice(1)]
}

/** Reads everything. */
export const parse = (text: string): ReadonlyArray<Family> => {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line does not end")
  const families: Array<Begun> = []
  const series = new Set<string>()
  const begin = (name: string): Begun => {
    const last = families.at(-1)
    if (last?.name === name) return last
    if (families.some((family) => family.name === name)) throw new Error(`${name} is not in one piece`)
    const family: Begun = { name, samples: [] }
    families.push(family)
    return family
  }
  for (const line of text.split("\n").slice(0, -1)) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (comment !== null) {
      const [, what, name = "", words = ""] = comment
      const family = begin(name)
      if (family.samples.length > 0) throw new Error(`${what} after samples: ${line}`)
      if (what === "HELP") {
        if (family.help !== undefined || /\\(?![\\n])/.test(words)) throw new Error(`HELP: ${line}`)
        family.help = words
      } else {
        if (family.kind !== undefined || !isKind(words)) throw new Error(`TYPE: ${line}`)
        family.kind = words
      }
      continue
    }
    const [, name = "", others = ""] = /^([^{\s]+)(.*)$/.exec(line) ?? []
    if (!metricName.test(name)) throw new Error(`name: ${line}`)
    const [labels, rest] = labelsOf(others, line)
    const value = /^ (\S+)$/.exec(rest)?.[1] ?? ""
    if (!valueOf.test(value)) throw new Error(`value: ${line}`)
    const family = families.at(-1)
    if (family?.name !== name || family.kind === undefined || family.help === undefined) {
      throw new Error(`no HELP and TYPE before: ${line}`)
    }
    if ((family.kind === "counter") !== name.endsWith("_total")) throw new Error(`counters end with _total: ${line}`)
    const key = JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))])
    if (series.has(key)) throw new Error(`stands twice: ${line}`)
    series.add(key)
    family.samples.push({ name, labels, value: Number(value.replace("Inf", "Infinity")) })
  }
  return families.map(({ help = "", kind = "untyped", name, samples }) => ({ name, help, kind, samples }))
}
