import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Store } from "@scanjobs/history"
import { Effect, Redacted } from "effect"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { act, becomes, eventually, executablePath, root, show, start, stop, violations } from "./Browser.ts"
import { change, hostile, links, serve } from "./Fixture.ts"
import * as Proxy from "./Proxy.ts"

beforeAll(start)

afterAll(stop)

describe("the page's files", () => {
  it("are at most 100 KB as they are sent, without inline scripts or styles", () => {
    const folder = join(root, "packages/server/page")
    const sizes = globSync("*", { cwd: folder }).map((file) => gzipSync(readFileSync(join(folder, file))).length)
    assert.isBelow(
      sizes.reduce((sum, size) => sum + size, 0),
      100_000
    )
    assert.notMatch(readFileSync(join(folder, "index.html"), "utf8"), /<script>|<style|style=/)
  })
})

/** Opens a page on a server of its own. What the page asks of others, or what the browser complains about, fails. */
const open = Effect.fnUntraced(function* (
  path = "/",
  {
    colorScheme = "light",
    token,
    width = 1440
  }: { colorScheme?: "light" | "dark"; token?: string; width?: number } = {}
) {
  const { store, url } = yield* serve(token === undefined ? undefined : Redacted.make(token))
  return { ...(yield* show(url, path, { colorScheme, width })), store, url }
})

