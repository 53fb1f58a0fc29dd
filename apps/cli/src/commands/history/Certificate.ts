/**
 * The certificate and the key with which `scanjobs serve` speaks HTTPS.
 */
import type { Server } from "@scanjobs/server"
import { Effect, FileSystem, Option, Redacted, Stream } from "effect"
import { X509Certificate, createPrivateKey } from "node:crypto"
import { UsageProblem } from "../../Problem.ts"

/** Where they are. */
export interface Files {
  readonly cert: Option.Option<string>
  readonly key: Option.Option<string>
}

/** Reads both, or none where none is named, and sees that they belong together. */
export const load: (files: Files) => Effect.Effect<Server.Tls | undefined, UsageProblem, FileSystem.FileSystem> =
  Effect.fnUntraced(function* ({ cert, key }) {
    if (Option.isNone(cert) && Option.isNone(key)) return undefined
    if (Option.isNone(cert)) return yield* new UsageProblem({ message: "--key needs --cert FILE, its certificate" })
    if (Option.isNone(key)) return yield* new UsageProblem({ message: "--cert needs --key FILE, its private key" })
    const certificate = yield* read("--cert", cert.value)
    const secret = yield* read("--key", key.value)
    const parsed = yield* Effect.try({
      try: () => new X509Certificate(certificate),
      catch: () => new UsageProblem({ message: `--cert ${cert.value}: this is no certificate as PEM` })
    })
    const own = yield* Effect.try({
      try: () => createPrivateKey(secret),
      catch: () =>
        new UsageProblem({ message: `--key ${key.value}: this is no private key as PEM without a passphrase` })
    })
    if (!parsed.checkPrivateKey(own)) {
      return yield* new UsageProblem({ message: `--key ${key.value}: this is not the key of ${cert.value}` })
    }
    return { certificate, key: Redacted.make(secret) }
  })

/**
 * Both again, each time that they are others than before. Where they cannot be read or do not belong together, as while one of them is
 * replaced, the log says so, and those that were there last stay.
 */
export const renewals = (
  files: Files,
  first: Server.Tls | undefined
): Stream.Stream<Server.Tls, never, FileSystem.FileSystem> => {
  if (first === undefined) return Stream.empty
  let last = first
  return Stream.tick(every).pipe(
    Stream.mapEffect(() =>
      Effect.catchTag(load(files), "UsageProblem", ({ message }) =>
        Effect.as(Effect.logWarning(`${message}; the certificate from before stays`), undefined)
      )
    ),
    Stream.filter((tls) => tls !== undefined),
    Stream.filter((tls) => {
      const isSame = tls.certificate === last.certificate && Redacted.value(tls.key) === Redacted.value(last.key)
      last = tls
      return !isSame
    })
  )
}

/** How often the files are looked at. */
const every = "1 minute"

const read = (option: string, name: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    Effect.mapError(
      files.readFileString(name),
      ({ message }) => new UsageProblem({ message: `${option} ${name}: ${message}` })
    )
  )
