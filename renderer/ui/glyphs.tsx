import type { EnvironmentClass } from '#renderer/api/types.ts'

/** The eight states of the design, and `ahead`: a step whose time has not come. */
export const LOOKS = ['running', 'succeeded', 'failed', 'waiting', 'warning', 'cancelled', 'unproven', 'stale', 'ahead'] as const
export type Look = (typeof LOOKS)[number]

const stroke = { stroke: 'currentColor', strokeLinecap: 'round', strokeLinejoin: 'round' } as const

/* 14 px grid. Outline = information. Filled = needs someone. Dashed = no evidence. */
const GLYPHS: Record<Look, React.ReactNode> = {
  running: (
    <>
      <circle cx="7" cy="7" r="5.2" stroke="currentColor" strokeWidth="1.8" opacity=".25" />
      <path d="M7 1.8A5.2 5.2 0 0 1 12.2 7" {...stroke} strokeWidth="1.8" />
    </>
  ),
  succeeded: <path d="M2.6 7.5 5.6 10.4 11.4 3.8" {...stroke} strokeWidth="1.8" />,
  failed: (
    <>
      <path d="M4.4.8h5.2l3.6 3.6v5.2l-3.6 3.6H4.4L.8 9.6V4.4Z" fill="currentColor" />
      <path d="M4.9 4.9 9.1 9.1M9.1 4.9 4.9 9.1" stroke="var(--sheet)" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  waiting: (
    <>
      <circle cx="7" cy="7" r="5.6" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5.5 5v4M8.5 5v4" {...stroke} strokeWidth="1.5" />
    </>
  ),
  warning: (
    <>
      <path d="M7 1 13.4 12.4H.6Z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      <path d="M7 5.2v3.4M7 10.4v.2" stroke="var(--sheet)" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="7" cy="7" r="5.6" stroke="currentColor" strokeWidth="1.5" />
      <path d="M3.4 10.6 10.6 3.4" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  unproven: (
    <>
      <path d="M7 .9 13.1 7 7 13.1.9 7Z" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2.2 1.5" />
      <path d="M5.7 5.9c0-1.9 2.7-1.8 2.7-.2 0 1-1.4 1.1-1.4 2.2M7 9.5v.1" {...stroke} strokeWidth="1.3" />
    </>
  ),
  stale: (
    <>
      <circle cx="7" cy="7" r="5.6" stroke="currentColor" strokeWidth="1.5" strokeDasharray="1.6 1.9" />
      <path d="M7 3.8V7l2.2 1.5" {...stroke} strokeWidth="1.5" />
    </>
  ),
  ahead: <circle cx="7" cy="7" r="5.2" stroke="currentColor" strokeWidth="1.5" opacity=".55" />,
}

export function StateGlyph({ look, size = 14 }: { look: Look; size?: number }): React.ReactElement {
  return (
    // The whole glyph turns: a part inside an SVG is painted anew on the main thread for every frame, a box is not.
    <svg className={look === 'running' ? 'running turn' : look} width={size} height={size} viewBox="0 0 14 14" fill="none" aria-hidden="true">
      {GLYPHS[look]}
    </svg>
  )
}

/* The fuller the square, the more real the place. */
const SQUARES: Record<EnvironmentClass, React.ReactNode> = {
  sandbox: <rect x="1" y="1" width="10" height="10" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.4 1.7" />,
  development: <rect x="1" y="1" width="10" height="10" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  preproduction: (
    <>
      <rect x="1" y="1" width="10" height="10" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M1 6h10v4a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1Z" fill="currentColor" />
    </>
  ),
  production: <rect x=".4" y=".4" width="11.2" height="11.2" rx="2" fill="currentColor" />,
}

export function EnvironmentSquare({ of, size = 12 }: { of: EnvironmentClass; size?: number }): React.ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {SQUARES[of]}
    </svg>
  )
}

export function Mark(): React.ReactElement {
  return (
    <svg className="mark" viewBox="0 0 18 18" fill="none" aria-hidden="true">
      <path d="M2 12.5h5.2L11 5.5h5" stroke="currentColor" strokeWidth="1.9" strokeLinecap="round" />
      <path d="M11.8 12.5H16" stroke="currentColor" strokeWidth="1.9" strokeLinecap="round" opacity=".5" />
      <circle cx="3.2" cy="5.4" r="1.7" fill="currentColor" />
    </svg>
  )
}
