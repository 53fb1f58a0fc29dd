/** The official clients read the emulator, and find what the provider finds. */
import { BackupClient, paginateListScanJobs, type ScanJob } from "@aws-sdk/client-backup"
import { GuardDutyClient, type MalwareScan, paginateListMalwareScans } from "@aws-sdk/client-guardduty"
import {
  type CisScan,
  type CisScanConfiguration,
  Inspector2Client,
  paginateListCisScanConfigurations,
  paginateListCisScans
} from "@aws-sdk/client-inspector2"
import { type JobSummary, Macie2Client, paginateListClassificationJobs } from "@aws-sdk/client-macie2"
import { assert, describe, it } from "@effect/vitest"
import type { Api } from "@scanjobs/aws"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import { Effect } from "effect"
import { expectTypeOf } from "vitest"
import { connect, list, type ListingName, region } from "./Account.ts"

/** The fields that a client knows and a schema does not: a user would be told about each of them as drift. */
type Unknown<Client, Row> = Exclude<Uncapitalize<keyof Client & string>, Uncapitalize<keyof Row & string>>

/** What both sides tell of a scan. */
interface Told {
  readonly id: string | undefined
  readonly state: string | null | undefined
  readonly start: number | null
  readonly end: number | null
}

const collect = async <Page>(pages: AsyncIterable<Page>, toldOf: (page: Page) => ReadonlyArray<Told>) => {
  const all: Array<Told> = []
  for await (const page of pages) all.push(...toldOf(page))
  return all
}

const timeOf = (date: Date | undefined): number | null => date?.getTime() ?? null

interface Config {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

const bySdk: {
  readonly [Name in Exclude<ListingName, "cisPlanned">]: (config: Config) => Promise<ReadonlyArray<Told>>
} = {
  backupScans: (config) =>
    collect(paginateListScanJobs({ client: new BackupClient(config), pageSize: 7 }, {}), ({ ScanJobs = [] }) =>
      ScanJobs.map(({ CompletionDate, CreationDate, ScanJobId, State }) => ({
        id: ScanJobId,
        state: State,
        start: timeOf(CreationDate),
        end: timeOf(CompletionDate)
      }))
    ),
  malwareScans: (config) =>
    collect(paginateListMalwareScans({ client: new GuardDutyClient(config), pageSize: 7 }, {}), ({ Scans = [] }) =>
      Scans.map(({ ScanCompletedAt, ScanId, ScanStartedAt, ScanStatus }) => ({
        id: ScanId,
        state: ScanStatus,
        start: timeOf(ScanStartedAt),
        end: timeOf(ScanCompletedAt)
      }))
    ),
  cisScans: (config) =>
    collect(
      paginateListCisScans(
        { client: new Inspector2Client(config), pageSize: 7 },
        { sortBy: "SCAN_START_DATE", sortOrder: "DESC" }
      ),
      ({ scans = [] }) =>
        scans.map(({ scanArn, scanDate, status }) => ({
          id: scanArn,
          state: status,
          start: timeOf(scanDate),
          end: null
        }))
    ),
  cisConfigurations: (config) =>
    collect(
      paginateListCisScanConfigurations({ client: new Inspector2Client(config), pageSize: 7 }, {}),
      ({ scanConfigurations = [] }) =>
        scanConfigurations.map(({ scanConfigurationArn }) => ({
          id: scanConfigurationArn,
          state: null,
          start: null,
          end: null
        }))
    ),
  classificationJobs: (config) =>
    collect(paginateListClassificationJobs({ client: new Macie2Client(config), pageSize: 7 }, {}), ({ items = [] }) =>
      items.map(({ createdAt, jobId, jobStatus }) => ({
        id: jobId,
        state: jobStatus,
        start: timeOf(createdAt),
        end: null
      }))
    )
}

describe("AWS's own client", () => {
  it("knows no field of a scan that the provider does not know", () => {
    expectTypeOf<Unknown<ScanJob, typeof Api.BackupScan.Type>>().toBeNever()
    expectTypeOf<Unknown<MalwareScan, typeof Api.MalwareScan.Type>>().toBeNever()
    expectTypeOf<Unknown<CisScan, typeof Api.CisScan.Type>>().toBeNever()
    expectTypeOf<Unknown<CisScanConfiguration, typeof Api.CisConfiguration.Type>>().toBeNever()
    expectTypeOf<Unknown<JobSummary, typeof Api.ClassificationJob.Type>>().toBeNever()
  })

  it.live.each(["backupScans", "malwareScans", "cisScans", "cisConfigurations", "classificationJobs"] as const)(
    "finds the same %s",
    (listing) =>
      Effect.gen(function* () {
        const regions = yield* AwsEmulator.generate({ regions: [region], jobs: 23 })
        const vendor = yield* AwsEmulator.serve({ regions, quirks: { emptyPages: 1, end: "absent" } })
        const { accessKeyId, baseUrl, secretAccessKey } = vendor.settings
        const config = { endpoint: baseUrl, region, credentials: { accessKeyId, secretAccessKey } }
        const theirs = yield* Effect.promise(() => bySdk[listing](config))
        const ours = yield* list(connect(vendor, { pageSize: 7 }), listing)
        assert.isAbove(theirs.length, 3)
        assert.deepStrictEqual(
          ours.map(({ finishTime, startTime, vendorId, vendorState }) => ({
            id: vendorId,
            state: vendorState,
            start: startTime,
            end: finishTime
          })),
          [...theirs]
        )
      })
  )
})
