/**
 * What Entra ID answers to a request for a token that it refuses.
 */

/** A refusal in the words of OAuth. */
interface Refused {
  readonly error: string
  readonly error_description: string
}

interface Asked {
  /** The client that is known. */
  readonly clientId: string
  /** The fields of the request. */
  readonly form: unknown
  readonly trace: string
  /** Epoch milliseconds. */
  readonly now: number
}

const fieldOf = (form: unknown, name: string): unknown =>
  typeof form === "object" && form !== null ? Object.entries(form).find(([key]) => key === name)?.[1] : undefined

/** The numbers that Entra ID has for the refusals of OAuth. */
const numberOf = (error: string, { clientId, form }: Asked): number => {
  if (error === "invalid_scope") return 70_011
  if (error !== "invalid_client") return 900_144
  if (fieldOf(form, "client_assertion") !== undefined) return 700_027
  return fieldOf(form, "client_id") === clientId ? 7_000_215 : 700_016
}

/** The body of the answer. */
export const of = ({ error, error_description }: Refused, asked: Asked): object => {
  const number = numberOf(error, asked)
  const { now, trace } = asked
  const timestamp = new Date(now).toISOString().replace("T", " ").replace(/\.\d+/, "")
  const lines = [`AADSTS${number}: ${error_description}.`, `Trace ID: ${trace}`, `Correlation ID: ${trace}`]
  return {
    error,
    error_description: [...lines, `Timestamp: ${timestamp}`].join("\r\n"),
    error_codes: [number],
    timestamp,
    trace_id: trace,
    correlation_id: trace,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`
  }
}
