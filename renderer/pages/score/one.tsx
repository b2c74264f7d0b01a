import { Button, NativeSelect, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { EmptyPicture, Message } from '#renderer/ui/pictures.tsx'
import { Explanation } from './explanation.tsx'

/** One review: its scores, and why it has them. */
export function OneReview(): React.ReactElement {
  const { t } = useWords()
  const client = useClient()
  const [text, setText] = useState('')
  const [rating, setRating] = useState('')
  const [hasImage, setImage] = useState(false)
  const [hasOrders, setOrders] = useState(false)
  const scoring = useMutation({
    mutationFn: async () => {
      const review = { text, rating: rating === '' ? null : Number(rating), hasImage, hasOrders }
      const [score, terms, reading] = await Promise.all([client.scoring.one(review), client.scoring.terms(review), client.scoring.explain({ text })])
      return { score, why: { ...reading, ...terms } }
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (text.trim() !== '') scoring.mutate()
  }
  return (
    <div className="score-one">
      <form onSubmit={submit}>
        <Textarea data-filter="" label={t('score.review')} placeholder={t('score.reviewHint')} autosize minRows={7} maxRows={18} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={(event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && submit(event)} />
        <NativeSelect label={t('score.rating')} value={rating} onChange={(event) => setRating(event.currentTarget.value)} data={[{ value: '', label: t('score.noRating') }, ...[5, 4, 3, 2, 1].map((stars) => ({ value: String(stars), label: t('score.stars', { count: stars }) }))]} />
        <label className="score-check"><input type="checkbox" checked={hasImage} onChange={(event) => setImage(event.currentTarget.checked)} /> {t('score.hasImage')}</label>
        <label className="score-check"><input type="checkbox" checked={hasOrders} onChange={(event) => setOrders(event.currentTarget.checked)} /> {t('score.hasOrders')}</label>
        <div className="row">
          <Button type="submit" variant="act" disabled={text.trim() === '' || scoring.isPending}>
            {t('score.do')}
          </Button>
          <span className="faint meta">{t('score.offline')}</span>
        </div>
      </form>
      <div aria-live="polite">
        {scoring.error ? <Message failure={failureOf(scoring.error)} /> : scoring.data ? <Explanation {...scoring.data} /> : <EmptyPicture title={t('score.emptyTitle')} text={t('score.emptyText')} />}
      </div>
    </div>
  )
}
