/**
 * The emulator's data: made-up scans of each service.
 */
import { Clock, Effect, Random } from "effect"

/**
 * Rows as the services send them.
 *
 * @since 0.3.0
 * @category models
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * What one region has. A number instead of rows is the status of the refusal that the service is not enabled there.
 *
 * @since 0.3.0
 * @category models
 */
export interface Region {
  readonly backupScans: ReadonlyArray<Row> | 400 | 401 | 403
  readonly malwareScans: ReadonlyArray<Row> | 400 | 401 | 403
  /** By the time of their start. */
  readonly cisScans: ReadonlyArray<Row> | 400 | 401 | 403
  readonly cisConfigurations: ReadonlyArray<Row> | 400 | 401 | 403
  readonly classificationJobs: ReadonlyArray<Row> | 400 | 401 | 403
}

/**
 * A region without anything.
 *
 * @since 0.3.0
 * @category testing
 */
export const empty: Region = {
  backupScans: [],
  malwareScans: [],
  cisScans: [],
  cisConfigurations: [],
  classificationJobs: []
}

/** What each row is made of. */
export interface Seed {
  readonly index: number
  readonly region: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** How long it took, in milliseconds; `undefined` while it runs. */
  readonly took: number | undefined
  /** Chooses states. */
  readonly dice: number
}

const account = "123456789012"

const seconds = (millis: number): number => millis / 1000
const ended = (seed: Seed): number | null => (seed.took === undefined ? null : seconds(seed.startedAt + seed.took))

const stateOf = ({ dice, took }: Seed, running: string, others: ReadonlyArray<string>): string =>
  took === undefined ? running : (others[Math.min(Math.floor(dice * 12), others.length)] ?? "COMPLETED")

/** A scan of a backup. */
export const backupScan = (seed: Seed): Row => ({
  ScanJobId: `scan-job-${seed.region}-${seed.index}`,
  State: stateOf(seed, "RUNNING", ["FAILED", "CANCELED", "COMPLETED_WITH_ISSUES"]),
  StatusMessage: null,
  AccountId: account,
  CreationDate: seconds(seed.startedAt),
  CompletionDate: ended(seed),
  ResourceName: ["billing-database", "file-server", "mail-archive"][seed.index % 3],
  ResourceType: ["RDS", "EC2", "S3"][seed.index % 3],
  ResourceArn: `arn:aws:backup:${seed.region}:${account}:resource/${seed.index % 3}`,
  RecoveryPointArn: `arn:aws:backup:${seed.region}:${account}:recovery-point:${seed.index}`,
  BackupVaultArn: `arn:aws:backup:${seed.region}:${account}:backup-vault:Default`,
  BackupVaultName: "Default",
  IamRoleArn: `arn:aws:iam::${account}:role/backup`,
  ScannerRoleArn: `arn:aws:iam::${account}:role/scanner`,
  MalwareScanner: "GUARDDUTY",
  ScanId: `scan-${seed.index}`,
  ScanMode: "FULL_SCAN",
  ScanResult: { ScanResultStatus: "NO_THREATS_FOUND" },
  CreatedBy: { BackupPlanId: `plan-${seed.index % 3}`, BackupRuleId: "nightly" }
})

/** A malware scan of GuardDuty. */
export const malwareScan = (seed: Seed): Row => ({
  scanId: `malware-${seed.region}-${seed.index}`,
  scanStatus: stateOf(seed, "RUNNING", ["FAILED", "SKIPPED", "COMPLETED_WITH_ISSUES"]),
  scanResultStatus: "NO_THREATS_FOUND",
  scanType: "GUARDDUTY_INITIATED",
  scanStartedAt: seconds(seed.startedAt),
  scanCompletedAt: ended(seed),
  resourceArn: `arn:aws:ec2:${seed.region}:${account}:instance/i-${String(seed.index).padStart(8, "0")}`,
  resourceType: "EC2_INSTANCE"
})

