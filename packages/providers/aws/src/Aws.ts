/**
 * Amazon Web Services: malware scans of AWS Backup and of GuardDuty, CIS scans of Inspector, and sensitive data jobs of Macie.
 */
import { Connection, Listing, Paging, Provider, type Query, type Reason, Time } from "@scanjobs/core"
import { Schema } from "effect"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import * as Keys from "./Keys.ts"
import * as Schedule from "./Schedule.ts"
import * as State from "./State.ts"

/** A region as it is part of a host, such as `eu-central-1`. */
const Region = Schema.String.check(
  Schema.isPattern(/^[a-z]{2,4}(?:-[a-z]+)+-\d+$/, { expected: "a region, such as eu-central-1" })
)

/** The service that has a listing, and the action that the key must be allowed. */
const services: { readonly [listing: string]: readonly [service: string, action: string] } = {
  backupScans: ["backup", "backup:ListScanJobs"],
  malwareScans: ["guardduty", "guardduty:ListMalwareScans"],
  cisScans: ["inspector2", "inspector2:ListCisScans"],
  cisConfigurations: ["inspector2", "inspector2:ListCisScanConfigurations"],
  cisPlanned: ["inspector2", "inspector2:ListCisScanConfigurations"],
  classificationJobs: ["macie2", "macie2:ListClassificationJobs"]
}

const serviceOf = (listing: string): string => services[listing]?.[0] ?? ""
const actions = [...new Set(Object.values(services).map(([, action]) => action))].join(", ")

/** How lists are paged, but for that of AWS Backup, whose token has a capital letter. A page may be empty and have a token. */
const byToken = {
  token: ({ body }: { readonly body: { readonly nextToken?: string | null } }) => body.nextToken,
  emptyPages: true
}

/** What the two listings of CIS configurations have in common. */
const configurations = {
  scopes: regionsOf,
  skips: notEnabled,
  rows: <Row>({ scanConfigurations }: { readonly scanConfigurations: ReadonlyArray<Row> }) => scanConfigurations
}

