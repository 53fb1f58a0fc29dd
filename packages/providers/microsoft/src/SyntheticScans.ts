/**
 * The emulators' data: made-up data sources with their scans, and actions on machines.
 */
import { Clock, Effect, Random } from "effect"

/**
 * A row as the services send it.
 *
 * @since 0.3.0
 * @category models
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * A scan of a data source.
 *
 * @since 0.3.0
 * @category models
 */
export interface ScanOf {
  readonly name: string
  /** The newest first, as in Purview's portal. 404 for a scan that is deleted after it was listed. */
  readonly runs: ReadonlyArray<Row> | 404
  /** Without it, requests for the trigger are answered with 404. */
  readonly trigger?: Row | undefined
}

/**
 * A data source.
 *
 * @since 0.3.0
 * @category models
 */
export interface Source {
  readonly name: string
  readonly kind: string
  /** 404 for a data source that is deleted after it was listed. */
  readonly scans: ReadonlyArray<ScanOf> | 404
}

const minute = 60_000
const hour = 60 * minute

/** A time as .NET writes it, with seven digits of a second. */
export const ticks = (millis: number): string => new Date(millis).toISOString().replace("Z", "0000Z")

/** An id of the usual form. */
export const idOf = (kind: number, index: number): string =>
  `${kind.toString(16).padStart(8, "0")}-0000-4000-8000-${index.toString(16).padStart(12, "0")}`

/** What a run is made of. */
export interface RunSeed {
  readonly id: string
  readonly status: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** `null` while it runs. */
  readonly endedAt: number | null
  readonly runType: "Manual" | "Scheduled"
  readonly dataSourceType: string
  readonly ingestion?: string
}

/** A run of a scan. */
export const runOf = (seed: RunSeed): Row => ({
  parentId: null,
  id: seed.id,
  ingestionJobId: seed.id,
  resourceId: null,
  status: seed.status,
  diagnostics: { notifications: [], exceptionCountMap: {} },
  startTime: ticks(seed.startedAt),
  endTime: seed.endedAt === null ? null : ticks(seed.endedAt),
  scanRulesetVersion: 4,
  scanRulesetType: "System",
  scanLevelType: seed.runType === "Manual" ? "Full" : "Incremental",
  errorMessage: seed.status === "Failed" ? "The data source does not answer." : null,
  error: null,
  runType: seed.runType,
  dataSourceType: seed.dataSourceType,
  discoveryExecutionDetails: { status: seed.endedAt === null ? "Running" : "Succeeded" },
  ingestionExecutionDetails: { status: seed.ingestion ?? (seed.endedAt === null ? "None" : "Succeeded") }
})

/** A trigger with a recurrence. */
export const triggerOf = (recurrence: object, state: "Enabled" | "Disabled" = "Enabled"): Row => ({
  name: "default",
  properties: {
    recurrence,
    recurrenceInterval: null,
    createdAt: "2025-01-01T08:00:00.1234567Z",
    lastModifiedAt: "2025-06-01T08:00:00.7654321Z",
    lastScheduled: null,
    scanLevel: "Incremental",
    state
  },
  validationErrorInfo: null
})

const startTime = "2025-01-06T02:00:00Z"

const triggers: ReadonlyArray<Row | undefined> = [
  triggerOf({
    frequency: "Week",
    interval: 1,
    startTime,
    endTime: null,
    schedule: { minutes: [30], hours: [2], weekDays: ["Monday", "Thursday"], monthDays: null, monthlyOccurrences: null }
  }),
  undefined,
  triggerOf({
    frequency: "Month",
    interval: 1,
    startTime,
    endTime: null,
    schedule: {
      minutes: [0],
      hours: [4],
      weekDays: null,
      monthDays: null,
      monthlyOccurrences: [{ day: "Sunday", occurrence: -1 }]
    }
  }),
  triggerOf({ frequency: "Day", interval: 1, startTime, endTime: null, schedule: null }),
  triggerOf({ frequency: "Day", interval: 2, startTime, endTime: null, schedule: null }, "Disabled")
]