/** A CIS scan of Inspector. */
export const cisScan = (seed: Seed): Row => ({
  scanArn: `arn:aws:inspector2:${seed.region}:${account}:owner/${account}/cis-scan/${seed.index}`,
  scanConfigurationArn: `arn:aws:inspector2:${seed.region}:${account}:owner/${account}/cis-configuration/${seed.index % 4}`,
  scanName: ["Ubuntu servers", "Windows servers"][seed.index % 2],
  status: stateOf(seed, "IN_PROGRESS", ["FAILED", "CANCELLED"]),
  scanDate: seconds(seed.startedAt),
  failedChecks: seed.index % 7,
  totalChecks: 200,
  scheduledBy: account,
  securityLevel: "LEVEL_1",
  targets: { accountIds: [account], targetResourceTags: { scan: ["cis"] } }
})

const schedules: ReadonlyArray<object> = [
  { daily: { startTime: { timeOfDay: "02:30", timezone: "Europe/Berlin" } } },
  { weekly: { startTime: { timeOfDay: "22:00", timezone: "America/New_York" }, days: ["MON", "THU"] } },
  { monthly: { startTime: { timeOfDay: "04:00", timezone: "Etc/UTC" }, day: "SUN" } },
  { oneTime: {} }
]

/** A configuration of CIS scans. */
export const cisConfiguration = ({ index, region }: Pick<Seed, "index" | "region">): Row => ({
  scanConfigurationArn: `arn:aws:inspector2:${region}:${account}:owner/${account}/cis-configuration/${index}`,
  scanName: ["Ubuntu servers", "Windows servers"][index % 2],
  ownerId: account,
  securityLevel: "LEVEL_1",
  targets: { accountIds: [account], targetResourceTags: { scan: ["cis"] } },
  tags: { team: "platform" },
  schedule: schedules[index % schedules.length]
})

/** A job of Macie. */
export const classificationJob = (seed: Seed): Row => ({
  jobId: `macie-${seed.region}-${seed.index}`,
  name: ["Customer buckets", "Logs", "Exports"][seed.index % 3],
  jobStatus: stateOf(seed, "RUNNING", ["CANCELLED", "IDLE", "USER_PAUSED"]).replace(/^COMPLETED$/, "COMPLETE"),
  jobType: seed.index % 2 === 0 ? "SCHEDULED" : "ONE_TIME",
  createdAt: new Date(seed.startedAt).toISOString(),
  lastRunErrorStatus: { code: seed.dice > 0.9 ? "ERROR" : "NONE" },
  bucketDefinitions: [{ accountId: account, buckets: ["customers"] }]
})

const minute = 60_000

/**
 * Makes the scans of regions, before the current time; equal seeds give equal scans.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generate = Effect.fnUntraced(function* (
  options: {
    readonly regions?: ReadonlyArray<string>
    /** How many scans each listing has, over all regions. Default 60. */
    readonly jobs?: number | undefined
    readonly seed?: string | undefined
  } = {}
) {
  const { jobs = 60, regions = ["eu-central-1", "us-east-1"], seed = "aws" } = options
  const now = yield* Clock.currentTimeMillis
  const make = Effect.gen(function* () {
    const made: { [region: string]: Region } = {}
    for (const [place, region] of regions.entries()) {
      const count = Math.floor(jobs / regions.length) + (place < jobs % regions.length ? 1 : 0)
      const seeds: Array<Seed> = []
      for (let index = 0; index < count; index++) {
        const dice = yield* Random.next
        const age = (count - index) * 6 * 60 * minute - Math.floor(dice * 60) * minute
        const took = index === count - 1 ? undefined : (5 + Math.floor(dice * 100)) * minute
        seeds.push({ index, region, startedAt: now - age, took, dice: yield* Random.next })
      }
      made[region] = {
        backupScans: seeds.map(backupScan),
        malwareScans: seeds.map(malwareScan),
        cisScans: seeds.map(cisScan),
        cisConfigurations: Array.from({ length: Math.min(count, 4) }, (_, index) =>
          cisConfiguration({ index, region })
        ),
        classificationJobs: seeds.map(classificationJob)
      }
    }
    return made
  })
  return yield* make.pipe(Random.withSeed(seed))
})
