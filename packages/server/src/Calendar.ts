/**
 * `/calendar.ics`: planned runs as events of a calendar that other programs subscribe to.
 */
import { type StoredJob, Store, Views } from "@scanjobs/history"
import { Clock, Effect, Stream } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { createHash } from "node:crypto"
import ical, { ICalEventStatus, ICalEventTransparency } from "ical-generator"
import * as Problem from "./Problem.ts"
import * as StoreAdvice from "./StoreAdvice.ts"

const day = 86_400_000
const back = 7 * day
const ahead = 60 * day
/** How long an event is: a plan says when a run begins, and not how long it takes. */
const shown = 30 * 60_000

const prefixes: Readonly<Record<string, string>> = {
  missed: "Missed: ",
  overdue: "Overdue: ",
  unknown: "Not known: ",
  withdrawn: "Withdrawn: "
}

/** No line of a calendar may hold controls, and no program shows a longer title. */
const plain = (text: string): string => text.slice(0, 300).replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")

/** A digest, because ids hold what vendors like, and the writer of the calendar takes them as they are. */
const uidOf = (id: string): string => `${createHash("sha256").update(id).digest("hex").slice(0, 32)}@scanjobs`

/** The same planned run is the same event, however often the calendar is read. */
export const make = (jobs: ReadonlyArray<StoredJob.StoredJob>, now: number): string => {
  const calendar = ical({ name: "scanjobs", prodId: { company: "scanjobs", product: "server", language: "EN" } })
  for (const { connection, firstSeen, id, link, name, startTime, vendorId, verdict } of jobs) {
    if (startTime === null) continue
    calendar.createEvent({
      id: uidOf(id),
      start: new Date(startTime),
      end: new Date(startTime + shown),
      created: new Date(firstSeen),
      stamp: new Date(now),
      summary: `${prefixes[verdict ?? ""] ?? ""}${plain(name ?? vendorId)}`,
      // Not as the property URL, in which the writer of the calendar escapes commas and semicolons.
      description: `${plain(connection)}${verdict === null ? "" : `, ${verdict}`}${link === null ? "" : `\n${link}`}`,
      status:
        verdict === "withdrawn" || verdict === "cancelled" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      transparency: ICalEventTransparency.TRANSPARENT
    })
  }
  return calendar.toString()
}

const verdicts = ["planned", "due", "overdue", "missed", "unknown", "skipped", "cancelled", "withdrawn"] as const

/** The route, on the store that is open. `?connection=` and `?tag=` choose connections. */
export const route = HttpRouter.use((router) =>
  Effect.flatMap(Store.Store, (store) =>
    router.add(
      "GET",
      "/calendar.ics",
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const asked = new URLSearchParams(request.url.split("?")[1] ?? "")
        const given = (name: string) => (asked.has(name) ? asked.getAll(name) : undefined)
        const now = yield* Clock.currentTimeMillis
        const jobs = yield* Stream.runCollect(
          Views.verdicts(
            { from: now - back, until: now + ahead, verdicts, connections: given("connection"), tags: given("tag") },
            { raw: false }
          )
        )
        return HttpServerResponse.text(make(jobs, now), {
          contentType: "text/calendar; charset=utf-8",
          headers: { "cache-control": "private, max-age=300" }
        })
      }).pipe(
        Effect.catchTag("StoreError", (error) =>
          Effect.as(Effect.logWarning(error.message), Problem.response(503, StoreAdvice.of(error.reason)))
        ),
        Effect.provideService(Store.Store, store)
      )
    )
  )
)
