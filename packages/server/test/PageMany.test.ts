import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Store } from "@scanjobs/history"
import { Clock, Effect } from "effect"
import type { Page } from "playwright-core"
import { act, becomes, eventually, executablePath, show, start, stop, violations } from "./Browser.ts"
import { serveFilled } from "./Fixture.ts"
import * as ManyScans from "./ManyScans.ts"

const serve = (size: ManyScans.Size) => serveFilled(ManyScans.write(size))

beforeAll(start)
afterAll(stop)

interface Answered {
  readonly path: string
  /** The first of the rows that were asked for; `NaN` for what is above them. */
  readonly offset: number
  /** The bytes of the answer as it was sent, and as it is read. */
  readonly sent: number
  readonly read: number
}

/** What the page asked for from now on and has the whole answer of. */
const watch = async (page: Page) => {
  const asked = new Map<string, string>()
  const answers: Array<Answered> = []
  const read = new Map<string, number>()
  const session = await page.context().newCDPSession(page)
  await session.send("Network.enable")
  session.on("Network.requestWillBeSent", ({ request, requestId }) => asked.set(requestId, request.url))
  session.on("Network.dataReceived", ({ dataLength, requestId }) =>
    read.set(requestId, (read.get(requestId) ?? 0) + dataLength)
  )
  session.on("Network.loadingFinished", ({ encodedDataLength, requestId }) => {
    const { pathname: path, searchParams } = new URL(asked.get(requestId) ?? "http://none")
    if (!path.startsWith("/api/v1/timeline")) return
    const offset = Number(searchParams.get("offset") ?? Number.NaN)
    answers.push({ path, offset, sent: encodedDataLength, read: read.get(requestId) ?? 0 })
  })
  return answers
}

/** The row that has the focus: its place among all lines, and its name. */
const focused = (page: Page) => () =>
  page.evaluate(() => {
    const row = document.activeElement?.closest('[role="row"]')
    return [row?.getAttribute("aria-rowindex"), row?.querySelector(".label")?.textContent]
  })

/** How many rows are kept to be printed, also those that are far from what is seen. */
const printable = 500

/** How many rows the page would print. It is asked by telling it that it is printed, as the browser does. */
const printed = (page: Page) => () =>
  page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    dispatchEvent(new Event("beforeprint"))
    await drawn()
    const { length } = document.querySelectorAll(".row:not(.waiting) .label")
    dispatchEvent(new Event("afterprint"))
    await drawn()
    return length
  })

