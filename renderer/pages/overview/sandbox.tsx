import type { SandboxState } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { EnvironmentChip } from '#renderer/ui/badges.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'

/** What the sandbox holds, and how far it is while it is being filled. */
export function SandboxProgress({ sandbox }: { sandbox: SandboxState }): React.ReactElement {
  const { t, f } = useWords()
  const loaded = sandbox.tables.filter((table) => table.loaded)
  const rows = loaded.reduce((sum, table) => sum + table.rows, 0)
  const largest = [...sandbox.tables].sort((a, b) => Number(a.loaded) - Number(b.loaded) || b.rows - a.rows).slice(0, 6)
  return (
    <section aria-label={t('overview.sandbox')}>
      <div className="sec-h">
        <h2>{t('overview.sandbox')}</h2>
        <span className="faint">{sandbox.complete ? t('overview.sandboxComplete') : sandbox.ready ? t('overview.sandboxReady') : t('overview.sandboxFilling')}</span>
        <span className="sp" />
        <EnvironmentChip of="sandbox" />
      </div>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <span>{t('overview.tablesLoaded', { loaded: f.n(loaded.length), n: f.n(sandbox.tables.length) })}</span>
        <span className="mut tn">{t('overview.rows', { count: rows, n: f.n(rows) })}</span>
      </div>
      <div style={{ margin: '7px 0 10px' }}>
        <ProgressBar share={sandbox.tables.length === 0 ? 0 : loaded.length / sandbox.tables.length} label={t('overview.sandbox')} done={sandbox.complete} />
      </div>
      <table className="table">
        <tbody>
          {largest.map((table) => (
            <tr key={table.name}>
              <td style={{ width: 22 }}><StateGlyph look={table.loaded ? 'succeeded' : 'ahead'} /></td>
              <td className="mono">{table.name}</td>
              <td className={`n tn${table.loaded ? '' : ' faint'}`}>{f.n(table.rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
