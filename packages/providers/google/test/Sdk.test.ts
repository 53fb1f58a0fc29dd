/** Google's own clients read the emulator, and find what the provider finds. */
import { DataScanServiceClient } from "@google-cloud/dataplex"
import { DlpServiceClient } from "@google-cloud/dlp"
import { v1 as WebSecurityScanner } from "@google-cloud/web-security-scanner"
import { assert, describe, it } from "@effect/vitest"
import type { Provider } from "@scanjobs/core"
import type { Google } from "@scanjobs/google"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { Effect } from "effect"
import * as Project from "./Project.ts"

/** How Google's clients reach the emulator: over plain HTTP, with the account's key. */
const reached = ({ settings }: GoogleEmulator.GoogleEmulator) => {
  const credentials: { client_email: string; private_key: string } = JSON.parse(settings.serviceAccountKey)
  const { hostname, port } = new URL(settings.baseUrl)
  const scopes = ["https://www.googleapis.com/auth/cloud-platform"]
  return { fallback: true, protocol: "http", servicePath: hostname, port: Number(port), credentials, scopes } as const
}

/** What both sides tell of a row. */
interface Told {
  readonly id: string | null | undefined
  readonly state: string | null
  readonly start: number | null
  readonly end: number | null
  readonly of: string | null | undefined
  readonly name: string | null
  readonly detail: string | null
}

interface Stamp {
  readonly seconds?: unknown
  readonly nanos?: number | null
}

const timeOf = (stamp: Stamp | null | undefined): number | null =>
  stamp === null || stamp === undefined ? null : Number(stamp.seconds) * 1000 + Math.floor((stamp.nanos ?? 0) / 1e6)

/** An empty text is the client's word for none. */
const textOf = (text: unknown): string | null => (typeof text === "string" && text !== "" ? text : null)

const collect = async <Row>(rows: AsyncIterable<Row>, toldOf: (row: Row) => Told) => {
  const all: Array<Told> = []
  for await (const row of rows) all.push(toldOf(row))
  return all
}

const last = (name: unknown): string => String(name).slice(String(name).lastIndexOf("/") + 1)

interface Failed {
  readonly errors?: ReadonlyArray<{ readonly details?: { readonly message?: string | null } | null }> | null
}

interface Triggered {
  readonly lastRunTime?: Stamp | null
  readonly status?: unknown
  readonly triggers?: ReadonlyArray<{
    readonly schedule?: { readonly recurrencePeriodDuration?: Stamp | null } | null
  }> | null
}

/** A trigger runs next a period after its last run, if it is healthy. */
const nextOf = ({ lastRunTime, status, triggers }: Triggered): number | null => {
  const period = timeOf(triggers?.[0]?.schedule?.recurrencePeriodDuration)
  const run = timeOf(lastRunTime)
  return status === "HEALTHY" && period !== null && run !== null ? run + period : null
}

const errorOf = ({ errors }: Failed): string | null => textOf(errors?.at(-1)?.details?.message)

type Vendor = GoogleEmulator.GoogleEmulator
const pageSize = 7

const bySdk: {
  readonly [Name in "dlpJobs" | "dlpTriggers" | "webScans" | "webSchedules" | "dataScans" | "dataSchedules"]: (
    vendor: Vendor
  ) => Promise<ReadonlyArray<Told>>
} = {
  dlpJobs: async (vendor) => {
    const client = new DlpServiceClient(reached(vendor))
    const all: Array<Told> = []
    for (const type of ["INSPECT_JOB", "RISK_ANALYSIS_JOB"] as const) {
      all.push(
        ...(await collect(client.listDlpJobsAsync({ parent: Project.region, type, pageSize }), (job) => ({
          id: last(job.name),
          state: textOf(job.state),
          start: timeOf(job.startTime),
          end: timeOf(job.endTime),
          of: textOf(job.jobTriggerName) === null ? null : `europe-west1/${last(job.jobTriggerName)}`,
          name: last(textOf(job.jobTriggerName) ?? job.name),
          detail: errorOf(job)
        })))
      )
    }
    await client.close()
    return all
  },
  dlpTriggers: async (vendor) => {
    const client = new DlpServiceClient(reached(vendor))
    const all = await collect(client.listJobTriggersAsync({ parent: Project.region, pageSize }), (trigger) => ({
      id: (trigger.triggers?.[0]?.schedule ?? null) === null ? null : last(trigger.name),
      state: textOf(trigger.status),
      start: nextOf(trigger),
      end: null,
      of: `europe-west1/${last(trigger.name)}`,
      name: textOf(trigger.displayName),
      detail: errorOf(trigger)
    }))
    await client.close()
    return all.filter(({ id }) => id !== null)
  },
  webScans: async (vendor) => {
    const client = new WebSecurityScanner.WebSecurityScannerClient(reached(vendor))
    const all: Array<Told> = []
    for await (const { displayName, name } of client.listScanConfigsAsync({
      parent: "projects/emulated-project",
      pageSize
    })) {
      all.push(
        ...(await collect(client.listScanRunsAsync({ parent: name ?? "", pageSize }), (run) => ({
          id: last(run.name),
          state: run.executionState === "FINISHED" ? `FINISHED ${String(run.resultState)}` : textOf(run.executionState),
          start: timeOf(run.startTime),
          end: timeOf(run.endTime),
          of: last(name),
          name: textOf(displayName),
          detail: textOf(
            [run.errorTrace, ...(run.warningTraces ?? [])].flatMap((trace) => textOf(trace?.code) ?? []).join(", ")
          )
        })))
      )
    }
    await client.close()
    return all
  },
  webSchedules: async (vendor) => {
    const client = new WebSecurityScanner.WebSecurityScannerClient(reached(vendor))
    const all = await collect(
      client.listScanConfigsAsync({ parent: "projects/emulated-project", pageSize }),
      (one) => ({
        id: (one.schedule ?? null) === null ? null : last(one.name),
        state: null,
        start: timeOf(one.schedule?.scheduleTime),
        end: null,
        of: last(one.name),
        name: textOf(one.displayName),
        detail: null
      })
    )
    await client.close()
    return all.filter(({ id }) => id !== null)
  },
  dataScans: async (vendor) => {
    const client = new DataScanServiceClient(reached(vendor))
    const all: Array<Told> = []
    for await (const { displayName, name } of client.listDataScansAsync({ parent: Project.region, pageSize })) {
      all.push(
        ...(await collect(client.listDataScanJobsAsync({ parent: name ?? "", pageSize }), (job) => ({
          id: last(job.name),
          state: textOf(job.state),
          start: timeOf(job.startTime),
          end: timeOf(job.endTime),
          of: `europe-west1/${last(name)}`,
          name: textOf(displayName),
          detail: textOf(job.message)
        })))
      )
    }
    await client.close()
    return all
  },
  dataSchedules: async (vendor) => {
    const client = new DataScanServiceClient(reached(vendor))
    const all = await collect(client.listDataScansAsync({ parent: Project.region, pageSize }), (scan) => ({
      id: (scan.executionSpec?.trigger?.schedule ?? null) === null ? null : last(scan.name),
      state: null,
      start: null,
      end: null,
      of: `europe-west1/${last(scan.name)}`,
      name: textOf(scan.displayName),
      detail: null
    }))
    await client.close()
    return all.filter(({ id }) => id !== null)
  }
}