describe.skipIf(executablePath === undefined)("the page in Chromium (skipped where none is installed)", () => {
  it.live("shows each definition under its connection, counts what needs attention, and says what cannot be read", () =>
    Effect.gen(function* () {
      const { page, problems } = yield* open()
      yield* act(() => page.getByRole("group", { name: /^Nightly, all servers: / }).waitFor())
      yield* becomes(() => page.locator(".row:not(.waiting) .label").count(), 4)
      assert.include(yield* act(() => page.locator(".chip.missed").innerText()), "1")
      assert.include(yield* act(() => page.locator(".chip.unread").innerText()), "1 of 2 connections cannot be read")
      assert.include(yield* act(() => page.locator("h2 .bad").last().innerText()), "the key was revoked")
      assert.isAbove(yield* act(() => page.locator(".blind").count()), 0)
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  it.live("says first what went wrong, what never happened and what is due, and opens each of them", () =>
    Effect.gen(function* () {
      const { page, problems } = yield* open()
      const overview = page.getByRole("region", { name: "At a glance" })
      yield* act(() => overview.getByRole("heading", { name: "Never happened 1" }).waitFor())
      const box = yield* act(() => overview.boundingBox())
      assert.isBelow((box?.y ?? 900) + (box?.height ?? 900), 400)
      const needing = ["not read", "failed", "partly failed", "missed", "not known"]
      yield* becomes(() => overview.locator(".pill:not(.planned)").allTextContents(), needing)
      yield* act(() => overview.locator(".pill.planned").waitFor())
      assert.include(yield* act(() => overview.innerText()), hostile)
      yield* act(() => overview.getByRole("button", { name: /Weekly audit.*20 h ago/ }).press("Enter"))
      const details = page.getByRole("complementary", { name: "Details" })
      yield* act(() => details.getByText(/^Missed: planned for/).waitFor())
      yield* act(() => page.keyboard.press("Escape"))
      yield* act(() => details.waitFor({ state: "detached" }))
      yield* eventually(
        () => page.evaluate(() => document.activeElement?.textContent ?? ""),
        (text) => assert.match(text, /^missed\s*Weekly audit/)
      )
      yield* act(() => overview.getByRole("button", { name: "List all: Never happened" }).click())
      yield* act(() => page.locator("tbody tr").first().waitFor())
      yield* becomes(() => page.locator("tbody .pill").allTextContents(), ["not known", "missed"])
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  it.live("goes back to what was looked at before, and forward again", () =>
    Effect.gen(function* () {
      const { page } = yield* open("/?tz=Asia%2FTokyo")
      yield* act(() => page.getByRole("button", { name: "7 days" }).click())
      yield* act(() => page.waitForURL(/days=7/))
      yield* act(() => page.getByRole("button", { name: "List", exact: true }).click())
      yield* act(() => page.locator("tbody .link").first().click())
      yield* act(() => page.getByRole("complementary").waitFor())
      yield* act(() => page.goBack())
      yield* act(() => page.getByRole("complementary").waitFor({ state: "detached" }))
      yield* act(() => page.goBack())
      yield* act(() => page.getByRole("table", { name: "Time line" }).waitFor())
      assert.include(page.url(), "days=7")
      yield* act(() => page.goBack())
      yield* act(() => page.locator('button[aria-pressed="true"]', { hasText: "3 days" }).waitFor())
      assert.strictEqual(new URL(page.url()).search, "?tz=Asia%2FTokyo")
      yield* act(() => page.goForward())
      yield* act(() => page.locator('button[aria-pressed="true"]', { hasText: "7 days" }).waitFor())
    }).pipe(Effect.scoped)
  )

  it.live("goes back two steps at once without losing the way forward", () =>
    Effect.gen(function* () {
      const { page } = yield* open()
      yield* act(() => page.getByRole("button", { name: "7 days" }).click())
      yield* act(() => page.waitForURL(/days=7/))
      yield* act(() => page.getByRole("button", { name: "List", exact: true }).click())
      yield* act(() => page.locator("tbody .link").first().waitFor())
      yield* act(() =>
        page.evaluate(() => {
          addEventListener("popstate", () => history.back(), { once: true })
          history.back()
        })
      )
      yield* act(() => page.locator('button[aria-pressed="true"]', { hasText: "3 days" }).waitFor())
      yield* act(() => page.goForward())
      yield* act(() => page.locator('button[aria-pressed="true"]', { hasText: "7 days" }).waitFor())
      yield* act(() => page.goForward())
      yield* act(() => page.locator("tbody .link").first().waitFor())
    }).pipe(Effect.scoped)
  )

  it.live("shows rows also where changes come faster than answers", () =>
    Effect.gen(function* () {
      const { page, store } = yield* open()
      yield* act(() => page.getByText("live", { exact: true }).waitFor())
      // Each answer takes longer than the page waits between two changes.
      for (const path of ["rows", "overview"]) {
        yield* act(() =>
          page.route(`**/${path}?*`, async (route) => {
            await new Promise((resolve) => setTimeout(resolve, 6000))
            await route.continue().catch(() => undefined)
          })
        )
      }
      const storm = Effect.forkScoped(
        Effect.forever(
          Effect.andThen(
            Effect.provideContext(
              Effect.orDie(
                Effect.flatMap(
                  Store.Store,
                  ({ sql }) =>
                    sql`INSERT INTO change (at, what, series_id, vendor_id, was, now) VALUES (${Date.now()}, 'state', 1, 'v7', 'running', 'failed')`
                )
              ),
              store
            ),
            Effect.sleep("200 millis")
          )
        )
      )
      yield* storm
      yield* act(() => page.getByRole("button", { name: "7 days" }).click())
      yield* act(() => page.locator('button[aria-pressed="true"]', { hasText: "7 days" }).waitFor())
      // Nightly runs of six days are there once the rows of the new span are.
      yield* act(() => page.getByRole("group", { name: /^Nightly, all servers: 8 runs/ }).waitFor())
      yield* act(() => page.getByRole("region", { name: "At a glance" }).waitFor())
    }).pipe(Effect.scoped)
  )

  it.live("shows vendors' texts as text", () =>
    Effect.gen(function* () {
      const { page, problems } = yield* open()
      yield* act(() => page.locator(".row .label", { hasText: "onerror" }).waitFor())
      yield* becomes(() => page.locator(".row .label", { hasText: "onerror" }).textContent(), hostile)
      assert.strictEqual(yield* act(() => page.title()), "scanjobs")
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  it.live("filters by a counter and by text, and keeps both in the address", () =>
    Effect.gen(function* () {
      const { page } = yield* open()
      yield* act(() => page.locator(".chip.missed").click())
      yield* becomes(() => page.locator(".row .label").allInnerTexts(), ["Weekly audit"])
      yield* act(() => page.locator(".chip.missed").click())
      yield* act(() => page.getByRole("searchbox").fill("perim"))
      yield* act(() => page.waitForURL(/text=perim/))
      yield* act(() => page.reload())
      yield* becomes(() => page.locator(".row .label").allInnerTexts(), ["Perimeter"])
    }).pipe(Effect.scoped)
  )

  it.live("is used by keyboard: arrows go through runs and say them, Enter opens one, Escape closes it", () =>
    Effect.gen(function* () {
      const { page } = yield* open()
      yield* act(() => page.getByRole("group", { name: /^Weekly audit: / }).focus())
      yield* act(() => page.keyboard.press("ArrowRight"))
      yield* eventually(
        () => page.locator(".row [role=status]").innerText(),
        (text) => assert.match(text, /^Missed: planned for .*, and no run came$/)
      )
      yield* act(() => page.keyboard.press("Enter"))
      yield* act(() =>
        page.getByRole("complementary", { name: "Details" }).getByText("As the vendor sent it").waitFor()
      )
      yield* act(() => page.keyboard.press("Escape"))
      yield* act(() => page.getByRole("complementary").waitFor({ state: "detached" }))
    }).pipe(Effect.scoped)
  )

  it.live("leads to the vendor's own page, and never to what only looks like one", () =>
    Effect.gen(function* () {
      const { page } = yield* open(`/?job=${encodeURIComponent("tenable/acme/runs/v7")}`)
      const link = page.getByRole("complementary").getByRole("link")
      yield* act(() => link.waitFor())
      assert.strictEqual(yield* act(() => link.innerText()), "Open at vendor.example")
      const attributes = ["href", "target", "rel"].map((name) => act(() => link.getAttribute(name)))
      assert.deepStrictEqual(yield* Effect.all(attributes), [links["failed"] ?? "", "_blank", "noopener noreferrer"])
      yield* act(() => page.goto(`${page.url().split("?")[0]}?job=${encodeURIComponent("tenable/acme/runs/v11")}`))
      yield* act(() => page.getByRole("complementary").getByText("As the vendor sent it").waitFor())
      assert.strictEqual(yield* act(() => page.getByRole("complementary").getByText("partially_succeeded").count()), 1)
      assert.strictEqual(yield* act(() => link.count()), 0)
    }).pipe(Effect.scoped)
  )

  it.live("shows a change as it comes, without being loaded again", () =>
    Effect.gen(function* () {
      const { page, store } = yield* open()
      yield* act(() => page.locator(".row .run.running").waitFor())
      yield* act(() => page.getByText("live", { exact: true }).waitFor())
      yield* Effect.provideContext(change, store)
      yield* act(() => page.locator(".row .run.running").waitFor({ state: "detached" }))
    }).pipe(Effect.scoped)
  )

  it.live("shows times in a zone of any name, which stays in the address", () =>
    Effect.gen(function* () {
      const begun = Date.now()
      const { page } = yield* open("/?tz=Asia/Kolkata&days=1")
      /** What the page may show: it is as old as the last answer. */
      const clocksIn = (timeZone: string) => {
        const clock = new Intl.DateTimeFormat("en", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
        const minutes = Math.ceil((Date.now() - begun) / 60_000) + 1
        return Array.from({ length: minutes }, (_, minute) => clock.format(begun + minute * 60_000))
      }
      const shown = () => page.locator(".nowtext").innerHTML()
      yield* eventually(shown, (text) => assert.include(clocksIn("Asia/Kolkata"), text))
      // Half past, because Kolkata is five and a half hours ahead: full hours are there and nowhere else.
      const ticks = yield* act(() => page.locator("text.tick:not(.day)").allTextContents())
      assert.isAbove(ticks.length, 2)
      for (const tick of ticks) assert.match(tick, /:00$/)
      yield* act(() => page.getByLabel("Times in").selectOption("America/New_York"))
      yield* act(() => page.waitForURL(/tz=America%2FNew_York/))
      yield* eventually(shown, (text) => assert.include(clocksIn("America/New_York"), text))
    }).pipe(Effect.scoped)
  )

  it.live("says why the store cannot be used, and shows everything once it can", () =>
    Effect.gen(function* () {
      const { page, store } = yield* open()
      yield* act(() => page.locator(".row .run.running").waitFor())
      const rename = (from: string, to: string) =>
        Effect.provideContext(
          Effect.orDie(Effect.flatMap(Store.Store, ({ sql }) => sql`ALTER TABLE ${sql(from)} RENAME TO ${sql(to)}`)),
          store
        )
      yield* rename("connection", "hidden")
      yield* act(() => page.reload())
      yield* becomes(
        () => page.getByRole("alert").innerText(),
        "The store cannot be used: a statement failed; the log of the server has more. The page asks again."
      )
      assert.strictEqual(yield* act(() => page.getByText("Reading the history").count()), 0)
      yield* rename("hidden", "connection")
      yield* act(() => page.getByRole("button", { name: "Later" }).click())
      yield* act(() => page.locator(".row .run.running").waitFor())
      yield* act(() => page.getByRole("alert").waitFor({ state: "detached" }))
    }).pipe(Effect.scoped)
  )

  it.live("says how the fleet is doing where the store has one, and nothing otherwise", () =>
    Effect.gen(function* () {
      const { page } = yield* open()
      yield* Effect.promise(async () => {
        const none = page.waitForResponse("**/api/v1/fleet")
        await page.reload()
        await (await none).finished()
        await page.locator(".row .run.running").waitFor()
      })
      assert.strictEqual(yield* Effect.promise(() => page.locator(".fleet").count()), 0)
      const fleet = {
        runners: [
          { name: "host-1", version: "1.2.3", slots: 8, running: 3, age: 9000, seen: 1000, isAlive: true },
          { name: "<b>host-2</b>", version: "1.2.2", slots: 8, running: 0, age: 9000, seen: 300_000, isAlive: false }
        ],
        connections: 1000,
        paused: 2,
        running: 3,
        waiting: 4,
        idle: 991,
        lag: { now: 12_000, p50: 10, p99: 900 },
        failing: [{ reason: "Unauthorized", connections: 7 }]
      }
      yield* Effect.promise(async () => {
        await page.route("**/api/v1/fleet", (route) => route.fulfill({ json: fleet }))
        await page.reload()
        await page.locator(".fleet summary").click()
      })
      yield* act(() => page.locator(".fleet li").last().waitFor())
      const text = yield* Effect.promise(() => page.locator(".fleet").innerText())
      assert.include(text, "1 runner syncs 1000 connections; 4 wait, the longest for 12 s; 2 are paused")
      assert.include(text, "7 connections: Unauthorized")
      assert.include(text, "host-1 (1.2.3): 3 of 8 slots")
      assert.include(text, "<b>host-2</b> (1.2.2): gone, last seen 5 min ago")
    }).pipe(Effect.scoped)
  )

  it.live("goes to what cannot be read", () =>
    Effect.gen(function* () {
      const { page } = yield* open("/?text=nightly")
      yield* act(() => page.getByRole("button", { name: /connections cannot be read/ }).click())
      yield* act(() => page.locator("h2:focus", { hasText: "globex" }).waitFor())
      yield* act(() => page.waitForURL((url) => !url.search.includes("text=")))
    }).pipe(Effect.scoped)
  )

  it.live("works below a path of a reverse proxy: signing in, reading, and hearing of changes", () =>
    Effect.gen(function* () {
      const token = "a-token-of-some-length"
      const server = yield* serve(Redacted.make(token))
      const url = yield* Proxy.serve(server.url, "/scans/")
      const { context, page, problems } = yield* show(url)
      yield* act(() => page.getByLabel("Token").fill(token))
      yield* act(() => page.getByRole("button", { name: "Sign in" }).click())
      yield* act(() => page.locator(".row .run.running").waitFor())
      yield* act(() => page.getByText("live", { exact: true }).waitFor())
      const [cookie] = yield* act(() => context.cookies(url))
      assert.deepInclude(cookie, { path: "/scans", httpOnly: true, secure: true, sameSite: "Strict" })
      yield* Effect.provideContext(change, server.store)
      yield* act(() => page.locator(".row .run.running").waitFor({ state: "detached" }))
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  it.live("asks for the token where there is one", () =>
    Effect.gen(function* () {
      const { page } = yield* open("/", { token: "a-token-of-some-length" })
      yield* act(() => page.getByLabel("Token").fill("wrong"))
      yield* act(() => page.getByRole("button", { name: "Sign in" }).click())
      yield* act(() => page.getByRole("alert").waitFor())
      yield* act(() => page.getByLabel("Token").fill("a-token-of-some-length"))
      yield* act(() => page.getByRole("button", { name: "Sign in" }).click())
      yield* act(() => page.getByRole("group", { name: /^Perimeter: / }).waitFor())
    }).pipe(Effect.scoped)
  )

  it.live("describes the API without asking any other host, nor offering to", () =>
    Effect.gen(function* () {
      const { page, problems } = yield* open("/docs")
      yield* act(() => page.getByRole("heading", { name: "Rows of a time line" }).waitFor({ state: "attached" }))
      for (const text of ["Share", "Generate SDKs", "Open API Client"]) {
        assert.strictEqual(yield* act(() => page.getByText(text, { exact: true }).count()), 0, text)
      }
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  for (const colorScheme of ["light", "dark"] as const) {
    for (const [path, width] of [
      ["/", 1440],
      ["/?view=list", 1024],
      ["/", 390]
    ] as const) {
      it.live(`breaks no rule of accessibility: ${path} ${width} wide, ${colorScheme}`, () =>
        Effect.gen(function* () {
          const { page } = yield* open(path, { colorScheme, width })
          yield* act(() =>
            page
              .locator(path === "/" ? ".row .run.running" : "tbody tr")
              .first()
              .waitFor()
          )
          assert.deepStrictEqual(yield* act(() => violations(page)), [])
          const overflow = yield* act(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
          assert.isAtMost(overflow, 0)
        }).pipe(Effect.scoped)
      )
    }
  }
})
