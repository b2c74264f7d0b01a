import { SegmentedControl } from '@mantine/core'
import { Fragment, useMemo, useRef, useState } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { diffLines, foldSame, type DiffLine } from './diff-lines.ts'

export interface DiffViewProps {
  readonly label: string
  readonly before: string
  readonly after: string
  /** What the two sides are: "Run 11", "Run 12". */
  readonly beforeTitle: string
  readonly afterTitle: string
  /** Lines kept around a change; null shows all. */
  readonly context?: number | null
}

interface Pair {
  readonly left: DiffLine | null
  readonly right: DiffLine | null
}

/** Two texts compared, in one column or side by side. A change is a sign and a word for screen readers, never colour alone. */
export function DiffView({ label, before, after, beforeTitle, afterTitle, context = 3 }: DiffViewProps): React.ReactElement {
  const { t, f } = useWords()
  const [sides, setSides] = useState(false)
  const [all, setAll] = useState(context === null)
  const box = useRef<HTMLDivElement>(null)
  const lines = useMemo(() => diffLines(linesOf(before), linesOf(after)), [before, after])
  const shown = useMemo(() => (all ? lines : foldSame(lines, context ?? 3)), [lines, all, context])
  const added = lines.filter(({ kind }) => kind === 'added').length
  const removed = lines.filter(({ kind }) => kind === 'removed').length
  const jump = (): void => {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('[data-first]') ?? [])]
    const top = box.current?.getBoundingClientRect().top ?? 0
    const next = rows.find((row) => row.getBoundingClientRect().top > top + 40) ?? rows[0]
    next?.scrollIntoView({ block: 'start' })
    if (box.current && next) box.current.scrollTop -= 30
  }
  return (
    <section className="diff" aria-label={label}>
      <div className="diff-head">
        <h2>{label}</h2>
        <span className="faint meta">{added + removed === 0 ? t('ui.diff.equal') : t('ui.diff.counts', { added: f.n(added), removed: f.n(removed) })}</span>
        <span className="sp" />
        {added + removed > 0 && (
          <button type="button" className="link sm" onClick={jump}>
            {t('ui.diff.next')}
          </button>
        )}
        <button type="button" className="link sm" aria-pressed={all} onClick={() => setAll(!all)}>
          {all ? t('ui.diff.onlyChanges') : t('ui.diff.whole')}
        </button>
        <SegmentedControl
          aria-label={t('ui.diff.layout')}
          value={sides ? 'sides' : 'one'}
          onChange={(value) => setSides(value === 'sides')}
          data={[
            { value: 'one', label: t('ui.diff.one') },
            { value: 'sides', label: t('ui.diff.sides') },
          ]}
        />
      </div>
      <div ref={box} className="diff-box" role="group" aria-label={label} tabIndex={0}>
        {lines.length === 0 ? <p className="log-empty">{t('ui.diff.empty')}</p> : sides ? <Sides lines={shown} beforeTitle={beforeTitle} afterTitle={afterTitle} /> : <One lines={shown} />}
      </div>
    </section>
  )
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
const SIGN = { same: ' ', removed: '−', added: '+', skipped: '' } as const

function One({ lines }: { lines: readonly DiffLine[] }): React.ReactElement {
  const { t } = useWords()
  return (
    <table className="diff-table">
      <tbody>
        {lines.map((line, i) =>
          line.kind === 'skipped' ? (
            <tr key={i} className="skipped">
              <td colSpan={3}>{t('ui.diff.skipped', { count: Number(line.text), n: line.text })}</td>
            </tr>
          ) : (
            <tr key={i} className={line.kind} data-first={firstOf(lines, i) ? '' : undefined}>
              <td className="ln">{line.before ?? ''}</td>
              <td className="ln">{line.after ?? ''}</td>
              <Text line={line} />
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}

function Sides({ lines, beforeTitle, afterTitle }: { lines: readonly DiffLine[]; beforeTitle: string; afterTitle: string }): React.ReactElement {
  const { t } = useWords()
  return (
    <table className="diff-table sides">
      <thead>
        <tr>
          <th colSpan={2}>{beforeTitle}</th>
          <th colSpan={2}>{afterTitle}</th>
        </tr>
      </thead>
      <tbody>
        {pairsOf(lines).map(({ left, right }, i) =>
          left?.kind === 'skipped' ? (
            <tr key={i} className="skipped">
              <td colSpan={4}>{t('ui.diff.skipped', { count: Number(left.text), n: left.text })}</td>
            </tr>
          ) : (
            <tr key={i} data-first={(left?.kind ?? right?.kind) === 'same' ? undefined : ''}>
              {[left, right].map((line, side) => (
                <Fragment key={side}>
                  <td className={`ln ${line?.kind ?? 'void'}`}>{(side === 0 ? line?.before : line?.after) ?? ''}</td>
                  {line ? <Text line={line} /> : <td className="void" />}
                </Fragment>
              ))}
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}

function Text({ line }: { line: DiffLine }): React.ReactElement {
  const { t } = useWords()
  return (
    <td className={`tx ${line.kind}`}>
      <span className="sign" aria-hidden="true">
        {SIGN[line.kind]}
      </span>
      {(line.kind === 'added' || line.kind === 'removed') && <span className="vh">{t(`ui.diff.${line.kind}`)}</span>}
      {line.text}
    </td>
  )
}

const firstOf = (lines: readonly DiffLine[], i: number): boolean => {
  const changed = (line: DiffLine | undefined): boolean => line?.kind === 'added' || line?.kind === 'removed'
  return changed(lines[i]) && !changed(lines[i - 1])
}

/** Removed and added lines of one change beside each other. */
export function pairsOf(lines: readonly DiffLine[]): Pair[] {
  const pairs: Pair[] = []
  let i = 0
  while (i < lines.length) {
    const line = lines[i]
    if (!line) break
    if (line.kind === 'same' || line.kind === 'skipped') {
      pairs.push({ left: line, right: line })
      i++
      continue
    }
    const removed: DiffLine[] = []
    const added: DiffLine[] = []
    for (let next = lines[i]; next && (next.kind === 'removed' || next.kind === 'added'); next = lines[++i]) (next.kind === 'removed' ? removed : added).push(next)
    for (let k = 0; k < Math.max(removed.length, added.length); k++) pairs.push({ left: removed[k] ?? null, right: added[k] ?? null })
  }
  return pairs
}