describe.skipIf(executablePath === undefined)("the page of ten thousand scans (skipped without a browser)", () => {
  const size = { connections: 20, definitions: 10_000, days: 3 }

  it.live("asks for the rows that are near, and counts, filters and goes through all of them", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(size)
      const { page, problems } = yield* show(url, "/?days=30")
      const answers = yield* act(() => watch(page))
      yield* act(() => page.reload())
      yield* act(() => page.locator(".row .run").first().waitFor({ state: "attached" }))
      const table = page.getByRole("table", { name: "Time line" })
      assert.strictEqual(yield* act(() => table.getAttribute("aria-rowcount")), "10021")
      assert.isBelow(yield* act(() => page.locator(".row").count()), 200)
      yield* act(() => page.locator('[data-row="0"]').focus())
      yield* becomes(focused(page), ["3", "Scan 00000"])
      yield* act(() => page.keyboard.press("End"))
      yield* becomes(focused(page), ["10021", "Scan 09999"])
      yield* act(() => page.keyboard.press("ArrowUp"))
      yield* becomes(focused(page), ["10020", "Scan 09979"])
      // Each row in turn, over the edges of what is drawn together. A row that is asked for gets the focus once it is there.
      for (let row = 9997; row > 9930; row--) {
        yield* act(() => page.keyboard.press("ArrowUp"))
        yield* act(() => page.locator(`[data-row="${row}"]:focus`).waitFor())
      }
      yield* act(() => page.keyboard.press("Home"))
      yield* act(() => page.locator('[data-row="0"]:focus').waitFor())
      yield* eventually(
        () => page.locator(".row").count(),
        (rows) => assert.isBelow(rows, 250)
      )
      const missed = yield* act(() => page.locator(".chip.missed b").innerText())
      yield* act(() => page.getByRole("searchbox").fill("scan 0012"))
      yield* act(() => page.locator('[aria-rowcount="21"]').waitFor())
      yield* becomes(
        () => page.locator(".row .label").allTextContents(),
        Array.from({ length: 10 }, (_, index) => `Scan 0012${index}`)
      )
      assert.strictEqual(yield* act(() => page.locator(".chip.missed b").innerText()), missed)
      yield* act(() => page.getByRole("searchbox").fill(""))
      yield* act(() => page.locator(".chip.missed").click())
      yield* act(() => page.locator(`[aria-rowcount="${20 + 1 + Number(missed)}"]`).waitFor())
      assert.isAbove(answers.length, 5)
      for (const { path, read, sent } of answers) {
        assert.isBelow(read, 500_000, path)
        assert.isBelow(sent, 50_000, path)
      }
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  it.live("hears of a change far down, and is sent nothing but the part that it is in", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve(size)
      const { page } = yield* show(url, "/?days=30")
      yield* act(() => page.getByText("live", { exact: true }).waitFor())
      // The rows that are kept for printing have come.
      yield* eventually(printed(page), (rows) => assert.isAtLeast(rows, printable))
      yield* act(() => page.locator('[data-row="0"]').focus())
      yield* act(() => page.keyboard.press("End"))
      yield* act(() => page.locator('[data-row="9999"]:focus').waitFor())
      yield* becomes(() => page.locator(".row.waiting").count(), 0)
      assert.include(yield* act(() => page.locator('[data-row="9999"]').getAttribute("aria-label")), ": 3 runs")
      const answers = yield* act(() => watch(page))
      yield* Effect.provideContext(
        Effect.gen(function* () {
          const { sql } = yield* Store.Store
          const now = yield* Clock.currentTimeMillis
          yield* sql`INSERT INTO job (series_id, vendor_id, listing_id, definition_id, kind, category, state, start_time, digest, first_seen,
            changed_at) VALUES (20, 'fresh', 20, 10000, 'run', 'vulnerability', 'queued', ${now}, 1, ${now}, ${now})`
          yield* sql`INSERT INTO change (at, what, series_id, vendor_id, was, now) VALUES (${now}, 'new', 20, 'fresh', NULL, 'queued')`
        }).pipe(Effect.orDie),
        store
      )
      yield* act(() => page.locator('[data-row="9999"][aria-label*=": 4 runs"]').waitFor())
      // The others are asked for, too, up to the last that is kept, and are the same.
      const rows = yield* eventually(
        () => Promise.resolve(answers.filter(({ path }) => path.endsWith("/rows"))),
        (answered) => assert.isAbove(answered.filter(({ offset }) => offset < printable).length, 15)
      )
      assert.isAtMost(rows.filter(({ sent }) => sent > 1000).length, 1)
      yield* becomes(focused(page), ["10021", "Scan 09999"])
    }).pipe(Effect.scoped)
  )

  it.live("is printed with the rows of the filter, without controls, dark on white, and says what is left out", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(size)
      const { page } = yield* show(url, "/?days=30&text=Scan%20000", { colorScheme: "dark" })
      // All rows of this filter are kept.
      yield* becomes(printed(page), 100)
      const pdf = yield* act(() => page.pdf({ preferCSSPageSize: true }))
      const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0
      // A sheet has some twenty rows.
      assert.isAtLeast(pages, 4)
      assert.isAtMost(pages, 9)
      yield* act(() => page.emulateMedia({ media: "print" }))
      yield* act(() => page.setViewportSize({ width: 980, height: 700 }))
      yield* act(() => page.evaluate(() => dispatchEvent(new Event("beforeprint"))))
      yield* act(() => page.locator('[data-row="99"]').waitFor())
      yield* becomes(() => page.locator(".row .label").count(), 100)
      assert.strictEqual(yield* act(() => page.locator(".leftout").count()), 0)
      for (const name of ["button", "input", "select", "summary", "a"]) {
        assert.strictEqual(yield* act(() => page.locator(`${name}:visible`).count()), 0, name)
      }
      assert.match(yield* act(() => page.locator(".printed").innerText()), /only “Scan 000”: 100 scans$/)
      assert.deepStrictEqual(yield* act(() => violations(page, ["color-contrast"])), [])
      const [ink, paper, wide] = yield* act(() =>
        page.evaluate(() => {
          const style = getComputedStyle(document.body)
          return [style.color, style.backgroundColor, document.documentElement.scrollWidth - innerWidth] as const
        })
      )
      assert.deepStrictEqual([ink, paper], ["rgb(26, 31, 39)", "rgb(255, 255, 255)"])
      assert.isAtMost(wide, 0)
      yield* act(() => page.evaluate(() => dispatchEvent(new Event("afterprint"))))
      yield* act(() => page.emulateMedia({ media: null }))
      yield* act(() => page.getByRole("searchbox").fill(""))
      yield* act(() => page.locator('[aria-rowcount="10021"]').waitFor())
      yield* act(() => page.evaluate(() => dispatchEvent(new Event("beforeprint"))))
      yield* eventually(
        () => page.locator(".leftout").innerText(),
        (text) => assert.match(text, /^The first \d+ of 10000 rows are printed\. Filter by/)
      )
    }).pipe(Effect.scoped)
  )
})
