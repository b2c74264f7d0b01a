import type { ReactNode } from 'react'

/** A page that has nothing but a picture to show: what it would be about stands in a heading for those who can't see it. */
export function BarePage({ title, children }: { title: string; children: ReactNode }): React.ReactElement {
  return (
    <div style={{ padding: 'var(--gutter)' }}>
      <h1 className="vh">{title}</h1>
      {children}
    </div>
  )
}
