/** An emulated AWS account, and connections to it. */
import { NodeHttpClient } from "@effect/platform-node"
import { Aws } from "@scanjobs/aws"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import { type Provider, type Query, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { Effect, Layer, Redacted, Stream } from "effect"

export type Connection = Provider.ConnectionOf<typeof Aws>

const day = 86_400_000

export const region = "eu-central-1"

/** A connection to the emulator. */
export const connect = ({ settings }: AwsEmulator.AwsEmulator, more: Partial<Connection> = {}): Connection => {
  const { secretAccessKey, ...rest } = settings
  return { ...rest, provider: "aws", name: "main", secretAccessKey: Redacted.make(secretAccessKey), ...more }
}

const at = (index: number) => 1_767_225_600 + index * 60 + 0.25

/** As many rows of each listing as wanted. */
export const rows = (count: number): AwsEmulator.Region => {
  const all = <Row>(row: (index: number) => Row) => Array.from({ length: count }, (_, index) => row(index))
  return {
    backupScans: all((index) => ({
      ScanJobId: `b${index}`,
      State: "FAILED",
      StatusMessage: "no scanner",
      CreationDate: at(index),
      CompletionDate: at(index) + 30,
      ResourceName: "files",
      CreatedBy: { BackupPlanId: "plan", BackupRuleId: "rule" }
    })),
    malwareScans: all((index) => ({
      scanId: `m${index}`,
      scanStatus: "FAILED",
      scanStartedAt: at(index),
      scanCompletedAt: at(index) + 30,
      resourceArn: "arn:i-1"
    })),
    cisScans: all((index) => ({
      scanArn: `arn:s${index}`,
      scanConfigurationArn: "arn:c",
      scanName: "servers",
      status: "FAILED",
      scanDate: at(index)
    })),
    cisConfigurations: all((index) => ({
      scanConfigurationArn: `arn:c${index}`,
      scanName: "servers",
      schedule: { daily: { startTime: { timeOfDay: "02:30", timezone: "Europe/Berlin" } } }
    })),
    classificationJobs: all((index) => ({
      jobId: `j${index}`,
      name: "buckets",
      jobStatus: "CANCELLED",
      createdAt: new Date(at(index) * 1000 + day).toISOString()
    }))
  }
}

export const empty = AwsEmulator.empty

/** Retries without long waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis" })
)

/** Every listing of the provider. */
export type ListingName = Provider.ListingOf<typeof Aws>

export const list = (
  connection: Connection,
  listing: ListingName,
  query: Query.Query = {}
): Effect.Effect<ReadonlyArray<Provider.JobOf<typeof Aws>>, ScanError.ScanError> =>
  Aws.jobs(connection, query, { listings: [listing] }).pipe(Stream.runCollect, Effect.provide(Fast))

export const ids = (
  connection: Connection,
  listing: ListingName,
  query: Query.Query = {}
): Effect.Effect<ReadonlyArray<string>, ScanError.ScanError> =>
  Effect.map(list(connection, listing, query), (jobs) => jobs.map(({ vendorId }) => vendorId))
