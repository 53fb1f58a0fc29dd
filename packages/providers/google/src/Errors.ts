/**
 * How Google reports errors: `{ error: { code, message, status, details } }`, where the details say the reason and how long to wait.
 */
import { type Reason, Rejection, Time } from "@scanjobs/core"
import { Schema } from "effect"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Body = Schema.Struct({
  error: Schema.Struct({
    message: Text,
    status: Text,
    details: Schema.optionalKey(
      Schema.NullOr(Schema.Array(Schema.Struct({ "@type": Text, reason: Text, retryDelay: Text })))
    )
  })
})

const isOfType = (type: string) => (detail: { readonly "@type"?: string | null }) =>
  detail["@type"]?.endsWith(`/google.rpc.${type}`) === true

/** Finds the error in an answer. The code is the reason of its `ErrorInfo`, or else its status. */
export const reader: Rejection.Reader = Rejection.fromSchema(Body, ({ error }, { status }) => {
  if (status < 400) return undefined
  const details = error.details ?? []
  const retryAfter = Time.fromDuration(details.find(isOfType("RetryInfo"))?.retryDelay) ?? Number.NaN
  return {
    code: details.find(isOfType("ErrorInfo"))?.reason ?? error.status ?? null,
    message: error.message ?? null,
    ...(Number.isNaN(retryAfter) ? {} : { retryAfter })
  }
})

/** Whether the service is switched off in the project. */
const isOff = (reason: Reason.Refusal): boolean => reason._tag === "Forbidden" && reason.code === "SERVICE_DISABLED"

/** A service that is switched off in the project has nothing to list, and the others go on. */
export const skips = (reason: Reason.Refusal): string | undefined =>
  isOff(reason) ? `the service is switched off in the project: ${reason.detail ?? "SERVICE_DISABLED"}` : undefined

/** The same, for what the service itself has just listed, and what may be deleted meanwhile. */
export const skipsListed = (reason: Reason.Refusal): string | undefined =>
  reason._tag === "VendorRejected" && reason.status === 404
    ? `it was deleted meanwhile: ${reason.detail ?? "not found"}`
    : skips(reason)

/** What a person can do about a reason. */
export const hint = (reason: Reason.Reason): string | undefined => {
  if (reason._tag === "Unauthorized") {
    return "check in the console that the service account and its key are there and enabled, and check the clock of this computer"
  }
  if (reason._tag === "Forbidden") {
    return "grant the service account, in the project, roles/dlp.jobsReader, roles/dlp.jobTriggersReader, roles/cloudsecurityscanner.viewer and roles/dataplex.dataScanViewer"
  }
  return reason._tag === "VendorRejected" && reason.status === 404
    ? "check project and locations, and that the service account may see them"
    : undefined
}
