import { Tooltip } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '#renderer/i18n/index.ts'

/** A hash or an id, cut for the eye and whole on the clipboard. */
export function Id({ value, length = 8 }: { value: string; length?: number }): React.ReactElement {
  const { t } = useWords()
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <Tooltip label={copied ? t('ui.copied') : t('ui.copyWhole', { value: value.length > 20 ? `${value.slice(0, 16)} … ${value.slice(-8)}` : value })}>
      <button type="button" className="plain mono" onClick={() => void copy()}>
        {value.slice(0, length)}
      </button>
    </Tooltip>
  )
}
