import { IconPhoto } from '@tabler/icons-react'
import { useWords } from '#renderer/i18n/index.ts'

/** An image that the data names. Nothing is fetched: the name stands where the picture would be. */
export function ImageReference({ reference }: { reference: string }): React.ReactElement {
  const { t } = useWords()
  return (
    <figure className="image-ref">
      <span aria-hidden="true">
        <IconPhoto size={22} stroke={1.3} />
      </span>
      <figcaption>
        <span className="mono" title={reference}>{reference}</span>
        <small>{t('dashboard.imageNotFetched')}</small>
      </figcaption>
    </figure>
  )
}