type Job = Provider.JobOf<typeof Google>

/** When the definition runs next. A client of Google's tells only what the vendor says, and no times of a cron expression. */
const nextRunOf = (definition: Job, all: ReadonlyArray<Job>): number | null => {
  if (definition.listing === "dataSchedules") return null
  const runs = all.filter(({ definitionId, kind }) => kind === "occurrence" && definitionId === definition.definitionId)
  return runs.map(({ startTime }) => startTime ?? Infinity).toSorted((a, b) => a - b)[0] ?? null
}

const toldOf = (job: Job, all: ReadonlyArray<Job>): Told => ({
  id: job.vendorId,
  // The client's version does not know this state, and gives it as unspecified.
  state: job.vendorState === "SUCCEEDED_WITH_ERRORS" ? "STATE_UNSPECIFIED" : job.vendorState,
  start: job.kind === "run" ? job.startTime : nextRunOf(job, all),
  end: job.finishTime,
  of: job.definitionId,
  name: job.name,
  detail: job.vendorState === "SUCCEEDED_WITH_ERRORS" ? null : job.detail
})

const sorted = (all: ReadonlyArray<Told>) => [...all].toSorted((a, b) => String(a.id).localeCompare(String(b.id)))

describe("Google's own clients", () => {
  it.live.each(["dlpJobs", "dlpTriggers", "webScans", "webSchedules", "dataScans", "dataSchedules"] as const)(
    "find the same %s",
    (listing) =>
      Effect.gen(function* () {
        const cloud = yield* GoogleEmulator.generate({ locations: ["europe-west1"], jobs: 60 })
        const vendor = yield* GoogleEmulator.serve({ cloud, quirks: { emptyPages: 1 } })
        const theirs = yield* Effect.promise(() => bySdk[listing](vendor))
        const ours = yield* Project.list(Project.connect(vendor, { pageSize: 7 }), listing)
        assert.isAtLeast(theirs.length, 2)
        assert.deepStrictEqual(
          sorted(ours.filter(({ kind }) => kind !== "occurrence").map((job) => toldOf(job, ours))),
          sorted(theirs)
        )
      })
  )

  it.live("are refused and told to wait as the provider is", () =>
    Effect.gen(function* () {
      const off = yield* GoogleEmulator.serve({ cloud: { ...Project.cloud(), off: ["dlp"] } })
      const limited = yield* GoogleEmulator.serve({
        cloud: Project.cloud(),
        quotas: [{ requests: 1, window: "1 minute" }]
      })
      const refusalOf = (vendor: GoogleEmulator.GoogleEmulator) =>
        Effect.promise(async () => {
          const client = new DlpServiceClient(reached(vendor))
          const list = () => client.listDlpJobs({ parent: Project.region }, { retry: null })
          const refused = await list()
            .then(list)
            .then(
              () => "nothing",
              ({ code, message }: { readonly code: number; readonly message: string }) => `${code} ${message}`
            )
          await client.close()
          return refused
        })
      const [refused, waits] = [yield* refusalOf(off), yield* refusalOf(limited)]
      assert.include(refused, "403 ")
      assert.include(refused, "SERVICE_DISABLED")
      assert.include(waits, "429 ")
      assert.include(waits, '"retryDelay":"1.500s"')
    })
  )
})
