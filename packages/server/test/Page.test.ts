import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { execFileSync } from "node:child_process"
import { existsSync, globSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type Browser, chromium, type Page } from "playwright-core"
import { change, hostile, serve } from "./Fixture.ts"

const root = join(import.meta.dirname, "../../..")
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path)
)
const build = () => execFileSync(process.execPath, [join(root, "apps/page/build.mjs")], { stdio: "pipe" })

describe("the page's files", () => {
  it("are at most 100 KB as they are sent, without inline scripts or styles", () => {
    build()
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
  build()
  const { store, url } = yield* serve(token === undefined ? undefined : Redacted.make(token))
  const browser = yield* Effect.acquireRelease(
    Effect.promise((): Promise<Browser> =>
      chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] })
    ),
    (browser) => Effect.promise(() => browser.close())
  )
  const problems: Array<string> = []
  const page = yield* Effect.promise(async () => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
    page.on("pageerror", ({ message }) => problems.push(message))
    page.on("console", (line) => {
      if (line.type() === "error" && !line.text().includes("401")) problems.push(line.text())
    })
    page.on("request", (request) => {
      if (!request.url().startsWith(url)) problems.push(`asked ${request.url()}`)
    })
    await page.goto(url + path)
    return page
  })
  return { page, problems, store, url }
})

const act = <A>(run: () => Promise<A>) => Effect.promise(run)

const violations = async (page: Page) => {
  // Through the debugger, because the page allows no script but its own.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"))
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      readonly axe: {
        readonly run: () => Promise<{
          readonly violations: ReadonlyArray<{
            readonly id: string
            readonly nodes: ReadonlyArray<{ readonly html: string }>
          }>
        }>
      }
    }
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)
  })
}

describe.skipIf(executablePath === undefined)("the page in Chromium (skipped where none is installed)", () => {
  it.live("shows each definition under its connection, counts what needs attention, and says what cannot be read", () =>
    Effect.gen(function* () {
      const { page, problems } = yield* open()
      yield* act(() => page.getByRole("group", { name: /^Nightly, all servers: / }).waitFor())
      assert.strictEqual(yield* act(() => page.locator(".row .label").count()), 4)
      assert.include(yield* act(() => page.locator(".chip.missed").innerText()), "1")
      assert.include(yield* act(() => page.locator(".chip.static").innerText()), "1 of 2 connections cannot be read")
      assert.include(yield* act(() => page.locator("section h2 .bad").last().innerText()), "the key was revoked")
      assert.isAbove(yield* act(() => page.locator(".blind").count()), 0)
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  it.live("shows vendors' texts as text", () =>
    Effect.gen(function* () {
      const { page, problems } = yield* open()
      yield* act(() => page.locator(".row .label", { hasText: "onerror" }).waitFor())
      assert.strictEqual(yield* act(() => page.locator(".row .label", { hasText: "onerror" }).innerText()), hostile)
      assert.strictEqual(yield* act(() => page.title()), "scanjobs")
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.scoped)
  )

  it.live("filters by a counter and by text, and keeps both in the address", () =>
    Effect.gen(function* () {
      const { page } = yield* open()
      yield* act(() => page.locator(".chip.missed").click())
      yield* act(() => page.locator(".row .label").nth(1).waitFor({ state: "detached" }))
      assert.strictEqual(yield* act(() => page.locator(".row .label").innerText()), "Weekly audit")
      yield* act(() => page.locator(".chip.missed").click())
      yield* act(() => page.getByRole("searchbox").fill("perim"))
      yield* act(() => page.waitForURL(/text=perim/))
      yield* act(() => page.reload())
      yield* act(() => page.locator(".row .label").waitFor())
      assert.strictEqual(yield* act(() => page.locator(".row .label").innerText()), "Perimeter")
    }).pipe(Effect.scoped)
  )

  it.live("is used by keyboard: arrows go through runs and say them, Enter opens one, Escape closes it", () =>
    Effect.gen(function* () {
      const { page } = yield* open()
      yield* act(() => page.getByRole("group", { name: /^Weekly audit: / }).focus())
      yield* act(() => page.keyboard.press("ArrowRight"))
      assert.match(
        yield* act(() => page.locator(".row .heard").innerText()),
        /^Missed: planned for .*, and no run came$/
      )
      yield* act(() => page.keyboard.press("Enter"))
      yield* act(() =>
        page.getByRole("complementary", { name: "Details" }).getByText("As the vendor sent it").waitFor()
      )
      yield* act(() => page.keyboard.press("Escape"))
      yield* act(() => page.getByRole("complementary").waitFor({ state: "detached" }))
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
