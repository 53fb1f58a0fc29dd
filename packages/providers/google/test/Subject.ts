import { Google } from "@scanjobs/google"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Project from "./Project.ts"

const { wires } = GoogleEmulator

/** The project that a listing is read from. */
const cloudOf = (listing: string, of: "rows" | "parents", rows: number): GoogleEmulator.Cloud => {
  const [parents, count] = of === "parents" ? [rows, 1] : [1, rows]
  if (listing === "dlpJobs") return Project.cloud({ dlpJobs: Project.dlpJobs(rows) })
  if (listing === "dlpTriggers") return Project.cloud({ jobTriggers: Project.jobTriggers(rows) })
  if (listing === "webSchedules") return Project.cloud({}, { configs: Project.scanConfigs(rows) })
  if (listing === "dataSchedules") return Project.cloud({ dataScans: Project.dataScans(rows) })
  const isWeb = listing === "webScans"
  const found = isWeb ? Project.scanConfigs(parents) : Project.dataScans(parents)
  const runsOf = isWeb ? Project.scanRuns : Project.dataScanJobs
  const runs = Object.fromEntries(found.map(({ name }) => [name, runsOf(name, count)]))
  return isWeb ? Project.cloud({}, { configs: found, runs }) : Project.cloud({ dataScans: found }, { runs })
}

const originOf = (service: string): string => `https://${service}.googleapis.com`

const services = ["dlp", "websecurityscanner", "dataplex"] as const

/** Each listing has the server of its service, and must ask no other one. */
const hostsOf = (service: (typeof services)[number]): Conformance.Hosts => ({
  origins: [originOf(service)],
  others: services.filter((one) => one !== service).map(originOf)
})

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof Google> = {
  provider: Google,
  listings: {
    dlpJobs: { wire: wires.dlpJobs, hosts: hostsOf("dlp") },
    dlpTriggers: {
      wire: wires.dlpTriggers,
      hosts: hostsOf("dlp"),
      several: true
    },
    webScans: { wire: wires.webScans, hosts: hostsOf("websecurityscanner"), parents: { wire: wires.scanConfigs } },
    webSchedules: { wire: wires.webSchedules, hosts: hostsOf("websecurityscanner"), several: true },
    dataScans: { wire: wires.dataScans, hosts: hostsOf("dataplex"), parents: { wire: wires.dataScanParents } },
    dataSchedules: { wire: wires.dataSchedules, hosts: hostsOf("dataplex"), several: true }
  },
  errorUnder200: null,
  forbidden: {
    body: {
      error: { code: 403, status: "PERMISSION_DENIED", message: "The caller does not have permission", details: [] }
    }
  },
  start: ({ fault, listing, of, pageSize, rows }) =>
    Effect.map(
      GoogleEmulator.serve({ fault, cloud: cloudOf(listing, of, Number.isFinite(rows) ? rows : 1) }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: Project.connect(vendor, { pageSize, tokens: "exchanged" }),
        secrets: Effect.map(vendor.tokens.issued, (issued) => [
          vendor.settings.serviceAccountKey,
          ...issued.map(({ token }) => token)
        ]),
        revoke: vendor.tokens.revokeAll
      })
    )
}
