/**
 * Runs the conformance suite of a provider, one of whose files is changed as it is loaded. Ends with 0 if every check passes, else with 1.
 *
 * Usage: `node --conditions=@scanjobs/source mutant.ts '{"root": …, "file": …, "start": …, "end": …, "text": …}'`.
 */
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { applied } from "./mutations.ts"

interface Given {
  readonly root: string
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}

/** `mutants.ts` writes this argument. */
const given = JSON.parse(process.argv[2] ?? "") as Given
const changed = pathToFileURL(given.file).href

registerHooks({
  load: (url, context, next) =>
    url === changed
      ? { format: "module-typescript", source: applied(readFileSync(given.file, "utf8"), given), shortCircuit: true }
      : next(url, context)
})

type Subject = Conformance.Subject<string, {}, {}, never>

/** What a provider's test exports is known when it runs. A package may have several providers, with a subject for each. */
const isSubject = (exported: unknown): exported is Subject =>
  typeof exported === "object" && exported !== null && "provider" in exported && "start" in exported

const tests: object = await import(pathToFileURL(join(given.root, "test/Subject.ts")).href)
const { Conformance: conformance } = await import("@scanjobs/testing")
const checks = Object.values(tests)
  .filter(isSubject)
  .flatMap((subject) => conformance.checks(subject))
  .filter(({ skip }) => skip === undefined)
const all = Effect.forEach(checks, ({ run }) => Effect.scoped(run), { concurrency: 6, discard: true })
process.exit(await Effect.runPromise(Effect.match(all, { onFailure: () => 1, onSuccess: () => 0 })))
