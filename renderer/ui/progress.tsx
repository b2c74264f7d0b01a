/** A line of 4 px. `share` 0 to 1; null = it moves, and nobody knows how far. Without a label it is decoration. */
export function ProgressBar({ share, label, done = false }: { share: number | null; label?: string; done?: boolean }): React.ReactElement {
  const known = share !== null
  const bar = <i style={known ? { transform: `translateX(${(Math.min(1, Math.max(0, share)) - 1) * 100}%)` } : undefined} />
  const className = `pbar${done ? ' done' : ''}${known ? '' : ' unknown'}`
  if (!label) return <div className={className}>{bar}</div>
  return (
    <div className={className} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={known ? Math.round(share * 100) : undefined}>
      {bar}
    </div>
  )
}
