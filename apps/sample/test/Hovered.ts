/** A program whose types `Hovers.test.ts` looks at, as an editor shows them. It is not run. */
import { Catalog } from "@scanjobs/core"
import { AvePoint } from "@scanjobs/avepoint"
import { DigiCert } from "@scanjobs/digicert"
import { type Redacted, Stream } from "effect"

declare const key: Redacted.Redacted

const own = DigiCert.jobs(
  { name: "dc", apiKey: key, accountId: "1", divisionId: 2, surveyDefIds: [3] },
  { from: "-7 days", until: { days: 90 } },
  { listings: ["future", "past"] }
)

const catalog = Catalog.make(DigiCert, AvePoint)
const all = catalog.jobs([])

export const program = Stream.runForEach(all, (everyJob) =>
  Stream.runForEach(own, (ownJob) => {
    const { raw: row } = ownJob
    void row
    throw new Error(everyJob.id)
  })
)
