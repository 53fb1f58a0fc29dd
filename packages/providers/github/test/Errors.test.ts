import { GitHub } from "@scanjobs/github"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import { Deadlines, RateLimit, RetryPolicy } from "@scanjobs/core"
import { type Emulator, Faults, AcceleratedClock } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import * as Account from "./Account.ts"

const { published } = GitHubEmulator

/** Serves one repository. */
const serve = (repository: Partial<GitHubEmulator.Repository>, options: GitHubEmulator.Options = {}) =>
  GitHubEmulator.serve({
    repositories: [{ ...published, codeScanning: [], secretScanning: {}, ...repository }],
    ...options
  })

describe("a refusal", () => {
  const refused = (answer: Emulator.Fault, pageSize = 100) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(5) }, { fault: Faults.on("analyses", answer) })
      return yield* Account.read(Account.connect(vendor, { pageSize }), { listings: ["codeScanning"] })
    })
  it.live("of the token is Unauthorized, after one request", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({})
      const { error } = yield* Account.read(Account.connect(vendor, { token: Redacted.make("canary-4711") }))
      assert.strictEqual(error?.reason._tag, "Unauthorized")
      assert.include(error?.message, "Bad credentials")
      assert.notInclude(String(error?.message), "canary-4711")
      assert.lengthOf(yield* vendor.ledger.entries, 1)
    })
  )

  it.live("after the first page is a failure", () =>
    Effect.gen(function* () {
      const off = Faults.from(2, Account.answering(403, { message: "Resource not accessible", documentation_url: "" }))
      const { error, jobs, notes } = yield* refused(off, 2)
      assert.deepStrictEqual([error?.reason._tag, jobs.length, notes], ["Forbidden", 2, []])
    })
  )

  it.live.each([
    [
      "single sign-on",
      Account.answering(403, { message: "no" }, { "x-github-sso": "required; url=https://github.com/orgs/o/sso" }),
      "authorize the token for the organization's single sign-on"
    ],
    [
      "organization SAML enforcement",
      Account.answering(403, { message: "Resource protected by organization SAML enforcement." }),
      "single sign-on"
    ],
    [
      "a fine-grained token's permissions",
      Account.answering(403, { message: "Resource not accessible by personal access token" }),
      "the permission to read code scanning alerts"
    ],
    [
      "an IP allow list",
      Account.answering(403, {
        message: "the `o` organization has an IP allow list enabled, and 1.2.3.4 is not permitted"
      }),
      "add the address of this machine"
    ],
    [
      "the role of the user",
      Account.answering(403, { message: "You are not authorized to read code scanning alerts." }),
      "scope"
    ],
    [
      "missing scopes, told as a 404",
      Account.answering(
        404,
        { message: "Not Found" },
        { "x-oauth-scopes": "gist, read:org", "x-accepted-oauth-scopes": "repo, security_events" }
      ),
      "needs the scope security_events"
    ],
    [
      "single sign-on that cuts the list",
      Account.answering(200, [], { "x-github-sso": "partial-results; organizations=21955855" }),
      "single sign-on"
    ]
  ] as const)("about the credential, by %s, is a failure, not a note", ([, fault, advice]) =>
    Effect.gen(function* () {
      const { error, notes } = yield* refused(fault)
      assert.deepStrictEqual([error?.reason._tag, notes], ["Forbidden", []])
      assert.include(error?.message, advice)
    })
  )

  it.live.each([
    [
      "disabled",
      Account.answering(404, { message: "Code scanning is disabled on this repository." }),
      "code scanning is off"
    ],
    ["not enabled", Account.answering(403, { message: "Code scanning is not enabled for this repository." }), "is off"],
    ["a paid feature", Account.answering(403, { message: "Upgrade to GitHub Pro to enable this feature." }), "is off"],
    ["blocked by law", Account.answering(451, { message: "Repository access blocked" }), "the repository is blocked"],
    [
      "blocked",
      Account.answering(403, { message: "Repository access blocked", block: { reason: "tos" } }),
      "the repository is blocked"
    ]
  ] as const)("because the feature or the repository is %s is a note", ([, fault, note]) =>
    Effect.gen(function* () {
      const { error, notes } = yield* refused(fault)
      assert.isUndefined(error)
      assert.lengthOf(notes, 1)
      assert.include(notes[0], note)
    })
  )

  it.live.each([
    ["a proxy's 403", Faults.html(403), "VendorRejected"],
    ["a 404 of another server", Faults.html(404), "VendorRejected"],
    ["a 503 that stays", Faults.status(503), "Unavailable"],
    ["a 422", Account.answering(422, { message: "Validation Failed" }), "VendorRejected"]
  ] as const)("that is %s is a failure", ([, fault, tag]) =>
    Effect.gen(function* () {
      const { error, notes } = yield* refused(fault)
      assert.deepStrictEqual([error?.reason._tag, notes], [tag, []])
    })
  )
})

/** In seconds: how far apart attempts arrived, and how long the provider waited between them. */
interface Waits {
  readonly gaps: ReadonlyArray<number>
  readonly waited: ReadonlyArray<number>
}

