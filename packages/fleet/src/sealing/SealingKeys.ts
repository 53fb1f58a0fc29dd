/**
 * Encrypts the settings of connections that are kept in the database, with a key that is not in it.
 *
 * **Details**
 *
 * - AES-256-GCM. The name of the connection is authenticated with it, so that a sealed text opens for its own connection only.
 * - A sealed text names its key by a digest. The first key seals; all of them open. To replace a key, put the new one first, seal all
 *   connections again, and then take the old one away.
 *
 * **Example** (what only a holder of the key reads)
 *
 * ```ts run
 * import { SealingKeys } from "@scanjobs/fleet"
 * import { Effect, Redacted } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const keys = yield* SealingKeys.make([Redacted.make("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")])
 *   const sealed = yield* keys.seal("production", "the settings")
 *   return yield* keys.open("production", sealed)
 * })
 * console.log(await Effect.runPromise(program)) // the settings
 * ```
 *
 * **Example** (what to do about one that does not open)
 *
 * ```ts
 * import type { SealingKeys } from "@scanjobs/fleet"
 *
 * export const advice = (error: SealingKeys.CannotUnseal | SealingKeys.InvalidSealingKey): string => {
 *   if (error._tag === "InvalidSealingKey") return `mend key ${error.position}`
 *   return error.isKnown ? `import ${error.connection} again` : `add the key ${error.keyId}`
 * }
 * ```
 */
import { Effect, Layer, Redacted, Result, Schema } from "effect"
import { Aead, Digest, SecureRandom } from "effect/crypto"
import { Base64, Base64Url, Hex } from "effect/encoding"

/**
 * A text is no sealing key: 32 bytes in Base64, such as `openssl rand -base64 32` gives.
 *
 * @since 0.2.0
 * @category errors
 */
export class InvalidSealingKey extends Schema.TaggedError<InvalidSealingKey>()("InvalidSealingKey", {
  /** The place of the key in the list, from 1. */
  position: Schema.Int
}) {
  override get message(): string {
    return `sealing key ${this.position}: expected 32 bytes in Base64; make one with: openssl rand -base64 32`
  }
}

/**
 * A sealed text cannot be opened: its key is not among those that are given, or it was changed.
 *
 * @since 0.2.0
 * @category errors
 */
export class CannotUnseal extends Schema.TaggedError<CannotUnseal>()("CannotUnseal", {
  connection: Schema.String,
  /** Which key it needs; `null` where the text is not a sealed one. */
  keyId: Schema.NullOr(Schema.String),
  /** Whether that key is among those that are given. */
  isKnown: Schema.Boolean
}) {
  override get message(): string {
    if (this.keyId === null)
      return `${this.connection}: its settings in the database are no sealed text: import it again`
    return this.isKnown
      ? `${this.connection}: its settings in the database do not fit their seal: import it again`
      : `${this.connection}: its settings are sealed with the key ${this.keyId}, which is not among the given ones`
  }
}

/**
 * Keys that seal and open.
 *
 * @since 0.2.0
 * @category models
 */
export interface SealingKeys {
  /** Identifies the key that seals: the first eight digits of its SHA-256 digest. */
  readonly keyId: string
  readonly seal: (connection: string, text: string) => Effect.Effect<string>
  readonly open: (connection: string, sealed: string) => Effect.Effect<string, CannotUnseal>
}

/** How a sealed text begins. The number changes with the format. */
const format = "sealed1"

const crypto = Layer.merge(Digest.layerWebCrypto, Layer.provideMerge(Aead.layerWebCrypto, SecureRandom.layerWebCrypto))

const bytesOf = (text: string) => new TextEncoder().encode(text)

/**
 * Makes the keys of their texts. The first one seals.
 *
 * @since 0.2.0
 * @category constructors
 */
export const make: (
  texts: readonly [Redacted.Redacted, ...ReadonlyArray<Redacted.Redacted>]
) => Effect.Effect<SealingKeys, InvalidSealingKey> = Effect.fnUntraced(function* (texts) {
  const aead = yield* Aead.Aead
  const digest = yield* Digest.Digest
  const random = yield* SecureRandom.SecureRandom
  const keyOf = Effect.fnUntraced(function* (text: Redacted.Redacted, index: number) {
    const invalid = () => new InvalidSealingKey({ position: index + 1 })
    const bytes = Result.getOrElse(Base64.decode(Redacted.value(text).trim()), () => new Uint8Array())
    const key = yield* Effect.mapError(Aead.key(Aead.aes256Gcm, bytes), invalid)
    const hash = yield* Effect.orDie(digest.digest(Digest.sha256, bytes))
    return { key, id: Hex.encode(hash).slice(0, 8) }
  })
  const first = yield* keyOf(texts[0], 0)
  const others = yield* Effect.forEach(texts.slice(1), (text, index) => keyOf(text, index + 1))
  const known = new Map([...others, first].map(({ id, key }) => [id, key]))

  const seal = Effect.fnUntraced(function* (connection: string, text: string) {
    const nonce = yield* random.randomBytes(Aead.aes256Gcm.nonceLength)
    const sealed = yield* aead.encrypt(first.key, bytesOf(text), { nonce, aad: bytesOf(connection) })
    return [format, first.id, Base64Url.encode(nonce), Base64Url.encode(sealed)].join(".")
  }, Effect.orDie)

  const open = Effect.fnUntraced(function* (connection: string, sealed: string) {
    const [begin, id, nonce = "", text = "", ...more] = sealed.split(".")
    if (begin !== format || id === undefined || more.length > 0) {
      return yield* new CannotUnseal({ connection, keyId: null, isKnown: false })
    }
    const key = known.get(id)
    if (key === undefined) return yield* new CannotUnseal({ connection, keyId: id, isKnown: false })
    const opened = Effect.gen(function* () {
      const parts = { nonce: Base64Url.decode(nonce), sealed: Base64Url.decode(text) }
      if (Result.isFailure(parts.nonce)) return yield* Effect.fail(parts.nonce.failure)
      if (Result.isFailure(parts.sealed)) return yield* Effect.fail(parts.sealed.failure)
      return yield* aead.decrypt(key, parts.sealed.success, { nonce: parts.nonce.success, aad: bytesOf(connection) })
    })
    const bytes = yield* Effect.mapError(opened, () => new CannotUnseal({ connection, keyId: id, isKnown: true }))
    return new TextDecoder().decode(bytes)
  })
  return { keyId: first.id, seal, open }
}, Effect.provide(crypto))