const kinds = ["AzureSqlDatabase", "AdlsGen2", "AzureStorage", "PowerBI"]
const endings = ["Failed", "Canceled", "CompletedWithExceptions"]

/** Where a scan's run ended in one of twelve, it ended badly. */
const endingOf = (dice: number, bad: ReadonlyArray<string>): string =>
  bad[Math.floor(dice * 4 * bad.length)] ?? "Succeeded"

interface Wanted {
  /** How many runs or actions there are. Default 60. */
  readonly jobs?: number | undefined
  readonly seed?: string | undefined
}

/**
 * Makes the data sources of an account, four with two scans each, and runs before the current time; equal seeds give equal ones.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generatePurview = Effect.fnUntraced(function* ({ jobs = 60, seed = "purview" }: Wanted = {}) {
  const now = yield* Clock.currentTimeMillis
  const make = Effect.gen(function* () {
    const scans = kinds.length * 2
    const runs = Array.from({ length: scans }, (): Array<Row> => [])
    for (let index = 0; index < jobs; index++) {
      const place = index % scans
      const dice = yield* Random.next
      const startedAt = Math.floor((now - 30 * minute) / hour) * hour - index * 3 * hour + Math.floor(dice * 1000)
      const isRunning = index === 0
      runs[place]?.push(
        runOf({
          id: idOf(place + 1, index),
          status: isRunning ? "InProgress" : endingOf(dice, endings),
          startedAt,
          endedAt: isRunning ? null : startedAt + Math.floor((5 + dice * 90) * minute),
          runType: triggers[place % triggers.length] === undefined ? "Manual" : "Scheduled",
          dataSourceType: kinds[Math.floor(place / 2)] ?? "None"
        })
      )
    }
    return kinds.map((kind, index): Source => ({
      name: `${kind}-${["sales", "lake", "archive", "reports"][index]}`,
      kind,
      scans: [0, 1].map((nth): ScanOf => {
        const place = index * 2 + nth
        return { name: `Scan-${nth + 1}`, runs: runs[place] ?? [], trigger: triggers[place % triggers.length] }
      })
    }))
  })
  return yield* make.pipe(Random.withSeed(seed))
})

/** What a machine action is made of. */
export interface ActionSeed {
  readonly id: string
  readonly status: string
  readonly machine: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly scope: "Quick" | "Full"
}

/** An action that scans a machine. */
export const actionOf = (seed: ActionSeed): Row => ({
  id: seed.id,
  type: "RunAntiVirusScan",
  title: null,
  scope: seed.scope,
  requestor: "Analyst@contoso.com",
  requestorComment: "Weekly check",
  status: seed.status,
  machineId: seed.machine.padEnd(40, "0").replaceAll(/[^0-9a-f]/g, "0"),
  computerDnsName: seed.machine,
  creationDateTimeUtc: ticks(seed.createdAt),
  lastUpdateDateTimeUtc: ticks(seed.updatedAt),
  cancellationDateTimeUtc: seed.status === "Cancelled" ? ticks(seed.updatedAt) : null,
  relatedFileInfo: null
})

const bad = ["Failed", "TimeOut", "Cancelled"]

/**
 * Makes antivirus scans of machines before the current time, the newest first; equal seeds give equal ones.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generateDefender = Effect.fnUntraced(function* ({ jobs = 60, seed = "defender" }: Wanted = {}) {
  const now = yield* Clock.currentTimeMillis
  const make = Effect.gen(function* () {
    const actions: Array<Row> = []
    for (let index = 0; index < jobs; index++) {
      const dice = yield* Random.next
      const createdAt = now - 10 * minute - index * 2 * hour - Math.floor(dice * hour)
      const status = index === 0 ? "Pending" : index === 1 ? "InProgress" : endingOf(dice, bad)
      actions.push(
        actionOf({
          id: idOf(9, index),
          status,
          machine: `desktop-${String(index % 12).padStart(2, "0")}.contoso.com`,
          createdAt,
          updatedAt: createdAt + Math.floor((1 + dice * 50) * minute),
          scope: index % 3 === 0 ? "Full" : "Quick"
        })
      )
    }
    return actions
  })
  return yield* make.pipe(Random.withSeed(seed))
})
