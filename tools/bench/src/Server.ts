/**
 * Both vendors on loopback, in a process of their own. Every answer is prepared bytes.
 *
 * `/JOBS/LATENCY/aos/jobs` is AvePoint's list of so many jobs, and `/JOBS/LATENCY/link/jobs` the same as a bare list with a
 * `Link` header. `/count` counts the requests since the last request to `/count`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { digicertRuns } from "./Target.ts"
import { isPageSize, type Render, render } from "./VendorPages.ts"

/** The counts of the server. */
export interface Count {
  readonly requests: number
  /** The highest number of requests that were open at the same time. */
  readonly atOnce: number
  /** Processor time of the server, in milliseconds. */
  readonly cpu: number
}

const json = { "content-type": "application/json" }
const renders = new Map<number, Render>()

const rendererOf = (size: number): Render => {
  const known = renders.get(size)
  if (known !== undefined) return known
  const made = render(size)
  renders.set(size, made)
  return made
}

let requests = 0
let open = 0
let atOnce = 0
let usage = process.cpuUsage()

const count = (): Count => {
  const { system, user } = process.cpuUsage(usage)
  usage = process.cpuUsage()
  const seen = { requests, atOnce, cpu: (user + system) / 1000 }
  requests = 0
  atOnce = open
  return seen
}

const text = (response: ServerResponse, body: string, status = 200) => {
  response.writeHead(status, { ...json, "content-length": Buffer.byteLength(body) })
  response.end(body)
}

const pageOf = (url: URL, jobs: number) => {
  const size = Number(url.searchParams.get("top") ?? url.searchParams.get("per_page") ?? 1000)
  const skip = Number(url.searchParams.get("skip") ?? (Number(url.searchParams.get("page") ?? 1) - 1) * size)
  return isPageSize(size) && skip % size === 0 && jobs % size === 0 ? { size, skip } : undefined
}

const jobsPage = (response: ServerResponse, url: URL, origin: string, jobs: number) => {
  const page = pageOf(url, jobs)
  if (page === undefined)
    return text(response, '{"error":"pages must divide 1000, and skip and all jobs be whole pages"}', 400)
  const { size, skip } = page
  if (skip >= jobs) return text(response, `{"jobs":[],"totalCount":${jobs},"nextLink":null}`)
  const next = skip + size
  const link = next >= jobs ? "null" : `"${origin}${url.pathname}?top=${size}&skip=${next}"`
  const { bytes, done } = rendererOf(size)(skip / size, `,"totalCount":${jobs},"nextLink":${link}}`)
  response.writeHead(200, { ...json, "content-length": bytes.length })
  response.end(bytes, done)
}

const linkedPage = (response: ServerResponse, url: URL, origin: string, jobs: number) => {
  const page = pageOf(url, jobs)
  if (page === undefined) return text(response, '{"error":"pages must divide 1000"}', 400)
  const { size, skip } = page
  const next = skip + size
  const link = `<${origin}${url.pathname}?per_page=${size}&page=${next / size + 1}>; rel="next"`
  const { bytes, done } = rendererOf(size)(skip / size, "")
  const rows = bytes.subarray('{"jobs":'.length)
  response.writeHead(200, { ...json, "content-length": rows.length, ...(next < jobs ? { link } : {}) })
  response.end(rows, done)
}

const past = Array.from({ length: digicertRuns }, (_, index) => {
  const startTime = Date.UTC(2024, 0, 1) + index * 3_600_000
  return { jobId: String(startTime), state: 15, startTime, endTime: startTime + 60_000, percentageCompleted: 100 }
})

const digicert = (request: IncomingMessage, response: ServerResponse, name: string | undefined) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    if (name === "getScanDetails")
      return text(response, '{"error":null,"data":{"surveyName":"All","currentScanJobList":[]}}')
    const asked: unknown = JSON.parse(Buffer.concat(chunks).toString())
    const { startIndex, pageSize } = asked as { readonly startIndex: number; readonly pageSize: number }
    const scanJobDTOList = name === "pastScanJobs" ? past.slice(startIndex - 1, startIndex - 1 + pageSize) : []
    text(response, JSON.stringify({ error: null, data: { scanJobDTOList, totalCount: 2_147_483_647 } }))
  })
}

const answer = (request: IncomingMessage, response: ServerResponse, origin: string) => {
  const url = new URL(request.url ?? "/", origin)
  const [, jobs = "", latency = "", ...path] = url.pathname.split("/")
  if (jobs === "count") return text(response, JSON.stringify(count()))
  requests++
  open++
  atOnce = Math.max(atOnce, open)
  const send = () => {
    open--
    if (path[0] === "aos") return jobsPage(response, url, origin, Number(jobs))
    if (path[0] === "link") return linkedPage(response, url, origin, Number(jobs))
    if (path[0] === "apicontroller") return digicert(request, response, path.at(-1))
    request.resume()
    return path[0] === "token"
      ? text(response, '{"access_token":"bench-token","expires_in":3600,"token_type":"Bearer"}')
      : text(response, "{}", 404)
  }
  if (Number(latency) > 0) setTimeout(send, Number(latency))
  else send()
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => answer(request, response, origin))
let origin = ""
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = server.address()
  if (typeof address !== "object" || address === null) throw new Error("the server has no port")
  origin = `http://127.0.0.1:${address.port}`
  process.send?.(origin)
})
process.on("disconnect", () => process.exit())
