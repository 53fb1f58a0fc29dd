import { GitLab } from "@scanjobs/gitlab"
import * as GitLabEmulator from "@scanjobs/gitlab/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Account from "./Account.ts"

/** The projects of a group. */
const parents: Conformance.ExpectedParents = {
  wire: GitLabEmulator.wires.projects,
  skips: { C05: "the emulator has just the groups of its projects, so that none is empty" }
}

const project = (id: number, listing: string, rows: number, changes: object = {}) =>
  Account.project(id, {
    [listing]:
      listing === "jobs"
        ? Account.jobs(rows)
        : listing === "pipelines"
          ? Account.pipelines(rows)
          : Account.schedules(Number.isFinite(rows) ? rows : 1, changes)
  })

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof GitLab> = {
  provider: GitLab,
  listings: {
    jobs: { wire: GitLabEmulator.wires.jobs, parents },
    pipelines: { wire: GitLabEmulator.wires.pipelines, parents },
    schedules: { wire: GitLabEmulator.wires.schedules, several: true, parents }
  },
  errorUnder200: null,
  forbidden: { body: { error: "insufficient_scope", error_description: "too little", scope: "read_api" } },
  skips: { C17: "a token of this kind is not renewed" },
  start: ({ fault, listing, of, pageSize, rows }) =>
    Effect.map(
      GitLabEmulator.serve({
        fault,
        projects:
          of === "rows"
            ? [project(1, listing, rows)]
            : Array.from({ length: rows }, (_, index) => project(index + 1, listing, 1, { active: false }))
      }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: Account.connect(vendor, { pageSize }),
        secrets: Effect.succeed([vendor.settings.token]),
        revoke: null
      })
    )
}
