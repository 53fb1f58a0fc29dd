import { assert, describe, it } from "@effect/vitest"
import { Store } from "@scanjobs/history"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { serve } from "./Fixture.ts"
import * as PrometheusText from "./PrometheusText.ts"

const scrape = (url: string) =>
  Effect.promise(async () => PrometheusText.parse(await (await fetch(`${url}/metrics`)).text()))

const valueOf = (
  families: ReadonlyArray<PrometheusText.Family>,
  name: string,
  labels: Readonly<Record<string, string>>
): number | undefined =>
  families
    .find((family) => family.name === name)
    ?.samples.find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value

describe("the metrics", () => {
  it("are read strictly here: a line that Prometheus would refuse throws", () => {
    const head = "# HELP a_b c\n# TYPE a_b gauge\n"
    assert.deepStrictEqual(PrometheusText.parse(`${head}a_b{x="1\\n\\"\\\\"} -1.5e3\n`)[0]?.samples, [
      { name: "a_b", labels: { x: '1\n"\\' }, value: -1500 }
    ])
    for (const wrong of [
      `${head}a_b 1`,
      "a_b 1\n",
      "# TYPE a_b gauge\na_b 1\n",
      `${head}a_b 1\na_b 2\n`,
      `${head}a_b{x="1",y="2"} 1\na_b{y="2",x="1"} 2\n`,
      `${head}a_b{x="1"y="2"} 1\n`,
      `${head}a_b{x="1",x="2"} 1\n`,
      `${head}a_b{x="\\t"} 1\n`,
      `${head}a_b{x-y="1"} 1\n`,
      `${head}a_b one\n`,
      `${head}a_b 1\n# TYPE a_b gauge\n`,
      `${head}${head}a_b 1\n`,
      "# HELP a_b c\n# TYPE a_b counter\na_b 1\n",
      `${head}a_b 1\n# HELP c d\n# TYPE c gauge\nc 1\na_b{x="1"} 1\n`
    ]) {
      assert.throws(() => PrometheusText.parse(wrong), Error, undefined, wrong)
    }
  })

  it.live("tell of each connection when it was complete, whether it fails, its runs, and what was missed", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const families = yield* scrape(url)
      const of = (name: string, labels: Readonly<Record<string, string>>) => valueOf(families, name, labels)
      const acme = { connection: "acme", provider: "tenable" }
      const globex = { connection: "globex", provider: "digicert" }
      assert.isAbove(of("scanjobs_last_complete_timestamp_seconds", acme) ?? 0, 1e9)
      assert.strictEqual(of("scanjobs_connection_failing", acme), 0)
      assert.strictEqual(of("scanjobs_connection_failing", globex), 1)
      assert.strictEqual(of("scanjobs_runs_24h", { ...acme, state: "failed" }), 1)
      assert.strictEqual(of("scanjobs_planned_24h", { ...acme, verdict: "missed" }), 1)
      assert.strictEqual(of("scanjobs_planned_24h", { ...acme, verdict: "overdue" }), 0)
      assert.strictEqual(of("scanjobs_planned_24h", { ...globex, verdict: "unknown" }), 1)
      assert.strictEqual(of("scanjobs_planned_24h", { ...globex, verdict: "missed" }), 0)
      assert.strictEqual(of("scanjobs_silent_definitions", globex), 0)
    }).pipe(Effect.scoped)
  )

  it.live("hold names of connections as they are, whatever is in them", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve()
      const { sql } = Store.Store.of(yield* Effect.provideContext(Store.Store, store))
      const name = 'a "quoted" \\ name\nwith two lines} 1'
      yield* Effect.orDie(sql`UPDATE connection SET name = ${name} WHERE id = 1`)
      assert.strictEqual(valueOf(yield* scrape(url), "scanjobs_connection_failing", { connection: name }), 0)
    }).pipe(Effect.scoped)
  )

  it.live("are all that the dashboard for Grafana asks for, with labels that they have", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const families = new Map((yield* scrape(url)).map((family) => [family.name, family]))
      const dashboard = JSON.parse(
        readFileSync(join(import.meta.dirname, "../../../docs/grafana-dashboard.json"), "utf8")
      )
      const expressions: Array<string> = []
      JSON.stringify(dashboard, (key, value: unknown) => {
        if (key === "expr" && typeof value === "string") expressions.push(value)
        if (key === "query" && typeof value === "string" && value.startsWith("label_values")) expressions.push(value)
        return value
      })
      assert.isAtLeast(expressions.length, 8)
      const used = new Set<string>()
      for (const expression of expressions) {
        const names = [...expression.matchAll(/\bscanjobs_\w+/g)].map(([name]) => name)
        assert.isNotEmpty(names, expression)
        for (const name of names) {
          assert.isTrue(families.has(name), `${name} of ${expression}`)
          used.add(name)
        }
        const labels = new Set(
          [...families.values()]
            .filter(({ name }) => names.includes(name))
            .flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample.labels)))
        )
        const asked = [
          ...[...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = ""]) => label),
          ...[...expression.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/\s*,\s*/))
        ]
        for (const label of asked) assert.isTrue(labels.has(label), `${label} of ${expression}`)
      }
      assert.sameMembers([...used], [...families.keys()])
    }).pipe(Effect.scoped)
  )
})
