import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Store } from "@scanjobs/history"
import { Clock, Effect } from "effect"
import type { Page } from "playwright-core"
import { act, executablePath, show, start, stop, violations } from "./Browser.ts"
import { serveFilled } from "./Fixture.ts"
import * as ManyScans from "./ManyScans.ts"

const serve = (size: ManyScans.Size) => serveFilled(ManyScans.write(size))

beforeAll(start, 60_000)
afterAll(stop)

/** What the page asked for, with the bytes of the answer as it is read and as it was sent. */
const watch = async (page: Page) => {
  const asked = new Map<string, string>()
  const answers: Array<{ readonly path: string; readonly sent: number; read: number }> = []
  const read = new Map<string, number>()
  const session = await page.context().newCDPSession(page)
  await session.send("Network.enable")
  session.on("Network.requestWillBeSent", ({ request, requestId }) => asked.set(requestId, request.url))
  session.on("Network.dataReceived", ({ dataLength, requestId }) =>
    read.set(requestId, (read.get(requestId) ?? 0) + dataLength)
  )
  session.on("Network.loadingFinished", ({ encodedDataLength, requestId }) => {
    const path = new URL(asked.get(requestId) ?? "http://none").pathname
    if (path.startsWith("/api/v1/timeline"))
      answers.push({ path, sent: encodedDataLength, read: read.get(requestId) ?? 0 })
  })
  return answers
}

const focused = (page: Page) =>
  page.evaluate(() => {
    const row = document.activeElement?.closest('[role="row"]')
    return [row?.getAttribute("aria-rowindex"), row?.querySelector(".label")?.textContent]
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
      assert.deepStrictEqual(yield* act(() => focused(page)), ["3", "Scan 00000"])
      yield* act(() => page.keyboard.press("End"))
      yield* act(() => page.locator('[data-row="9999"]:focus').waitFor())
      assert.deepStrictEqual(yield* act(() => focused(page)), ["10021", "Scan 09999"])
      yield* act(() => page.keyboard.press("ArrowUp"))
      assert.deepStrictEqual(yield* act(() => focused(page)), ["10020", "Scan 09979"])
      // Each row in turn, over the edges of what is drawn together.
      for (let row = 9997; row > 9930; row--) yield* act(() => page.keyboard.press("ArrowUp"))
      yield* act(() => page.locator('[data-row="9931"]:focus').waitFor())
      yield* act(() => page.keyboard.press("Home"))
      yield* act(() => page.locator('[data-row="0"]:focus').waitFor())
      assert.isBelow(yield* act(() => page.locator(".row").count()), 250)
      const missed = yield* act(() => page.locator(".chip.missed b").innerText())
      yield* act(() => page.getByRole("searchbox").fill("scan 0012"))
      yield* act(() => page.locator('[aria-rowcount="21"]').waitFor())
      assert.deepStrictEqual(
        yield* act(() => page.locator(".row .label").allTextContents()),
        Array.from({ length: 10 }, (_, index) => `Scan 0012${index}`)
      )
      assert.strictEqual(yield* act(() => page.locator(".chip.missed b").innerText()), missed)
      yield* act(() => page.getByRole("searchbox").fill(""))
      yield* act(() => page.locator(".chip.missed").click())
      const only = yield* act(() => page.locator(`[aria-rowcount="${20 + 1 + Number(missed)}"]`).count())
      yield* act(() => page.locator(`[aria-rowcount="${20 + 1 + Number(missed)}"]`).waitFor())
      assert.isAtMost(only, 1)
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
      yield* act(() => page.locator('[data-row="0"]').waitFor())
      yield* act(() => page.getByText("live", { exact: true }).waitFor())
      yield* act(() => page.locator('[data-row="0"]').focus())
      yield* act(() => page.keyboard.press("End"))
      yield* act(() => page.locator('[data-row="9999"]:focus').waitFor())
      // The rows that are kept for printing have come.
      yield* act(() => page.waitForTimeout(2500))
      const answers = yield* act(() => watch(page))
      assert.include(yield* act(() => page.locator('[data-row="9999"]').getAttribute("aria-label")), ": 3 runs")
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
      yield* act(() => page.waitForTimeout(1000))
      const rows = answers.filter(({ path }) => path.endsWith("/rows"))
      // The others were asked for, too, and are the same.
      assert.isAbove(rows.length, 5)
      assert.isAtMost(rows.filter(({ sent }) => sent > 1000).length, 1)
      assert.deepStrictEqual(yield* act(() => focused(page)), ["10021", "Scan 09999"])
    }).pipe(Effect.scoped)
  )

  it.live("is printed with the rows of the filter, without controls, dark on white, and says what is left out", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(size)
      const { page } = yield* show(url, "/?days=30&text=Scan%20000", { colorScheme: "dark" })
      yield* act(() => page.locator('[data-row="0"]').waitFor())
      // All rows of this filter are kept.
      yield* act(() => page.waitForTimeout(2500))
      const pdf = yield* act(() => page.pdf({ preferCSSPageSize: true }))
      const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0
      // A sheet has some twenty rows.
      assert.isAtLeast(pages, 4)
      assert.isAtMost(pages, 9)
      yield* act(() => page.emulateMedia({ media: "print" }))
      yield* act(() => page.setViewportSize({ width: 980, height: 700 }))
      yield* act(() => page.evaluate(() => dispatchEvent(new Event("beforeprint"))))
      yield* act(() => page.locator('[data-row="99"]').waitFor())
      assert.strictEqual(yield* act(() => page.locator(".row .label").count()), 100)
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
      yield* act(() => page.locator(".leftout").waitFor({ state: "attached" }))
      assert.match(
        yield* act(() => page.locator(".leftout").innerText()),
        /^The first \d+ of 10000 rows are printed\. Filter by/
      )
    }).pipe(Effect.scoped)
  )
})
