/**
 * Compares ways to spread syncs over processes: `npm run engines -- [ENGINE…]`. It needs a PostgreSQL server.
 *
 * The work of a sync is one request that a vendor answers after a second. The vendor is in this process, and its records are the truth:
 * when each sync began and ended, and for which connection.
 */
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { type ChildProcess, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import type { Place } from "./Engine.ts"
import { engines, type Name } from "./engines.ts"

const server = process.env["SCANJOBS_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432/postgres"
const program = fileURLToPath(new URL("Runner.ts", import.meta.url))
const second = 1000

interface Sync {
  readonly connection: string
  readonly runner: number
  readonly due: number
  readonly start: number
  end: number | undefined
}

const records: Array<Sync> = []
const vendor = createServer((request, response) => {
  const query = new URL(request.url ?? "", "http://vendor").searchParams
  const sync: Sync = {
    connection: query.get("connection") ?? "",
    runner: Number(query.get("runner")),
    due: Number(query.get("due")),
    start: Date.now(),
    end: undefined
  }
  records.push(sync)
  setTimeout(() => {
    sync.end = Date.now()
    response.end("{}")
  }, second)
})
vendor.listen(0, "127.0.0.1")
await new Promise((resolve) => vendor.once("listening", resolve))
const address = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`

const sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))
const admin = <A>(use: (sql: SqlClient.SqlClient) => Effect.Effect<A, unknown>, url = server) =>
  Effect.flatMap(SqlClient.SqlClient, use).pipe(
    Effect.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 })),
    Effect.runPromise
  )

let databases = 0
const emptyDatabase = async () => {
  const name = `scanjobs_engines_${process.pid}_${databases++}`
  await admin((sql) => sql`CREATE DATABASE ${sql.literal(name)}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { name, url: url.href, drop: () => admin((sql) => sql`DROP DATABASE ${sql.literal(name)} WITH (FORCE)`) }
}

interface Phase {
  readonly runners: number
  readonly connections: number
  readonly every: number
  readonly when: "now" | "spread"
}

/** Processor time of a process, in milliseconds. */
const cpuOf = ({ pid }: ChildProcess): number => {
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")
  const fields = rest.split(" ")
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const run = async <A>(
  name: Name,
  { connections, every, runners, when }: Phase,
  measure: (given: { readonly children: ReadonlyArray<ChildProcess>; readonly database: string }) => Promise<A>
): Promise<A> => {
  records.length = 0
  const database = await emptyDatabase()
  const place: Place = {
    database: database.url,
    port: 0,
    names: Array.from({ length: connections }, (_, index) => `connection ${index}`),
    every,
    slots: 4,
    lease: 10 * second
  }
  const engine = await engines[name]()
  const seeds = () => engine.seed(place, when)
  // The tables are there before the runners; what is due comes when they wait for it.
  await engine.seed({ ...place, names: [] }, when).catch(() => undefined)
  const children = Array.from({ length: runners }, (_, index) =>
    spawn(process.execPath, [program, name, address, JSON.stringify({ ...place, port: 41_000 + index })], {
      stdio: ["ignore", "inherit", "inherit", "ipc"]
    })
  )
  try {
    await sleep(12 * second)
    await seeds()
    return await measure({ children, database: database.name })
  } finally {
    for (const child of children) child.kill("SIGKILL")
    await sleep(500)
    await database.drop()
  }
}

/** How long it takes until each of so many connections was synced once. */
const firstSyncs = (name: Name, runners: number) =>
  run(name, { runners, connections: 240, every: 3600 * second, when: "now" }, async () => {
    const began = Date.now()
    while (new Set(records.filter(({ end }) => end !== undefined).map(({ connection }) => connection)).size < 240) {
      if (Date.now() - began > 200 * second) return Number.NaN
      await sleep(50)
    }
    return (Math.max(...records.map(({ end }) => end ?? 0)) - Math.min(...records.map(({ start }) => start))) / second
  })

const percentile = (values: ReadonlyArray<number>, part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN

/** What a sync costs beside the work, and how late it is, with two runners and 60 connections every 15 s. */
const steady = (name: Name) =>
  run(name, { runners: 2, connections: 60, every: 15 * second, when: "spread" }, async ({ children, database }) => {
    const state = () =>
      admin(
        (sql) => sql<{ readonly commits: string; readonly rows: string }>`
          SELECT xact_commit::text AS commits, (tup_inserted + tup_updated + tup_deleted)::text AS rows
          FROM pg_stat_database WHERE datname = ${database}`
      ).then(([row]) => ({ commits: Number(row?.commits), rows: Number(row?.rows) }))
    await sleep(15 * second)
    const [before, cpu] = [await state(), children.map(cpuOf)]
    const from = records.length
    await sleep(45 * second)
    const syncs = records.slice(from)
    const after = await state()
    const late = syncs.map(({ due, start }) => start - due)
    return {
      syncs: syncs.length,
      commits: (after.commits - before.commits) / syncs.length,
      rows: (after.rows - before.rows) / syncs.length,
      cpu: children.reduce((sum, child, index) => sum + cpuOf(child) - (cpu[index] ?? 0), 0) / syncs.length,
      late: percentile(late, 0.5),
      latest: percentile(late, 0.99)
    }
  })

/** Three runners: one is killed in the middle of its work, and another one is stopped for 30 s. */
const death = (name: Name) =>
  run(name, { runners: 3, connections: 60, every: 15 * second, when: "spread" }, async ({ children }) => {
    await sleep(20 * second)
    const [killed, stopped] = children
    const inFlight = (child: ChildProcess | undefined) =>
      records.filter(
        ({ end, runner }) => end === undefined && runner === 41_000 + children.findIndex((one) => one === child)
      )
    while (inFlight(killed).length === 0) await sleep(5)
    const lost = inFlight(killed)
    killed?.kill("SIGKILL")
    const killedAt = Date.now()
    while (inFlight(stopped).length === 0) await sleep(5)
    const held = inFlight(stopped)
    stopped?.kill("SIGSTOP")
    const stoppedAt = Date.now()
    await sleep(30 * second)
    stopped?.kill("SIGCONT")
    await sleep(45 * second)
    const again = (syncs: ReadonlyArray<Sync>, at: number) =>
      Math.max(
        ...syncs.map(({ connection }) => {
          const next = records.find((sync) => sync.connection === connection && sync.start > at + 1)
          return next === undefined ? Number.POSITIVE_INFINITY : (next.start - at) / second
        })
      )
    const until = Date.now()
    const gaps = [...Map.groupBy(records, ({ connection }) => connection).values()].map((syncs) =>
      Math.max(...syncs.map(({ start }, index) => (syncs[index + 1]?.start ?? until) - start))
    )
    return {
      killed: again(lost, killedAt),
      stopped: again(held, stoppedAt),
      gap: Math.max(...gaps) / second
    }
  })

const given = process.argv.slice(2)
const names = (given.length > 0 ? given : Object.keys(engines)) as ReadonlyArray<Name>
const shown = (value: number, digits = 1) => (Number.isFinite(value) ? value.toFixed(digits) : "never")
const rounds = Number(process.env["ROUNDS"] ?? 1)
console.log(
  "| engine | 240 first syncs with 1, 2, 4 runners, s | efficiency at 2, 4 | late p50, p99, ms | CPU a sync, ms | commits a sync | rows written a sync | killed: again after, s | stopped: again after, s | longest gap, s |"
)
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
for (let round = 0; round < rounds; round++) {
  for (const name of names) {
    try {
      const [one, two, four] = [await firstSyncs(name, 1), await firstSyncs(name, 2), await firstSyncs(name, 4)]
      const cost = await steady(name)
      const left = await death(name)
      console.log(
        `| ${name} | ${[one, two, four].map((value) => shown(value)).join(", ")} | ${shown(one / 2 / two, 2)}, ${shown(one / 4 / four, 2)} | ${shown(cost.late, 0)}, ${shown(cost.latest, 0)} | ${shown(cost.cpu)} | ${shown(cost.commits)} | ${shown(cost.rows)} | ${shown(left.killed)} | ${shown(left.stopped)} | ${shown(left.gap)} |`
      )
    } catch (error) {
      console.log(`| ${name} | ${String(error)} |`)
    }
  }
}
vendor.close()
process.exit(0)
