/**
 * Keys of the settings file that belong to a program and not to a connection, such as where it keeps its store.
 *
 * **Example** (a program with a place for its reports)
 *
 * ```ts
 * import { DigiCert } from "@scanjobs/digicert"
 * import { type Sections, Settings } from "@scanjobs/settings"
 * import { Effect, Schema } from "effect"
 *
 * const sections = {
 *   reports: Schema.Struct({ to: Schema.NonEmptyString, key: Schema.optionalKey(Schema.Redacted(Schema.String)) })
 * } satisfies Sections.Sections
 *
 * export const reports = Effect.map(
 *   Settings.load({ providers: [DigiCert], sections }),
 *   (settings): Sections.Values<typeof sections>["reports"] => settings.sections.reports
 * )
 * ```
 */
import type { Schema } from "effect"

/**
 * The keys that a program adds to the settings file, each with the schema of its value. Placeholders are filled in before a value
 * is decoded. What a schema makes `Redacted` is a secret.
 *
 * @since 0.2.0
 * @category models
 */
export type Sections = { readonly [key: string]: Schema.ConstraintDecoder<unknown> }

/**
 * The values of the keys that are in the file.
 *
 * @since 0.2.0
 * @category models
 */
export type Values<S extends Sections> = { readonly [K in keyof S]?: S[K]["Type"] }
