/**
 * The page in a real browser.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"

export const root = join(import.meta.dirname, "../../..")

/** The browser of this machine; `undefined` where it has none. */
export const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path)
)

let browser: Browser | undefined

/** How long a page may take for anything, in milliseconds. Only what hangs takes so long, also on a machine with much else to do. */
const patience = 120_000

/** Builds the page and starts the browser. */
export const start = async (): Promise<void> => {
  execFileSync(process.execPath, [join(root, "apps/page/build.mjs")], { stdio: "pipe" })
  if (executablePath !== undefined)
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: patience })
}

export const stop = async (): Promise<void> => browser?.close()

/** Opens a server's page. What the page asks of others, or what the browser complains about, is a problem. */
export const show = Effect.fnUntraced(function* (
  url: string,
  path = "",
  { colorScheme = "light", width = 1440 }: { colorScheme?: "light" | "dark"; width?: number } = {}
) {
  const running = browser
  if (running === undefined) return yield* Effect.die(new Error("there is no browser"))
  const context = yield* Effect.acquireRelease(
    Effect.promise(() => running.newContext({ viewport: { width, height: 900 }, colorScheme })),
    (one) => Effect.promise(() => one.close())
  )
  const problems: Array<string> = []
  const page = yield* Effect.promise(async () => {
    context.setDefaultTimeout(patience)
    const page = await context.newPage()
    page.on("pageerror", ({ message }) => problems.push(message))
    page.on("console", (line) => {
      if (line.type() === "error" && !/401|503/.test(line.text())) problems.push(line.text())
    })
    page.on("request", (request) => {
      if (!request.url().startsWith(url)) problems.push(`asked ${request.url()}`)
    })
    await page.goto(url + path)
    return page
  })
  return { context, page, problems }
})

export const act = <A>(run: () => Promise<A>) => Effect.promise(run)

/**
 * Reads something again and again until it passes a check, because a page draws what it hears of in its own time. What does not pass within
 * `patience` fails as the check does.
 */
export const eventually = <A>(read: () => Promise<A>, check: (value: A) => void): Effect.Effect<A> =>
  Effect.gen(function* () {
    const until = performance.now() + patience
    while (true) {
      const value = yield* act(read)
      const failure = yield* Effect.sync((): unknown => {
        try {
          check(value)
          return undefined
        } catch (error) {
          return error
        }
      })
      if (failure === undefined) return value
      if (performance.now() > until) return yield* Effect.die(failure)
      yield* Effect.sleep("50 millis")
    }
  })

/** Reads something until it is this. */
export const becomes = <A>(read: () => Promise<A>, expected: A): Effect.Effect<A> =>
  eventually(read, (value) => assert.deepStrictEqual(value, expected))

/** What breaks a rule of accessibility, or only those of these rules. */
export const violations = async (page: Page, rules?: ReadonlyArray<string>) => {
  // Through the debugger, because the page allows no script but its own.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"))
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      readonly axe: {
        readonly run: (options: object) => Promise<{
          readonly violations: ReadonlyArray<{
            readonly id: string
            readonly nodes: ReadonlyArray<{ readonly html: string }>
          }>
        }>
      }
    }
    return (await axe.run(only === undefined ? {} : { runOnly: only })).violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`
    )
  }, rules)
}
