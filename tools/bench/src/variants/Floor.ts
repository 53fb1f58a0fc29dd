/**
 * The minimum that a program does: request, parse, follow the link.
 */
import { request } from "undici"
import type { Meter } from "../Meter.ts"
import { client, firstPageOf, type Target, tokenUrlOf } from "../Target.ts"

/** A job in the vendor's JSON. */
export interface WireJob {
  readonly id: string
  readonly type: number
  readonly state: number
  readonly startTime: string
  readonly finishTime: string | null
  readonly scanProfileName: string | null
  readonly category: number | null
}

/** A page in the vendor's JSON. */
export interface WirePage {
  readonly jobs: ReadonlyArray<WireJob>
  readonly nextLink: string | null
}

const ask = async (url: string, options: Parameters<typeof request>[1] = {}): Promise<unknown> => {
  const { body, statusCode } = await request(url, options)
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode}: ${text}`)
  return JSON.parse(text)
}

/** Fetches a token, as every program here does first. */
export const signIn = async (target: Target): Promise<{ readonly authorization: string }> => {
  const answer = await ask(tokenUrlOf(target), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `grant_type=client_credentials&client_id=${client.id}&client_secret=${client.secret}`
  })
  const { access_token } = answer as { readonly access_token: string }
  return { authorization: `Bearer ${access_token}` }
}

/** The pages, one after another, unchecked. */
export async function* pages(target: Target): AsyncGenerator<unknown, void> {
  const headers = await signIn(target)
  let url: string | null = firstPageOf(target)
  while (url !== null) {
    const page = await ask(url, { headers })
    yield page
    url = (page as WirePage).nextLink
  }
}

/** Counts the vendor's jobs without checking them. */
export const floor = async (target: Target, meter: Meter): Promise<void> => {
  for await (const page of pages(target)) meter.page((page as WirePage).jobs)
}

/** Requests a token and one page: the requests before a run's first job. */
export const bareRequests = async (target: Target): Promise<void> => {
  await ask(firstPageOf(target), { headers: await signIn(target) })
}
