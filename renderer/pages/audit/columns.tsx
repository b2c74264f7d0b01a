import { useMemo } from 'react'
import type { AuditEntry } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { usePlace } from '#renderer/shell/environment.tsx'
import type { Column } from '#renderer/ui/data-table.tsx'
import { EnvironmentSquare, StateGlyph } from '#renderer/ui/glyphs.tsx'
import { Moment } from '#renderer/ui/time.tsx'
import { lookOf } from './looks.ts'

/** Number, time, who, where, what; without who and where while an entry is open beside them. */
export function useAuditColumns(open: boolean): readonly Column<AuditEntry>[] {
  const { t, f } = useWords()
  const { info } = usePlace()
  return useMemo(() => {
    const all: Column<AuditEntry>[] = [
      { id: 'seq', title: t('audit.entry'), width: '72px', numeric: true, value: ({ seq }) => seq, render: ({ seq }) => <span className="mut tn">{f.n(seq)}</span> },
      { id: 'at', title: t('audit.at'), width: '96px', value: ({ at }) => at, render: ({ at }) => <span className="mut tn"><Moment at={at} utc /></span> },
      { id: 'actor', title: t('audit.who'), width: '84px', value: ({ actor }) => actor },
      {
        id: 'environment', title: t('audit.where'), width: '118px', value: ({ environment }) => environment,
        render: ({ environment }) => {
          const found = info.environments.find(({ name }) => name === environment)
          return found ? <span className={`env ${found.class}`} style={{ fontWeight: 450 }}><EnvironmentSquare of={found.class} size={11} />{t(`ui.environment.${found.class}`)}</span> : <span className="faint">{environment ?? ''}</span>
        },
      },
      { id: 'kind', title: t('audit.kind'), width: '128px', value: ({ kind }) => kind, render: ({ kind }) => <span className="mono mut">{kind}</span> },
      { id: 'summary', title: t('audit.what'), width: 'minmax(120px, 1fr)', value: ({ summary }) => summary, render: ({ summary }) => <span title={summary}>{summary}</span> },
      {
        id: 'look', title: t('ui.state'), width: '16px', mark: true, value: () => null,
        render: ({ kind, summary }) => {
          const look = lookOf(kind, summary)
          return look && <StateGlyph look={look} />
        },
      },
    ]
    return open ? all.filter(({ id }) => id !== 'actor' && id !== 'environment') : all
  }, [t, f, info, open])
}
