export interface Station {
  readonly title: string
  readonly beside?: string
  /** Given: the station leads there. */
  readonly onGo?: () => void
}

/** Where one stands between plan and result. */
export function Stations({ items, here, label }: { items: readonly Station[]; here: number; label: string }): React.ReactElement {
  return (
    <ol className="stations" aria-label={label}>
      {items.map(({ title, beside, onGo }, i) => (
        <li key={title} data-at={i < here ? 'done' : i === here ? 'here' : 'ahead'} aria-current={i === here ? 'step' : undefined}>
          {onGo ? (
            <button type="button" className="plain" onClick={onGo}>
              {title}
            </button>
          ) : (
            title
          )}
          {beside && <small>{beside}</small>}
        </li>
      ))}
    </ol>
  )
}
