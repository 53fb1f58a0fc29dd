/**
 * The bytes of pages of AvePoint jobs.
 *
 * A day has a thousand jobs, and a page is a part of one day. Pages of one size therefore differ only in their dates, and are
 * rendered once. Ids are unique over all days, and start times increase.
 */

const jobsOfDay = 1000
const dayMillis = 86_400_000
const firstDay = Date.UTC(1998, 0, 1)
const placeholder = "0000-00-00"
const slack = 256

/** A page that is being sent: its bytes must not change until then. */
export interface Page {
  readonly bytes: Buffer
  readonly done: () => void
}

interface Template {
  readonly text: Buffer
  /** The positions of the date, as `YYYYMMDD` and as `YYYY-MM-DD`. */
  readonly compact: Uint32Array
  readonly dashed: Uint32Array
}

interface Slot {
  readonly bytes: Buffer
  day: number
  length: number
  users: number
}

/** Whether pages may have this size: it must divide the jobs of a day. */
export const isPageSize = (size: number): boolean => size >= 1 && jobsOfDay % size === 0

/** The rows of a page, as JSON with `{"jobs":[` before them, followed by `tail`. */
export type Render = (page: number, tail: string) => Page

/** Renders pages of one size. */
export const render = (size: number): Render => {
  const perDay = jobsOfDay / size
  const templates = Array.from({ length: perDay }, (_, part) => template(part * size, size))
  // Concurrent listings and read-aheads request neighbouring pages.
  const ring: Array<Slot | undefined> = []
  const ringSize = Math.ceil(16 / perDay) * perDay

  return (page, tail) => {
    const from = templates[page % perDay]
    if (from === undefined) throw new Error(`there is no page ${page}`)
    const day = Math.floor(page / perDay)
    const place = page % ringSize
    let slot = ring[place]
    if (slot === undefined || slot.users > 0) {
      slot = { bytes: Buffer.allocUnsafe(from.text.length + slack), day: -1, length: 0, users: 0 }
      from.text.copy(slot.bytes)
      ring[place] = slot
    }
    if (slot.day !== day) stamp(slot.bytes, from, day)
    slot.day = day
    slot.length = from.text.length + slot.bytes.write(tail, from.text.length, "latin1")
    slot.users++
    const used = slot
    return { bytes: slot.bytes.subarray(0, slot.length), done: () => void used.users-- }
  }
}

const stamp = (bytes: Buffer, { compact, dashed }: Template, day: number) => {
  const date = new Date(firstDay + day * dayMillis).toISOString().slice(0, 10)
  const withDashes = Buffer.from(date, "latin1")
  const without = Buffer.from(date.replaceAll("-", ""), "latin1")
  for (const at of compact) bytes.set(without, at)
  for (const at of dashed) bytes.set(withDashes, at)
}

const template = (first: number, size: number): Template => {
  const text = Buffer.from(`{"jobs":[${Array.from({ length: size }, (_, i) => job(first + i)).join(",")}]`, "latin1")
  return { text, compact: placesOf(text, "00000000"), dashed: placesOf(text, placeholder) }
}

const placesOf = (text: Buffer, wanted: string): Uint32Array => {
  const places: Array<number> = []
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) places.push(at)
  return Uint32Array.from(places)
}

const profiles = ["SharePoint sites, daily", "Exchange mailboxes", "Teams and groups", "OneDrive for leavers"]
const outcomes = [2, 2, 2, 2, 4, 2, 2, 2, 3, 2, 2, 5]

/** One job of a day. Only its dates contain eight zeros in a row. */
const job = (index: number): string => {
  const started = index * 86
  const ticks = String(1_111_111 + ((index * 7919) % 8_888_888))
  return JSON.stringify({
    id: `Scan00000000${timeOf(started).replaceAll(":", "")}${String(111_111 + index)}`,
    type: 0,
    state: outcomes[index % outcomes.length],
    startTime: `${placeholder}T${timeOf(started)}.${ticks}+00:00`,
    finishTime: `${placeholder}T${timeOf(started + 20 + (index % 380))}.${ticks}+00:00`,
    scanProfileName: profiles[index % profiles.length],
    category: 0,
    extension: null
  })
}

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19)