/**
 * The AWS provider. Each listing is read for each of the `regions`: `backupScans` and `malwareScans`, `cisScans` with
 * `cisConfigurations` and the runs that their schedules foresee (`cisPlanned`), and `classificationJobs`, of which Macie lists the jobs and
 * not their runs.
 *
 * AWS Backup lists scans of the last 30 days only. Of CIS configurations, daily and weekly ones have planned runs.
 *
 * **Example** (the malware scans that failed in two regions)
 *
 * ```ts
 * import { Aws } from "@scanjobs/aws"
 * import { Redacted } from "effect"
 *
 * export const failed = Aws.jobs(
 *   {
 *     provider: "aws",
 *     name: "main",
 *     accessKeyId: "AKIA…",
 *     secretAccessKey: Redacted.make("…"),
 *     regions: ["eu-central-1", "us-east-1"]
 *   },
 *   { states: ["failed"] },
 *   { listings: ["malwareScans"] }
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const Aws = Provider.make("aws", {
  connection: {
    accessKeyId: Schema.optionalKey(Schema.NonEmptyString),
    secretAccessKey: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
    /** Of temporary keys. */
    sessionToken: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
    /** In place of keys: those that AWS's own tools find in the environment and in profile files. */
    credentials: Schema.optionalKey(Connection.Environment),
    /** With `credentials`: the profile. */
    profile: Schema.optionalKey(Schema.NonEmptyString),
    regions: Schema.NonEmptyArray(Region),
    /** For `backupScans`: a member account's number, or `*` for all of them, where the key is of the management account. */
    backupAccountId: Schema.optionalKey(
      Schema.String.check(Schema.isPattern(/^(?:\d{12}|\*)$/, { expected: "12 digits, or *" }))
    ),
    /** Rows of a page. Default: the most that each service gives. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))))
  },
  security: "none",
  listings: {
    backupScans: Listing.make({
      row: Api.BackupScan,
      endpoint: Api.scanJobs,
      scope: Region,
      holds: { kinds: ["run"], categories: ["malware"] }
    }),
    malwareScans: Listing.make({
      row: Api.MalwareScan,
      endpoint: Api.malwareScans,
      scope: Region,
      holds: { kinds: ["run"], categories: ["malware"] }
    }),
    cisScans: Listing.make({
      row: Api.CisScan,
      endpoint: Api.cisScans,
      scope: Region,
      holds: { kinds: ["run"], categories: ["configuration"] }
    }),
    cisConfigurations: Listing.make({
      row: Api.CisConfiguration,
      endpoint: Api.cisConfigurations,
      scope: Region,
      holds: { kinds: ["definition"], states: ["scheduled"], categories: ["configuration"] }
    }),
    cisPlanned: Listing.make({
      row: Api.CisConfiguration,
      endpoint: Api.cisConfigurations,
      scope: Region,
      endless: "rows",
      holds: { kinds: ["occurrence"], states: ["scheduled", "unknown"], categories: ["configuration"] }
    }),
    classificationJobs: Listing.make({
      row: Api.ClassificationJob,
      endpoint: Api.classificationJobs,
      scope: Region,
      holds: { kinds: ["definition"], categories: ["data"] }
    })
  }
})({
  baseUrl: (_, { listing, scope }) => `https://${serviceOf(listing)}.${scope}.${suffixOf(scope ?? "")}`,
  rules: Keys.rules,
  credential: Keys.credential,
  sign: () => Keys.signer(serviceOf),
  rejection: Errors.reader,
  hint: (reason) => {
    const { _tag } = reason
    if (_tag === "Unauthorized") {
      const region =
        reason.code === "UnrecognizedClientException"
          ? "; no key is valid in a region that the account has not enabled"
          : ""
      return `check accessKeyId, secretAccessKey and, for temporary keys, sessionToken; and the clock of this computer${region}`
    }
    return _tag === "Forbidden" ? `allow the key these actions: ${actions}` : undefined
  },
  listings: {
    backupScans: {
      scopes: regionsOf,
      skips: notEnabled,
      paging: Paging.cursor({
        request: ({ connection: { backupAccountId, pageSize } }, token) => ({
          query: {
            ...(backupAccountId === undefined ? {} : { ByAccountId: backupAccountId }),
            MaxResults: atMost(1000, pageSize),
            ...(token === undefined ? {} : { NextToken: token })
          }
        }),
        token: ({ body }) => body.NextToken,
        emptyPages: true
      }),
      rows: ({ ScanJobs }) => ScanJobs,
      job: (row) => ({
        vendorId: row.ScanJobId,
        kind: "run",
        category: "malware",
        state: State.ofBackup(row.State),
        vendorState: row.State ?? null,
        definitionId: row.CreatedBy?.BackupPlanId ?? null,
        name: row.ResourceName ?? null,
        detail: row.StatusMessage ?? null,
        startTime: Time.fromEpoch(row.CreationDate),
        finishTime: Time.fromEpoch(row.CompletionDate)
      })
    },
    malwareScans: {
      scopes: regionsOf,
      skips: notEnabled,
      paging: Paging.cursor({
        request: ({ connection: { pageSize } }, token) => ({
          query: { maxResults: atMost(50, pageSize), ...(token === undefined ? {} : { nextToken: token }) },
          payload: {}
        }),
        ...byToken
      }),
      rows: ({ scans }) => scans,
      job: (row) => ({
        vendorId: row.scanId,
        kind: "run",
        category: "malware",
        state: State.ofMalware(row.scanStatus),
        vendorState: row.scanStatus ?? null,
        name: row.resourceArn ?? null,
        startTime: Time.fromEpoch(row.scanStartedAt),
        finishTime: Time.fromEpoch(row.scanCompletedAt)
      })
    },
    cisScans: {
      scopes: regionsOf,
      skips: notEnabled,
      order: ({ query }) => orderOf(query),
      paging: Paging.cursor({
        request: ({ connection: { pageSize }, query }, token) => ({
          payload: {
            maxResults: atMost(100, pageSize),
            sortBy: "SCAN_START_DATE",
            sortOrder: words[orderOf(query)],
            ...(token === undefined ? {} : { nextToken: token })
          }
        }),
        ...byToken
      }),
      rows: ({ scans }) => scans,
      job: (row) => ({
        vendorId: row.scanArn,
        kind: "run",
        category: "configuration",
        state: State.ofCis(row.status),
        vendorState: row.status ?? null,
        definitionId: row.scanConfigurationArn ?? null,
        name: row.scanName ?? null,
        startTime: Time.fromEpoch(row.scanDate)
      })
    },
    cisConfigurations: {
      ...configurations,
      paging: Paging.cursor({
        request: ({ connection: { pageSize } }, token) => ({
          payload: { maxResults: atMost(100, pageSize), ...(token === undefined ? {} : { nextToken: token }) }
        }),
        ...byToken
      }),
      job: (row) => ({
        vendorId: row.scanConfigurationArn,
        kind: "definition",
        category: "configuration",
        state: "scheduled",
        vendorState: null,
        name: row.scanName ?? null
      })
    },
    cisPlanned: {
      ...configurations,
      paging: Paging.cursor({
        request: ({ connection: { pageSize } }, token) => ({
          payload: { maxResults: atMost(100, pageSize), ...(token === undefined ? {} : { nextToken: token }) }
        }),
        ...byToken
      }),
      job: (row, { span }) => Schedule.planned(row, span)
    },
    classificationJobs: {
      scopes: regionsOf,
      skips: notEnabled,
      paging: Paging.cursor({
        request: ({ connection: { pageSize } }, token) => ({
          payload: { maxResults: atMost(200, pageSize), ...(token === undefined ? {} : { nextToken: token }) }
        }),
        ...byToken
      }),
      rows: ({ items }) => items,
      job: (row) => ({
        vendorId: row.jobId,
        kind: "definition",
        category: "data",
        state:
          row.jobStatus === "COMPLETE" && row.lastRunErrorStatus?.code === "ERROR"
            ? "partially_succeeded"
            : State.ofMacie(row.jobStatus),
        vendorState: row.jobStatus ?? null,
        name: row.name ?? null,
        startTime: Time.fromIso(row.createdAt)
      })
    }
  }
})

interface Settings {
  readonly regions: ReadonlyArray<string>
  readonly pageSize?: number
}

function regionsOf({ regions }: Settings): ReadonlyArray<string> {
  return regions
}

/** The hosts of AWS's partitions, by how the names of their regions begin. */
const suffixes = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov"]
] as const

function suffixOf(region: string): string {
  return suffixes.find(([start]) => region.startsWith(start))?.[1] ?? "amazonaws.com"
}

function atMost(most: number, pageSize = most): number {
  return Math.min(most, pageSize)
}

/** Newest first is the order in which a query with `from` can end early. */
function orderOf({ order }: Query.Query) {
  return order ?? "descending"
}

const words = { ascending: "ASC", descending: "DESC" } as const

/**
 * A region where the service is not switched on has nothing to list, and the other regions go on. Where it is the only region, somebody expects
 * scans there, and it is a refusal. So is a permission that is missing.
 */
function notEnabled(
  { code, detail }: Reason.Refusal,
  { connection, scope }: { readonly connection: Settings; readonly scope: string }
): string | undefined {
  const isOff = code === "AccessDeniedException" || code === "BadRequestException" || code === "ValidationException"
  return isOff && connection.regions.length > 1 && /\b(?:not|isn't) (?:yet )?(?:been )?enabled\b/i.test(detail ?? "")
    ? `${scope} is left out: ${detail}`
    : undefined
}
