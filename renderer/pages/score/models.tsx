import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import { useWords } from '#renderer/i18n/index.ts'
import { Id } from '#renderer/ui/copy-text.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { useNow } from '#renderer/ui/time.tsx'

/** What stands behind the scores: the checked files, and the card of each with its metrics and limits. */
export function Models(): React.ReactElement {
  const { t } = useWords()
  const client = useClient()
  const since = useNow()
  const { data, error, refetch } = useQuery({ queryKey: ['scoring', 'models'], queryFn: ({ signal }) => client.scoring.models({}, { signal }), staleTime: Infinity })
  if (error) return <FailingPicture error={error} retry={() => void refetch()} />
  if (!data) return <LoadingPicture what={t('score.models')} since={since} />
  return (
    <div className="models">
      {data.map(({ name, version, sha256, card }) => (
        <section key={name}>
          <h2>
            {name} <span className="faint">{version}</span>
          </h2>
          <p className="note">
            {t('score.hash')} <Id value={sha256} length={16} /> {t('score.checked')}
          </p>
          <Card text={card} />
        </section>
      ))}
    </div>
  )
}

/** A card's Markdown: headings, lists, tables and paragraphs; anything else stands as it is written. */
function Card({ text }: { text: string }): React.ReactElement {
  const blocks = text.split(/\n{2,}/).map((block) => block.trim()).filter(Boolean)
  return (
    <div className="card-text">
      {blocks.map((block, i) => {
        const lines = block.split('\n')
        if (block.startsWith('#')) return <h3 key={i}>{lines[0]?.replace(/^#+\s*/, '')}{lines.length > 1 && <span className="card-rest">{lines.slice(1).join(' ')}</span>}</h3>
        if (lines.every((line) => line.startsWith('|'))) {
          const [head, ...rows] = lines.filter((line) => !/^\|[\s:|-]+\|$/.test(line)).map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()))
          return (
            <table key={i}>
              <thead>
                <tr>{head?.map((cell, k) => <th key={k}>{plain(cell)}</th>)}</tr>
              </thead>
              <tbody>
                {rows.map((row, r) => (
                  <tr key={r}>{row.map((cell, k) => <td key={k}>{plain(cell)}</td>)}</tr>
                ))}
              </tbody>
            </table>
          )
        }
        if (lines.every((line) => /^(- |\s{2,})/.test(line))) return <ul key={i}>{block.split(/\n(?=- )/).map((item, k) => <li key={k}>{plain(item.replace(/^- /, '').replaceAll(/\n\s+/g, ' '))}</li>)}</ul>
        return <p key={i}>{plain(lines.join(' '))}</p>
      })}
    </div>
  )
}

const plain = (text: string): string => text.replaceAll(/\*\*|`/g, '').replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