describe("throttling", () => {
  /** How long the provider waits before each further attempt, in seconds, under an accelerated clock, up to the first good answer. */
  const waits = (answer: Emulator.Fault, times = 1) => {
    const sleeps: Array<number> = []
    return Effect.gen(function* () {
      const vendor = yield* serve(
        { codeScanning: Account.analyses(3) },
        { fault: Faults.on("analyses", (entry, nth) => (nth <= times ? answer(entry, nth) : undefined)) }
      )
      const jobs = yield* GitHub.jobs(Account.connect(vendor), {}, { listings: ["codeScanning"] }).pipe(
        Stream.runCollect,
        Effect.provide(
          Layer.mergeAll(
            NodeHttpClient.layerUndici,
            RetryPolicy.layer({ base: "1 millis", max: "1 millis", maxRetryAfter: "10 minutes" }),
            Deadlines.layer({ attempt: "10 hours", page: "10 hours" })
          )
        )
      )
      assert.lengthOf(jobs, 3)
      const asked = yield* vendor.ledger.to("analyses")
      const gaps = asked.slice(1).map(({ time }, index) => (time - (asked[index]?.time ?? 0)) / 1000)
      // Waits for an answer are shorter, and deadlines are hours.
      return { gaps, waited: sleeps.map((millis) => millis / 1000).filter((wait) => wait >= 30 && wait < 1800) }
    }).pipe(AcceleratedClock.accelerate(500, (millis) => sleeps.push(millis)))
  }
  const assertWaits = ({ gaps, waited }: Waits, floors: ReadonlyArray<number>) => {
    assert.deepStrictEqual([gaps.length, waited.length], [floors.length, floors.length], waited.join())
    // Under an accelerated clock, an answer takes minutes where the machine is busy.
    for (const [index, floor] of floors.entries()) {
      assert.isAtLeast(gaps[index] ?? 0, floor)
      assert.isAtMost(waited[index] ?? Infinity, floor * 1.25)
    }
  }

  for (const status of [403, 429] as const) {
    it.live(`with ${status} is waited out as Retry-After says`, () =>
      Effect.gen(function* () {
        assertWaits(yield* waits(GitHubEmulator.secondaryLimit("90 seconds", status)), [90])
      })
    )

    it.live(`with ${status} is waited out until the limit is reset`, () =>
      Effect.gen(function* () {
        assertWaits(yield* waits(GitHubEmulator.primaryLimit("200 seconds", status)), [200])
      })
    )

    it.live(
      `with ${status} is waited out for a minute, and then for longer each time, where the answer does not say`,
      () =>
        Effect.gen(function* () {
          assertWaits(yield* waits(GitHubEmulator.secondaryLimit(undefined, status), 3), [60, 120, 240])
        })
    )
  }

  it.live.each([
    ["Advanced Security must be enabled for this repository to use code scanning.", undefined, 1],
    ["Resource not accessible by personal access token", "Forbidden", 0]
  ] as const)("is not what an answer means that spent the last request of the hour: %s", ([message, tag, count]) =>
    Effect.gen(function* () {
      const fault = Account.answering(
        403,
        { message },
        { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" }
      )
      const vendor = yield* serve({}, { fault: Faults.on("analyses", fault) })
      const { error, notes } = yield* Account.read(Account.connect(vendor), { listings: ["codeScanning"] })
      assert.deepStrictEqual([error?.reason._tag, notes.length], [tag, count])
      assert.lengthOf(yield* vendor.ledger.to("analyses"), 1)
    })
  )

  it.live("is avoided: after the last request of the hour, the next one waits for the next hour", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(3) }, { limit: 2 })
      const account = Account.connect(vendor, { pageSize: 2 })
      const jobs = yield* GitHub.jobs(account, {}, { listings: ["codeScanning"] }).pipe(
        Stream.runCollect,
        Effect.provide(
          Layer.mergeAll(
            NodeHttpClient.layerUndici,
            RateLimit.layerUnlimited,
            Deadlines.layer({ attempt: "10 hours", page: "10 hours", listing: "10 hours" })
          )
        )
      )
      assert.lengthOf(jobs, 3)
      const [first, second, third, ...more] = yield* vendor.ledger.entries
      assert.deepStrictEqual(
        [first, second, third].map((entry) => entry?.status),
        [200, 200, 200]
      )
      assert.lengthOf(more, 0)
      assert.isAtLeast((third?.time ?? 0) - (first?.time ?? 0), 3_600_000)
    }).pipe(AcceleratedClock.accelerate(5000, () => undefined))
  )

  it.live("with an empty 429 is waited out", () =>
    Effect.gen(function* () {
      assertWaits(yield* waits(Faults.status(429)), [60])
    })
  )

  it.live("for longer than the policy allows is RateLimited at once, with the time to wait", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({}, { fault: GitHubEmulator.primaryLimit("70 minutes") })
      const { error, notes } = yield* Account.read(Account.connect(vendor))
      assert.strictEqual(error?.reason._tag, "RateLimited")
      const retryAfter = error?.reason._tag === "RateLimited" ? (error.reason.retryAfter ?? 0) : 0
      assert.closeTo(retryAfter, 70 * 60_000, 60_000)
      assert.match(error?.message ?? "", /the quota renews at 20\d\d-\d\d-/)
      assert.lengthOf(notes, 0)
      assert.lengthOf(yield* vendor.ledger.entries, 1)
    })
  )
})
