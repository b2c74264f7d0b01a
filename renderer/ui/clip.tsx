import { useState } from 'react'
import { useWords } from '#renderer/i18n/index.ts'

/** More than this of one sentence helps nobody on a screen. */
export const CLIP = 600

/** A text of any length: its beginning to read, the whole of it to copy. Its direction stays its own. */
export function Clipped({ text, most = CLIP }: { text: string; most?: number }): React.ReactElement {
  const { t, f } = useWords()
  const [copied, setCopied] = useState(false)
  if (text.length <= most) return <bdi>{text}</bdi>
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <>
      <bdi>{text.slice(0, most)}…</bdi>{' '}
      <button type="button" className="link sm" onClick={() => void copy()}>
        {copied ? t('ui.copied') : t('ui.copyAll', { size: f.bytes(new Blob([text]).size) })}
      </button>
    </>
  )
}
