/** Where one stands between plan and result. */
export function Stations({ items, here, label }: { items: readonly { title: string; beside?: string }[]; here: number; label: string }): React.ReactElement {
  return (
    <ol className="stations" aria-label={label}>
      {items.map(({ title, beside }, i) => (
        <li key={title} data-at={i < here ? 'done' : i === here ? 'here' : 'ahead'} aria-current={i === here ? 'step' : undefined}>
          {title}
          {beside && <small>{beside}</small>}
        </li>
      ))}
    </ol>
  )
}
