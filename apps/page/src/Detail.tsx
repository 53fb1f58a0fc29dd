/**
 * One job: in words, its fields, its history, and what the vendor sent.
 */
import { useEffect, useRef, useState } from "preact/hooks"
import * as Model from "./model.ts"
import { messageOf, read } from "./read.ts"
import * as Zone from "./zone.ts"

export interface DetailProps {
  readonly id: string
  readonly now: number
  readonly zone: Zone.Zone
  readonly turn: number
  readonly onClose: () => void
}

const words = (text: string | null) => (text ?? "gone").replaceAll("_", " ")

export const DetailView = ({ id, now, onClose, turn, zone }: DetailProps) => {
  const [detail, setDetail] = useState<Model.Detail>()
  const [problem, setProblem] = useState<string>()
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const abort = new AbortController()
    const load = async () => {
      try {
        setDetail(await read<Model.Detail>(`api/v1/jobs/${encodeURIComponent(id)}`, abort.signal))
        setProblem(undefined)
      } catch (error) {
        if (!abort.signal.aborted) setProblem(messageOf(error))
      }
    }
    void load()
    return () => abort.abort()
  }, [id, turn])
  const opener = useRef<Element | null>(null)
  useEffect(() => {
    const { activeElement } = document
    if (close.current?.closest("aside")?.contains(activeElement) === false) opener.current = activeElement
    close.current?.focus()
  }, [id])
  // Who goes on by keyboard goes on from where the details were opened.
  useEffect(
    () => () => {
      const { current } = opener
      if (current instanceof HTMLElement || current instanceof SVGElement) current.focus()
    },
    []
  )
  const job = detail?.job.id === id ? detail.job : undefined
  const definition = job === undefined ? null : (detail?.definition ?? null)
  const longest = definition?.longest ?? null
  const mark = job === undefined ? null : Model.markOf(job, longest, now)
  const page = Model.pageOf(job?.link ?? null)
  const raw = job?.raw ?? null
  const time = (text: string | null) => (text === null ? null : Zone.moment(Date.parse(text), zone))
  const fields: ReadonlyArray<readonly [string, string | null | undefined]> = [
    ["Connection", job?.connection],
    ["Provider", job?.provider],
    ["Category", job?.category],
    ["Scope", job?.scope],
    ["Definition", job?.definitionId],
    ["Vendor's id", job?.vendorId],
    ["Vendor's state", job?.vendorState],
    [job?.kind === "run" ? "Started" : "Planned for", job === undefined ? null : time(job.startTime)],
    ["Finished", job === undefined ? null : time(job.finishTime)],
    ["First seen", job === undefined ? null : Zone.moment(job.firstSeen, zone)],
    ["Detail", job?.detail]
  ]
  return (
    <aside class="detail" aria-label="Details">
      <header>
        <h2>{definition === null ? (job?.name ?? "Job") : Model.nameOf(definition)}</h2>
        <button type="button" ref={close} onClick={onClose} aria-label="Close details">
          ✕
        </button>
      </header>
      {mark === null ? null : <p class="sentence">{Model.sentence(mark, longest, now, zone)}.</p>}
      {page === null ? null : (
        <p>
          <a href={page.href} target="_blank" rel="noopener noreferrer">
            Open at {page.host}
          </a>
        </p>
      )}
      {problem === undefined ? null : (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
      <dl>
        {fields.map(([name, value]) =>
          value === null || value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          )
        )}
      </dl>
      {detail === undefined || detail.changes.length === 0 ? null : (
        <>
          <h3>History</h3>
          <ol class="history">
            {detail.changes.map(({ at, id, now, was, what }) => (
              <li key={id}>
                <time>{Zone.moment(at, zone)}</time> {what === "new" ? "new: " : was === null ? "" : `${words(was)} → `}
                <b>{words(now)}</b>
              </li>
            ))}
          </ol>
        </>
      )}
      {raw === null ? null : (
        <details>
          <summary>As the vendor sent it</summary>
          <pre tabIndex={0}>{JSON.stringify(raw, null, 2)}</pre>
        </details>
      )}
    </aside>
  )
}
