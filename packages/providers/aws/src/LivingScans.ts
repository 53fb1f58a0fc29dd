/**
 * The scans of a world in which time goes on, as AWS lists them: malware scans of backups and of machines, of which there is no plan.
 */
import { World } from "@scanjobs/testing"
import { empty, type Region, type Row } from "./SyntheticScans.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** What stands before the name of a scan of a backup; every other one is of a machine. */
const backup = "backup: "

/** The scans of the world that `scanjobs emulate --live` makes. */
const scans: ReadonlyArray<World.Scan> = [
  { name: `${backup}billing-database`, every: day, offset: 23 * hour, fates: { 1: "failed" } },
  { name: `${backup}file-server`, every: 12 * hour, offset: 5 * hour },
  { name: "i-00000001", every: 6 * hour, offset: 2 * hour, fates: { 7: "skipped" } },
  { name: "i-00000002", every: 3 * hour, offset: 7 * minute, fates: { 20: "partly" } }
]

/**
 * Makes the world that `scanjobs emulate --live` shows.
 *
 * @since 0.3.0
 * @category constructors
 */
export const world = (options: Omit<World.Options, "scans">): World.World =>
  World.make({ ...options, scans: scans.map(withoutPlan) })

const withoutPlan = (scan: World.Scan): World.Scan => ({ ...scan, isPlanned: false })

const isBackup = ({ name }: World.Definition) => name.startsWith(backup)
const runsOf = (
  own: ReadonlyArray<World.Definition>,
  now: number,
  row: (one: World.Definition, run: World.Run) => Row
) => own.flatMap((definition) => World.runs(definition, now).map((run) => row(definition, run)))

/**
 * Makes the region of a world's definitions without a plan, as it is at a time.
 *
 * @since 0.3.0
 * @category constructors
 */
export const of = (world: World.World): ((now: number) => { readonly [region: string]: Region }) => {
  const definitions = world.definitions.filter(({ isPlanned }) => !isPlanned)
  return (now) => ({
    "eu-central-1": {
      ...empty,
      backupScans: runsOf(definitions.filter(isBackup), now, backupScanOf),
      malwareScans: runsOf(
        definitions.filter((definition) => !isBackup(definition)),
        now,
        malwareScanOf
      )
    }
  })
}

const states = {
  running: "RUNNING",
  succeeded: "COMPLETED",
  partly: "COMPLETED_WITH_ISSUES",
  failed: "FAILED"
} as const

const secondsOf = (millis: number | null): number | null => (millis === null ? null : millis / 1000)

const backupScanOf = ({ id, name }: World.Definition, { endedAt, id: run, startedAt, state }: World.Run): Row => ({
  ScanJobId: `scan-job-${id}-${run}`,
  State: state === "skipped" ? "CANCELED" : states[state],
  CreationDate: secondsOf(startedAt),
  CompletionDate: secondsOf(endedAt),
  ResourceName: name.slice(backup.length),
  CreatedBy: { BackupPlanId: `plan-${id}`, BackupRuleId: "nightly" }
})

const malwareScanOf = ({ id, name }: World.Definition, { endedAt, id: run, startedAt, state }: World.Run): Row => ({
  scanId: `malware-${id}-${run}`,
  scanStatus: state === "skipped" ? "SKIPPED" : states[state],
  scanStartedAt: secondsOf(startedAt),
  scanCompletedAt: secondsOf(endedAt),
  resourceArn: `arn:aws:ec2:eu-central-1:123456789012:instance/${name}`,
  resourceType: "EC2_INSTANCE"
})
