/**
 * How GitLab reports errors: `{ message }`, which may be an object of lists, `{ error, error_description }`, or plain text.
 */
import { type Reason, Rejection } from "@scanjobs/core"
import { Schema } from "effect"

const Message = Schema.Struct({ message: Schema.Union([Schema.String, Schema.Record(Schema.String, Schema.Unknown)]) })
const OAuth = Schema.Struct({
  error: Schema.String,
  error_description: Schema.optionalKey(Schema.NullOr(Schema.String)),
  scope: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** A code of this package's own: GitLab refuses what its project does not have with this message and no code. */
const forbidden = "403_forbidden"

/** Finds the error in an answer. Without such a body, the HTTP status decides. */
export const reader: Rejection.Reader = Rejection.firstOf(
  Rejection.fromSchema(Message, ({ message }, { status }) =>
    status < 400
      ? undefined
      : {
          code: status === 403 ? forbidden : null,
          message: typeof message === "string" ? message : JSON.stringify(message)
        }
  ),
  Rejection.fromSchema(OAuth, ({ error, error_description }, { status }) =>
    status < 400 ? undefined : { code: error, message: error_description ?? error }
  ),
  ({ body, status }) => (status === 429 && typeof body === "string" ? { code: null, message: body } : undefined)
)

/** What is left of the quota. GitLab tells in every answer of a limited address when the window ends, in epoch seconds. */
export const quotaState: Rejection.QuotaReader = ({ headers }) => {
  const remaining = Number(headers["ratelimit-remaining"] ?? Number.NaN)
  const renewsAt = Number(headers["ratelimit-reset"] ?? Number.NaN) * 1000
  return Number.isInteger(remaining) && renewsAt > 0 ? { remaining, renewsAt } : undefined
}

/** Whether a project itself has nothing to list: CI is switched off in it, or it is archived. */
export const isOff = (reason: Reason.Refusal): boolean => reason._tag === "Forbidden" && reason.code === forbidden

/** Whether there is no such project, or the token may not see it; GitLab does not say which. */
export const isAbsent = (reason: Reason.Refusal): boolean => reason._tag === "VendorRejected" && reason.status === 404

/** What a person can do about a reason. */
export const hint = (reason: Reason.Reason): string | undefined => {
  if (reason._tag === "Unauthorized") return "check that the token is right, has not expired, and is one of this GitLab"
  if (reason._tag === "Forbidden")
    return "check that the token has the scope read_api, and that its user may see CI jobs of the project"
  return reason._tag === "VendorRejected" && reason.status === 404
    ? "check the names in projects and groups, and that the token may see them"
    : undefined
}
