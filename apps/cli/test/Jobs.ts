import type { ScanJob } from "@scanjobs/core"

/** A job with everything that tests do not speak of. */
export const job = (fields: Partial<ScanJob.ScanJob> = {}): ScanJob.ScanJob => ({
  provider: "acme",
  connection: "main",
  listing: "runs",
  scope: null,
  id: "acme/main/runs/7",
  vendorId: "7",
  kind: "run",
  definitionId: null,
  name: "Nightly",
  category: "web",
  state: "succeeded",
  vendorState: "2",
  detail: null,
  progress: 100,
  startTime: Date.UTC(2026, 0, 1, 8, 30),
  finishTime: null,
  link: null,
  raw: { id: 7 },
  ...fields
})
