import type { ReactNode } from 'react'
import { ProgressBar } from './progress.tsx'

/** Four to six label and value pairs between hairlines. */
export function FigureStrip({ children, label }: { children: ReactNode; label: string }): React.ReactElement {
  return (
    <dl className="fig" aria-label={label}>
      {children}
    </dl>
  )
}

export interface FigureProps {
  readonly label: string
  readonly value: ReactNode
  /** The limit, the age or the whole that the number belongs to. */
  readonly beside?: ReactNode
  readonly share?: number | null
  readonly tone?: 'running' | 'done'
  readonly width?: number
  readonly children?: ReactNode
}

export function Figure({ label, value, beside, share, tone = 'running', width, children }: FigureProps): React.ReactElement {
  return (
    <div style={width ? { width } : undefined}>
      <dt>{label}</dt>
      <dd>
        <span>{value}</span>
        {beside && <small>{beside}</small>}
        {children}
      </dd>
      {share !== undefined && (
        <dd className="bar-cell" aria-hidden="true">
          <ProgressBar share={share} done={tone === 'done'} />
        </dd>
      )}
    </div>
  )
}
