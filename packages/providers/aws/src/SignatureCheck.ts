/**
 * Verifies Signature Version 4 as the services do, from what arrived. It shares nothing with the code that signs.
 */
import { createHash, createHmac } from "node:crypto"

/** A request as it arrived at `now`, in epoch milliseconds. */
export interface Arrived {
  readonly method: string
  /** The path with the query. */
  readonly target: string
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: string
  readonly now: number
}

/** The key that is known. */
export interface Known {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly service: string
  readonly sessionToken: string | undefined
}

/** An error as the services name it. */
export interface Problem {
  readonly type: string
  readonly message: string
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** The region that a request says that it is signed for. */
export const regionOf = (headers: Arrived["headers"]): string => form.exec(headers["authorization"] ?? "")?.[3] ?? ""

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest()
const strict = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte)
      return /[A-Za-z0-9_.~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
    })
    .join("")

/** How old a signature may be, in milliseconds. */
const patience = 300_000

/** Why a request is refused, if it is. */
export const problemOf = (arrived: Arrived, known: Known): Problem | undefined => {
  const { body, headers, method, now, target } = arrived
  const parts = form.exec(headers["authorization"] ?? "")
  if (parts === null) {
    return { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" }
  }
  const [, id = "", day = "", region = "", service = "", names = "", signature = ""] = parts
  const time = headers["x-amz-date"] ?? ""
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z")
  if (id !== known.accessKeyId || (known.sessionToken ?? "") !== (headers["x-amz-security-token"] ?? "")) {
    return {
      type: "UnrecognizedClientException",
      message: "The security token included in the request is invalid."
    }
  }
  if (!(Math.abs(Date.parse(iso) - now) <= patience) || !time.startsWith(day)) {
    return { type: "RequestTimeTooSkewed", message: `Signature expired: ${time} is too far from now` }
  }
  const [path = "", query = ""] = target.split("?")
  const canonical = [
    method,
    path.split("/").map(strict).join("/"),
    query
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => {
        const [name = "", value = ""] = pair.split("=").map((text) => decodeURIComponent(text.replaceAll("+", " ")))
        return `${strict(name)}=${strict(value)}`
      })
      .toSorted()
      .join("&"),
    ...names.split(";").map((name) => `${name}:${(headers[name] ?? "").trim()}`),
    "",
    names,
    sha256(body)
  ].join("\n")
  const scope = `${day}/${region}/${service}/aws4_request`
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${known.secretAccessKey}`)
  const expected = hmac(key, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n")).toString("hex")
  const isWhole = ["host", "x-amz-date"].every((name) => names.split(";").includes(name))
  return expected === signature && service === known.service && isWhole
    ? undefined
    : {
        type: "InvalidSignatureException",
        message: "The request signature we calculated does not match the signature you provided."
      }
}
