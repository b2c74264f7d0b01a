import type { ScoreWhy, Scored } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'

/** The relevance taken apart, the words behind the sentiment, and how sure the models are. */
export function Explanation({ score, why }: { score: Scored; why: ScoreWhy }): React.ReactElement {
  const { t, f } = useWords()
  const most = Math.max(...why.parts.map(({ weight }) => weight * 100))
  return (
    <div className="score-why">
      <dl className="fig">
        <div>
          <dt>{t('score.verdict')}</dt>
          <dd>{score.status === 'RELEVANT' ? t('score.relevant') : t('score.irrelevant')}</dd>
        </div>
        {why.conditions.map(({ on, value, needs, missing }) => (
          <div key={on}>
            <dt>{t(`score.on.${on}`)}</dt>
            <dd className="num">
              {f.n(value, 2)} <small>{missing > 0 ? t('score.lacks', { n: f.n(missing, 2), limit: f.n(needs, 1) }) : t('score.reaches', { limit: f.n(needs, 1) })}</small>
            </dd>
          </div>
        ))}
      </dl>
      <section>
        <h2>{t('score.relevanceOf')}</h2>
        <table className="why-parts">
          <thead>
            <tr>
              <th>{t('score.term')}</th>
              <th className="n">{t('score.value')}</th>
              <th className="n">{t('score.weight')}</th>
              <th>{t('score.points')}</th>
            </tr>
          </thead>
          <tbody>
            {why.parts.map(({ term, value, weight, points }) => (
              <tr key={term}>
                <td>
                  {t(`score.terms.${term}`)}
                  {term === 'textLength' && <span className="faint"> {t('score.characters', { count: score.textLength, n: f.n(score.textLength) })}</span>}
                </td>
                <td className="n">{f.n(value, 4)}</td>
                <td className="n">{f.n(weight * 100)}</td>
                <td>
                  <span className="why-bar">
                    <i className="room" style={{ width: `${(weight * 100 * 100) / most}%` }} />
                    <i style={{ width: `${(points * 100) / most}%` }} />
                  </span>
                  <b className="tn">{f.n(points, 2)}</b>
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={3}>{t('score.sum')}</td>
              <td>
                <b className="tn">{f.n(score.relevanceScore, 6)}</b>
              </td>
            </tr>
          </tfoot>
        </table>
      </section>
      <section>
        <h2>
          {t('score.words')} <span className="faint">{t('score.wordsMore')}</span>
        </h2>
        {why.words.length === 0 ? (
          <p className="note">{t('score.noWords')}</p>
        ) : (
          <ul className="why-words">
            {why.words.slice(0, 60).map(({ word, valence, counted: weight }, i) => (
              <li key={i} title={t('score.wordMore', { valence: f.n(valence, 2), weight: f.n(weight, 2) })}>
                {word} <b className="tn">{weight > 0 ? '+' : weight < 0 ? '−' : ''}{f.n(Math.abs(weight), 1)}</b>
              </li>
            ))}
          </ul>
        )}
      </section>
      <div className="why-models">
        <Probabilities title={t('score.theme')} labels={why.themes} />
        <Probabilities title={t('score.sentiment')} labels={why.sentiments} />
      </div>
    </div>
  )
}

function Probabilities({ title, labels }: { title: string; labels: ScoreWhy['themes'] }): React.ReactElement {
  const { f } = useWords()
  return (
    <section>
      <h2>{title}</h2>
      {labels.map(({ label, probability }) => (
        <div key={label} className="hb">
          <span className="tr" title={label}>{label}</span>
          <span className="tk">
            <i className={probability === labels[0]?.probability ? 'lead' : undefined} style={{ width: `${probability * 100}%` }} />
          </span>
          <span className="v">{f.pct(probability)}</span>
        </div>
      ))}
    </section>
  )
}
