import { Children, useEffect, type ReactNode } from 'react'

export interface PageHeadProps {
  /** A sentence with the verdict. */
  readonly title: string
  readonly badge?: ReactNode
  /** Two to four facts, one child each. */
  readonly children?: ReactNode
  /** Up to three; at most one of them in ink. */
  readonly actions?: ReactNode
  /** Why an action is grey. */
  readonly why?: string | null
}

export function PageHead({ title, badge, children, actions, why }: PageHeadProps): React.ReactElement {
  useEffect(() => {
    document.title = `${title} · Régie`
  }, [title])
  const facts = Children.toArray(children)
  return (
    <header className="head">
      <div>
        <h1>
          <span>{title}</span>
          {badge}
        </h1>
        {facts.length > 0 && (
          <p className="sub">
            {facts.map((fact, i) => (
              <span key={i}>{fact}</span>
            ))}
          </p>
        )}
      </div>
      <div className="acts">
        {why && <span className="why">{why}</span>}
        {actions}
      </div>
    </header>
  )
}
