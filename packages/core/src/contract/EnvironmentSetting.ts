/**
 * A setting that stands for secrets which are found on the machine.
 */
import { Schema, SchemaAST } from "effect"

const key = "@scanjobs/core/environmentSetting"

/**
 * A setting that asks for the secrets which the vendor's own tools find in the environment, in place of secrets in the settings. They are then sent
 * under the same conditions as those: never over plain http to another machine. Declare it optional, with a rule that admits either it or the
 * secrets, so that nothing of the environment counts unless somebody asks for it.
 *
 * **Example** (a token, or the one of the environment)
 *
 * ```ts
 * import { Connection, Credential, Reason } from "@scanjobs/core"
 * import { Config, Effect, Redacted, Schema } from "effect"
 *
 * export const settings = {
 *   token: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
 *   credentials: Schema.optionalKey(Connection.Environment)
 * }
 *
 * export const fromEnvironment = Credential.unwrap(
 *   Config.NonEmptyString("ACME_TOKEN").pipe(
 *     Effect.mapError(() => new Reason.InvalidConnection({ problems: ["credentials: ACME_TOKEN is not set"] })),
 *     Effect.map((token) => Credential.fixed(Redacted.make(token)))
 *   )
 * )
 * ```
 *
 * @since 0.3.0
 * @category schemas
 */
export const Environment = Schema.Literals(["environment"]).annotate({ [key]: true })

const annotated = SchemaAST.resolveAt<boolean>(key)

/** Whether a schema is that of {@link Environment}. */
export const isEnvironment = (ast: SchemaAST.AST): boolean => annotated(ast) === true
